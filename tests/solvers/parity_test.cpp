// Against optima that another program found in 60-digit arithmetic (tests/reference/optimum.py): all rows, no
// standardisation, the penalty on the user's own coefficients.
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "plumbline/core/math.hpp"
#include "support/examples.hpp"
#include "support/fits.hpp"

namespace plumbline::testing {
namespace {

struct ParityCase {
  std::string reference;
  SolverChoice solver;
};

std::vector<ParityCase> cases() {
  std::vector<ParityCase> all;
  for (const char* name : {"diabetes_squared_l2_0", "diabetes_squared_l2_0.01"}) {
    for (const SolverChoice solver : {SolverChoice::cholesky, SolverChoice::qr, SolverChoice::newton}) {
      all.push_back({name, solver});
    }
  }
  for (const char* table : {"breast_cancer_logistic", "iris_softmax", "wine_softmax", "digits_softmax"}) {
    for (const char* l2 : {"_l2_0.01", "_l2_1_over_n"}) all.push_back({std::string(table) + l2, SolverChoice::newton});
  }
  return all;
}

/// The largest error of any output's coefficients, relative to their norm; and of any single coefficient, relative to
/// the largest of all.
struct Distance {
  double by_norm = 0, by_element = 0, intercept = 0;
};

Distance distance(const LinearSolution& got, const ReferenceProblem& expected) {
  const std::size_t outputs = expected.intercept.size();
  Distance result;
  double largest = 0, largest_error = 0, intercepts = 0;
  const std::vector<double> intercept = raw_intercept(got);
  for (std::size_t k = 0; k < outputs; ++k) {
    double error2 = 0, norm2 = 0;
    for (std::size_t j = 0; j < expected.coefficients.size(); ++j) {
      const double exact = expected.coefficients[j][k], error = got.coefficients[j * outputs + k] - exact;
      error2 += error * error;
      norm2 += exact * exact;
      largest = std::fmax(largest, std::fabs(exact));
      largest_error = std::fmax(largest_error, std::fabs(error));
    }
    result.by_norm = std::fmax(result.by_norm, std::sqrt(error2 / norm2));
    intercepts = std::fmax(intercepts, std::fabs(expected.intercept[k]));
    result.intercept = std::fmax(result.intercept, std::fabs(intercept[k] - expected.intercept[k]));
  }
  result.by_element = largest_error / largest;
  result.intercept /= intercepts;
  return result;
}

class Parity : public ::testing::TestWithParam<ParityCase> {};

// The issue asks for 1e-6. Reached is 5e-17 to 8e-15 by norm: 1e-12 leaves room for another compiler's or vector unit's
// rounding (the raw columns of breast cancer span six orders of magnitude) and no more.
TEST_P(Parity, CoefficientsAreThoseOfTheIndependentOptimum) {
  ReferenceProblem reference = read_reference(GetParam().reference);
  const LinearFit got = fit(reference.problem, fit_options(GetParam().solver, reference.l2, false));
  EXPECT_EQ(got.report.verdict, Verdict::optimal) << got.report.advice;
  EXPECT_STREQ(got.report.solver.c_str(), name_of(GetParam().solver));
  const Distance far = distance(got.solution, reference);
  RecordProperty("by_norm", std::to_string(far.by_norm * 1e15) + "e-15");
  EXPECT_LE(far.by_norm, 1e-12);
  EXPECT_LE(far.by_element, 1e-12);
  EXPECT_LE(far.intercept, 1e-12);
  EXPECT_NEAR(got.report.objective, reference.objective, 1e-13 * reference.objective);
  EXPECT_NEAR(got.report.null_objective, reference.null_objective, 1e-13 * reference.null_objective);
  ASSERT_TRUE(got.report.gap.has_value());
  EXPECT_LE(*got.report.gap, 1e-9 * (reference.null_objective - reference.objective));
  EXPECT_GE(*got.report.gap, 0);
}

std::string name_of_parity_case(const ::testing::TestParamInfo<ParityCase>& info) {
  std::string name = info.param.reference + "_" + name_of(info.param.solver);
  for (char& c : name) c = c == '.' ? '_' : c;
  return name;
}

INSTANTIATE_TEST_SUITE_P(Examples, Parity, ::testing::ValuesIn(cases()), name_of_parity_case);

// L-BFGS stops at the certificate: the true distance to the optimum must be within the gap it claims.
TEST(Parity, LbfgsReachesTheOptimumWithinItsGap) {
  for (const char* name :
       {"diabetes_squared_l2_0.01", "breast_cancer_logistic_l2_0.01", "breast_cancer_logistic_l2_1_over_n",
        "iris_softmax_l2_0.01", "iris_softmax_l2_1_over_n", "wine_softmax_l2_1_over_n", "digits_softmax_l2_0.01"}) {
    ReferenceProblem reference = read_reference(name);
    const LinearFit got = fit(reference.problem, fit_options(SolverChoice::lbfgs, reference.l2, false));
    EXPECT_EQ(got.report.verdict, Verdict::optimal) << name << got.report.advice;
    ASSERT_TRUE(got.report.gap.has_value()) << name;
    EXPECT_LE(*got.report.gap, 1e-9 * (reference.null_objective - reference.objective) + 1e-15) << name;
    // 4 ulp of the objective: below that its own rounding speaks.
    EXPECT_LE(got.report.objective - reference.objective, *got.report.gap + 4 * ulp(reference.objective)) << name;
    EXPECT_GE(got.report.objective, reference.objective * (1 - 1e-14)) << name;
  }
}

// Gradient descent in the coordinates of standardised features reaches the optimum of the problem it was given: that
// of Newton with the same options.
TEST(Parity, GradientDescentReachesTheOptimumOfNewton) {
  for (const char* name : {"iris_softmax_l2_0.01", "breast_cancer_logistic_l2_0.01", "diabetes_squared_l2_0.01"}) {
    ReferenceProblem reference = read_reference(name);
    const LinearFit newton = fit(reference.problem, fit_options(SolverChoice::newton, 0.05, true));
    LinearFitOptions options = fit_options(SolverChoice::gd, 0.05, true);
    options.solver_options.step_size = 0.1;
    options.solver_options.max_iterations = 20000;
    options.solver_options.tolerance = 1e-24;
    const LinearFit got = fit(reference.problem, options);
    EXPECT_TRUE(got.report.verdict == Verdict::optimal || got.report.verdict == Verdict::completed)
        << name << " " << name_of(got.report.verdict);
    ASSERT_TRUE(got.report.gap.has_value()) << name;
    EXPECT_LE(got.report.objective - newton.report.objective, *got.report.gap + 8 * ulp(got.report.objective)) << name;
    EXPECT_NEAR(got.report.objective, newton.report.objective, 1e-9 * got.report.objective) << name;
  }
}

}  // namespace
}  // namespace plumbline::testing
