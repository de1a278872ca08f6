#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "plumbline/calibration/fit_calibrator.hpp"
#include "plumbline/calibration/log_odds.hpp"
#include "plumbline/calibration/logit_tiles.hpp"
#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

/// Sums of f' and f'' over rows, not yet divided by Σs.
struct Slope {
  double first = 0, second = 0;
};

/// What the rows look like before any β.
struct Extent {
  double spread = 0;      ///< max |z_k − z_top| over rows of weight
  bool all_right = true;  ///< the true class is among the largest in every row of weight
};

class TemperatureRows final {
 public:
  explicit TemperatureRows(const ClassOutputs& outputs)
      : outputs_(outputs), pieces_((outputs.rows() + kLogitPieceRows - 1) / kLogitPieceRows) {}

  Extent extent() const {
    std::vector<Extent> parts(pieces_);
    each_tile([&](std::size_t piece, const Tile& tile) {
      const std::size_t m = outputs_.classes();
      for (std::size_t i = 0; i < tile.rows; ++i) {
        if (weight_at(outputs_, tile.begin + i) == 0) continue;
        const double* d = tile.below_top + i * m;
        parts[piece].spread = std::max(parts[piece].spread, -*std::min_element(d, d + m));
        if (d[outputs_.label[tile.begin + i]] < 0) parts[piece].all_right = false;
      }
    });
    Extent all;
    for (const Extent& part : parts) {
      all.spread = std::max(all.spread, part.spread);
      all.all_right = all.all_right && part.all_right;
    }
    return all;
  }

  /// At β, logits divided by `unit`; the true class counts 1 − smoothing, the others share the rest.
  Slope slope(double beta, double unit, double smoothing) const {
    std::vector<Slope> parts(pieces_);
    each_tile([&](std::size_t piece, Tile& tile) {
      const std::size_t m = outputs_.classes();
      for (std::size_t c = 0; c < tile.rows * m; ++c) {
        tile.below_top[c] /= unit;
        tile.p[c] = beta * tile.below_top[c];
      }
      softmax_rows(tile.p, tile.rows, m, nullptr, tile.p);
      for (std::size_t i = 0; i < tile.rows; ++i) add(tile, i, smoothing, parts[piece]);
    });
    Slope all;
    for (const Slope& part : parts) {
      all.first += part.first;
      all.second += part.second;
    }
    return all;
  }

 private:
  struct Tile {
    std::size_t begin = 0, rows = 0;
    double* below_top = nullptr;  ///< (rows, m): logits minus the largest of the row
    double* p = nullptr;          ///< (rows, m): room
  };

  template <class Work>
  void each_tile(const Work& work) const {
    const std::size_t m = outputs_.classes();
    parallel_for(pieces_, [&](std::size_t piece) {
      std::vector<double> room(2 * kLogitTileRows * m);
      const std::size_t end = std::min(outputs_.rows(), (piece + 1) * kLogitPieceRows);
      for (std::size_t begin = piece * kLogitPieceRows; begin < end; begin += kLogitTileRows) {
        Tile tile{begin, std::min(kLogitTileRows, end - begin), room.data(), room.data() + kLogitTileRows * m};
        load_logits(outputs_, begin, tile.rows, tile.below_top);
        for (std::size_t i = 0; i < tile.rows; ++i) {
          double* row = tile.below_top + i * m;
          const double top = *std::max_element(row, row + m);
          for (std::size_t k = 0; k < m; ++k) row[k] = finite_difference(row[k], top);
        }
        work(piece, tile);
      }
    });
  }

  void add(const Tile& tile, std::size_t i, double smoothing, Slope& sum) const {
    const std::size_t m = outputs_.classes();
    const double* d = tile.below_top + i * m;
    const double* p = tile.p + i * m;
    double mean = 0, total = 0;
    for (std::size_t k = 0; k < m; ++k) {
      mean += p[k] * d[k];
      total += d[k];
    }
    double variance = 0;
    for (std::size_t k = 0; k < m; ++k) variance += p[k] * (d[k] - mean) * (d[k] - mean);
    const double truth = d[outputs_.label[tile.begin + i]];
    const double others = smoothing == 0 ? 0 : smoothing * ((total - truth) / static_cast<double>(m - 1) - truth);
    const double s = weight_at(outputs_, tile.begin + i);
    sum.first += s * (mean - truth - others);
    sum.second += s * variance;
  }

