#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/version.hpp"
#include "plumbline/models/calibrator_json.hpp"
#include "plumbline/models/conformal_json.hpp"
#include "plumbline/models/inference_json.hpp"
#include "plumbline/models/json_values.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/models/network_json.hpp"
#include "plumbline/models/posterior_json.hpp"
#include "plumbline/models/predictor_json.hpp"

namespace plumbline {
namespace {

using Json = nlohmann::ordered_json;

Json texts_json(const std::vector<std::string>& texts) {
  Json array = Json::array();
  for (const std::string& text : texts) array.push_back(text_json(text));
  return array;
}

Json encoder_json(const Encoder& encoder) {
  Json columns = Json::array();
  for (const ColumnEncoding& column : encoder.columns) {
    finite_json({column.fill}, "encoder.columns.fill");
    columns.push_back({{"name", text_json(column.name)},
                       {"categorical", column.categorical},
                       {"fill", column.fill},
                       {"indicator", column.indicator},
                       {"levels", texts_json(column.levels)},
                       {"reference", column.reference}});
    if (column.degree > 1) columns.back()["degree"] = column.degree;
  }
  return {{"missing", name_of(encoder.missing)},
          {"sparse", encoder.sparse},
          {"sparse_width", encoder.sparse_width},
          {"columns", columns}};
}

Json separation_json(const SolveReport& report) {
  Json array = Json::array();
  for (const SolveReport::Separation& separation : report.separated) {
    array.push_back({{"feature", text_json(separation.feature)},
                     {"direction", std::string(1, separation.direction)},
                     {"class", text_json(separation.label)}});
  }
  return array;
}

Json report_json(const SolveReport& report) {
  Json object{{"solver", report.solver}, {"verdict", name_of(report.verdict)}, {"iterations", report.iterations}};
  put_figure(object, "objective", report.objective);
  put_figure(object, "null_objective", report.null_objective);
  put_figure(object, "gradient_norm", report.gradient_norm);
  const bool proved = report.gap && std::isfinite(*report.gap);
  object["gap"] = proved ? Json(*report.gap) : Json(nullptr);
  object["gap_reason"] = report.gap && !proved ? Json("the bound is not finite") : text_json(report.gap_reason);
  if (report.condition) {
    put_figure(object, "condition", *report.condition);
  } else {
    object["condition"] = nullptr;
    object["condition_reason"] = "not computed";
  }
  object["advice"] = text_json(report.advice);
  object["collinear"] = Json::array();
  for (const auto& set : report.collinear) object["collinear"].push_back(texts_json(set));
  object["separated"] = separation_json(report);
  object["local"] = report.local;
  put_figure(object, "seconds", report.seconds);
  return object;
}

Json training_json(const TrainingRecord& training) {
  // The fingerprint is text: many readers of JSON keep only 53 bits of a number.
  Json object{{"seed", training.seed},
              {"rows", training.rows},
              {"train_rows", training.train_rows},
              {"calibration_rows", training.calibration_rows},
              {"test_rows", training.test_rows},
              {"test_fraction", training.test_fraction},
              {"calibration_fraction", training.calibration_fraction},
              {"stratify", training.stratify},
              {"fingerprint", fmt::format("{:016x}", training.fingerprint)},
              {"weight_sum", training.weight_sum}};
  if (training.validation_rows > 0) object["validation_rows"] = training.validation_rows;
  if (!training.class_weights.empty())
    object["class_weights"] = finite_json(training.class_weights, "training.class_weights");
  return object;
}

/// What differs from the defaults.
Json constants_json(const LossSettings& loss) {
  const LossSettings defaults;
  Json object = Json::object();
  if (loss.quantile != defaults.quantile) object["quantile"] = loss.quantile;
  if (loss.huber_delta != defaults.huber_delta) object["huber_delta"] = loss.huber_delta;
  if (loss.focal_gamma != defaults.focal_gamma) object["focal_gamma"] = loss.focal_gamma;
  if (loss.label_smoothing != defaults.label_smoothing) object["label_smoothing"] = loss.label_smoothing;
  if (loss.variance != defaults.variance) object["variance"] = name_of(loss.variance);
  if (loss.firth) object["firth"] = true;
  return object;
}

}  // namespace

std::string to_json(const LinearModel& model) {
  require(in_class_order(model.classes, model.numeric_classes), "to_json", "classes", "in their order, none twice");
  Json object{{"schema", kModelSchema},
              {"plumbline", kVersion},
              {"task", name_of(model.task)},
              {"loss", name_of(model.loss.kind)},
              {"link", name_of(model.loss.link)},
              {"objective", text_json(model.objective)},
              {"l2", model.l2},
              {"standardized", model.standardized},
              {"targets", texts_json(model.targets)},
              {"weights_column", text_json(model.weights_column)},
              {"classes", texts_json(model.classes)},
              {"numeric_classes", model.numeric_classes},
              {"encoder", encoder_json(model.encoder)},
              {model.network ? "network" : "predictor",
               model.network ? network_json(*model.network) : predictor_json(model.predictor)},
              {"feature_scale", finite_json(model.feature_scale, "feature_scale")}};
  const Json constants = constants_json(model.loss);
  if (!constants.empty()) object["loss_constants"] = constants;
  if (!model.penalty_factors.empty()) object["penalty_factors"] = finite_json(model.penalty_factors, "penalty_factors");
  put_inference(object, model);
  put_figure(object, "residual_sd", model.residual_sd);
  put_figure(object, "residual_sd_ml", model.residual_sd_ml);
  put_figure(object, "r2", model.r2);
  object["report"] = report_json(model.report);
  object["training"] = training_json(model.training);
  put_trust(object, model);
  put_conformal(object, model);
  if (model.posterior) object["posterior"] = posterior_json(*model.posterior);
  return object.dump(1) + "\n";
}

}  // namespace plumbline
