#include "plumbline/conformal/threshold.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

/// Whole numbers up to here are doubles.
constexpr double kLargestWhole = 0x1.0p53;

__extension__ using Wide = unsigned __int128;

/// α = digits/10^places, by its shortest decimal: at most 17 digits.
struct Decimal {
  std::uint64_t digits = 0;
  int places = 0;
};

Decimal shortest_decimal(double value) {
  std::array<char, 32> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);  // d.ddde-xx
  require(error == std::errc(), "conformal_rank", "miscoverage", "a number");
  const char* const exponent = std::find<const char*>(text.data(), end, 'e');
  Decimal decimal;
  for (const char* c = text.data(); c != exponent; ++c) {
    if (*c == '.') continue;
    decimal.digits = 10 * decimal.digits + static_cast<std::uint64_t>(*c - '0');
    if (c != text.data()) ++decimal.places;
  }
  int power = 0;
  std::from_chars(exponent + (exponent[1] == '+' ? 2 : 1), end, power);
  decimal.places -= power;
  return decimal;
}

/// ⌊count·α⌋ in whole numbers: count < 2⁵³ and at most 17 digits fit 128 bits, and below 10⁻²⁰ nothing is left of it.
std::uint64_t floor_of_product(std::uint64_t count, const Decimal& decimal) {
  if (decimal.places > 37) return 0;
  Wide divisor = 1;
  for (int k = 0; k < decimal.places; ++k) divisor *= 10;
  return static_cast<std::uint64_t>(static_cast<Wide>(count) * decimal.digits / divisor);
}

void check_miscoverage(double miscoverage, const char* function) {
  require(miscoverage > 0 && miscoverage < 1, function, "miscoverage",
          fmt::format("above 0 and below 1, got {}", miscoverage));
}

bool whole(double weight) { return weight == std::floor(weight); }

/// The weight that must lie at or below the threshold.
double required_weight(const CalibrationScores& scores, double total, double miscoverage) {
  const bool counts = scores.weight == nullptr || std::all_of(scores.weight, scores.weight + scores.rows, whole);
  if (counts && total < kLargestWhole) {
    return static_cast<double>(conformal_rank(static_cast<std::uint64_t>(total), miscoverage));
  }
  return (total + 1) - (total + 1) * miscoverage;
}

double readable(double score) { return std::isnan(score) ? kInfinity : score; }

/// Without weights and draws: selection alone.
double select(const CalibrationScores& scores, std::size_t rank) {
  std::vector<double> copy(scores.score, scores.score + scores.rows);
  std::transform(copy.begin(), copy.end(), copy.begin(), readable);
  const auto at = copy.begin() + static_cast<std::ptrdiff_t>(rank - 1);
  std::nth_element(copy.begin(), at, copy.end());
  return *at;
}

}  // namespace

std::uint64_t conformal_rank(std::uint64_t rows, double miscoverage) {
  check_miscoverage(miscoverage, "conformal_rank");
  require(static_cast<double>(rows) < kLargestWhole, "conformal_rank", "rows", fmt::format("below 2^53, got {}", rows));
  return rows + 1 - floor_of_product(rows + 1, shortest_decimal(miscoverage));
}

std::uint64_t least_calibration_rows(double miscoverage) {
  check_miscoverage(miscoverage, "least_calibration_rows");
  const double about = std::floor(1 / miscoverage);
  if (!(about < kLargestWhole / 2)) return std::numeric_limits<std::uint64_t>::max();
  auto rows = static_cast<std::uint64_t>(std::max(about - 2, 0.0));
  while (conformal_rank(rows, miscoverage) > rows) ++rows;
  return rows;
}

Threshold conformal_threshold(const CalibrationScores& scores, double miscoverage) {
  check_miscoverage(miscoverage, "conformal_threshold");
  const std::size_t n = scores.rows;
  Threshold threshold{kInfinity, 1, static_cast<double>(n)};
  if (scores.weight != nullptr) {
    threshold.weight = std::accumulate(scores.weight, scores.weight + n, 0.0);
    require(threshold.weight >= 0 && std::isfinite(threshold.weight), "conformal_threshold", "weights",
            "finite and not negative");
  }
  const double required = required_weight(scores, threshold.weight, miscoverage);
  if (required > threshold.weight) return threshold;
  if (scores.weight == nullptr && scores.draw == nullptr) {
    threshold.value = select(scores, static_cast<std::size_t>(required));
    return threshold;
  }
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const double of_a = readable(scores.score[a]), of_b = readable(scores.score[b]);
    if (of_a != of_b) return of_a < of_b;
    if (scores.draw != nullptr && scores.draw[a] != scores.draw[b]) return scores.draw[a] < scores.draw[b];
    return a < b;
  });
  double below = 0;
  for (const std::size_t i : order) {
    below += scores.weight == nullptr ? 1 : scores.weight[i];
    if (below < required) continue;
    threshold.value = readable(scores.score[i]);
    threshold.tie = scores.draw == nullptr || std::isinf(threshold.value) ? 1 : scores.draw[i];
    return threshold;
  }
  return threshold;  // fractions that add up to a hair less: nothing is surprising enough
}

}  // namespace plumbline
