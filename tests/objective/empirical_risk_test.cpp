#include "plumbline/objective/empirical_risk.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

Coordinates coordinates_of(Problem& problem, bool intercept, bool penalise_standardized = true) {
  MemorySource source = problem.source();
  return standardized_coordinates(column_moments(source), intercept, penalise_standardized);
}

double weight_sum_of(const Problem& problem) {
  double sum = 0;
  for (std::size_t i = 0; i < problem.rows; ++i) sum += problem.weight.empty() ? 1 : problem.weight[i];
  return sum;
}

/// A source and a risk over it in standardised coordinates.
struct Risk {
  explicit Risk(Problem& problem, bool intercept = true, double l2 = 0, std::size_t block_rows = 0)
      : source(problem.source(block_rows)),
        risk(source, coordinates_of(problem, intercept), problem.loss, l2, weight_sum_of(problem)) {}
  MemorySource source;
  EmpiricalRisk risk;
};

Vector random_weights(Eigen::Index size, std::uint64_t seed) {
  Draws draws(seed);
  Vector w(size);
  for (Eigen::Index q = 0; q < size; ++q) w[q] = draws.normal() / 2;
  return w;
}

/// The full (K·d, K·d) matrix of a block Hessian.
Matrix whole(const BlockHessian& hessian) {
  Eigen::Index size = 0;
  for (const Matrix& block : hessian.blocks) size += block.rows();
  Matrix full = Matrix::Zero(size, size);
  Eigen::Index at = 0;
  for (const Matrix& block : hessian.blocks) {
    full.block(at, at, block.rows(), block.rows()) = block;
    at += block.rows();
  }
  return full;
}

using RiskCase = std::tuple<LossKind, Storage, bool, bool, double>;

class EmpiricalRiskEverywhere : public ::testing::TestWithParam<RiskCase> {
 protected:
  void SetUp() override {
    const auto [loss, storage, intercept, weighted, l2] = GetParam();
    problem_ = random_problem({37, 5, loss, storage, weighted}, 11);
    intercept_ = intercept;
    l2_ = l2;
  }
  Problem problem_;
  bool intercept_ = true;
  double l2_ = 0;
};

// Value: sums of 37 rows, a few ulp each. Derivatives: against central differences in long double, good to 1e-11 for
// numbers of order 1 to 100; 1e-9 of the size leaves a margin and would still see any wrong term.
TEST_P(EmpiricalRiskEverywhere, ValueGradientAndHessianAreDifferencesOfTheFormula) {
  Risk at(problem_, intercept_, l2_);
  const Oracle oracle(problem_, coordinates_of(problem_, intercept_), l2_);
  const Vector w = random_weights(at.risk.dimension(), 3);
  Vector gradient, again;
  BlockHessian hessian;
  const double value = at.risk.value_gradient(w, gradient);
  EXPECT_EQ(at.risk.value_gradient_hessian(w, again, hessian), value);
  EXPECT_EQ(gradient, again);
  EXPECT_NEAR(value, static_cast<double>(oracle.value(widened(w))), 1e-14 * (1 + value));

  const RealVector slope = central_difference([&](const RealVector& v) { return oracle.value(v); }, widened(w));
  EXPECT_LE((gradient - narrowed(slope)).norm(), 1e-9 * (1 + gradient.norm()));
  EXPECT_LE((gradient - narrowed(oracle.gradient(widened(w)))).norm(), 1e-13 * (1 + gradient.norm()));

  // Softmax has flat directions that the Hessian is told to fill (11ᵀ/m); across them it must be exact: compare its
  // action on vectors that sum to zero over the classes.
  const Matrix full = whole(hessian);
  const auto d = static_cast<Eigen::Index>(at.risk.width());
  for (std::uint64_t seed = 0; seed < 3; ++seed) {
    Vector v = random_weights(at.risk.dimension(), 100 + seed);
    if (at.risk.is_shift_invariant()) {
      Eigen::Map<Matrix> by_output(v.data(), d, v.size() / d);
      by_output.colwise() -= Vector(by_output.rowwise().mean());
    }
    const Real h = 1e-6L;
    const RealVector bend =
        (oracle.gradient(widened(w) + h * widened(v)) - oracle.gradient(widened(w) - h * widened(v))) / (2 * h);
    EXPECT_LE((full * v - narrowed(bend)).norm(), 1e-9 * (1 + full.norm()));
  }
  EXPECT_EQ(full, Matrix(full.transpose()));
}

