#include "plumbline/calibration/class_columns.hpp"

#include <algorithm>

#include "plumbline/calibration/logit_tiles.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

ClassColumns::ClassColumns(const ClassOutputs& outputs) : outputs_(outputs), rows_(outputs.rows()) {
  const std::size_t n = outputs.rows(), m = outputs.classes();
  parallel_for((n + kLogitPieceRows - 1) / kLogitPieceRows, [&](std::size_t piece) {
    std::vector<double> logits(m);
    const std::size_t end = std::min(n, (piece + 1) * kLogitPieceRows);
    for (std::size_t i = piece * kLogitPieceRows; i < end; ++i) {
      load_logits(outputs_, i, 1, logits.data());
      rows_[i] = row_odds(logits.data(), m);
    }
  });
}

std::vector<double> ClassColumns::column(std::size_t k) const {
  std::vector<double> odds(rows_.size());
  for (std::size_t i = 0; i < odds.size(); ++i) odds[i] = log_odds(rows_[i], logit_at(outputs_, i, k), k);
  return odds;
}

}  // namespace plumbline
