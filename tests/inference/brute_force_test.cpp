// Every covariance from its definition: the scores of the rows as the loss gives them, the information by differences
// of those, sums in long double, inverses by Eigen, all in the user's own units.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <map>

#include "inference/inference_problem.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

using Eigen::Index;

class Definition final {
 public:
  explicit Definition(InferenceProblem& fit)
      : problem_(fit.problem()), outputs_(static_cast<Index>(outputs_of(problem_.loss))) {
    const Matrix estimates = estimates_of(fit.fitted());
    w_ = Eigen::Map<const Vector>(estimates.data(), estimates.size()).cast<Real>();
    d_ = estimates.rows();
    basis_ = RealMatrix::Identity(w_.size(), w_.size());
    if (is_shift_invariant(problem_.loss)) {
      // Orthonormal columns that sum to zero over the classes.
      const RealMatrix projector = RealMatrix::Identity(outputs_, outputs_) -
                                   RealMatrix::Constant(outputs_, outputs_, Real(1) / static_cast<Real>(outputs_));
      const Eigen::SelfAdjointEigenSolver<RealMatrix> eigen(projector);
      const RealMatrix z = eigen.eigenvectors().rightCols(outputs_ - 1);
      basis_ = RealMatrix::Zero(w_.size(), (outputs_ - 1) * d_);
      for (Index a = 0; a < z.rows(); ++a) {
        for (Index b = 0; b < z.cols(); ++b) basis_.block(a * d_, b * d_, d_, d_).diagonal().setConstant(z(a, b));
      }
    }
  }

  /// (K·d, K·d), output-major, the intercept last.
  RealMatrix covariance(CovarianceKind kind, const std::vector<std::uint64_t>& clusters) const {
    const RealMatrix inverse = basis_ * (basis_.transpose() * information() * basis_).inverse() * basis_.transpose();
    Real n = 0;
    for (std::size_t i = 0; i < problem_.rows; ++i) n += weight(i);
    const Real left = n - static_cast<Real>(separate() ? d_ : basis_.cols());
    if (kind == CovarianceKind::classical) return inverse * (is_least_squares(problem_.loss) ? rss() / left : Real(1));
    if (kind == CovarianceKind::cluster) {
      std::map<std::uint64_t, RealVector> sums;
      for (std::size_t i = 0; i < problem_.rows; ++i) {
        if (weight(i) == 0) continue;
        sums.try_emplace(clusters[i], RealVector::Zero(w_.size())).first->second += weight(i) * score(i, w_);
      }
      RealMatrix scatter = RealMatrix::Zero(w_.size(), w_.size());
      for (const auto& [name, sum] : sums) scatter += sum * sum.transpose();
      const Real g = static_cast<Real>(sums.size());
      return inverse * scatter * inverse * (g / (g - 1) * (n - 1) / left);
    }
    RealMatrix scatter = RealMatrix::Zero(w_.size(), w_.size());
    for (std::size_t i = 0; i < problem_.rows; ++i) {
      const RealVector row = score(i, w_);
      Real factor = weight(i);
      if (kind == CovarianceKind::hc1) factor *= n / left;
      if (uses_leverage(kind)) {
        const Real slack = 1 - curvature(i) * design(i).dot(inverse * design(i));
        factor /= kind == CovarianceKind::hc2 ? slack : slack * slack;
      }
      scatter += factor * row * row.transpose();
    }
    return inverse * scatter * inverse;
  }

 private:
  bool separate() const { return !mixes_outputs(problem_.loss); }
  Real weight(std::size_t i) const { return problem_.weight.empty() ? 1 : problem_.weight[i]; }

  RealVector design(std::size_t i) const {
    RealVector x = RealVector::Ones(d_);
    for (std::size_t j = 0; j < problem_.columns; ++j) x[static_cast<Index>(j)] = problem_.at(i, j);
    return x;
  }

