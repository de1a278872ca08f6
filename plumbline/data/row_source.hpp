#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include "plumbline/core/matrix.hpp"

namespace plumbline {

/// Consecutive rows of a data set: x (rows, p), target (rows, target_width), row_weight (rows) or null for all 1.
struct RowBlock {
  std::size_t first_row = 0;
  std::size_t rows = 0;
  std::variant<DenseView, CsrView> x;
  const double* target = nullptr;  ///< row-major; class index, number, or 0/1 per label
  const double* row_weight = nullptr;
  std::shared_ptr<const void> owner;  ///< keeps the memory behind the views alive; null where the source does

  /// Rows [begin, begin + count) of this block, as a view.
  RowBlock slice(std::size_t begin, std::size_t count, std::size_t target_width) const;
};

/// Yields all rows, in order, block by block, as often as it is rewound. In memory, streamed or sharded: they differ
/// only here. `next` may be called from any thread, by one at a time; blocks may be read from many.
class RowSource {
 public:
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  virtual std::size_t rows() const = 0;
  virtual std::size_t columns() const = 0;       ///< p
  virtual std::size_t target_width() const = 0;  ///< 1, or the number of labels
  virtual bool sparse() const = 0;
  /// Back to the first row.
  virtual void rewind() = 0;
  /// The next block, false after the last. Throws DataError or FileError where the rows come from a file.
  virtual bool next(RowBlock& block) = 0;
};

/// Rows that are in memory already. The caller owns all arrays, which must outlive the source.
/// `block_rows` rows a block (0: all rows at once); it changes no result, only how the rows are handed out.
class MemorySource final : public RowSource {
 public:
  MemorySource(std::variant<DenseView, CsrView> x, const double* target, std::size_t target_width,
               const double* row_weight, std::size_t block_rows = 0);

  std::size_t rows() const override { return all_.rows; }
  std::size_t columns() const override;
  std::size_t target_width() const override { return target_width_; }
  bool sparse() const override { return std::holds_alternative<CsrView>(all_.x); }
  void rewind() override { position_ = 0; }
  bool next(RowBlock& block) override;

 private:
  RowBlock all_;
  std::size_t target_width_;
  std::size_t block_rows_;
  std::size_t position_ = 0;
};

}  // namespace plumbline
