// The doctor against tables with planted faults and against clean ones.
#include "plumbline/diagnostics/doctor.hpp"

#include <gtest/gtest.h>

#include "diagnostics/doctor_tables.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline::testing {
namespace {

constexpr std::uint64_t kTables = 200;

TableMaker clean_table(std::uint64_t seed) {
  Draws draws(seed + 7'000'000);
  TableMaker table(seed, 150 + draws.below(250));
  table.add_clean_columns(3 + draws.below(5));
  if (draws.unit() < 0.5) table.add_text_column("color");
  return table;
}

std::size_t classes_for(std::uint64_t seed) { return seed % 3 == 0 ? 0 : 1 + seed % 3; }

TEST(Doctor, InventsNothingOnCleanTables) {
  for (std::uint64_t seed = 0; seed < kTables; ++seed) {
    TableMaker table = clean_table(seed);
    table.add_target(classes_for(seed));
    Problem problem = table.problem();
    const DoctorReport report = examine_problem(problem, table.input);
    EXPECT_TRUE(report.findings.empty()) << "seed " << seed << ": " << text_of(named_findings(report));
    EXPECT_TRUE(report.notes.empty());
    ASSERT_TRUE(report.collinearity);
    EXPECT_EQ(report.collinearity->rank, report.features + 1);
  }
}

/// Faults that do not touch each other, each in some of the tables; returns what is to be found.
std::set<Named> plant(std::uint64_t seed, TableMaker& table) {
  std::set<Named> planted;
  const std::size_t n = table.rows();
  if (seed % 2 == 0) {  // a sum, with whole weights
    std::vector<double> sum(n);
    const double second = 1 + static_cast<double>(table.draws.below(3));
    for (std::size_t i = 0; i < n; ++i) sum[i] = table.column(0)[i] + second * table.column(1)[i];
    table.add("total", sum);
    planted.insert({"collinear_set", {"x0", "x1", "total"}});
  }
  if (seed % 3 != 1) {  // another unit
    std::vector<double> other(n);
    for (std::size_t i = 0; i < n; ++i) other[i] = 1.8 * table.column(2)[i] + 32;
    table.add("fahrenheit", other);
    planted.insert({"collinear_set", {"x2", "fahrenheit"}});
  }
  std::vector<double> fresh(n);
  for (double& v : fresh) v = 5 + table.draws.normal();
  table.add("fresh", fresh);
  if (seed % 4 < 2) {
    table.add("copy", fresh);
    planted.insert({"duplicate_columns", {"fresh", "copy"}});
  } else if (seed % 4 == 2) {
    for (double& v : fresh) v += 0.01 * table.draws.normal();
    table.add("nearly", fresh);
    planted.insert({"near_duplicate", {"fresh", "nearly"}});
  }
  if (seed % 5 == 0) {
    table.add("constant", std::vector<double>(n, 3.25));
    planted.insert({"constant_columns", {"constant"}});
  }
  if (seed % 5 == 1) {
    std::vector<double> number(n);
    for (std::size_t i = 0; i < n; ++i) number[i] = 1001 + static_cast<double>(i);
    table.add("ticket", number);
    planted.insert({"identifier", {"ticket"}});
  }
  return planted;
}

/// Faults that need the target: a leak, or a plane between two classes that no column shows alone.
void plant_with_target(std::uint64_t seed, std::size_t classes, TableMaker& table, std::set<Named>& planted) {
  const std::size_t n = table.rows();
  if (seed % 7 < 2) {
    std::vector<double> leak(n);
    const double noise = classes == 0 ? 0.05 : 0.1;
    for (std::size_t i = 0; i < n; ++i) leak[i] = 20 - 3 * table.target[i] + noise * table.draws.normal();
    table.add("late", leak);
    planted.insert({"leak", {"late"}});
    return;
  }
  if (classes != 2 || seed % 7 > 4) return;
  std::vector<double> one(n), other(n);
  for (std::size_t i = 0; i < n; ++i) {
    one[i] = 2 * table.draws.normal();
    other[i] = (table.target[i] > 0.5 ? 1 : -1) * (0.5 + table.draws.unit()) - one[i];
  }
  table.add("debit", one);
  table.add("credit", other);
  planted.insert({"separation", {"debit", "credit"}});
}

/// A leak between classes is a separation as well.
void drop_separation_by_leak(std::set<Named>& found) {
  std::erase_if(found,
                [&](const Named& finding) { return finding.first == "separation" && finding.second.contains("late"); });
}

TEST(Doctor, FindsPlantedFaultsByName) {
  for (std::uint64_t seed = 0; seed < kTables; ++seed) {
    TableMaker table = clean_table(seed + 1'000'000);
    std::set<Named> planted = plant(seed, table);
    const std::size_t classes = classes_for(seed);
    table.add_target(classes);
    plant_with_target(seed, classes, table, planted);
    Problem problem = table.problem();
    const DoctorReport report = examine_problem(problem, table.input);
    std::set<Named> found = named_findings(report);
    drop_separation_by_leak(found);
    EXPECT_EQ(text_of(found), text_of(planted)) << "seed " << seed;
  }
}

TEST(Doctor, NamesRowsThatRepeatAndRowsThatStickOut) {
  TableMaker table(5, 200);
  table.add_clean_columns(4);
  table.add_target(0);
  for (std::size_t c = 0; c < 4; ++c) table.column(c)[120] = table.column(c)[17];
  table.target[120] = table.target[17];
  table.column(0)[60] += 1e3 * (table.column(0)[1] - table.column(0)[2]);
  Problem problem = table.problem();
  const DoctorReport report = examine_problem(problem, table.input);
  ASSERT_EQ(report.findings.size(), 2U) << text_of(named_findings(report));
  EXPECT_EQ(report.findings[0].kind, FindingKind::duplicate_rows);
  EXPECT_EQ(report.findings[0].rows, std::vector<std::size_t>{120});
  EXPECT_EQ(report.findings[0].originals, std::vector<std::size_t>{17});
  EXPECT_EQ(report.findings[1].kind, FindingKind::outlying_rows);
  EXPECT_EQ(report.findings[1].rows, std::vector<std::size_t>{60});
  problem.target[120] += 1;  // the target counts
  EXPECT_EQ(examine_problem(problem, table.input).findings.size(), 1U);
}

TEST(Doctor, WritesRelationsDown) {
  TableMaker table(11, 100);
  table.add_clean_columns(3);
  const auto combine = [&](double a, double b, double constant) {
    std::vector<double> sum(table.rows());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] = a * table.column(0)[i] + b * table.column(1)[i] + constant;
    return sum;
  };
  table.add("total", combine(1, 1, 0));
  table.add("other", combine(0, 0.25, -7));
  table.add_target(0);
  Problem problem = table.problem();
  const DoctorReport report = examine_problem(problem, table.input);
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_EQ(report.findings[0].detail, "total = x0 + x1");
  EXPECT_EQ(report.findings[1].detail, "x1 = 4·other + 28");
  EXPECT_EQ(report.collinearity->rank, 4U);
  EXPECT_EQ(report.collinearity->columns, 6U);
}