  const ClassOutputs& outputs_;
  std::size_t pieces_;
};

struct Root {
  double beta = 0;
  bool found = false;  ///< false: the slope is not negative at `lowest`
  std::size_t passes = 0;
};

/// The zero of the slope above `lowest`: Newton in log β, doubling or bisecting where that leaves the bracket.
template <class SlopeAt>
Root find_root(const SlopeAt& slope_at, double lowest, double start) {
  constexpr std::size_t kMostPasses = 400;  // doubling across the whole range of doubles, and then some
  constexpr double kDone = 1e-9;            // quadratic convergence: the step after would be of the order of 1e-18
  constexpr double kLongest = 2.0;          // of a step in log β
  Root root;
  if (!(slope_at(lowest).first < 0)) return {lowest, false, 1};
  root.found = true;
  double low = std::log(lowest), high = std::numeric_limits<double>::infinity(), at = std::log(start);
  for (root.passes = 1; root.passes < kMostPasses; ++root.passes) {
    const double beta = std::exp(at);
    const Slope slope = slope_at(beta);
    if (slope.first == 0) break;
    (slope.first < 0 ? low : high) = at;
    const double newton = -slope.first / (beta * slope.second);
    if (std::fabs(newton) <= kDone) {
      at += newton;
      break;
    }
    double next = at + std::clamp(std::isnan(newton) ? 0.0 : newton, -kLongest, kLongest);
    if (!(next > low && next < high)) next = std::isinf(high) ? low + kLongest : (low + high) / 2;
    if (next == at) break;
    at = next;
  }
  root.beta = std::exp(at);
  return root;
}

CalibratorFit of_temperature(std::size_t classes, double temperature, std::size_t iterations) {
  CalibratorFit fit;
  fit.calibrator.method = CalibrationMethod::temperature;
  fit.calibrator.classes = classes;
  fit.calibrator.temperature =
      std::clamp(temperature, std::numeric_limits<double>::min(), std::numeric_limits<double>::max());
  fit.iterations = iterations;
  return fit;
}

}  // namespace

CalibratorFit fit_temperature(const ClassOutputs& outputs) {
  check_outputs(outputs, "fit_temperature");
  const std::size_t m = outputs.classes();
  const TemperatureRows rows(outputs);
  const Extent extent = rows.extent();
  if (extent.spread == 0) {
    CalibratorFit fit = of_temperature(m, 1, 1);
    fit.notes.emplace_back("every row has the same output for all classes: no temperature changes that");
    return fit;
  }
  const double n = total_weight(outputs);
  const double smoothing = extent.all_right ? 1 / (n + 2) : 0;
  // In units of the largest difference β lies within the range of doubles whatever the scale of the logits is.
  constexpr double kUniform = 1e-3;
  const double start = std::clamp(extent.spread, kUniform, 1e6);
  const Root root = find_root([&](double beta) { return rows.slope(beta, extent.spread, smoothing); }, kUniform, start);
  CalibratorFit fit = of_temperature(m, extent.spread / root.beta, root.passes + 1);
  if (!root.found) {
    fit.notes.push_back(
        fmt::format("the outputs say nothing of the classes, or the opposite: the best temperature is infinite; "
                    "T = {:.4g} makes the probabilities of a row equal within 0.1 %",
                    fit.calibrator.temperature));
  } else if (extent.all_right) {
    fit.notes.emplace_back(
        "every row has its true class on top, so the best temperature is 0; fitted with the true class counting "
        "(n + 1)/(n + 2) instead of 1");
  }
  return fit;
}

}  // namespace plumbline
