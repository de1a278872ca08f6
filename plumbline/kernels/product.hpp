#pragma once

#include <cstddef>

namespace plumbline {

/// The packed product verb: C (rows, columns) of A (rows, depth) and B (depth, columns), float or double. A is read one
/// number at a time, so that any strides will do and a transposed A costs nothing; B and C are row-major. No alignment
/// or padding is assumed of any.
template <class T>
struct Product {
  const T* a = nullptr;  ///< A[i][k] stands at a[i·a_row + k·a_depth]
  std::size_t a_row = 0;
  std::size_t a_depth = 0;
  const T* b = nullptr;  ///< B[k][j] at b[k·b_stride + j], or at b[j·b_stride + k] if b_transposed
  std::size_t b_stride = 0;
  bool b_transposed = false;
  T* c = nullptr;  ///< C[i][j] at c[i·c_stride + j]; must not overlap A or B
  std::size_t c_stride = 0;
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::size_t depth = 0;
  bool add = false;  ///< C += A·B instead of C = A·B
};

/// Runs it on the calling thread, 2·rows·columns·depth flops, no allocation. Every element of C is the same sequence
/// of operations (fused multiply-adds along k in blocks of fixed length) wherever it stands, so that cutting rows or
/// columns into pieces changes no bit. depth = 0 gives C = 0 (or leaves it, with `add`).
void multiply(const Product<float>& product);
void multiply(const Product<double>& product);

}  // namespace plumbline
