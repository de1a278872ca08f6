#include "plumbline/report/report_json.hpp"

#include "plumbline/core/constants.hpp"
#include "plumbline/report/labels.hpp"

namespace plumbline {

namespace {

OrderedJson network_json(const NetworkPredictor& network) {
  const Architecture& architecture = network.architecture;
  return {{"hidden", architecture.hidden},
          {"activation", name_of(architecture.activation)},
          {"dtype", name_of(network.scalar())},
          {"dead_units", network.dead_units}};
}

}  // namespace

OrderedJson solve_report_json(const SolveReport& report) {
  const std::string diverged = "the iteration left the range of finite numbers";
  OrderedJson object{{"solver", report.solver}, {"iterations", report.iterations}};
  put_number(object, "objective", report.objective, diverged);
  put_number(object, "gradient_norm", report.gradient_norm,
             report.gradient_norm == report.gradient_norm ? diverged : "this solver computes no gradient");
  put_number(object, "gap", report.gap.value_or(kNaN),
             report.gap_reason.empty() ? "no certificate was computed" : report.gap_reason);
  object["verdict"] = name_of(report.verdict);
  object["local"] = report.local;
  object["advice"] = report.advice;
  put_number(object, "seconds", report.seconds, "not measured");
  put_number(object, "condition", report.condition.value_or(kNaN),
             report.condition ? "the columns depend on each other" : "this solver does not estimate it");
  object["collinear"] = report.collinear;
  object["separated"] = OrderedJson::array();
  for (const SolveReport::Separation& separation : report.separated) {
    object["separated"].push_back({{"feature", separation.feature},
                                   {"direction", std::string(1, separation.direction)},
                                   {"class", separation.label}});
  }
  return object;
}

OrderedJson witnesses_json(const LinearModel& model) {
  OrderedJson array = OrderedJson::array();
  const std::vector<std::string> names = model.encoder.feature_names();
  for (const SolveReport::Witness& witness : model.report.witnesses) {
    OrderedJson direction = OrderedJson::object();
    auto& members = direction.get_ref<OrderedJson::object_t&>();
    if (model.predictor.has_intercept) members.emplace_back("(intercept)", witness.intercept);
    for (std::size_t j = 0; j < names.size(); ++j) {
      const double* row = witness.coefficients.data() + j * witness.outputs;
      members.emplace_back(names[j], std::vector<double>(row, row + witness.outputs));
    }
    array.push_back({{"class", witness.label},
                     {"kind", witness.complete ? "complete" : "quasi"},
                     {"rows", model.training.train_rows},
                     {"strict_rows", witness.strict_rows},
                     {"witness", std::move(direction)}});
  }
  return array;
}

OrderedJson l2_choice_json(const LinearModel& model) {
  if (!model.l2_choice) return nullptr;
  const L2Choice& choice = *model.l2_choice;
  OrderedJson curve = OrderedJson::array();
  for (const L2Point& point : choice.curve) {
    curve.push_back({{"l2", point.l2}, {"loss", point.loss}, {"standard_error", point.standard_error}});
  }
  return {{"method", choice.method},
          {"folds", choice.folds},
          {"l2", choice.l2},
          {"best_l2", choice.best_l2},
          {"curve", std::move(curve)}};
}

OrderedJson model_json(const LinearModel& model) {
  OrderedJson object{{"task", name_of(model.task)},
                     {"loss", name_of(model.loss.kind)},
                     {"link", name_of(model.loss.link)},
                     {"l2", model.l2},
                     {"objective", model.objective},
                     {"classes", model.classes},
                     {"targets", model.targets},
                     {"standardized", model.standardized},
                     {"parameters", parameter_count(model)}};
  if (model.network) object["network"] = network_json(*model.network);
  put_number(object, "prior_variance", prior_variance(model),
             model.l2 == 0 ? "no penalty" : "the loss is no likelihood");
  return object;
}

OrderedJson split_json(const TrainingRecord& training) {
  OrderedJson object{{"train", training.train_rows}};
  if (training.validation_rows > 0) object["validation"] = training.validation_rows;
  object["calibration"] = training.calibration_rows;
  object["test"] = training.test_rows;
  return object;
}

}  // namespace plumbline