TEST(Doctor, NamesWhatNearlyDepends) {
  TableMaker table(12, 300);
  table.add_clean_columns(2);
  const std::vector<double> first = table.standardised(0), second = table.standardised(1);
  std::vector<double> sum(table.rows());
  for (std::size_t i = 0; i < sum.size(); ++i) {
    sum[i] = 3 * first[i] - 2 * second[i] + 0.02 * table.draws.normal();
  }
  table.add("nearly", sum);
  std::vector<double> alone(table.rows());
  for (double& v : alone) v = 1e5 + table.draws.normal();  // an offset is no fault
  table.add("offset", alone);
  table.add_target(0);
  Problem problem = table.problem();
  const DoctorReport report = examine_problem(problem, table.input);
  EXPECT_EQ(text_of(named_findings(report)), "near_collinear_set: nearly x0 x1; ");
  EXPECT_GT(report.collinearity->condition_indices.back(), 1e4) << "[1 X] is not centred";
}

TEST(Doctor, AWeightOfTwoIsTheRowTwice) {
  TableMaker table = clean_table(31);
  table.add_target(2);
  Problem once = table.problem();
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < once.rows; ++i) {
    once.weight.push_back(static_cast<double>(i % 3));
    rows.insert(rows.end(), i % 3, i);
  }
  Problem twice = pick_rows(once, rows);
  twice.weight.clear();
  DoctorOptions options;
  options.duplicate_rows = 1e9;
  options.leak_auc = 0.51;  // so that AUCs are told
  options.vif = 1;
  const DoctorReport a = examine_problem(once, table.input, options), b = examine_problem(twice, table.input, options);
  ASSERT_EQ(named_findings(a), named_findings(b));
  EXPECT_FALSE(a.findings.empty());
  for (std::size_t f = 0; f < a.findings.size(); ++f) {
    // Sums over the same numbers in another order.
    EXPECT_NEAR(a.findings[f].value, b.findings[f].value, 1e-11 * std::fabs(b.findings[f].value));
  }
}

