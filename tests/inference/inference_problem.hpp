#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "plumbline/inference/linear_inference.hpp"
#include "support/fits.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {

/// A problem, fitted without a penalty, with what inference starts from.
class InferenceProblem final {
 public:
  explicit InferenceProblem(Problem problem, bool intercept = true, SolverChoice solver = SolverChoice::automatic)
      : problem_(std::move(problem)), source_(problem_.source()) {
    LinearFitOptions options = fit_options(solver, 0, true, intercept);
    fit_ = fit_linear(source_, problem_.loss, options, silent_progress());
    fitted_ = fitted_linear(source_, problem_.loss, fit_, intercept);
  }
  InferenceProblem(const InferenceProblem&) = delete;
  InferenceProblem& operator=(const InferenceProblem&) = delete;

  const LinearFit& fit() const { return fit_; }
  FittedLinear& fitted() { return fitted_; }
  const Problem& problem() const { return problem_; }
  CoefficientCovariance covariance(CovarianceKind kind, const std::vector<std::uint64_t>& clusters = {},
                                   Information information = Information::observed) const {
    return coefficient_covariance(fitted_, {kind, information, clusters});
  }
  LinearInference infer(const InferenceOptions& options) const {
    return infer_linear(fitted_, fit_.risk, fit_.report.null_objective, options);
  }

 private:
  Problem problem_;
  MemorySource source_;
  LinearFit fit_;
  FittedLinear fitted_;
};

inline constexpr CovarianceKind kEveryKind[] = {CovarianceKind::classical, CovarianceKind::hc0,
                                                CovarianceKind::hc1,       CovarianceKind::hc2,
                                                CovarianceKind::hc3,       CovarianceKind::cluster};

inline bool uses_leverage(CovarianceKind kind) { return kind == CovarianceKind::hc2 || kind == CovarianceKind::hc3; }

inline void expect_relative(const Vector& got, const Vector& expected, double bar, const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (Eigen::Index j = 0; j < got.size(); ++j) {
    EXPECT_LE(std::fabs(got[j] - expected[j]), bar * std::fabs(expected[j]))
        << what << ", place " << j << ": " << got[j] << " against " << expected[j];
  }
}

}  // namespace plumbline::testing
