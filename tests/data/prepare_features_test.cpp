// From a table as read to X: which columns are features, what the training rows teach, how cells become columns.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "data/read_support.hpp"
#include "plumbline/data/encode.hpp"
#include "plumbline/data/features.hpp"
#include "plumbline/data/fingerprint.hpp"
#include "plumbline/data/libsvm.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline::testing {
namespace {

using Texts = std::vector<std::string>;

FeatureChoice all_features(const Table& table, const Texts& excluded = {}, const Texts& keep = {}) {
  return choose_features(table, excluded, keep, 100);
}

EncoderOptions options_for(const Table& table, MissingPolicy missing = MissingPolicy::impute, bool reference = false) {
  EncoderOptions options;
  options.missing = missing;
  options.reference_levels = reference;
  options.train.assign(table.rows, true);
  return options;
}

std::vector<std::size_t> in_order(const Table& table) {
  std::vector<std::size_t> slots(table.rows);
  std::iota(slots.begin(), slots.end(), std::size_t{0});
  return slots;
}

Dataset encode_all(Table& table, const Encoder& encoder, EncodeCounts& counts) {
  return encode(table, encoder, in_order(table), table.rows, counts);
}

Texts names_left_out(const FeatureChoice& choice) {
  Texts names;
  for (const LeftOutColumn& column : choice.left_out) {
    EXPECT_FALSE(column.why.empty());
    names.push_back(column.column);
  }
  return names;
}

TEST(Features, CountingColumnsNamedLikeRowNumbersAreLeftOut) {
  const Table table =
      csv("rownames,ROW,Index,userID,id,x,year,identity,holds\n"
          "1,0,1,0,2,1,0,1,3\n2,1,2,1,1,2,1,2,4\n3,2,3,2,3,3,2,3,5\n");
  const FeatureChoice choice = all_features(table);
  EXPECT_EQ(names_left_out(choice), (Texts{"rownames", "ROW", "Index", "userID"}));
  // id does not count; x, year and identity count but are not named so; holds starts at 3.
  EXPECT_EQ(choice.columns, (std::vector<std::size_t>{4, 5, 6, 7, 8}));
}

TEST(Features, AnEmptyNameIsThatOfARowNumber) {
  EXPECT_EQ(names_left_out(all_features(csv(",x\n0,5\n1,5\n2,7\n"))), (Texts{""}));
}

TEST(Features, KeepTakesWhatWouldBeLeftOut) {
  const Table table = csv("id,note,x\n1,aa,3\n2,bb,4\n3,cc,9\n");
  EXPECT_EQ(names_left_out(choose_features(table, {}, {}, 2)), (Texts{"id", "note"}));
  EXPECT_EQ(choose_features(table, {}, {"id", "note"}, 2).columns, (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Features, ExcludedAndEmptyColumnsAreNoFeatures) {
  const Table table = csv("y,empty,x\n1,,3\n2,NA,4\n");
  const FeatureChoice choice = all_features(table, {"y"});
  EXPECT_EQ(choice.columns, (std::vector<std::size_t>{2}));
  EXPECT_EQ(names_left_out(choice), (Texts{"empty"}));  // what was excluded on purpose needs no explanation
  EXPECT_THROW((void)all_features(table, {"y", "x"}), DataError);
}

TEST(Encoder, LevelsAreSortedNumericallyIfAllAreNumbersElseBytewise) {
  ReadOptions read;
  read.use = [](const std::string&) { return ColumnUse::text; };
  const Table table = csv("a,b\n10,x\n9,Z\n-1,10\n9.5,9\n", read);
  const Encoder encoder = learn_encoder(table, all_features(table), options_for(table));
  EXPECT_EQ(encoder.columns[0].levels, (Texts{"-1", "9", "9.5", "10"}));
  EXPECT_EQ(encoder.columns[1].levels, (Texts{"10", "9", "Z", "x"}));
}

TEST(Encoder, OneHotWithAllLevelsOrAReference) {
  for (const bool reference : {false, true}) {
    Table table = csv("colour,x\nred,1\nblue,2\ngreen,3\nblue,4\n");
    const Encoder encoder =
        learn_encoder(table, all_features(table), options_for(table, MissingPolicy::impute, reference));
    const Texts expected =
        reference ? Texts{"colour=green", "colour=red", "x"} : Texts{"colour=blue", "colour=green", "colour=red", "x"};
    EXPECT_EQ(encoder.feature_names(), expected);
    EXPECT_EQ(encoder.width(), expected.size());
    EncodeCounts counts;
    const Dataset data = encode_all(table, encoder, counts);
    const auto red = reference ? std::vector<double>{0, 1, 1} : std::vector<double>{0, 0, 1, 1};
    const auto blue = reference ? std::vector<double>{0, 0, 2} : std::vector<double>{1, 0, 0, 2};
    EXPECT_EQ(row_of(data, 0), red);
    EXPECT_EQ(row_of(data, 1), blue);
    EXPECT_TRUE(counts.unseen_levels.empty());
  }
}

TEST(Encoder, OnlyTrainingRowsTeach) {
  Table table = csv("c,x\na,1\nb,\na,\nc,30\n,5\n");
  EncoderOptions options = options_for(table);
  options.train = {true, true, true, false, false};
  const Encoder encoder = learn_encoder(table, all_features(table), options);
  EXPECT_EQ(encoder.columns[0].levels, (Texts{"a", "b"}));
  EXPECT_FALSE(encoder.columns[0].indicator);  // the missing text is in a test row
  EXPECT_TRUE(encoder.columns[1].indicator);
  EXPECT_EQ(encoder.columns[1].fill, 1);
  EncodeCounts counts;
  const Dataset data = encode_all(table, encoder, counts);
  EXPECT_EQ(encoder.feature_names(), (Texts{"c=a", "c=b", "x", "x (missing)"}));
  EXPECT_EQ(row_of(data, 1), (std::vector<double>{0, 1, 1, 1}));
  EXPECT_EQ(row_of(data, 3), (std::vector<double>{0, 0, 30, 0}));  // c was never seen: "other"
  EXPECT_EQ(row_of(data, 4), (std::vector<double>{0, 0, 5, 0}));   // nor was a missing one
  ASSERT_EQ(counts.unseen_levels.size(), 1U);
  EXPECT_EQ(counts.unseen_levels[0], (std::pair<std::string, std::size_t>{"c", 2}));
}

TEST(Encoder, AMissingCategoryIsALevelOfItsOwn) {
  Table table = csv("c,x\na,1\n,2\nb,3\n");
  const Encoder encoder = learn_encoder(table, all_features(table), options_for(table, MissingPolicy::impute, true));
  EXPECT_EQ(encoder.feature_names(), (Texts{"c=b", "c (missing)", "x"}));
  EncodeCounts counts;
  const Dataset data = encode_all(table, encoder, counts);
  EXPECT_EQ(row_of(data, 0), (std::vector<double>{0, 0, 1}));
  EXPECT_EQ(row_of(data, 1), (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(row_of(data, 2), (std::vector<double>{1, 0, 3}));
}

TEST(Encoder, TheFillIsTheWeightedTrainingMean) {
  const Table table = csv("x,z\n1,0\n4,0\n,0\n1e308,1\n1.5e308,2\n");
  EncoderOptions options = options_for(table);
  options.train = {true, true, true, false, false};
  const std::vector<double> weight{3, 1, 5, 1, 1};
  options.row_weight = weight.data();
  EXPECT_EQ(learn_encoder(table, all_features(table), options).columns[0].fill, 1.75);
  options.train = {false, false, true, true, true};
  options.row_weight = nullptr;
  EXPECT_NEAR(learn_encoder(table, all_features(table), options).columns[0].fill / 1e308, 1.25, 1e-15);
}

TEST(Encode, MissingIsAnErrorWhereAsked) {
  Table table = csv("a,b\n1,2\n\"x\ny\",3\nz,\n");
  const Encoder encoder = learn_encoder(table, all_features(table), options_for(table, MissingPolicy::error));
  EncodeCounts counts;
  try {
    (void)encode_all(table, encoder, counts);
    FAIL() << "nothing was thrown";
  } catch (const DataError& error) {
    EXPECT_EQ(error.place().record, 3U);
    EXPECT_EQ(error.place().line, 5U);
    EXPECT_EQ(error.place().column, "b");
  }
}

TEST(Encode, RowsGoWhereTheirSlotsSayAndMayBeLeftOut) {
  Table table = csv("x\n10\n11\n12\n13\n", {}, limits_of(3));
  const Encoder encoder = learn_encoder(table, all_features(table), options_for(table));
  EncodeCounts counts;
  const Dataset data = encode(table, encoder, {2, kNoSlot, 0, 1}, 3, counts);
  EXPECT_EQ(row_of(data, 0), std::vector<double>{12});
  EXPECT_EQ(row_of(data, 1), std::vector<double>{13});
  EXPECT_EQ(row_of(data, 2), std::vector<double>{10});
  EXPECT_EQ(data.record, (std::vector<std::uint32_t>{2, 3, 0}));
  Table again = csv("x\n10\n11\n");
  EXPECT_THROW((void)encode(again, encoder, {0}, 1, counts), std::invalid_argument);
}

TEST(Encode, AnotherTableMustHaveTheColumnsAndTheirKinds) {
  const Table table = csv("c,x\na,1\nb,2\n");
  const Encoder encoder = learn_encoder(table, all_features(table), options_for(table));
  EncodeCounts counts;
  Table extra = csv("more,x,c\n5,1,b\n");
  EXPECT_EQ(row_of(encode_all(extra, encoder, counts), 0), (std::vector<double>{0, 1, 1}));
  EXPECT_EQ(counts.ignored_columns, 1U);
  for (const char* text : {"x\n1\n", "c,x\n1,1\n", "c,x\na,b\n"}) {
    Table wrong = csv(text);
    EXPECT_THROW((void)encode_all(wrong, encoder, counts), DataError) << text;
  }
}

TEST(Encode, SparseEntriesBeyondTheKnownWidthAreCountedAndIgnored) {
  const auto train_input = memory_input("1 1:5 3:7\n0 2:1\n", "t.svm");
  Table train = read_libsvm(*train_input, {});
  const Encoder encoder = learn_encoder(train, all_features(train), options_for(train));
  EXPECT_EQ(encoder.width(), 3U);
  EXPECT_EQ(encoder.feature_names(), (Texts{"f1", "f2", "f3"}));
  const auto test_input = memory_input("1 2:4 9:1\n0\n1 1:2 4:8 5:9\n", "t.svm");
  Table test = read_libsvm(*test_input, {});
  EncodeCounts counts;
  const Dataset data = encode_all(test, encoder, counts);
  EXPECT_EQ(counts.ignored_entries, 3U);
  EXPECT_EQ(data.columns, 3U);
  EXPECT_EQ(std::vector<std::uint64_t>(data.offsets.begin(), data.offsets.end()),
            (std::vector<std::uint64_t>{0, 1, 1, 2}));
  EXPECT_EQ(data.indices[0], 1U);
  EXPECT_EQ(data.values[1], 2);
  Table dense = csv("f1,f2,f3\n1,2,3\n");
  EXPECT_THROW((void)encode_all(dense, encoder, counts), DataError);
}

TEST(RowsWithMissing, LooksAtTheGivenColumnsOnly) {
  const Table table = csv("a,b,c\n1,,x\n2,3,\n4,5,y\n");
  EXPECT_EQ(rows_with_missing(table, {0, 1}), (std::vector<bool>{true, false, false}));
  EXPECT_EQ(rows_with_missing(table, {0, 1, 2}), (std::vector<bool>{true, true, false}));
}

Dataset encoded(const std::string& text) {
  Table table = csv(text);
  const Encoder encoder = learn_encoder(table, all_features(table), options_for(table));
  EncodeCounts counts;
  return encode_all(table, encoder, counts);
}

TEST(Fingerprint, ChangesWithAnyCellTargetWeightOrOrder) {
  const std::string rows = "x,z\n1,2\n3,4\n5,6\n";
  const std::uint64_t mark = fingerprint(encoded(rows));
  EXPECT_EQ(mark, fingerprint(encoded(rows)));
  EXPECT_NE(mark, fingerprint(encoded("x,z\n1,2\n3,4\n5,6.0000000000000009\n")));
  EXPECT_NE(mark, fingerprint(encoded("x,z\n3,4\n1,2\n5,6\n")));
  EXPECT_NE(mark, fingerprint(encoded("x,z,w\n1,2,3\n4,5,6\n")));
  Dataset data = encoded(rows);
  data.target = Buffer<double>(3);
  const std::uint64_t with_target = fingerprint(data);
  EXPECT_NE(with_target, mark);
  data.target[2] = 1;
  EXPECT_NE(fingerprint(data), with_target);
  data.row_weight = Buffer<double>(3);
  EXPECT_NE(fingerprint(data), with_target);
}

// More than one block of a megabyte, so that threads have something to disagree about.
TEST(Fingerprint, IsTheSameForAnyThreads) {
  Dataset data;
  data.rows = 400000;
  data.columns = 1;
  data.cells = Buffer<std::byte>(data.rows * sizeof(double));
  for (std::size_t i = 0; i < data.cells.size(); ++i) data.cells[i] = static_cast<std::byte>(i * 7 % 251);
  const std::uint64_t mark = fingerprint(data);
  for (const std::size_t threads : {1U, 2U, 4U}) {
    const ThreadLimit limit(threads);
    EXPECT_EQ(fingerprint(data), mark);
  }
  data.cells[data.cells.size() - 1] = std::byte{0xEE};
  EXPECT_NE(fingerprint(data), mark);
}

}  // namespace
}  // namespace plumbline::testing