TEST_P(EmpiricalRiskEverywhere, AlongIsTheFunctionOnTheLine) {
  Risk at(problem_, intercept_, l2_);
  const Oracle oracle(problem_, coordinates_of(problem_, intercept_), l2_);
  const Vector from = random_weights(at.risk.dimension(), 4), to = random_weights(at.risk.dimension(), 5);
  for (const double t : {0.0, 0.3, 1.0, -0.5, 1.7}) {
    const LinePoint point = at.risk.along(from, to, t);
    const RealVector w = widened(from) + static_cast<Real>(t) * (widened(to) - widened(from));
    const Real slope = oracle.gradient(w).dot(widened(to) - widened(from));
    EXPECT_NEAR(point.value, static_cast<double>(oracle.value(w)), 1e-13 * (1 + point.value)) << t;
    EXPECT_NEAR(point.slope, static_cast<double>(slope), 1e-13 * (10 + std::fabs(point.slope))) << t;
  }
}

TEST_P(EmpiricalRiskEverywhere, MinimisedInterceptLeavesNoGradientThere) {
  Risk at(problem_, intercept_, l2_);
  const Vector w = random_weights(at.risk.dimension(), 6);
  const Vector moved = at.risk.minimise_intercept(w);
  const auto d = static_cast<Eigen::Index>(at.risk.width());
  Vector gradient;
  const double value = at.risk.value_gradient(moved, gradient);
  EXPECT_LE(value, at.risk.along(w, w, 0).value * (1 + 1e-15));
  for (Eigen::Index q = 0; q < w.size(); ++q) {
    if (intercept_ && q % d == d - 1) {
      EXPECT_NEAR(gradient[q], 0, 1e-14 * (1 + value));  // a sum of 37 residuals of order 1
    } else {
      EXPECT_EQ(moved[q], w[q]);
    }
  }
  if (intercept_) {
    EXPECT_LE(at.risk.intercept_gap(moved), 1e-25 * (1 + value));
  }
}

std::string name_of_risk_case(const ::testing::TestParamInfo<RiskCase>& info) {
  const auto [loss, storage, intercept, weighted, l2] = info.param;
  return name_of(loss) + "_" + name_of(storage) + (intercept ? "_intercept" : "") + (weighted ? "_weighted" : "") +
         (l2 > 0 ? "_l2" : "");
}

INSTANTIATE_TEST_SUITE_P(All, EmpiricalRiskEverywhere,
                         ::testing::Combine(::testing::Values(LossKind::squared, LossKind::logistic,
                                                              LossKind::multilabel, LossKind::softmax),
                                            ::testing::Values(Storage::f64, Storage::f32, Storage::byte, Storage::csr),
                                            ::testing::Bool(), ::testing::Bool(), ::testing::Values(0.0, 0.07)),
                         name_of_risk_case);

constexpr LossKind kLosses[] = {LossKind::squared, LossKind::logistic, LossKind::multilabel, LossKind::softmax};

TEST(EmpiricalRisk, DenseAndSparseStorageOfTheSameNumbersAgree) {
  for (const LossKind loss : kLosses) {
    Problem sparse = random_problem({60, 6, loss, Storage::csr, true}, 12);
    Problem dense = sparse;
    dense.storage = Storage::f64;
    Risk a(sparse, true, 0.1), b(dense, true, 0.1);
    const Vector w = random_weights(a.risk.dimension(), 7);
    Vector ga, gb;
    BlockHessian ha, hb;
    const double fa = a.risk.value_gradient_hessian(w, ga, ha), fb = b.risk.value_gradient_hessian(w, gb, hb);
    // The centre is folded in on one side only: a few ulp of order-1 numbers.
    EXPECT_NEAR(fa, fb, 1e-14 * (1 + fb));
    EXPECT_LE((ga - gb).norm(), 1e-13 * (1 + gb.norm()));
    EXPECT_LE((whole(ha) - whole(hb)).norm(), 1e-13 * (1 + whole(hb).norm()));
    // The bound on row norms may be larger for sparse rows, never smaller.
    EXPECT_GE(a.risk.largest_row_norm2(), b.risk.largest_row_norm2() * (1 - 1e-12));
  }
}

TEST(EmpiricalRisk, AWeightOfTwoIsTheRowTwiceAndOfZeroNone) {
  for (const LossKind loss : kLosses) {
    for (const Storage storage : {Storage::f64, Storage::csr}) {
      Problem weighted = random_problem({30, 4, loss, storage, false}, 13);
      std::vector<std::size_t> rows;
      for (std::size_t i = 0; i < weighted.rows; ++i) {
        weighted.weight.push_back(static_cast<double>(i % 3));
        for (std::size_t copy = 0; copy < i % 3; ++copy) rows.push_back(i);
      }
      Problem repeated = weighted;
      repeated = pick_rows(repeated, rows);
      repeated.weight.clear();
      Risk a(weighted, true, 0.1), b(repeated, true, 0.1);
      const Vector w = random_weights(a.risk.dimension(), 8);
      Vector ga, gb;
      BlockHessian ha, hb;
      EXPECT_NEAR(a.risk.value_gradient_hessian(w, ga, ha), b.risk.value_gradient_hessian(w, gb, hb), 1e-13);
      EXPECT_LE((ga - gb).norm(), 1e-13 * (1 + gb.norm()));
      EXPECT_LE((whole(ha) - whole(hb)).norm(), 1e-13 * (1 + whole(hb).norm()));
    }
  }
}

