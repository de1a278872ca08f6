#pragma once

#include <cstddef>
#include <cstdint>

#include "plumbline/core/matrix.hpp"

namespace plumbline {

/// The number that cell (i, j) stands for: for the few places that read X one by one. Passes over X load tiles.
inline double dense_cell(const DenseView& x, std::size_t i, std::size_t j) {
  switch (x.scalar) {
    case Scalar::byte:
      return static_cast<const std::uint8_t*>(x.row(i))[j] * x.byte_scale;
    case Scalar::f32:
      return static_cast<double>(static_cast<const float*>(x.row(i))[j]);
    default:
      return static_cast<const double*>(x.row(i))[j];
  }
}

}  // namespace plumbline
