#include "plumbline/data/record_places.hpp"

#include <utility>

namespace plumbline {

void RecordLines::note(std::size_t row, std::uint64_t line) {
  if (row == 0) first_line_ = line;
  const std::uint64_t past = line - first_line_;
  if (past_first_.empty() && past == row) return;
  while (past_first_.size() < row) past_first_.push_back(static_cast<std::uint32_t>(past_first_.size()));
  past_first_.push_back(static_cast<std::uint32_t>(past));
}

std::vector<std::uint32_t> RecordLines::take() { return std::exchange(past_first_, {}); }

void RecordLines::clear() {
  first_line_ = 0;
  past_first_.clear();
}

}  // namespace plumbline
