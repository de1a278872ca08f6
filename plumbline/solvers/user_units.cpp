#include "plumbline/solvers/user_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

}  // namespace

LinearSolution to_user_units(const EmpiricalRisk& risk, const Vector& w, bool sparse) {
  const Coordinates& at = risk.coordinates();
  const std::size_t p = at.features(), outputs = risk.outputs(), d = at.dimension();
  LinearSolution solution;
  solution.coefficients.resize(p * outputs);
  solution.center.assign(at.center.begin(), at.center.begin() + static_cast<std::ptrdiff_t>(p));
  solution.center_intercept.assign(outputs, 0);
  for (std::size_t k = 0; k < outputs; ++k) {
    if (at.intercept) solution.center_intercept[k] = w[static_cast<Index>(k * d + p)];
    for (std::size_t j = 0; j < p; ++j) {
      const double coefficient = at.scale[j] * w[static_cast<Index>(k * d + j)];
      solution.coefficients[j * outputs + k] = coefficient;
      if (sparse) solution.center_intercept[k] -= at.center[j] * coefficient;
    }
  }
  if (sparse) std::fill(solution.center.begin(), solution.center.end(), 0.0);
  return solution;
}

double reported_gradient_norm(const EmpiricalRisk& risk, const Vector& gradient, bool standardize) {
  if (standardize) return gradient.norm();
  const Coordinates& at = risk.coordinates();
  const std::size_t p = at.features(), d = at.dimension();
  double sum = 0;
  for (std::size_t k = 0; k < risk.outputs(); ++k) {
    const double by_intercept = at.intercept ? gradient[static_cast<Index>(k * d + p)] : 0;
    sum += by_intercept * by_intercept;
    for (std::size_t j = 0; j < p; ++j) {
      if (at.scale[j] == 0) continue;
      const double g = gradient[static_cast<Index>(k * d + j)] / at.scale[j] + at.center[j] * by_intercept;
      sum += g * g;
    }
  }
  return std::sqrt(sum);
}

void sum_to_zero(const EmpiricalRisk& risk, Vector& w) {
  if (!risk.is_shift_invariant()) return;
  Eigen::Map<Matrix> by_output(w.data(), static_cast<Index>(risk.width()), static_cast<Index>(risk.outputs()));
  by_output.colwise() -= Vector(by_output.rowwise().mean());
}

void check_range(const Moments& moments, const std::vector<std::string>& names) {
  for (std::size_t j = 0; j < moments.mean.size(); ++j) {
    const bool usable = std::isfinite(moments.mean[j]) && std::isfinite(moments.sd[j]) &&
                        std::isfinite(moments.maximum[j] - moments.minimum[j]);
    if (usable) continue;
    throw DataError(
        {"", 0, 0, j < names.size() ? names[j] : ""},
        fmt::format("values from {} to {} span more than a double can hold", moments.minimum[j], moments.maximum[j]));
  }
}

}  // namespace plumbline
