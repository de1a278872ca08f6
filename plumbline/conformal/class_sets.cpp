#include "plumbline/conformal/class_sets.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plumbline/conformal/threshold.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/metrics/weighted.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

/// Rows of a piece of parallel work, and those whose probabilities stand in double at once.
constexpr std::size_t kPieceRows = 4096, kTileRows = 128;

std::size_t pieces_of(std::size_t rows) { return (rows + kPieceRows - 1) / kPieceRows; }

bool calibrates(const CalibratedOutputs& rows) {
  return rows.calibrator != nullptr && rows.calibrator->method != CalibrationMethod::none;
}

void check(const CalibratedOutputs& rows, std::size_t classes, const char* function) {
  const ClassOutputs& outputs = *rows.outputs;
  require(outputs.classes() >= 2 && outputs.classes() == classes, function, "outputs",
          fmt::format("of {} classes (two at least), got {}", classes, outputs.classes()));
  require(std::all_of(outputs.label, outputs.label + outputs.rows(), [&](std::uint32_t k) { return k < classes; }),
          function, "labels", fmt::format("below {}", classes));
}

/// Probabilities of rows [first, first + count), (count, m).
void load(const CalibratedOutputs& rows, std::size_t first, std::size_t count, std::vector<double>& logits,
          std::vector<double>& p) {
  const std::size_t m = rows.outputs->classes();
  p.resize(count * m);
  if (!calibrates(rows)) {
    for (std::size_t i = 0; i < count; ++i) probabilities_of_row(*rows.outputs, first + i, p.data() + i * m);
    return;
  }
  logits.resize(count * m);
  for (std::size_t i = 0; i < count; ++i) logits_of_row(*rows.outputs, first + i, logits.data() + i * m);
  calibrated_probabilities(*rows.calibrator, logits.data(), count, p.data(), nullptr);
}

/// Calls visit(row, probabilities of it) for the rows of one piece.
template <class Visit>
void for_piece(const CalibratedOutputs& rows, std::size_t piece, Visit visit) {
  const std::size_t m = rows.outputs->classes(), n = rows.outputs->rows();
  const std::size_t end = std::min(n, (piece + 1) * kPieceRows);
  std::vector<double> logits, p;
  for (std::size_t first = piece * kPieceRows; first < end; first += kTileRows) {
    const std::size_t count = std::min(kTileRows, end - first);
    load(rows, first, count, logits, p);
    for (std::size_t i = 0; i < count; ++i) visit(first + i, p.data() + i * m);
  }
}

/// (n): nonconformity of the true classes.
std::vector<double> true_scores(const CalibratedOutputs& rows, const ConformalOptions& options) {
  std::vector<double> score(rows.outputs->rows());
  parallel_for(pieces_of(score.size()), [&](std::size_t piece) {
    ClassNonconformity nonconformity(options);
    for_piece(rows, piece, [&](std::size_t i, const double* p) {
      score[i] = nonconformity.of(p, rows.outputs->classes(), rows.outputs->label[i], rows.draws(i));
    });
  });
  return score;
}

/// Scores of the rows of one class.
struct ClassRows {
  std::vector<double> score, draw, weight;
};

void add_threshold(const CalibrationScores& scores, ConformalRule& rule) {
  const Threshold threshold = conformal_threshold(scores, rule.options.miscoverage);
  rule.threshold.push_back(threshold.value);
  rule.tie.push_back(threshold.tie);
  rule.rows.push_back(threshold.weight);
}

void add_class_thresholds(const CalibrationScores& all, const std::uint32_t* label, ConformalRule& rule) {
  std::vector<ClassRows> of_class(rule.classes);
  for (std::size_t i = 0; i < all.rows; ++i) {
    ClassRows& rows = of_class[label[i]];
    rows.score.push_back(all.score[i]);
    if (all.draw != nullptr) rows.draw.push_back(all.draw[i]);
    if (all.weight != nullptr) rows.weight.push_back(all.weight[i]);
  }
  for (const ClassRows& rows : of_class) {
    add_threshold({rows.score.data(), all.draw == nullptr ? nullptr : rows.draw.data(),
                   all.weight == nullptr ? nullptr : rows.weight.data(), rows.score.size()},
                  rule);
  }
}

