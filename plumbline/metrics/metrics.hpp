#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plumbline {

// Metrics of predictions against truth. `weight` (n) are frequency weights or null: a weight of 2 counts the row twice,
// in every figure. n = 0 gives NaN throughout.

struct RegressionMetrics {
  double mse = 0, rmse = 0, mae = 0;
  double r2 = 0;  ///< 1 − RSS/TSS about the weighted mean of y; NaN where y is constant
  double log_likelihood =
      0;  ///< Σ s (−log σ − ½ log 2π − (y − ŷ)²/(2σ²)) with the given σ (E.4.2); NaN if σ is 0 or not finite
};

/// y, prediction: (n). log_variance: (n), log σ² of each row, or null where `sigma` holds for all.
struct RegressionInput {
  const double* y = nullptr;
  const double* prediction = nullptr;
  const double* weight = nullptr;
  std::size_t n = 0;
  double sigma = 0;
  const double* log_variance = nullptr;
};
RegressionMetrics regression_metrics(const RegressionInput& input);

struct ClassificationMetrics {
  double accuracy = 0;           ///< argmax (the first of equals) is the true class
  double zero_one_loss = 0;      ///< N3.2: 1 − accuracy
  std::optional<double> margin;  ///< N3.2: mean of y·eta (y = ±1), with one eta a class eta_y − max of the others
  double log_loss = 0;           ///< −mean log p(true class); computed from `log_p` so that it is finite for tiny p
  double brier = 0;              ///< mean Σ_k (p_k − [y = k])², between 0 and 2
  double ece =
      0;  ///< E.4.21 on top-label confidence: 15 bins of equal width (lo, hi], Σ (n_b/n)|accuracy_b − confidence_b|
  double mce = 0;             ///< the largest |accuracy_b − confidence_b| over bins that hold rows
  std::optional<double> auc;  ///< m = 2: P(score of a positive > score of a negative) + ½ P(equal), score = eta; NaN if
                              ///< one class is absent
};

/// y: class index (n); p, log_p: (n, m); score (n) or null orders rows for the AUC (m = 2); margin (n) or null. log_p
/// null: p holds scores that are no probabilities, and what is defined for probabilities only is NaN.
struct ClassificationInput {
  const double* y = nullptr;
  const double* p = nullptr;
  const double* log_p = nullptr;
  const double* score = nullptr;
  const double* weight = nullptr;
  std::size_t n = 0;
  std::size_t classes = 0;
  const double* margin = nullptr;
};
ClassificationMetrics classification_metrics(const ClassificationInput& input);

/// counts[i][j]: weight of the rows predicted i, truly j.
std::vector<std::vector<double>> confusion_matrix(const ClassificationInput& input);

struct MultilabelMetrics {
  double subset_accuracy = 0;  ///< all labels right
  double hamming_loss = 0;     ///< share of (row, label) cells that are wrong
  double micro_f1 = 0;         ///< 2TP/(2TP + FP + FN) over all cells; 0 if there is nothing to find and nothing found
  double macro_f1 = 0;         ///< mean over labels of the same
  double log_loss = 0;         ///< −mean over rows of Σ_labels log p(label): the loss that was minimised
};

/// Here `classes` is the number of labels; y, p: (n, labels) and log_p[i·L + l] = log p of what is true. A label is
/// predicted where p > 0.5.
MultilabelMetrics multilabel_metrics(const ClassificationInput& input);

/// A figure by the name it has in JSON and in the summary, for any kind of metrics.
using NamedFigures = std::vector<std::pair<std::string, double>>;
NamedFigures named(const RegressionMetrics& metrics);
NamedFigures named(const ClassificationMetrics& metrics);
NamedFigures named(const MultilabelMetrics& metrics);

}  // namespace plumbline
