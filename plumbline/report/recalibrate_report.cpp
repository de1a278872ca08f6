#include "plumbline/report/recalibrate_report.hpp"

#include <fmt/format.h>

#include "plumbline/core/version.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/report/conformal_report.hpp"
#include "plumbline/report/text_parts.hpp"
#include "plumbline/report/text_table.hpp"
#include "plumbline/report/trust_report.hpp"

namespace plumbline {

std::string recalibrate_json(const RecalibrateResult& result, const std::string& output_path) {
  OrderedJson object{{"command", "calibrate"}, {"version", kVersion}, {"schema", kModelSchema}};
  object["data"] = {{"rows", result.rows}, {"dropped_rows", result.dropped_rows}};
  object["calibration"] = calibration_json(result.calibration);
  object["conformal"] = conformal_json(result.model, std::nullopt);
  object["costs"] = cost_json(result.model, result.cost);
  object["output"] = output_path;
  object["notes"] = result.notes;
  return printed(object);
}

std::string recalibrate_text(const RecalibrateResult& result, const std::string& output_path) {
  std::string text = fmt::format("{} rows", result.rows);
  if (result.dropped_rows > 0) text += fmt::format(", {} dropped", result.dropped_rows);
  text += "\n" + task_line(result.model) + calibration_line(result.calibration, "the other rows") +
          conformal_lines(result.model, std::nullopt, "") + cost_line(result.model, result.cost, "the other rows");
  return text + fmt::format("saved to {}\n", shown(output_path, 200));
}

}  // namespace plumbline
