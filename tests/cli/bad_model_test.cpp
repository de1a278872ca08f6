#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/bad_input.hpp"

namespace plumbline {
namespace {

/// A model of a table with a number, a color and a weight, and one of LIBSVM data.
class BadModel : public BadInputTest {
 protected:
  void SetUp() override {
    const Example example(60);
    std::string text = "x,color,w,y\n";
    for (std::size_t i = 0; i < 60; ++i) {
      text += fmt::format("{},{},1,{}\n", example.x[i], i % 2 == 0 ? "red" : "blue", example.number[i]);
    }
    table_ = folder_.write("t.csv", text);
    model_ = folder_.path("m.json");
    json_of(all_train({"fit", table_, "--target", "y", "--weights", "w", "-o", model_}));
    sparse_ = folder_.write("t.svm", libsvm_text(example, example.number));
    sparse_model_ = folder_.path("s.json");
    json_of(all_train({"fit", sparse_, "-o", sparse_model_}));
  }
  void expect_bad_model(const std::string& text, const char* part = "") {
    const std::string path = folder_.write("bad.json", text);
    for (const char* command : {"predict", "evaluate"}) {
      expect_failure({command, path, table_, "-q"}, 4, {"bad.json", part});
    }
    expect_failure({"predict", path, table_, "-o", folder_.path("p.csv")}, 4, {"bad.json", part});
    expect_failure({"inspect", path}, 4, {"bad.json", part});
    std::filesystem::remove(path);
  }
  void expect_bad_rows(const std::string& model, const char* file, const std::string& bytes, const char* part) {
    const std::string path = folder_.write(file, bytes);
    expect_failure({"predict", model, path, "-q", "-o", folder_.path("p.csv")}, 3, {file, part});
    expect_failure({"evaluate", model, path, "-q"}, 3, {file, part});
    std::filesystem::remove(path);
  }
  Json parsed() const { return Json::parse(read_text(model_)); }

