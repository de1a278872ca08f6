#include "plumbline/solvers/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/linalg/triangular_qr.hpp"
#include "plumbline/objective/residual_qr.hpp"
#include "plumbline/solvers/exact_least_squares.hpp"

namespace plumbline {

namespace {

/// Beyond this condition of the normal matrix (the square of X's) QR takes over.
constexpr double kMostNormalCondition = 1e10;
constexpr int kMostRefinements = 5;
/// A decrement this small, relative to the objective of the intercept-only model, is rounding: coefficients are right
/// to 13 digits in the norm of the normal matrix, and another pass over X would not move them.
constexpr double kRoundingDecrement = 1e-26;

using Sets = std::vector<std::vector<Eigen::Index>>;

/// Columns that carry nothing are zero in X: their place in the factor is empty, and no dependence.
Sets without_empty_columns(const EmpiricalRisk& risk, Sets sets) {
  std::erase_if(sets, [&](const std::vector<Eigen::Index>& set) {
    const auto j = static_cast<std::size_t>(set.front());
    return set.size() == 1 && j < risk.coordinates().features() && risk.coordinates().scale[j] == 0;
  });
  return sets;
}

/// Corrections from a factor in double precision: (RᵀR)⁻¹ g in the risk's coordinates.
SolveStep seminormal_step(const ExactRows& rows, const Matrix& upper) {
  return [&rows, &upper](const std::vector<DoubleDouble>& gradient) {
    const Vector rounded = rows.gradient_to_risk(gradient);
    const Vector step = solve_seminormal(upper, rounded);
    return ExactStep{rows.from_risk(step), rounded.dot(step)};
  };
}

bool can_infer(const EmpiricalRisk& risk) {
  return risk.l2() == 0 && static_cast<Eigen::Index>(risk.width()) <= kWidestInference;
}

LeastSquaresRun solve_by_cholesky(EmpiricalRisk& risk, const Vector& start, const Monitor& monitor,
                                  const std::vector<PolynomialTerms>& polynomials) {
  LeastSquaresRun result;
  SolverRun& run = result.run;
  BlockHessian normal;
  run.w = start;
  run.value = risk.value_gradient_hessian(run.w, run.gradient, normal);
  monitor.iteration(0, run.value, run.w, run.gradient, 1);
  const BlockCholesky factor(normal.blocks);
  if (!factor.finite() || !std::isfinite(run.value)) {
    run.ended = Verdict::non_finite;
    return result;
  }
  const double normal_condition = factor.condition();
  if (factor.shift() > 0 || normal_condition > kMostNormalCondition) {
    std::optional<LeastSquaresRun> exact;
    if (exact_cost(risk) <= kAffordablyExact) exact = solve_exactly(risk, start, monitor, polynomials);
    return exact ? std::move(*exact) : solve_by_qr(risk, start, monitor, polynomials);
  }
  run.condition = std::sqrt(normal_condition);
  run.w -= factor.solve(run.gradient);
  run.iterations = 1;
  refine_least_squares(
      risk, [&](const Vector& g) { return factor.solve(g); }, monitor, run);
  if (can_infer(risk)) infer_at_optimum(risk, factor.inverse_root() / std::sqrt(risk.weight_sum()), monitor, result);
  return result;
}

}  // namespace

void refine_least_squares(EmpiricalRisk& risk, const std::function<Vector(const Vector&)>& solve,
                          const Monitor& monitor, SolverRun& run) {
  run.value = risk.value_gradient(run.w, run.gradient);
  run.decrement2 = run.gradient.dot(solve(run.gradient));
  const double rounding = kRoundingDecrement * monitor.null_value;
  for (int step = 0; step < kMostRefinements && run.decrement2 > rounding; ++step) {
    monitor.iteration(run.iterations, run.value, run.w, run.gradient, 1);
    Vector gradient;
    const Vector w = run.w - solve(run.gradient);
    const double value = risk.value_gradient(w, gradient);
    const double decrement2 = gradient.dot(solve(gradient));
    if (!(std::fabs(decrement2) < run.decrement2 / 4)) break;
    run.w = w;
    run.gradient = std::move(gradient);
    run.value = value;
    run.decrement2 = std::fabs(decrement2);
    ++run.iterations;
  }
}

void infer_at_optimum(const EmpiricalRisk& risk, const Matrix& inverse_root, const Monitor& monitor,
                      LeastSquaresRun& result) {
  if (!can_infer(risk)) return;
  const double rows = 2 * risk.weight_sum();
  result.inference = infer_least_squares(risk, inverse_root, rows * result.run.value, rows * monitor.null_value);
}

std::vector<std::vector<Eigen::Index>> dependent_columns(const EmpiricalRisk& risk, const Matrix& factor) {
  return without_empty_columns(risk, solve_triangular_least_squares(factor).dependent_sets);
}

LeastSquaresRun solve_by_qr(EmpiricalRisk& risk, const Vector& start, const Monitor& monitor,
                            const std::vector<PolynomialTerms>& polynomials) {
  LeastSquaresRun result;
  result.solver = "qr";
  SolverRun& run = result.run;
  const Matrix factor = residual_triangular_factor(risk, risk.source(), start, *monitor.progress);
  const Eigen::Index d = start.size();
  if (!factor.allFinite()) {
    run.w = start;
    run.ended = Verdict::non_finite;
    run.value = risk.value_gradient(run.w, run.gradient);
    return result;
  }
  TriangularSolution solution = solve_triangular_least_squares(factor);
  run.w = start + solution.solution;
  run.iterations = 1;
  run.condition = solution.condition;
  result.dependent_sets = without_empty_columns(risk, std::move(solution.dependent_sets));
  if (!result.dependent_sets.empty()) {
    run.value = risk.value_gradient(run.w, run.gradient);
    run.ended = Verdict::rank_deficient;
    return result;
  }
  Matrix upper = factor.topLeftCorner(d, d);
  for (Eigen::Index j = 0; j < d; ++j) {
    if (upper.col(j).isZero(0)) upper(j, j) = std::sqrt(risk.weight_sum());
  }
  const ExactRows rows(risk.coordinates(), polynomials);
  refine_exactly(risk, rows, {rows.from_risk(run.w), seminormal_step(rows, upper)}, result, monitor);
  if (can_infer(risk)) {
    infer_at_optimum(risk, upper.triangularView<Eigen::Upper>().solve(Matrix::Identity(d, d)), monitor, result);
  }
  return result;
}

LeastSquaresRun solve_least_squares(EmpiricalRisk& risk, const Vector& start, SolverChoice choice,
                                    const Monitor& monitor, const std::vector<PolynomialTerms>& polynomials) {
  if (choice == SolverChoice::qr) return solve_by_qr(risk, start, monitor, polynomials);
  const double most = polynomials.empty() ? kAlwaysExact : kAffordablyExact;
  if (choice == SolverChoice::automatic && exact_cost(risk) <= most) {
    std::optional<LeastSquaresRun> exact = solve_exactly(risk, start, monitor, polynomials);
    if (exact) return std::move(*exact);
  }
  return solve_by_cholesky(risk, start, monitor, polynomials);
}

}  // namespace plumbline
