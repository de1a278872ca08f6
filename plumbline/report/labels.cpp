#include "plumbline/report/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/math.hpp"
#include "plumbline/models/loss_facts.hpp"

namespace plumbline {
namespace {

const char* meaning(Verdict verdict) {
  switch (verdict) {
    case Verdict::optimal:
      return "the optimum is proved";
    case Verdict::completed:
      return "stopped as asked, without a proof";
    case Verdict::iteration_limit:
      return "the iterations ran out before the optimum";
    case Verdict::line_search_failed:
      return "no step made the objective smaller";
    case Verdict::precision_limit:
      return "rounding allows no further progress";
    case Verdict::non_finite:
      return "the computation diverged; do not use this model";
    case Verdict::separated:
      return "the classes can be separated, so the best coefficients are infinite";
    case Verdict::rank_deficient:
      return "some columns depend on others: predictions are determined, single coefficients are not";
    case Verdict::cancelled:
      return "interrupted";
  }
  return "";
}

}  // namespace

std::vector<std::string> output_labels(const LinearModel& model) {
  if (model.classifies() && model.outputs() > 1) return model.classes;
  if (model.task == Task::regression && model.outputs() == 2) return {"mean", "log variance"};
  if (model.task == Task::multilabel) return model.targets;
  return {""};
}

std::vector<std::string> probability_labels(const LinearModel& model) {
  if (!model.has_probabilities()) return {};
  return model.task == Task::multilabel ? model.targets : model.classes;
}

std::size_t parameter_count(const LinearModel& model) {
  if (model.network) return model.network->architecture.parameters();
  return (model.predictor.features + (model.predictor.has_intercept ? 1 : 0)) * model.outputs();
}

std::vector<double> feature_strengths(const LinearModel& model) {
  const std::size_t outputs = model.outputs();
  std::vector<double> strengths(model.predictor.features);
  for (std::size_t j = 0; j < strengths.size(); ++j) {
    for (std::size_t k = 0; k < outputs; ++k) {
      const double strength = std::fabs(model.predictor.coefficients[j * outputs + k]) * model.feature_scale[j];
      strengths[j] = std::max(strengths[j], strength);
    }
  }
  return strengths;
}

double prior_variance(const LinearModel& model) {
  const std::string likelihood = loss_facts(model.loss, model.task).likelihood;
  if (model.l2 == 0 || likelihood.rfind("none", 0) == 0) return std::numeric_limits<double>::quiet_NaN();
  const double unit = 1 / (model.training.weight_sum * model.l2);
  return model.loss.kind == LossKind::squared ? unit * model.residual_sd_ml * model.residual_sd_ml : unit;
}

std::string prior_sentence(const LinearModel& model) {
  const double variance = prior_variance(model);
  if (!std::isfinite(variance)) return "";
  return fmt::format("the penalty is a Gaussian prior of mean 0 and variance {} = {:.4g} on each coefficient{}{}",
                     model.loss.kind == LossKind::squared ? "σ²/(n·l2)" : "1/(n·l2)", variance,
                     model.standardized ? " of a standardised feature" : "",
                     model.penalty_factors.empty() ? "" : ", divided by the feature's factor");
}

std::string verdict_sentence(const SolveReport& report) {
  std::string text = fmt::format("{}: {} after {} iteration{} ({}{})", report.solver, name_of(report.verdict),
                                 report.iterations, report.iterations == 1 ? "" : "s", meaning(report.verdict),
                                 report.local ? "; a local one: the objective is not convex" : "");
  if (report.gap && *report.gap <= ulp(report.objective)) {
    text += fmt::format("; objective {:.6g}, the best possible to the last digit", report.objective);
  } else if (report.gap) {
    text += fmt::format("; objective {:.6g}, at most {:.2g} above the best possible", report.objective, *report.gap);
  } else if (!report.gap_reason.empty()) {
    text += fmt::format("; objective {:.6g}, gap not known: {}", report.objective, report.gap_reason);
  }
  return text;
}

}  // namespace plumbline
