#include "plumbline/pipeline/network_fit.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <numbers>
#include <optional>

#include "plumbline/core/errors.hpp"
#include "plumbline/network/network_risk.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/fit_start.hpp"
#include "plumbline/pipeline/network_epochs.hpp"
#include "plumbline/pipeline/network_units.hpp"
#include "plumbline/pipeline/scoring.hpp"
#include "plumbline/solvers/lbfgs.hpp"
#include "plumbline/solvers/network_solvers.hpp"
#include "plumbline/solvers/newton_cg.hpp"

namespace plumbline {

namespace {

/// What lbfgs and newton-cg stop at: a network's objective has no certificate.
constexpr double kFullBatchTolerance = 1e-6;

/// The loss that is minimised: with one variance for all rows that of squares, the variance following from them.
Loss trained_loss(const LinearModel& model) {
  LossSettings settings = model.loss;
  if (settings.kind == LossKind::gaussian && settings.variance == VarianceModel::constant)
    settings.kind = LossKind::squared;
  return make_loss(settings, model.task, model.labels());
}

double null_risk(RowSource& rows, const Moments& moments, const Loss& loss) {
  EmpiricalRisk risk(rows, raw_coordinates(moments, true), loss, 0, moments.weight_sum);
  const Vector start = risk.null_model();
  return risk.along(start, start, 0).value;
}

/// mean and Σs-weighted sums of a fit, block by block.
struct RowSums {
  double loss = 0, residual_squares = 0, weight = 0;
};

RowSums sums_over(RowSource& rows, const LinearModel& model, const Loss& loss) {
  RowSums sums;
  std::vector<double> eta, value;
  rows.rewind();
  for (RowBlock block; rows.next(block);) {
    eta.resize(block.rows * model.outputs());
    value.resize(block.rows);
    predictors(model, block, eta.data());
    std::visit(
        [&](const auto& l) {
          l.evaluate(block.target, eta.data(), block.rows, {value.data(), nullptr, nullptr});
        },
        loss);
    for (std::size_t i = 0; i < block.rows; ++i) {
      const double s = block.row_weight == nullptr ? 1 : block.row_weight[i];
      if (s == 0) continue;
      const double residual = block.target[i * rows.target_width()] - eta[i * model.outputs()];
      sums.loss += s * value[i];
      sums.residual_squares += s * residual * residual;
      sums.weight += s;
    }
  }
  return sums;
}

double penalty_of(const NetworkPredictor& network, double l2) {
  double sum = 0;
  std::visit(
      [&](const auto& parameters) {
        for (const Layer& layer : network.architecture.layers()) {
          for (std::size_t c = layer.weights; c < layer.biases; ++c) {
            sum += static_cast<double>(parameters[c]) * static_cast<double>(parameters[c]);
          }
        }
      },
      network.parameters);
  return l2 / 2 * sum;
}

class NetworkFitter final {
 public:
  NetworkFitter(const NetworkRows& given, const RowsMeaning& meaning, const FitOptions& options, Progress& progress,
                const NetworkTrace& trace)
      : options_(options),
        progress_(progress),
        trace_(trace),
        start_(*given.train, meaning, options),
        units_(TargetUnits::of(start_.rows(), meaning.task)),
        loss_(trained_loss(start_.model)),
        fingerprint_(given.fingerprint) {
    moments_ = column_moments(start_.rows(), progress);
    at_ = start_.model.standardized ? standardized_coordinates(moments_, true, true) : raw_coordinates(moments_, true);
    train_.emplace(start_.rows(), units_);
    train_batches_.emplace(*train_, at_);
    if (given.validation != nullptr) {
      validation_.emplace(*given.validation, units_);
      validation_batches_.emplace(*validation_, at_);
    }
    describe_model();
  }

  LinearModel run() {
    const auto begin = std::chrono::steady_clock::now();
    if (trains_by_batches(options_.solver)) {
      train_by_batches();
    } else {
      minimise();
    }
    finish();
    report().seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return std::move(start_.model);
  }

