#include "plumbline/calibration/probability_rows.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/kernels/elementwise.hpp"

namespace plumbline {

void ProbabilityRows::fill_uncalibrated(const std::vector<std::size_t>& rows, ProbabilityBlock& block) const {
  const std::size_t m = outputs_.classes();
  const bool logits = outputs_.kind == OutputKind::logits;
  ClassOutputs as_stored = outputs_;
  as_stored.kind = OutputKind::logits;  // the cells as they stand: one softmax over the block is quicker than by row
  for (std::size_t i = 0; i < rows.size(); ++i) {
    logits_of_row(as_stored, rows[i], &block.p[i * m]);
    block.log_true[i] = block.p[i * m + outputs_.label[rows[i]]];
  }
  if (!logits) {
    const double least = smallest_probability(outputs_.scores.scalar);
    for (double& value : block.log_true) value = std::log(value > 0 ? value : least);
    return;
  }
  std::vector<double> normalizer(rows.size());
  softmax_rows(block.p.data(), rows.size(), m, normalizer.data(), block.p.data());
  for (std::size_t i = 0; i < rows.size(); ++i) block.log_true[i] = std::fmin(block.log_true[i] - normalizer[i], 0.0);
}

void ProbabilityRows::fill_calibrated(const std::vector<std::size_t>& rows, ProbabilityBlock& block) const {
  const std::size_t m = outputs_.classes();
  std::vector<double> logits(rows.size() * m), log_p(rows.size() * m);
  for (std::size_t i = 0; i < rows.size(); ++i) logits_of_row(outputs_, rows[i], &logits[i * m]);
  calibrated_probabilities(*calibrator_, logits.data(), rows.size(), block.p.data(), log_p.data());
  for (std::size_t i = 0; i < rows.size(); ++i) block.log_true[i] = log_p[i * m + outputs_.label[rows[i]]];
}

void ProbabilityRows::fill(std::size_t first, std::size_t count, const std::uint32_t* chosen,
                           ProbabilityBlock& block) const {
  const std::size_t m = outputs_.classes();
  std::vector<std::size_t> rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = chosen == nullptr ? first + i : chosen[first + i];
  block.rows = count;
  block.p.resize(count * m);
  block.log_true.resize(count);
  block.brier.resize(count);
  block.top.resize(count);
  const bool calibrated = calibrator_ != nullptr && calibrator_->method != CalibrationMethod::none;
  calibrated ? fill_calibrated(rows, block) : fill_uncalibrated(rows, block);
  for (std::size_t i = 0; i < count; ++i) {
    const double* p = &block.p[i * m];
    block.top[i] = static_cast<std::uint32_t>(std::max_element(p, p + m) - p);
    double squares = 0;
    for (std::size_t k = 0; k < m; ++k) {
      const double difference = p[k] - (k == outputs_.label[rows[i]] ? 1.0 : 0.0);
      squares += difference * difference;
    }
    block.brier[i] = squares;
  }
}

}  // namespace plumbline
