#include <fmt/format.h>

#include <charconv>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/number.hpp"
#include "plumbline/models/calibrator_json.hpp"
#include "plumbline/models/conformal_json.hpp"
#include "plumbline/models/inference_json.hpp"
#include "plumbline/models/json_reader.hpp"
#include "plumbline/models/json_values.hpp"
#include "plumbline/models/model_file.hpp"
#include "plumbline/models/network_json.hpp"
#include "plumbline/models/posterior_json.hpp"
#include "plumbline/models/predictor_json.hpp"

namespace plumbline {
namespace {

std::size_t size_at(JsonReader& object, const char* key) {
  return static_cast<std::size_t>(object.member(key).count());
}

double fraction_at(JsonReader& object, const char* key) {
  const JsonReader member = object.member(key);
  const double value = member.number_from(0);
  if (value > 1) member.refuse("must be at most 1");
  return value;
}

ColumnEncoding read_column(JsonReader object) {
  ColumnEncoding column;
  column.name = object.member("name").text();
  column.categorical = object.member("categorical").flag();
  column.fill = object.member("fill").number();
  column.indicator = object.member("indicator").flag();
  const JsonReader levels = object.member("levels");
  column.levels = levels.distinct_texts();
  if (!column.categorical && !column.levels.empty()) levels.refuse("must be empty for a numeric column");
  const JsonReader reference = object.member("reference");
  column.reference = reference.flag();
  if (column.reference && column.levels.empty()) reference.refuse("needs a level");
  if (object.has("degree")) {
    const JsonReader degree = object.member("degree");
    column.degree = static_cast<std::size_t>(degree.count());
    if (column.degree < 1 || column.degree > kHighestDegree) degree.refuse("is no degree of a polynomial");
    if (column.categorical && column.degree > 1) degree.refuse("must be 1 for a categorical column");
  }
  object.finish();
  return column;
}

/// A column "x=a" and the level "a" of a column "x" would be one feature to a reader of the coefficients.
void check_feature_names(const Encoder& encoder, const JsonReader& columns) {
  std::set<std::string> seen;
  for (const std::string& name : encoder.feature_names()) {
    if (!seen.insert(name).second) columns.refuse("make two features named " + JsonReader::quoted(name));
  }
}

Encoder read_encoder(JsonReader object) {
  Encoder encoder;
  encoder.missing = object.member("missing").choice(kMissingPolicies);
  encoder.sparse = object.member("sparse").flag();
  const JsonReader sparse_width = object.member("sparse_width");
  encoder.sparse_width = static_cast<std::size_t>(sparse_width.count());
  if (!encoder.sparse && encoder.sparse_width != 0) sparse_width.refuse("must be 0 where rows are dense");
  const JsonReader columns = object.member("columns");
  std::set<std::string> names;
  for (const JsonReader& element : columns.elements()) {
    encoder.columns.push_back(read_column(element));
    if (!names.insert(encoder.columns.back().name).second) element.refuse("has the name of an earlier column");
  }
  if (encoder.sparse && !encoder.columns.empty()) columns.refuse("must be empty where rows are sparse");
  if (!encoder.sparse) check_feature_names(encoder, columns);
  object.finish();
  return encoder;
}

SolveReport::Separation read_separation(JsonReader object) {
  SolveReport::Separation separation;
  separation.feature = object.member("feature").text();
  const JsonReader direction = object.member("direction");
  const std::string sign = direction.text();
  if (sign != "+" && sign != "-") direction.refuse("must be \"+\" or \"-\"");
  separation.direction = sign.front();
  separation.label = object.member("class").text();
  object.finish();
  return separation;
}

SolveReport read_report(JsonReader object) {
  SolveReport report;
  report.solver = object.member("solver").text();
  report.verdict = object.member("verdict").choice(kVerdicts);
  report.iterations = size_at(object, "iterations");
  report.objective = defined_figure_at(object, "objective");
  report.null_objective = defined_figure_at(object, "null_objective");
  report.gradient_norm = defined_figure_at(object, "gradient_norm");
  const JsonReader gap = object.member("gap");
  if (!gap.is_null()) report.gap = gap.number();
  report.gap_reason = object.member("gap_reason").text();
  report.condition = figure_at(object, "condition");
  report.advice = object.member("advice").text();
  for (const JsonReader& set : object.member("collinear").elements()) report.collinear.push_back(set.texts());
  for (const JsonReader& element : object.member("separated").elements()) {
    report.separated.push_back(read_separation(element));
  }
  report.local = object.member("local").flag();
  report.seconds = defined_figure_at(object, "seconds");
  object.finish();
  return report;
}

std::uint64_t read_fingerprint(const JsonReader& member) {
  constexpr std::size_t kDigits = 16;
  const std::string digits = member.text();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() != kDigits || error != std::errc() || end != digits.data() + kDigits) {
    member.refuse("must be 16 hexadecimal digits");
  }
  return value;
}

TrainingRecord read_training(JsonReader object, std::size_t classes) {
  TrainingRecord training;
  training.seed = object.member("seed").count();
  training.rows = size_at(object, "rows");
  training.train_rows = size_at(object, "train_rows");
  training.calibration_rows = size_at(object, "calibration_rows");
  training.test_rows = size_at(object, "test_rows");
  training.test_fraction = fraction_at(object, "test_fraction");
  training.calibration_fraction = fraction_at(object, "calibration_fraction");
  training.stratify = object.member("stratify").flag();
  training.fingerprint = read_fingerprint(object.member("fingerprint"));
  training.weight_sum = object.member("weight_sum").number_from(0);
  if (object.has("validation_rows")) training.validation_rows = size_at(object, "validation_rows");
  if (object.has("class_weights")) {
    const JsonReader weights = object.member("class_weights");
    training.class_weights = weights.numbers(classes);
    for (const double weight : training.class_weights) {
      if (!(weight > 0)) weights.refuse("must be positive");
    }
  }
  object.finish();
  return training;
}

void check_schema(JsonReader& object) {
  const JsonReader schema = object.member("schema");
  if (schema.count() != kModelSchema) {
    schema.refuse(fmt::format("is {}: this version reads {}", schema.count(), kModelSchema));
  }
  object.member("plumbline").text();
}

/// The constants of a loss, where they are not the defaults.
void read_constants(JsonReader object, LossSettings& loss) {
  if (object.has("quantile")) loss.quantile = object.member("quantile").number();
  if (object.has("huber_delta")) loss.huber_delta = object.member("huber_delta").number();
  if (object.has("focal_gamma")) loss.focal_gamma = object.member("focal_gamma").number();
  if (object.has("label_smoothing")) loss.label_smoothing = object.member("label_smoothing").number();
  if (object.has("variance")) loss.variance = object.member("variance").choice(kVariances);
  if (object.has("firth")) loss.firth = object.member("firth").flag();
  object.finish();
}

void read_task(JsonReader& object, LinearModel& model) {
  model.task = object.member("task").choice(kTasks);
  const JsonReader loss = object.member("loss");
  model.loss.kind = loss.choice(kLosses);
  if (!serves(model.loss.kind, model.task)) loss.refuse(fmt::format("does not serve the task {}", name_of(model.task)));
  const JsonReader link = object.member("link");
  model.loss.link = link.choice(kLinks);
  if (object.has("loss_constants")) read_constants(object.member("loss_constants"), model.loss);
  try {
    check_loss(model.loss, model.task);
  } catch (const UsageError& error) {  // the flags that it names are those of the fit
    link.refuse(std::string("or the loss's constants do not go with loss and task: ") + error.what());
  }
}

bool is_finite_number(const std::string& text) { return parse_number(text).kind == NumberKind::finite; }

void read_targets(JsonReader& object, LinearModel& model) {
  const JsonReader targets = object.member("targets");
  model.targets = targets.distinct_texts();
  if (model.task == Task::multilabel && model.targets.empty()) targets.refuse("must name the labels");
  if (model.task != Task::multilabel && model.targets.size() > 1) targets.refuse("must name one column at most");
  const JsonReader classes = object.member("classes");
  model.classes = classes.distinct_texts();
  const std::size_t size = model.classes.size();
  if (!model.classifies() && size != 0) classes.refuse("must be empty for this task");
  if (model.task == Task::binary && size != 2) classes.refuse("must be two");
  if (model.task == Task::multiclass && size < 2) classes.refuse("must be two or more");
  const JsonReader numeric = object.member("numeric_classes");
  model.numeric_classes = numeric.flag();
  for (const std::string& label : model.classes) {
    if (model.numeric_classes && !is_finite_number(label)) numeric.refuse("is true, but not every class is a number");
  }
  if (!in_class_order(model.classes, model.numeric_classes)) {
    classes.refuse(model.numeric_classes ? "must increase in value" : "must be in ascending order of their bytes");
  }
}

void read_predictors(JsonReader& object, std::size_t features, LinearModel& model) {
  if (!object.has("network")) {
    model.predictor = read_predictor(object.member("predictor"), features, model.expected_outputs());
    return;
  }
  model.predictor.features = features;
  model.predictor.outputs = model.expected_outputs();
  model.network = read_network(object.member("network"), features, model.predictor.outputs);
}

}  // namespace

