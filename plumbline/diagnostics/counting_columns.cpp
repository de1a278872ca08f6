#include "plumbline/diagnostics/counting_columns.hpp"

#include <cmath>

#include "plumbline/core/errors.hpp"
#include "plumbline/diagnostics/row_cells.hpp"

namespace plumbline {

namespace {

/// How one column has gone from row to row so far.
struct Course {
  std::size_t column = 0;
  double last = 0;
  bool up = true, down = true, begun = false;

  /// False once it can no longer count.
  bool goes_on(double cell) {
    if (begun) {
      up = up && cell > last;
      down = down && cell < last;
    }
    begun = true;
    last = cell;
    return (up || down) && cell == std::floor(cell);
  }
};

}  // namespace

std::vector<std::size_t> counting_columns(RowSource& source, std::vector<std::size_t> candidates, Progress& progress) {
  if (source.sparse()) return {};
  std::vector<Course> left;
  for (const std::size_t j : candidates) left.push_back({j});
  source.rewind();
  for (RowBlock block; !left.empty() && source.next(block);) {
    if (progress.cancelled()) throw Cancelled();
    const auto& x = std::get<DenseView>(block.x);
    for (std::size_t i = 0; i < block.rows && !left.empty(); ++i) {
      if (weight_of(block, i) == 0) continue;
      std::erase_if(left, [&](Course& course) { return !course.goes_on(dense_cell(x, i, course.column)); });
    }
  }
  candidates.clear();
  for (const Course& course : left) candidates.push_back(course.column);
  return candidates;
}

}  // namespace plumbline
