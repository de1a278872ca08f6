#include "plumbline/solvers/linear_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "plumbline/core/errors.hpp"
#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/objective/certificate.hpp"
#include "plumbline/objective/residual_qr.hpp"
#include "plumbline/solvers/advice.hpp"
#include "plumbline/solvers/gradient_descent.hpp"
#include "plumbline/solvers/lbfgs.hpp"
#include "plumbline/solvers/least_squares.hpp"
#include "plumbline/solvers/newton.hpp"
#include "plumbline/solvers/solver_choice.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// With l2 = 0 nothing cheap proves the optimum while L-BFGS runs: it stops at this relative gradient, and the proof
/// comes after.
constexpr double kUnprovedTolerance = 1e-10;
/// Beyond this condition of the Hessian it is worth a QR of the rows to see whether columns depend on each other.
constexpr double kSuspectCondition = 1e12;
/// A margin that rounding of eta cannot have made.
constexpr double kSureMargin = 1e-6;

LinearSolution to_user_units(const EmpiricalRisk& risk, const Vector& w, bool sparse) {
  const Coordinates& at = risk.coordinates();
  const std::size_t p = at.features(), outputs = risk.outputs(), d = at.dimension();
  LinearSolution solution;
  solution.coefficients.resize(p * outputs);
  solution.center.assign(at.center.begin(), at.center.begin() + static_cast<std::ptrdiff_t>(p));
  solution.center_intercept.assign(outputs, 0);
  for (std::size_t k = 0; k < outputs; ++k) {
    if (at.intercept) solution.center_intercept[k] = w[static_cast<Index>(k * d + p)];
    for (std::size_t j = 0; j < p; ++j) {
      const double coefficient = at.scale[j] * w[static_cast<Index>(k * d + j)];
      solution.coefficients[j * outputs + k] = coefficient;
      if (sparse) solution.center_intercept[k] -= at.center[j] * coefficient;
    }
  }
  if (sparse) std::fill(solution.center.begin(), solution.center.end(), 0.0);
  return solution;
}

/// ‖∇f‖ in the coordinates the penalty was asked for: the solver's own if standardised, else the user's.
double reported_gradient_norm(const EmpiricalRisk& risk, const Vector& gradient, bool standardize) {
  if (standardize) return gradient.norm();
  const Coordinates& at = risk.coordinates();
  const std::size_t p = at.features(), d = at.dimension();
  double sum = 0;
  for (std::size_t k = 0; k < risk.outputs(); ++k) {
    const double by_intercept = at.intercept ? gradient[static_cast<Index>(k * d + p)] : 0;
    sum += by_intercept * by_intercept;
    for (std::size_t j = 0; j < p; ++j) {
      if (at.scale[j] == 0) continue;
      const double g = gradient[static_cast<Index>(k * d + j)] / at.scale[j] + at.center[j] * by_intercept;
      sum += g * g;
    }
  }
  return std::sqrt(sum);
}

/// Softmax is unchanged by a common shift of all classes; here the representative with zero sums (design.md §1).
void sum_to_zero(const EmpiricalRisk& risk, Vector& w) {
  if (!risk.is_softmax()) return;
  Eigen::Map<Matrix> by_output(w.data(), static_cast<Index>(risk.width()), static_cast<Index>(risk.outputs()));
  by_output.colwise() -= Vector(by_output.rowwise().mean());
}

void check_range(const Moments& moments, const std::vector<std::string>& names) {
  for (std::size_t j = 0; j < moments.mean.size(); ++j) {
    const bool usable = std::isfinite(moments.mean[j]) && std::isfinite(moments.sd[j]) &&
                        std::isfinite(moments.maximum[j] - moments.minimum[j]);
    if (usable) continue;
    throw DataError(
        {"", 0, 0, j < names.size() ? names[j] : ""},
        fmt::format("values from {} to {} span more than a double can hold", moments.minimum[j], moments.maximum[j]));
  }
}

