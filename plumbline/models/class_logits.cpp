#include "plumbline/models/class_logits.hpp"

#include <algorithm>
#include <vector>

#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kRowsAtOnce = 256;

/// (0, eta) of every row of one output out of `outputs`.
void two_logits(const double* eta, std::size_t rows, std::size_t outputs, double* logits) {
  for (std::size_t i = 0; i < rows; ++i) {
    logits[2 * i] = 0;
    logits[2 * i + 1] = eta[i * outputs];
  }
}

/// log p of either class is −loss of that class, stable in both tails.
void linked_logits(const LinearModel& model, const double* eta, std::size_t rows, double* logits) {
  LossSettings likelihood = model.loss;
  likelihood.kind = LossKind::logistic;
  likelihood.label_smoothing = 0;
  const Loss loss = make_loss(likelihood, model.task, model.labels());
  for (std::size_t i = 0; i < rows; ++i) {
    for (const double y : {0.0, 1.0}) {
      double value = 0;
      std::visit([&](const auto& l) { l.evaluate(&y, eta + i, 1, {&value, nullptr, nullptr}); }, loss);
      logits[2 * i + static_cast<std::size_t>(y)] = -value;
    }
  }
}

void calibrated_labels(const LinearModel& model, const double* eta, std::size_t rows, double* p, double* log_p) {
  const std::size_t labels = model.labels();
  std::vector<double> logits(2 * rows), both(2 * rows), log_both(2 * rows);
  for (std::size_t l = 0; l < labels; ++l) {
    two_logits(eta + l, rows, labels, logits.data());
    calibrated_probabilities(model.calibrators[l], logits.data(), rows, both.data(),
                             log_p == nullptr ? nullptr : log_both.data());
    for (std::size_t i = 0; i < rows; ++i) {
      p[i * labels + l] = both[2 * i + 1];
      if (log_p != nullptr) std::copy_n(log_both.data() + 2 * i, 2, log_p + 2 * (i * labels + l));
    }
  }
}

}  // namespace

void class_logits(const LinearModel& model, const double* eta, std::size_t rows, double* logits) {
  require(model.classifies(), "class_logits", "model.task", "binary or multiclass");
  if (model.outputs() > 1) {
    std::copy_n(eta, rows * model.outputs(), logits);
  } else if (model.loss.link == Link::probit || model.loss.link == Link::cloglog) {
    linked_logits(model, eta, rows, logits);
  } else {
    two_logits(eta, rows, 1, logits);
  }
}

void calibrated_probabilities(const LinearModel& model, const double* eta, std::size_t rows, double* p, double* log_p) {
  const bool labels = model.task == Task::multilabel;
  require(model.calibrators.size() == (labels ? model.labels() : 1), "calibrated_probabilities", "model.calibrators",
          "one, or one for each label");
  const std::size_t m = model.labels(), both = labels ? 2 : 1;
  std::vector<double> logits(labels ? 0 : kRowsAtOnce * m);
  for (std::size_t begin = 0; begin < rows; begin += kRowsAtOnce) {
    const std::size_t count = std::min(kRowsAtOnce, rows - begin);
    const double* from = eta + begin * model.outputs();
    double* log_to = log_p == nullptr ? nullptr : log_p + begin * m * both;
    if (labels) {
      calibrated_labels(model, from, count, p + begin * m, log_to);
    } else {
      class_logits(model, from, count, logits.data());
      calibrated_probabilities(model.calibrators.front(), logits.data(), count, p + begin * m, log_to);
    }
  }
}

}  // namespace plumbline
