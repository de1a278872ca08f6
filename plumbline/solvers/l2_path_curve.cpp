#include "plumbline/solvers/l2_path_curve.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

namespace {

constexpr double kLeastGain = 0.01;
constexpr std::size_t kDecades = 6;

bool is_finite(const L2Point& point) { return std::isfinite(point.loss) && std::isfinite(point.standard_error); }

}  // namespace

L2Point point_from_sums(double l2, double weight_sum, double loss, double squared_loss) {
  const double mean = loss / weight_sum;
  const double spread = std::max(squared_loss - mean * loss, 0.0);
  const double freedom = std::max(weight_sum - 1, 1.0);
  const bool finite = std::isfinite(mean) && std::isfinite(squared_loss);
  return {l2, mean, finite ? std::sqrt(spread / freedom / weight_sum) : mean};
}

void choose_within_one_standard_error(L2Choice& choice) {
  std::erase_if(choice.curve, [](const L2Point& point) { return !is_finite(point); });
  if (choice.curve.empty()) return;
  const L2Point& best = *std::min_element(choice.curve.begin(), choice.curve.end(),
                                          [](const L2Point& a, const L2Point& b) { return a.loss < b.loss; });
  const double bound = best.loss + best.standard_error;
  choice.best_l2 = best.l2;
  choice.l2 = best.l2;
  for (const L2Point& point : choice.curve) {
    if (point.loss <= bound) choice.l2 = std::max(choice.l2, point.l2);
  }
}

std::vector<double> l2_grid(EmpiricalRisk& risk, std::size_t points_per_decade) {
  const Coordinates& at = risk.coordinates();
  Vector gradient;
  const double null_loss = risk.value_gradient(risk.null_model(), gradient);
  double gain = 0;  // at l2 = 1
  for (std::size_t c = 0; c < risk.outputs() * risk.width(); ++c) {
    const std::size_t j = c % risk.width();
    if (j >= at.features() || at.scale[j] == 0 || at.penalty_factor[j] == 0) continue;
    const double g = gradient[static_cast<Eigen::Index>(c)];
    gain += g * g / (2 * at.penalty_factor[j]);
  }
  std::vector<double> grid;
  if (!(gain > 0 && null_loss > 0) || !std::isfinite(gain / null_loss)) return grid;
  const double largest = gain / (kLeastGain * null_loss);
  for (std::size_t k = 0; k <= kDecades * points_per_decade; ++k) {
    grid.push_back(largest * std::pow(10.0, -static_cast<double>(k) / static_cast<double>(points_per_decade)));
  }
  return grid;
}

}  // namespace plumbline
