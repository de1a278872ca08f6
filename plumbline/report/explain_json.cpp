#include <cmath>

#include "plumbline/core/version.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/report/explain_report.hpp"
#include "plumbline/report/labels.hpp"
#include "plumbline/report/report_json.hpp"

namespace plumbline {
namespace {

constexpr const char* kUndetermined = "nothing else determines what this row does";

/// {"row":17,"target":"…"}: the row as the user knows it.
OrderedJson row_json(const LinearModel& model, const Explanation& explanation, std::size_t row) {
  OrderedJson object;
  const TrainingRows& training = explanation.training;
  if (training.ids.empty()) {
    object["row"] = training.data.record[row] + 1;
  } else {
    object["row"] = training.name(row);
  }
  const double* target = training.data.target.data() + row * training.data.target_width;
  if (model.task == Task::regression) {
    object["target"] = *target;
  } else {
    object["target"] = target_text(model, training, row);
  }
  return object;
}

OrderedJson prediction_json(const LinearModel& model, const Explanation& explanation) {
  OrderedJson object;
  if (model.task == Task::regression) {
    object["prediction"] = explanation.eta[0];
  } else {
    object["prediction"] = prediction_text(model, explanation);
  }
  object["eta"] = explanation.eta;
  const std::vector<std::string> labels = probability_labels(model);
  if (labels.empty()) return object;
  OrderedJson probabilities = OrderedJson::object();
  for (std::size_t k = 0; k < labels.size(); ++k) probabilities[labels[k]] = explanation.p[k];
  object["probabilities"] = std::move(probabilities);
  return object;
}

OrderedJson feature_json(const std::string& name, const FeatureContribution& feature) {
  return {{"feature", name},
          {"value", feature.value},
          {"reference", feature.reference},
          {"coefficient", feature.coefficient},
          {"contribution", feature.contribution}};
}

OrderedJson contributions_json(const LinearModel& model, const Explanation& explanation) {
  const std::vector<std::string> names = model.encoder.feature_names(), labels = output_labels(model);
  OrderedJson array = OrderedJson::array();
  for (std::size_t k = 0; k < explanation.contributions.size(); ++k) {
    const Contributions& all = explanation.contributions[k];
    OrderedJson columns = OrderedJson::array();
    for (const ColumnContribution& column : all.columns) {
      OrderedJson features = OrderedJson::array();
      for (const FeatureContribution& feature : column.features) {
        features.push_back(feature_json(names[feature.feature], feature));
      }
      columns.push_back(
          {{"column", column.column}, {"contribution", column.contribution}, {"features", std::move(features)}});
    }
    array.push_back(
        {{"output", labels[k]}, {"eta", all.eta}, {"reference_eta", all.base}, {"columns", std::move(columns)}});
  }
  return array;
}

/// What rows carry of a prediction; `add(object, row)` puts in more.
template <class Add>
OrderedJson carried_json(const LinearModel& model, const Explanation& explanation, const CarriedPrediction& carried,
                         const char* weight, Add add) {
  OrderedJson rows = OrderedJson::array();
  for (const CarryingRow& each : carried.top) {
    OrderedJson object = row_json(model, explanation, each.row);
    object[weight] = each.weight;
    object["contribution"] = each.contribution;
    add(object, each.row);
    rows.push_back(std::move(object));
  }
  return {{"base", carried.base},
          {"prediction", carried.prediction},
          {"size", carried.size},
          {"top_share", carried.top_share},
          {"top", std::move(rows)}};
}

void put_fit_figures(OrderedJson& object, const LeverageRows& rows, std::size_t row) {
  object["residual"] = rows.residual[row];
  object["leverage"] = rows.leverage[row];
  put_number(object, "left_out_prediction", rows.left_out_prediction[row], kUndetermined);
  put_number(object, "studentised", rows.studentised[row], kUndetermined);
  put_number(object, "externally_studentised", rows.externally[row], kUndetermined);
  put_number(object, "cooks_distance", rows.cooks_distance[row], kUndetermined);
}

OrderedJson dual_weights_json(const LinearModel& model, const Explanation& explanation) {
  const LeverageRows& rows = explanation.fit_influence.value->rows;
  return carried_json(model, explanation, explanation.dual_weights.value->carried, "weight",
                      [&](OrderedJson& object, std::size_t row) { put_fit_figures(object, rows, row); });
}

std::vector<std::string> coefficient_names(const LinearModel& model) {
  std::vector<std::string> names = model.encoder.feature_names();
  if (model.predictor.has_intercept) names.emplace_back("(intercept)");
  return names;
}

OrderedJson fit_influence_json(const LinearModel& model, const Explanation& explanation) {
  const FitInfluence& influence = *explanation.fit_influence.value;
  const std::vector<std::string> names = coefficient_names(model);
  OrderedJson top = OrderedJson::array();
  for (std::size_t c = 0; c < influence.by_cook.size(); ++c) {
    OrderedJson object = row_json(model, explanation, influence.by_cook[c]);
    put_fit_figures(object, influence.rows, influence.by_cook[c]);
    OrderedJson dfbetas = OrderedJson::object();
    for (std::size_t j = 0; j < names.size(); ++j) {
      const double value = influence.rows.dfbetas[c][j];
      dfbetas[names[j]] = std::isfinite(value) ? OrderedJson(value) : OrderedJson(nullptr);
    }
    object["dfbetas"] = std::move(dfbetas);
    top.push_back(std::move(object));
  }
  OrderedJson largest = OrderedJson::array();
  for (std::size_t j = 0; j < names.size(); ++j) {
    const double value = influence.rows.largest_dfbetas[j];
    if (!std::isfinite(value)) continue;
    OrderedJson object = row_json(model, explanation, influence.rows.largest_dfbetas_row[j]);
    object["feature"] = names[j];
    object["dfbetas"] = value;
    largest.push_back(std::move(object));
  }
  OrderedJson object{{"effective_parameters", influence.effective_parameters}};
  put_number(object, "residual_sd", influence.residual_sd, "no degrees of freedom are left");
  object["by_cooks_distance"] = std::move(top);
  object["largest_dfbetas"] = std::move(largest);
  return object;
}

OrderedJson dual_coefficients_json(const LinearModel& model, const Explanation& explanation) {
  const std::vector<std::string> labels = output_labels(model);
  OrderedJson array = OrderedJson::array();
  for (std::size_t k = 0; k < labels.size(); ++k) {
    OrderedJson object{{"output", labels[k]}};
    object.update(carried_json(model, explanation, explanation.dual_coefficients.value->carried[k], "coefficient",
                               [](OrderedJson&, std::size_t) {}));
    array.push_back(std::move(object));
  }
  return array;
}

OrderedJson on_prediction_json(const LinearModel& model, const Explanation& explanation) {
  const PredictionInfluence& influence = *explanation.on_prediction.value;
  const std::vector<std::string> labels = output_labels(model);
  OrderedJson array = OrderedJson::array();
  for (std::size_t k = 0; k < labels.size(); ++k) {
    OrderedJson top = OrderedJson::array();
    for (const std::size_t row : influence.top[k]) {
      OrderedJson object = row_json(model, explanation, row);
      put_number(object, "eta_change", influence.effect[row * labels.size() + k], kUndetermined);
      top.push_back(std::move(object));
    }
    array.push_back({{"output", labels[k]}, {"top", std::move(top)}});
  }
  return array;
}

OrderedJson on_loss_json(const LinearModel& model, const Explanation& explanation) {
  const LossInfluence& influence = *explanation.on_loss.value;
  OrderedJson top = OrderedJson::array();
  for (const std::size_t row : influence.top) {
    OrderedJson object = row_json(model, explanation, row);
    put_number(object, "loss_change", influence.effect[row], kUndetermined);
    top.push_back(std::move(object));
  }
  return {{"held_out_rows", influence.rows}, {"loss", influence.loss}, {"top", std::move(top)}};
}

OrderedJson leave_one_out_json(const LinearModel& model, const Explanation& explanation) {
  const LeaveOneOut& left_out = *explanation.leave_one_out.value;
  OrderedJson object{{"exact", model.loss.kind == LossKind::squared}, {"train_loss", left_out.train_loss}};
  put_number(object, "mean_loss", left_out.rows.mean_loss, "a row cannot be left out: nothing else determines it");
  OrderedJson top = OrderedJson::array();
  for (const std::size_t row : left_out.top) {
    OrderedJson each = row_json(model, explanation, row);
    put_number(each, "loss", left_out.rows.loss[row], kUndetermined);
    each["leverage"] = left_out.rows.leverage[row];
    top.push_back(std::move(each));
  }
  object["top"] = std::move(top);
  return object;
}

template <class T, class Write>
void put_part(OrderedJson& object, const std::string& key, const Explained<T>& part, Write write) {
  if (part.value) {
    object[key] = write();
    return;
  }
  object[key] = nullptr;
  object[key + "_reason"] = part.reason;
}

}  // namespace

std::string explain_json(const LinearModel& model, const Explanation& explanation) {
  OrderedJson object{{"command", "explain"}, {"version", kVersion}, {"schema", kModelSchema}};
  object["row"] = explanation.row;
  object["model"] = model_json(model);
  object["training"] = {{"records", explanation.training.records}, {"rows", explanation.training.rows}};
  object.update(prediction_json(model, explanation));
  object["reference"] = explanation.reference;
  object["contributions"] = contributions_json(model, explanation);
  put_part(object, "dual_weights", explanation.dual_weights, [&] { return dual_weights_json(model, explanation); });
  put_part(object, "fit_influence", explanation.fit_influence, [&] { return fit_influence_json(model, explanation); });
  put_part(object, "dual_coefficients", explanation.dual_coefficients,
           [&] { return dual_coefficients_json(model, explanation); });
  put_part(object, "influence_on_prediction", explanation.on_prediction,
           [&] { return on_prediction_json(model, explanation); });
  put_part(object, "influence_on_loss", explanation.on_loss, [&] { return on_loss_json(model, explanation); });
  put_part(object, "leave_one_out", explanation.leave_one_out, [&] { return leave_one_out_json(model, explanation); });
  object["notes"] = explanation.notes;
  return printed(object);
}

}  // namespace plumbline