class LinearFitter final {
 public:
  LinearFitter(RowSource& source, const Loss& loss, const LinearFitOptions& options, Progress& progress)
      : source_(source), options_(options), progress_(progress) {
    fit_.moments = column_moments(source, progress);
    check_range(fit_.moments, options.feature_names);
    choice_ = choose_solver({loss, source.columns() + (options.intercept ? 1 : 0)}, options.solver);
    const bool raw = choice_ == SolverChoice::gd && !options.standardize;
    Coordinates at = raw ? raw_coordinates(fit_.moments, options.intercept)
                         : standardized_coordinates(fit_.moments, options.intercept, options.standardize);
    risk_ = std::make_unique<EmpiricalRisk>(source, std::move(at), loss, options.l2, fit_.moments.weight_sum);
    risk_->listen_to(progress);
  }

  LinearFit run() {
    const auto begin = std::chrono::steady_clock::now();
    const Vector start = risk_->null_model();
    find_constant_labels();
    monitor_.null_value = risk_->along(start, start, 0).value;
    prepare_monitor();
    SolverRun run = solve(start);
    finish(run, start);
    fit_.report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return std::move(fit_);
  }

 private:
  /// A label that is the same in every training row sends its intercept, which is not penalised, to infinity.
  void find_constant_labels() {
    if (!options_.intercept || risk_->is_quadratic() || risk_->is_softmax()) return;
    for (const std::size_t k : risk_->constant_labels()) {
      constant_label_ = true;
      const std::string label = k < options_.output_labels.size() ? options_.output_labels[k] : "";
      fit_.report.separated.push_back({"(intercept)", risk_->label_of_first_row(k) ? '+' : '-', label});
    }
  }

  void prepare_monitor() {
    monitor_.progress = &progress_;
    if (options_.trace) {
      monitor_.trace = [this](std::size_t iteration, double value, const Vector& w, const Vector& gradient,
                              double step) {
        const TracePoint point{iteration,
                               value,
                               value - risk_->penalty(w),
                               std::nullopt,
                               reported_gradient_norm(*risk_, gradient, options_.standardize),
                               step};
        options_.trace(point, to_user_units(*risk_, w, source_.sparse()));
      };
    }
    if (options_.l2 == 0 && !risk_->is_quadratic()) {
      monitor_.unbounded = [this](const Vector& w) {
        const std::vector<double> margins = risk_->smallest_margins(w);
        return *std::max_element(margins.begin(), margins.end()) > kSureMargin;
      };
    }
  }

  SolverRun solve(const Vector& start) {
    const SolverOptions& asked = options_.solver_options;
    fit_.report.solver = name_of(choice_);
    switch (choice_) {
      case SolverChoice::newton: {
        NewtonOptions newton;
        newton.max_iterations = asked.max_iterations.value_or(newton.max_iterations);
        newton.tolerance = asked.tolerance;
        return minimise_by_newton(*risk_, start, newton, monitor_);
      }
      case SolverChoice::lbfgs:
        return solve_by_lbfgs(start);
      case SolverChoice::gd: {
        GradientDescentOptions descent;
        descent.max_iterations = asked.max_iterations.value_or(descent.max_iterations);
        descent.step_size = asked.step_size.value_or(descent.step_size);
        descent.epsilon = asked.tolerance.value_or(descent.epsilon);
        return minimise_by_gradient_descent(*risk_, Vector::Zero(risk_->dimension()), descent, monitor_);
      }
      default:
        return solve_directly(start);
    }
  }

  SolverRun solve_by_lbfgs(const Vector& start) {
    LbfgsOptions lbfgs;
    lbfgs.max_iterations = options_.solver_options.max_iterations.value_or(lbfgs.max_iterations);
    lbfgs.tolerance = options_.solver_options.tolerance;
    if (options_.l2 == 0 && !lbfgs.tolerance) lbfgs.tolerance = kUnprovedTolerance;
    MakePreconditioner precondition;
    if (risk_->width() <= kWidestPreconditioner) {
      precondition = [this](const Vector& w) { return risk_->mean_curvature_preconditioner(w); };
    }
    return minimise_by_lbfgs(*risk_, start, lbfgs, precondition, monitor_);
  }

