// The interior-point solver: against optima of an independent solver of linear programs (tests/reference/
// linear_programs.py), against its own proofs, and on tables that break careless ones.
#include "plumbline/solvers/interior_point.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plumbline/core/math.hpp"
#include "plumbline/data/moments.hpp"
#include "plumbline/objective/empirical_risk.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {
namespace {

struct InteriorCase {
  KinkedLoss loss = KinkedLoss::absolute;
  double quantile = 0.5;
  double l2 = 0;
  std::size_t block_rows = 0;
};

Loss loss_of(const InteriorCase& asked) {
  if (asked.loss == KinkedLoss::absolute) return AbsoluteLoss{};
  if (asked.loss == KinkedLoss::quantile) return QuantileLoss{asked.quantile};
  return HingeLoss{};
}

struct Solved {
  InteriorPointRun result;
  double null_value = 0;
  double value = 0;  ///< of the objective itself at the weights found
};

Solved solve(Problem& problem, const InteriorCase& asked, bool intercept = true) {
  MemorySource source = problem.source(asked.block_rows);
  const Moments moments = column_moments(source);
  const Coordinates at = standardized_coordinates(moments, intercept, true);
  EmpiricalRisk risk(source, at, loss_of(asked), asked.l2, moments.weight_sum);
  const Vector null = risk.null_model();
  Monitor monitor;
  monitor.null_value = risk.along(null, null, 0).value;
  Solved solved;
  solved.null_value = monitor.null_value;
  solved.result =
      solve_by_interior_point(source, at, {asked.loss, asked.quantile, asked.l2, moments.weight_sum}, {}, monitor);
  Vector gradient;
  solved.value = risk.value_gradient(solved.result.run.w, gradient);
  return solved;
}

/// The proof, in the terms of design.md §4, of a value that is the objective's own (up to the order of its sum).
void expect_optimal(const Solved& solved, const std::string& what) {
  EXPECT_EQ(solved.result.run.ended, Verdict::completed) << what;
  ASSERT_TRUE(solved.result.gap) << what;
  EXPECT_LE(*solved.result.gap, 1e-9 * (solved.null_value - solved.value) + 8 * ulp(solved.value)) << what;
  EXPECT_NEAR(solved.result.run.value, solved.value, 1e-14 * solved.null_value) << what;
}

/// Features and noise of any size; targets in {0, 1} for hinge. `steps` > 0 rounds to so many values a unit.
Problem noisy_table(std::size_t rows, std::size_t columns, bool classes, double noise = 1, double steps = 0) {
  Draws draws(rows + columns);
  Problem problem;
  problem.rows = rows;
  problem.columns = columns;
  for (std::size_t i = 0; i < rows; ++i) {
    double eta = 0.3;
    for (std::size_t j = 0; j < columns; ++j) {
      const double cell = draws.normal();
      problem.x.push_back(steps > 0 ? std::round(cell * steps) / steps : cell);
      eta += problem.x.back() * (j % 2 == 0 ? 0.5 : -0.25);
    }
    eta += noise * draws.normal();
    problem.target.push_back(classes ? (eta > 0 ? 1 : 0) : steps > 0 ? std::round(eta * steps) / steps : eta);
  }
  return problem;
}

const std::vector<InteriorCase> kCases = {{KinkedLoss::absolute, 0.5, 0, 0},    {KinkedLoss::quantile, 0.1, 0, 0},
                                          {KinkedLoss::quantile, 0.9, 0, 0},    {KinkedLoss::hinge, 0.5, 0, 0},
                                          {KinkedLoss::absolute, 0.5, 0.01, 0}, {KinkedLoss::quantile, 0.25, 1e-8, 0},
                                          {KinkedLoss::quantile, 0.99, 1, 0},   {KinkedLoss::hinge, 0.5, 0.01, 0},
                                          {KinkedLoss::hinge, 0.5, 1e-7, 0},    {KinkedLoss::absolute, 0.5, 100, 0}};

std::string describe(const InteriorCase& asked) {
  const char* loss = asked.loss == KinkedLoss::hinge      ? "hinge"
                     : asked.loss == KinkedLoss::absolute ? "absolute"
                                                          : "quantile";
  return std::string(loss) + " " + std::to_string(asked.quantile) + " l2 " + std::to_string(asked.l2);
}

TEST(InteriorPoint, ReachesTheOptimaOfALinearProgramSolver) {
  std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/linear_programs.json");
  const nlohmann::json tables = nlohmann::json::parse(file);
  ASSERT_EQ(tables.size(), 4U);
  for (const nlohmann::json& table : tables) {
    for (const nlohmann::json& optimum : table.at("optima")) {
      InteriorCase asked;
      const std::string loss = optimum.at("loss");
      asked.loss = loss == "absolute"   ? KinkedLoss::absolute
                   : loss == "quantile" ? KinkedLoss::quantile
                                        : KinkedLoss::hinge;
      asked.quantile = optimum.at("level");
      Problem problem;
      problem.target = table.at("y").get<std::vector<double>>();
      problem.weight = table.at("weight").get<std::vector<double>>();
      problem.rows = problem.target.size();
      for (const nlohmann::json& row : table.at("x")) {
        for (const double cell : row) problem.x.push_back(cell);
      }
      problem.columns = problem.x.size() / problem.rows;
      for (double& y : problem.target) y = asked.loss == KinkedLoss::hinge ? (y > 0 ? 1 : 0) : y;
      for (const Storage storage : {Storage::f64, Storage::csr}) {
        problem.storage = storage;
        const Solved solved = solve(problem, asked);
        const std::string what = table.at("name").get<std::string>() + " " + describe(asked);
        expect_optimal(solved, what);
        const double best = optimum.at("objective");
        EXPECT_NEAR(solved.value, best, 1e-9 * (solved.null_value - best) + 1e-14) << what;
      }
    }
  }
}

TEST(InteriorPoint, ProvesItsOptima) {
  for (const InteriorCase& asked : kCases) {
    const bool classes = asked.loss == KinkedLoss::hinge;
    const std::string what = describe(asked);
    for (const std::size_t rows : {30U, 301U, 2000U}) {
      Problem plain = noisy_table(rows, 4, classes);
      expect_optimal(solve(plain, asked), what);
      Problem tied = noisy_table(rows, 3, classes, 1, 2);
      expect_optimal(solve(tied, asked), what + ", ties");
      expect_optimal(solve(tied, asked, false), what + ", no intercept");
    }
    Problem weak = noisy_table(3000, 3, classes, 1e5);
    expect_optimal(solve(weak, asked), what + ", nothing but noise");
    Problem narrow = noisy_table(15, 30, classes);
    expect_optimal(solve(narrow, asked), what + ", fewer rows than features");
  }
}

TEST(InteriorPoint, ColumnsThatDependOnEachOtherAndConstantOnes) {
  for (const InteriorCase& asked : kCases) {
    Problem problem = noisy_table(300, 4, asked.loss == KinkedLoss::hinge);
    for (std::size_t i = 0; i < problem.rows; ++i) {
      problem.at(i, 2) = problem.at(i, 0) - 3 * problem.at(i, 1);
      problem.at(i, 3) = 5;
    }
    const Solved solved = solve(problem, asked);
    expect_optimal(solved, describe(asked));
    EXPECT_EQ(solved.result.run.w[3], 0) << describe(asked);
    EXPECT_LE(solved.result.run.w.cwiseAbs().maxCoeff(), 1e3) << describe(asked);
  }
}

TEST(InteriorPoint, NoResidualsAtAll) {
  for (const InteriorCase& asked : kCases) {
    if (asked.l2 > 0) continue;
    Problem exact = noisy_table(100, 3, asked.loss == KinkedLoss::hinge, 0);
    const Solved solved = solve(exact, asked);
    expect_optimal(solved, describe(asked));
    EXPECT_LE(solved.value, 1e-9 * solved.null_value) << describe(asked);
  }
}

TEST(InteriorPoint, AWeightOfTwoIsTheRowTwiceAndOfZeroNone) {
  for (const InteriorCase& asked : kCases) {
    Problem weighted = noisy_table(90, 3, asked.loss == KinkedLoss::hinge);
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < weighted.rows; ++i) {
      weighted.weight.push_back(static_cast<double>(i % 3));
      for (std::size_t copy = 0; copy < i % 3; ++copy) rows.push_back(i);
    }
    Problem repeated = pick_rows(weighted, rows);
    repeated.weight.clear();
    const Solved one = solve(weighted, asked), other = solve(repeated, asked);
    expect_optimal(one, describe(asked));
    EXPECT_NEAR(one.value, other.value, 2e-9 * (one.null_value - one.value) + 1e-15) << describe(asked);
  }
}

