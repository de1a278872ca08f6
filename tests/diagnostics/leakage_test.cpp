// AUCs against their definition, and leaks of columns of every kind.
#include "plumbline/diagnostics/leakage.hpp"

#include <gtest/gtest.h>

#include "diagnostics/doctor_tables.hpp"
#include "plumbline/diagnostics/pair_auc.hpp"

namespace plumbline::testing {
namespace {

double auc_by_definition(const std::vector<RankedRow>& rows, std::uint32_t a, std::uint32_t b) {
  double won = 0, pairs = 0;
  for (const RankedRow& u : rows) {
    for (const RankedRow& v : rows) {
      if (u.class_index != a || v.class_index != b) continue;
      pairs += u.weight * v.weight;
      won += u.weight * v.weight * (v.value > u.value ? 1 : v.value == u.value ? 0.5 : 0);
    }
  }
  return std::max(won, pairs - won) / pairs;
}

TEST(PairAuc, IsTheMeanOverPairsOfClasses) {
  Draws draws(1);
  for (const std::size_t classes : {2U, 3U, 5U}) {
    std::vector<RankedRow> rows;
    for (std::size_t i = 0; i < 120; ++i) {
      rows.push_back(
          {std::floor(4 * draws.normal()), static_cast<std::uint32_t>(draws.below(classes)), 1 + draws.unit()});
    }
    double sum = 0, pairs = 0;
    for (std::uint32_t a = 0; a < classes; ++a) {
      for (std::uint32_t b = a + 1; b < classes; ++b, ++pairs) sum += auc_by_definition(rows, a, b);
    }
    EXPECT_NEAR(mean_pair_auc(rows, classes, 1), sum / pairs, 1e-13);
    EXPECT_TRUE(std::isnan(mean_pair_auc(rows, classes, 1e9)));
  }
}

/// A text column whose level is the class, but for one row; and one with a level of its own for every second row.
DoctorReport examine_levels(std::size_t classes, std::size_t levels, bool every_level) {
  TableMaker table(9, 300);
  table.add_clean_columns(2);
  table.add_target(classes);
  ColumnEncoding encoding;
  encoding.name = "status";
  encoding.categorical = true;
  encoding.reference = !every_level;
  Problem problem = table.problem();
  Problem wide = problem;
  const std::size_t shown = levels - (every_level ? 0 : 1);
  wide.columns += shown;
  wide.x.clear();
  for (std::size_t l = 0; l < levels; ++l) encoding.levels.push_back("l" + std::to_string(l));
  for (std::size_t i = 0; i < 300; ++i) {
    for (std::size_t j = 0; j < 2; ++j) wide.x.push_back(problem.at(i, j));
    const std::size_t level = levels <= 3 ? static_cast<std::size_t>(std::fabs(problem.target[i])) % levels : i / 2;
    for (std::size_t l = levels - shown; l < levels; ++l) wide.x.push_back(l == level ? 1 : 0);
  }
  if (classes == 0) {
    for (std::size_t i = 0; i < 300; ++i) {
      wide.target[i] = std::fmod(std::floor(std::fabs(problem.target[i])), 3.0) + 1e-3 * (i % 2 == 0 ? 1 : -1);
    }
  }
  table.input.encoder.columns.push_back(encoding);
  DoctorOptions options;
  options.look_for_separation = false;
  options.look_at_rows = false;
  return examine_problem(wide, table.input, options);
}

TEST(Leakage, FindsATextColumnByItsLevels) {
  for (const std::size_t classes : {0U, 2U, 3U}) {
    for (const bool every_level : {false, true}) {
      const std::size_t levels = classes == 0 ? 3 : classes;
      const DoctorReport report = examine_levels(classes, levels, every_level);
      EXPECT_EQ(text_of(named_findings(report)), "leak: status; ") << classes << every_level;
    }
  }
}

TEST(Leakage, LevelsWithFewRowsProveNothing) {
  for (const std::size_t classes : {0U, 2U}) {
    const std::set<Named> found = named_findings(examine_levels(classes, 150, false));
    EXPECT_FALSE(found.contains({"leak", {"status"}})) << text_of(found);
  }
}

TEST(Leakage, IsMeasuredOnAllRowsWhereASampleIsClose) {
  for (const double slip : {0.0, 0.02}) {  // AUC 1, and 0.98
    TableMaker table(21, 20'000);
    table.add_clean_columns(2);
    table.add_target(2);
    std::vector<double> leak(table.rows());
    for (std::size_t i = 0; i < leak.size(); ++i) {
      const bool wrong = table.draws.unit() < slip;
      leak[i] = (table.target[i] > 0.5) != wrong ? 1 + table.draws.unit() : table.draws.unit();
    }
    table.add("late", leak);
    Problem problem = table.problem();
    DoctorOptions options;
    options.look_for_separation = false;
    const std::set<Named> found = named_findings(examine_problem(problem, table.input, options));
    EXPECT_EQ(found.contains({"leak", {"late"}}), slip == 0) << text_of(found);
  }
}

TEST(Leakage, NamesTheLabel) {
  TableMaker table(22, 200);
  table.add_clean_columns(3);
  table.add_target(0);
  Problem problem = table.problem();
  problem.target_width = 2;
  problem.target.clear();
  const std::vector<double> shown = table.standardised(2);
  for (std::size_t i = 0; i < 200; ++i) {
    problem.target.push_back(table.draws.unit() < 0.5 ? 1 : 0);
    problem.target.push_back(shown[i] > 0 ? 1 : 0);
  }
  table.input.labels = {"red", "green"};
  const DoctorReport report = examine_problem(problem, table.input);
  ASSERT_GE(report.findings.size(), 2U) << text_of(named_findings(report));
  EXPECT_EQ(report.findings[0].kind, FindingKind::separation);
  EXPECT_EQ(report.findings[1].kind, FindingKind::leak);
  EXPECT_EQ(report.findings[1].columns, std::vector<std::string>{"x2"});
  EXPECT_NE(report.findings[1].detail.find("'green'"), std::string::npos);
}

}  // namespace
}  // namespace plumbline::testing
