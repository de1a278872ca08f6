#include "plumbline/calibration/isotonic.hpp"

#include <algorithm>

#include "plumbline/calibration/class_columns.hpp"
#include "plumbline/calibration/fit_calibrator.hpp"
#include "plumbline/calibration/logit_tiles.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

struct Block {
  double least = 0, most = 0;  ///< scores
  double weight = 0, sum = 0;

  double value() const { return sum / weight; }
  void take(const Block& next) {
    most = next.most;
    weight += next.weight;
    sum += next.sum;
  }
};

/// Blocks of equal score, ascending.
std::vector<Block> distinct_scores(std::vector<IsotonicPoint> points) {
  // By value too, so that sums do not depend on the order in which equal scores came.
  std::sort(points.begin(), points.end(), [](const IsotonicPoint& a, const IsotonicPoint& b) {
    return a.score != b.score ? a.score < b.score : a.value != b.value ? a.value < b.value : a.weight < b.weight;
  });
  std::vector<Block> blocks;
  for (const IsotonicPoint& point : points) {
    if (!(point.weight > 0)) continue;
    const Block block{point.score, point.score, point.weight, point.weight * point.value};
    if (!blocks.empty() && blocks.back().most == point.score) {
      blocks.back().take(block);
    } else {
      blocks.push_back(block);
    }
  }
  return blocks;
}

}  // namespace

IsotonicMap isotonic_regression(std::vector<IsotonicPoint> points) {
  std::vector<Block> pooled;
  for (const Block& next : distinct_scores(std::move(points))) {
    pooled.push_back(next);
    while (pooled.size() > 1 && pooled[pooled.size() - 2].value() >= pooled.back().value()) {
      const Block last = pooled.back();
      pooled.pop_back();
      pooled.back().take(last);
    }
  }
  require(!pooled.empty(), "isotonic_regression", "points", "some of positive weight, got none");
  IsotonicMap map;
  for (const Block& block : pooled) {
    map.score.push_back(block.least);
    map.value.push_back(block.value());
    if (block.most == block.least) continue;
    map.score.push_back(block.most);
    map.value.push_back(block.value());
  }
  return map;
}

CalibratorFit fit_isotonic(const ClassOutputs& outputs) {
  check_outputs(outputs, "fit_isotonic");
  const ClassColumns columns(outputs);
  const std::size_t maps = one_against_rest(outputs.classes());
  const double least = 1 / (total_weight(outputs) + 2);
  CalibratorFit fit;
  fit.calibrator.method = CalibrationMethod::isotonic;
  fit.calibrator.classes = outputs.classes();
  fit.calibrator.isotonic.resize(maps);
  fit.iterations = 1;
  parallel_for(maps, [&](std::size_t c) {
    const std::size_t k = maps == 1 ? 1 : c;
    const std::vector<double> odds = columns.column(k);
    std::vector<IsotonicPoint> points(odds.size());
    for (std::size_t i = 0; i < points.size(); ++i)
      points[i] = {odds[i], columns.is(i, k) ? 1.0 : 0.0, weight_at(outputs, i)};
    IsotonicMap& map = fit.calibrator.isotonic[c];
    map = isotonic_regression(std::move(points));
    for (double& value : map.value) value = std::clamp(value, least, 1 - least);
  });
  return fit;
}

}  // namespace plumbline
