#include "plumbline/losses/loss_tile.hpp"

namespace plumbline {

OutputPairs separate_outputs(std::size_t outputs) {
  OutputPairs pairs;
  for (std::size_t k = 0; k < outputs; ++k) pairs.emplace_back(k, k);
  return pairs;
}

OutputPairs mixed_outputs(std::size_t outputs) {
  OutputPairs pairs;
  for (std::size_t a = 0; a < outputs; ++a) {
    for (std::size_t b = a; b < outputs; ++b) pairs.emplace_back(a, b);
  }
  return pairs;
}

}  // namespace plumbline
