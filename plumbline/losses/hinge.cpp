#include <algorithm>

#include "plumbline/losses/class_losses.hpp"
#include "plumbline/losses/single_output.hpp"

namespace plumbline {

void HingeLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  evaluate_sides(y, eta, rows, out, [](double u) { return u < 1 ? RowLoss{1 - u, -1, 0} : RowLoss{}; });
}

void HingeLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 1.0);
}

void SquaredHingeLoss::evaluate(const double* y, const double* eta, std::size_t rows, const LossTile& out) const {
  evaluate_sides(y, eta, rows, out, [](double u) {
    const double short_by = 1 - u;
    return short_by > 0 ? RowLoss{short_by * short_by, -2 * short_by, 2} : RowLoss{};
  });
}

void SquaredHingeLoss::mean_curvature(const double* /*eta*/, std::size_t rows, double* mean) const {
  std::fill_n(mean, rows, 2.0);
}

}  // namespace plumbline
