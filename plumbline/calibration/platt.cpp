#include <algorithm>
#include <cmath>
#include <vector>

#include "plumbline/calibration/class_columns.hpp"
#include "plumbline/calibration/fit_calibrator.hpp"
#include "plumbline/calibration/logit_tiles.hpp"
#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kMostIterations = 100;
constexpr std::size_t kMostHalvings = 60;
constexpr std::size_t kRowsAtOnce = 512;
/// Newton's decrement below this share of the loss: the step that squares it is the last.
constexpr double kLastStep = 1e-12;

struct Line {
  double slope = 0, offset = 0;
};

/// Weighted sums of −t log p − (1 − t) log(1 − p), its gradient and curvature in (slope, offset).
struct LineSums {
  double loss = 0;
  double by_slope = 0, by_offset = 0;
  double slope_slope = 0, slope_offset = 0, offset_offset = 0;
};

/// One class against the rest. Log-odds are moved to mean 0 and variance 1, so that any scale of logits will do.
class PlattRows final {
 public:
  PlattRows(const ClassColumns& columns, std::size_t k) : columns_(columns), k_(k), z_(columns.column(k)) {
    double positive = 0, most = 0;
    for (std::size_t i = 0; i < z_.size(); ++i) {
      const double s = weight(i);
      total_ += s;
      positive += columns.is(i, k) ? s : 0;
      if (s > 0) most = std::max(most, std::fabs(z_[i]));
    }
    target_[1] = (positive + 1) / (positive + 2);
    target_[0] = 1 / (total_ - positive + 2);
    standardize(most);
  }

  std::size_t iterations() const { return iterations_; }

  Line fit() {
    // The share of the class where the slope is 0: where Newton's method starts, and ends if z does not vary.
    double share = 0;
    for (std::size_t i = 0; i < z_.size(); ++i) share += weight(i) * target_[columns_.is(i, k_) ? 1 : 0] / total_;
    Line line{0, std::log(share) - std::log1p(-share)};
    if (scale_ == 0) return line;
    LineSums now = sums(line);
    for (iterations_ = 1; iterations_ < kMostIterations; ++iterations_) {
      const double determinant = now.slope_slope * now.offset_offset - now.slope_offset * now.slope_offset;
      if (!(determinant > 0)) break;
      const Line step{(now.offset_offset * now.by_slope - now.slope_offset * now.by_offset) / determinant,
                      (now.slope_slope * now.by_offset - now.slope_offset * now.by_slope) / determinant};
      if (!(step.slope * now.by_slope + step.offset * now.by_offset > kLastStep * now.loss)) {
        line = {line.slope - step.slope, line.offset - step.offset};
        break;
      }
      if (!descend(step, line, now)) break;
    }
    return in_units(line);
  }

 private:
  double weight(std::size_t i) const { return weight_at(columns_.outputs(), i); }

  void standardize(double most) {
    if (most == 0) return;
    double squares = 0;
    for (double& z : z_) z /= most;  // sums of squares of anything up to the largest double
    for (std::size_t i = 0; i < z_.size(); ++i) mean_ += weight(i) * z_[i] / total_;
    for (double& z : z_) z -= mean_;
    for (std::size_t i = 0; i < z_.size(); ++i) squares += weight(i) * z_[i] * z_[i] / total_;
    constexpr double kNothing = 1e-28;  // the square of what rounding alone leaves of equal numbers
    if (!(squares > kNothing)) return;
    scale_ = std::sqrt(squares);
    for (double& z : z_) z /= scale_;
    unit_ = most;
  }

  Line in_units(const Line& line) const {
    // σ(slope·((z/unit − mean)/scale) + offset)
    return {line.slope / scale_ / unit_, line.offset - line.slope * mean_ / scale_};
  }

  bool descend(const Line& step, Line& line, LineSums& now) const {
    double length = 1;
    for (std::size_t i = 0; i < kMostHalvings; ++i, length /= 2) {
      const Line next{line.slope - length * step.slope, line.offset - length * step.offset};
      const LineSums there = sums(next);
      if (!(there.loss < now.loss)) continue;
      line = next;
      now = there;
      return true;
    }
    return false;
  }

  LineSums sums(const Line& line) const {
    LineSums all;
    double eta[kRowsAtOnce], softplus[kRowsAtOnce], p[kRowsAtOnce], q[kRowsAtOnce];
    for (std::size_t begin = 0; begin < z_.size(); begin += kRowsAtOnce) {
      const std::size_t count = std::min(kRowsAtOnce, z_.size() - begin);
      for (std::size_t i = 0; i < count; ++i) eta[i] = line.slope * z_[begin + i] + line.offset;
      softplus_and_sigmoid(eta, count, softplus, p, q);
      for (std::size_t i = 0; i < count; ++i) {
        const double s = weight(begin + i), z = z_[begin + i], t = target_[columns_.is(begin + i, k_) ? 1 : 0];
        const double residual = s * (p[i] - t), curvature = s * p[i] * q[i];
        all.loss += s * (softplus[i] - t * eta[i]);
        all.by_slope += residual * z;
        all.by_offset += residual;
        all.slope_slope += curvature * z * z;
        all.slope_offset += curvature * z;
        all.offset_offset += curvature;
      }
    }
    return all;
  }

  const ClassColumns& columns_;
  std::size_t k_;
  std::vector<double> z_;
  double target_[2] = {0, 0};
  double total_ = 0, mean_ = 0, scale_ = 0, unit_ = 1;
  std::size_t iterations_ = 0;
};

}  // namespace

CalibratorFit fit_platt(const ClassOutputs& outputs) {
  check_outputs(outputs, "fit_platt");
  const ClassColumns columns(outputs);
  const std::size_t lines = one_against_rest(outputs.classes());
  CalibratorFit fit;
  Calibrator& calibrator = fit.calibrator;
  calibrator.method = CalibrationMethod::platt;
  calibrator.classes = outputs.classes();
  calibrator.scale.resize(lines);
  calibrator.offset.resize(lines);
  std::vector<std::size_t> iterations(lines);
  parallel_for(lines, [&](std::size_t c) {
    PlattRows rows(columns, lines == 1 ? 1 : c);
    const Line line = rows.fit();
    calibrator.scale[c] = line.slope;
    calibrator.offset[c] = line.offset;
    iterations[c] = rows.iterations();
  });
  fit.iterations = *std::max_element(iterations.begin(), iterations.end());
  return fit;
}

}  // namespace plumbline
