#include <fmt/compile.h>
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string>
#include <vector>

#include "plumbline/core/csv_cell.hpp"
#include "plumbline/report/explain_report.hpp"
#include "plumbline/report/labels.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kExplainPieceSize = std::size_t{1} << 20;

/// One column of figures: number `offset` of every `width`.
struct FigureColumn {
  std::string name;
  const Buffer<double>* table = nullptr;
  std::size_t width = 1, offset = 0;
};

/// A column for each output, "name" or "name_<output>".
void add_by_output(const LinearModel& model, const std::string& name, const Buffer<double>& table,
                   std::vector<FigureColumn>& columns) {
  const std::vector<std::string> labels = output_labels(model);
  for (std::size_t k = 0; k < labels.size(); ++k) {
    columns.push_back({labels.size() == 1 ? name : name + "_" + labels[k], &table, labels.size(), k});
  }
}

std::vector<FigureColumn> figure_columns(const LinearModel& model, const Explanation& explanation) {
  std::vector<FigureColumn> columns;
  if (explanation.fit_influence.value) {
    const LeverageRows& rows = explanation.fit_influence.value->rows;
    columns = {{"leverage", &rows.leverage},
               {"residual", &rows.residual},
               {"left_out_prediction", &rows.left_out_prediction},
               {"studentised", &rows.studentised},
               {"externally_studentised", &rows.externally},
               {"cooks_distance", &rows.cooks_distance}};
  }
  if (explanation.dual_weights.value) columns.push_back({"dual_weight", &explanation.dual_weights.value->weight});
  if (explanation.dual_coefficients.value)
    add_by_output(model, "dual_coefficient", explanation.dual_coefficients.value->coefficient, columns);
  if (explanation.leave_one_out.value) {
    const ApproximateLeaveOneOut& rows = explanation.leave_one_out.value->rows;
    if (!explanation.fit_influence.value) columns.push_back({"leverage", &rows.leverage});
    columns.push_back({"left_out_loss", &rows.loss});
  }
  if (explanation.on_prediction.value)
    add_by_output(model, "eta_change", explanation.on_prediction.value->effect, columns);
  if (explanation.on_loss.value) columns.push_back({"loss_change", &explanation.on_loss.value->effect});
  return columns;
}

}  // namespace

void write_training_rows(const LinearModel& model, const Explanation& explanation, const std::string& id_column,
                         const TextSink& sink) {
  const TrainingRows& training = explanation.training;
  const std::vector<FigureColumn> columns = figure_columns(model, explanation);
  std::string header = fmt::format("{},target", training.ids.empty() ? "row" : csv_cell(id_column));
  for (const FigureColumn& column : columns) header.append(",").append(csv_cell(column.name));
  sink(header + "\n");
  fmt::memory_buffer buffer;
  for (std::size_t i = 0; i < training.rows; ++i) {
    fmt::format_to(std::back_inserter(buffer), FMT_COMPILE("{},{}"), csv_cell(training.name(i)),
                   csv_cell(target_text(model, training, i)));
    for (const FigureColumn& column : columns) {
      const double figure = (*column.table)[i * column.width + column.offset];
      buffer.push_back(',');
      if (std::isfinite(figure)) fmt::format_to(std::back_inserter(buffer), FMT_COMPILE("{}"), figure);
    }
    buffer.push_back('\n');
    if (buffer.size() < kExplainPieceSize && i + 1 < training.rows) continue;
    sink(std::string_view(buffer.data(), buffer.size()));
    buffer.clear();
  }
}

}  // namespace plumbline
