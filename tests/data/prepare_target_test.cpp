#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "data/read_support.hpp"
#include "plumbline/data/libsvm.hpp"
#include "plumbline/data/target.hpp"

namespace plumbline::testing {
namespace {

using Texts = std::vector<std::string>;

/// A table whose column y is read as a target.
Table with_target(const std::string& cells) {
  ReadOptions options;
  options.use = [](const std::string& name) { return name == "y" ? ColumnUse::target : ColumnUse::automatic; };
  std::string text = "x,y\n";
  std::string cell;
  for (const char c : cells + ",") {
    if (c == ',') {
      text += "1," + cell + "\n";
      cell.clear();
    } else {
      cell += c;
    }
  }
  return csv(text, options);
}

ClassLabels class_labels_of(const Table& table) {
  return ClassLabels::of(extract_target(table, "y"), std::vector<bool>(table.rows, true));
}

std::vector<double> index_of(const ClassLabels& labels, const Table& table, std::size_t& dotted) {
  return labels.index(extract_target(table, "y"), table, dotted);
}

TEST(ClassLabels, AreSortedNumericallyIfAllAreNumbers) {
  const ClassLabels labels = class_labels_of(with_target("10,9,-1,9,2.5"));
  EXPECT_EQ(labels.labels(), (Texts{"-1", "2.5", "9", "10"}));
  EXPECT_TRUE(labels.numeric());
}

TEST(ClassLabels, AreSortedBytewiseElse) {
  const ClassLabels labels = class_labels_of(with_target("b,10,9,B,é"));
  EXPECT_EQ(labels.labels(), (Texts{"10", "9", "B", "b", "é"}));
  EXPECT_FALSE(labels.numeric());
}

TEST(ClassLabels, KeepTheUsersSpellingAndOneNumberIsOneClass) {
  const Table table = with_target("1.0,0.50,1,+1,0.5");
  const ClassLabels labels = class_labels_of(table);
  EXPECT_EQ(labels.labels(), (Texts{"0.50", "1.0"}));  // the first spelling of each
  std::size_t dotted = 0;
  EXPECT_EQ(index_of(labels, table, dotted), (std::vector<double>{1, 0, 1, 1, 0}));
  EXPECT_EQ(dotted, 0U);
}

TEST(ClassLabels, OnlyRowsInUseCount) {
  const Table table = with_target("a,b,c");
  const ClassLabels labels = ClassLabels::of(extract_target(table, "y"), {true, false, true});
  EXPECT_EQ(labels.labels(), (Texts{"a", "c"}));
}

TEST(ClassLabels, MissingStaysMissing) {
  const Table table = with_target("a,NA,b,?");
  std::size_t dotted = 0;
  const std::vector<double> index = index_of(class_labels_of(table), table, dotted);
  EXPECT_EQ(index[0], 0);
  EXPECT_TRUE(std::isnan(index[1]));
  EXPECT_EQ(index[2], 1);
  EXPECT_TRUE(std::isnan(index[3]));
}

TEST(ClassLabels, AFinalDotIsTakenOffWhereThatHelps) {
  const ClassLabels labels = class_labels_of(with_target("<=50K,>50K"));
  std::size_t dotted = 0;
  EXPECT_EQ(index_of(labels, with_target("<=50K.,>50K,>50K.,<=50K."), dotted), (std::vector<double>{0, 1, 1, 0}));
  EXPECT_EQ(dotted, 3U);
  // Two dots are another label, and a known label that ends in a dot is itself.
  EXPECT_THROW((void)index_of(labels, with_target("<=50K.."), dotted), DataError);
  const ClassLabels with_dot = class_labels_of(with_target("a,a."));
  dotted = 0;
  EXPECT_EQ(index_of(with_dot, with_target("a.,a"), dotted), (std::vector<double>{1, 0}));
  EXPECT_EQ(dotted, 0U);
}

TEST(ClassLabels, AnUnknownOneIsBadDataAtItsRecord) {
  const ClassLabels labels = class_labels_of(with_target("a,b"));
  std::size_t dotted = 0;
  try {
    (void)index_of(labels, with_target("a,b,zebra,b"), dotted);
    FAIL() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_EQ(error.place().record, 3U);
    EXPECT_EQ(error.place().line, 4U);
    EXPECT_EQ(error.place().column, "y");
    EXPECT_NE(error.problem().find("zebra"), std::string::npos);
  }
  const ClassLabels numbers = class_labels_of(with_target("0,1"));
  EXPECT_THROW((void)index_of(numbers, with_target("0,2"), dotted), DataError);
  EXPECT_THROW((void)index_of(numbers, with_target("0,one"), dotted), DataError);
}

TEST(ClassLabels, NumbersMatchByValueAcrossFilesAndFromAModel) {
  const ClassLabels labels({"0.50", "1"}, true);
  std::size_t dotted = 0;
  EXPECT_EQ(index_of(labels, with_target("5e-1,1.000"), dotted), (std::vector<double>{0, 1}));
  EXPECT_EQ(index_of(labels, with_target("1.,0.5"), dotted), (std::vector<double>{1, 0}));
}

TEST(Target, LabelsThatComeApartAreFoundWithoutAName) {
  const auto input = memory_input("+1 1:2\n-1 2:3\n+1 1:1\n", "t.svm");
  const Table table = read_libsvm(*input, {});
  const RawTarget target = extract_target(table, "");
  EXPECT_EQ(target.cells, (std::vector<double>{1, -1, 1}));
  EXPECT_EQ(target.name, "label");
  const ClassLabels labels = ClassLabels::of(target, {true, true, true});
  EXPECT_EQ(labels.labels(), (Texts{"-1", "+1"}));
}

TEST(Target, AnAbsentColumnIsBadData) {
  const Table table = with_target("1,2");
  EXPECT_THROW((void)extract_target(table, "nowhere"), DataError);
}

TEST(Target, SpellsNumbersAsTheFileDidOrAsShortAsPossible) {
  const RawTarget target = extract_target(with_target("1.50,2"), "y");
  EXPECT_EQ(spell(target, 1.5), "1.50");
  EXPECT_EQ(spell(target, 0.1), "0.1");
}

}  // namespace
}  // namespace plumbline::testing
