#include "plumbline/report/inference_report.hpp"

#include <cmath>
#include <functional>

#include "plumbline/models/inferred_estimates.hpp"

namespace plumbline {
namespace {

using Table = ModelInference::Table;
using Figure = std::function<OrderedJson(const CoefficientPrecision&)>;

const char* const kCellReason = "null where \"undetermined\" says why, or where a standard error is 0";

OrderedJson number_json(double value) { return std::isfinite(value) ? OrderedJson(value) : OrderedJson(nullptr); }

bool has_null(const OrderedJson& value) {
  if (!value.is_array()) return value.is_null();
  for (const OrderedJson& each : value) {
    if (has_null(each)) return true;
  }
  return false;
}

/// Calls visit(name, place in the tables): the intercept first, as it is printed.
void for_each_coefficient(const LinearModel& model, const std::function<void(const std::string&, std::size_t)>& visit) {
  const std::vector<std::string> names = model.encoder.feature_names();
  if (model.predictor.has_intercept) visit("(intercept)", names.size());
  for (std::size_t j = 0; j < names.size(); ++j) visit(names[j], j);
}

/// {"feature":[K]} under `key`, with a reason where a figure is missing.
void put_by_feature(OrderedJson& object, const std::string& key, const LinearModel& model,
                    const std::vector<Table>& tables, const Figure& figure) {
  OrderedJson by_feature = OrderedJson::object();
  auto& members = by_feature.get_ref<OrderedJson::object_t&>();
  bool incomplete = false;
  for_each_coefficient(model, [&](const std::string& name, std::size_t j) {
    OrderedJson cells = OrderedJson::array();
    for (const Table& table : tables) cells.push_back(figure(table[j]));
    incomplete = incomplete || has_null(cells);
    members.emplace_back(name, std::move(cells));
  });
  object[key] = std::move(by_feature);
  if (incomplete) object[key + "_reason"] = kCellReason;
}

struct NamedTableColumn {
  const char* key;
  Figure figure;
};

const std::vector<NamedTableColumn>& named_table_columns() {
  static const std::vector<NamedTableColumn> kFigures{
      {"standard_errors", [](const CoefficientPrecision& row) { return number_json(row.standard_error); }},
      {"statistics", [](const CoefficientPrecision& row) { return number_json(row.statistic); }},
      {"p_values", [](const CoefficientPrecision& row) { return number_json(row.p_value); }},
      {"confidence_intervals", [](const CoefficientPrecision& row) {
         return OrderedJson::array({number_json(row.lower), number_json(row.upper)});
       }}};
  return kFigures;
}

void put_figures(OrderedJson& object, const LinearModel& model, const std::vector<Table>& tables) {
  for (const NamedTableColumn& each : named_table_columns())
    put_by_feature(object, each.key, model, tables, each.figure);
}

OrderedJson undetermined_json(const LinearModel& model) {
  OrderedJson object = OrderedJson::object();
  for_each_coefficient(model, [&](const std::string& name, std::size_t j) {
    const Undetermined state = model.inference->tables[0][j].state;
    if (state != Undetermined::no) object.get_ref<OrderedJson::object_t&>().emplace_back(name, name_of(state));
  });
  return object;
}

OrderedJson test_json(const ModelTest& test, const std::string& reason) {
  if (std::isnan(test.p_value)) return nullptr;
  OrderedJson object = OrderedJson::object();
  put_number(object, "statistic", test.statistic, reason);
  object["degrees_of_freedom"] = test.degrees_of_freedom;
  if (test.denominator_degrees > 0) object["denominator_degrees_of_freedom"] = test.denominator_degrees;
  object["p_value"] = test.p_value;
  return object;
}

/// The classes against the first: log odds, as R's multinom and statsmodels' MNLogit print them.
OrderedJson contrasts_json(const LinearModel& model) {
  const std::vector<Table>& tables = model.inference->contrasts;
  if (tables.empty()) return nullptr;
  OrderedJson object{{"reference", model.classes.at(0)},
                     {"classes", std::vector<std::string>(model.classes.begin() + 1, model.classes.end())}};
  const Matrix estimates = inferred_estimates(model.predictor);
  OrderedJson coefficients = OrderedJson::object();
  for_each_coefficient(model, [&](const std::string& name, std::size_t j) {
    OrderedJson cells = OrderedJson::array();
    const auto row = estimates.row(static_cast<Eigen::Index>(j));
    for (Eigen::Index k = 1; k < row.size(); ++k) cells.push_back(row[k] - row[0]);
    coefficients.get_ref<OrderedJson::object_t&>().emplace_back(name, std::move(cells));
  });
  object["coefficients"] = std::move(coefficients);
  put_figures(object, model, tables);
  return object;
}

void put_summary(OrderedJson& object, const ModelSummary& summary) {
  const std::string limit = "the residuals are 0, or the model was saved by a version that kept less";
  const std::string squares = "defined for least squares and the gaussian loss with one variance";
  put_number(object, "observations", summary.observations, limit);
  put_number(object, "parameters", summary.parameters, limit);
  put_number(object, "log_likelihood", summary.log_likelihood, limit);
  put_number(object, "null_log_likelihood", summary.null_log_likelihood, limit);
  put_number(object, "aic", summary.aic, limit);
  put_number(object, "bic", summary.bic, limit);
  put_number(object, "deviance", summary.deviance, "not defined where the variance is predicted");
  put_number(object, "null_deviance", summary.null_deviance, "not defined where the variance is predicted");
  put_number(object, "residual_degrees_of_freedom", summary.degrees_of_freedom, limit);
  put_number(object, "adjusted_r2", summary.adjusted_r2, squares);
  object["likelihood_ratio"] = test_json(summary.likelihood_ratio, limit);
  if (object["likelihood_ratio"].is_null()) object["likelihood_ratio_reason"] = "there is nothing to test";
  object["f"] = test_json(summary.f, limit);
  if (object["f"].is_null()) object["f_reason"] = "a test of least squares with features and residuals";
}

}  // namespace

std::string withheld_reason(const LinearModel& model) {
  if (!model.inference_reason.empty()) return model.inference_reason;
  if (model.l2 > 0) return "a penalty pulls coefficients towards 0: fit with --l2 0";
  return "the model was saved by a version that kept none: fit it again";
}

void put_coefficient_figures(OrderedJson& object, const LinearModel& model) {
  if (model.inference) {
    put_figures(object, model, model.inference->tables);
    object["undetermined"] = undetermined_json(model);
    return;
  }
  for (const NamedTableColumn& each : named_table_columns()) {
    object[each.key] = nullptr;
    object[std::string(each.key) + "_reason"] = withheld_reason(model);
  }
}

void put_inference_summary(OrderedJson& object, const LinearModel& model) {
  if (!model.inference) {
    object["inference"] = nullptr;
    object["inference_reason"] = withheld_reason(model);
    return;
  }
  const ModelInference& inference = *model.inference;
  OrderedJson summary{{"covariance", name_of(inference.covariance)},
                      {"statistic", inference.uses_t() ? "t" : "z"},
                      {"intervals", name_of(inference.intervals)},
                      {"confidence", inference.level}};
  put_number(summary, "degrees_of_freedom", inference.degrees_of_freedom,
             inference.uses_t() ? "none are left" : "the normal distribution has none");
  if (inference.covariance == CovarianceKind::cluster) {
    summary["cluster_column"] = inference.cluster_column;
    summary["clusters"] = inference.clusters;
  }
  if (!inference.reason.empty()) summary["standard_errors_reason"] = inference.reason;
  put_summary(summary, inference.summary);
  summary["contrasts"] = contrasts_json(model);
  object["inference"] = std::move(summary);
}

}  // namespace plumbline
