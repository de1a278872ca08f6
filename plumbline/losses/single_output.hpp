#pragma once

#include "plumbline/losses/loss_tile.hpp"

namespace plumbline {

/// A loss of one output at one row.
struct RowLoss {
  double value = 0, slope = 0, curvature = 0;
};

/// Fills a tile of a loss with one output, row by row; formula(y, eta) -> RowLoss.
template <class Formula>
void evaluate_rows(const double* y, const double* eta, std::size_t rows, const LossTile& out, Formula formula) {
  for (std::size_t i = 0; i < rows; ++i) {
    const RowLoss row = formula(y[i], eta[i]);
    if (out.value != nullptr) out.value[i] = row.value;
    if (out.gradient != nullptr) out.gradient[i] = row.slope;
    if (out.curvature != nullptr) out.curvature[i] = row.curvature;
  }
}

/// The same for two classes: `formula` is that of u = z·eta, z = 2y − 1, which is positive on the right side.
template <class Formula>
void evaluate_sides(const double* y, const double* eta, std::size_t rows, const LossTile& out, Formula formula) {
  evaluate_rows(y, eta, rows, out, [&](double label, double predictor) {
    const double z = label > 0.5 ? 1 : -1;
    RowLoss row = formula(z * predictor);
    row.slope *= z;
    return row;
  });
}

}  // namespace plumbline
