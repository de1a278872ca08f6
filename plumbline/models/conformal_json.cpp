#include "plumbline/models/conformal_json.hpp"

#include <fmt/format.h>

#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/models/network_json.hpp"
#include "plumbline/models/predictor_json.hpp"

namespace plumbline {
namespace {

using Json = nlohmann::ordered_json;

std::vector<double> read_thresholds(const JsonReader& array, std::size_t size) {
  const std::vector<JsonReader> elements = array.elements();
  if (elements.size() != size) array.refuse(fmt::format("must hold {} numbers, not {}", size, elements.size()));
  std::vector<double> thresholds;
  for (const JsonReader& element : elements) thresholds.push_back(element.is_null() ? kInfinity : element.number());
  return thresholds;
}

ConformalOptions read_options(JsonReader& object, const LinearModel& model) {
  ConformalOptions options;
  const JsonReader method = object.member("method");
  options.method = method.choice(kConformalMethods);
  if (gives_class_sets(options.method) ? !model.classifies() : model.task != Task::regression)
    method.refuse(fmt::format("does not serve the task {}", name_of(model.task)));
  if (model.classifies() && options.method != ConformalMethod::lac && !model.has_probabilities())
    method.refuse("needs probabilities, which the loss does not give");
  if (options.method == ConformalMethod::scaled && model.outputs() != 2)
    method.refuse("needs a model that predicts the variance");
  options.miscoverage = object.member("miscoverage").number();
  options.class_conditional = object.member("class_conditional").flag();
  options.randomized = object.member("randomized").flag();
  options.allow_empty = object.member("allow_empty").flag();
  options.raps_penalty = object.member("raps_penalty").number();
  options.raps_free = object.member("raps_free").number();
  try {
    validate(options, "conformal");
  } catch (const std::invalid_argument& error) {
    method.refuse(std::string("or its constants: ") + error.what());
  }
  return options;
}

ConformalRule read_rule(JsonReader object, LinearModel& model) {
  ConformalRule rule;
  rule.options = read_options(object, model);
  rule.classes = gives_class_sets(rule.options.method) ? model.classes.size() : 0;
  const std::size_t size = rule.options.method == ConformalMethod::jackknife_plus ? 0
                           : rule.options.class_conditional                       ? rule.classes
                                                                                  : std::size_t{1};
  rule.threshold = read_thresholds(object.member("threshold"), size);
  const JsonReader tie = object.member("tie"), rows = object.member("rows");
  rule.tie = tie.numbers(size);
  rule.rows = rows.numbers(size);
  for (const double value : rule.tie) {
    if (!(value >= 0 && value <= 1)) tie.refuse("must lie between 0 and 1");
  }
  for (const double value : rule.rows) {
    if (value < 0) rows.refuse("must not be negative");
  }
  if (rule.options.method == ConformalMethod::cqr && model.network) {
    JsonReader both = object.member("quantiles");
    for (const char* which : {"lower", "upper"})
      model.quantile_networks.push_back(read_network(both.member(which), model.encoder.width(), 1));
    both.finish();
  } else if (rule.options.method == ConformalMethod::cqr) {
    model.quantiles = read_predictor(object.member("quantiles"), model.encoder.width(), 2);
    model.quantiles->polynomials = model.encoder.polynomials();
  }
  object.finish();
  return rule;
}

}  // namespace

void put_conformal(Json& object, const LinearModel& model) {
  if (!model.conformal) return;
  const ConformalRule& rule = *model.conformal;
  require((rule.options.method == ConformalMethod::cqr) == model.has_quantiles(), "to_json", "quantiles",
          "there for cqr alone");
  Json threshold = Json::array();
  for (const double value : rule.threshold) threshold.push_back(std::isinf(value) ? Json(nullptr) : Json(value));
  object["conformal"] = {{"method", name_of(rule.options.method)},
                         {"miscoverage", rule.options.miscoverage},
                         {"class_conditional", rule.options.class_conditional},
                         {"randomized", rule.options.randomized},
                         {"allow_empty", rule.options.allow_empty},
                         {"raps_penalty", rule.options.raps_penalty},
                         {"raps_free", rule.options.raps_free},
                         {"threshold", threshold},
                         {"tie", rule.tie},
                         {"rows", rule.rows}};
  if (model.quantiles) object["conformal"]["quantiles"] = predictor_json(*model.quantiles);
  if (!model.quantile_networks.empty()) {
    object["conformal"]["quantiles"] = {{"lower", network_json(model.quantile_networks.at(0))},
                                        {"upper", network_json(model.quantile_networks.at(1))}};
  }
}

void read_conformal(JsonReader& object, LinearModel& model) {
  if (object.has("conformal")) model.conformal = read_rule(object.member("conformal"), model);
}

}  // namespace plumbline