  SolverRun solve_directly(const Vector& start) {
    LeastSquaresRun direct = solve_least_squares(*risk_, start, choice_, monitor_);
    fit_.report.solver = direct.solver;
    if (direct.run.condition >= 0) fit_.report.condition = direct.run.condition;
    name_sets(direct.dependent_sets);
    return std::move(direct.run);
  }

  /// Finishing touches, proof, verdict.
  void finish(SolverRun& run, const Vector& start) {
    SolveReport& report = fit_.report;
    report.iterations = run.iterations;
    if (!run.w.allFinite() ||
        (run.ended != Verdict::non_finite &&
         !(std::isfinite(run.value) &&
           run.gradient.allFinite()))) {  // a model file holds finite numbers: the null model stands in
      run.w = start;
      run.value = risk_->value_gradient(run.w, run.gradient);
      run.ended = Verdict::non_finite;
    }
    report.null_objective = monitor_.null_value;
    if (run.ended != Verdict::non_finite && run.ended != Verdict::rank_deficient) {
      sum_to_zero(*risk_, run.w);
      settle_intercept(run);
      prove(run);
    } else if (run.ended == Verdict::rank_deficient) {
      // The risk is the least that any weights reach; only the weights are not unique.
      report.gap_reason = "several solutions reach this objective; the one of minimum norm is given";
    } else {
      report.gap_reason = "the objective is not finite or above the start's";
    }
    report.objective = run.value;
    fit_.risk = run.value - risk_->penalty(run.w);
    report.gradient_norm = reported_gradient_norm(*risk_, run.gradient, options_.standardize);
    report.verdict = verdict_of(run);
    if (run.ended == Verdict::separated) name_separation(run.w);
    report.advice = advice_for(report, {choice_, options_.l2, allowed_gap(run)});
    fit_.solution = to_user_units(*risk_, run.w, source_.sparse());
  }

  /// Only where the solver's own gradient leaves the intercept something to gain. gd's weights are never touched: they
  /// are what it reached.
  void settle_intercept(SolverRun& run) {
    if (!options_.intercept || choice_ == SolverChoice::gd || risk_->is_quadratic()) return;
    if (risk_->intercept_gap(run.w) <= 1e-3 * monitor_.allowed_gap(run.value)) return;
    run.w = risk_->minimise_intercept(run.w);
    run.value = risk_->value_gradient(run.w, run.gradient);
    run.decrement2 = -1;
  }

  void prove(SolverRun& run) {
    if (run.singular || run.normal_condition > kSuspectCondition) name_dependent_columns();
    const bool dependent = !fit_.report.collinear.empty();
    NewtonDecrement newton;
    // A Hessian that is singular because columns depend on each other is flat along them, as the objective is: with a
    // little added there it says what it should, if it is the one at w. One that is singular for another reason proves
    // nothing.
    if (dependent) {
      newton = assemble_decrement(run, true);
    } else if (!run.singular) {
      newton = {run.decrement2, run.inverse_trace, run.assembled_decrement2};
    }
    Certificate certificate = certify(*risk_, run.w, run.gradient, run.value, newton);
    const bool proved = certificate.gap && monitor_.is_optimal(*certificate.gap, run.value);
    if (!proved && !run.singular && affordable_hessian(problem())) {  // no Hessian yet, or one of a few steps ago
      newton = assemble_decrement(run, false);
      certificate = certify(*risk_, run.w, run.gradient, run.value, newton);
    }
    fit_.report.gap = certificate.gap;
    fit_.report.gap_reason = certificate.reason;
  }

