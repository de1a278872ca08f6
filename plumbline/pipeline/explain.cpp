#include "plumbline/pipeline/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/dense_cell.hpp"
#include "plumbline/inference/posterior_curvature.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/pipeline/explain_parts.hpp"
#include "plumbline/pipeline/scoring.hpp"
#include "plumbline/pipeline/table_reading.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kNoRow = static_cast<std::size_t>(-1);

/// The explained row and the rows that the held-out loss is of.
struct QueryData {
  Dataset own;                    ///< of DATA, unless it is TRAIN
  const Dataset* data = nullptr;  ///< `own`, or the table of the fit
  std::size_t row = 0;            ///< of `data`
  const Dataset* held_out = nullptr;
  std::size_t held_out_begin = 0, held_out_rows = 0;
  std::string no_held_out;  ///< why there are none
  std::vector<std::string> notes;
};

/// The record, from 0, that a user names: by its number from 1, or by its id where the table has ids.
std::size_t record_named(const std::string& name, const std::vector<std::string>& ids, std::size_t records,
                         const std::string& path) {
  if (!ids.empty()) {
    const auto found = std::find(ids.begin(), ids.end(), name);
    if (found == ids.end()) throw DataError({path, 0, 0, ""}, fmt::format("no row has the id '{}'", name));
    if (std::find(found + 1, ids.end(), name) != ids.end())
      throw DataError({path, 0, 0, ""}, fmt::format("more than one row has the id '{}'", name));
    return static_cast<std::size_t>(found - ids.begin());
  }
  std::size_t record = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), record);
  if (error != std::errc() || end != name.data() + name.size())
    throw UsageError(fmt::format("'{}' is no record number; with --id COL rows are named by their id", name));
  if (record < 1 || record > records)
    throw DataError({path, 0, 0, ""}, fmt::format("there is no record {}: the table has {}", name, records));
  return record - 1;
}

std::size_t row_of_record(const Dataset& data, std::size_t record) {
  const auto found = std::find(data.record.begin(), data.record.end(), record);
  return found == data.record.end() ? kNoRow : static_cast<std::size_t>(found - data.record.begin());
}

bool same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return a == b || std::filesystem::equivalent(a, b, error);
}

/// DATA is TRAIN: nothing is read again, and what did not train is held out. The row is not among those of the fit
/// where its target is missing.
void take_from_training(const TrainingRows& training, const std::string& path, const ExplainOptions& options,
                        QueryData& query) {
  query.held_out = &training.data;
  query.held_out_begin = training.rows;
  query.held_out_rows = training.data.rows - training.rows;
  query.no_held_out = "every row of DATA was trained on";
  query.row = row_of_record(training.data, record_named(options.row, training.ids, training.records, path));
  if (query.row != kNoRow) query.data = &training.data;
}

/// Slots for the `usable` rows of DATA that have all that a loss needs, and for the explained one, last if it is not
/// among them.
std::vector<std::size_t> query_slots(const LinearModel& model, const ModelTable& read, std::size_t record,
                                     std::size_t& usable) {
  const std::size_t rows = read.table.rows, width = read.target.size() / std::max<std::size_t>(rows, 1);
  std::vector<bool> keep(rows, !read.target.empty());
  for (std::size_t i = 0; i < rows; ++i) {
    const double* cells = read.target.data() + i * width;
    keep[i] = keep[i] && std::none_of(cells, cells + width, [](double cell) { return std::isnan(cell); });
  }
  if (model.encoder.missing == MissingPolicy::drop && !read.table.sparse) {
    const std::vector<bool> missing = rows_missing_features(model.encoder, read.table);
    if (missing[record]) {
      throw DataError({read.table.path, record + 1, read.table.line_of(record), ""},
                      "a cell is missing, and the model predicts no such row (--missing drop at fit)");
    }
    for (std::size_t i = 0; i < rows; ++i) keep[i] = keep[i] && !missing[i];
  }
  std::vector<std::size_t> slots = slots_for(keep, usable);
  if (slots[record] == kNoSlot) slots[record] = usable;
  return slots;
}

