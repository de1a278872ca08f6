// What `plumbline explain` and the posterior of `predict` refuse.
#include <gtest/gtest.h>

#include "cli/bad_input.hpp"

namespace plumbline {
namespace {

class BadExplain : public BadInputTest {
 protected:
  void SetUp() override {
    const Example example(60);
    text_ = "key,x,z,y\n";
    for (std::size_t i = 0; i < 60; ++i) {
      text_ += fmt::format("k{},{},{},{}\n", i / 2, example.x[i], example.z[i], example.number[i]);
    }
    table_ = folder_.write("t.csv", text_);
    model_ = folder_.path("m.json");
    json_of(all_train({"fit", table_, "--target", "y", "--drop", "key", "-o", model_}));
  }
  void expect_refused(const Arguments& more, int code, const std::string& part) {
    Arguments arguments{"explain", model_, table_, table_, "-q", "--rows", folder_.path("rows.csv")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect_failure(arguments, code, {part});
  }
  void expect_other_table(const std::string& bytes, const std::string& part) {
    const std::string other = folder_.write("other.csv", bytes);
    expect_failure({"explain", model_, other, table_, "--row", "1", "-q"}, 3, {"other.csv", part});
    expect_failure({"predict", model_, table_, "--posterior", "exact", "--train", other, "-q"}, 3, {"other.csv", part});
    std::filesystem::remove(other);
  }
  std::string text_, table_, model_;
};

TEST_F(BadExplain, Rows) {
  expect_refused({}, 2, "--row I must say");
  expect_refused({"--row", ""}, 2, "--row must not be empty");
  expect_refused({"--row", "0"}, 2, "--row must be a whole number from 1");
  expect_refused({"--row", "-1"}, 2, "--row must be a whole number");
  expect_refused({"--row", "1.5"}, 2, "--row must be a whole number");
  expect_refused({"--row", "k1"}, 2, "--row must be a whole number");
  expect_refused({"--row", "61"}, 3, "there is no record 61: the table has 60");
  expect_refused({"--row", "1", "--reference", "first"}, 2, "--reference must be a whole number");
  expect_refused({"--row", "1", "--reference", ""}, 2, "--reference must not be empty");
  expect_refused({"--row", "1", "--reference", "61"}, 3, "there is no record 61");
  expect_refused({"--row", "1", "--top", "0"}, 2, "--top must be a whole number from 1");
  expect_refused({"--row", "k99", "--id", "key"}, 3, "no row has the id 'k99'");
  expect_refused({"--row", "k5", "--id", "key"}, 3, "more than one row has the id 'k5'");
  expect_refused({"--row", "1", "--id", "absent"}, 3, "the column is not in this table");
}

TEST_F(BadExplain, AnotherTableThanThatOfTheFit) {
  expect_other_table(text_.substr(0, text_.rfind("k29")), "this is not the table that the model was fitted to");
  expect_other_table(text_ + "k30,1,2,3\n", "it has 61 rows, the model's had 60");
  std::string changed = text_;
  changed[changed.find('\n') + 6] = changed[changed.find('\n') + 6] == '1' ? '2' : '1';
  expect_other_table(changed, "its cells, targets or weights differ");
  expect_other_table("x,y\n1,2\n", "column 'z'");
  expect_other_table("", "other.csv");
}

TEST_F(BadExplain, Files) {
  expect_failure({"explain", folder_.path("no.json"), table_, table_, "--row", "1"}, 4, {"no.json"});
  expect_failure({"explain", model_, folder_.path("no.csv"), table_, "--row", "1"}, 4, {"no.csv"});
  expect_failure({"explain", model_, table_, folder_.path("no.csv"), "--row", "1"}, 4, {"no.csv"});
  expect_failure({"explain", model_, table_, table_, "--row", "1", "--rows", "/nonexistent/r.csv"}, 4, {"r.csv"});
  expect_failure({"explain", model_, table_, table_, "--row", "1", "--rows", table_}, 2, {"overwrite an input"});
  expect_failure({"explain", model_, table_, table_, "--row", "1", "--rows", "-"}, 2, {"give --rows a file"});
  expect_failure({"explain", model_, "-", "-", "--row", "1"}, 2, {"cannot both be standard input"});
  expect_failure({"explain", model_, table_}, 2, {"DATA is required"});
}

TEST_F(BadExplain, PosteriorFlags) {
  const auto refused = [&](const Arguments& more, int code, const char* part) {
    Arguments arguments{"predict", model_, table_, "-q"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    expect_failure(arguments, code, {part});
  };
  refused({"--posterior", "1"}, 2, "--posterior must be a whole number from 2");
  refused({"--posterior", "many"}, 2, "--posterior must be a whole number");
  refused({"--posterior", "1e3"}, 2, "--posterior must be a whole number");
  refused({"--seed", "3"}, 2, "--seed is of the draws of --posterior N");
  refused({"--posterior", "exact", "--seed", "3"}, 2, "draws nothing");
  refused({"--train", table_}, 2, "--train is where --posterior and jackknife+ find");
  refused({"--posterior", "10", "--train", folder_.path("no.csv")}, 4, "no.csv");
  refused({"--posterior", "10", "--train", table_, "-o", table_}, 2, "overwrite an input");
}

TEST_F(BadExplain, ModelsWithoutAPosterior) {
  const auto refused = [&](const Arguments& flags, const char* part, int fit_code = 0) {
    Arguments arguments = all_train({"fit", table_, "--target", "y", "--drop", "key", "-o", folder_.path("o.json")});
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    json_of(arguments, fit_code);
    EXPECT_FALSE(Json::parse(read_text(folder_.path("o.json"))).contains("posterior"));
    expect_failure({"predict", folder_.path("o.json"), table_, "--posterior", "10"}, 2, {part});
  };
  refused({"--loss", "huber"}, "a posterior is known for");
  refused({"--loss", "absolute"}, "a posterior is known for");
  refused({"--solver", "gd", "--max-iterations", "2"}, "did not end at a proved optimum", 5);
  // A file of an older version.
  Json model = Json::parse(read_text(model_));
  model.erase("posterior");
  const std::string old = folder_.write("old.json", model.dump());
  expect_failure({"predict", old, table_, "--posterior", "10"}, 2, {"--train FILE computes it"});
}

}  // namespace
}  // namespace plumbline
