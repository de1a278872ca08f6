#include "plumbline/report/results_json.hpp"

#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/version.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/report/conformal_report.hpp"
#include "plumbline/report/inference_report.hpp"
#include "plumbline/report/labels.hpp"
#include "plumbline/report/report_json.hpp"
#include "plumbline/report/trust_report.hpp"

namespace plumbline {
namespace {

OrderedJson header_json(const char* command) {
  return {{"command", command}, {"version", kVersion}, {"schema", kModelSchema}};
}

OrderedJson left_out_json(const std::vector<LeftOut>& left_out) {
  OrderedJson array = OrderedJson::array();
  for (const LeftOut& column : left_out) array.push_back({{"column", column.column}, {"why", column.why}});
  return array;
}

/// {"feature":[K]}. Written member by member: setting keys one by one searches all earlier ones each time.
OrderedJson coefficients_json(const LinearModel& model) {
  const std::size_t outputs = model.outputs();
  OrderedJson object = OrderedJson::object();
  auto& members = object.get_ref<OrderedJson::object_t&>();
  const std::vector<std::string> names = model.encoder.feature_names();
  members.reserve(names.size());
  for (std::size_t j = 0; j < names.size(); ++j) {
    const double* row = model.predictor.coefficients.data() + j * outputs;
    members.emplace_back(names[j], std::vector<double>(row, row + outputs));
  }
  return object;
}

void put_residuals(OrderedJson& object, const LinearModel& model) {
  const bool regression = model.task == Task::regression;
  put_number(object, "residual_sd", regression ? model.residual_sd : kNaN,
             model.network ? "not defined for a network"
             : regression  ? "no degrees of freedom are left"
                           : "defined for regression only");
  put_number(object, "residual_sd_ml", regression ? model.residual_sd_ml : kNaN, "defined for regression only");
  put_number(object, "r2", regression ? model.r2 : kNaN,
             regression ? "the target is constant" : "defined for regression only");
}

OrderedJson spread_json(const PredictedSpread& spread) {
  OrderedJson object{{"method", spread.request.exact ? "exact" : "draws"}};
  if (!spread.request.exact) {
    object["draws"] = spread.request.draws;
    object["seed"] = spread.request.seed;
  }
  object["largest_mean_error"] = spread.largest_mean_error;
  put_number(object, "largest_sd_error", spread.largest_sd_error, "in closed form: no error but rounding");
  return object;
}

std::size_t predicted_rows(const Predictions& predictions) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < predictions.rows; ++i) {
    count += std::isnan(predictions.eta[i * predictions.outputs]) ? 0 : 1;
  }
  return count;
}

}  // namespace

std::string fit_json(const FitResult& result) {
  OrderedJson object = header_json("fit");
  object["data"] = {{"rows", result.model.training.rows},
                    {"features", result.model.predictor.features},
                    {"split", split_json(result.model.training)},
                    {"dropped_rows", result.dropped_rows},
                    {"left_out", left_out_json(result.left_out)}};
  object["model"] = model_json(result.model);
  object["fit"] = solve_report_json(result.model.report);
  object["fit"]["warning"] = result.model.warning;
  object["separation"] = witnesses_json(result.model);
  object["l2_choice"] = l2_choice_json(result.model);
  put_inference_summary(object, result.model);
  object["metrics"] = {{"train", figures_json(result.train)},
                       {"test", result.test ? figures_json(*result.test) : OrderedJson(nullptr)},
                       {"baseline", figures_json(result.baseline)}};
  object["confusion"] = confusion_json(result.model, result.confusion);
  object["calibration"] = calibration_json(result.calibration);
  object["conformal"] = conformal_json(result.model, result.sets);
  object["costs"] = cost_json(result.model, result.cost);
  object["notes"] = result.notes;
  return printed(object);
}

std::string evaluate_json(const LinearModel& model, const EvaluateResult& result) {
  OrderedJson object = header_json("evaluate");
  object["data"] = {{"rows", result.rows}, {"dropped_rows", result.dropped_rows}};
  object["model"] = model_json(model);
  object["metrics"] = {{"test", figures_json(result.metrics)}};
  object["confusion"] = confusion_json(model, result.confusion);
  object["conformal"] = conformal_json(model, result.sets);
  object["costs"] = cost_json(model, result.cost);
  object["notes"] = result.notes;
  return printed(object);
}

std::string predict_json(const Predictions& predictions, const std::string& output_path) {
  OrderedJson object = header_json("predict");
  object["data"] = {{"rows", predictions.rows}, {"predicted_rows", predicted_rows(predictions)}};
  object["output"] = output_path;
  object["posterior"] = predictions.spread ? spread_json(*predictions.spread) : OrderedJson(nullptr);
  object["notes"] = predictions.notes;
  return printed(object);
}

std::string inspect_json(const LinearModel& model) {
  OrderedJson object = header_json("inspect");
  object.update(model_json(model));
  if (model.network) {
    object["intercept"] = nullptr;
    object["coefficients"] = nullptr;
    object["coefficients_reason"] = "a network has layers of weights: they are in the model file";
  } else {
    object["intercept"] = model.predictor.intercept();
    object["coefficients"] = coefficients_json(model);
  }
  put_coefficient_figures(object, model);
  put_inference_summary(object, model);
  put_residuals(object, model);
  object["fit"] = solve_report_json(model.report);
  object["training"] = {{"rows", model.training.rows},
                        {"split", split_json(model.training)},
                        {"seed", model.training.seed},
                        {"weights_column", model.weights_column}};
  object["calibration"] = saved_calibration_json(model);
  object["conformal"] = saved_conformal_json(model);
  object["costs"] = saved_costs_json(model);
  return printed(object);
}

}  // namespace plumbline
