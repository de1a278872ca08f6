// AUCs against their definition, and leaks of columns of every kind.
#include "plumbline/diagnostics/leakage.hpp"

#include <gtest/gtest.h>

#include "diagnostics/doctor_tables.hpp"
#include "plumbline/diagnostics/counting_columns.hpp"
#include "plumbline/diagnostics/pair_auc.hpp"
#include "plumbline/diagnostics/rank_correlation.hpp"

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

/// Pearson's correlation of mid-ranks, each row repeated by its whole weight; ranks by counting pairs.
double rank_correlation_by_definition(const std::vector<double>& a, const std::vector<double>& b,
                                      const std::vector<double>& weight) {
  const auto rank = [&](const std::vector<double>& v, std::size_t i) {
    double below = 0;
    for (std::size_t k = 0; k < v.size(); ++k) below += weight[k] * (v[k] < v[i] ? 1 : v[k] == v[i] ? 0.5 : 0);
    return below;
  };
  double n = 0, mean_a = 0, mean_b = 0, aa = 0, bb = 0, ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    n += weight[i];
    mean_a += weight[i] * rank(a, i);
    mean_b += weight[i] * rank(b, i);
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double u = rank(a, i) - mean_a / n, v = rank(b, i) - mean_b / n;
    aa += weight[i] * u * u;
    bb += weight[i] * v * v;
    ab += weight[i] * u * v;
  }
  return ab * ab / (aa * bb);
}

TEST(RankCorrelation, IsThatOfTheRanks) {
  Draws draws(6);
  for (const double zeros : {0.0, 0.4, 0.9}) {
    std::vector<double> target, weight, cells;
    SparseColumn column;
    for (std::size_t i = 0; i < 150; ++i) {
      target.push_back(std::floor(5 * draws.normal()));
      weight.push_back(static_cast<double>(draws.below(3)));
      cells.push_back(draws.unit() < zeros ? 0 : std::floor(2 * (target[i] + draws.normal())));
      if (cells[i] == 0) continue;
      column.row.push_back(static_cast<std::uint32_t>(i));
      column.value.push_back(cells[i]);
    }
    // Sums of 150 terms of like size.
    EXPECT_NEAR(squared_rank_correlation(column, TargetRanks(target, weight)),
                rank_correlation_by_definition(cells, target, weight), 1e-12);
    const TargetRanks constant(std::vector<double>(150, 3.0), weight);
    EXPECT_EQ(squared_rank_correlation(column, constant), 0);
  }
}

TEST(Leakage, FindsATransformOfTheTargetOnManyRowsToo) {
  for (const std::size_t rows : {200U, 9000U}) {
    TableMaker table(31, rows);
    table.add_clean_columns(3);
    table.add_target(0);
    std::vector<double> transformed(rows), noisy(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      transformed[i] = -std::exp(-2 * table.target[i]);  // squared correlation far below 0.99
      noisy[i] = std::exp(table.target[i] + 0.5 * table.draws.normal());
    }
    table.add("transformed", transformed);
    table.add("noisy", noisy);
    for (const Storage storage : {Storage::f64, Storage::csr}) {
      Problem problem = table.problem();
      problem.storage = storage;
      DoctorOptions options;
      options.look_at_rows = false;
      const DoctorReport report = examine_problem(problem, table.input, options);
      ASSERT_EQ(text_of(named_findings(report)), "leak: transformed; ") << rows << name_of(storage);
      EXPECT_NEAR(report.findings[0].value, 1, 1e-12);
    }
  }
}

TEST(CountingColumns, GoUpOrDownByWholeNumbers) {
  Problem problem;
  problem.rows = 40;
  problem.columns = 5;
  problem.target.assign(40, 0.0);
  for (std::size_t i = 0; i < 40; ++i) {
    const double n = static_cast<double>(i);
    for (const double cell : {1000 + 3 * n, -n, n + 0.5, i == 39 ? 0 : n, i == 7 ? 5 : n}) problem.x.push_back(cell);
  }
  MemorySource all = problem.source(6);
  EXPECT_EQ(counting_columns(all, {0, 1, 2, 3, 4}, silent_progress()), (std::vector<std::size_t>{0, 1}));
  problem.weight.assign(40, 1.0);
  problem.weight[7] = problem.weight[39] = 0;
  MemorySource weighted = problem.source();
  EXPECT_EQ(counting_columns(weighted, {0, 2, 3, 4}, silent_progress()), (std::vector<std::size_t>{0, 3, 4}));
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
