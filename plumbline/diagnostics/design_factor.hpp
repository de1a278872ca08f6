#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// X̃ᵀSX̃ and a triangular root of it, whatever the target is.
struct DesignFactor {
  Matrix gram;    ///< (d, d), the empty columns (scale 0) zero
  Matrix factor;  ///< (d, d): R upper triangular with RᵀR = gram
  bool by_qr = false;
};

/// One pass over X for the Gram matrix and its Cholesky factor; where its condition says that digits are lost
/// (condition of X̃ above about 1e4), one more for the QR of the rows. n·d² flops, QR 2·n·d²; d² memory.
DesignFactor design_factor(RowSource& source, const Coordinates& at, double weight_sum, Progress& progress);

/// Two columns whose correlation is next to ±1.
struct CorrelatedPair {
  std::size_t first = 0, second = 0;
  double correlation = 0;
};

/// Pairs of features with |r| >= least, first < second; `mean` (p) of the features in x̃ (0 with an intercept).
std::vector<CorrelatedPair> correlated_pairs(const Matrix& gram, const Vector& mean, double weight_sum, double least);

}  // namespace plumbline
