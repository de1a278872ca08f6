#include "plumbline/metrics/metrics.hpp"
#include "plumbline/metrics/weighted.hpp"

namespace plumbline {
namespace {

struct LabelCounts {
  double true_positives = 0, false_positives = 0, false_negatives = 0;

  void add(bool predicted, bool truth, double weight) {
    if (predicted && truth) true_positives += weight;
    if (predicted && !truth) false_positives += weight;
    if (!predicted && truth) false_negatives += weight;
  }
  /// 2TP/(2TP + FP + FN), 0 where that is 0/0.
  double f1() const {
    const double whole = 2 * true_positives + false_positives + false_negatives;
    return whole > 0 ? 2 * true_positives / whole : 0;
  }
};

double mean_f1(const std::vector<LabelCounts>& counts) {
  double total = 0;
  for (const LabelCounts& label : counts) total += label.f1();
  return share(total, static_cast<double>(counts.size()));
}

LabelCounts pooled(const std::vector<LabelCounts>& counts) {
  LabelCounts all;
  for (const LabelCounts& label : counts) {
    all.true_positives += label.true_positives;
    all.false_positives += label.false_positives;
    all.false_negatives += label.false_negatives;
  }
  return all;
}

}  // namespace

MultilabelMetrics multilabel_metrics(const ClassificationInput& input) {
  const std::size_t n = input.n, labels = input.classes;
  std::vector<LabelCounts> counts(labels);
  double total = 0, all_right = 0, wrong_cells = 0, surprise = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double s = weight_of(input.weight, i);
    std::size_t wrong = 0;
    for (std::size_t l = 0; l < labels; ++l) {
      const std::size_t cell = i * labels + l;
      const bool predicted = input.p[cell] > 0.5;
      const bool truth = input.y[cell] == 1;
      counts[l].add(predicted, truth, s);
      wrong += predicted == truth ? 0 : 1;
      surprise -= s * input.log_p[cell];
    }
    total += s;
    all_right += wrong == 0 ? s : 0;
    wrong_cells += s * static_cast<double>(wrong);
  }
  MultilabelMetrics metrics;
  metrics.subset_accuracy = share(all_right, total);
  metrics.hamming_loss = share(wrong_cells, total * static_cast<double>(labels));
  metrics.micro_f1 = total > 0 ? pooled(counts).f1() : share(0, total);
  metrics.macro_f1 = total > 0 ? mean_f1(counts) : share(0, total);
  metrics.log_loss = share(surprise, total);
  return metrics;
}

NamedFigures named(const MultilabelMetrics& metrics) {
  return {{"subset_accuracy", metrics.subset_accuracy},
          {"hamming_loss", metrics.hamming_loss},
          {"micro_f1", metrics.micro_f1},
          {"macro_f1", metrics.macro_f1},
          {"log_loss", metrics.log_loss}};
}

}  // namespace plumbline
