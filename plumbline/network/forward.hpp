#pragma once

#include <vector>

#include "plumbline/autodiff/checkpoint.hpp"
#include "plumbline/network/architecture.hpp"

namespace plumbline {

/// A network on a tape: its layers as variables over one vector of parameters, whose gradient, if one is given, they
/// add to. Layers 0 … recomputed − 1 keep only their results (checkpoint.hpp).
template <class S>
class NetworkGraph final {
 public:
  /// `layers` (Architecture::layers()), `parameters` and `gradient` (of the same size, or null) must outlive the tape's
  /// step.
  NetworkGraph(const std::vector<Layer>& layers, Activation activation, std::size_t recomputed = 0)
      : layers_(layers), activation_(activation), recomputed_(recomputed) {}

  /// eta (n, K) of rows x (n, p).
  autodiff::Var<S> predictors(const autodiff::Var<S>& x, const S* parameters, S* gradient) const {
    autodiff::Var<S> h = x;
    for (std::size_t i = 0; i < layers_.size(); ++i) h = apply(i, h, parameters, gradient);
    return h;
  }
  /// Layer i alone.
  autodiff::Var<S> apply(std::size_t i, const autodiff::Var<S>& h, const S* parameters, S* gradient) const {
    const Layer& layer = layers_[i];
    const auto variable = [&](std::size_t at, const autodiff::Shape& shape) {
      const autodiff::View<S> adjoint{gradient == nullptr ? nullptr : gradient + at, shape};
      return h.tape().variable({parameters + at, shape}, adjoint);
    };
    const autodiff::Var<S> w = variable(layer.weights, {layer.inputs, layer.outputs});
    const autodiff::Var<S> b = variable(layer.biases, {1, layer.outputs});
    if (layer.last) return affine(h, w, b);
    const autodiff::Storage storage = i < recomputed_ ? autodiff::Storage::recompute : autodiff::Storage::keep;
    const autodiff::Var<S> slopes = layer.has_slopes ? variable(layer.slopes, {1, layer.outputs}) : b;
    return run_block(storage, {h, w, b, slopes}, [activation = activation_](std::span<const autodiff::Var<S>> in) {
      return activate(activation, affine(in[0], in[1], in[2]), in[3]);
    });
  }

 private:
  const std::vector<Layer>& layers_;
  Activation activation_;
  std::size_t recomputed_;
};

}  // namespace plumbline