TEST(InteriorPoint, WeightsOfAnySize) {
  for (const InteriorCase& asked : kCases) {
    Problem problem = noisy_table(200, 3, asked.loss == KinkedLoss::hinge);
    for (std::size_t i = 0; i < problem.rows; ++i)
      problem.weight.push_back(std::pow(10.0, static_cast<double>(i % 9) - 6));
    expect_optimal(solve(problem, asked), describe(asked));
  }
}

TEST(InteriorPoint, TheSameBitsForAnyThreadsAndBlocks) {
  Problem problem = noisy_table(10000, 3, false);
  for (const double l2 : {0.0, 0.1}) {
    const Vector expected = solve(problem, {KinkedLoss::quantile, 0.3, l2, 0}).result.run.w;
    const ThreadLimit three(3);
    for (const std::size_t block_rows : {1000U, 4096U, 6001U}) {
      EXPECT_EQ(solve(problem, {KinkedLoss::quantile, 0.3, l2, block_rows}).result.run.w, expected) << block_rows;
    }
  }
}

TEST(InteriorPoint, StopsWhereItIsToldTo) {
  Problem problem = noisy_table(1000, 4, false);
  MemorySource source = problem.source();
  const Moments moments = column_moments(source);
  const Coordinates at = standardized_coordinates(moments, true, true);
  const InteriorPointRun run =
      solve_by_interior_point(source, at, {KinkedLoss::absolute, 0.5, 0, moments.weight_sum}, {2}, {});
  EXPECT_EQ(run.run.iterations, 2U);
  EXPECT_EQ(run.run.ended, Verdict::iteration_limit);
}

}  // namespace
}  // namespace plumbline::testing
