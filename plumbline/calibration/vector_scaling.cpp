#include <Eigen/Cholesky>
#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <vector>

#include "plumbline/calibration/fit_calibrator.hpp"
#include "plumbline/calibration/log_odds.hpp"
#include "plumbline/calibration/logit_tiles.hpp"
#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

using Eigen::Index;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr double kRidge = 1e-6;
constexpr std::size_t kMostNewtonSteps = 100;
constexpr std::size_t kMostStepHalvings = 60;
/// Newton's decrement g·H⁻¹g below this share of the objective: the step that squares it is the last.
constexpr double kLastDecrement = 1e-12;

/// Sums over rows for parameters (a, b), m each.
struct Sums {
  double loss = 0;
  bool all_right = true;
  Eigen::VectorXd gradient;  ///< (2m)
  Eigen::MatrixXd hessian;   ///< (2m, 2m), lower triangle
};

class VectorRows final {
 public:
  /// Logits are divided by `unit`.
  VectorRows(const ClassOutputs& outputs, double unit) : outputs_(outputs), m_(outputs.classes()), unit_(unit) {
    // A Hessian a piece: few enough pieces that together they take 64 MB at most, by n and m alone.
    const std::size_t cells = 4 * m_ * m_ * sizeof(double);
    const std::size_t most = std::clamp<std::size_t>((std::size_t{64} << 20) / cells, 1, 64);
    const std::size_t tiles = (outputs.rows() + kLogitTileRows - 1) / kLogitTileRows;
    piece_rows_ = (tiles + most - 1) / most * kLogitTileRows;
    pieces_ = (outputs.rows() + piece_rows_ - 1) / piece_rows_;
  }

  /// Σ s Σ_k (z_k − z̄)², to be divided by n·m.
  double squares() const {
    std::vector<double> parts(pieces_);
    each_tile([&](std::size_t piece, std::size_t begin, const RowMajor& z) {
      for (Index i = 0; i < z.rows(); ++i) parts[piece] += weight(begin, i) * z.row(i).squaredNorm();
    });
    double all = 0;
    for (const double part : parts) all += part;
    return all;
  }

  Sums sums(const Eigen::VectorXd& parameters) const {
    const Index m = index(m_);
    std::vector<Sums> parts(pieces_);
    for (Sums& part : parts) {
      part.gradient.setZero(2 * m);
      part.hessian.setZero(2 * m, 2 * m);
    }
    each_tile(
        [&](std::size_t piece, std::size_t begin, const RowMajor& z) { add(parameters, begin, z, parts[piece]); });
    for (std::size_t piece = 1; piece < pieces_; ++piece) {
      parts[0].loss += parts[piece].loss;
      parts[0].all_right = parts[0].all_right && parts[piece].all_right;
      parts[0].gradient += parts[piece].gradient;
      parts[0].hessian += parts[piece].hessian;
    }
    return std::move(parts[0]);
  }

 private:
  static Index index(std::size_t i) { return static_cast<Index>(i); }
  double weight(std::size_t begin, Index i) const { return weight_at(outputs_, begin + static_cast<std::size_t>(i)); }

  template <class Work>
  void each_tile(const Work& work) const {
    parallel_for(pieces_, [&](std::size_t piece) {
      const std::size_t end = std::min(outputs_.rows(), (piece + 1) * piece_rows_);
      for (std::size_t begin = piece * piece_rows_; begin < end; begin += kLogitTileRows) {
        RowMajor z(index(std::min(kLogitTileRows, end - begin)), index(m_));
        load_logits(outputs_, begin, static_cast<std::size_t>(z.rows()), z.data());
        for (Index i = 0; i < z.rows(); ++i) {
          const double top = z.row(i).maxCoeff();
          for (Index k = 0; k < z.cols(); ++k) z(i, k) = finite_difference(finite_difference(z(i, k), top) / unit_, 0);
          z.row(i).array() -= (z.row(i) / static_cast<double>(m_)).sum();
        }
        work(piece, begin, z);
      }
    });
  }

