#include <Eigen/LU>
#include <algorithm>
#include <limits>
#include <vector>

#include "plumbline/diagnostics/influence.hpp"
#include "plumbline/inference/posterior_tiles.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// A pivot of I − t C G below this is rounding: without the row some direction is not determined.
constexpr double kLeastPivot = 1e-10;

/// What the leaves of one pass share.
struct LeaveOneOutShared {
  EmpiricalRisk* risk = nullptr;
  OutputPairs pairs;
  bool sparse = false, mixes = false;
  std::size_t rotated = 0;  ///< numbers a row after rotation
  VerbWeights w, rotation;
  ApproximateLeaveOneOut* out = nullptr;
};

class LeaveOneOutWorker final {
 public:
  explicit LeaveOneOutWorker(const LeaveOneOutShared& shared)
      : shared_(shared),
        outputs_(shared.risk->outputs()),
        rotate_(shared.risk->coordinates(), shared.rotated, shared.sparse, rows_with(shared.rotated)),
        predict_(shared.risk->coordinates(), outputs_, shared.sparse, rotate_.most_rows()),
        rotated_(rotate_.most_rows() * shared.rotated),
        curvature_(rotate_.most_rows() * shared.pairs.size()) {}
  std::size_t most_rows() const { return rotate_.most_rows(); }
  void reset() { loss = 0; }
  void merge(const LeaveOneOutWorker& right) { loss += right.loss; }

  void add(const RowBlock& rows) {
    ApproximateLeaveOneOut& out = *shared_.out;
    double* eta = out.eta.data() + rows.first_row * outputs_;
    double* slope = out.slope.data() + rows.first_row * outputs_;
    double* row_loss = out.loss.data() + rows.first_row;
    predict_.load(rows);
    predict_.multiply(shared_.w, eta);
    rotate_.load(rows);
    rotate_.multiply(shared_.rotation, rotated_.data());
    evaluate(shared_.risk->loss(), rows.target, eta, rows.rows, {nullptr, slope, curvature_.data()});
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const double s = rows.row_weight == nullptr ? 1 : rows.row_weight[i];
      out.leverage[rows.first_row + i] = leave_out(i, rows.rows, std::min(s, 1.0), eta, slope);
    }
    // NaN where a row cannot be left out: its loss must not be asked of the kernels.
    evaluate_finite(rows, eta, row_loss);
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const double s = rows.row_weight == nullptr ? 1 : rows.row_weight[i];
      if (s > 0) loss += s * row_loss[i];
    }
  }

  double loss = 0;  ///< Σ s l

 private:
  /// Takes eta and slope of a tile's row i to those without one copy; returns tr C G.
  double leave_out(std::size_t i, std::size_t rows, double copy, double* eta, double* slope) {
    const auto count = static_cast<Index>(outputs_);
    const double n = shared_.risk->weight_sum();
    const auto per_output = static_cast<Index>(shared_.rotated / outputs_);
    const Eigen::Map<const RowMajor> turned(rotated_.data() + i * shared_.rotated, count, per_output);
    Matrix inverse = turned * turned.transpose() / n;
    if (!shared_.mixes) inverse = Matrix(inverse.diagonal().asDiagonal());
    Matrix bend = Matrix::Zero(count, count);
    for (std::size_t q = 0; q < shared_.pairs.size(); ++q) {
      const auto a = static_cast<Index>(shared_.pairs[q].first), b = static_cast<Index>(shared_.pairs[q].second);
      bend(a, b) = bend(b, a) = curvature_[q * rows + i];
    }
    const Matrix both = bend * inverse;
    const Eigen::PartialPivLU<Matrix> factor(Matrix::Identity(count, count) - copy * both);
    Eigen::Map<Vector> of_slope(slope + i * outputs_, count), of_eta(eta + i * outputs_, count);
    const bool possible = factor.matrixLU().diagonal().cwiseAbs().minCoeff() > kLeastPivot;
    if (possible) {
      of_slope = Vector(factor.solve(of_slope));
    } else {
      of_slope.setConstant(std::numeric_limits<double>::quiet_NaN());
    }
    of_eta += copy * (inverse * of_slope);
    return both.trace();
  }

  void evaluate_finite(const RowBlock& rows, const double* eta, double* row_loss) {
    const std::size_t width = shared_.risk->source().target_width();
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const Eigen::Map<const Vector> of_eta(eta + i * outputs_, static_cast<Index>(outputs_));
      row_loss[i] = std::numeric_limits<double>::quiet_NaN();
      if (!of_eta.allFinite()) continue;
      evaluate(shared_.risk->loss(), rows.target + i * width, of_eta.data(), 1, {row_loss + i, nullptr, nullptr});
    }
  }

  const LeaveOneOutShared& shared_;
  std::size_t outputs_;
  RowVerbs rotate_, predict_;
  std::vector<double> rotated_, curvature_;
};

}  // namespace

ApproximateLeaveOneOut approximate_leave_one_out(EmpiricalRisk& risk, const Vector& w, const CurvatureRoot& curvature,
                                                 Progress& progress) {
  const std::size_t n = risk.source().rows(), outputs = risk.outputs();
  ApproximateLeaveOneOut out;
  out.outputs = outputs;
  out.slope = Buffer<double>(n * outputs);
  out.eta = Buffer<double>(n * outputs);
  out.loss = Buffer<double>(n);
  out.leverage = Buffer<double>(n);
  const Matrix rotation = curvature.rotation();
  LeaveOneOutShared shared;
  shared.risk = &risk;
  shared.pairs = curvature_blocks_of(risk.loss());
  shared.sparse = risk.source().sparse();
  shared.mixes = curvature.mixes();
  shared.rotated = static_cast<std::size_t>(rotation.cols());
  shared.out = &out;
  RowVerbs(risk.coordinates(), outputs, shared.sparse, 1).translate(w.data(), shared.w);
  RowVerbs(risk.coordinates(), shared.rotated, shared.sparse, 1).translate(rotation.data(), shared.rotation);
  const auto sums = reduce_tiles<LeaveOneOutWorker>(risk.source(), progress, [&] { return LeaveOneOutWorker(shared); });
  out.mean_loss = sums->worker.loss / risk.weight_sum();
  return out;
}

}  // namespace plumbline
