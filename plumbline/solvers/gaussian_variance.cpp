#include "plumbline/solvers/gaussian_variance.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/solvers/ridge_spectrum.hpp"

namespace plumbline {

namespace {

constexpr int kScanSteps = 400;
constexpr int kMostBisections = 100;
constexpr int kMostCorrections = 12;
/// Residuals this small beside y are rounding.
constexpr double kRoundingResidual = 1e-14;

/// f at the best σ² for a mean squared residual of m, without penalty.
double profiled(double m) { return 0.5 * std::log(2 * std::numbers::pi * m) + 0.5; }

/// m(σ²) and f along the best w for each σ², from the eigendecomposition.
struct Profile {
  const RidgeSpectrum& spectrum;
  double l2 = 0;
  double least = 0;  ///< m(0)

  double mean_square(double variance) const { return least + spectrum.excess_mean_square(l2 * variance); }
  double surplus(double variance) const { return variance - mean_square(variance); }

  /// dm/dσ².
  double slope(double variance) const {
    const double strength = spectrum.weight_sum * l2;
    const Vector shrinkage = spectrum.shrinkage(l2 * variance);
    const auto lost = variance * strength * spectrum.penalised.array() * shrinkage.array();
    return (2 * spectrum.correlation.array().square() * lost * strength * spectrum.penalised.array() *
            shrinkage.array().square())
               .sum() /
           spectrum.weight_sum;
  }

  double value(double variance) const {
    const Vector w = spectrum.correlation.cwiseProduct(spectrum.shrinkage(l2 * variance));
    return 0.5 * std::log(variance) + mean_square(variance) / (2 * variance) +
           l2 / 2 * (spectrum.penalised.array() * w.array().square()).sum();
  }

  /// A root of surplus between a point where it is negative and one where it is not.
  double root(double low, double high) const {
    for (int step = 0; step < kMostBisections; ++step) {
      const double middle = std::sqrt(low) * std::sqrt(high);
      if (!(middle > low && middle < high)) break;
      (surplus(middle) < 0 ? low : high) = middle;
    }
    return high;
  }

  /// The root of surplus with the smallest f.
  double best_variance(double most) const {
    const double step = std::log(most / least) / kScanSteps;
    double best = most, value_there = value(most), low = least;
    for (int k = 1; k <= kScanSteps; ++k) {
      const double high = k == kScanSteps ? most : least * std::exp(step * k);
      if (surplus(low) < 0 && surplus(high) >= 0) {
        const double candidate = root(low, high);
        if (value(candidate) < value_there) {
          best = candidate;
          value_there = value(candidate);
        }
      }
      low = high;
    }
    return best;
  }
};

/// Solves at many l2 over the same rows.
class MeanSolver final {
 public:
  MeanSolver(EmpiricalRisk& risk, SolverChoice choice, const Monitor& monitor,
             const std::vector<PolynomialTerms>& polynomials)
      : risk_(risk), choice_(choice), monitor_(monitor), polynomials_(polynomials), start_(risk.null_model()) {
    null_ = 2 * risk.along(start_, start_, 0).value;
    monitor_.null_value = null_ / 2;
    const double shift = risk.coordinates().intercept ? start_[start_.size() - 1] : 0;
    scale_ = null_ + shift * shift;
  }

  double null_mean_square() const { return null_; }
  bool is_rounding(double mean_square) const { return !(mean_square > kRoundingResidual * kRoundingResidual * scale_); }

  /// Leaves the solve in result, with its mean squared residual as the variance.
  void solve_at(double ridge_l2, GaussianVarianceRun& result) {
    EmpiricalRisk ridge(risk_.source(), risk_.coordinates(), risk_.loss(), ridge_l2, risk_.weight_sum());
    ridge.listen_to(*monitor_.progress);
    result.ridge = solve_least_squares(ridge, start_, choice_, monitor_, polynomials_);
    result.ridge_l2 = ridge_l2;
    result.variance = 2 * (result.ridge.run.value - ridge.penalty(result.ridge.run.w));
  }

 private:
  EmpiricalRisk& risk_;
  SolverChoice choice_;
  Monitor monitor_;
  const std::vector<PolynomialTerms>& polynomials_;
  Vector start_;
  double null_ = 0, scale_ = 0;
};

/// Newton on σ² − m(l2·σ²) with m taken from the rows and its slope from the spectrum.
void correct(MeanSolver& solver, const Profile& profile, double variance, GaussianVarianceRun& result) {
  for (int step = 0; step < kMostCorrections; ++step) {
    solver.solve_at(profile.l2 * variance, result);
    if (!(result.variance > 0)) return;
    const double surplus = variance - result.variance;
    const double steepness = 1 - profile.slope(variance);
    const double next = steepness > 0.01 ? variance - surplus / steepness : result.variance;
    const bool settled = std::fabs(next - variance) <= 4 * ulp(variance);
    if (settled || !(next > 0)) return;
    variance = next;
  }
}

}  // namespace

GaussianVarianceRun fit_gaussian_variance(EmpiricalRisk& risk, double l2, SolverChoice choice, Monitor monitor,
                                          const std::vector<PolynomialTerms>& polynomials) {
  require(std::holds_alternative<SquaredLoss>(risk.loss()), "fit_gaussian_variance", "risk", "squared loss");
  require(risk.l2() == 0, "fit_gaussian_variance", "risk", "l2 = 0");
  require(l2 >= 0 && std::isfinite(l2), "fit_gaussian_variance", "l2", "finite and not negative");
  if (l2 > 0 && risk.width() > kWidestSpectrum) {
    throw UsageError(
        fmt::format("--loss gaussian with --l2 serves up to {} columns, and these are {}; use --loss squared",
                    kWidestSpectrum, risk.width()));
  }
  if (monitor.progress == nullptr) monitor.progress = &silent_progress();
  MeanSolver solver(risk, choice, monitor, polynomials);
  GaussianVarianceRun result;
  result.null_objective = profiled(solver.null_mean_square());
  solver.solve_at(0, result);
  if (solver.is_rounding(result.variance)) {
    result.variance = 0;
    result.objective = -std::numeric_limits<double>::infinity();
    return result;
  }
  result.objective = profiled(result.variance);
  if (l2 == 0 || !(solver.null_mean_square() > result.variance)) return result;
  const RidgeSpectrum spectrum = ridge_spectrum(risk);
  const Profile profile{spectrum, l2, result.variance};
  correct(solver, profile, profile.best_variance(solver.null_mean_square()), result);
  const EmpiricalRisk penalised(risk.source(), risk.coordinates(), risk.loss(), l2, risk.weight_sum());
  result.objective = profiled(result.variance) + penalised.penalty(result.ridge.run.w);
  return result;
}

}  // namespace plumbline