  RealVector slope(std::size_t i, const RealVector& eta) const {
    const Vector rounded = eta.cast<double>();
    Vector slope(outputs_);
    evaluate(problem_.loss, problem_.target.data() + i * problem_.target_width, rounded.data(), 1,
             {nullptr, slope.data(), nullptr});
    return slope.cast<Real>();
  }

  /// Σ_k slope_k e_k ⊗ x.
  RealVector score(std::size_t i, const RealVector& w) const {
    const RealVector x = design(i);
    const Eigen::Map<const RealMatrix> by_output(w.data(), d_, outputs_);
    const RealVector g = slope(i, by_output.transpose() * x);
    RealVector result(w.size());
    for (Index k = 0; k < outputs_; ++k) result.segment(k * d_, d_) = g[k] * x;
    return result;
  }

  Real curvature(std::size_t i) const {
    const RealVector eta = RealVector::Constant(1, design(i).dot(w_));
    const RealVector step = RealVector::Constant(1, kStep);
    return (slope(i, eta + step) - slope(i, eta - step))[0] / (2 * kStep);
  }

  RealMatrix information() const {
    RealMatrix result(w_.size(), w_.size());
    for (Index q = 0; q < w_.size(); ++q) {
      RealVector up = w_, down = w_, difference = RealVector::Zero(w_.size());
      up[q] += kStep;
      down[q] -= kStep;
      for (std::size_t i = 0; i < problem_.rows; ++i) difference += weight(i) * (score(i, up) - score(i, down));
      result.col(q) = difference / (2 * kStep);
    }
    return result;
  }

  Real rss() const {
    Real sum = 0;
    for (std::size_t i = 0; i < problem_.rows; ++i) {
      const Real residual = design(i).dot(w_) - problem_.target[i];
      sum += weight(i) * residual * residual;
    }
    return sum;
  }

  /// Truncation is some 1e-10 of the third derivative's share, rounding 1e-16/1e-5.
  static constexpr Real kStep = 1e-5L;
  const Problem& problem_;
  Index outputs_, d_ = 0;
  RealVector w_;
  RealMatrix basis_;
};

/// Some units apart and away from 0, so that centres and scales matter.
Problem shifted(Problem problem) {
  for (std::size_t i = 0; i < problem.rows; ++i) {
    problem.at(i, 0) = 3 * problem.at(i, 0) + 5;
    problem.at(i, 1) = problem.at(i, 1) / 4 - 1;
  }
  return problem;
}

Problem drawn(const Loss& loss, LossKind like, Storage storage, std::uint64_t seed) {
  Problem problem = random_problem({90, 3, like, storage, true}, seed);
  problem.loss = loss;
  return storage == Storage::f64 ? shifted(std::move(problem)) : problem;
}

std::vector<std::uint64_t> some_clusters(std::size_t rows) {
  std::vector<std::uint64_t> clusters;
  for (std::size_t i = 0; i < rows; ++i) clusters.push_back((i / 2 * 5) % 17 + 1000000007);
  return clusters;
}

void expect_definition(InferenceProblem& fit, const std::string& what) {
  const Definition definition(fit);
  const std::vector<std::uint64_t> clusters = some_clusters(fit.problem().rows);
  const bool several = outputs_of(fit.problem().loss) > 1;
  for (const CovarianceKind kind : kEveryKind) {
    if (several && uses_leverage(kind)) continue;
    const CoefficientCovariance got = fit.covariance(kind, clusters);
    ASSERT_TRUE(got.reason.empty()) << what << got.reason;
    const Matrix expected = definition.covariance(kind, clusters).cast<double>();
    const Index d = got.roots[0].rows();
    const Vector size = expected.diagonal().cwiseSqrt();
    for (std::size_t a = 0; a < got.roots.size(); ++a) {
      for (std::size_t b = 0; b < got.roots.size(); ++b) {
        if (a != b && !got.outputs_covary) continue;
        const Index row = static_cast<Index>(a) * d, column = static_cast<Index>(b) * d;
        const Matrix difference = got.between(a, b) - expected.block(row, column, d, d);
        const Matrix allowed = size.segment(row, d) * size.segment(column, d).transpose();
        EXPECT_LE((difference.cwiseAbs().cwiseQuotient(allowed)).maxCoeff(), 1e-7)
            << what << ", kind " << static_cast<int>(kind) << ", outputs " << a << ' ' << b;
      }
    }
  }
}

