#pragma once

#include <array>
#include <cstdint>

#include "plumbline/autodiff/operations.hpp"

namespace plumbline {

/// What stands between the layers of a network (subject N5.4), in the order in which users meet them.
enum class Activation : std::uint8_t { identity, relu, leaky_relu, prelu, elu, softplus, sigmoid, tanh };

inline constexpr std::array kActivations{Activation::identity, Activation::relu, Activation::leaky_relu,
                                         Activation::prelu,    Activation::elu,  Activation::softplus,
                                         Activation::sigmoid,  Activation::tanh};

/// As `--activation` spells it: "leaky-relu".
const char* name_of(Activation activation);

/// Below 0, leaky_relu falls with this slope.
inline constexpr double kLeakySlope = 0.01;
/// The slopes of prelu before training (He et al. 2015).
inline constexpr double kFirstPreluSlope = 0.25;

/// φ(x), element by element. slopes: (1, columns of x), read by prelu alone.
template <class S>
autodiff::Var<S> activate(Activation activation, const autodiff::Var<S>& x, const autodiff::Var<S>& slopes) {
  switch (activation) {
    case Activation::identity:
      return x;
    case Activation::relu:
      return relu(x);
    case Activation::leaky_relu:
      return leaky_relu(x, kLeakySlope);
    case Activation::prelu:
      return prelu(x, slopes);
    case Activation::elu:
      return elu(x);
    case Activation::softplus:
      return softplus(x);
    case Activation::sigmoid:
      return sigmoid(x);
    case Activation::tanh:
      return tanh(x);
  }
  return x;
}

}  // namespace plumbline
