#include "plumbline/solvers/linear_fit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>

#include "plumbline/core/errors.hpp"
#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/objective/certificate.hpp"
#include "plumbline/solvers/advice.hpp"
#include "plumbline/solvers/column_dependence.hpp"
#include "plumbline/solvers/dual_least_squares.hpp"
#include "plumbline/solvers/firth.hpp"
#include "plumbline/solvers/gaussian_variance.hpp"
#include "plumbline/solvers/iterative.hpp"
#include "plumbline/solvers/kinked_fit.hpp"
#include "plumbline/solvers/least_squares.hpp"
#include "plumbline/solvers/normal_inverse.hpp"
#include "plumbline/solvers/separation_report.hpp"
#include "plumbline/solvers/solver_choice.hpp"
#include "plumbline/solvers/svd_least_squares.hpp"
#include "plumbline/solvers/user_units.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Beyond this condition of the Hessian it is worth a QR of the rows to see whether columns depend on each other.
constexpr double kSuspectCondition = 1e12;

class LinearFitter final {
 public:
  LinearFitter(RowSource& source, const Loss& loss, const LinearFitOptions& options, Progress& progress)
      : source_(source), options_(options), progress_(progress) {
    fit_.moments = column_moments(source, progress);
    check_range(fit_.moments, options.feature_names);
    fits_variance_ = std::holds_alternative<GaussianLoss>(loss);
    const Loss solved = fits_variance_ ? Loss(SquaredLoss{}) : loss;
    choice_ = choose_solver({loss, source.columns() + (options.intercept ? 1 : 0), options.loss_name}, options.solver);
    if (options.solver == SolverChoice::automatic) validate(choice_, options.solver_options);
    const double l2 = fits_variance_ || options.firth ? 0 : options.l2;
    risk_ = std::make_unique<EmpiricalRisk>(source, coordinates(), solved, l2, fit_.moments.weight_sum);
    risk_->listen_to(progress);
  }

  LinearFit run() {
    const auto begin = std::chrono::steady_clock::now();
    const Vector start = risk_->null_model();
    const bool may_be_constant = options_.intercept && risk_->runs_to_infinity() && !risk_->is_shift_invariant();
    constant_label_ =
        may_be_constant && !options_.firth && report_constant_labels(*risk_, options_.output_labels, fit_.report);
    monitor_.null_value = risk_->along(start, start, 0).value;
    prepare_monitor();
    if (fits_variance_) {
      fit_variance();
    } else if (options_.firth) {
      fit_with_firth();
    } else {
      SolverRun run = solve(start);
      finish(run, start);
    }
    fit_.report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return std::move(fit_);
  }

 private:
  Coordinates coordinates() const {
    const bool raw = has_fixed_steps(choice_) && !options_.standardize;
    Coordinates at = raw ? raw_coordinates(fit_.moments, options_.intercept)
                         : standardized_coordinates(fit_.moments, options_.intercept, options_.standardize);
    for (std::size_t j = 0; j < options_.penalty_factors.size(); ++j)
      at.penalty_factor[j] *= options_.penalty_factors[j];
    return at;
  }

