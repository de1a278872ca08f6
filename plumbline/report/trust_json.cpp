#include <algorithm>
#include <cmath>

#include "plumbline/report/trust_report.hpp"

namespace plumbline {
namespace {

/// The method of all, or "mixed".
template <class Each>
std::string common_method(const std::vector<Each>& calibrators) {
  if (calibrators.empty()) return name_of(CalibrationMethod::none);
  const CalibrationMethod first = calibrators.front().method;
  const bool same =
      std::all_of(calibrators.begin(), calibrators.end(), [&](const Each& each) { return each.method == first; });
  return same ? name_of(first) : "mixed";
}

template <class Each>
void put_temperature(OrderedJson& object, const Each& calibrator) {
  object["temperature"] =
      calibrator.method == CalibrationMethod::temperature ? OrderedJson(calibrator.temperature) : OrderedJson(nullptr);
}

OrderedJson scores_json(const std::vector<CalibratorScore>& scores) {
  OrderedJson array = OrderedJson::array();
  for (const CalibratorScore& score : scores) {
    array.push_back({{"method", name_of(score.method)},
                     {"log_loss", score.log_loss},
                     {"gain", score.gain},
                     {"standard_error", score.standard_error}});
  }
  return array;
}

/// "method", "temperature", and more of each label where there are several.
template <class Each>
OrderedJson methods_json(const std::vector<Each>& calibrators) {
  OrderedJson object{{"method", common_method(calibrators)}};
  if (calibrators.size() == 1) {
    put_temperature(object, calibrators.front());
  } else {
    object["temperature"] = nullptr;
  }
  return object;
}

}  // namespace

OrderedJson calibration_json(const std::optional<CalibrationResult>& result) {
  if (!result) return nullptr;
  OrderedJson object = methods_json(result->calibrators);
  object["chosen"] = result->chosen;
  object["rows"] = result->rows;
  const std::string reason = result->measured_rows == 0 ? "there are no rows that neither model nor calibrator has seen"
                                                        : "there are no probabilities";
  put_number(object, "ece_before", result->ece_before, reason);
  put_number(object, "ece_after", result->ece_after, reason);
  put_number(object, "log_loss_before", result->log_loss_before, reason);
  put_number(object, "log_loss_after", result->log_loss_after, reason);
  object["measured_rows"] = result->measured_rows;
  const bool labels = !result->calibrators.empty() && !result->calibrators.front().label.empty();
  if (!labels) {
    object["scores"] =
        result->calibrators.empty() ? OrderedJson::array() : scores_json(result->calibrators.front().scores);
    return object;
  }
  object["labels"] = OrderedJson::array();
  for (const CalibratorResult& each : result->calibrators) {
    OrderedJson label{{"label", each.label}, {"method", name_of(each.method)}};
    put_temperature(label, each);
    label["scores"] = scores_json(each.scores);
    object["labels"].push_back(std::move(label));
  }
  return object;
}

OrderedJson saved_calibration_json(const LinearModel& model) {
  if (model.task == Task::regression) return nullptr;
  OrderedJson object = methods_json(model.calibrators);
  if (model.task != Task::multilabel || model.calibrators.empty()) return object;
  object["labels"] = OrderedJson::array();
  for (std::size_t l = 0; l < model.calibrators.size(); ++l) {
    OrderedJson label{{"label", model.targets[l]}, {"method", name_of(model.calibrators[l].method)}};
    put_temperature(label, model.calibrators[l]);
    object["labels"].push_back(std::move(label));
  }
  return object;
}

OrderedJson saved_costs_json(const LinearModel& model) {
  if (!model.costs) return nullptr;
  const CostMatrix& costs = *model.costs;
  OrderedJson table = OrderedJson::array();
  for (std::size_t i = 0; i < costs.classes; ++i) {
    OrderedJson row = OrderedJson::array();
    for (std::size_t j = 0; j < costs.classes; ++j) row.push_back(costs.at(i, j));
    table.push_back(std::move(row));
  }
  OrderedJson object{{"labels", model.classes}, {"table", std::move(table)}};
  object["abstain"] = costs.abstain ? OrderedJson(*costs.abstain) : OrderedJson(nullptr);
  object["threshold"] = nullptr;
  if (costs.classes != 2) return object;
  if (const std::optional<BinaryThreshold> threshold = binary_threshold(costs)) {
    OrderedJson bounds = OrderedJson::object();
    put_number(bounds, "first_up_to", threshold->first_up_to,
               threshold->first_up_to > 0 ? "always decided for" : "never decided for");
    put_number(bounds, "second_from", threshold->second_from,
               threshold->second_from > 0 ? "never decided for" : "always decided for");
    object["threshold"] = std::move(bounds);
  }
  return object;
}

OrderedJson cost_json(const LinearModel& model, const std::optional<RealisedCost>& cost) {
  if (!cost) return nullptr;
  OrderedJson object = OrderedJson::object();
  const char* reason = "the rows have no weight, or the probabilities are not finite";
  put_number(object, "realised", cost->decided, reason);
  put_number(object, "expected", cost->expected, reason);
  put_number(object, "argmax", cost->most_probable, reason);
  put_number(object, "always", cost->constant, reason);
  object["always_class"] = model.classes[cost->constant_class];
  put_number(object, "abstained", cost->abstained, reason);
  return object;
}

}  // namespace plumbline
