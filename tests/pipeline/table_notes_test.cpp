// What a fit says of its table by itself, once.
#include <gtest/gtest.h>

#include "pipeline/doctor_tables.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kNoteRows = 200;

class TableNotes : public ::testing::Test {
 protected:
  std::vector<std::string> notes(const TableText& table, const Arguments& more = {}) {
    Arguments arguments = all_train({"fit", folder_.write("t.csv", table.str()), "--target", "y"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments)["notes"].get<std::vector<std::string>>();
  }
  using Notes = std::vector<std::string>;
  TemporaryFolder folder_;
};

TEST_F(TableNotes, ACleanTableHasNone) {
  EXPECT_EQ(notes(TableText(kNoteRows).add_clean().add_number()), Notes{});
  EXPECT_EQ(notes(TableText(kNoteRows).add_clean().add_classes()), Notes{});
}

TEST_F(TableNotes, FeaturesWithOneValue) {
  const auto seven = [](std::size_t) { return 7; };
  EXPECT_EQ(notes(TableText(kNoteRows).add_clean().add("same", seven).add_number()),
            Notes{"feature 'same' has one value in all training rows: the coefficient is 0"});
  EXPECT_EQ(notes(TableText(kNoteRows).add_clean().add("same", seven).add("too", seven).add_classes()),
            Notes{"2 features ('same', 'too') have one value in all training rows: the coefficient is 0"});
}

TEST_F(TableNotes, FeaturesThatCountTheRows) {
  const auto ticket = [](std::size_t i) { return 1001.0 - static_cast<double>(i); };
  EXPECT_EQ(notes(TableText(kNoteRows).add_clean().add("ticket", ticket).add_number()),
            Notes{"'ticket': whole numbers in the order of the rows: a row number, or a time? --drop leaves out"});
  EXPECT_EQ(notes(TableText(19).add_clean().add("ticket", ticket).add_number()), Notes{}) << "too few rows to tell";
  // One that is named like a row number is left out, and that is said once.
  EXPECT_EQ(notes(TableText(kNoteRows)
                      .add_clean()
                      .add("id", [](std::size_t i) { return 1.0 + static_cast<double>(i); })
                      .add_number())
                .size(),
            1U);
}

TEST_F(TableNotes, RareClasses) {
  const TableText rare =
      TableText(kNoteRows).add_clean().add_text("y", [](std::size_t i) { return i % 50 == 7 ? "rare" : "often"; });
  const std::vector<std::string> found = notes(rare);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].rfind("class 'rare' has 4 of 200 training rows", 0), 0U) << found[0];
  EXPECT_EQ(notes(rare, {"--class-weights", "balanced"}), Notes{});
}

}  // namespace
}  // namespace plumbline
