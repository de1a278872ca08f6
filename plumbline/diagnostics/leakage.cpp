#include "plumbline/diagnostics/leakage.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/diagnostics/pair_auc.hpp"
#include "plumbline/diagnostics/rank_correlation.hpp"
#include "plumbline/diagnostics/row_cells.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Beyond what a sample may be off.
constexpr double kSampleSlack = 0.01;
/// Columns that are looked at on all rows at once.
constexpr std::size_t kTogether = 8;

/// One target with classes: that of the source, or a label as two classes.
struct ClassView {
  std::size_t classes = 2;
  std::size_t label = 0;
  bool is_label = false;

  std::uint32_t of(const double* target) const {
    return is_label ? (target[label] > 0.5 ? 1 : 0) : static_cast<std::uint32_t>(target[0]);
  }
};

std::vector<ClassView> views_of(const TargetMeaning& meaning) {
  if (meaning.classes > 0) return {{meaning.classes, 0, false}};
  std::vector<ClassView> views;
  for (std::size_t k = 0; k < meaning.labels; ++k) views.push_back({2, k, true});
  return views;
}

/// The sample column by column.
std::vector<SparseColumn> columns_of(const RowSample& sample) {
  std::vector<SparseColumn> columns(sample.columns);
  const auto source = sample.source();
  RowBlock all;
  source->next(all);
  for (std::size_t i = 0; i < all.rows; ++i) {
    std::visit(
        [&](const auto& x) {
          for_each_nonzero(x, i, [&](std::size_t j, double cell) {
            columns[j].row.push_back(static_cast<std::uint32_t>(i));
            columns[j].value.push_back(cell);
          });
        },
        all.x);
  }
  return columns;
}

SparseColumn nonzero(const std::vector<double>& cells) {
  SparseColumn column;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] == 0) continue;
    column.row.push_back(static_cast<std::uint32_t>(i));
    column.value.push_back(cells[i]);
  }
  return column;
}

class LeakSearch final {
 public:
  LeakSearch(const LeakageInput& input, const DoctorOptions& options, Progress& progress)
      : input_(input), options_(options), progress_(progress) {}

  std::vector<Leak> run() {
    for (std::size_t g = 0; g < input_.groups.size(); ++g) {
      if (input_.groups[g].categorical) judge_levels(g);
    }
    if (views_of(input_.meaning).empty()) {
      correlate();
    } else {
      rank();
    }
    std::sort(leaks_.begin(), leaks_.end(),
              [](const Leak& a, const Leak& b) { return a.group != b.group ? a.group < b.group : a.label < b.label; });
    return std::move(leaks_);
  }

 private:
  const FeatureGroup& group(std::size_t g) const { return input_.groups[g]; }

  void note(std::size_t g, std::size_t label, double value, double threshold) {
    if (value >= threshold) leaks_.push_back({g, label, value, false});
  }

  bool is_number(std::size_t g) const { return !group(g).categorical && !input_.moments.is_constant(group(g).begin); }

  void correlate() {
    if (!(input_.facts.squares > 0) || input_.facts.weight_sum < 2 * options_.least_rows) return;
    std::vector<bool> told(input_.groups.size());
    for (std::size_t g = 0; g < input_.groups.size(); ++g) {
      if (!is_number(g)) continue;
      const std::size_t j = group(g).begin;
      const double r = input_.sums.with_target(static_cast<Index>(j), 0) / input_.moments.sd[j] /
                       std::sqrt(input_.facts.squares * input_.facts.weight_sum);
      told[g] = r * r >= options_.leak_r2;
      note(g, 0, r * r, options_.leak_r2);
    }
    correlate_ranks(told);
  }

  /// Of columns that are not told of already.
  void correlate_ranks(const std::vector<bool>& told) {
    const RowSample& sample = input_.sample;
    const std::vector<SparseColumn> columns = columns_of(sample);
    const TargetRanks ranks(sample.target, sample.weight);
    std::vector<double> measured(input_.groups.size(), 0.0);
    parallel_for(input_.groups.size(), [&](std::size_t g) {
      if (is_number(g) && !told[g]) measured[g] = squared_rank_correlation(columns[group(g).begin], ranks);
    });
    const double least = options_.leak_r2 - (sample.whole ? 0 : kSampleSlack);
    std::vector<std::size_t> candidates;
    for (std::size_t g = 0; g < measured.size(); ++g) {
      if (is_number(g) && !told[g] && measured[g] >= least) candidates.push_back(g);
    }
    if (!sample.whole && !candidates.empty()) {
      RowTargets targets = gather_targets(input_.source);
      const TargetRanks all(targets.target, std::move(targets.weight));
      for_columns(candidates, [&](std::size_t g, const std::vector<double>& cells) {
        measured[g] = squared_rank_correlation(nonzero(cells), all);
      });
    }
    for (const std::size_t g : candidates) {
      if (measured[g] >= options_.leak_r2) leaks_.push_back({g, 0, measured[g], true});
    }
  }

