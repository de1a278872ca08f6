// Every loss against the optima of two tables each that tests/reference/loss_optima.py found by other means, in 50
// digits: all rows, no standardisation.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "pipeline/tables.hpp"
#include "plumbline/models/loss_facts.hpp"
#include "plumbline/models/names.hpp"
#include "plumbline/pipeline/fit.hpp"
#include "plumbline/pipeline/fit_rows.hpp"

namespace plumbline {
namespace {

/// Empty if the file cannot be read, which the test of coverage then says.
const Json& optima_references() {
  static const Json kAll = [] {
    const std::string path = std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/loss_optima.json";
    const Json read = Json::parse(read_text(path), nullptr, false);
    return read.is_array() ? read : Json::array();
  }();
  return kAll;
}

FitOptions options_of(const Json& reference) {
  FitOptions options;
  options.target = {reference.at("target").get<std::string>()};
  options.drop = reference.at("drop").get<std::vector<std::string>>();
  options.task = from_name(kTasks, reference.at("task").get<std::string>());
  options.loss = from_name(kLosses, reference.at("loss").get<std::string>());
  if (reference.contains("link")) options.link = from_name(kAskedLinks, reference["link"].get<std::string>());
  LossSettings& constants = options.loss_constants;
  constants.quantile = reference.value("quantile", constants.quantile);
  constants.huber_delta = reference.value("huber_delta", constants.huber_delta);
  constants.focal_gamma = reference.value("focal_gamma", constants.focal_gamma);
  if (reference.contains("variance")) constants.variance = VarianceModel::linear;
  options.l2 = reference.at("l2").get<double>();
  options.standardize = false;
  options.test_fraction = 0;
  options.calibration_fraction = 0;
  return options;
}

std::string described(const Json& reference) {
  std::string text;
  for (const char* key : {"table", "target", "task", "loss", "link", "variance", "l2"}) {
    if (reference.contains(key)) text += reference[key].dump() + " ";
  }
  return text;
}

/// The largest difference beside the largest size.
double distance(const std::vector<double>& got, const std::vector<double>& exact) {
  double largest = 0, error = got.size() == exact.size() ? 0 : HUGE_VAL;
  for (std::size_t i = 0; i < std::min(got.size(), exact.size()); ++i) {
    error = std::isnan(got[i]) ? HUGE_VAL : std::fmax(error, std::fabs(got[i] - exact[i]));
    largest = std::fmax(largest, std::fabs(exact[i]));
  }
  return error / largest;
}

std::vector<double> flattened(const Json& rows) {
  std::vector<double> all;
  for (const Json& row : rows) {
    for (const double value : row) all.push_back(value);
  }
  return all;
}

/// How far off a fit may be, relatively. The interior point stops at the certificate, 1e-9 of what it gains on the null
/// model; the issue asks for 1e-9 in the objective, and coefficients are less sure where the kinks meet at a small
/// angle (reached: 2e-12, 2e-7). All others go on to the last digits (reached: 2e-15, 2e-14); the rest is room for
/// another compiler or vector unit.
struct Tolerance {
  explicit Tolerance(LossKind loss) {
    const bool kinked = loss == LossKind::absolute || loss == LossKind::quantile || loss == LossKind::hinge;
    objective = kinked ? 1e-9 : 1e-12;
    coefficients = kinked ? 1e-6 : 1e-11;
  }
  double objective = 0, coefficients = 0;
};

void expect_relatively_near(double got, double exact, double tolerance, const char* what) {
  EXPECT_LE(std::fabs(got - exact), tolerance * std::fabs(exact)) << what << ": " << got << " for " << exact;
}

void expect_the_same_problem(const LinearModel& model, const Json& reference) {
  EXPECT_EQ(model.training.train_rows, reference.at("rows").get<std::size_t>());
  EXPECT_EQ(model.classes, reference.at("classes").get<std::vector<std::string>>());
  EXPECT_EQ(model.encoder.feature_names(), reference.at("features").get<std::vector<std::string>>());
}

/// The proof must hold, too; 1e-14 is what rounding does to a sum over some hundred rows.
void expect_the_same_value(const SolveReport& report, const Json& reference, double tolerance) {
  const double exact = reference.at("objective");
  EXPECT_EQ(report.verdict, Verdict::optimal) << name_of(report.verdict) << " " << report.advice;
  EXPECT_EQ(report.local, reference.at("local").get<bool>());
  expect_relatively_near(report.objective, exact, tolerance, "objective");
  expect_relatively_near(report.null_objective, reference.at("objective_null"), 1e-12, "of the null model");
  if (report.gap) {
    EXPECT_LE(report.objective - exact, *report.gap + 1e-14 * std::fabs(exact));
  }
}

/// Where the objective is not convex, both descend from the null model, and ten descents from random starts end where
/// the reference does: no other optimum is known, so that to miss this one is worth a look.
void expect_the_same_optimum(const LinearModel& model, const Json& reference) {
  const Tolerance tolerance(model.loss.kind);
  expect_the_same_value(model.report, reference, tolerance.objective);
  EXPECT_LE(distance(model.predictor.coefficients, flattened(reference.at("coefficients"))), tolerance.coefficients);
  EXPECT_LE(distance(model.predictor.intercept(), reference.at("intercept").get<std::vector<double>>()),
            tolerance.coefficients);
  if (reference.contains("sigma")) {
    expect_relatively_near(model.residual_sd_ml, reference["sigma"], tolerance.objective, "sigma");
  }
}

class LossOptima : public ::testing::TestWithParam<std::size_t> {};

TEST_P(LossOptima, AreThoseOfAnIndependentImplementation) {
  const Json& reference = optima_references().at(GetParam());
  SCOPED_TRACE(described(reference));
  const std::string table = std::string(PLUMBLINE_SOURCE_DIR) + "/" + reference.at("table").get<std::string>();
  const FitResult fitted = fit(table, options_of(reference));
  expect_the_same_problem(fitted.model, reference);
  expect_the_same_optimum(fitted.model, reference);
}

std::vector<std::size_t> places() {
  std::vector<std::size_t> all(optima_references().size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

std::string name_of_optimum(const ::testing::TestParamInfo<std::size_t>& info) {
  const Json& reference = optima_references().at(info.param);
  std::string name;
  for (const char* key : {"loss", "link", "variance", "task", "target"}) {
    if (!reference.contains(key)) continue;
    for (const char c : reference[key].get<std::string>() + "_") name += c == '-' ? '_' : c;
  }
  return name + std::to_string(info.param);
}

INSTANTIATE_TEST_SUITE_P(SharedTables, LossOptima, ::testing::ValuesIn(places()), name_of_optimum);

/// Of all that loss_facts tells of but several labels a row, which is several times logistic loss.
TEST(LossOptimaReferences, CoverEveryLossOnTwoTables) {
  for (const LossFacts& facts : all_loss_facts()) {
    if (facts.task == Task::multilabel) continue;
    std::set<std::string> tables;
    for (const Json& reference : optima_references()) {
      const FitOptions options = options_of(reference);
      const Task task = options.task.value();
      if (&loss_facts(loss_for(options, task), task) == &facts) tables.insert(reference.at("table"));
    }
    EXPECT_GE(tables.size(), 2U) << facts.formula;
  }
}

}  // namespace
}  // namespace plumbline
