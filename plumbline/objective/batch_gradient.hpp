#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

/// The gradient of an empirical risk as a few of its rows see it, for mini-batch methods (subject N5.3):
///
///   g = (n/|B|)·(1/Σs) Σ_{i in B} s_i x̃_i ∂l(y_i, eta_i) + l2·diag(factor) w
///
/// n the number of rows of positive weight: over a random batch B its expectation is ∇f(w), also where rows weigh
/// differently. Rows are named by their number in the source, so that a batch is the same for any block size. All
/// blocks of the source are held at once, since batches jump: views for a source in memory, copies only where a source
/// hands out blocks of its own. A batch is one thread's work: 4·|B|·d·K flops (dense), and K·p for a sparse source.
class BatchGradient final {
 public:
  /// `risk` must outlive this. Batches of at most `most_rows` rows.
  BatchGradient(EmpiricalRisk& risk, std::size_t most_rows);

  /// The numbers of the rows of positive weight, increasing.
  const std::vector<std::size_t>& rows() const { return rows_; }
  /// gradient ← g at w over rows[0 … count).
  void evaluate(const Vector& w, const std::size_t* rows, std::size_t count, Vector& gradient);

 private:
  /// Copies of the rows of a batch, in one kind of storage.
  struct Gathered {
    std::vector<std::byte> cells;
    std::vector<std::uint64_t> offsets;
    std::vector<std::uint32_t> indices;
    std::vector<double> values, target, row_weight;

    void clear();
    void append(const DenseView& x, std::size_t row);
    void append(const CsrView& x, std::size_t row);
    RowBlock block(const RowBlock& like) const;
  };

  const RowBlock& block_of(std::size_t row) const;
  void add_tile(const std::size_t* rows, std::size_t count);

  EmpiricalRisk& risk_;
  std::vector<RowBlock> blocks_;
  std::vector<std::size_t> rows_;
  std::size_t target_width_;
  RowVerbs verbs_;
  VerbWeights weights_;
  Gathered gathered_;
  Buffer<double> sums_;
  std::vector<double> eta_, slope_;
};

}  // namespace plumbline
