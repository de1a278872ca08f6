#include "plumbline/models/loss_settings.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "plumbline/core/errors.hpp"
#include "plumbline/models/names.hpp"

namespace plumbline {
namespace {

/// Which tasks a loss serves, in the order regression, binary, multiclass, multilabel.
struct Service {
  LossKind kind;
  std::array<bool, 4> tasks;
};

constexpr std::array<Service, 12> kServices{{{LossKind::squared, {true, true, true, false}},
                                             {LossKind::absolute, {true, false, false, false}},
                                             {LossKind::quantile, {true, false, false, false}},
                                             {LossKind::huber, {true, false, false, false}},
                                             {LossKind::gaussian, {true, false, false, false}},
                                             {LossKind::logistic, {false, true, false, true}},
                                             {LossKind::softmax, {false, true, true, false}},
                                             {LossKind::hinge, {false, true, false, false}},
                                             {LossKind::squared_hinge, {false, true, false, false}},
                                             {LossKind::focal, {false, true, true, false}},
                                             {LossKind::brier, {false, true, true, false}},
                                             {LossKind::squared_on_sigmoid, {false, true, false, false}}}};

std::string losses_for(Task task) {
  std::string list;
  for (const Service& service : kServices) {
    if (service.tasks.at(static_cast<std::size_t>(task)))
      list += (list.empty() ? "" : ", ") + std::string(name_of(service.kind));
  }
  return list;
}

/// Two or more classes with one linear predictor each.
bool one_output_per_class(const LossSettings& settings, Task task) {
  return task == Task::multiclass ||
         (task == Task::binary && (settings.kind == LossKind::softmax || settings.kind == LossKind::squared));
}

bool two_parameters(const LossSettings& settings) {
  return settings.kind == LossKind::gaussian && settings.variance == VarianceModel::linear;
}

void check_constants(const LossSettings& settings) {
  const auto refuse_unless = [](bool holds, const char* sentence) {
    if (!holds) throw UsageError(sentence);
  };
  refuse_unless(settings.quantile > 0 && settings.quantile < 1, "--quantile must be above 0 and below 1");
  refuse_unless(settings.huber_delta > 0 && std::isfinite(settings.huber_delta), "--huber-delta must be above 0");
  refuse_unless(settings.focal_gamma >= 0 && std::isfinite(settings.focal_gamma), "--focal-gamma must not be negative");
  refuse_unless(settings.label_smoothing >= 0 && settings.label_smoothing < 1,
                "--label-smoothing must be at least 0 and below 1");
}

/// A constant of another loss would be parsed and ignored.
void refuse_idle_constants(const LossSettings& settings) {
  const LossSettings defaults;
  const auto refuse_if_idle = [&](bool changed, LossKind owner, const char* flag) {
    if (changed && settings.kind != owner) throw UsageError(fmt::format("{} is for --loss {}", flag, name_of(owner)));
  };
  refuse_if_idle(settings.quantile != defaults.quantile, LossKind::quantile, "--quantile");
  refuse_if_idle(settings.huber_delta != defaults.huber_delta, LossKind::huber, "--huber-delta");
  refuse_if_idle(settings.focal_gamma != defaults.focal_gamma, LossKind::focal, "--focal-gamma");
  refuse_if_idle(settings.variance != defaults.variance, LossKind::gaussian, "--variance linear");
}

/// softmax, of two classes too, or a Bernoulli likelihood behind the logit.
bool can_be_smoothed(const LossSettings& settings) {
  return settings.kind == LossKind::softmax || (settings.kind == LossKind::logistic && settings.link == Link::logit);
}

}  // namespace

LossSettings default_loss(Task task) {
  LossSettings settings;
  settings.kind = task == Task::regression   ? LossKind::squared
                  : task == Task::multiclass ? LossKind::softmax
                                             : LossKind::logistic;
  settings.link = default_link(settings.kind, task);
  return settings;
}

Link default_link(LossKind kind, Task task) {
  switch (kind) {
    case LossKind::logistic:
    case LossKind::squared_on_sigmoid:
      return Link::logit;
    case LossKind::softmax:
      return Link::softmax;
    case LossKind::focal:
    case LossKind::brier:
      return task == Task::multiclass ? Link::softmax : Link::logit;
    default:
      return Link::identity;
  }
}

bool serves(LossKind kind, Task task) {
  for (const Service& service : kServices) {
    if (service.kind == kind) return service.tasks.at(static_cast<std::size_t>(task));
  }
  return false;
}

void check_loss(const LossSettings& settings, Task task) {
  if (!serves(settings.kind, task)) {
    throw UsageError(fmt::format("--loss {} does not serve the task {}; use {}", name_of(settings.kind), name_of(task),
                                 losses_for(task)));
  }
  check_constants(settings);
  refuse_idle_constants(settings);
  const bool other_link = settings.link == Link::probit || settings.link == Link::cloglog;
  if (other_link && (settings.kind != LossKind::logistic || task != Task::binary)) {
    throw UsageError(fmt::format("--link {} is for --loss logistic with two classes", name_of(settings.link)));
  }
  if (!other_link && settings.link != default_link(settings.kind, task)) {
    throw UsageError(
        fmt::format("--link {} does not go with --loss {}", name_of(settings.link), name_of(settings.kind)));
  }
  if (settings.label_smoothing > 0 && !can_be_smoothed(settings)) {
    throw UsageError("--label-smoothing is for --loss logistic (logit) and softmax");
  }
  const bool binary_logit = task == Task::binary && settings.kind == LossKind::logistic && settings.link == Link::logit;
  if (settings.firth && (!binary_logit || settings.label_smoothing > 0)) {
    throw UsageError("--firth is for --loss logistic (logit) with two classes, without label smoothing");
  }
}

bool gives_probabilities(const LossSettings& settings, Task task) {
  return task != Task::regression && settings.link != Link::identity;
}

std::size_t outputs_of(const LossSettings& settings, Task task, std::size_t labels) {
  if (task == Task::multilabel || one_output_per_class(settings, task)) return labels;
  return two_parameters(settings) ? 2 : 1;
}

Loss make_loss(const LossSettings& settings, Task task, std::size_t labels, double sigma) {
  const std::size_t outputs = outputs_of(settings, task, labels);
  switch (settings.kind) {
    case LossKind::squared:
      if (task == Task::regression) return SquaredLoss{};
      return OneHotSquaredLoss{labels};
    case LossKind::absolute:
      return AbsoluteLoss{};
    case LossKind::quantile:
      return QuantileLoss{settings.quantile};
    case LossKind::huber:
      return HuberLoss{settings.huber_delta};
    case LossKind::gaussian:
      if (two_parameters(settings)) return HeteroscedasticLoss{};
      return GaussianLoss{sigma};
    case LossKind::logistic:
      if (settings.link == Link::probit) return ProbitLoss{};
      if (settings.link == Link::cloglog) return CloglogLoss{};
      return LogisticLoss{outputs, settings.label_smoothing};
    case LossKind::softmax:
      return SoftmaxLoss{labels, settings.label_smoothing};
    case LossKind::hinge:
      return HingeLoss{};
    case LossKind::squared_hinge:
      return SquaredHingeLoss{};
    case LossKind::focal:
      return FocalLoss{settings.focal_gamma, outputs};
    case LossKind::brier:
      return BrierLoss{outputs};
    case LossKind::squared_on_sigmoid:
      return SquaredOnSigmoidLoss{};
  }
  return SquaredLoss{};
}

}  // namespace plumbline
