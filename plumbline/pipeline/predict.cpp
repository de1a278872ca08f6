#include "plumbline/pipeline/predict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/scoring.hpp"
#include "plumbline/pipeline/table_reading.hpp"
#include "plumbline/pipeline/targeted_rows.hpp"

namespace plumbline {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// `from` (slots, width) spread out over all rows, `none` where a row has no slot.
template <class T>
std::vector<T> by_row(std::vector<T> from, std::size_t width, const std::vector<std::size_t>& slots, T none) {
  if (std::find(slots.begin(), slots.end(), kNoSlot) == slots.end()) return from;
  std::vector<T> all(slots.size() * width, none);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (slots[i] == kNoSlot) continue;
    std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(slots[i] * width), width,
                all.begin() + static_cast<std::ptrdiff_t>(i * width));
  }
  return all;
}

/// Sets or intervals of all rows, where the model has them.
void add_sets(const LinearModel& model, const Dataset& data, const Scores& scores, const JackknifeRows* training,
              Predictions& predictions) {
  if (!model.conformal) return;
  if (model.conformal->options.method == ConformalMethod::jackknife_plus && training == nullptr) {
    predictions.notes.emplace_back("no jackknife+ intervals: --train FILE, the table of the fit, gives them");
    return;
  }
  predictions.sets = prediction_sets(model, data, 0, scores, training);
}

/// Sets of the slots → of the rows; empty where a row has no slot.
void spread_out(const std::vector<std::size_t>& slots, std::size_t classes, PredictionSets& sets) {
  if (!sets.classes.empty()) sets.classes = by_row(std::move(sets.classes), classes, slots, std::uint8_t{0});
  if (!sets.intervals.empty()) sets.intervals = by_row(std::move(sets.intervals), 1, slots, Interval{kNone, kNone});
}

}  // namespace

std::size_t predicted_class(const double* p, std::size_t classes) {
  return static_cast<std::size_t>(std::max_element(p, p + classes) - p);
}

Predictions predict(const LinearModel& model, const std::string& path, const TableOptions& options, Progress& progress,
                    const PredictRequest& request) {
  const PosteriorRequest* const posterior = request.posterior;
  const ThreadLimit limit(options.threads);
  std::optional<Posterior> weights;  // first: what is asked in vain should not cost a look at the table
  if (posterior != nullptr) weights = find_posterior(model, *posterior, options, progress);
  std::optional<JackknifeRows> training;
  if (!request.train.empty()) training.emplace(model, request.train, options, progress);
  TableOptions reading = options;
  if (training || (posterior != nullptr && !posterior->train.empty()))
    reading.labels_path.clear();  // they are those of TRAIN
  ModelTable read = read_for_model(model, path, reading, false, progress);
  std::size_t rows = 0;
  const std::vector<std::size_t> slots = slots_for(predictable_rows(model, read.table), rows);
  EncodeCounts counts;
  const Dataset data = encode(read.table, model.encoder, slots, rows, counts);
  Scores scores = score_rows(model, data, 0, rows);
  Predictions predictions;
  if (weights) {
    MemorySource source = data.source(0, rows, options.block_rows);
    predictions.spread = spread_over(source, *weights, *posterior, scores.eta, progress);
    for (std::vector<double>* figures :
         {&predictions.spread->mean, &predictions.spread->sd, &predictions.spread->sd_with_noise}) {
      if (figures->empty()) continue;
      const std::size_t width = figures->size() / rows;
      *figures = by_row(std::move(*figures), width, slots, kNone);
    }
  }
  predictions.notes = std::move(read.notes);
  if (weights && !model.calibrators.empty())
    predictions.notes.emplace_back("the posterior is that of the model's own probabilities, before the calibrator");
  add_sets(model, data, scores, training ? &*training : nullptr, predictions);
  if (predictions.sets) spread_out(slots, model.labels(), *predictions.sets);
  predictions.rows = read.table.rows;
  predictions.outputs = model.outputs();
  predictions.eta = by_row(std::move(scores.eta), model.outputs(), slots, kNone);
  if (!scores.p.empty() || rows == 0) {
    const std::size_t width = model.labels();
    if (model.task != Task::regression) predictions.p = by_row(std::move(scores.p), width, slots, kNone);
  }
  predictions.ids = std::move(read.ids);
  for (std::string& note : sentences(counts)) predictions.notes.push_back(std::move(note));
  if (rows < slots.size()) {
    predictions.notes.push_back(row_count(slots.size() - rows) +
                                " with a missing cell, without a prediction (--missing drop at fit)");
  }
  return predictions;
}

EvaluateResult evaluate(const LinearModel& model, const std::string& path, const TableOptions& options,
                        Progress& progress) {
  const ThreadLimit limit(options.threads);
  TargetedRows read = read_targeted_rows(model, path, options, progress);
  Evaluation evaluation = evaluate_rows(model, read.data, 0, read.rows);
  EvaluateResult result;
  result.rows = read.records;
  result.dropped_rows = read.records - read.rows;
  result.metrics = std::move(evaluation.metrics);
  result.confusion = std::move(evaluation.confusion);
  result.cost = evaluation.cost;
  result.sets = evaluate_sets(model, read.data, 0, read.rows, nullptr);
  result.notes = std::move(read.notes);
  return result;
}

}  // namespace plumbline
