#pragma once

#include "plumbline/losses/loss.hpp"
#include "plumbline/network/forward.hpp"
#include "plumbline/network/row_batches.hpp"

namespace plumbline {

/// Losses and gradients of a network over batches of rows, S = float, double or a Dual of those. Holds the tape, so
/// that batches after the first of their size allocate nothing. One caller at a time.
template <class S>
class NetworkGradient final {
 public:
  using Real = autodiff::Base<S>;

  /// The first `recomputed` hidden layers are computed again in the backward pass instead of kept.
  NetworkGradient(Architecture architecture, Loss loss, std::size_t recomputed = 0);

  const Architecture& architecture() const { return architecture_; }
  const std::vector<Layer>& layers() const { return layers_; }
  std::size_t parameters() const { return layers_.back().end(); }
  const Loss& loss() const { return loss_; }

  /// Σ s_i l(y_i, eta_i) over the batch, times `share`, and its gradient added to `gradient` (null: not wanted). For
  /// duals: the value alone; what moves it stands in the gradient. A row costs 2·parameters flops forward, twice that
  /// backward.
  double add(const Batch<Real>& batch, const S* parameters, double share, S* gradient);
  /// eta (rows, K), until the next call.
  autodiff::View<const S> predictors(const Batch<Real>& batch, const S* parameters);
  /// Hidden units of all layers in order: hit[u] is set where unit u is above 0 in some row of the batch.
  void mark_living(const Batch<Real>& batch, const S* parameters, std::vector<bool>& hit);

  /// Of gradients; those of values are not counted.
  const autodiff::TapeCounters& counters() const { return reverse_.counters(); }

 private:
  Architecture architecture_;
  std::vector<Layer> layers_;
  Loss loss_;
  NetworkGraph<S> graph_;
  autodiff::Tape<S> reverse_{autodiff::Mode::reverse};
  autodiff::Tape<S> values_{autodiff::Mode::values};
  std::vector<S> seed_;
};

extern template class NetworkGradient<float>;
extern template class NetworkGradient<double>;
extern template class NetworkGradient<autodiff::Dual<double>>;

}  // namespace plumbline
