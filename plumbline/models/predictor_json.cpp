#include "plumbline/models/predictor_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/models/json_values.hpp"

namespace plumbline {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

Json predictor_json(const LinearPredictor& predictor) {
  finite_json(predictor.coefficients, "predictor.coefficients");
  Json rows = Json::array();
  for (std::size_t j = 0; j < predictor.features; ++j) {
    Json row = Json::array();
    for (std::size_t k = 0; k < predictor.outputs; ++k) {
      row.push_back(predictor.coefficients[j * predictor.outputs + k]);
    }
    rows.push_back(std::move(row));
  }
  Json object{{"features", predictor.features},
              {"outputs", predictor.outputs},
              {"has_intercept", predictor.has_intercept},
              {"center_intercept", finite_json(predictor.center_intercept, "predictor.center_intercept")},
              {"center", finite_json(predictor.center, "predictor.center")},
              {"coefficients", rows}};
  if (!predictor.coefficients_low.empty())
    object["coefficients_low"] = finite_json(predictor.coefficients_low, "predictor.coefficients_low");
  if (!predictor.center_intercept_low.empty())
    object["center_intercept_low"] = finite_json(predictor.center_intercept_low, "predictor.center_intercept_low");
  return object;
}

/// No shape is trusted: every length is compared with an array that is there, so no product can overflow.
LinearPredictor read_predictor(JsonReader object, std::size_t features, std::size_t outputs) {
  LinearPredictor predictor;
  predictor.features = static_cast<std::size_t>(object.member("features").count());
  if (predictor.features != features) {
    object.member("features").refuse(fmt::format("must be the width of the encoder, {}", features));
  }
  predictor.outputs = static_cast<std::size_t>(object.member("outputs").count());
  if (predictor.outputs != outputs) object.member("outputs").refuse(fmt::format("must be {} for this task", outputs));
  predictor.has_intercept = object.member("has_intercept").flag();
  predictor.center_intercept = object.member("center_intercept").numbers(outputs);
  predictor.center = object.member("center").numbers(features);
  const JsonReader coefficients = object.member("coefficients");
  const std::vector<JsonReader> rows = coefficients.elements();
  if (rows.size() != features) coefficients.refuse(fmt::format("must hold {} rows, not {}", features, rows.size()));
  for (const JsonReader& row : rows) {
    const std::vector<double> values = row.numbers(outputs);
    predictor.coefficients.insert(predictor.coefficients.end(), values.begin(), values.end());
  }
  if (object.has("coefficients_low"))
    predictor.coefficients_low = object.member("coefficients_low").numbers(features * outputs);
  if (object.has("center_intercept_low"))
    predictor.center_intercept_low = object.member("center_intercept_low").numbers(outputs);
  object.finish();
  return predictor;
}

}  // namespace plumbline
