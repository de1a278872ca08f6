#include "plumbline/solvers/iterative.hpp"

#include <optional>

#include "plumbline/core/errors.hpp"
#include "plumbline/objective/batch_gradient.hpp"
#include "plumbline/objective/hessian_vector.hpp"
#include "plumbline/solvers/gradient_descent.hpp"
#include "plumbline/solvers/lbfgs.hpp"
#include "plumbline/solvers/momentum.hpp"
#include "plumbline/solvers/nesterov.hpp"
#include "plumbline/solvers/newton.hpp"
#include "plumbline/solvers/newton_cg.hpp"
#include "plumbline/solvers/sgd.hpp"
#include "plumbline/solvers/solver_choice.hpp"

namespace plumbline {

namespace {

/// With l2 = 0 nothing cheap proves the optimum while L-BFGS runs: it stops at this relative gradient, and the proof
/// comes after.
constexpr double kUnprovedTolerance = 1e-10;

template <class T>
void set(T& value, const std::optional<T>& asked) {
  if (asked) value = *asked;
}

template <class Options>
Options with_fixed_step(const SolverOptions& asked) {
  Options options;
  set(options.max_iterations, asked.max_iterations);
  set(options.step_size, asked.step_size);
  set(options.epsilon, asked.tolerance);
  return options;
}

/// Made where one Cholesky of d × d is affordable.
MakePreconditioner preconditioner_of(EmpiricalRisk& risk) {
  if (risk.width() > kWidestPreconditioner) return {};
  return [&risk](const Vector& w) { return risk.mean_curvature_preconditioner(w); };
}

SolverRun by_newton(EmpiricalRisk& risk, const Vector& start, const SolverOptions& asked, const Monitor& monitor) {
  NewtonOptions options;
  set(options.max_iterations, asked.max_iterations);
  options.tolerance = asked.tolerance;
  return minimise_by_newton(risk, start, options, monitor);
}

SolverRun by_newton_cg(EmpiricalRisk& risk, const Vector& start, const IterativeRequest& request,
                       const Monitor& monitor, Progress& progress) {
  NewtonCgOptions options;
  set(options.max_iterations, request.options.max_iterations);
  options.tolerance = request.options.tolerance;
  HessianVector hessian(risk);
  hessian.listen_to(progress);
  const CurvatureAccess curvature{
      [&hessian](const Vector& w, const Vector& v, Vector& product) { hessian.multiply(w, v, product); },
      preconditioner_of(risk)};
  return minimise_by_newton_cg(risk, start, options, curvature, monitor);
}

SolverRun by_lbfgs(EmpiricalRisk& risk, const Vector& start, const SolverOptions& asked, const Monitor& monitor) {
  LbfgsOptions options;
  set(options.max_iterations, asked.max_iterations);
  options.tolerance = asked.tolerance;
  if (risk.l2() == 0 && !options.tolerance) options.tolerance = kUnprovedTolerance;
  return minimise_by_lbfgs(risk, start, options, preconditioner_of(risk), monitor);
}

SolverRun by_sgd(EmpiricalRisk& risk, const Vector& zero, const IterativeRequest& request, const Monitor& monitor) {
  const SolverOptions& asked = request.options;
  SgdOptions options = request.solver == SolverChoice::adam ? SgdOptions::adam() : SgdOptions{};
  set(options.epochs, asked.epochs);
  set(options.batch_size, asked.batch_size);
  set(options.step_size, asked.step_size);
  set(options.momentum, asked.momentum);
  set(options.schedule, asked.schedule);
  options.seed = asked.seed;
  BatchGradient batches(risk, options.batch_size);
  return minimise_by_sgd(risk, batches, zero, options, monitor);
}

}  // namespace

SolverRun solve_iteratively(EmpiricalRisk& risk, const Vector& start, const IterativeRequest& request,
                            const Monitor& monitor, Progress& progress) {
  const SolverOptions& asked = request.options;
  const Vector zero = Vector::Zero(risk.dimension());
  switch (request.solver) {
    case SolverChoice::newton:
      return by_newton(risk, start, asked, monitor);
    case SolverChoice::newton_cg:
      return by_newton_cg(risk, start, request, monitor, progress);
    case SolverChoice::lbfgs:
      return by_lbfgs(risk, start, asked, monitor);
    case SolverChoice::gd:
      return minimise_by_gradient_descent(risk, zero, with_fixed_step<GradientDescentOptions>(asked), monitor);
    case SolverChoice::momentum: {
      auto options = with_fixed_step<MomentumOptions>(asked);
      set(options.momentum, asked.momentum);
      return minimise_by_momentum(risk, zero, options, monitor);
    }
    case SolverChoice::nesterov: {
      auto options = with_fixed_step<NesterovOptions>(asked);
      options.momentum = asked.momentum;
      return minimise_by_nesterov(risk, zero, options, monitor);
    }
    case SolverChoice::sgd:
    case SolverChoice::adam:
      return by_sgd(risk, zero, request, monitor);
    default:
      break;
  }
  require(false, "solve_iteratively", "solver", "an iterative one");
  return {};
}

}  // namespace plumbline
