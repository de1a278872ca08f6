#include "plumbline/losses/binary_costs.hpp"

#include <string>

#include "plumbline/core/errors.hpp"

namespace plumbline {

std::vector<double> binary_shares(std::span<const double> y, std::size_t rows, const char* function) {
  require(y.size() == rows, function, "number of targets", std::to_string(rows) + ", got " + std::to_string(y.size()));
  std::vector<double> shares;
  shares.reserve(2 * rows);
  for (const double share : y) {
    require(share >= 0 && share <= 1, function, "y", "in [0, 1], got " + std::to_string(share));
    shares.insert(shares.end(), {1 - share, share});
  }
  return shares;
}

}  // namespace plumbline
