#include <fmt/format.h>

#include "plumbline/core/errors.hpp"
#include "plumbline/pipeline/network_fit.hpp"
#include "plumbline/solvers/network_solvers.hpp"

namespace plumbline {

namespace {

void refuse_if(bool refused, const char* why) {
  if (refused) throw UsageError(why);
}

/// Options that mean nothing without hidden layers.
void check_linear(const NetworkChoice& choice) {
  refuse_if(choice.activation.has_value(), "--activation goes with --hidden: a linear model has none");
  refuse_if(choice.scalar.has_value(), "--dtype goes with --hidden: linear models are fitted in f64");
  refuse_if(choice.validation_fraction > 0, "--validation goes with --hidden: the optimum of a linear model is found");
  refuse_if(choice.patience > 0, "--patience goes with --hidden and --validation");
  refuse_if(choice.save_every > 0, "--save-every goes with --hidden");
  refuse_if(!choice.resume_path.empty(), "--resume goes with --hidden");
  refuse_if(choice.recompute > 0, "--recompute goes with --hidden");
}

/// What theory has for linear models alone.
void check_model(const FitOptions& options) {
  const LossSettings& loss = options.loss_constants;
  refuse_if(loss.firth, "--firth is for linear models, not for --hidden");
  refuse_if(options.choose_l2, "--l2 auto is for linear models: give --hidden a number");
  refuse_if(!options.penalty_factors_path.empty(), "--penalty-factors is for linear models, not for --hidden");
  refuse_if(!options.intercept, "--no-intercept is for linear models: the layers of a network have biases");
  refuse_if(options.inference.robust.has_value() || !options.inference.cluster_column.empty() ||
                options.inference.intervals != IntervalKind::wald,
            "--robust, --cluster and --intervals are for linear models: there is no inference of a network's weights");
  const std::optional<ConformalMethod>& method = options.trust.conformal.method;
  refuse_if(method == ConformalMethod::jackknife_plus,
            "--conformal jackknife+ is for least squares and ridge, not for --hidden");
  refuse_if(
      options.loss == LossKind::gaussian && loss.variance == VarianceModel::constant && options.l2.value_or(0) > 0,
      "--loss gaussian with one variance is fitted without a penalty where there are --hidden layers");
}

void check_training(const FitOptions& options) {
  const NetworkChoice& choice = options.network;
  const bool batches = trains_by_batches(options.solver);
  refuse_if(choice.patience > 0 && choice.validation_fraction == 0, "--patience needs --validation F");
  refuse_if(!batches && choice.validation_fraction > 0, "--validation goes with training by epochs: --solver adam");
  refuse_if(!batches && (choice.save_every > 0 || !choice.resume_path.empty()),
            "--save-every and --resume go with training by epochs: --solver adam");
  refuse_if(!batches && choice.recompute > 0, "--recompute goes with training by epochs: --solver adam");
  refuse_if(!batches && choice.scalar == NetworkScalar::f32,
            "--solver lbfgs and newton-cg work in double precision: --dtype f64");
  if (choice.recompute > choice.hidden.size()) {
    throw UsageError(fmt::format("--recompute {}: there are {} hidden layers", choice.recompute, choice.hidden.size()));
  }
}

}  // namespace

void check_network(const FitOptions& options) {
  if (!options.network.is_network()) {
    check_linear(options.network);
    return validate(options.solver, options.solver_options);
  }
  validate_for_network(options.solver, options.solver_options);
  check_model(options);
  check_training(options);
}

}  // namespace plumbline
