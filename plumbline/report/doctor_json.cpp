#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/version.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/models/names.hpp"
#include "plumbline/report/doctor_results.hpp"
#include "plumbline/report/json_figures.hpp"

namespace plumbline {
namespace {

OrderedJson data_json(const DoctorResult& result) {
  return {{"rows", result.records},
          {"features", result.report.features},
          {"dropped_rows", result.dropped_rows},
          {"weight_sum", result.report.weight_sum},
          {"targets", result.targets},
          {"task", name_of(result.task)}};
}

OrderedJson columns_json(const std::vector<ColumnFacts>& columns) {
  OrderedJson array = OrderedJson::array();
  for (const ColumnFacts& column : columns) {
    OrderedJson object{{"name", column.name}, {"type", column.categorical ? "text" : "number"}};
    object["levels"] = column.categorical ? OrderedJson(column.levels) : OrderedJson(nullptr);
    object["missing"] = column.missing;
    object["left_out"] = column.left_out.empty() ? OrderedJson(nullptr) : OrderedJson(column.left_out);
    array.push_back(std::move(object));
  }
  return array;
}

/// Members are written one by one: setting keys searches all earlier ones each time.
void put_collinearity(const DoctorReport& report, OrderedJson& object) {
  if (!report.collinearity) {
    for (const char* key : {"rank", "condition_indices", "vif"}) {
      object[key] = nullptr;
      object[std::string(key) + "_reason"] = "the table is wider than widest";
    }
    return;
  }
  const Collinearity& found = *report.collinearity;
  object["rank"] = found.rank;
  object["condition_indices"] = found.condition_indices;
  OrderedJson vif = OrderedJson::object(), reasons = OrderedJson::object();
  for (std::size_t j = 0; j < found.vif.size(); ++j) {
    const bool known = std::isfinite(found.vif[j]);
    vif.get_ref<OrderedJson::object_t&>().emplace_back(report.feature_names[j],
                                                       known ? OrderedJson(found.vif[j]) : OrderedJson(nullptr));
    if (known) continue;
    reasons.get_ref<OrderedJson::object_t&>().emplace_back(
        report.feature_names[j],
        std::isnan(found.vif[j]) ? "constant, equal to another column, or given by the others" : "in a collinear set");
  }
  object["vif"] = std::move(vif);
  if (!reasons.empty()) object["vif_reason"] = std::move(reasons);
}

OrderedJson classes_json(const DoctorResult& result) {
  if (result.task == Task::regression) return nullptr;
  const std::vector<std::string>& names = result.task == Task::multilabel ? result.targets : result.classes;
  OrderedJson array = OrderedJson::array();
  for (std::size_t k = 0; k < names.size(); ++k) {
    array.push_back({{"class", names[k]}, {"rows", result.report.class_weight[k]}});
  }
  return array;
}

const char* name_of_separation(SeparationKind kind) {
  switch (kind) {
    case SeparationKind::none:
      return "none";
    case SeparationKind::quasi:
      return "quasi";
    case SeparationKind::complete:
      return "complete";
    case SeparationKind::undecided:
      return "undecided";
  }
  return "";
}

/// One word for all classes; by label for a multilabel task; null where it was not looked for.
OrderedJson separation_json(const DoctorResult& result) {
  if (!result.report.separation) return nullptr;
  const std::vector<OutputSeparation>& outputs = result.report.separation->outputs;
  if (result.task != Task::multilabel) return name_of_separation(outputs.front().kind);
  OrderedJson object = OrderedJson::object();
  for (std::size_t k = 0; k < outputs.size(); ++k) object[result.targets[k]] = name_of_separation(outputs[k].kind);
  return object;
}

/// Records from 1, or as the id column names them.
OrderedJson rows_json(const DoctorResult& result, const std::vector<std::size_t>& records) {
  OrderedJson array = OrderedJson::array();
  for (const std::size_t record : records) {
    const auto id = result.ids.find(record);
    array.push_back(id == result.ids.end() ? OrderedJson(record + 1) : OrderedJson(id->second));
  }
  return array;
}

OrderedJson finding_json(const DoctorResult& result, const Finding& finding) {
  OrderedJson object{{"kind", name_of(finding.kind)}, {"columns", finding.columns}};
  object["rows"] = rows_json(result, finding.rows);
  if (!finding.originals.empty()) object["originals"] = rows_json(result, finding.originals);
  put_number(object, "value", finding.value, "this kind is not measured by a figure");
  put_number(object, "threshold", finding.threshold, "this kind has no threshold");
  object["detail"] = finding.detail;
  object["effect"] = effect_of(finding.kind);
  object["advice"] = advice_of(finding.kind);
  object["witness"] = nullptr;
  if (finding.witness.empty()) return object;
  OrderedJson witness = OrderedJson::object();
  for (const auto& [name, weight] : finding.witness) {
    witness.get_ref<OrderedJson::object_t&>().emplace_back(name, weight);
  }
  object["witness"] = std::move(witness);
  return object;
}

OrderedJson thresholds_json(const DoctorOptions& options) {
  OrderedJson object = OrderedJson::object();
  for (const DoctorThreshold& threshold : doctor_thresholds()) {
    std::string key = threshold.name;
    std::replace(key.begin(), key.end(), '-', '_');
    object[key] = options.*threshold.value;
  }
  return object;
}

}  // namespace

std::string doctor_json(const DoctorResult& result, const DoctorOptions& options) {
  OrderedJson object{{"command", "doctor"}, {"version", kVersion}, {"schema", kModelSchema}};
  object["data"] = data_json(result);
  object["columns"] = columns_json(result.report.columns);
  put_collinearity(result.report, object);
  object["classes"] = classes_json(result);
  object["separation"] = separation_json(result);
  object["thresholds"] = thresholds_json(options);
  object["findings"] = OrderedJson::array();
  for (const Finding& finding : result.report.findings) object["findings"].push_back(finding_json(result, finding));
  object["notes"] = result.notes;
  return printed(object);
}

}  // namespace plumbline