void read_query(const LinearModel& model, const std::string& path, const ExplainOptions& options, Progress& progress,
                QueryData& query) {
  TableOptions reading = options.table;
  if (query.held_out == nullptr) reading.labels_path.clear();  // they are those of TRAIN
  ModelTable read = read_with_targets_if_there(model, path, reading, progress);
  const std::size_t record = record_named(options.row, read.ids, read.table.rows, path);
  const std::size_t width = read.target.size() / std::max<std::size_t>(read.table.rows, 1);
  std::size_t usable = 0;
  const std::vector<std::size_t> slots = query_slots(model, read, record, usable);
  query.row = slots[record];
  EncodeCounts counts;
  query.own = encode(read.table, model.encoder, slots, std::max(usable, query.row + 1), counts);
  if (!read.target.empty()) attach_target(read.target, width, read.row_weight, query.own);
  query.data = &query.own;
  if (query.held_out == nullptr) {
    query.held_out = &query.own;
    query.held_out_rows = usable;
    query.no_held_out = read.target.empty() ? "DATA has no targets" : "no row of DATA has a target";
  }
  query.notes = std::move(read.notes);
  for (std::string& note : sentences(counts)) query.notes.push_back(std::move(note));
}

/// The encoded cells of one row.
std::vector<double> cells_of(const Dataset& data, std::size_t row) {
  const RowBlock block = data.block(row, 1);
  std::vector<double> cells(data.columns);
  if (const auto* dense = std::get_if<DenseView>(&block.x)) {
    for (std::size_t j = 0; j < cells.size(); ++j) cells[j] = dense_cell(*dense, 0, j);
  } else {
    const CsrView& sparse = std::get<CsrView>(block.x);
    for (std::uint64_t q = sparse.offsets[0]; q < sparse.offsets[1]; ++q) cells[sparse.indices[q]] = sparse.values[q];
  }
  return cells;
}

/// What each column adds, against the mean of the training rows or one record of their table.
void explain_contributions(const LinearModel& model, const Moments& moments, const ExplainOptions& options,
                           const std::string& train, Explanation& result) {
  const LinearSolution solution = solution_of(model.predictor);
  const std::vector<FeatureGroup> groups = column_groups(model.encoder, model.predictor.features);
  const std::vector<PolynomialTerms> polynomials = model.encoder.polynomials();
  ContributionRequest request{&solution, &groups, &polynomials, result.cells, std::nullopt};
  std::vector<double> reference;
  result.reference = options.reference;
  if (options.reference != "mean") {
    const TrainingRows& training = result.training;
    const std::size_t record = record_named(options.reference, training.ids, training.records, train);
    const std::size_t row = row_of_record(training.data, record);
    if (row == kNoRow)
      throw DataError({train, record + 1, 0, ""}, "the reference row was not used by the fit: a cell is missing");
    reference = cells_of(training.data, row);
    request.reference = reference;
  } else if (!model.predictor.has_intercept || model.encoder.sparse) {  // the predictor's center is no mean there
    reference = moments.mean;
    request.reference = reference;
    request.powers_of_reference = false;
  }
  result.contributions = contributions_of(request);
}

void predict_row(const LinearModel& model, const QueryData& query, Explanation& result) {
  Scores scores = score_rows(model, *query.data, query.row, 1);
  result.eta = std::move(scores.eta);
  if (model.task != Task::regression) result.p = std::move(scores.p);
}

}  // namespace

Explanation explain(const LinearModel& model, const std::string& train, const std::string& data,
                    const ExplainOptions& options, Progress& progress) {
  if (model.network)
    throw UsageError("explain is for linear models: a network's prediction is not a sum over columns and rows");
  const ThreadLimit limit(options.table.threads);
  Explanation result;
  result.row = options.row;
  result.training = find_training_rows(model, train, options.table, progress);
  QueryData query;
  result.same_table = same_file(train, data);
  if (result.same_table) take_from_training(result.training, data, options, query);
  if (query.data == nullptr) read_query(model, data, options, progress, query);
  result.notes = result.training.notes;
  result.notes.insert(result.notes.end(), query.notes.begin(), query.notes.end());
  result.cells = cells_of(*query.data, query.row);
  predict_row(model, query, result);
  TrainedFit fit(model, result.training, options.table.block_rows, progress);
  explain_contributions(model, fit.moments(), options, train, result);
  std::optional<MemorySource> held_out;
  if (query.held_out_rows > 0) {
    const RowBlock block = query.held_out->block(query.held_out_begin, query.held_out_rows);
    held_out.emplace(block.x, block.target, query.held_out->target_width, block.row_weight, options.table.block_rows);
    if (!(weight_sum(*held_out) > 0)) {
      held_out.reset();
      query.no_held_out = "the rows of DATA that did not train weigh nothing";
    }
  }
  ExplainedQuery explained;
  explained.model = &model;
  explained.fit = &fit;
  explained.row = row_in_coordinates(fit.risk().coordinates(), query.data->block(query.row, 1), 0);
  explained.held_out = held_out ? &*held_out : nullptr;
  explained.no_held_out = query.no_held_out;
  explained.top = options.top;
  explain_by_training_rows(explained, result, progress);
  return result;
}

}  // namespace plumbline
