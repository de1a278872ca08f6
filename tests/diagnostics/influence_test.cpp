// Influence functions and approximate leave-one-out, against real refits.
#include "plumbline/diagnostics/influence.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "diagnostics/influence_support.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "support/examples.hpp"

namespace plumbline::testing {
namespace {

using Eigen::Index;

Vector predictors_of(const EmpiricalRisk& risk, const Vector& w, const Vector& x) {
  const auto d = static_cast<Index>(risk.width()), outputs = static_cast<Index>(risk.outputs());
  return Eigen::Map<const Matrix>(w.data(), d, outputs).transpose() * x;
}

using InfluenceCase = std::tuple<LossKind, Storage, bool, double>;
class Influence : public ::testing::TestWithParam<InfluenceCase> {
 protected:
  /// The optimum where row i has `more` weight and n and n·l2 stay: the risk's Σs is only a factor.
  static Vector reweighted(FittedProblem& fit, const Problem& problem, std::size_t i, double more) {
    Problem changed = problem;
    if (changed.weight.empty()) changed.weight.assign(problem.rows, 1);
    changed.weight[i] += more;
    MemorySource source = changed.source();
    EmpiricalRisk risk(source, fit.risk.coordinates(), problem.loss, fit.risk.l2(), fit.risk.weight_sum());
    return FittedProblem::minimise(risk, fit.w);
  }
};

// The influence function is a derivative. Central differences with a step of 1e-3 of a row are off by 1e-6 of the third
// derivative; wrong terms would be off by parts.
TEST_P(Influence, IsTheDerivativeInTheWeightOfARow) {
  const auto [kind, storage, weighted, l2] = GetParam();
  Problem problem = random_problem({60, 3, kind, storage, weighted}, 81), other = random_problem({30, 3, kind}, 82);
  FittedProblem fit(problem, l2);
  const Coordinates& at = fit.risk.coordinates();
  const Vector query = solver_row(problem, at, 2);
  const CurvatureRoot curvature = curvature_root(fit.risk, fit.w);
  EXPECT_TRUE(curvature.definite);
  MemorySource held_out = other.source();
  const Matrix to_predictor = predictor_directions(fit.risk, query);
  Matrix directions(to_predictor.rows(), to_predictor.cols() + 1);
  directions << to_predictor, held_out_direction(fit.risk, fit.w, held_out);
  const Buffer<double> effect = influence_of_rows(fit.risk, {&fit.w, &curvature, &directions, nullptr});
  EmpiricalRisk held_out_risk(held_out, at, problem.loss, 0, 30);
  const auto q = static_cast<std::size_t>(directions.cols());
  for (std::size_t i = 0; i < 6; ++i) {
    const double s = problem.weight.empty() ? 1 : problem.weight[i], step = 1e-3;
    if (s == 0) {
      EXPECT_EQ(effect[i * q], 0);
      continue;
    }
    const Vector up = reweighted(fit, problem, i, step), down = reweighted(fit, problem, i, -step);
    Vector expected(directions.cols());
    const double copy = std::fmin(s, 1);
    expected << predictors_of(fit.risk, up, query) - predictors_of(fit.risk, down, query),
        held_out_risk.along(up, up, 0).value - held_out_risk.along(down, down, 0).value;
    expected *= -copy / (2 * step);
    for (std::size_t c = 0; c < q; ++c) {
      EXPECT_NEAR(effect[i * q + c], expected[static_cast<Index>(c)], 1e-5 * expected.norm() + 1e-10) << i << " " << c;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Influence,
                         ::testing::Combine(::testing::Values(LossKind::squared, LossKind::logistic,
                                                              LossKind::multilabel, LossKind::softmax),
                                            ::testing::Values(Storage::f64, Storage::csr), ::testing::Bool(),
                                            ::testing::Values(0, 0.02)));

// Of a quadratic Newton's step is the whole way: 1e-13 is reached.
TEST(ApproximateLeaveOneOut, IsExactForLeastSquares) {
  for (const double l2 : {0.0, 0.3}) {
    Problem problem = random_problem({25, 4, LossKind::squared, Storage::f64, true}, 83);
    FittedProblem fit(problem, l2);
    const CurvatureRoot curvature = curvature_root(fit.risk, fit.w);
    const ApproximateLeaveOneOut got = approximate_leave_one_out(fit.risk, fit.w, curvature);
    const Vector query = solver_row(problem, fit.risk.coordinates(), 20);
    const Matrix directions = predictor_directions(fit.risk, query);
    const Buffer<double> effect = influence_of_rows(fit.risk, {&fit.w, &curvature, &directions, got.slope.data()});
    for (std::size_t i = 0; i < problem.rows; ++i) {
      const Vector refit = refit_without(fit, problem, i);
      const double eta = solver_row(problem, fit.risk.coordinates(), i).dot(refit);
      EXPECT_NEAR(got.eta[i], eta, 1e-9);
      EXPECT_NEAR(got.loss[i], 0.5 * (problem.target[i] - eta) * (problem.target[i] - eta), 1e-9);
      EXPECT_NEAR(effect[i], query.dot(refit - fit.w), 1e-9);
    }
  }
}

/// How far approximations of leave-one-out predictors are from refits, relative to how far these move.
struct Accuracy {
  std::vector<double> newton, first_order;  ///< by row: ‖error‖/‖move‖ of its own predictors
  double mean_loss = 0, fitted_loss = 0;    ///< by refits; of the full fit
  double approximate_loss = 0;

  static double middle(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
    return values[values.size() / 2];
  }
};

Accuracy measure(Problem& problem, double l2) {
  FittedProblem fit(problem, l2);
  const CurvatureRoot curvature = curvature_root(fit.risk, fit.w);
  const ApproximateLeaveOneOut got = approximate_leave_one_out(fit.risk, fit.w, curvature);
  const std::size_t outputs = fit.risk.outputs();
  Accuracy accuracy;
  accuracy.approximate_loss = got.mean_loss;
  accuracy.fitted_loss = fit.risk.along(fit.w, fit.w, 0).value - fit.risk.penalty(fit.w);
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const Vector x = solver_row(problem, fit.risk.coordinates(), i);
    const Vector before = predictors_of(fit.risk, fit.w, x);
    Vector after = predictors_of(fit.risk, refit_without(fit, problem, i), x);
    const Eigen::Map<const Vector> newton(got.eta.data() + i * outputs, static_cast<Index>(outputs));
    // A shift of all classes is no difference.
    Vector error = newton - after, move = after - before;
    if (fit.risk.is_shift_invariant()) {
      error.array() -= error.mean();
      move.array() -= move.mean();
    }
    accuracy.newton.push_back(error.norm() / move.norm());
    const Buffer<double> effect = [&] {
      const Matrix directions = predictor_directions(fit.risk, x);
      return influence_of_rows(fit.risk, {&fit.w, &curvature, &directions, nullptr});
    }();
    const Eigen::Map<const Vector> first(effect.data() + i * outputs, static_cast<Index>(outputs));
    Vector first_error = first - move;
    if (fit.risk.is_shift_invariant()) first_error.array() -= first_error.mean();
    accuracy.first_order.push_back(first_error.norm() / move.norm());
    double loss = 0;
    evaluate(problem.loss, problem.target.data() + i * problem.target_width, after.data(), 1,
             {&loss, nullptr, nullptr});
    accuracy.mean_loss += loss / static_cast<double>(problem.rows);
  }
  return accuracy;
}

class OnTables : public ::testing::TestWithParam<const char*> {};

// Measured (docs/explain.md): median error 0.04, 0.27 and 0.56 % of how far a refit moves a row's own predictors, worst
// 5.2, 11.8 and 2.2 %; without the leverage correction 0.31, 2.26 and 2.10 %; the mean leave-one-out loss misses
// 0.8, 2.6 and 0.1 % of its rise. Bounds with room of about twice the worst of the three: no statement about all data.
TEST_P(OnTables, TheErrorIsWhatIsStated) {
  ReferenceProblem reference = read_reference(GetParam());
  const Accuracy accuracy = measure(reference.problem, reference.l2);
  const double newton = Accuracy::middle(accuracy.newton), first = Accuracy::middle(accuracy.first_order);
  const double worst = *std::max_element(accuracy.newton.begin(), accuracy.newton.end());
  const double optimism = accuracy.mean_loss - accuracy.fitted_loss;
  const double missed = std::fabs(accuracy.approximate_loss - accuracy.mean_loss) / optimism;
  RecordProperty("measured", ::testing::PrintToString(std::vector<double>{newton, worst, first, optimism, missed}));
  EXPECT_LT(newton, 0.01);
  EXPECT_LT(worst, 0.2);
  EXPECT_LT(missed, 0.05);
  EXPECT_LT(newton, first / 2);
}

INSTANTIATE_TEST_SUITE_P(Tables, OnTables,
                         ::testing::Values("breast_cancer_logistic_l2_0.01", "wine_softmax_l2_0.01",
                                           "iris_softmax_l2_0.01"));

TEST(ApproximateLeaveOneOut, AWeightOfTwoIsTheRowTwice) {
  for (const LossKind kind : {LossKind::logistic, LossKind::softmax}) {
    RepeatedRows rows({40, 3, kind, Storage::f64, false}, 84);
    FittedProblem a(rows.weighted, 0.05), b(rows.repeated, 0.05);
    const CurvatureRoot of_a = curvature_root(a.risk, a.w), of_b = curvature_root(b.risk, b.w);
    const ApproximateLeaveOneOut got_a = approximate_leave_one_out(a.risk, a.w, of_a);
    const ApproximateLeaveOneOut got_b = approximate_leave_one_out(b.risk, b.w, of_b);
    for (std::size_t k = 0; k < rows.row.size(); ++k) {
      EXPECT_NEAR(got_a.loss[rows.row[k]], got_b.loss[k], 1e-9);
      EXPECT_NEAR(got_a.leverage[rows.row[k]], got_b.leverage[k], 1e-10);
    }
    EXPECT_NEAR(got_a.mean_loss, got_b.mean_loss, 1e-10);
  }
}

TEST(ApproximateLeaveOneOut, ARowThatNothingElseDeterminesHasNoFigures) {
  Problem problem = random_problem({12, 2, LossKind::squared, Storage::f64, false}, 85);
  for (std::size_t i = 0; i < 12; ++i) problem.at(i, 0) = i == 3 ? 1 : 0;
  FittedProblem fit(problem, 0);
  const ApproximateLeaveOneOut got = approximate_leave_one_out(fit.risk, fit.w, curvature_root(fit.risk, fit.w));
  EXPECT_TRUE(std::isnan(got.eta[3]));
  EXPECT_TRUE(std::isnan(got.mean_loss));
  EXPECT_TRUE(std::isfinite(got.loss[4]));
}

TEST(ApproximateLeaveOneOut, TheSameBitsForAnyThreadsAndBlocks) {
  for (const LossKind kind : {LossKind::multilabel, LossKind::softmax}) {
    Problem problem = random_problem({9000, 3, kind, Storage::f32, true}, 86);
    FittedProblem whole(problem, 0.1);
    const CurvatureRoot curvature = curvature_root(whole.risk, whole.w);
    const ApproximateLeaveOneOut expected = approximate_leave_one_out(whole.risk, whole.w, curvature);
    const Matrix directions = predictor_directions(whole.risk, solver_row(problem, whole.risk.coordinates(), 4));
    const InfluenceRequest request{&whole.w, &curvature, &directions, expected.slope.data()};
    const Buffer<double> effect = influence_of_rows(whole.risk, request);
    const ThreadLimit limit(1);
    FittedProblem cut(problem, 0.1, true, 11);
    const ApproximateLeaveOneOut got = approximate_leave_one_out(cut.risk, whole.w, curvature);
    const Buffer<double> again = influence_of_rows(cut.risk, request);
    EXPECT_EQ(got.mean_loss, expected.mean_loss);
    for (std::size_t c = 0; c < effect.size(); ++c) ASSERT_EQ(again[c], effect[c]);
  }
}

}  // namespace
}  // namespace plumbline::testing
