#include "plumbline/solvers/separation_witness.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>

#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/linalg/double_double.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

constexpr double kUnit = 0x1p-53;
/// One of the 8u goes to the rounding of differences of classes.
constexpr double kRounding = 7 * kUnit;
constexpr double kBeyondRounding = 1024 * kUnit;
constexpr double kLargeShare = 0.1;

/// A margin and what its terms add up to without their signs.
struct Margin {
  DoubleDouble value;
  double size = 0;

  void add(DoubleDouble term) {
    value += term;
    size += std::fabs(term.high);
  }
};

/// The directions whose margins count: of a label itself, or of each class to each other one.
class Directions final {
 public:
  Directions(const Coordinates& at, const SeparationProblem& problem, const Vector& direction, bool sparse)
      : at_(at), classes_(problem.classes), d_(at.dimension()) {
    if (classes_ == 0) {
      differences_.push_back(direction);
    } else {
      for (std::size_t a = 0; a < classes_; ++a) {
        for (std::size_t b = 0; b < classes_; ++b) differences_.push_back(part(direction, a) - part(direction, b));
      }
    }
    for (const Vector& w : differences_) at_zero_.push_back(sparse ? margin_at_zero(w) : intercept_of(w));
  }

  const Vector& between(std::size_t truth, std::size_t other) const { return differences_[number(truth, other)]; }
  /// The margin before any cell is looked at: dense, the intercept; sparse, a row of zeros.
  const Margin& start(std::size_t truth, std::size_t other) const { return at_zero_[number(truth, other)]; }

  DoubleDouble term(const Vector& w, std::size_t j, double cell) const {
    return two_sum(cell, -at_.center[j]) * at_.scale[j] * w[static_cast<Index>(j)];
  }

 private:
  std::size_t number(std::size_t truth, std::size_t other) const {
    return classes_ == 0 ? 0 : truth * classes_ + other;
  }
  Vector part(const Vector& direction, std::size_t k) const {
    return direction.segment(static_cast<Index>(k * d_), static_cast<Index>(d_));
  }
  Margin intercept_of(const Vector& w) const {
    Margin margin;
    if (at_.intercept) margin.add(DoubleDouble(w[w.size() - 1]));
    return margin;
  }
  Margin margin_at_zero(const Vector& w) const {
    Margin margin = intercept_of(w);
    for (std::size_t j = 0; j < at_.features(); ++j) margin.add(term(w, j, 0));
    return margin;
  }

  const Coordinates& at_;
  std::size_t classes_, d_;
  std::vector<Vector> differences_;
  std::vector<Margin> at_zero_;
};

double cell_of(const DenseView& x, const void* row, std::size_t j) {
  if (x.scalar == Scalar::f64) return static_cast<const double*>(row)[j];
  if (x.scalar == Scalar::f32) return static_cast<double>(static_cast<const float*>(row)[j]);
  return static_cast<const std::uint8_t*>(row)[j] * x.byte_scale;
}

class WitnessPartial final : public Partial {
 public:
  WitnessPartial(const Coordinates& at, const SeparationProblem& problem, const Directions& directions,
                 std::size_t label)
      : at_(at), problem_(problem), directions_(directions), label_(label) {
    reset();
  }

  void reset() override {
    holds = true;
    complete = true;
    strict_rows = 0;
    least.assign(at_.features(), std::numeric_limits<double>::infinity());
    most.assign(at_.features(), -std::numeric_limits<double>::infinity());
  }

  void merge(Partial& right) override {
    const auto& other = static_cast<const WitnessPartial&>(right);
    holds = holds && other.holds;
    complete = complete && other.complete;
    strict_rows += other.strict_rows;
    for (std::size_t j = 0; j < least.size(); ++j) {
      least[j] = std::min(least[j], other.least[j]);
      most[j] = std::max(most[j], other.most[j]);
    }
  }

  void add(const RowBlock& leaf) {
    const std::size_t width = problem_.classes == 0 ? problem_.labels : 1;
    for (std::size_t i = 0; i < leaf.rows; ++i) {
      if (leaf.row_weight != nullptr && leaf.row_weight[i] == 0) continue;
      std::visit([&](const auto& x) { widen(x, i); }, leaf.x);
      const double* y = leaf.target + i * width;
      bool any = false;
      if (problem_.classes == 0) {
        any = judge(leaf, i, 0, 0, y[label_] > 0.5 ? 1 : -1);
      } else {
        const auto truth = static_cast<std::size_t>(*y);
        for (std::size_t k = 0; k < problem_.classes; ++k) any = (k != truth && judge(leaf, i, truth, k, 1)) || any;
      }
      if (any) ++strict_rows;
    }
  }

