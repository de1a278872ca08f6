#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/kernels/tile.hpp"
#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// Weights in solver coordinates as the verbs of kernels/ want them. Dense: output-major with padded rows. Sparse:
/// feature-major in the units of the raw cells, with what centre and scale do to the intercept apart.
struct VerbWeights {
  Buffer<double> table;
  std::vector<double> intercept;
};

/// X̃·W and X̃ᵀ·R on a few rows at a time, in solver coordinates, where dense and sparse rows meet. One thread each.
class RowVerbs final {
 public:
  /// `at` must outlive this. At most `most_rows` rows are loaded at once (0: as many as stay in cache).
  RowVerbs(const Coordinates& at, std::size_t outputs, bool sparse, std::size_t most_rows = 0);

  std::size_t most_rows() const { return most_rows_; }
  /// Tables for `w`, (K, d) output-major; `into` is reused where it has the size already.
  void translate(const double* w, VerbWeights& into) const;

  /// The rows that the two verbs below speak of; dense rows are copied, sparse ones must stay where they are.
  void load(const RowBlock& rows);
  /// eta (rows, K) of the loaded rows.
  void multiply(const VerbWeights& weights, double* eta) const;
  /// sums += X̃ᵀ·R in the verbs' own layout, r (rows, K); sums: sums_size() doubles, 64-byte aligned.
  void multiply_transposed_add(const double* r, double* sums) const;

  std::size_t sums_size() const;
  /// What has been added up, (K, d) output-major in solver coordinates.
  Vector in_coordinates(const double* sums) const;

 private:
  const Coordinates& at_;
  std::size_t outputs_;
  std::size_t most_rows_;
  bool sparse_;
  DenseTile tile_;
  CsrView view_;
};

}  // namespace plumbline
