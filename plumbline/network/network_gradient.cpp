#include "plumbline/network/network_gradient.hpp"

#include <string>
#include <utility>

namespace plumbline {

using autodiff::Tape;
using autodiff::Var;
using autodiff::View;

template <class S>
NetworkGradient<S>::NetworkGradient(Architecture architecture, Loss loss, std::size_t recomputed)
    : architecture_(std::move(architecture)),
      layers_(architecture_.layers()),
      loss_(std::move(loss)),
      graph_(layers_, architecture_.activation, recomputed) {
  require(architecture_.outputs == outputs_of(loss_), "NetworkGradient", "architecture.outputs",
          std::to_string(outputs_of(loss_)) + " for this loss, got " + std::to_string(architecture_.outputs));
}

template <class S>
double NetworkGradient<S>::add(const Batch<Real>& batch, const S* parameters, double share, S* gradient) {
  Tape<S>& tape = gradient == nullptr ? values_ : reverse_;
  tape.clear();
  const Var<S> eta = graph_.predictors(tape.constant(batch.x.view()), parameters, gradient);
  const Var<S> losses = row_losses(loss_, eta, std::span<const double>(batch.target));
  double sum = 0;
  seed_.resize(losses.value().size());
  for (std::size_t i = 0; i < seed_.size(); ++i) {
    const double weight = share * static_cast<double>(batch.row_weight.cells[i]);
    sum += weight * static_cast<double>(autodiff::value_of(losses.value().data[i]));
    seed_[i] = autodiff::scalar_cast<S>(weight);
  }
  if (gradient == nullptr) return sum;
  tape.backward(losses, View<const S>{seed_.data(), losses.shape()}, autodiff::Afterwards::release);
  return sum;
}

template <class S>
View<const S> NetworkGradient<S>::predictors(const Batch<Real>& batch, const S* parameters) {
  values_.clear();
  return graph_.predictors(values_.constant(batch.x.view()), parameters, nullptr).value();
}

template <class S>
void NetworkGradient<S>::mark_living(const Batch<Real>& batch, const S* parameters, std::vector<bool>& hit) {
  values_.clear();
  Var<S> h = values_.constant(batch.x.view());
  std::size_t unit = 0;
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i, unit += h.shape().columns) {
    h = graph_.apply(i, h, parameters, nullptr);
    for (std::size_t row = 0; row < h.shape().rows; ++row) {
      for (std::size_t j = 0; j < h.shape().columns; ++j) {
        if (autodiff::value_of(h.value()(row, j)) > 0) hit[unit + j] = true;
      }
    }
  }
}

template class NetworkGradient<float>;
template class NetworkGradient<double>;
template class NetworkGradient<autodiff::Dual<double>>;

}  // namespace plumbline
