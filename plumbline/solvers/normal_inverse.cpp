#include "plumbline/solvers/normal_inverse.hpp"

#include <fmt/format.h>

#include <Eigen/LU>
#include <cmath>
#include <limits>

namespace plumbline {

LeastSquaresRun solve_by_normal_inverse(EmpiricalRisk& risk, const Monitor& monitor) {
  LeastSquaresRun result;
  result.solver = "normal-inverse";
  SolverRun& run = result.run;
  run.w = Vector::Zero(risk.dimension());
  BlockHessian normal;
  run.value = risk.value_gradient_hessian(run.w, run.gradient, normal);
  monitor.iteration(0, run.value, run.w, run.gradient, 1);
  const Matrix& matrix = normal.blocks.front();  // XᵀX/n + l2·I, and the gradient at 0 is −Xᵀy/n
  if (!matrix.allFinite() || !run.gradient.allFinite()) {
    run.ended = Verdict::non_finite;
    return result;
  }
  const Matrix inverse = matrix.inverse();
  const auto norm = [](const Matrix& m) { return m.cwiseAbs().colwise().sum().maxCoeff(); };
  const double normal_condition = norm(matrix) * norm(inverse);
  run.w = -(inverse * run.gradient);
  run.iterations = 1;
  result.warning = fmt::format(
      "the normal matrix was inverted, for teaching: its condition number is {:.1e}, the square of that of X, and "
      "about so many units in the last place may be lost; --solver qr or cholesky (the default) lose far less",
      normal_condition);
  if (!run.w.allFinite() || !(normal_condition < 1 / std::numeric_limits<double>::epsilon())) {
    result.warning = "the normal matrix is singular to working precision: it has no inverse";
    run.w.setConstant(std::numeric_limits<double>::quiet_NaN());
    run.ended = Verdict::non_finite;
    return result;
  }
  run.condition = std::sqrt(normal_condition);
  run.value = risk.value_gradient(run.w, run.gradient);
  return result;
}

}  // namespace plumbline
