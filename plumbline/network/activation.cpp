#include "plumbline/network/activation.hpp"

namespace plumbline {

const char* name_of(Activation activation) {
  switch (activation) {
    case Activation::identity:
      return "identity";
    case Activation::relu:
      return "relu";
    case Activation::leaky_relu:
      return "leaky-relu";
    case Activation::prelu:
      return "prelu";
    case Activation::elu:
      return "elu";
    case Activation::softplus:
      return "softplus";
    case Activation::sigmoid:
      return "sigmoid";
    case Activation::tanh:
      return "tanh";
  }
  return "";
}

}  // namespace plumbline
