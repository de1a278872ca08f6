// EmpiricalRisk and its certificates with every loss. The certificates are checked by brute force: no claimed gap may
// be below the true one, from the optimum out to far away.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "plumbline/core/math.hpp"
#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/objective/certificate.hpp"
#include "support/loss_cases.hpp"

namespace plumbline::testing {
namespace {

/// A problem, its source and the risk over it.
class Setting final {
 public:
  Setting(Problem problem, bool intercept, double l2) : problem_(std::move(problem)), source_(problem_.source()) {
    const Moments moments = column_moments(source_);
    const Coordinates at = standardized_coordinates(moments, intercept, true);
    risk_ = std::make_unique<EmpiricalRisk>(source_, at, problem_.loss, l2, moments.weight_sum);
  }
  EmpiricalRisk& risk() { return *risk_; }
  Problem& problem() { return problem_; }
  double value(const Vector& w) {
    Vector unused;
    return risk_->value_gradient(w, unused);
  }

 private:
  Problem problem_;
  MemorySource source_;
  std::unique_ptr<EmpiricalRisk> risk_;
};

Vector draw(Eigen::Index size, Draws& draws) {
  Vector v(size);
  for (Eigen::Index q = 0; q < size; ++q) v[q] = draws.normal();
  return v;
}

/// Values are means of 80 rows of order 1, the larger terms of which may cancel (gaussian): some ulp of 1 or of f.
double rounding(double value) { return 16 * ulp(std::max(1.0, std::fabs(value))); }

/// The decrement at w, H assembled there; nothing known where H is not positive definite.
NewtonDecrement decrement_at(EmpiricalRisk& risk, const Vector& w, Vector& step) {
  Vector gradient;
  BlockHessian hessian;
  (void)risk.value_gradient_hessian(w, gradient, hessian);
  const BlockCholesky factor(hessian.blocks);
  step = factor.solve(gradient);
  if (!factor.finite() || factor.shift() > 0) return {};
  return {gradient.dot(step), factor.inverse_trace(), 0, true};
}

/// Damped Newton to where nothing moves.
Vector minimise(EmpiricalRisk& risk, Vector w) {
  for (int iteration = 0; iteration < 200; ++iteration) {
    Vector step, gradient;
    const NewtonDecrement newton = decrement_at(risk, w, step);
    const double value = risk.value_gradient(w, gradient);
    if (newton.decrement2 >= 0 && newton.decrement2 < 1e-30) break;
    double t = 1;
    while (t > 1e-12 && !(risk.value_gradient(w - t * step, gradient) <= value)) t /= 2;
    if (t <= 1e-12) break;
    w -= t * step;
  }
  return w;
}

Certificate certificate_at(EmpiricalRisk& risk, const Vector& w, bool with_newton) {
  Vector gradient, step;
  const NewtonDecrement newton = with_newton ? decrement_at(risk, w, step) : NewtonDecrement{};
  const double value = risk.value_gradient(w, gradient);
  return certify(risk, w, gradient, value, newton);
}

class EveryLoss : public ::testing::TestWithParam<LossCase> {
 protected:
  const Loss& loss() const { return GetParam().loss; }
  LossTraits traits() const { return traits_of(loss()); }
};

class NumberLoss : public EveryLoss {};
class SmoothConvexLoss : public EveryLoss {};
class LocalLoss : public EveryLoss {};
class KinkedLoss : public EveryLoss {};

// Central differences in double: h² and 1e-16/h, 1e-9 for functions of order 1 with h = 1e-5; kinks that the step
// crosses cost one row's share of a jump times h: 1e-6.
TEST_P(EveryLoss, GradientAndHessianAreCentralDifferences) {
  Setting at(problem_for(loss(), 50, 3, 51), true, 0.05);
  Draws draws(52);
  const Vector w = 0.5 * draw(at.risk().dimension(), draws);
  Vector gradient, above, below;
  BlockHessian hessian;
  (void)at.risk().value_gradient_hessian(w, gradient, hessian);
  for (int trial = 0; trial < 5; ++trial) {
    constexpr double kStep = 1e-5;
    Vector v = draw(w.size(), draws);
    if (at.risk().is_shift_invariant()) {  // the flat direction is filled, so v stays across it
      Eigen::Map<Matrix> by_output(v.data(), 4, v.size() / 4);
      by_output.colwise() -= Vector(by_output.rowwise().mean());
    }
    const double rise = at.risk().value_gradient(w + kStep * v, above) - at.risk().value_gradient(w - kStep * v, below);
    const double tolerance = (traits().smooth ? 1e-8 : 1e-5) * (1 + gradient.norm()) * v.norm();
    EXPECT_NEAR(gradient.dot(v), rise / (2 * kStep), tolerance);
    if (!traits().smooth) continue;
    Vector bend(w.size());
    Eigen::Index begin = 0;
    for (const Matrix& block : hessian.blocks) {
      bend.segment(begin, block.rows()) = block * v.segment(begin, block.rows());
      begin += block.rows();
    }
    EXPECT_LE((bend - (above - below) / (2 * kStep)).norm(), 1e-5 * (1 + bend.norm()));
  }
}

/// No intercept near the null model's or the minimised one does better.
TEST_P(EveryLoss, NullModelAndMinimisedInterceptAreTheBest) {
  Setting at(problem_for(loss(), 61, 3, 53), true, 0);
  Draws draws(54);
  const auto d = static_cast<Eigen::Index>(at.risk().width());
  const Vector null = at.risk().null_model();
  const Vector moved = at.risk().minimise_intercept(0.4 * draw(null.size(), draws));
  EXPECT_EQ(null.head(d - 1), Vector::Zero(d - 1));
  for (const Vector& best : {null, moved}) {
    const double least = at.value(best);
    for (int trial = 0; trial < 60; ++trial) {
      Vector w = best;
      for (Eigen::Index q = d - 1; q < w.size(); q += d) w[q] += std::pow(10, -6 * draws.unit()) * draws.normal();
      EXPECT_GE(at.value(w), least - 4 * ulp(least));
    }
    EXPECT_TRUE(!traits().convex || at.risk().intercept_gap(best) <= 4 * ulp(least) + 1e-15);
  }
}

/// Kinks or not: along targets themselves, where the weighted quantile must be.
TEST_P(NumberLoss, NullModelOfNumbersBeatsEveryTargetAsAConstant) {
  for (const double scale : {1e-8, 1.0, 1e9}) {
    Problem problem = problem_for(loss(), 61, 1, 55);
    for (double& y : problem.target) y *= scale;
    Setting at(problem, true, 0);
    const Vector null = at.risk().null_model();
    const double least = at.value(null);
    for (const double y : problem.target) {
      EXPECT_GE(at.value((Vector(2) << 0, y).finished()), least - 4 * ulp(least));
    }
  }
}

/// From the optimum out to far away.
TEST_P(SmoothConvexLoss, GapIsNeverBelowTheTrueGap) {
  Draws draws(56);
  for (const bool intercept : {true, false}) {
    for (const double l2 : {0.0, 0.05}) {
      Setting at(problem_for(loss(), 80, 3, 57), intercept, l2);
      EmpiricalRisk& risk = at.risk();
      const Vector best = minimise(risk, risk.null_model());
      const double least = at.value(best);
      int certified = 0;
      for (const double distance : {0.0, 1e-9, 1e-6, 1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1.0}) {
        for (int trial = 0; trial < 5; ++trial) {
          const Vector w = best + distance * draw(best.size(), draws);
          const double value = at.value(w);
          for (const bool with_newton : {true, false}) {
            const Certificate certificate = certificate_at(risk, w, with_newton);
            if (!certificate.gap) continue;
            ++certified;
            EXPECT_GE(*certificate.gap, (value - least) * (1 - 1e-12) - rounding(value))
                << distance << " " << l2 << " " << intercept << " " << with_newton;
          }
        }
      }
      EXPECT_GT(certified, 10) << l2 << " " << intercept;
      const Certificate there = certificate_at(risk, best, true);
      ASSERT_TRUE(there.gap.has_value()) << there.reason;
      EXPECT_LE(*there.gap, 1e-14 * (1 + std::fabs(least)));  // a bound that proves nothing is no bound
    }
  }
}

TEST_P(LocalLoss, WhatIsNotConvexGetsALocalProofOnly) {
  Setting at(problem_for(loss(), 80, 3, 58), true, 0.02);
  EmpiricalRisk& risk = at.risk();
  const Vector best = minimise(risk, risk.null_model());
  const double least = at.value(best);
  const Certificate there = certificate_at(risk, best, true);
  EXPECT_FALSE(there.gap);
  EXPECT_NE(there.reason.find("not convex"), std::string::npos);
  ASSERT_TRUE(there.local_gap.has_value());
  EXPECT_LE(*there.local_gap, 1e-14 * (1 + std::fabs(least)));
  EXPECT_FALSE(certificate_at(risk, best, false).local_gap);
  Draws draws(59);
  for (int trial = 0; trial < 100; ++trial) {
    const Vector near = best + 1e-3 * draw(best.size(), draws);
    EXPECT_GE(at.value(near), least - 4 * ulp(least));
    // Close by, f is nearly the quadratic: the local gap is the true one within the 1e-3 that f‴ makes.
    const Certificate local = certificate_at(risk, near, true);
    ASSERT_TRUE(local.local_gap.has_value());
    EXPECT_NEAR(*local.local_gap, at.value(near) - least, 0.05 * *local.local_gap + 8 * ulp(least));
  }
}

/// With one coefficient and no intercept the true minimum is found by ternary search.
TEST_P(KinkedLoss, KinksAreCertifiedWithoutAnInterceptOnly) {
  Setting at(problem_for(loss(), 60, 1, 60), false, 0.1);
  double low = -50, high = 50;
  for (int step = 0; step < 200; ++step) {
    const double a = low + (high - low) / 3, b = high - (high - low) / 3;
    (at.value(Vector::Constant(1, a)) < at.value(Vector::Constant(1, b)) ? high : low) =
        at.value(Vector::Constant(1, a)) < at.value(Vector::Constant(1, b)) ? b : a;
  }
  const double best = 0.5 * (low + high), least = at.value(Vector::Constant(1, best));
  for (const double distance : {1e-9, 1e-6, 1e-3, 0.1, 1.0, 10.0}) {
    for (const double w : {best - distance, best + distance}) {
      const Certificate certificate = certificate_at(at.risk(), Vector::Constant(1, w), true);
      ASSERT_TRUE(certificate.gap.has_value());
      const double value = at.value(Vector::Constant(1, w));
      EXPECT_GE(*certificate.gap, value - least - rounding(value)) << distance;
    }
  }
  Setting with(problem_for(loss(), 60, 1, 60), true, 0.1);
  const Certificate none = certificate_at(with.risk(), with.risk().null_model(), true);
  EXPECT_FALSE(none.gap);
  EXPECT_NE(none.reason.find("kinks"), std::string::npos);
}

std::string name_of_loss_case(const ::testing::TestParamInfo<LossCase>& each) { return each.param.name; }

INSTANTIATE_TEST_SUITE_P(All, EveryLoss, ::testing::ValuesIn(all_losses()), name_of_loss_case);
INSTANTIATE_TEST_SUITE_P(All, NumberLoss, ::testing::ValuesIn(losses_where([](const Loss& loss) {
                           return !traits_of(loss).classification && outputs_of(loss) == 1;
                         })),
                         name_of_loss_case);
INSTANTIATE_TEST_SUITE_P(All, SmoothConvexLoss, ::testing::ValuesIn(losses_where([](const Loss& loss) {
                           return traits_of(loss).convex && traits_of(loss).smooth;
                         })),
                         name_of_loss_case);
INSTANTIATE_TEST_SUITE_P(All, LocalLoss,
                         ::testing::ValuesIn(losses_where([](const Loss& loss) { return !traits_of(loss).convex; })),
                         name_of_loss_case);
INSTANTIATE_TEST_SUITE_P(All, KinkedLoss,
                         ::testing::ValuesIn(losses_where([](const Loss& loss) { return !traits_of(loss).smooth; })),
                         name_of_loss_case);

/// |l‴|/l″ at u, l‴ by central differences of the curvature.
double growth(const Loss& loss, double y, double u) {
  constexpr double kStep = 1e-4;
  double h[3];
  for (int k = 0; k < 3; ++k) {
    const double eta = u + (k - 1) * kStep;
    evaluate(loss, &y, &eta, 1, {nullptr, nullptr, &h[k]});
  }
  return std::fabs(h[2] - h[0]) / (2 * kStep) / h[1];
}

// The bounds that certificate.cpp proves, on a fine grid; the difference quotient is good to h²·ρ³ = 1e-8·4e4.
TEST(CurvatureGrowth, OfProbitAndCloglogIsWithinItsBound) {
  for (double u = -30; u < 30; u += 0.01) {
    EXPECT_LE(growth(ProbitLoss{}, 1, u), 1 + std::max(u, 0.0) + 1e-3) << u;
    EXPECT_LE(growth(ProbitLoss{}, 0, -u), 1 + std::max(u, 0.0) + 1e-3) << u;
    EXPECT_LE(growth(CloglogLoss{}, 0, u), 1 + 1e-3) << u;
    const double event = std::fmin(u, 6);  // beyond, the curvature is 0
    EXPECT_LE(growth(CloglogLoss{}, 1, event), (1 + std::exp(event)) * (1 + 1e-3)) << u;
  }
}

// Predictors far on the right side make the growth large, and the bound must know it: one row at u = 6 beside many near
// 0.
TEST(CurvatureGrowth, HoldsWithRowsFarOut) {
  for (const Loss& loss : {Loss{ProbitLoss{}}, Loss{CloglogLoss{}}}) {
    Problem problem = problem_for(loss, 60, 1, 61);
    for (std::size_t i = 0; i < 3; ++i) {
      problem.x[i] = 8;
      problem.target[i] = 1;
      problem.weight[i] = 2;
    }
    Setting at(problem, true, 0);
    const Vector best = minimise(at.risk(), at.risk().null_model());
    const double least = at.value(best);
    Draws draws(62);
    int certified = 0;
    for (int trial = 0; trial < 400; ++trial) {
      const double distance = std::pow(10, -4 * draws.unit());  // drawn first: operands have no order of their own
      const Vector w = best + distance * draw(2, draws);
      const Certificate certificate = certificate_at(at.risk(), w, true);
      if (!certificate.gap) continue;
      ++certified;
      EXPECT_GE(*certificate.gap, (at.value(w) - least) * (1 - 1e-12) - rounding(least));
    }
    EXPECT_GT(certified, 10);  // how many of the 400 lie near enough depends on the order in which a compiler draws
  }
}

}  // namespace
}  // namespace plumbline::testing
