#include "plumbline/solvers/l2_path_folds.hpp"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {

namespace {

constexpr std::uint64_t kFoldStream = 0xf01d;

struct Candidate {
  double stratum = 0;
  std::uint64_t draw = 0;
  std::size_t row = 0;
  double weight = 1;
};

std::vector<Candidate> candidates_of(RowSource& source, std::uint64_t seed, bool stratify) {
  std::vector<Candidate> candidates;
  std::size_t row = 0;
  source.rewind();
  for (RowBlock block; source.next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i, ++row) {
      const double s = block.row_weight == nullptr ? 1 : block.row_weight[i];
      if (s == 0) continue;
      candidates.push_back({stratify ? block.target[i] : 0, random_bits(seed, kFoldStream, row), row, s});
    }
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.stratum, a.draw, a.row) < std::tie(b.stratum, b.draw, b.row);
  });
  return candidates;
}

/// Holds what a block's views look at: the block's own memory and the masked weights.
struct MaskedWeights {
  std::shared_ptr<const void> behind;
  std::vector<double> weight;
};

}  // namespace

Folds assign_folds(RowSource& source, std::size_t count, std::uint64_t seed, bool stratify) {
  require(count >= 2, "assign_folds", "count", "at least 2");
  require(!stratify || source.target_width() == 1, "assign_folds", "stratify", "only with one target column");
  const std::vector<Candidate> candidates = candidates_of(source, seed, stratify);
  Folds folds;
  folds.count = std::min(count, candidates.size());
  folds.of_row.assign(source.rows(), Folds::kNever);
  folds.weight.assign(folds.count, 0);
  std::size_t next = 0;
  for (std::size_t q = 0; q < candidates.size(); ++q) {
    const Candidate& at = candidates[q];
    const bool before = q > 0 && candidates[q - 1].stratum == at.stratum;
    const bool after = q + 1 < candidates.size() && candidates[q + 1].stratum == at.stratum;
    if (!before && !after) {
      folds.always += at.weight;
      continue;
    }
    const std::size_t fold = next++ % folds.count;
    folds.of_row[at.row] = static_cast<std::uint32_t>(fold);
    folds.weight[fold] += at.weight;
    folds.held_out += at.weight;
  }
  return folds;
}

void FoldSource::rewind() {
  source_.rewind();
  row_ = 0;
}

bool FoldSource::next(RowBlock& block) {
  if (!source_.next(block)) return false;
  auto masked = std::make_shared<MaskedWeights>();
  masked->weight.resize(block.rows);
  for (std::size_t i = 0; i < block.rows; ++i, ++row_) {
    const double s = block.row_weight == nullptr ? 1 : block.row_weight[i];
    masked->weight[i] = folds_.of_row[row_] == left_out_ ? 0 : s;
  }
  masked->behind = std::move(block.owner);
  block.row_weight = masked->weight.data();
  block.owner = std::move(masked);
  return true;
}

}  // namespace plumbline