  /// visit(group, cells of its column) for each candidate, some of them at once.
  template <class Visit>
  void for_columns(const std::vector<std::size_t>& candidates, Visit visit) {
    for (std::size_t begin = 0; begin < candidates.size(); begin += kTogether) {
      const std::size_t count = std::min(kTogether, candidates.size() - begin);
      std::vector<std::size_t> columns;
      for (std::size_t c = 0; c < count; ++c) columns.push_back(group(candidates[begin + c]).begin);
      const std::vector<std::vector<double>> values = gather_columns(input_.source, columns, progress_);
      parallel_for(count, [&](std::size_t c) { visit(candidates[begin + c], values[c]); });
    }
  }

  void rank() {
    const std::vector<ClassView> views = views_of(input_.meaning);
    const std::vector<SparseColumn> columns = columns_of(input_.sample);
    std::vector<std::size_t> candidates;
    std::vector<std::vector<double>> measured(input_.groups.size(), std::vector<double>(views.size(), 0.0));
    parallel_for(input_.groups.size(), [&](std::size_t g) {
      if (!is_number(g)) return;
      for (std::size_t v = 0; v < views.size(); ++v) measured[g][v] = on_sample(columns[group(g).begin], views[v]);
    });
    for (std::size_t g = 0; g < input_.groups.size(); ++g) {
      if (std::any_of(measured[g].begin(), measured[g].end(),
                      [&](double auc) { return auc >= options_.leak_auc - kSampleSlack; }))
        candidates.push_back(g);
    }
    if (!input_.sample.whole) measure_on_all_rows(candidates, views, measured);
    for (const std::size_t g : candidates) {
      for (std::size_t v = 0; v < views.size(); ++v) note(g, v, measured[g][v], options_.leak_auc);
    }
  }

  double on_sample(const SparseColumn& column, const ClassView& view) const {
    const RowSample& sample = input_.sample;
    std::vector<double> zeros(view.classes, 0.0);
    for (std::size_t i = 0; i < sample.row.size(); ++i) zeros[class_in_sample(view, i)] += sample.weight[i];
    std::vector<RankedRow> rows;
    for (std::size_t q = 0; q < column.row.size(); ++q) {
      const std::size_t i = column.row[q];
      rows.push_back({column.value[q], class_in_sample(view, i), sample.weight[i]});
    }
    std::vector<std::size_t> entries(view.classes, 0), all(view.classes, 0);
    for (const RankedRow& row : rows) {
      zeros[row.class_index] -= row.weight;
      ++entries[row.class_index];
    }
    for (std::size_t i = 0; i < sample.row.size(); ++i) ++all[class_in_sample(view, i)];
    for (std::uint32_t k = 0; k < view.classes; ++k) {
      if (entries[k] < all[k]) rows.push_back({0, k, zeros[k]});
    }
    return mean_pair_auc(rows, view.classes, std::min(options_.least_rows, least_in_sample()));
  }

  std::uint32_t class_in_sample(const ClassView& view, std::size_t i) const {
    return view.of(input_.sample.target.data() + i * input_.sample.target_width);
  }
  /// A thinned sample may hold less of a class than there is.
  double least_in_sample() const { return input_.sample.whole ? options_.least_rows : 1; }

  void measure_on_all_rows(const std::vector<std::size_t>& candidates, const std::vector<ClassView>& views,
                           std::vector<std::vector<double>>& measured) {
    if (candidates.empty()) return;
    const RowTargets targets = gather_targets(input_.source);
    for_columns(candidates, [&](std::size_t g, const std::vector<double>& cells) {
      for (std::size_t v = 0; v < views.size(); ++v) measured[g][v] = on_all_rows(cells, targets, views[v]);
    });
  }