  std::string table_, model_, sparse_, sparse_model_;
};

TEST_F(BadModel, Files) {
  const std::string good = read_text(model_);
  expect_bad_model("");
  expect_bad_model("{}", "schema");
  expect_bad_model("[1,2]");
  expect_bad_model("x,y\n1,2\n");
  expect_bad_model(std::string(1 << 16, '['));
  expect_bad_model(good.substr(0, good.size() / 2));
  expect_bad_model(good.substr(0, good.rfind('}')));
  expect_bad_model(good + "x");
  expect_bad_model(std::string("\0\1\2", 3));
  expect_failure({"inspect", folder_.path("absent.json")}, 4, {"absent.json"});
  expect_failure({"inspect", folder_.path("")}, 4, {});
}

TEST_F(BadModel, Contents) {
  const auto with = [&](const std::string& pointer, const Json& value) {
    Json model = parsed();
    EXPECT_TRUE(model.contains(Json::json_pointer(pointer))) << pointer;
    model[Json::json_pointer(pointer)] = value;
    return model.dump();
  };
  Json without = parsed();
  without.erase("schema");
  expect_bad_model(without.dump(), "schema");
  expect_bad_model(with("/schema", 2), "schema");
  expect_bad_model(with("/schema", "1"), "schema");
  expect_bad_model(with("/task", "clustering"), "task");
  expect_bad_model(with("/predictor/coefficients/0", nullptr));
  expect_bad_model(with("/predictor/coefficients", Json::array({1.0})));
  expect_bad_model(with("/predictor/features", 9223372036854775807), "");
  expect_bad_model(with("/predictor/outputs", 9223372036854775807), "");
  expect_bad_model(with("/predictor/features", -1), "");
  std::string text = read_text(model_);
  const std::size_t at = text.find_first_of("0123456789", text.find("\"coefficients\""));
  expect_bad_model(text.substr(0, at) + "1e999" + text.substr(text.find_first_of(",]", at)));
  Json later = parsed();
  later["calibrator"] = {{"temperature", 2}};
  expect_bad_model(later.dump(), "calibrator");
}

TEST_F(BadModel, RowsThatDoNotSuitTheModel) {
  const std::string head = "x,color,w,y\n0.5,red,1,2\n";
  expect_bad_rows(model_, "word.csv", head + "word,red,1,2\n", "record 2, line 3, column 'x'");
  expect_bad_rows(model_, "inf.csv", head + "inf,red,1,2\n", "record 2, line 3, column 'x'");
  expect_bad_rows(model_, "absent.csv", "color,w,y\nred,1,2\n", "column 'x'");
  expect_bad_rows(model_, "ragged.csv", head + "1,red\n", "record 2, line 3");
  expect_bad_rows(model_, "header.csv", "x,color,w,y\n", "no rows");
  expect_bad_rows(model_, "rows.svm", "1 1:2\n", "rows.svm");
  expect_bad_rows(model_, "rows.npy", npy_f8(1, 2, {1, 2}), "column 'color'");
  expect_bad_rows(sparse_model_, "named.csv", "x,z,y\n1,2,3\n", "LIBSVM");
  expect_failure({"evaluate", model_, folder_.write("no.csv", "x,color,w\n1,red,1\n")}, 3, {"no.csv", "column 'y'"});
  expect_failure({"evaluate", model_, folder_.write("gone.csv", "x,color,y\n1,red,NA\n")}, 3, {"gone.csv"});
  expect_failure({"evaluate", model_, folder_.write("text.csv", head + "1,red,1,word\n")}, 3,
                 {"text.csv: record 2, line 3, column 'y'"});
  expect_failure({"evaluate", model_, folder_.write("heavy.csv", head + "1,red,-1,2\n")}, 3,
                 {"heavy.csv: record 2, line 3, column 'w'"});
  expect_failure({"predict", model_, table_, "--id", "no"}, 3, {"t.csv", "column 'no'"});
}

TEST_F(BadModel, TestDataThatDoNotSuitTheTable) {
  const Arguments fit{"fit",        table_, "--target", "y", "--weights", "w", "-q", "-o", folder_.path("n.json"),
                      "--test-data"};
  const auto with = [&](const std::string& path) {
    Arguments arguments = fit;
    arguments.push_back(path);
    return arguments;
  };
  expect_failure(with(folder_.path("absent.csv")), 4, {"absent.csv"});
  expect_failure(with(folder_.write("other.csv", "a,b\n1,2\n")), 3, {"other.csv", "column"});
  expect_failure(with(folder_.write("word.csv", "x,color,y\none,red,3\n")), 3, {"word.csv", "record 1, line 2"});
  expect_failure(with(sparse_), 3, {"t.svm"});
  expect_failure(with(folder_.write("none.csv", "x,color,y\n1,red,\n")), 3, {"none.csv"});
}

TEST_F(BadModel, OutputsThatCannotBeWritten) {
  const Arguments fit{"fit", table_, "--target", "y", "-q"};
  for (const char* flag : {"-o", "--trace", "--save-split"}) {
    const auto to = [&](const std::string& path) {
      Arguments arguments = fit;
      arguments.insert(arguments.end(), {flag, path});
      return arguments;
    };
    expect_failure(to(folder_.path("no/such/folder/m.json")), 4, {"no/such/folder/m.json"});
    expect_failure(to(folder_.path("t.csv/m.json")), 4, {"t.csv/m.json"});
    expect_failure(to(folder_.path("")), 4, {});
    expect_failure(to(folder_.path(std::string(300, 'm'))), 4, {"too long"});
    if (std::filesystem::exists("/dev/full")) expect_failure(to("/dev/full"), 4, {"/dev/full"});
  }
  expect_failure({"predict", model_, table_, "-o", folder_.path("no/p.csv")}, 4, {"no/p.csv"});
  if (std::filesystem::exists("/dev/full")) {
    expect_failure({"predict", model_, table_, "-o", "/dev/full"}, 4, {"/dev/full"});
  }
}

TEST_F(BadModel, AFolderWithoutPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  std::filesystem::create_directory(folder_.path("closed"));
  std::filesystem::permissions(folder_.path("closed"), std::filesystem::perms::owner_read);
  expect_failure({"fit", table_, "--target", "y", "-q", "-o", folder_.path("closed/m.json")}, 4, {"closed/m.json"});
  std::filesystem::permissions(folder_.path("closed"), std::filesystem::perms::owner_all);
}

/// An older model stays as it was when a later fit fails.
TEST_F(BadModel, AFailedFitLeavesTheOlderModel) {
  const std::string before = read_text(model_);
  const std::string bad = folder_.write("bad.csv", "x,y\n1\n");
  expect_failure({"fit", bad, "--target", "y", "-q", "-o", model_}, 3, {"bad.csv"});
  EXPECT_EQ(read_text(model_), before);
}

}  // namespace
}  // namespace plumbline
