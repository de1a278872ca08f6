#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "plumbline/data/row_source.hpp"

namespace plumbline {

/// Which rows are held out together.
struct Folds {
  static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
  std::size_t count = 0;
  std::vector<std::uint32_t> of_row;  ///< (n): its fold, or kNever: always in training
  std::vector<double> weight;         ///< (count): Σs of the rows that are held out together
  double held_out = 0;                ///< their sum
  double always = 0;                  ///< Σs of the rows that are never held out
};

/// Rows of positive weight, dealt out in the order of a hash of (seed, row number), so that folds differ by at most one
/// row. With `stratify` (targets are class indices in one column) class after class: each fold has its share of each,
/// and a class of a single row is never held out, since nothing could learn it. At most as many folds as rows. One look
/// at targets and weights, O(n log n).
Folds assign_folds(RowSource& source, std::size_t count, std::uint64_t seed, bool stratify);

/// The rows of `source` with those of one fold given weight 0: the training rows of that fold, without a copy of X.
/// `source` and `folds` must outlive this; one such source is read at a time.
class FoldSource final : public RowSource {
 public:
  FoldSource(RowSource& source, const Folds& folds, std::uint32_t left_out)
      : source_(source), folds_(folds), left_out_(left_out) {}

  std::size_t rows() const override { return source_.rows(); }
  std::size_t columns() const override { return source_.columns(); }
  std::size_t target_width() const override { return source_.target_width(); }
  bool sparse() const override { return source_.sparse(); }
  void rewind() override;
  bool next(RowBlock& block) override;

 private:
  RowSource& source_;
  const Folds& folds_;
  std::uint32_t left_out_;
  std::size_t row_ = 0;
};

}  // namespace plumbline