  bool holds = true, complete = true;
  std::size_t strict_rows = 0;
  std::vector<double> least, most;  ///< of the cells of a feature

 private:
  /// Whether the margin is strict.
  bool judge(const RowBlock& leaf, std::size_t i, std::size_t truth, std::size_t other, double side) {
    Margin margin = directions_.start(truth, other);
    const Vector& w = directions_.between(truth, other);
    std::visit([&](const auto& x) { add_cells(x, i, w, margin); }, leaf.x);
    const double value = side * margin.value.high;
    holds = holds && value >= -kRounding * margin.size;
    const bool strict = value > kBeyondRounding * margin.size;
    complete = complete && strict;
    return strict;
  }

  void add_cells(const DenseView& x, std::size_t i, const Vector& w, Margin& margin) const {
    const void* row = x.row(i);
    for (std::size_t j = 0; j < x.columns; ++j) margin.add(directions_.term(w, j, cell_of(x, row, j)));
  }
  void add_cells(const CsrView& x, std::size_t i, const Vector& w, Margin& margin) const {
    for (std::uint64_t e = x.offsets[i]; e < x.offsets[i + 1]; ++e) {
      const DoubleDouble absent = directions_.term(w, x.indices[e], 0);
      const DoubleDouble present = directions_.term(w, x.indices[e], x.values[e]);
      margin.value += present - absent;
      margin.size += std::fabs(present.high) - std::fabs(absent.high);
    }
  }

  void widen(const DenseView& x, std::size_t i) {
    const void* row = x.row(i);
    for (std::size_t j = 0; j < x.columns; ++j) widen(j, cell_of(x, row, j));
  }
  void widen(const CsrView& x, std::size_t i) {
    for (std::uint64_t e = x.offsets[i]; e < x.offsets[i + 1]; ++e) {
      widen(x.indices[e], x.values[e]);
      widen(x.indices[e], 0);
    }
  }
  void widen(std::size_t j, double cell) {
    least[j] = std::min(least[j], cell);
    most[j] = std::max(most[j], cell);
  }

  const Coordinates& at_;
  const SeparationProblem& problem_;
  const Directions& directions_;
  std::size_t label_;
};

std::vector<SeparationShare> large_shares(const Coordinates& at, const Vector& direction, std::size_t label,
                                          const WitnessPartial& found) {
  const std::size_t d = at.dimension();
  std::vector<std::pair<double, SeparationShare>> all;
  for (Index q = 0; q < direction.size(); ++q) {
    const std::size_t j = static_cast<std::size_t>(q) % d, k = static_cast<std::size_t>(q) / d;
    if (j == at.features()) continue;
    const double range = std::max((found.most[j] - found.least[j]) * at.scale[j], 0.0);
    all.push_back({std::fabs(direction[q]) * range, {j, label + k, direction[q] > 0}});
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<SeparationShare> shares;
  for (const auto& [size, share] : all) {
    if (size > 0 && size >= kLargeShare * all.front().first) shares.push_back(share);
  }
  // Nothing but the intercept: the label is the same in every row.
  if (shares.empty() && at.intercept) shares.push_back({at.features(), label, direction[direction.size() - 1] > 0});
  return shares;
}

}  // namespace

bool check_witness(const SeparationRows& rows, const Vector& direction, OutputSeparation& output) {
  if (!direction.allFinite()) return false;
  const Directions directions(rows.at, rows.problem, direction, rows.source.sparse());
  const auto found = reduce_rows<WitnessPartial>(rows.source, leaf_rows_for(rows.at.dimension()), rows.progress, [&] {
    return std::make_unique<WitnessPartial>(rows.at, rows.problem, directions, output.label);
  });
  if (!found->holds || found->strict_rows == 0) return false;
  output.kind = found->complete ? SeparationKind::complete : SeparationKind::quasi;
  output.direction = direction;
  output.strict_rows = found->strict_rows;
  output.shares = large_shares(rows.at, direction, output.label, *found);
  return true;
}

}  // namespace plumbline
