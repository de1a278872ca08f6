#include "plumbline/calibration/smooth_error.hpp"

#include <algorithm>
#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <unsupported/Eigen/FFT>
#include <utility>

#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

/// The grid continued evenly beyond 0 and 1 has period 2; there the reflected Gaussian is an ordinary convolution,
/// which multiplies the k-th Fourier coefficient by exp(−(πkσ)²/2).
class ReflectedSmoother final {
 public:
  explicit ReflectedSmoother(const ResidualGrid& grid) : cells_(grid.size()) {
    transform_.SetFlag(Eigen::FFT<double>::HalfSpectrum);
    std::vector<double> even(grid);
    even.insert(even.end(), grid.rbegin(), grid.rend());
    transform_.fwd(coefficients_, even);
  }

  /// ∫ |smoothed residual|.
  double at(double sigma) {
    damped_ = coefficients_;
    for (std::size_t k = 0; k < damped_.size(); ++k) {
      const double phase = std::numbers::pi * static_cast<double>(k) * sigma;
      damped_[k] *= std::exp(-phase * phase / 2);
    }
    transform_.inv(smoothed_, damped_, static_cast<Eigen::Index>(2 * cells_));
    double sum = 0;
    for (std::size_t j = 0; j < cells_; ++j) sum += std::fabs(smoothed_[j]);
    return sum;
  }

 private:
  std::size_t cells_;
  Eigen::FFT<double> transform_;
  std::vector<std::complex<double>> coefficients_, damped_;
  std::vector<double> smoothed_;
};

}  // namespace

std::size_t residual_cell(double p) {
  constexpr double kCells = kSmoothCells;
  return static_cast<std::size_t>(std::clamp(std::ceil(p * kCells) - 1, 0.0, kCells - 1));
}

ResidualGrid residual_grid(const Events& events) {
  ResidualGrid grid(kSmoothCells);
  for (std::size_t i = 0; i < events.size(); ++i) {
    grid[residual_cell(events.probability[i])] +=
        events.weight_at(i) * ((events.happened[i] != 0 ? 1.0 : 0.0) - events.probability[i]) / events.total;
  }
  return grid;
}

double smooth_error_at(const ResidualGrid& grid, double sigma) {
  require(!grid.empty(), "smooth_error_at", "grid", "not empty");
  require(sigma > 0, "smooth_error_at", "sigma", "above 0");
  return ReflectedSmoother(grid).at(sigma);
}

double smooth_error(const ResidualGrid& grid, double tolerance) {
  require(!grid.empty(), "smooth_error", "grid", "not empty");
  require(tolerance > 0, "smooth_error", "tolerance", "above 0");
  double most = 0;  // smECE_0
  for (const double residual : grid) most += std::fabs(residual);
  if (most == 0) return 0;
  ReflectedSmoother smoother(grid);
  const auto excess = [&smoother](double sigma) { return smoother.at(sigma) - sigma; };
  const double at_most = excess(most);
  if (at_most >= 0) return most;  // nothing cancels at all
  const auto close = [tolerance](double a, double b) { return std::fabs(a - b) <= tolerance * std::fmax(a, b); };
  std::uintmax_t evaluations = 100;
  const std::pair<double, double> bracket =
      boost::math::tools::toms748_solve(excess, 0.0, most, most, at_most, close, evaluations);
  return (bracket.first + bracket.second) / 2;
}

}  // namespace plumbline
