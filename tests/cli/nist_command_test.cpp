// NIST's reference regressions through the command line, as a user would fit them: the digits that come out of
// `inspect --json`. (tests/pipeline/nist_test.cpp looks at the solver itself.)
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/run_program.hpp"
#include "pipeline/real_data.hpp"
#include "support/strd.hpp"

namespace plumbline::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::string feature(const ReferenceRegression& set, std::size_t j) {
  if (set.degree == 1) return fmt::format("x{}", j + 1);
  return j == 0 ? "x" : fmt::format("x^{}", j + 1);
}

void write_csv(const ReferenceRegression& set, const std::string& path) {
  std::ofstream file(path);
  file << "y";
  for (std::size_t j = 0; j < set.predictors; ++j) file << "," << feature(set, j);
  file << "\n";
  for (std::size_t i = 0; i < set.rows(); ++i) {
    file << fmt::format("{}", set.y[i]);
    for (std::size_t j = 0; j < set.predictors; ++j) file << fmt::format(",{}", set.x[i * set.predictors + j]);
    file << "\n";
  }
}

/// Of every certified figure of that kind, the fewest digits; a certified 0 must be 0 to 1e-9 of the target's scale.
double worst_digits(const std::vector<double>& got, const std::vector<double>& certified, double scale) {
  double worst = 17;
  for (std::size_t j = 0; j < certified.size(); ++j) {
    const double digits = certified[j] != 0                   ? correct_digits(got[j], certified[j])
                          : std::fabs(got[j]) <= 1e-9 * scale ? 17
                                                              : 0;
    worst = std::min(worst, digits);
  }
  return worst;
}

void expect_digits(const ReferenceRegression& set, const fs::path& folder, const std::vector<std::string>& extra) {
  const std::string table = folder / "table.csv", model = folder / "model.json";
  write_csv(set, table);
  std::vector<std::string> arguments{"fit", table,           "--target", "y",  "--task", "regression", "--test",
                                     "0",   "--calibration", "0",        "-q", "-o",     model};
  if (set.degree > 1) arguments.insert(arguments.end(), {"--poly", fmt::format("x={}", set.degree)});
  if (!set.intercept) arguments.push_back("--no-intercept");
  arguments.insert(arguments.end(), extra.begin(), extra.end());
  const Outcome fitted = run_program(arguments);
  ASSERT_EQ(fitted.code, 0) << set.name << fitted.err << fitted.out;
  const json seen = json::parse(run_program({"inspect", model, "--json"}).out);
  std::vector<double> coefficients, errors;
  double scale = 0;
  for (const double y : set.y) scale = std::max(scale, std::fabs(y));
  if (set.intercept) {
    coefficients.push_back(seen["intercept"][0]);
    errors.push_back(seen["standard_errors"]["(intercept)"][0]);
  }
  for (std::size_t j = 0; j < set.coefficients.size() - (set.intercept ? 1 : 0); ++j) {
    coefficients.push_back(seen["coefficients"][feature(set, j)][0]);
    errors.push_back(seen["standard_errors"][feature(set, j)][0]);
  }
  EXPECT_GE(worst_digits(coefficients, set.coefficients, 0), 13) << set.name;
  EXPECT_GE(worst_digits(errors, set.standard_errors, scale), 12) << set.name;
  EXPECT_GE(worst_digits({seen["residual_sd"]}, {set.residual_sd}, scale), 12) << set.name;
  EXPECT_GE(worst_digits({seen["r2"]}, {set.r2}, 0), 12) << set.name;
}

TEST(NistCommand, EverySetReachesThirteenDigits) {
  PLUMBLINE_NEEDS_DATA("nist_strd");
  const fs::path folder = fs::temp_directory_path() / fmt::format("plumbline-nist-{}", ::getpid());
  fs::create_directories(folder);
  std::size_t sets = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(shared_data("nist_strd"))) {
    if (entry.path().extension() != ".dat") continue;
    const ReferenceRegression set = read_reference_regression(entry.path().string());
    expect_digits(set, folder, {});
    expect_digits(set, folder, {"--block-rows", "3"});
    ++sets;
  }
  fs::remove_all(folder);
  EXPECT_GE(sets, 8U);
}

}  // namespace
}  // namespace plumbline::testing
