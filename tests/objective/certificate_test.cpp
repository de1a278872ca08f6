#include "plumbline/objective/certificate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <tuple>

#include "plumbline/linalg/block_cholesky.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

// [s + (1 − s) log(1 − s)]/R² in long double; where s is small, by enough terms of its series Σ s^k/(k(k−1)), k >= 2.
Real bound(Real decrement2, Real r2) {
  const Real s = std::sqrt(r2 * decrement2);
  if (s > 0.01L) return (s + (1 - s) * std::log1p(-s)) / r2;
  Real sum = 0, power = 1;
  for (int k = 2; k < 20; ++k) {
    sum += power / (static_cast<Real>(k) * (k - 1));
    power *= s;
  }
  return decrement2 * sum;
}

// Near the switch at s = 1e-4 the formula loses u/s² = 1e-8 of its value, and the series is cut off upwards: both may
// only lie that little below the exact bound.
TEST(SelfConcordantGap, FormulaAndSeriesAreTheBound) {
  for (const double r2 : {0.1, 1.0, 37.0, 1e6}) {
    for (const double s : {1e-12, 1e-8, 1e-6, 9.9e-5, 1.01e-4, 1e-3, 0.1, 0.5, 0.9, 0.999}) {
      const double decrement2 = s * s / r2;
      const Real exact = bound(decrement2, r2);
      EXPECT_NEAR(self_concordant_gap(decrement2, r2), static_cast<double>(exact), 3e-8 * static_cast<double>(exact))
          << r2 << " " << s;
    }
  }
  EXPECT_EQ(self_concordant_gap(0, 5), 0);
  EXPECT_EQ(self_concordant_gap(1, 1), std::numeric_limits<double>::infinity());
  EXPECT_EQ(self_concordant_gap(4, 1), std::numeric_limits<double>::infinity());
  EXPECT_EQ(self_concordant_gap(std::nan(""), 1), std::numeric_limits<double>::infinity());
}

using CertificateCase = std::tuple<LossKind, Storage, bool, double>;

class Certified : public ::testing::TestWithParam<CertificateCase> {
 protected:
  void SetUp() override {
    const auto [loss, storage, intercept, l2] = GetParam();
    problem_ = random_problem({60, 4, loss, storage, true}, 31);
    held_.reset(new Held{problem_.source()});
    const Moments moments = column_moments(held_->source);
    const Coordinates at = standardized_coordinates(moments, intercept, true);
    risk_ = std::make_unique<EmpiricalRisk>(held_->source, at, problem_.loss, l2, moments.weight_sum);
    oracle_ = std::make_unique<Oracle>(problem_, at, l2);
    best_ = oracle_->minimise();
    least_ = oracle_->value(best_);
  }

  NewtonDecrement decrement_at(const Vector& w, Vector& gradient) {
    BlockHessian hessian;
    (void)risk_->value_gradient_hessian(w, gradient, hessian);
    const BlockCholesky factor(hessian.blocks);
    return {gradient.dot(factor.solve(gradient)), factor.inverse_trace()};
  }

  /// The gap that is claimed may not be below the true one, but for rounding: of f itself (4 ulp), and of the gap,
  /// which for squared loss is exact and so may come out a few ulp of its own too small.
  void expect_bound(const Vector& w, bool with_newton) {
    Vector gradient;
    const NewtonDecrement newton = decrement_at(w, gradient);
    const Real truth = oracle_->value(widened(w)) - least_;
    const double value = risk_->value_gradient(w, gradient);
    const Certificate certificate = certify(*risk_, w, gradient, value, with_newton ? newton : NewtonDecrement{});
    if (!certificate.gap) {
      EXPECT_FALSE(certificate.reason.empty());
      return;
    }
    ++certified_;
    EXPECT_GE(*certificate.gap, static_cast<double>(truth) * (1 - 1e-14) - 4 * ulp(value))
        << (with_newton ? "newton" : "cheap");
    EXPECT_LE(*certificate.gap, value * (1 + 1e-15));
  }

  Problem problem_;
  struct Held {
    MemorySource source;
  };
  std::unique_ptr<Held> held_;
  std::unique_ptr<EmpiricalRisk> risk_;
  std::unique_ptr<Oracle> oracle_;
  RealVector best_;
  Real least_ = 0;
  int certified_ = 0;
};

