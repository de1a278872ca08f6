#include "plumbline/calibration/calibrator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "plumbline/calibration/log_odds.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/kernels/elementwise.hpp"

namespace plumbline {
namespace {

constexpr double kLeast = std::numeric_limits<double>::min();
constexpr double kMost = 1 - std::numeric_limits<double>::epsilon() / 2;

/// Linear between knots; halves, so that the difference of two scores does not overflow.
double value_of(const IsotonicMap& map, double score) {
  const auto above = std::upper_bound(map.score.begin(), map.score.end(), score);
  if (above == map.score.begin()) return map.value.front();
  if (above == map.score.end()) return map.value.back();
  const auto right = static_cast<std::size_t>(above - map.score.begin());
  const double from = map.score[right - 1], to = map.score[right];
  const double share = (score / 2 - from / 2) / (to / 2 - from / 2);
  const double low = map.value[right - 1], high = map.value[right];
  return std::clamp(low + share * (high - low), low, high);
}

/// Writes log p of one row; for the methods that are a softmax of transformed logits: those, at most 0.
class RowMap final {
 public:
  explicit RowMap(const Calibrator& calibrator) : calibrator_(calibrator) {}

  bool is_softmax() const {
    return calibrator_.method != CalibrationMethod::platt && calibrator_.method != CalibrationMethod::isotonic;
  }

  void logits(const double* z, double* out) const {
    const std::size_t m = calibrator_.classes;
    const double top = *std::max_element(z, z + m);
    for (std::size_t k = 0; k < m; ++k) out[k] = finite_difference(z[k], top);
    if (calibrator_.method == CalibrationMethod::none) return;
    if (calibrator_.method == CalibrationMethod::temperature) {
      for (std::size_t k = 0; k < m; ++k) out[k] = finite_difference(out[k] / calibrator_.temperature, 0);
      return;
    }
    double mean = 0;
    for (std::size_t k = 0; k < m; ++k) mean += out[k] / static_cast<double>(m);
    for (std::size_t k = 0; k < m; ++k) {
      const double scaled = finite_difference(calibrator_.scale[k] * (out[k] - mean), 0);
      out[k] = finite_difference(scaled, -calibrator_.offset[k]);
    }
  }

  /// Each class against the rest: log p (two classes: of both), then divided by the sum over the classes.
  void log_shares(const double* z, double* out) const {
    const std::size_t m = calibrator_.classes;
    const RowOdds row = row_odds(z, m);
    if (m == 2) {
      const double odds = log_odds(row, z[1], 1);
      both_log_shares(0, odds, out);
      return;
    }
    for (std::size_t k = 0; k < m; ++k) out[k] = log_share(k, log_odds(row, z[k], k));
    const double sum = log_sum_exp(out, m);
    for (std::size_t k = 0; k < m; ++k) out[k] = finite_difference(out[k], sum);
  }

 private:
  double linear(std::size_t k, double odds) const {
    return finite_difference(finite_difference(calibrator_.scale[k] * odds, 0), -calibrator_.offset[k]);
  }
  double log_share(std::size_t k, double odds) const {
    if (calibrator_.method == CalibrationMethod::platt) return finite_difference(0, log1p_exp(-linear(k, odds)));
    return std::log(value_of(calibrator_.isotonic[k], odds));
  }
  void both_log_shares(std::size_t k, double odds, double* out) const {
    out[1] = log_share(k, odds);
    out[0] = calibrator_.method == CalibrationMethod::platt ? finite_difference(0, log1p_exp(linear(k, odds)))
                                                            : std::log1p(-value_of(calibrator_.isotonic[k], odds));
  }

  const Calibrator& calibrator_;
};

void check_shapes(const Calibrator& calibrator) {
  const std::size_t m = calibrator.classes;
  require(m >= 2, "calibrated_probabilities", "calibrator.classes", fmt::format("two or more, got {}", m));
  const auto expect = [](bool holds) {
    require(holds, "calibrated_probabilities", "calibrator", "one whose members have the shapes of its method");
  };
  switch (calibrator.method) {
    case CalibrationMethod::none:
      break;
    case CalibrationMethod::temperature:
      expect(calibrator.temperature > 0 && std::isfinite(calibrator.temperature));
      break;
    case CalibrationMethod::vector:
      expect(calibrator.scale.size() == m && calibrator.offset.size() == m);
      break;
    case CalibrationMethod::platt:
      expect(calibrator.scale.size() == one_against_rest(m) && calibrator.offset.size() == one_against_rest(m));
      break;
    case CalibrationMethod::isotonic:
      expect(calibrator.isotonic.size() == one_against_rest(m));
      for (const IsotonicMap& map : calibrator.isotonic)
        expect(!map.score.empty() && map.score.size() == map.value.size());
      break;
  }
}

}  // namespace

const char* name_of(CalibrationMethod method) {
  switch (method) {
    case CalibrationMethod::none:
      return "none";
    case CalibrationMethod::temperature:
      return "temperature";
    case CalibrationMethod::vector:
      return "vector";
    case CalibrationMethod::platt:
      return "platt";
    case CalibrationMethod::isotonic:
      return "isotonic";
  }
  return "";
}

void calibrated_probabilities(const Calibrator& calibrator, const double* logits, std::size_t rows, double* p,
                              double* log_p) {
  check_shapes(calibrator);
  const RowMap map(calibrator);
  const std::size_t m = calibrator.classes;
  double* from = log_p == nullptr ? p : log_p;  // the same steps either way: p must not depend on what else is asked
  for (std::size_t i = 0; i < rows; ++i) {
    if (map.is_softmax()) {
      map.logits(logits + i * m, from + i * m);
    } else {
      map.log_shares(logits + i * m, from + i * m);
    }
  }
  if (map.is_softmax()) {
    std::vector<double> normalizer(rows);
    softmax_rows(from, rows, m, normalizer.data(), p);
    for (std::size_t c = 0; log_p != nullptr && c < rows * m; ++c)
      log_p[c] = finite_difference(log_p[c], normalizer[c / m]);
  } else {
    std::transform(from, from + rows * m, p, [](double log_share) { return std::exp(log_share); });
  }
  if (calibrator.method == CalibrationMethod::none) return;
  std::transform(p, p + rows * m, p, [](double each) { return std::clamp(each, kLeast, kMost); });
}

}  // namespace plumbline