 private:
  LinearModel& model() { return start_.model; }
  SolveReport& report() { return start_.model.report; }

  void describe_model() {
    NetworkPredictor network;
    network.architecture.inputs = start_.rows().columns();
    network.architecture.hidden = options_.network.hidden;
    network.architecture.outputs = outputs_of(loss_);
    network.architecture.activation = options_.network.activation.value_or(Activation::relu);
    network.center.assign(at_.center.begin(), at_.center.begin() + static_cast<std::ptrdiff_t>(at_.features()));
    network.scale.assign(at_.scale.begin(), at_.scale.begin() + static_cast<std::ptrdiff_t>(at_.features()));
    network.target_center = units_.centers(loss_);
    network.target_scale = units_.scales(loss_);
    model().predictor.features = network.architecture.inputs;
    model().predictor.outputs = network.architecture.outputs;
    model().network = std::move(network);
    model().feature_scale = moments_.sd;
    model().training.rows = model().training.train_rows = start_.rows().rows();
    model().inference_reason = "the weights of a network have no standard errors of their own";
    fill_with_means(moments_, model().encoder);
    model().objective = objective_formula(model());
    report().local = true;
    report().gap_reason = "the objective is not convex";
  }

  /// The penalty in the units of the training: the printed one is in the user's.
  double l2() const { return start_.model.l2 / units_.factor(loss_); }

  void train_by_batches() {
    const SolverChoice choice = options_.solver == SolverChoice::automatic ? SolverChoice::adam : options_.solver;
    report().solver = name_of(choice);
    EpochsRequest request;
    request.architecture = model().network->architecture;
    request.loss = units_.in_units(loss_);
    request.training = training_for(choice, options_.solver_options, train_batches_->rows().size());
    request.training.l2 = l2();
    request.training.seed = options_.seed;
    request.training.patience = options_.network.patience;
    request.data = {&*train_batches_, validation_batches_ ? &*validation_batches_ : nullptr,
                    null_risk(*train_, moments_, units_.in_units(loss_))};
    request.choice = &options_.network;
    request.solver = choice;
    request.fingerprint = fingerprint_;
    request.objective = model().objective;
    request.standardized = model().standardized;
    request.class_weights = model().training.class_weights;
    if (trace_) {
      request.each_epoch = [this](std::size_t epoch, double step, const NetworkParameters& parameters) {
        tell_trace(epoch, step, parameters);
      };
    }
    EpochsResult result = run_epochs(request, progress_);
    model().network->parameters = std::move(result.parameters);
    model().network->dead_units = result.dead_units;
    report().iterations = result.epochs;
    report().verdict = result.verdict;
    report().advice = result.advice;
  }

  void tell_trace(std::size_t iteration, double step, const NetworkParameters& parameters) {
    model().network->parameters = parameters;
    TracePoint point;
    point.iteration = iteration;
    point.train_loss = fitted_risk();
    point.objective = point.train_loss + penalty_of(*model().network, model().l2);
    point.gradient_norm = std::numeric_limits<double>::quiet_NaN();
    point.step = step;
    trace_(point, model());
  }

  /// All rows at once: lbfgs, newton-cg.
  void minimise() {
    report().solver = name_of(options_.solver);
    NetworkRisk risk(*train_batches_, model().network->architecture, units_.in_units(loss_), l2());
    risk.listen_to(progress_);
    const std::vector<double> first = initial_parameters<double>(model().network->architecture, options_.seed);
    const Vector start = Eigen::Map<const Vector>(first.data(), static_cast<Eigen::Index>(first.size()));
    Monitor monitor;
    monitor.progress = &progress_;
    monitor.null_value = null_risk(*train_, moments_, units_.in_units(loss_));
    if (trace_) {
      monitor.trace = [this](std::size_t iteration, double, const Vector& w, const Vector&, double step) {
        tell_trace(iteration, step, parameters_of(w));
      };
    }
    const SolverRun run = minimise(risk, start, monitor);
    model().network->parameters = parameters_of(run.w);
    report().iterations = run.iterations;
    report().verdict = run.ended;
    report().gradient_norm = run.gradient.norm() * units_.factor(loss_);
    if (run.ended == Verdict::precision_limit)
      report().advice =
          "No further progress: a relu has kinks, at which the gradient jumps; smooth activations (tanh, "
          "softplus) and a larger --tolerance end sooner.";
    if (run.ended == Verdict::iteration_limit)
      report().advice = "The gradient is not small yet: try more --max-iterations, or a larger --tolerance.";
  }

