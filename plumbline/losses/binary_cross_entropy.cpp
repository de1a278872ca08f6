#include "plumbline/losses/binary_cross_entropy.hpp"

#include <cmath>
#include <string>

#include "plumbline/core/errors.hpp"
#include "plumbline/losses/binary_costs.hpp"
#include "plumbline/losses/link_functions.hpp"

namespace plumbline {

LossValues binary_cross_entropy(std::span<const double> probabilities, std::span<const double> y,
                                const ClassLossOptions& options) {
  for (const double p : probabilities) {
    require(p >= 0 && p <= 1, "binary_cross_entropy", "probabilities", "in [0, 1], got " + std::to_string(p));
  }
  return reduce_binary_costs("binary_cross_entropy", probabilities, y, options, [](double p) {
    return std::pair{0 - std::log1p(-p), 0 - std::log(p)};
  });
}

LossValues binary_cross_entropy_with_logits(std::span<const double> logits, std::span<const double> y,
                                            const ClassLossOptions& options) {
  return reduce_binary_costs("binary_cross_entropy_with_logits", logits, y, options, [](double z) {
    return std::pair{softplus(z), softplus(-z)};
  });
}

}  // namespace plumbline
