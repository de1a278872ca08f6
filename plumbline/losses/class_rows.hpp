#pragma once

#include <cstddef>
#include <span>

namespace plumbline {

/// A read-only look at numbers of shape (n, m), row-major without gaps: one row an example, one column a class. Holds
/// logits, log-probabilities, probabilities or soft targets. Must not outlive what it looks at.
class ClassRows final {
 public:
  /// Throws std::invalid_argument unless classes >= 1 divides the number of cells.
  ClassRows(std::span<const double> cells, std::size_t classes);

  std::span<const double> cells() const { return cells_; }
  std::size_t rows() const { return cells_.size() / classes_; }
  std::size_t classes() const { return classes_; }
  std::span<const double> row(std::size_t i) const { return cells_.subspan(i * classes_, classes_); }

 private:
  std::span<const double> cells_;
  std::size_t classes_;
};

}  // namespace plumbline
