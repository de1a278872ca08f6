#include "plumbline/diagnostics/target_facts.hpp"

#include <algorithm>

#include "plumbline/diagnostics/row_cells.hpp"

namespace plumbline {

TargetFacts read_target(RowSource& source, const TargetMeaning& meaning) {
  TargetFacts facts;
  facts.class_weight.assign(meaning.classes + meaning.labels, 0.0);
  facts.class_rows.assign(std::max<std::size_t>(meaning.classes, 1), 0);
  const std::size_t width = source.target_width();
  source.rewind();
  for (RowBlock block; source.next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      const double s = weight_of(block, i);
      if (s == 0) continue;
      const double* y = block.target + i * width;
      facts.weight_sum += s;
      const std::size_t stratum = meaning.classes > 0 ? static_cast<std::size_t>(*y) : 0;
      ++facts.class_rows[stratum];
      if (meaning.classes > 0) facts.class_weight[stratum] += s;
      for (std::size_t k = 0; k < meaning.labels; ++k) facts.class_weight[k] += y[k] > 0.5 ? s : 0;
      if (meaning.classes + meaning.labels > 0) continue;
      const double away = *y - facts.mean;
      facts.mean += away * (s / facts.weight_sum);
      facts.squares += s * away * (*y - facts.mean);
    }
  }
  return facts;
}

void write_target(const TargetMeaning& meaning, const TargetFacts& facts, const double* target, double* into) {
  if (meaning.classes > 0) {
    std::fill_n(into, meaning.classes, 0.0);
    into[static_cast<std::size_t>(*target)] = 1;
  } else if (meaning.labels > 0) {
    for (std::size_t k = 0; k < meaning.labels; ++k) into[k] = target[k] > 0.5 ? 1 : 0;
  } else {
    *into = *target - facts.mean;
  }
}

}  // namespace plumbline