/// From the optimum out to far away, in random directions and, hardest for bounds that think of coefficients first,
/// along the intercepts alone.
TEST_P(Certified, GapIsNeverBelowTheTrueGap) {
  Draws draws(32);
  const Eigen::Index d = oracle_->design().cols();
  const bool intercept = std::get<2>(GetParam());
  for (const double distance : {0.0, 1e-9, 1e-7, 1e-5, 1e-3, 0.03, 0.1, 0.3, 1.0, 3.0}) {
    for (int trial = 0; trial < 12; ++trial) {
      Vector w = narrowed(best_);
      for (Eigen::Index q = 0; q < w.size(); ++q) {
        const bool moves = trial % 3 != 2 || !intercept || q % d == d - 1;
        if (moves) w[q] += distance * draws.normal();
      }
      expect_bound(w, true);
      expect_bound(w, false);
    }
  }
  EXPECT_GT(certified_, 12);
}

/// Where the cheap bound is weakest: the coefficients' gradient is 0 while the intercept is off.
TEST_P(Certified, GapHoldsWhereTheInterceptHidesTheCoefficientsGradient) {
  if (!std::get<2>(GetParam())) GTEST_SKIP() << "no intercept";
  const Eigen::Index d = oracle_->design().cols(), outputs = oracle_->dimension() / d;
  for (const double shift : {1e-6, 1e-3, 0.01, 0.1, 0.3}) {
    RealVector w = best_;
    for (Eigen::Index k = 0; k < outputs; ++k) w[k * d + d - 1] += k % 2 == 0 ? shift : -shift;
    for (int step = 0; step < 30; ++step) {  // Newton on the coefficients, intercepts fixed
      RealVector g = oracle_->gradient(w);
      RealMatrix h = oracle_->hessian(w);
      for (Eigen::Index k = 0; k < outputs; ++k) {
        const Eigen::Index q = k * d + d - 1;
        g[q] = 0;
        h.row(q).setZero();
        h.col(q).setZero();
        h(q, q) = 1;
      }
      Eigen::CompleteOrthogonalDecomposition<RealMatrix> solver;
      solver.setThreshold(1e-16L);
      w -= solver.compute(h).solve(g);
    }
    expect_bound(narrowed(w), false);
    expect_bound(narrowed(w), true);
  }
}

/// A bound that proves nothing is no bound: at the optimum it must be within rounding.
TEST_P(Certified, AtTheOptimumTheGapIsRounding) {
  const Vector w = narrowed(best_);
  Vector gradient;
  const NewtonDecrement newton = decrement_at(w, gradient);
  const double value = risk_->value_gradient(w, gradient);
  const Certificate certificate = certify(*risk_, w, gradient, value, newton);
  ASSERT_TRUE(certificate.gap.has_value()) << certificate.reason;
  EXPECT_LE(*certificate.gap, 1e-14 * value);
}

std::string name_of_certificate_case(const ::testing::TestParamInfo<CertificateCase>& info) {
  const auto [loss, storage, intercept, l2] = info.param;
  return name_of(loss) + "_" + name_of(storage) + (intercept ? "_intercept" : "") + (l2 > 0 ? "_l2" : "");
}

INSTANTIATE_TEST_SUITE_P(All, Certified,
                         ::testing::Combine(::testing::Values(LossKind::squared, LossKind::logistic,
                                                              LossKind::multilabel, LossKind::softmax),
                                            ::testing::Values(Storage::f64, Storage::csr), ::testing::Bool(),
                                            ::testing::Values(0.0, 0.05)),
                         name_of_certificate_case);

TEST(Certificate, SaysWhyThereIsNone) {
  Problem problem = random_problem({20, 2, LossKind::logistic, Storage::f64, false}, 33);
  MemorySource source = problem.source();
  const Moments moments = column_moments(source);
  EmpiricalRisk risk(source, standardized_coordinates(moments, true, true), problem.loss, 0, 20);
  Vector gradient;
  const Vector w = Vector::Zero(3);
  const double value = risk.value_gradient(w, gradient);
  const Certificate none = certify(risk, w, gradient, value, {});
  EXPECT_FALSE(none.gap);
  EXPECT_NE(none.reason.find("Hessian"), std::string::npos);
  const Certificate infinite = certify(risk, w, gradient, std::numeric_limits<double>::infinity(), {});
  EXPECT_FALSE(infinite.gap);
  EXPECT_NE(infinite.reason.find("not finite"), std::string::npos);
}

}  // namespace
}  // namespace plumbline::testing
