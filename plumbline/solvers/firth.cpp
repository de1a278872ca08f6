#include "plumbline/solvers/firth.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/linalg/decompositions.hpp"
#include "plumbline/objective/firth_risk.hpp"
#include "plumbline/objective/residual_qr.hpp"
#include "plumbline/solvers/least_squares.hpp"

namespace plumbline {

namespace {

using Eigen::Index;
using Sets = std::vector<std::vector<Eigen::Index>>;

/// Beyond this condition of the information it is worth a QR of the rows to see whether columns depend on each other.
constexpr double kSuspectInformation = 1e12;
constexpr int kMostScoringSteps = 1000;

/// I/Σs at the intercept-only model: the Gram matrix of X̃ times a constant.
Matrix information_at(EmpiricalRisk& risk, const Vector& w) {
  Vector gradient;
  BlockHessian hessian;
  (void)risk.value_gradient_hessian(w, gradient, hessian);
  return std::move(hessian.blocks.front());
}

Sets find_dependent_sets(const EmpiricalRisk& risk, RowSource& source, const Matrix& information, Progress& progress) {
  const BlockCholesky factor({information});
  if (factor.finite() && factor.shift() == 0 && factor.condition() < kSuspectInformation) return {};
  const Vector zero = Vector::Zero(information.rows());
  return dependent_columns(risk, residual_triangular_factor(risk, source, zero, progress));
}

/// The same coordinates with one column of each set taken out, never the intercept.
Coordinates independent_coordinates(const EmpiricalRisk& risk, const Sets& sets) {
  Coordinates at = risk.coordinates();
  for (const std::vector<Index>& set : sets) {
    const bool is_intercept = set.front() == static_cast<Index>(at.features()) && set.size() > 1;
    at.scale[static_cast<std::size_t>(is_intercept ? set[1] : set.front())] = 0;
  }
  return at;
}

/// w without its part in the null space of the Gram matrix, which has `dimensions`: no predictor changes.
Vector of_minimum_norm(const Vector& w, const Matrix& information, Index dimensions) {
  const Matrix null_space = symmetric_eigen(information).vectors.leftCols(dimensions);
  return w - null_space * (null_space.transpose() * w);
}

/// Fisher scoring with the information where Newton's rule stopped, while the decrement falls.
void score_on(FirthRisk& f, const Monitor& monitor, SolverRun& run) {
  BlockHessian information;
  run.value = f.value_gradient_hessian(run.w, run.gradient, information);
  const BlockCholesky factor(information.blocks);
  double decrement2 = run.gradient.dot(factor.solve(run.gradient));
  for (int step = 0; step < kMostScoringSteps && decrement2 > 0; ++step) {
    monitor.check_cancelled();
    Vector gradient;
    const Vector w = run.w - factor.solve(run.gradient);
    const double value = f.value_gradient(w, gradient);
    const double next = gradient.dot(factor.solve(gradient));
    if (!std::isfinite(value) || !(next < decrement2)) break;
    decrement2 = next;
    run.w = w;
    run.value = value;
    run.gradient = std::move(gradient);
  }
}

SolverRun minimise(EmpiricalRisk& risk, const NewtonOptions& options, Monitor& monitor) {
  FirthRisk f(risk);
  if (monitor.progress != nullptr) f.listen_to(*monitor.progress);
  const Vector start = f.null_model();
  Vector gradient;
  monitor.null_value = f.value_gradient(start, gradient);
  monitor.unbounded = nullptr;
  SolverRun run = minimise_by_newton(f, start, options, monitor);
  if (f.has_exact_hessian() || run.ended == Verdict::non_finite) return run;
  if (!options.tolerance) score_on(f, monitor, run);
  run.decrement2 = run.inverse_trace = -1;  // of a model of the Hessian, which proves nothing
  return run;
}

}  // namespace

FirthRun fit_firth(EmpiricalRisk& risk, const NewtonOptions& options, Monitor monitor) {
  Progress& progress = monitor.progress == nullptr ? silent_progress() : *monitor.progress;
  const Matrix information = information_at(risk, Vector::Zero(risk.dimension()));
  FirthRun result;
  result.dependent_sets = find_dependent_sets(risk, risk.source(), information, progress);
  if (result.dependent_sets.empty()) {
    result.run = minimise(risk, options, monitor);
    result.null_value = monitor.null_value;
    return result;
  }
  EmpiricalRisk independent(risk.source(), independent_coordinates(risk, result.dependent_sets), risk.loss(), 0,
                            risk.weight_sum());
  independent.listen_to(progress);
  result.run = minimise(independent, options, monitor);
  result.null_value = monitor.null_value;
  if (result.run.ended == Verdict::non_finite) return result;
  result.run.w = of_minimum_norm(result.run.w, information, static_cast<Index>(result.dependent_sets.size()));
  result.run.decrement2 = result.run.inverse_trace = -1;
  result.run.ended = Verdict::rank_deficient;
  return result;
}

}  // namespace plumbline