void expect_same_bits(const DoctorReport& a, const DoctorReport& b) {
  ASSERT_EQ(named_findings(a), named_findings(b));
  for (std::size_t f = 0; f < a.findings.size(); ++f) {
    EXPECT_EQ(a.findings[f].detail, b.findings[f].detail);
    EXPECT_EQ(a.findings[f].rows, b.findings[f].rows);
    EXPECT_TRUE(a.findings[f].value == b.findings[f].value || std::isnan(b.findings[f].value));
    EXPECT_EQ(a.findings[f].witness, b.findings[f].witness);
  }
  EXPECT_EQ(a.collinearity->condition_indices, b.collinearity->condition_indices);
  EXPECT_EQ(a.collinearity->inverse_root, b.collinearity->inverse_root);
}

/// Every kind of finding at once, over several leaves and more rows than a sample has.
TableMaker large_faulty_table() {
  TableMaker table(77, 9000);
  table.add_clean_columns(3);
  plant(30, table);
  table.add_target(2);
  std::set<Named> ignored;
  plant_with_target(3, 2, table, ignored);
  for (std::size_t c = 0; c < 10; ++c) table.column(c)[8000] = table.column(c)[40];
  table.target[8000] = table.target[40];
  return table;
}

TEST(Doctor, GivesTheSameBitsForAnyThreadsAndBlocks) {
  const TableMaker table = large_faulty_table();
  Problem problem = table.problem();
  const DoctorReport report = examine_problem(problem, table.input);
  EXPECT_GE(report.findings.size(), 5U) << text_of(named_findings(report));
  expect_same_bits(report, examine_problem(problem, table.input, {}, 37));
  const ThreadLimit one(1);
  expect_same_bits(report, examine_problem(problem, table.input, {}, 4096));
}

TEST(Doctor, SeesTheSameInEveryStorage) {
  const TableMaker table = large_faulty_table();
  Problem dense = table.problem(), sparse = table.problem();
  sparse.storage = Storage::csr;
  const DoctorReport a = examine_problem(dense, table.input), b = examine_problem(sparse, table.input);
  EXPECT_EQ(named_findings(a), named_findings(b));
}

TEST(Doctor, AsksForWhatItNeeds) {
  TableMaker table(1, 30);
  table.add_clean_columns(2);
  table.add_target(2);
  Problem problem = table.problem();
  DoctorOptions options;
  options.leak_auc = 1.5;
  EXPECT_THROW(examine_problem(problem, table.input, options), std::invalid_argument);
  problem.weight.assign(30, 0.0);
  EXPECT_THROW(examine_problem(problem, table.input), std::invalid_argument);
  problem.weight.clear();
  problem.columns = 1;
  EXPECT_THROW(examine_problem(problem, table.input), std::invalid_argument);
}

TEST(Doctor, SaysWhatItDidNotLookAt) {
  TableMaker table(1, 60);
  table.add_clean_columns(5);
  table.add_target(0);
  Problem problem = table.problem();
  DoctorOptions options;
  options.widest = 4;
  const DoctorReport report = examine_problem(problem, table.input, options);
  EXPECT_FALSE(report.collinearity);
  EXPECT_EQ(report.notes.size(), 1U);
}

TEST(Doctor, TellsOfFewRowsOnce) {
  TableMaker table(1, 8);
  table.add_clean_columns(9);
  table.add_target(0);
  Problem problem = table.problem();
  const DoctorReport report = examine_problem(problem, table.input);
  EXPECT_TRUE(named_findings(report).contains({"more_columns", {}})) << text_of(named_findings(report));
  EXPECT_FALSE(named_findings(report).contains({"collinear_set", {"x8"}}));
  EXPECT_LE(report.collinearity->rank, 8U);
}

TEST(Doctor, PassesOnWhatReadingKnows) {
  TableMaker table(3, 60);
  table.add_clean_columns(2);
  table.add_target(2);
  for (std::size_t i = 0; i < 60; ++i) table.target[i] = i < 2 ? 1 : 0;
  table.input.columns = {{"x0", false, 0, 6, ""}, {"name", true, 0, 0, "text with more than 100 levels"}};
  Problem problem = table.problem();
  DoctorOptions options;
  options.look_for_separation = false;
  const DoctorReport report = examine_problem(problem, table.input, options);
  const std::set<Named> expected{{"missing_values", {"x0"}}, {"identifier", {"name"}}, {"class_imbalance", {}}};
  EXPECT_EQ(named_findings(report), expected) << text_of(named_findings(report));
  EXPECT_DOUBLE_EQ(report.findings[0].value, 0.1);
}

}  // namespace
}  // namespace plumbline::testing