TEST(BruteForce, EveryLossAndStorage) {
  const std::vector<std::pair<Loss, LossKind>> losses = {
      {SquaredLoss{}, LossKind::squared},      {LogisticLoss{1}, LossKind::logistic},
      {ProbitLoss{}, LossKind::logistic},      {CloglogLoss{}, LossKind::logistic},
      {LogisticLoss{3}, LossKind::multilabel}, {SoftmaxLoss{3}, LossKind::softmax}};
  for (std::size_t q = 0; q < losses.size(); ++q) {
    for (const Storage storage : {Storage::f64, Storage::csr}) {
      for (const bool intercept : {true, false}) {
        InferenceProblem fit(drawn(losses[q].first, losses[q].second, storage, 11 + q), intercept);
        expect_definition(fit, "loss " + std::to_string(q) + " " + name_of(storage));
      }
    }
  }
}

TEST(BruteForce, HeteroscedasticOutputsCovary) {
  InferenceProblem fit(drawn(HeteroscedasticLoss{}, LossKind::squared, Storage::f64, 5));
  ASSERT_EQ(fit.fit().report.verdict, Verdict::optimal);
  expect_definition(fit, "heteroscedastic");
}

TEST(BruteForce, GaussianIsTheLikelihoodAtItsOwnVariance) {
  InferenceProblem fit(drawn(GaussianLoss{}, LossKind::squared, Storage::f64, 6));
  InferenceProblem squares(drawn(SquaredLoss{}, LossKind::squared, Storage::f64, 6));
  const CoefficientCovariance likelihood = fit.covariance(CovarianceKind::classical);
  const CoefficientCovariance least = squares.covariance(CovarianceKind::classical);
  const double n = fit.fitted().weight_sum;
  EXPECT_TRUE(std::isinf(likelihood.degrees_of_freedom));
  expect_relative(likelihood.standard_errors(0), least.standard_errors(0) * std::sqrt((n - 4) / n), 1e-12, "gaussian");
  fit.fitted().least_squares.reset();
  expect_relative(fit.covariance(CovarianceKind::classical).standard_errors(0), likelihood.standard_errors(0), 1e-10,
                  "by a pass over the rows");
  for (const CovarianceKind kind : {CovarianceKind::hc0, CovarianceKind::hc3}) {
    expect_relative(fit.covariance(kind).standard_errors(0), squares.covariance(kind).standard_errors(0), 1e-10, "HC");
  }
  const ModelSummary summary = model_summary(fit.fitted(), 4, fit.fit().risk, fit.fit().report.null_objective);
  const ModelSummary as_squares =
      model_summary(squares.fitted(), 4, squares.fit().risk, squares.fit().report.null_objective);
  EXPECT_NEAR(summary.log_likelihood, as_squares.log_likelihood, 1e-9);
  EXPECT_NEAR(summary.deviance, as_squares.deviance, 1e-9 * as_squares.deviance);
  EXPECT_NEAR(summary.null_deviance, as_squares.null_deviance, 1e-9 * as_squares.null_deviance);
  EXPECT_NEAR(model_summary(fit.fitted(), 4).aic, summary.aic, 1e-9);
  EXPECT_NEAR(model_summary(squares.fitted(), 4).f.statistic, as_squares.f.statistic, 1e-9 * as_squares.f.statistic);
}

}  // namespace
}  // namespace plumbline::testing
