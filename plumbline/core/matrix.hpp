#pragma once

#include <cstddef>
#include <cstdint>

namespace plumbline {

/// How the cells of X are stored. A byte b stands for the number b · `DenseView::byte_scale`.
enum class Scalar : std::uint8_t { byte, f32, f64 };

constexpr std::size_t size_of(Scalar scalar) { return scalar == Scalar::byte ? 1 : scalar == Scalar::f32 ? 4 : 8; }

/// A read-only look at a dense row-major matrix of any storage type, shape (rows, columns); never writes, assumes no
/// alignment and no padding, and must not outlive what it looks at.
struct DenseView {
  const void* data = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t row_stride = 0;  ///< in elements, >= columns
  Scalar scalar = Scalar::f64;
  double byte_scale = 1.0;  ///< only for Scalar::byte; 1/255 for IDX

  const void* row(std::size_t i) const {
    return static_cast<const std::byte*>(data) + i * row_stride * size_of(scalar);
  }
};

/// A read-only look at compressed sparse rows, shape (rows, columns). Row i holds the entries
/// offsets[i] … offsets[i + 1] − 1 of `indices` (strictly increasing within a row, < columns) and `values`.
/// `offsets` need not start at 0, so that a range of rows is a view as well.
struct CsrView {
  const std::uint64_t* offsets = nullptr;  ///< rows + 1 entries
  const std::uint32_t* indices = nullptr;
  const double* values = nullptr;
  std::size_t rows = 0;
  std::size_t columns = 0;
};

}  // namespace plumbline