  void add(const Eigen::VectorXd& parameters, std::size_t begin, const RowMajor& z, Sums& sum) const {
    const Index m = index(m_), rows = z.rows();
    const auto a = parameters.head(m).transpose(), b = parameters.tail(m).transpose();
    RowMajor eta = (z.array().rowwise() * a.array()).matrix().rowwise() + b;
    RowMajor p(rows, m);
    std::vector<double> normalizer(static_cast<std::size_t>(rows));
    softmax_rows(eta.data(), static_cast<std::size_t>(rows), m_, normalizer.data(), p.data());
    RowMajor both(rows, 2 * m);  // √s·(p ∘ z, p): the curvature is the diagonal of s·p minus the squares of this
    for (Index i = 0; i < rows; ++i) {
      const double s = weight(begin, i);
      const Index y = outputs_.label[begin + static_cast<std::size_t>(i)];
      sum.loss += s * (normalizer[static_cast<std::size_t>(i)] - eta(i, y));
      sum.all_right = sum.all_right && (s == 0 || eta(i, y) >= eta.row(i).maxCoeff());
      const Eigen::ArrayXd zi = z.row(i).transpose().array(), pi = p.row(i).transpose().array();
      sum.gradient.head(m).array() += s * pi * zi;
      sum.gradient.tail(m).array() += s * pi;
      sum.gradient[y] -= s * zi[y];
      sum.gradient[m + y] -= s;
      sum.hessian.diagonal().head(m).array() += s * pi * zi * zi;
      sum.hessian.diagonal().tail(m).array() += s * pi;
      for (Index k = 0; k < m; ++k) sum.hessian(m + k, k) += s * pi[k] * zi[k];
      both.row(i).head(m) = (std::sqrt(s) * pi * zi).matrix().transpose();
      both.row(i).tail(m) = (std::sqrt(s) * pi).matrix().transpose();
    }
    sum.hessian.selfadjointView<Eigen::Lower>().rankUpdate(both.transpose(), -1.0);
  }

  const ClassOutputs& outputs_;
  std::size_t m_;
  double unit_;
  std::size_t pieces_ = 0, piece_rows_ = 0;
};

/// The mean loss plus the ridge about (1, 0), logits in units of the temperature.
class VectorObjective final {
 public:
  VectorObjective(const VectorRows& rows, std::size_t classes, double n)
      : rows_(rows), n_(n), penalty_(2 * static_cast<Index>(classes)), centre_(2 * static_cast<Index>(classes)) {
    const auto m = static_cast<Index>(classes);
    penalty_.head(m).setConstant(kRidge * rows.squares() / n / static_cast<double>(m));
    penalty_.tail(m).setConstant(kRidge);
    centre_.head(m).setOnes();
    centre_.tail(m).setZero();
  }
  const Eigen::VectorXd& centre() const { return centre_; }
  Sums at(const Eigen::VectorXd& parameters) const {
    Sums sums = rows_.sums(parameters);
    const Eigen::VectorXd away = parameters - centre_;
    sums.loss = sums.loss / n_ + 0.5 * (penalty_.array() * away.array().square()).sum();
    sums.gradient = sums.gradient / n_ + penalty_.cwiseProduct(away);
    sums.hessian /= n_;
    sums.hessian.diagonal() += penalty_;
    return sums;
  }

 private:
  const VectorRows& rows_;
  double n_;
  Eigen::VectorXd penalty_, centre_;
};

std::vector<double> to_vector(const Eigen::VectorXd& numbers) { return {numbers.begin(), numbers.end()}; }

}  // namespace

CalibratorFit fit_vector_scaling(const ClassOutputs& outputs) {
  check_outputs(outputs, "fit_vector_scaling");
  const std::size_t m = outputs.classes();
  CalibratorFit fit = fit_temperature(outputs);
  const double unit = fit.calibrator.temperature;
  const VectorRows rows(outputs, unit);
  const VectorObjective objective(rows, m, total_weight(outputs));
  Eigen::VectorXd at = objective.centre();
  Sums now = objective.at(at);
  for (fit.iterations = 1; fit.iterations < kMostNewtonSteps; ++fit.iterations) {
    const Eigen::VectorXd step = now.hessian.selfadjointView<Eigen::Lower>().ldlt().solve(now.gradient);
    const double decrement = step.dot(now.gradient);
    if (!(decrement > kLastDecrement * now.loss)) {
      at -= step;
      break;
    }
    double length = 1;
    Sums next = objective.at(at - step);
    for (std::size_t i = 0; !(next.loss < now.loss) && i < kMostStepHalvings; ++i) {
      length /= 2;
      next = objective.at(at - length * step);
    }
    if (!(next.loss < now.loss)) break;  // rounding allows no further progress
    at -= length * step;
    now = std::move(next);
  }
  fit.notes.clear();  // those of the temperature, which is only where the ridge is centred
  if (now.all_right)
    fit.notes.emplace_back("every row has its true class on top: the scales are as large as the ridge lets them be");
  Calibrator& calibrator = fit.calibrator;
  calibrator.method = CalibrationMethod::vector;
  calibrator.temperature = 1;
  const auto half = static_cast<Index>(m);
  calibrator.scale = to_vector(at.head(half) / unit);
  calibrator.offset = to_vector(at.tail(half).array() - at.tail(half).mean());
  return fit;
}

}  // namespace plumbline