  SolverRun minimise(NetworkRisk& risk, const Vector& start, const Monitor& monitor) const {
    const SolverOptions& asked = options_.solver_options;
    if (options_.solver == SolverChoice::lbfgs) {
      LbfgsOptions options;
      options.max_iterations = asked.max_iterations.value_or(options.max_iterations);
      options.tolerance = asked.tolerance.value_or(kFullBatchTolerance);
      return minimise_by_lbfgs(risk, start, options, {}, monitor);
    }
    NewtonCgOptions options;
    options.max_iterations = asked.max_iterations.value_or(options.max_iterations);
    options.tolerance = asked.tolerance.value_or(kFullBatchTolerance);
    const MultiplyHessian multiply = [&risk](const Vector& w, const Vector& v, Vector& product) {
      risk.hessian_vector(w, v, product);
    };
    return minimise_by_newton_cg(risk, start, options, {multiply, {}}, monitor);
  }

  static NetworkParameters parameters_of(const Vector& w) { return std::vector<double>(w.data(), w.data() + w.size()); }

  bool one_variance() const {
    return start_.model.loss.kind == LossKind::gaussian && start_.model.loss.variance == VarianceModel::constant;
  }

  /// −log likelihood a row, σ² being the mean square itself.
  static double gaussian_risk(double square) { return std::log(2 * std::numbers::pi * square) / 2 + 0.5; }

  /// The mean loss of the rows in the user's units; notes the residuals on the way.
  double fitted_risk() {
    const RowSums sums = sums_over(start_.rows(), model(), loss_);
    if (model().task != Task::regression) return sums.loss / sums.weight;
    const double mean_square = sums.residual_squares / sums.weight;
    model().residual_sd = std::numeric_limits<double>::quiet_NaN();
    model().residual_sd_ml = std::sqrt(mean_square);
    model().r2 = 1 - mean_square / (units_.scale * units_.scale);
    return one_variance() ? gaussian_risk(mean_square) : sums.loss / sums.weight;
  }

  void finish() {
    const double reached = fitted_risk(), null = null_risk(start_.rows(), moments_, loss_);
    report().null_objective = one_variance() ? gaussian_risk(2 * null) : null;
    report().objective = reached + penalty_of(*model().network, model().l2);
    // Written so that a loss that is no number is one that diverged.
    if (!(reached <= report().null_objective) && report().verdict != Verdict::iteration_limit) {
      report().verdict = Verdict::non_finite;
      if (report().advice.empty())
        report().advice = "The training ended above the model without features: try a smaller --step-size.";
    }
  }

  const FitOptions& options_;
  Progress& progress_;
  const NetworkTrace& trace_;
  FitStart start_;
  TargetUnits units_;
  Loss loss_;  ///< in the user's units
  std::uint64_t fingerprint_;
  Moments moments_;
  Coordinates at_;
  std::optional<RowsInUnits> train_, validation_;
  std::optional<RowBatches> train_batches_, validation_batches_;
};

}  // namespace

LinearModel fit_network(const NetworkRows& rows, const RowsMeaning& meaning, const FitOptions& options,
                        Progress& progress, const NetworkTrace& trace) {
  check_penalty(options);
  check_network(options);
  require(rows.train != nullptr, "fit_network", "rows.train", "rows, got none");
  const ThreadLimit limit(options.table.threads);
  return NetworkFitter(rows, meaning, options, progress, trace).run();
}

}  // namespace plumbline
