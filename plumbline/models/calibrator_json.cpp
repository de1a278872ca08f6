#include "plumbline/models/calibrator_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/core/errors.hpp"
#include "plumbline/models/json_values.hpp"

namespace plumbline {
namespace {

using Json = nlohmann::ordered_json;

Json calibrator_json(const Calibrator& calibrator) {
  Json object{{"method", name_of(calibrator.method)}};
  switch (calibrator.method) {
    case CalibrationMethod::none:
      break;
    case CalibrationMethod::temperature:
      object["temperature"] = finite_json({calibrator.temperature}, "calibrators.temperature")[0];
      break;
    case CalibrationMethod::vector:
    case CalibrationMethod::platt:
      object["scale"] = finite_json(calibrator.scale, "calibrators.scale");
      object["offset"] = finite_json(calibrator.offset, "calibrators.offset");
      break;
    case CalibrationMethod::isotonic:
      object["maps"] = Json::array();
      for (const IsotonicMap& map : calibrator.isotonic) {
        object["maps"].push_back({{"score", finite_json(map.score, "calibrators.maps.score")},
                                  {"value", finite_json(map.value, "calibrators.maps.value")}});
      }
      break;
  }
  return object;
}

Json costs_json(const CostMatrix& costs) {
  finite_json(costs.cost, "costs");
  Json table = Json::array();
  for (std::size_t i = 0; i < costs.classes; ++i) {
    const auto row = costs.cost.begin() + static_cast<std::ptrdiff_t>(i * costs.classes);
    table.push_back(std::vector<double>(row, row + static_cast<std::ptrdiff_t>(costs.classes)));
  }
  return {{"table", table},
          {"abstain", costs.abstain ? finite_json({*costs.abstain}, "costs.abstain")[0] : Json(nullptr)}};
}

IsotonicMap read_map(JsonReader object) {
  IsotonicMap map;
  const JsonReader score = object.member("score"), value = object.member("value");
  const std::size_t knots = score.elements().size();
  if (knots == 0) score.refuse("must hold a number");
  map.score = score.numbers(knots);
  map.value = value.numbers(knots);
  for (std::size_t i = 0; i < knots; ++i) {
    if (i > 0 && !(map.score[i] > map.score[i - 1])) score.refuse("must increase strictly");
    if (i > 0 && !(map.value[i] >= map.value[i - 1])) value.refuse("must not decrease");
    if (!(map.value[i] > 0 && map.value[i] < 1)) value.refuse("must lie between 0 and 1, both excluded");
  }
  object.finish();
  return map;
}

Calibrator read_calibrator(JsonReader object, std::size_t classes) {
  Calibrator calibrator;
  calibrator.classes = classes;
  calibrator.method = object.member("method").choice(kCalibrationMethods);
  const std::size_t lines = one_against_rest(classes);
  switch (calibrator.method) {
    case CalibrationMethod::none:
      break;
    case CalibrationMethod::temperature: {
      const JsonReader temperature = object.member("temperature");
      calibrator.temperature = temperature.number();
      if (!(calibrator.temperature > 0)) temperature.refuse("must be positive");
      break;
    }
    case CalibrationMethod::vector:
      calibrator.scale = object.member("scale").numbers(classes);
      calibrator.offset = object.member("offset").numbers(classes);
      break;
    case CalibrationMethod::platt:
      calibrator.scale = object.member("scale").numbers(lines);
      calibrator.offset = object.member("offset").numbers(lines);
      break;
    case CalibrationMethod::isotonic: {
      const JsonReader maps = object.member("maps");
      for (const JsonReader& map : maps.elements()) calibrator.isotonic.push_back(read_map(map));
      if (calibrator.isotonic.size() != lines)
        maps.refuse(fmt::format("must hold {} maps, not {}", lines, calibrator.isotonic.size()));
      break;
    }
  }
  object.finish();
  return calibrator;
}

void read_calibrators(const JsonReader& array, LinearModel& model) {
  if (model.task == Task::regression) array.refuse("belong to classes, which a regression has not");
  const bool labels = model.task == Task::multilabel;
  for (const JsonReader& element : array.elements()) {
    model.calibrators.push_back(read_calibrator(element, labels ? 2 : model.classes.size()));
  }
  const std::size_t expected = labels ? model.targets.size() : 1;
  if (model.calibrators.size() != expected)
    array.refuse(fmt::format("must hold {}, not {}", expected, model.calibrators.size()));
  if (!labels && model.calibrators.front().method == CalibrationMethod::none)
    array.refuse("must not be there where nothing is calibrated");
}

CostMatrix read_costs(JsonReader object, std::size_t classes) {
  CostMatrix costs;
  costs.classes = classes;
  const JsonReader table = object.member("table");
  const std::vector<JsonReader> rows = table.elements();
  if (rows.size() != classes) table.refuse(fmt::format("must hold {} rows, not {}", classes, rows.size()));
  for (const JsonReader& row : rows) {
    const std::vector<double> numbers = row.numbers(classes);
    costs.cost.insert(costs.cost.end(), numbers.begin(), numbers.end());
  }
  const JsonReader abstain = object.member("abstain");
  if (!abstain.is_null()) costs.abstain = abstain.number();
  object.finish();
  return costs;
}

}  // namespace

void put_trust(Json& object, const LinearModel& model) {
  if (!model.calibrators.empty()) {
    object["calibrators"] = Json::array();
    for (const Calibrator& calibrator : model.calibrators) object["calibrators"].push_back(calibrator_json(calibrator));
  }
  if (model.costs) object["costs"] = costs_json(*model.costs);
}

void read_trust(JsonReader& object, LinearModel& model) {
  if (object.has("calibrators")) read_calibrators(object.member("calibrators"), model);
  if (!object.has("costs")) return;
  const JsonReader costs = object.member("costs");
  if (!model.classifies() || !model.has_probabilities()) costs.refuse("need probabilities of classes");
  model.costs = read_costs(costs, model.classes.size());
}

}  // namespace plumbline
