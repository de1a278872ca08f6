#include "plumbline/calibration/class_sums.hpp"

#include <algorithm>

#include "plumbline/core/errors.hpp"
#include "plumbline/metrics/weighted.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kBlockRows = 1024;
constexpr std::size_t kMostPieces = 64;

void check(const ClassOutputs& outputs, std::size_t bins) {
  constexpr const char* kFunction = "sum_classes";
  require(bins >= 1, kFunction, "bins", "at least 1");
  require(outputs.rows() >= 1, kFunction, "outputs", "of at least one row");
  require(outputs.classes() >= 2, kFunction, "outputs", "of at least two classes");
  const bool known = std::all_of(outputs.label, outputs.label + outputs.rows(),
                                 [&](std::uint32_t label) { return label < outputs.classes(); });
  require(known, kFunction, "label", "below the number of classes");
}

/// The sums over consecutive rows.
class Piece final {
 public:
  Piece(const ProbabilityRows& rows, std::size_t bins, ClassSums& all) : rows_(rows), bin_of_(bins), all_(all) {
    sums.classes.assign(rows.outputs().classes(), MomentBins(bins));
  }

  void add(std::size_t begin, std::size_t end) {
    for (std::size_t first = begin; first < end; first += kBlockRows) {
      rows_.fill(first, std::min(kBlockRows, end - first), nullptr, block_);
      for (std::size_t i = 0; i < block_.rows; ++i) add_row(first + i, i);
    }
  }

  ClassSums sums;

 private:
  void add_row(std::size_t row, std::size_t i) {
    const ClassOutputs& outputs = rows_.outputs();
    const std::size_t m = outputs.classes();
    const double s = weight_of(outputs.weight, row);
    const double* p = &block_.p[i * m];
    const std::uint32_t label = outputs.label[row];
    sums.weight += s;
    sums.surprise -= s * block_.log_true[i];
    sums.squares += s * block_.brier[i];
    for (std::size_t k = 0; k < m; ++k) sums.classes[k][bin_of_(p[k])].add(s, p[k], k == label);
    // Rows of probabilities sum to 1 within 1e-4 alone.
    all_.confidence[row] = std::min(p[block_.top[i]], 1.0);
    all_.correct[row] = block_.top[i] == label ? 1 : 0;
  }

  const ProbabilityRows& rows_;
  EqualWidthBins bin_of_;
  ClassSums& all_;
  ProbabilityBlock block_;
};

void merge(ClassSums& into, const ClassSums& from) {
  into.weight += from.weight;
  into.surprise += from.surprise;
  into.squares += from.squares;
  for (std::size_t k = 0; k < into.classes.size(); ++k) {
    for (std::size_t b = 0; b < into.classes[k].size(); ++b) into.classes[k][b].merge(from.classes[k][b]);
  }
}

}  // namespace

ClassSums sum_classes(const ProbabilityRows& rows, std::size_t bins) {
  check(rows.outputs(), bins);
  const std::size_t n = rows.outputs().rows();
  ClassSums all;
  all.classes.assign(rows.outputs().classes(), MomentBins(bins));
  all.confidence = Buffer<double>(n);
  all.correct = Buffer<std::uint8_t>(n);
  // Cut by the number of rows alone, merged in order: the threads change nothing.
  const std::size_t length = std::max(kBlockRows, (n + kMostPieces - 1) / kMostPieces);
  const std::size_t count = (n + length - 1) / length;
  std::vector<Piece> pieces;
  pieces.reserve(count);
  for (std::size_t i = 0; i < count; ++i) pieces.emplace_back(rows, bins, all);
  parallel_for(count, [&](std::size_t i) { pieces[i].add(i * length, std::min(n, (i + 1) * length)); });
  for (const Piece& piece : pieces) merge(all, piece.sums);
  return all;
}

double classwise_error(const std::vector<MomentBins>& classes) {
  double sum = 0;
  for (const MomentBins& bins : classes) sum += expected_error(plain_bins(bins));
  return sum / static_cast<double>(classes.size());
}

}  // namespace plumbline