  void prepare_monitor() {
    monitor_.progress = &progress_;
    if (options_.trace && !fits_variance_) {  // its solver's steps are those of a ridge, not of this objective
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
    if (may_separate()) {
      monitor_.unbounded = [this](const Vector& w) {
        const std::vector<double> margins = risk_->smallest_margins(w);
        return *std::max_element(margins.begin(), margins.end()) > kSureMargin;
      };
    }
  }

  bool firth_would_serve() const {
    return std::holds_alternative<LogisticLoss>(risk_->loss()) && risk_->outputs() == 1;
  }

  bool may_separate() const { return options_.l2 == 0 && risk_->runs_to_infinity() && !options_.firth; }

  SolverRun solve(const Vector& start) {
    fit_.report.solver = name_of(choice_);
    if (is_direct(choice_)) return solve_directly(start);
    if (choice_ == SolverChoice::interior_point) return solve_kinked();
    return solve_iteratively(*risk_, start, {choice_, options_.solver_options}, monitor_, progress_);
  }

  SolverRun solve_directly(const Vector& start) {
    LeastSquaresRun direct = run_direct(start);
    take_findings(direct);
    return std::move(direct.run);
  }

  SolverRun solve_kinked() {
    InteriorPointOptions interior;
    interior.max_iterations = options_.solver_options.max_iterations.value_or(interior.max_iterations);
    InteriorPointRun solved = solve_by_interior_point(*risk_, interior, monitor_);
    dual_gap_ = solved.gap;
    return std::move(solved.run);
  }

  LeastSquaresRun run_direct(const Vector& start) {
    switch (choice_) {
      case SolverChoice::svd:
        return solve_by_svd(*risk_, start, monitor_, options_.polynomials);
      case SolverChoice::dual:
        return solve_by_dual(*risk_, start, monitor_);
      case SolverChoice::normal_inverse:
        return solve_by_normal_inverse(*risk_, monitor_);
      default:  // automatic goes on to where no digits are lost
        return solve_least_squares(*risk_, start,
                                   options_.solver == SolverChoice::automatic ? options_.solver : choice_, monitor_,
                                   options_.polynomials);
    }
  }

  void take_findings(LeastSquaresRun& direct) {
    fit_.report.solver = direct.solver;
    if (direct.run.condition >= 0) fit_.report.condition = direct.run.condition;
    name_sets(direct.dependent_sets);
    fit_.warning = direct.warning;
    fit_.exact = std::move(direct.exact);
    fit_.inference = std::move(direct.inference);
  }

  /// Least squares, or the ridge that l2·σ² makes of it, together with σ² (E.4.9).
  void fit_variance() {
    GaussianVarianceRun fitted =
        fit_gaussian_variance(*risk_, options_.l2, options_.solver, monitor_, options_.polynomials);
    take_findings(fitted.ridge);
    fit_.variance = fitted.variance;
    SolverRun& run = fitted.ridge.run;
    monitor_.null_value = fitted.null_objective;
    Certificate certificate{std::nullopt, "the residuals can be made 0, and the likelihood as large as you like",
                            std::nullopt};
    if (fitted.variance > 0) {
      certificate = certify(*risk_, run.w, run.gradient, run.value,
                            {run.decrement2, run.inverse_trace, run.assembled_decrement2, true});
      if (certificate.gap) *certificate.gap /= fitted.variance;
    } else {
      run.ended = Verdict::non_finite;
    }
    run.value = fitted.objective;
    fit_.report.iterations = run.iterations;
    fit_.risk = fitted.objective - options_.l2 * penalty_without_l2(run.w);
    conclude(run, certificate);
  }

  double penalty_without_l2(const Vector& w) const {
    double sum = 0;
    for (std::size_t j = 0; j < risk_->coordinates().features(); ++j) {
      const double value = w[static_cast<Index>(j)];
      sum += 0.5 * risk_->coordinates().penalty_factor[j] * value * value;
    }
    return sum;
  }

  void fit_with_firth() {
    NewtonOptions newton;
    newton.max_iterations = options_.solver_options.max_iterations.value_or(newton.max_iterations);
    newton.tolerance = options_.solver_options.tolerance;
    FirthRun fitted = fit_firth(*risk_, newton, monitor_);
    fit_.report.solver = "newton";
    fit_.report.iterations = fitted.run.iterations;
    fit_.report.local = true;
    monitor_.null_value = fitted.null_value;
    name_sets(fitted.dependent_sets);
    Certificate certificate{std::nullopt, "the objective is not convex: only a local optimum can be shown",
                            std::nullopt};
    if (fitted.run.decrement2 >= 0) certificate.local_gap = fitted.run.decrement2 / 2;
    Vector gradient;
    fit_.risk = risk_->value_gradient(fitted.run.w, gradient);
    conclude(fitted.run, certificate);
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
    report.local = !risk_->traits().convex;
    Certificate certificate;
    if (run.ended != Verdict::non_finite && run.ended != Verdict::rank_deficient) {
      sum_to_zero(*risk_, run.w);
      settle_intercept(run);
      certificate = choice_ == SolverChoice::interior_point ? prove_kinked() : prove(run);
      const bool near_zero = risk_->traits().non_negative && monitor_.is_optimal(run.value, run.value);
      if (near_zero && !risk_->runs_to_infinity()) certificate.gap = certificate.gap.value_or(run.value);
      take_minimum_norm(run);
      look_for_separation(run, certificate);
    } else if (run.ended == Verdict::rank_deficient) {
      if (fit_.report.collinear.empty()) name_dependent_columns();
      // The risk is the least that any weights reach; only the weights are not unique.
      certificate.reason = "several solutions reach this objective; the one of minimum norm is given";
    } else {
      if (choice_ == SolverChoice::normal_inverse) name_dependent_columns();
      certificate.reason = "the objective is not finite or above the start's";
    }
    fit_.risk = run.value - risk_->penalty(run.w);
    conclude(run, certificate);
  }

  void conclude(const SolverRun& run, const Certificate& certificate) {
    SolveReport& report = fit_.report;
    report.null_objective = monitor_.null_value;
    report.gap = certificate.gap;
    report.gap_reason = certificate.reason;
    report.objective = run.value;
    report.gradient_norm = reported_gradient_norm(*risk_, run.gradient, options_.standardize);
    report.verdict = verdict_of(run, certificate);
    report.advice =
        advice_for(report, {choice_, options_.l2, allowed_gap(run), may_separate() && !overlaps_, firth_would_serve()});
    fit_.solution = to_user_units(*risk_, run.w, source_.sparse());
    if (fit_.exact) keep_exact(*fit_.exact);
  }

  void keep_exact(const ExactCoefficients& exact) {
    LinearSolution& solution = fit_.solution;
    solution.coefficients = exact.coefficients;
    solution.coefficients_low = exact.coefficients_low;
    if (source_.sparse()) {  // their centre is in the intercept
      solution.center_intercept = {exact.intercept};
    } else {
      solution.center_intercept = {exact.center_intercept};
      solution.center_intercept_low = {exact.center_intercept_low};
    }
  }

  /// Only where the solver's own gradient leaves the intercept something to gain. gd's weights are never touched: they
  /// are what it reached.
  void settle_intercept(SolverRun& run) {
    if (!options_.intercept || has_fixed_steps(choice_) || risk_->is_quadratic() || !risk_->traits().smooth) return;
    if (risk_->intercept_gap(run.w) <= 1e-3 * monitor_.allowed_gap(run.value)) return;
    run.w = risk_->minimise_intercept(run.w);
    run.value = risk_->value_gradient(run.w, run.gradient);
    run.decrement2 = -1;
  }

  /// The dual solution proves the gap; that the columns determine one solution is another question.
  Certificate prove_kinked() {
    name_dependent_columns();
    return {dual_gap_, dual_gap_ ? "" : "no dual solution was found that proves a bound", std::nullopt};
  }

  bool is_proved(const Certificate& certificate, double value) const {
    const std::optional<double> shown = fit_.report.local ? certificate.local_gap : certificate.gap;
    return shown && monitor_.is_optimal(*shown, value);
  }

  /// What is not proved to be an optimum may have none that is finite; where the objective is not convex, neither may
  /// what looks like one.
  void look_for_separation(SolverRun& run, Certificate& certificate) {
    if (!may_separate() || (is_proved(certificate, run.value) && !fit_.report.local)) return;
    const SeparationKind kind =
        report_separation(*risk_, run.w, {options_.feature_names, options_.output_labels}, progress_, fit_.report);
    overlaps_ = kind == SeparationKind::none;
    if (kind == SeparationKind::complete || kind == SeparationKind::quasi) {
      run.ended = Verdict::separated;
      certificate = {std::nullopt, "there is no finite optimum", std::nullopt};
    } else if (run.ended == Verdict::separated) {
      if (overlaps_) run.ended = Verdict::precision_limit;
      if (!overlaps_) name_by_margins(*risk_, run.w, options_.feature_names, options_.output_labels, fit_.report);
    }
  }

  Certificate prove(SolverRun& run) {
    if (run.singular || run.normal_condition > kSuspectCondition) name_dependent_columns();
    Certificate certificate;
    if (fit_.report.collinear.empty()) {
      NewtonDecrement newton;  // a Hessian that is singular for no such reason proves nothing
      if (!run.singular) newton = {run.decrement2, run.inverse_trace, run.assembled_decrement2, risk_->traits().convex};
      certificate = certify(*risk_, run.w, run.gradient, run.value, newton);
      if (is_proved(certificate, run.value) || run.singular || !affordable_hessian(problem())) return certificate;
      newton = assemble_decrement(run);  // no Hessian yet, or one of a few steps ago
      if (run.singular || run.normal_condition > kSuspectCondition) name_dependent_columns();
      certificate = certify(*risk_, run.w, run.gradient, run.value, newton);
    }
    // A Hessian that is singular because columns depend on each other is flat along them, as the objective is: with a
    // little added there it says what it should, if it is the one at w.
    if (!fit_.report.collinear.empty()) {
      certificate = certify(*risk_, run.w, run.gradient, run.value, assemble_decrement(run));
    }
    return certificate;
  }

  void name_dependent_columns() {
    if (options_.l2 > 0) return;
    dependence_.emplace(*risk_, progress_);
    name_sets(dependence_->sets());
  }

  /// Of the weights that predict the same, those of minimum norm. Those of fixed steps are what they reached.
  void take_minimum_norm(SolverRun& run) {
    if (!dependence_ || dependence_->sets().empty() || has_fixed_steps(choice_)) return;
    run.w = dependence_->minimum_norm(run.w);
    run.value = risk_->value_gradient(run.w, run.gradient);
  }

  void name_sets(const std::vector<std::vector<Index>>& sets) {
    for (const std::vector<Index>& set : sets) {
      std::vector<std::string> names;
      names.reserve(set.size());
      for (const Index j : set) names.push_back(feature_name(static_cast<std::size_t>(j)));
      fit_.report.collinear.push_back(std::move(names));
    }
  }

  NewtonDecrement assemble_decrement(SolverRun& run) {
    BlockHessian hessian;
    run.value = risk_->value_gradient_hessian(run.w, run.gradient, hessian);
    const BlockCholesky factor(hessian.blocks);
    run.singular = !factor.finite() || factor.shift() > 0;
    if (factor.finite()) run.normal_condition = factor.condition();
    if (!factor.finite() || (factor.shift() > 0 && fit_.report.collinear.empty())) return {};
    return {run.gradient.dot(factor.solve(run.gradient)), factor.inverse_trace(), 0, factor.shift() == 0};
  }

  Verdict verdict_of(const SolverRun& run, const Certificate& certificate) const {
    if (run.ended == Verdict::non_finite || run.ended == Verdict::separated || run.ended == Verdict::rank_deficient) {
      return run.ended;
    }
    if (constant_label_) return Verdict::separated;
    if (is_proved(certificate, run.value)) {
      return fit_.report.collinear.empty() ? Verdict::optimal : Verdict::rank_deficient;
    }
    // All but gd stop by themselves only where they can go no further: without a proof that is no completion that
    // anybody asked for. (L-BFGS at l2 = 0 where no Hessian can be had could not know.)
    const bool asked = has_fixed_steps(choice_) || options_.solver_options.tolerance;
    const bool matrix_free = choice_ == SolverChoice::lbfgs || choice_ == SolverChoice::newton_cg;
    const bool blind = matrix_free && !affordable_hessian(problem());
    return run.ended == Verdict::completed && !asked && !blind ? Verdict::precision_limit : run.ended;
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
  bool fits_variance_ = false;
  std::optional<ColumnDependence> dependence_;
  bool constant_label_ = false;
  bool overlaps_ = false;           ///< proved: the classes are not separated
  std::optional<double> dual_gap_;  ///< of the interior point
};

}  // namespace

LinearFit fit_linear(RowSource& source, const Loss& loss, const LinearFitOptions& options, Progress& progress) {
  validate(options.solver, options.solver_options);
  return LinearFitter(source, loss, options, progress).run();
}

}  // namespace plumbline
