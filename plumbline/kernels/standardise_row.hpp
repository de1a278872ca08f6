#pragma once

#include <cstddef>

#include "plumbline/core/matrix.hpp"

namespace plumbline {

/// to[j] = (x[row][j] − center[j])·scale[j], 0 where scale[j] is 0, for all columns of one row: for rows that are
/// picked from anywhere (a tile takes neighbours, tile.hpp). In double precision whatever the cells and the result are,
/// rounded once at the end, so that a column of years costs a float no digits. No padding or alignment is assumed of
/// any.
void standardise_row(const DenseView& x, std::size_t row, const double* center, const double* scale, float* to);
void standardise_row(const DenseView& x, std::size_t row, const double* center, const double* scale, double* to);

}  // namespace plumbline
