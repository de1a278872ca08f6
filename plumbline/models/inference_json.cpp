#include "plumbline/models/inference_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/models/json_values.hpp"

namespace plumbline {
namespace {

using Json = nlohmann::ordered_json;
using Table = ModelInference::Table;

std::size_t dimension_of(const LinearModel& model) {
  return model.predictor.features + (model.predictor.has_intercept ? 1 : 0);
}

Json finite_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

Json errors_json(const std::vector<Table>& tables) {
  Json rows = Json::array();
  for (const Table& table : tables) {
    Json row = Json::array();
    for (const CoefficientPrecision& each : table) row.push_back(finite_or_null(each.standard_error));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json limits_json(const Table& table) {
  Json rows = Json::array();
  for (const CoefficientPrecision& each : table) {
    rows.push_back(Json::array({finite_or_null(each.lower), finite_or_null(each.upper)}));
  }
  return rows;
}

Json test_json(const ModelTest& test) {
  Json object = Json::object();
  put_figure(object, "statistic", test.statistic);
  put_figure(object, "degrees_of_freedom", test.degrees_of_freedom);
  put_figure(object, "denominator_degrees", test.denominator_degrees);
  put_figure(object, "p_value", test.p_value);
  return object;
}

/// residual_sd and r2 stand in the model itself.
Json summary_json(const ModelSummary& summary) {
  Json object = Json::object();
  put_figure(object, "observations", summary.observations);
  put_figure(object, "log_likelihood", summary.log_likelihood);
  put_figure(object, "null_log_likelihood", summary.null_log_likelihood);
  put_figure(object, "parameters", summary.parameters);
  put_figure(object, "aic", summary.aic);
  put_figure(object, "bic", summary.bic);
  put_figure(object, "deviance", summary.deviance);
  put_figure(object, "null_deviance", summary.null_deviance);
  put_figure(object, "degrees_of_freedom", summary.degrees_of_freedom);
  put_figure(object, "adjusted_r2", summary.adjusted_r2);
  object["likelihood_ratio"] = test_json(summary.likelihood_ratio);
  object["f"] = test_json(summary.f);
  return object;
}

Json inference_json(const ModelInference& inference) {
  Json states = Json::array();
  for (const CoefficientPrecision& each : inference.tables.at(0)) states.push_back(name_of(each.state));
  Json object{{"covariance", name_of(inference.covariance)},
              {"cluster_column", text_json(inference.cluster_column)},
              {"clusters", inference.clusters},
              {"intervals", name_of(inference.intervals)},
              {"level", inference.level}};
  put_figure(object, "degrees_of_freedom", inference.degrees_of_freedom);
  object["reason"] = text_json(inference.reason);
  object["states"] = std::move(states);
  object["standard_errors"] = errors_json(inference.tables);
  object["contrast_standard_errors"] = errors_json(inference.contrasts);
  if (inference.intervals == IntervalKind::profile) object["profile_limits"] = limits_json(inference.tables[0]);
  object["summary"] = summary_json(inference.summary);
  return object;
}

double probability_at(JsonReader& object, const char* key) {
  const double value = defined_figure_at(object, key);
  if (value < 0 || value > 1) object.member(key).refuse("must be a probability");
  return value;
}

ModelTest read_test(JsonReader object) {
  ModelTest test;
  test.statistic = defined_figure_at(object, "statistic");
  test.degrees_of_freedom = defined_figure_at(object, "degrees_of_freedom");
  test.denominator_degrees = defined_figure_at(object, "denominator_degrees");
  test.p_value = probability_at(object, "p_value");
  object.finish();
  return test;
}

ModelSummary read_summary(JsonReader object) {
  ModelSummary summary;
  summary.observations = defined_figure_at(object, "observations");
  summary.log_likelihood = defined_figure_at(object, "log_likelihood");
  summary.null_log_likelihood = defined_figure_at(object, "null_log_likelihood");
  summary.parameters = defined_figure_at(object, "parameters");
  summary.aic = defined_figure_at(object, "aic");
  summary.bic = defined_figure_at(object, "bic");
  summary.deviance = defined_figure_at(object, "deviance");
  summary.null_deviance = defined_figure_at(object, "null_deviance");
  summary.degrees_of_freedom = defined_figure_at(object, "degrees_of_freedom");
  summary.adjusted_r2 = defined_figure_at(object, "adjusted_r2");
  summary.likelihood_ratio = read_test(object.member("likelihood_ratio"));
  summary.f = read_test(object.member("f"));
  object.finish();
  return summary;
}

template <class Value>
void expect_size(const JsonReader& member, const std::vector<Value>& values, std::size_t size) {
  if (values.size() != size) member.refuse(fmt::format("must hold {} elements, not {}", size, values.size()));
}

Table read_states(const JsonReader& member, std::size_t dimension) {
  const std::vector<JsonReader> elements = member.elements();
  expect_size(member, elements, dimension);
  Table table(dimension);
  for (std::size_t j = 0; j < dimension; ++j) table[j].state = elements[j].choice(kUndetermined);
  return table;
}

/// A standard error is null where the state says why, and only there.
std::vector<Table> read_errors(const JsonReader& member, std::size_t count, const Table& states) {
  const std::vector<JsonReader> rows = member.elements();
  expect_size(member, rows, count);
  std::vector<Table> tables;
  for (const JsonReader& row : rows) {
    const std::vector<JsonReader> cells = row.elements();
    expect_size(row, cells, states.size());
    tables.push_back(states);
    for (std::size_t j = 0; j < cells.size(); ++j) {
      const bool determined = states[j].state == Undetermined::no;
      if (determined == cells[j].is_null()) cells[j].refuse("must be a number where its coefficient is determined");
      tables.back()[j].standard_error = determined ? cells[j].number_from(0) : kNaN;
    }
  }
  return tables;
}

double limit(const JsonReader& cell) { return cell.is_null() ? kNaN : cell.number(); }

void read_limits(const JsonReader& member, Table& table) {
  const std::vector<JsonReader> rows = member.elements();
  expect_size(member, rows, table.size());
  for (std::size_t j = 0; j < rows.size(); ++j) {
    const std::vector<JsonReader> ends = rows[j].elements();
    expect_size(rows[j], ends, 2);
    table[j].lower = limit(ends[0]);
    table[j].upper = limit(ends[1]);
    if (table[j].lower > table[j].upper) rows[j].refuse("must be in order");
  }
}

void read_tables(JsonReader& object, const LinearModel& model, ModelInference& inference) {
  const Table states = read_states(object.member("states"), dimension_of(model));
  const bool contrasts = model.loss.kind == LossKind::softmax;
  inference.tables = read_errors(object.member("standard_errors"), model.outputs(), states);
  inference.contrasts =
      read_errors(object.member("contrast_standard_errors"), contrasts ? model.outputs() - 1 : 0, states);
  if (inference.intervals != IntervalKind::profile) return;
  const JsonReader limits = object.member("profile_limits");
  if (model.task != Task::binary || model.outputs() != 1) limits.refuse("are of two classes alone");
  read_limits(limits, inference.tables[0]);
}

ModelInference read_object(JsonReader object, const LinearModel& model) {
  ModelInference inference;
  inference.covariance = object.member("covariance").choice(kCovarianceKinds);
  inference.cluster_column = object.member("cluster_column").text();
  inference.clusters = static_cast<std::size_t>(object.member("clusters").count());
  inference.intervals = object.member("intervals").choice(kIntervalKinds);
  const JsonReader level = object.member("level");
  inference.level = level.number();
  if (!(inference.level > 0 && inference.level < 1)) level.refuse("must be between 0 and 1");
  inference.degrees_of_freedom = defined_figure_at(object, "degrees_of_freedom");
  inference.reason = object.member("reason").text();
  read_tables(object, model, inference);
  inference.summary = read_summary(object.member("summary"));
  object.finish();
  return inference;
}

/// "standard_errors" and "intercept_standard_error" of the first files: of least squares of full rank, by n − k.
ModelInference read_first_errors(JsonReader& object, const LinearModel& model) {
  const JsonReader member = object.member("standard_errors");
  if (model.loss.kind != LossKind::squared || model.outputs() != 1) member.refuse("are of least squares alone");
  const std::vector<JsonReader> cells = member.elements();
  expect_size(member, cells, model.predictor.features);
  Table table(dimension_of(model));
  for (std::size_t j = 0; j < cells.size(); ++j) {
    table[j].standard_error = cells[j].is_null() ? kNaN : cells[j].number_from(0);
  }
  const double of_intercept = defined_figure_at(object, "intercept_standard_error");
  if (of_intercept < 0) object.member("intercept_standard_error").refuse("must not be negative");
  if (model.predictor.has_intercept) table.back().standard_error = of_intercept;
  const auto unknown = [](const CoefficientPrecision& each) { return !std::isfinite(each.standard_error); };
  const auto none = std::count_if(table.begin(), table.end(), unknown);
  const bool nothing_left = none == static_cast<std::ptrdiff_t>(table.size());
  for (CoefficientPrecision& each : table) {
    if (!unknown(each)) continue;
    each.standard_error = kNaN;
    each.state = nothing_left ? Undetermined::no_degrees_of_freedom : Undetermined::constant;
  }
  const double parameters = static_cast<double>(table.size()) - static_cast<double>(none);
  ModelInference inference;
  inference.summary.observations = model.training.weight_sum;
  inference.degrees_of_freedom = inference.summary.degrees_of_freedom = model.training.weight_sum - parameters;
  for (double* unkept :
       {&inference.summary.log_likelihood, &inference.summary.null_log_likelihood, &inference.summary.aic,
        &inference.summary.bic, &inference.summary.deviance, &inference.summary.null_deviance}) {
    *unkept = kNaN;
  }
  inference.summary.parameters = parameters + 1;
  inference.tables.push_back(std::move(table));
  return inference;
}

}  // namespace

void put_inference(nlohmann::ordered_json& object, const LinearModel& model) {
  if (model.inference) {
    object["inference"] = inference_json(*model.inference);
  } else if (!model.inference_reason.empty()) {
    object["inference_reason"] = text_json(model.inference_reason);
  }
}

void read_inference(JsonReader& object, LinearModel& model) {
  if (object.has("inference_reason")) model.inference_reason = object.member("inference_reason").text();
  const bool first = object.has("standard_errors");
  if (!first && !object.has("inference")) return;
  const JsonReader member = object.member(first ? "standard_errors" : "inference");
  if (model.l2 > 0) member.refuse("must not stand beside a penalty");
  if (!model.inference_reason.empty()) member.refuse("must not stand beside the reason why there is none");
  model.inference = first ? read_first_errors(object, model) : read_object(member, model);
  complete_tables(model.predictor, *model.inference);
  adopt_residual_figures(model);
}

}  // namespace plumbline
