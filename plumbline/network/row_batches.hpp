#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "plumbline/autodiff/array.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"

namespace plumbline {

/// Some rows as a network takes them in.
template <class T>
struct Batch {
  autodiff::Array<T> x;           ///< (rows, p), x̃ = (x − center)·scale
  std::vector<double> target;     ///< (rows, target_width)
  autodiff::Array<T> row_weight;  ///< (rows, 1)
};

/// The rows of a source by number, for batches that jump. All blocks of the source are held at once: views for a source
/// in memory, copies only where a source hands out blocks of its own. Sparse rows are spread out, a batch at a time.
class RowBatches final {
 public:
  /// `source` and `at` must outlive this. Of `at` only center and scale are used.
  RowBatches(RowSource& source, const Coordinates& at);

  /// The numbers of the rows of positive weight, increasing.
  const std::vector<std::size_t>& rows() const { return rows_; }
  double weight_sum() const { return weight_sum_; }
  std::size_t features() const { return features_; }
  std::size_t target_width() const { return target_width_; }

  /// Fills `batch` with those rows, in that order; its memory is reused. Any thread.
  template <class T>
  void load(std::span<const std::size_t> rows, Batch<T>& batch) const;

 private:
  template <class T>
  void load_one(std::size_t row, std::size_t i, Batch<T>& batch) const;
  const RowBlock& block_of(std::size_t row) const;

  const Coordinates& at_;
  std::size_t features_;
  std::size_t target_width_;
  std::vector<RowBlock> blocks_;
  std::vector<std::size_t> rows_;
  double weight_sum_ = 0;
};

extern template void RowBatches::load<float>(std::span<const std::size_t>, Batch<float>&) const;
extern template void RowBatches::load<double>(std::span<const std::size_t>, Batch<double>&) const;

}  // namespace plumbline