  double on_all_rows(const std::vector<double>& values, const RowTargets& targets, const ClassView& view) const {
    const std::size_t width = input_.source.target_width();
    std::vector<RankedRow> rows;
    rows.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (targets.weight[i] > 0)
        rows.push_back({values[i], view.of(targets.target.data() + i * width), targets.weight[i]});
    }
    return mean_pair_auc(rows, view.classes, options_.least_rows);
  }

  /// (levels, outputs + 1): Σs of each level, then its sums with the target.
  Matrix level_table(std::size_t g) const {
    const Matrix& with_target = input_.sums.with_target;
    const auto begin = static_cast<Index>(group(g).begin), count = static_cast<Index>(group(g).count);
    const Index outputs = with_target.cols(), levels = count + (group(g).every_level ? 0 : 1);
    Matrix table(levels, outputs + 1);
    for (Index l = 0; l < count; ++l) {
      const auto j = static_cast<std::size_t>(begin + l);
      table(l, 0) = input_.moments.mean[j] * input_.facts.weight_sum;
    }
    table.topRightCorner(count, outputs) = with_target.middleRows(begin, count);
    if (levels == count) return table;
    table(count, 0) = input_.facts.weight_sum - table.col(0).head(count).sum();
    for (Index k = 0; k < outputs; ++k) {
      const double all = input_.facts.class_weight.empty() ? 0 : input_.facts.class_weight[static_cast<std::size_t>(k)];
      table(count, k + 1) = all - table.col(k + 1).head(count).sum();
    }
    return table;
  }

  void judge_levels(std::size_t g) {
    const Matrix table = level_table(g);
    const TargetMeaning& meaning = input_.meaning;
    if (meaning.classes > 0) {
      double sum = 0, pairs = 0;
      for (Index a = 0; a < static_cast<Index>(meaning.classes); ++a) {
        for (Index b = a + 1; b < static_cast<Index>(meaning.classes); ++b) {
          const double auc = levels_auc(table.col(a + 1), table.col(b + 1));
          if (std::isnan(auc)) continue;
          sum += auc;
          ++pairs;
        }
      }
      note(g, 0, sum / pairs, options_.leak_auc);
    } else if (meaning.labels > 0) {
      for (Index k = 0; k < static_cast<Index>(meaning.labels); ++k)
        note(g, static_cast<std::size_t>(k), levels_auc(table.col(0) - table.col(k + 1), table.col(k + 1)),
             options_.leak_auc);
    } else if (input_.facts.squares > 0) {
      note(g, 0, levels_r2(table), options_.leak_r2);
    }
  }

  /// Σs of class a and of class b in each level; each row scored by the share of b among the others of its level.
  double levels_auc(const Vector& a, const Vector& b) const {
    const double share = b.sum() / (a.sum() + b.sum());
    std::vector<RankedRow> rows;
    for (Index l = 0; l < a.size(); ++l) {
      const double others = a[l] + b[l] - 1;
      const bool alone = others < 0.5;
      if (a[l] > 0.5) rows.push_back({alone ? share : b[l] / others, 0, a[l]});
      if (b[l] > 0.5) rows.push_back({alone ? share : (b[l] - 1) / others, 1, b[l]});
    }
    return mean_pair_auc(rows, 2, options_.least_rows, PairSide::second_above);
  }

  /// 1 − (within/(Σs − levels))/(total/Σs): the share of the variance that the levels explain, adjusted for their
  /// number.
  double levels_r2(const Matrix& table) const {
    double between = 0, levels = 0;
    for (Index l = 0; l < table.rows(); ++l) {
      if (table(l, 0) < 0.5) continue;
      ++levels;
      between += table(l, 1) * table(l, 1) / table(l, 0);
    }
    const double n = input_.facts.weight_sum;
    if (n - levels < options_.least_rows) return 0;
    const double within = std::max(input_.facts.squares - between, 0.0);
    return 1 - within / input_.facts.squares * (n / (n - levels));
  }

  const LeakageInput& input_;
  const DoctorOptions& options_;
  Progress& progress_;
  std::vector<Leak> leaks_;
};

}  // namespace

std::vector<Leak> find_leaks(const LeakageInput& input, const DoctorOptions& options, Progress& progress) {
  return LeakSearch(input, options, progress).run();
}

}  // namespace plumbline
