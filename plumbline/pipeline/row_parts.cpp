#include "plumbline/pipeline/row_parts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>

#include "plumbline/data/encode.hpp"

namespace plumbline {

RowParts assign_parts(const std::vector<bool>& used, const std::vector<double>* classes, SplitOptions split) {
  std::vector<std::uint32_t> strata;
  split.record.clear();
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (!used[i]) continue;
    split.record.push_back(i);
    if (classes != nullptr) strata.push_back(static_cast<std::uint32_t>((*classes)[i]));
  }
  const std::vector<Part> part = split_rows(split.record.size(), strata, split);
  RowParts parts;
  parts.part.assign(used.size(), Part::train);
  for (std::size_t q = 0; q < part.size(); ++q) parts.part[split.record[q]] = part[q];
  const auto count = [&](Part which) { return static_cast<std::size_t>(std::count(part.begin(), part.end(), which)); };
  parts.train_rows = count(Part::train);
  parts.validation_rows = count(Part::validation);
  parts.calibration_rows = count(Part::calibration);
  parts.test_rows = count(Part::test);
  return parts;
}

std::vector<std::size_t> part_slots(const std::vector<bool>& used, const std::vector<Part>& part) {
  std::array<std::size_t, 5> next{};  // by part: how many rows stand before it
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) ++next.at(static_cast<std::size_t>(part[i]) + 1);
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  std::vector<std::size_t> slots(used.size(), kNoSlot);
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) slots[i] = next.at(static_cast<std::size_t>(part[i]))++;
  }
  return slots;
}

}  // namespace plumbline
