#include "plumbline/solvers/svd_least_squares.hpp"

#include "plumbline/linalg/svd.hpp"
#include "plumbline/objective/residual_qr.hpp"
#include "plumbline/solvers/exact_least_squares.hpp"

namespace plumbline {

LeastSquaresRun solve_by_svd(EmpiricalRisk& risk, const Vector& start, const Monitor& monitor,
                             const std::vector<PolynomialTerms>& polynomials) {
  LeastSquaresRun result;
  result.solver = "svd";
  SolverRun& run = result.run;
  run.w = start;
  const Matrix factor = residual_triangular_factor(risk, risk.source(), start, *monitor.progress);
  if (!factor.allFinite()) {
    run.ended = Verdict::non_finite;
    run.value = risk.value_gradient(run.w, run.gradient);
    return result;
  }
  const Eigen::Index d = start.size();
  const SingularValues svd(factor.topLeftCorner(d, d));
  run.w += svd.pseudo_solve(factor.col(d).head(d));
  run.iterations = 1;
  run.condition = svd.condition();
  const ExactRows rows(risk.coordinates(), polynomials);
  if (svd.rank() < static_cast<Eigen::Index>(rows.width())) {
    result.dependent_sets = dependent_columns(risk, factor);
    run.ended = Verdict::rank_deficient;
    run.value = risk.value_gradient(run.w, run.gradient);
    return result;
  }
  const Matrix root = svd.inverse_root();
  const auto solve = [&](const std::vector<DoubleDouble>& gradient) {
    const Vector half = root.transpose() * rows.gradient_to_risk(gradient);
    return ExactStep{rows.from_risk(root * half), half.squaredNorm()};
  };
  refine_exactly(risk, rows, {rows.from_risk(run.w), solve}, result, monitor);
  infer_at_optimum(risk, root, monitor, result);
  return result;
}

}  // namespace plumbline