  /// QR of the rows finds the columns that depend on each other, as for least squares; the target in it is of no
  /// interest.
  void name_dependent_columns() {
    if (options_.l2 > 0) return;
    const Vector zero = Vector::Zero(static_cast<Index>(risk_->width()));
    name_sets(dependent_columns(*risk_, residual_triangular_factor(*risk_, source_, zero, progress_)));
  }

  void name_sets(const std::vector<std::vector<Index>>& sets) {
    for (const std::vector<Index>& set : sets) {
      std::vector<std::string> names;
      names.reserve(set.size());
      for (const Index j : set) names.push_back(feature_name(static_cast<std::size_t>(j)));
      fit_.report.collinear.push_back(std::move(names));
    }
  }

  NewtonDecrement assemble_decrement(SolverRun& run, bool flat_allowed) {
    BlockHessian hessian;
    run.value = risk_->value_gradient_hessian(run.w, run.gradient, hessian);
    const BlockCholesky factor(hessian.blocks);
    if (!factor.finite() || (factor.shift() > 0 && !flat_allowed)) return {};
    return {run.gradient.dot(factor.solve(run.gradient)), factor.inverse_trace(), 0};
  }

  Verdict verdict_of(const SolverRun& run) const {
    if (run.ended == Verdict::non_finite || run.ended == Verdict::separated || run.ended == Verdict::rank_deficient) {
      return run.ended;
    }
    if (constant_label_) return Verdict::separated;
    if (fit_.report.gap && monitor_.is_optimal(*fit_.report.gap, run.value)) {
      return fit_.report.collinear.empty() ? Verdict::optimal : Verdict::rank_deficient;
    }
    // All but gd stop by themselves only where they can go no further: without a proof that is no completion that
    // anybody asked for. (L-BFGS at l2 = 0 where no Hessian can be had could not know.)
    const bool asked = choice_ == SolverChoice::gd || options_.solver_options.tolerance;
    const bool blind = choice_ == SolverChoice::lbfgs && !affordable_hessian(problem());
    return run.ended == Verdict::completed && !asked && !blind ? Verdict::precision_limit : run.ended;
  }

  /// Features by the share they have in the direction that separates, largest first.
  void name_separation(const Vector& w) {
    const std::size_t p = risk_->coordinates().features(), d = risk_->width();
    const double largest = w.cwiseAbs().maxCoeff();
    const std::vector<double> margins = risk_->smallest_margins(w);
    for (std::size_t k = 0; k < risk_->outputs(); ++k) {
      if (margins[margins.size() == 1 ? 0 : k] <= kSureMargin) continue;
      for (std::size_t j = 0; j < p; ++j) {
        const double value = w[static_cast<Index>(k * d + j)];
        if (std::fabs(value) < 0.1 * largest) continue;
        const std::string label = k < options_.output_labels.size() ? options_.output_labels[k] : "";
        fit_.report.separated.push_back({feature_name(j), value > 0 ? '+' : '-', label});
      }
    }
  }

  std::string feature_name(std::size_t j) const {
    if (j == risk_->coordinates().features()) return "(intercept)";
    return j < options_.feature_names.size() ? options_.feature_names[j] : fmt::format("x{}", j);
  }

  double allowed_gap(const SolverRun& run) const { return monitor_.allowed_gap(run.value); }
  SolverProblem problem() const { return {risk_->loss(), risk_->width()}; }

  RowSource& source_;
  const LinearFitOptions& options_;
  Progress& progress_;
  SolverChoice choice_ = SolverChoice::automatic;
  std::unique_ptr<EmpiricalRisk> risk_;
  Monitor monitor_;
  LinearFit fit_;
  bool constant_label_ = false;
};

}  // namespace

LinearFit fit_linear(RowSource& source, const Loss& loss, const LinearFitOptions& options, Progress& progress) {
  validate(options.solver, options.solver_options);
  return LinearFitter(source, loss, options, progress).run();
}

}  // namespace plumbline
