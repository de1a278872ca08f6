#include "plumbline/pipeline/targeted_rows.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/core/errors.hpp"

namespace plumbline {

std::vector<bool> predictable_rows(const LinearModel& model, const Table& table) {
  std::vector<bool> keep(table.rows, true);
  if (model.encoder.missing != MissingPolicy::drop || table.sparse) return keep;
  keep = rows_missing_features(model.encoder, table);
  keep.flip();
  return keep;
}

TargetedRows read_targeted_rows(const LinearModel& model, const std::string& path, const TableOptions& options,
                                Progress& progress) {
  ModelTable read = read_for_model(model, path, options, true, progress);
  const std::size_t width = read.target.size() / std::max<std::size_t>(read.table.rows, 1);
  std::vector<bool> keep = predictable_rows(model, read.table);
  for (std::size_t i = 0; i < keep.size(); ++i) {
    const double* cells = read.target.data() + i * width;
    keep[i] = keep[i] && std::none_of(cells, cells + width, [](double cell) { return std::isnan(cell); });
  }
  TargetedRows result;
  result.records = read.table.rows;
  const std::vector<std::size_t> slots = slots_for(keep, result.rows);
  if (result.rows == 0) throw DataError({path, 0, 0, ""}, "no row can be evaluated");
  EncodeCounts counts;
  result.data = encode(read.table, model.encoder, slots, result.rows, counts);
  attach_target(read.target, width, read.row_weight, result.data);
  result.notes = std::move(read.notes);
  for (std::string& note : sentences(counts)) result.notes.push_back(std::move(note));
  if (result.rows < result.records)
    result.notes.push_back(row_count(result.records - result.rows) + " dropped: a cell or the target is missing");
  return result;
}

}  // namespace plumbline
