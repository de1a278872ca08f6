#include "plumbline/report/report_json.hpp"

#include "plumbline/report/labels.hpp"

namespace plumbline {

OrderedJson solve_report_json(const SolveReport& report) {
  const std::string diverged = "the iteration left the range of finite numbers";
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  OrderedJson object{{"solver", report.solver}, {"iterations", report.iterations}};
  put_number(object, "objective", report.objective, diverged);
  put_number(object, "gradient_norm", report.gradient_norm,
             report.gradient_norm == report.gradient_norm ? diverged : "this solver computes no gradient");
  put_number(object, "gap", report.gap.value_or(kNone),
             report.gap_reason.empty() ? "no certificate was computed" : report.gap_reason);
  object["verdict"] = name_of(report.verdict);
  object["local"] = report.local;
  object["advice"] = report.advice;
  put_number(object, "seconds", report.seconds, "not measured");
  put_number(object, "condition", report.condition.value_or(kNone),
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

OrderedJson model_json(const LinearModel& model) {
  return {{"task", name_of(model.task)},
          {"loss", name_of(model.loss.kind)},
          {"link", name_of(model.loss.link)},
          {"l2", model.l2},
          {"objective", model.objective},
          {"classes", model.classes},
          {"targets", model.targets},
          {"standardized", model.standardized},
          {"parameters", parameter_count(model)}};
}

OrderedJson split_json(const TrainingRecord& training) {
  return {{"train", training.train_rows}, {"calibration", training.calibration_rows}, {"test", training.test_rows}};
}

}  // namespace plumbline
