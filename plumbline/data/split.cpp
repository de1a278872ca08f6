#include "plumbline/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {

namespace {

constexpr std::uint64_t kSplitStream = 0x5b117;

/// `total` rows shared out in proportion to `sizes`, exactly `total` in all (largest remainders, ties to the earlier),
/// never more than `room` to any.
std::vector<std::size_t> apportion(std::size_t total, const std::vector<std::size_t>& sizes,
                                   const std::vector<std::size_t>& room) {
  const double all = static_cast<double>(std::accumulate(sizes.begin(), sizes.end(), std::size_t{0}));
  std::vector<std::size_t> share(sizes.size());
  std::vector<std::pair<double, std::size_t>> remainder;
  std::size_t given = 0;
  for (std::size_t c = 0; c < sizes.size(); ++c) {
    const double exact = all > 0 ? static_cast<double>(total) * static_cast<double>(sizes[c]) / all : 0;
    share[c] = std::min(static_cast<std::size_t>(exact), room[c]);
    given += share[c];
    remainder.emplace_back(static_cast<double>(share[c]) - exact, c);
  }
  std::stable_sort(remainder.begin(), remainder.end());
  for (bool progress = true; given < total && progress;) {
    progress = false;
    for (const auto& [unused, c] : remainder) {
      if (given == total || share[c] == room[c]) continue;
      ++share[c];
      ++given;
      progress = true;
    }
  }
  return share;
}

/// The rows of each stratum that is large enough to be split, in hash order.
std::vector<std::vector<std::size_t>> shuffled_strata(std::size_t rows, const std::vector<std::uint32_t>& stratum,
                                                      const SplitOptions& options, std::size_t parts) {
  std::vector<std::vector<std::size_t>> members(
      stratum.empty() ? 1 : *std::max_element(stratum.begin(), stratum.end()) + std::size_t{1});
  for (std::size_t i = 0; i < rows; ++i) members[stratum.empty() ? 0 : stratum[i]].push_back(i);
  for (std::vector<std::size_t>& rows_of : members) {
    if (rows_of.size() < parts) rows_of.clear();
    std::vector<std::pair<std::uint64_t, std::size_t>> order;
    order.reserve(rows_of.size());
    for (const std::size_t i : rows_of)
      order.emplace_back(random_bits(options.seed, kSplitStream, options.record.empty() ? i : options.record[i]), i);
    std::sort(order.begin(), order.end());
    for (std::size_t q = 0; q < order.size(); ++q) rows_of[q] = order[q].second;
  }
  return members;
}

std::size_t share_of(double fraction, std::size_t rows) {
  return static_cast<std::size_t>(std::llround(fraction * static_cast<double>(rows)));
}

}  // namespace

const char* name_of(Part part) {
  switch (part) {
    case Part::train:
      return "train";
    case Part::validation:
      return "validation";
    case Part::calibration:
      return "calibration";
    case Part::test:
      return "test";
  }
  return "?";
}

std::vector<Part> split_rows(std::size_t rows, const std::vector<std::uint32_t>& stratum, const SplitOptions& options) {
  const double calibration = options.calibration_fraction;
  const double test = options.test_fraction;
  const double validation = options.validation_fraction;
  require(calibration >= 0 && test >= 0 && validation >= 0 && calibration + test + validation < 1, "split_rows",
          "fractions", "non-negative and below 1 in sum");
  require(stratum.empty() || stratum.size() == rows, "split_rows", "stratum", "empty or one entry a row");
  std::vector<Part> part(rows, Part::train);
  const std::size_t parts = 1 + (calibration > 0 ? 1U : 0U) + (test > 0 ? 1U : 0U);
  if (rows == 0 || (parts == 1 && validation == 0)) return part;

  const auto members = shuffled_strata(rows, stratum, options, parts);
  std::vector<std::size_t> sizes, room;
  for (const auto& rows_of : members) {
    sizes.push_back(rows_of.size());
    room.push_back(rows_of.empty() ? 0 : rows_of.size() - 1);
  }
  const std::vector<std::size_t> to_test = apportion(share_of(test, rows), sizes, room);
  for (std::size_t c = 0; c < room.size(); ++c) room[c] -= to_test[c];
  const std::vector<std::size_t> to_calibration = apportion(share_of(calibration, rows), sizes, room);
  for (std::size_t c = 0; c < room.size(); ++c) room[c] -= to_calibration[c];
  const std::vector<std::size_t> to_validation = apportion(share_of(validation, rows), sizes, room);
  for (std::size_t c = 0; c < members.size(); ++c) {
    auto row = members[c].begin();
    for (std::size_t q = 0; q < to_test[c]; ++q) part[*row++] = Part::test;
    for (std::size_t q = 0; q < to_calibration[c]; ++q) part[*row++] = Part::calibration;
    for (std::size_t q = 0; q < to_validation[c]; ++q) part[*row++] = Part::validation;
  }
  return part;
}

}  // namespace plumbline