/// Everything a pass gives, for comparison bit by bit.
struct PassResult {
  double value = 0;
  Vector gradient;
  Matrix hessian;
  LinePoint line;
  double norm2 = 0;
};
bool operator==(const LinePoint& a, const LinePoint& b) { return a.value == b.value && a.slope == b.slope; }

PassResult pass_of(Problem& problem, const Vector& w, std::size_t block_rows) {
  Risk at(problem, true, 0.1, block_rows);
  PassResult result;
  BlockHessian hessian;
  result.value = at.risk.value_gradient_hessian(w, result.gradient, hessian);
  result.hessian = whole(hessian);
  result.line = at.risk.along(w, 2 * w, 0.5);
  result.norm2 = at.risk.largest_row_norm2();
  return result;
}

// Two and a half leaves of 4,096 rows, so that both cutting and merging happen.
TEST(EmpiricalRisk, TheSameBitsForAnyThreadsAndBlocks) {
  for (const LossKind loss : {LossKind::squared, LossKind::softmax}) {
    for (const Storage storage : {Storage::f64, Storage::byte, Storage::csr}) {
      Problem problem = random_problem({10250, 3, loss, storage, true}, 14);
      Risk any(problem);
      const Vector w = random_weights(any.risk.dimension(), 9);
      const ThreadLimit one(1);
      const PassResult expected = pass_of(problem, w, 0);
      for (const std::size_t threads : {1U, 2U, 4U}) {
        const ThreadLimit limit(threads);
        for (const std::size_t block_rows : {1U, 3U, 7U, 4096U, 0U}) {
          const PassResult got = pass_of(problem, w, block_rows);
          EXPECT_TRUE(got.value == expected.value && got.gradient == expected.gradient) << threads << " " << block_rows;
          EXPECT_TRUE(got.hessian == expected.hessian) << threads << " " << block_rows;
          EXPECT_TRUE(got.line == expected.line && got.norm2 == expected.norm2) << threads << " " << block_rows;
        }
      }
    }
  }
}

// Two tables of predictors are kept; the third set of weights pushes one out. Whatever came before, the answer is that
// of a fresh risk.
TEST(EmpiricalRisk, WhatIsRememberedNeverChangesAnAnswer) {
  Problem problem = random_problem({50, 4, LossKind::softmax, Storage::f64, false}, 15);
  Risk used(problem, true, 0.05);
  std::vector<Vector> points;
  for (std::uint64_t k = 0; k < 4; ++k) points.push_back(random_weights(used.risk.dimension(), 20 + k));
  Draws draws(16);
  for (int step = 0; step < 200; ++step) {
    const Vector &a = points[draws.below(4)], &b = points[draws.below(4)];
    Risk fresh(problem, true, 0.05);
    const std::size_t what = draws.below(4);
    if (what == 0) {
      Vector g, expected;
      EXPECT_EQ(used.risk.value_gradient(a, g), fresh.risk.value_gradient(a, expected));
      EXPECT_EQ(g, expected);
    } else if (what == 1) {
      EXPECT_TRUE(used.risk.along(a, b, 0.25) == fresh.risk.along(a, b, 0.25));
    } else if (what == 2) {
      EXPECT_EQ(used.risk.minimise_intercept(a), fresh.risk.minimise_intercept(a));
    } else {
      EXPECT_EQ(used.risk.null_model(), fresh.risk.null_model());
    }
  }
}

// minimise_intercept stops where the decrement no longer falls: at rounding, 1e-8 to 1e-15 of the intercept.
TEST(EmpiricalRisk, NullModelIsTheClosedForm) {
  Problem squared = random_problem({50, 3, LossKind::squared, Storage::f64, true}, 17);
  Problem logistic = random_problem({50, 3, LossKind::multilabel, Storage::f64, true}, 18);
  Problem softmax = random_problem({50, 3, LossKind::softmax, Storage::f64, true}, 19);
  std::vector<double> mean(1), share(3), count(3);
  for (std::size_t i = 0; i < 50; ++i) {
    mean[0] += squared.weight[i] * squared.target[i];
    count[static_cast<std::size_t>(softmax.target[i])] += softmax.weight[i];
    for (std::size_t k = 0; k < 3; ++k) share[k] += logistic.weight[i] * logistic.target[i * 3 + k];
  }
  const Vector a = Risk(squared).risk.null_model(), b = Risk(logistic).risk.null_model(),
               c = Risk(softmax).risk.null_model();
  EXPECT_EQ(a.head(3), Vector::Zero(3));
  EXPECT_NEAR(a[3], mean[0] / weight_sum_of(squared), 1e-14);
  const double total = weight_sum_of(logistic);
  for (Eigen::Index k = 0; k < 3; ++k) {
    const auto label = static_cast<std::size_t>(k);
    EXPECT_NEAR(b[k * 4 + 3], std::log(share[label] / (total - share[label])), 1e-13);
    EXPECT_NEAR(c[k * 4 + 3] - c[3], std::log(count[label] / count[0]), 1e-13);
  }
  Problem without = random_problem({50, 3, LossKind::softmax, Storage::f64, true}, 19);
  EXPECT_EQ(Risk(without, false).risk.null_model(), Vector::Zero(9));
}

