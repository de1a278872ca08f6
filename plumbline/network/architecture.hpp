#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/network/activation.hpp"

namespace plumbline {

/// One fully-connected layer, FC(X) = φ(XW + 1b) with W (inputs, outputs) (subject N5.2), and where its parameters
/// stand in the vector of all: W row-major, then b (outputs), then with prelu one slope an output.
struct Layer {
  std::size_t inputs = 0;
  std::size_t outputs = 0;
  std::size_t weights = 0;  ///< position of W
  std::size_t biases = 0;
  std::size_t slopes = 0;
  bool has_slopes = false;
  bool last = false;  ///< its output is eta: no activation

  std::size_t end() const { return slopes + (has_slopes ? outputs : 0); }
};

/// The sequence of blocks that makes a network: hidden layers of these widths with one activation, then a layer that
/// gives the K linear predictors of a loss. Without hidden layers it is the linear model.
struct Architecture {
  std::size_t inputs = 0;           ///< p
  std::vector<std::size_t> hidden;  ///< width of each hidden layer
  std::size_t outputs = 1;          ///< K
  Activation activation = Activation::relu;

  /// Throws std::invalid_argument where a width is 0 or the parameters cannot be counted.
  void validate() const;
  std::vector<Layer> layers() const;
  std::size_t parameters() const { return layers().back().end(); }
};

/// Seeded initial parameters, biases 0: W uniform in ±a with a² = 6/(gain·inputs) after He et al. (2015) for relu,
/// leaky relu, prelu (gain 1 + slope²) and elu; a² = 6/(inputs + outputs) after Glorot and Bengio (2010) for the others
/// and for the last layer. A draw is a function of (seed, position), so that floats are the doubles rounded.
template <class T>
std::vector<T> initial_parameters(const Architecture& architecture, std::uint64_t seed);

extern template std::vector<float> initial_parameters<float>(const Architecture&, std::uint64_t);
extern template std::vector<double> initial_parameters<double>(const Architecture&, std::uint64_t);

}  // namespace plumbline
