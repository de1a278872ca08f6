// Inference through the command line against R on two tables of ../shared/data (tests/reference/inference_shared.R made
// the values): every figure to 1e-8 relative. tests/inference/reference_test.cpp asks the library for more kinds.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/run_program.hpp"
#include "pipeline/real_data.hpp"

namespace plumbline::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr double kBar = 1e-8;

/// kind → name → value of one table.
using Reference = std::map<std::string, std::map<std::string, double>>;

Reference reference_of(const std::string& table) {
  Reference all;
  std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/inference_shared.txt");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string of, kind, name;
    double value = 0;
    words >> of >> kind >> name >> value;
    if (of == table) all[kind][name] = value;
  }
  return all;
}

/// R writes Home=owner as Homeowner and the intercept with a capital.
std::string name_in_r(std::string feature) {
  if (feature == "(intercept)") return "(Intercept)";
  feature.erase(std::remove(feature.begin(), feature.end(), '='), feature.end());
  return feature;
}

void expect_near(double got, double expected, const std::string& what) {
  EXPECT_NEAR(got, expected, kBar * std::fabs(expected)) << what;
}

/// Every feature's figure and the intercept's.
void expect_column(const json& got, const std::map<std::string, double>& expected, const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (const auto& [feature, values] : got.items()) {
    const auto found = expected.find(name_in_r(feature));
    ASSERT_NE(found, expected.end()) << what << " " << feature;
    expect_near(values[0].get<double>(), found->second, what + " " + feature);
  }
}

class InferenceReference : public ::testing::Test {
 protected:
  void SetUp() override {
    PLUMBLINE_NEEDS_DATA(name_);
    table_ = shared_data(name_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  json inspected(std::vector<std::string> flags) {
    std::vector<std::string> arguments{"fit", table_, "--test", "0", "--calibration", "0", "--l2", "0", "-q"};
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    arguments.insert(arguments.end(), {"-o", folder_ / "model.json"});
    const Outcome fitted = run_program(arguments);
    EXPECT_EQ(fitted.code, 0) << fitted.err;
    return json::parse(run_program({"inspect", folder_ / "model.json", "--json"}).out);
  }

  std::string name_, table_;
  fs::path folder_ = fs::temp_directory_path() / ("plumbline_reference_" + std::to_string(getpid()));
};

class ConcreteReference : public InferenceReference {
 public:
  ConcreteReference() { name_ = "concrete/concrete.csv"; }
};

class CreditReference : public InferenceReference {
 public:
  CreditReference() { name_ = "credit_data/credit_data.csv"; }
};

void expect_table(const json& seen, const Reference& reference) {
  json coefficients = seen["coefficients"];
  coefficients["(intercept)"] = seen["intercept"];
  expect_column(coefficients, reference.at("coefficient"), "coefficient");
  expect_column(seen["standard_errors"], reference.at("classical"), "standard error");
  expect_column(seen["p_values"], reference.at("p_value"), "p-value");
  for (const auto& [feature, limits] : seen["confidence_intervals"].items()) {
    expect_near(limits[0][0].get<double>(), reference.at("lower").at(name_in_r(feature)), "lower " + feature);
    expect_near(limits[0][1].get<double>(), reference.at("upper").at(name_in_r(feature)), "upper " + feature);
  }
}

TEST_F(ConcreteReference, LeastSquares) {
  const Reference r = reference_of("concrete");
  const std::vector<std::string> flags{"--target", "compressive_strength"};
  const json seen = inspected(flags);
  expect_table(seen, r);
  const auto& summary = r.at("summary");
  for (const char* figure : {"log_likelihood", "aic", "bic", "adjusted_r2", "deviance"}) {
    expect_near(seen["inference"][figure], summary.at(figure), figure);
  }
  expect_near(seen["inference"]["f"]["statistic"], summary.at("f"), "F");
  expect_near(seen["residual_sd"], summary.at("residual_sd"), "residual sd");
  expect_near(seen["r2"], summary.at("r2"), "r2");
  for (const std::string kind : {"hc0", "hc1", "hc2", "hc3"}) {
    std::vector<std::string> robust = flags;
    robust.insert(robust.end(), {"--robust", kind});
    expect_column(inspected(robust)["standard_errors"], r.at(kind), kind);
  }
}

TEST_F(ConcreteReference, Clusters) {
  const json seen = inspected({"--target", "compressive_strength", "--cluster", "age"});
  expect_column(seen["standard_errors"], reference_of("concrete_cluster").at("cluster"), "cluster");
}

TEST_F(CreditReference, LogisticWithTextColumns) {
  const Reference r = reference_of("credit");
  const std::vector<std::string> flags{"--target", "Status", "--missing", "drop"};
  const json seen = inspected(flags);
  expect_table(seen, r);
  for (const auto& [figure, value] : r.at("summary")) expect_near(seen["inference"][figure], value, figure);
  for (const std::string kind : {"hc0", "hc3"}) {
    std::vector<std::string> robust = flags;
    robust.insert(robust.end(), {"--robust", kind});
    expect_column(inspected(robust)["standard_errors"], r.at(kind), kind);
  }
}

}  // namespace
}  // namespace plumbline::testing
