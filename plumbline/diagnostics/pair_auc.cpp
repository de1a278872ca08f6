#include "plumbline/diagnostics/pair_auc.hpp"

#include <algorithm>
#include <limits>

namespace plumbline {

namespace {

/// Σ of weight products over (a, b) with b above a, ties counting half.
class PairCounts final {
 public:
  explicit PairCounts(std::size_t classes)
      : m_(classes), below_(classes, 0.0), tied_(classes, 0.0), won_(classes * classes, 0.0) {}

  void add(const RankedRow& row) {
    if (tied_[row.class_index] == 0) present_.push_back(row.class_index);
    tied_[row.class_index] += row.weight;
  }

  void end_of_ties() {
    for (const std::size_t b : present_) {
      for (std::size_t a = 0; a < m_; ++a) won_[a * m_ + b] += tied_[b] * (below_[a] + tied_[a] / 2);
    }
    for (const std::size_t b : present_) {
      below_[b] += tied_[b];
      tied_[b] = 0;
    }
    present_.clear();
  }

  double mean(double least_weight, PairSide side) const {
    double sum = 0, pairs = 0;
    for (std::size_t a = 0; a < m_; ++a) {
      for (std::size_t b = a + 1; b < m_; ++b) {
        if (std::min(below_[a], below_[b]) < least_weight) continue;
        const double above = won_[a * m_ + b], below = side == PairSide::either ? won_[b * m_ + a] : above;
        sum += std::max(above, below) / (below_[a] * below_[b]);
        ++pairs;
      }
    }
    return pairs > 0 ? sum / pairs : std::numeric_limits<double>::quiet_NaN();
  }

 private:
  std::size_t m_;
  std::vector<double> below_, tied_, won_;
  std::vector<std::size_t> present_;
};

}  // namespace

double mean_pair_auc(std::vector<RankedRow>& rows, std::size_t classes, double least_weight, PairSide side) {
  std::sort(rows.begin(), rows.end(), [](const RankedRow& a, const RankedRow& b) {
    if (a.value != b.value) return a.value < b.value;
    if (a.class_index != b.class_index) return a.class_index < b.class_index;
    return a.weight < b.weight;
  });
  PairCounts counts(classes);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0 && rows[i].value != rows[i - 1].value) counts.end_of_ties();
    if (rows[i].weight > 0) counts.add(rows[i]);
  }
  counts.end_of_ties();
  return counts.mean(least_weight, side);
}

}  // namespace plumbline
