// Every finding of `plumbline doctor`, through the command line, alone on a table that is clean but for it.
#include <gtest/gtest.h>

#include "pipeline/doctor_tables.hpp"
#include "support/golden.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kFindingRows = 200;

class DoctorFindings : public DoctorCommandTest {
 protected:
  /// A table of three clean columns and what is planted, with a number as target.
  static TableText table() { return TableText(kFindingRows).add_clean(); }

  const Json& only(const Json& result) {
    EXPECT_EQ(result["findings"].size(), 1U) << summary_of(result);
    return result["findings"][0];
  }
};

double a_of(std::size_t i) { return draw('a', i); }
double b_of(std::size_t i) { return draw('b', i); }

TEST_F(DoctorFindings, ACleanTableIsOneLine) {
  const std::string number = folder_.write("n.csv", table().add_number().str());
  const std::string classes = folder_.write("c.csv", table().add_classes().str());
  for (const std::string& path : {number, classes}) {
    const Outcome outcome = run_program({"doctor", path, "--target", "y"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 1) << outcome.out;
    EXPECT_NE(outcome.out.find("no findings"), std::string::npos) << outcome.out;
  }
  const Json result = json_of({"doctor", classes, "--target", "y"});
  EXPECT_EQ(result["findings"], Json::array());
  EXPECT_EQ(result["notes"], Json::array());
  EXPECT_EQ(result["separation"], "none");
}

TEST_F(DoctorFindings, CollinearSetsByTheirRelation) {
  const Json result = doctor(table()
                                 .add("total", [](std::size_t i) { return a_of(i) + b_of(i); })
                                 .add("unit", [](std::size_t i) { return 1.8 * draw('c', i) + 32; })
                                 .add_number());
  EXPECT_EQ(summary_of(result), "collinear_set: a b total; collinear_set: c unit");
  EXPECT_EQ(result["findings"][0]["detail"], "total = a + b");
  EXPECT_EQ(result["findings"][1]["detail"], "unit = 1.8·c + 32");
  EXPECT_EQ(result["rank"], 4);
  EXPECT_EQ(result["data"]["features"], 5);
  EXPECT_TRUE(result["vif"]["total"].is_null());
  EXPECT_EQ(result["vif_reason"]["total"], "in a collinear set");
}

TEST_F(DoctorFindings, DuplicateConstantAndNearDuplicateColumns) {
  const Json result = doctor(table()
                                 .add("again", a_of)
                                 .add("same", [](std::size_t) { return 7; })
                                 .add("nearly", [](std::size_t i) { return b_of(i) + 0.01 * draw(20, i); })
                                 .add_number());
  EXPECT_EQ(summary_of(result), "duplicate_columns: a again; constant_columns: same; near_duplicate: b nearly");
  EXPECT_NEAR(result["findings"][2]["value"], 1, 1e-3);
  EXPECT_EQ(result["findings"][2]["threshold"], 0.999);
  EXPECT_TRUE(result["findings"][0]["threshold"].is_null());
  EXPECT_EQ(result["findings"][0]["threshold_reason"], "this kind has no threshold");
}

TEST_F(DoctorFindings, WhatNearlyDependsAndInflatedVariance) {
  const Json near =
      doctor(table().add("sum", [](std::size_t i) { return a_of(i) + b_of(i) + 0.02 * draw(20, i); }).add_number());
  EXPECT_EQ(only(near)["kind"], "near_collinear_set");
  EXPECT_EQ(only(near)["columns"], Json({"a", "b", "sum"}));
  EXPECT_GE(only(near)["value"], 30);
  const Json inflated =
      doctor(table().add("sum", [](std::size_t i) { return a_of(i) + b_of(i) + 0.4 * draw(20, i); }).add_number());
  EXPECT_EQ(summary_of(inflated), "inflated_variance: sum");
  EXPECT_EQ(only(inflated)["value"], inflated["vif"]["sum"]);
}

TEST_F(DoctorFindings, MissingCellsIdentifiersAndFreeText) {
  const Json result =
      doctor(table()
                 .add("ticket", [](std::size_t i) { return 1001.0 + static_cast<double>(3 * i); })
                 .add_text("gaps", [](std::size_t i) { return i % 20 == 3 ? "" : fmt::format("{}", draw(20, i)); })
                 .add_text("name", [](std::size_t i) { return fmt::format("n{}", i); })
                 .add_number());
  EXPECT_EQ(summary_of(result), "missing_values: gaps; identifier: name; identifier: ticket");
  EXPECT_EQ(result["findings"][0]["value"], 0.05);
  EXPECT_EQ(result["findings"][0]["detail"], "10 of 200 cells are missing");
  EXPECT_NE(result["findings"][1]["detail"].get<std::string>().find("text with more than 100 levels"),
            std::string::npos);
  const Json& columns = result["columns"];
  ASSERT_EQ(columns.size(), 6U);
  EXPECT_EQ(columns[4], Json::parse(R"({"name":"gaps","type":"number","levels":null,"missing":10,"left_out":null})"));
  EXPECT_EQ(columns[5]["type"], "text");
  EXPECT_FALSE(columns[5]["left_out"].is_null());
}

TEST_F(DoctorFindings, RareClassesAndSeparation) {
  const Json rare = doctor(table().add_text("y", [](std::size_t i) { return i % 50 == 7 ? "rare" : "often"; }),
                           {"--separation", "off"});
  EXPECT_EQ(only(rare)["kind"], "class_imbalance");
  EXPECT_EQ(only(rare)["value"], 49);
  EXPECT_EQ(rare["classes"], Json::parse(R"([{"class":"often","rows":196},{"class":"rare","rows":4}])"));
  EXPECT_TRUE(rare["separation"].is_null());
  const auto yes = [](std::size_t i) { return draw(30, i) > 0; };
  const auto distance = [yes](std::size_t i) { return (yes(i) ? 1 : -1) * (0.2 + std::fabs(draw(31, i))); };
  const Json plane = doctor(table()
                                .add("debit", [](std::size_t i) { return 3 * draw(32, i); })
                                .add("credit", [distance](std::size_t i) { return distance(i) - 3 * draw(32, i); })
                                .add_text("y", [yes](std::size_t i) { return yes(i) ? "yes" : "no"; }));
  EXPECT_EQ(only(plane)["kind"], "separation");
  EXPECT_EQ(plane["separation"], "complete");
  EXPECT_EQ(only(plane)["value"], kFindingRows);
  const Json& witness = only(plane)["witness"];
  for (std::size_t i = 0; i < kFindingRows; ++i) {
    const double side = witness["(intercept)"].get<double>() + witness.value("a", 0.0) * a_of(i) +
                        witness.value("b", 0.0) * b_of(i) + witness.value("c", 0.0) * draw('c', i) +
                        witness["debit"].get<double>() * 3 * draw(32, i) +
                        witness["credit"].get<double>() * (distance(i) - 3 * draw(32, i));
    EXPECT_EQ(side > 0, yes(i)) << "row " << i;
  }
}

TEST_F(DoctorFindings, LeaksByRankAndByFigure) {
  const auto yes = [](std::size_t i) { return a_of(i) + draw(9, i) > 0; };
  const Json classes = doctor(table()
                                  .add("refund", [yes](std::size_t i) { return (yes(i) ? 1 : 0) + 0.4 * draw(20, i); })
                                  .add_text("y", [yes](std::size_t i) { return yes(i) ? "yes" : "no"; }),
                              {"--separation", "off"});
  EXPECT_EQ(summary_of(classes), "leak: refund");
  EXPECT_EQ(only(classes)["value"], 1);
  const auto price = [](std::size_t i) { return std::exp(a_of(i) + draw(9, i)); };
  const Json fee = doctor(
      table().add("fee", [price](std::size_t i) { return 0.02 * price(i) + 1e-4 * draw(20, i); }).add("y", price));
  EXPECT_EQ(summary_of(fee), "leak: fee");
  EXPECT_EQ(only(fee)["detail"].get<std::string>().find("ranks"), std::string::npos);
  const Json logarithm =
      doctor(table().add("log", [price](std::size_t i) { return std::log(price(i)); }).add("y", price));
  EXPECT_EQ(summary_of(logarithm), "leak: log");
  EXPECT_NE(only(logarithm)["detail"].get<std::string>().find("ranks"), std::string::npos);
  EXPECT_EQ(only(logarithm)["value"], 1);
}

TEST_F(DoctorFindings, RowsAreNamedAsRecordsOrByTheirId) {
  std::string text = "key,a,b,y\n";
  for (std::size_t i = 0; i < kFindingRows; ++i) {
    const std::size_t as = i == 120 ? 17 : i;
    const double a = i == 60 ? 1000 : a_of(as);
    const std::string y = i < 3 ? "" : fmt::format("{}", a_of(as) + draw(9, as));  // the first records have no target
    text += fmt::format("k{},{},{},{}\n", i, a, b_of(as), y);
  }
  const Json by_record = doctor(text, {"--drop", "key"});
  EXPECT_EQ(summary_of(by_record), "duplicate_rows:; outlying_rows:");
  EXPECT_EQ(by_record["findings"][0]["rows"], Json({121}));
  EXPECT_EQ(by_record["findings"][0]["originals"], Json({18}));
  EXPECT_EQ(by_record["findings"][1]["rows"], Json({61}));
  EXPECT_EQ(by_record["data"]["rows"], kFindingRows);
  EXPECT_EQ(by_record["data"]["dropped_rows"], 3);
  EXPECT_EQ(by_record["notes"], Json({"3 rows dropped: the target is missing"}));
  const Json by_id = doctor(text, {"--id", "key"});
  EXPECT_EQ(by_id["findings"][0]["rows"], Json({"k120"}));
  EXPECT_EQ(by_id["findings"][0]["originals"], Json({"k17"}));
  const Outcome told = run_program({"doctor", folder_.path("t.csv"), "--target", "y", "--id", "key"});
  EXPECT_NE(told.out.find("(record k120 as k17)"), std::string::npos) << told.out;
}

TEST_F(DoctorFindings, ATextColumnWithOneLevel) {
  const Json result = doctor(table().add_text("site", [](std::size_t) { return "A1"; }).add_number());
  EXPECT_EQ(summary_of(result), "constant_columns: site");
}

/// The whole page, so that what a reader sees is looked at when it changes.
TEST_F(DoctorFindings, ThePageOfASmallTable) {
  const std::string path = folder_.write("t.csv",
                                         "name,a,b,sum,y\n"
                                         "p,1,4,5,no\nq,2,2,4,no\nr,3,7,10,no\ns,4,1,5,yes\nt,5,6,11,yes\n"
                                         "u,6,3,9,yes\nv,7,,12,yes\nw,2,2,4,no\n");
  std::string page = run_program({"doctor", path, "--target", "y", "--id", "name"}).out;
  EXPECT_EQ(page.rfind(path, 0), 0U);
  expect_golden("doctor.txt", page.substr(folder_.path("").size()));
}

TEST_F(DoctorFindings, MoreColumnsThanRows) {
  TableText few(5);
  for (int c = 0; c < 6; ++c) {
    few.add(fmt::format("x{}", c), [c](std::size_t i) { return draw(100 + static_cast<std::uint64_t>(c), i); });
  }
  EXPECT_EQ(summary_of(doctor(few.add_number())), "more_columns:");
}

TEST_F(DoctorFindings, LabelsAreJudgedOneByOne) {
  const std::string text = table()
                               .add("u", [](std::size_t i) { return draw(40, i) > 0 ? 1 : 0; })
                               .add("v", [](std::size_t i) { return draw('c', i) > 0.1 ? 1 : 0; })
                               .str();
  const Json result = json_of({"doctor", folder_.write("t.csv", text), "--target", "u,v"});
  EXPECT_EQ(summary_of(result), "separation: c; leak: c");
  EXPECT_EQ(result["separation"], Json::parse(R"({"u":"none","v":"complete"})"));
  EXPECT_EQ(result["data"]["task"], "multilabel");
  EXPECT_EQ(result["classes"][0]["class"], "u");
}

}  // namespace
}  // namespace plumbline