LinearModel model_from_json(const std::string& text, const std::string& path) {
  const nlohmann::json parsed = parse_json_object(text, path);
  JsonReader object(parsed, path);
  check_schema(object);
  LinearModel model;
  read_task(object, model);
  model.objective = object.member("objective").text();
  model.l2 = object.member("l2").number_from(0);
  model.standardized = object.member("standardized").flag();
  read_targets(object, model);
  model.weights_column = object.member("weights_column").text();
  model.encoder = read_encoder(object.member("encoder"));
  const std::size_t features = model.encoder.width();
  read_predictors(object, features, model);
  const JsonReader scale = object.member("feature_scale");
  model.feature_scale = scale.numbers(features);
  for (const double value : model.feature_scale) {
    if (value < 0) scale.refuse("must not be negative");
  }
  model.predictor.polynomials = model.encoder.polynomials();
  if (object.has("penalty_factors")) model.penalty_factors = object.member("penalty_factors").numbers(features);
  model.residual_sd = defined_figure_at(object, "residual_sd");
  model.residual_sd_ml = defined_figure_at(object, "residual_sd_ml");
  model.r2 = defined_figure_at(object, "r2");
  model.report = read_report(object.member("report"));
  model.training = read_training(object.member("training"), model.classes.size());
  read_inference(object, model);
  read_trust(object, model);
  read_conformal(object, model);
  if (model.network && (model.inference || object.has("posterior")))
    object.member("network").refuse("has no inference and no posterior");
  if (object.has("posterior")) model.posterior = read_posterior(object.member("posterior"), posterior_shape(model));
  object.finish();
  return model;
}

}  // namespace plumbline
