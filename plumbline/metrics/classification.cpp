#include <algorithm>
#include <limits>
#include <vector>

#include "plumbline/metrics/calibration_bins.hpp"
#include "plumbline/metrics/metrics.hpp"
#include "plumbline/metrics/roc.hpp"
#include "plumbline/metrics/weighted.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kBins = 15;

std::size_t true_class(const ClassificationInput& input, std::size_t i) { return static_cast<std::size_t>(input.y[i]); }

/// The first of the largest probabilities.
std::size_t top_class(const ClassificationInput& input, std::size_t i) {
  const double* p = input.p + i * input.classes;
  return static_cast<std::size_t>(std::max_element(p, p + input.classes) - p);
}

/// Σ_k (p_k − [y = k])².
double squared_distance(const double* p, std::size_t classes, std::size_t truth) {
  double total = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    const double difference = p[k] - (k == truth ? 1.0 : 0.0);
    total += difference * difference;
  }
  return total;
}

double binary_auc(const ClassificationInput& input) {
  if (input.score != nullptr) return area_under_roc(input.y, input.score, input.weight, input.n);
  std::vector<double> positive(input.n);
  for (std::size_t i = 0; i < input.n; ++i) positive[i] = input.p[2 * i + 1];
  return area_under_roc(input.y, positive.data(), input.weight, input.n);
}

}  // namespace

ClassificationMetrics classification_metrics(const ClassificationInput& input) {
  double total = 0, correct = 0, surprise = 0, distance = 0, margin = 0;
  CalibrationBins bins(kBins);
  for (std::size_t i = 0; i < input.n; ++i) {
    const double s = weight_of(input.weight, i);
    const double* p = input.p + i * input.classes;
    const std::size_t truth = true_class(input, i);
    const std::size_t top = top_class(input, i);
    total += s;
    correct += top == truth ? s : 0;
    if (input.margin != nullptr) margin += s * input.margin[i];
    if (input.log_p == nullptr) continue;
    surprise -= s * input.log_p[i * input.classes + truth];
    distance += s * squared_distance(p, input.classes, truth);
    bins.add(p[top], top == truth, s);
  }
  ClassificationMetrics metrics;
  metrics.accuracy = share(correct, total);
  metrics.zero_one_loss = share(total - correct, total);
  if (input.margin != nullptr) metrics.margin = share(margin, total);
  constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
  const bool probabilities = input.log_p != nullptr;
  metrics.log_loss = probabilities ? share(surprise, total) : kUndefined;
  metrics.brier = probabilities ? share(distance, total) : kUndefined;
  metrics.ece = probabilities ? bins.expected_error() : kUndefined;
  metrics.mce = probabilities ? bins.maximum_error() : kUndefined;
  if (input.classes == 2) metrics.auc = binary_auc(input);
  return metrics;
}

std::vector<std::vector<double>> confusion_matrix(const ClassificationInput& input) {
  std::vector<std::vector<double>> counts(input.classes, std::vector<double>(input.classes));
  for (std::size_t i = 0; i < input.n; ++i) {
    counts[top_class(input, i)][true_class(input, i)] += weight_of(input.weight, i);
  }
  return counts;
}

NamedFigures named(const ClassificationMetrics& metrics) {
  NamedFigures figures{{"accuracy", metrics.accuracy}, {"log_loss", metrics.log_loss},
                       {"brier", metrics.brier},       {"ece", metrics.ece},
                       {"mce", metrics.mce},           {"zero_one_loss", metrics.zero_one_loss}};
  if (metrics.margin) figures.emplace_back("margin", *metrics.margin);
  if (metrics.auc) figures.emplace_back("auc", *metrics.auc);
  return figures;
}

}  // namespace plumbline