TEST(EmpiricalRisk, NullModelOfRareClassesIsFoundToo) {
  Problem problem = random_problem({100000, 1, LossKind::logistic, Storage::byte, false}, 20);
  for (std::size_t i = 0; i < problem.rows; ++i) problem.target[i] = i < 2 ? 1 : 0;
  const Vector null = Risk(problem).risk.null_model();
  EXPECT_NEAR(null[1], std::log(2.0 / 99998), 1e-9);  // 1e5 rows of 1e-5: rounding of the sum over 2e-5
}

TEST(EmpiricalRisk, MarginsAreTheSmallestOfAnyRow) {
  Problem problem = random_problem({40, 3, LossKind::softmax, Storage::f64, false}, 21);
  Risk at(problem);
  const Vector w = random_weights(at.risk.dimension(), 22);
  const Oracle oracle(problem, coordinates_of(problem, true), 0);
  double expected = HUGE_VAL;
  for (Eigen::Index i = 0; i < 40; ++i) {
    const Vector eta = narrowed(Eigen::Map<const RealMatrix>(widened(w).eval().data(), 4, 3).transpose() *
                                RealVector(oracle.design().row(i)));
    const auto truth = static_cast<Eigen::Index>(problem.target[static_cast<std::size_t>(i)]);
    for (Eigen::Index k = 0; k < 3; ++k) expected = k == truth ? expected : std::fmin(expected, eta[truth] - eta[k]);
  }
  ASSERT_EQ(at.risk.smallest_margins(w).size(), 1U);
  EXPECT_NEAR(at.risk.smallest_margins(w)[0], expected, 1e-14 * (1 + std::fabs(expected)));
}

TEST(EmpiricalRisk, LargestRowNormIsThatOfTheStandardisedRows) {
  Problem problem = random_problem({300, 5, LossKind::logistic, Storage::f64, false}, 23);
  const Oracle oracle(problem, coordinates_of(problem, true), 0);
  EXPECT_NEAR(Risk(problem).risk.largest_row_norm2(),
              static_cast<double>(oracle.design().rowwise().squaredNorm().maxCoeff()), 1e-12);
}

// For one output the preconditioner is the Hessian itself, plus 1e-10 of its size.
TEST(EmpiricalRisk, PreconditionerInvertsTheHessianOfOneOutput) {
  for (const Storage storage : {Storage::f64, Storage::csr}) {
    Problem problem = random_problem({80, 5, LossKind::logistic, storage, true}, 24);
    Risk at(problem, true, 0.2);
    const Vector w = random_weights(at.risk.dimension(), 25);
    Vector gradient;
    BlockHessian hessian;
    (void)at.risk.value_gradient_hessian(w, gradient, hessian);
    Vector v = random_weights(at.risk.dimension(), 26);
    const Vector expected = v;
    at.risk.mean_curvature_preconditioner(w)->apply_inverse(v);
    EXPECT_LE((hessian.blocks[0] * v - expected).norm(), 1e-8 * expected.norm());
  }
}

TEST(EmpiricalRisk, RefusesWhatMakesNoSense) {
  Problem problem = random_problem({10, 2, LossKind::squared, Storage::f64, false}, 27);
  MemorySource source = problem.source();
  const Coordinates at = coordinates_of(problem, true);
  EXPECT_THROW(EmpiricalRisk(source, at, SquaredLoss{}, -1, 10), std::invalid_argument);
  EXPECT_THROW(EmpiricalRisk(source, at, SquaredLoss{}, std::nan(""), 10), std::invalid_argument);
  EXPECT_THROW(EmpiricalRisk(source, at, SquaredLoss{}, 0, 0), std::invalid_argument);
  Problem wider = random_problem({10, 3, LossKind::squared, Storage::f64, false}, 27);
  EXPECT_THROW(EmpiricalRisk(source, coordinates_of(wider, true), SquaredLoss{}, 0, 10), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline::testing