/// Sums over the rows of one piece.
struct PieceSums {
  double size = 0, empty = 0;
  std::vector<double> rows, covered;  ///< (m), by true class
};

void add_row(const std::vector<std::uint8_t>& within, std::size_t size, std::size_t truth, double weight,
             PieceSums& sums) {
  sums.rows[truth] += weight;
  if (within[truth] != 0) sums.covered[truth] += weight;
  if (size == 0) sums.empty += weight;
  sums.size += weight * static_cast<double>(std::count(within.begin(), within.end(), std::uint8_t{1}));
}

}  // namespace

ConformalRule conformal_class_rule(const CalibratedOutputs& rows, const ConformalOptions& options) {
  validate(options, "conformal_class_rule");
  require(gives_class_sets(options.method), "conformal_class_rule", "options.method", "lac, aps or raps");
  check(rows, rows.outputs->classes(), "conformal_class_rule");
  ConformalRule rule;
  rule.options = options;
  rule.classes = rows.outputs->classes();
  const std::vector<double> score = true_scores(rows, options);
  std::vector<double> draw(options.randomized ? score.size() : 0);
  for (std::size_t i = 0; i < draw.size(); ++i) draw[i] = rows.draws(i);
  const CalibrationScores scores{score.data(), options.randomized ? draw.data() : nullptr, rows.outputs->weight,
                                 score.size()};
  if (options.class_conditional) {
    add_class_thresholds(scores, rows.outputs->label, rule);
  } else {
    add_threshold(scores, rule);
  }
  return rule;
}

std::size_t ClassSets::set_of_row(const double* p, double draw, std::uint8_t* within) {
  const std::size_t m = rule_.classes;
  nonconformity_.all(p, m, draw, score_.data());
  std::size_t size = 0;
  for (std::size_t k = 0; k < m; ++k) {
    const double threshold = rule_.threshold_of(k);
    const bool in =
        score_[k] < threshold || (score_[k] == threshold && (!rule_.options.randomized || draw <= rule_.tie_of(k)));
    within[k] = in ? 1 : 0;
    size += in ? 1 : 0;
  }
  if (size > 0 || rule_.options.allow_empty) return size;
  const double largest = *std::max_element(p, p + m);
  for (std::size_t k = 0; k < m; ++k) within[k] = p[k] == largest ? 1 : 0;
  return size;
}

SetSummary summarise_class_sets(const CalibratedOutputs& rows, const ConformalRule& rule) {
  check(rows, rule.classes, "summarise_class_sets");
  const ClassOutputs& outputs = *rows.outputs;
  const std::size_t m = rule.classes;
  std::vector<PieceSums> pieces(pieces_of(outputs.rows()));
  parallel_for(pieces.size(), [&](std::size_t piece) {
    PieceSums sums{0, 0, std::vector<double>(m, 0.0), std::vector<double>(m, 0.0)};
    ClassSets sets(rule);
    std::vector<std::uint8_t> within(m);
    for_piece(rows, piece, [&](std::size_t i, const double* p) {
      const std::size_t size = sets.set_of_row(p, rows.draws(i), within.data());
      add_row(within, size, outputs.label[i], weight_of(outputs.weight, i), sums);
    });
    pieces[piece] = std::move(sums);
  });
  SetSummary summary;
  std::vector<double> of_class(m, 0.0), covered(m, 0.0);
  for (const PieceSums& piece : pieces) {
    summary.mean_size += piece.size;
    summary.empty += piece.empty;
    for (std::size_t k = 0; k < m; ++k) {
      of_class[k] += piece.rows[k];
      covered[k] += piece.covered[k];
    }
  }
  for (std::size_t k = 0; k < m; ++k) {
    summary.rows += of_class[k];
    summary.coverage += covered[k];
    summary.class_coverage.push_back(share(covered[k], of_class[k]));
  }
  summary.coverage = share(summary.coverage, summary.rows);
  summary.mean_size = share(summary.mean_size, summary.rows);
  summary.empty = share(summary.empty, summary.rows);
  return summary;
}

}  // namespace plumbline
