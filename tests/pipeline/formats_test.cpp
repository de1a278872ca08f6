#include <gtest/gtest.h>

#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kFormatRows = 120;

/// The coefficients of a model, in the order of its features, with the intercept last.
std::vector<double> coefficients(const std::string& model) {
  const Json inspected = json_of({"inspect", model});
  std::vector<double> values;
  const std::string text = run_program({"inspect", model, "--json"}).out;
  const auto ordered = nlohmann::ordered_json::parse(text);
  for (const auto& entry : ordered["coefficients"].items()) values.push_back(entry.value()[0]);
  values.push_back(inspected["intercept"][0]);
  return values;
}

Json inspect_json_of(const std::string& model) { return json_of({"inspect", model}); }

class Formats : public ::testing::Test {
 protected:
  /// Fits `file` on all rows, and returns the path of the model.
  std::string fit(const std::string& file, const Arguments& more = {}) {
    const std::string model = folder_.path("model" + std::to_string(count_++) + ".json");
    Arguments arguments = all_train({"fit", file, "-o", model, "--l2", "0.01"});
    arguments.insert(arguments.end(), more.begin(), more.end());
    json_of(arguments);
    return model;
  }
  void expect_same(const std::string& model, const std::vector<double>& expected) {
    const std::vector<double> found = coefficients(model);
    ASSERT_EQ(found.size(), expected.size());
    // Dense and sparse rows are added up in another order and standardised in another way: the same optimum, to
    // rounding times a condition number near 1.
    for (std::size_t j = 0; j < found.size(); ++j) EXPECT_NEAR(found[j], expected[j], 1e-12);
  }

  TemporaryFolder folder_;
  const Example example_{kFormatRows};
  int count_ = 0;
};

TEST_F(Formats, TheSameTableInEveryFormatGivesTheSameFit) {
  const std::string csv = table_text(example_, example_.number);
  const std::string tsv = table_text(example_, example_.number, '\t');
  const std::string svm = libsvm_text(example_, example_.number);
  std::vector<double> cells;
  for (std::size_t i = 0; i < kFormatRows; ++i) {
    cells.insert(cells.end(), {example_.x[i], example_.z[i], example_.number[i]});
  }
  const std::string npy = npy_f8(kFormatRows, 3, cells);
  const std::vector<double> expected = coefficients(fit(folder_.write("t.csv", csv), {"--target", "y"}));
  EXPECT_NEAR(expected[0], 2, 0.2);
  expect_same(fit(folder_.write("t.csv.gz", gzipped(csv)), {"--target", "y"}), expected);
  expect_same(fit(folder_.write("t.tsv", tsv), {"--target", "y"}), expected);
  expect_same(fit(folder_.write("t.TSV.GZ", gzipped(tsv)), {"--target", "y"}), expected);
  expect_same(fit(folder_.write("t.svm", svm)), expected);
  expect_same(fit(folder_.write("t.libsvm.gz", gzipped(svm))), expected);
  expect_same(fit(folder_.write("odd.name", svm), {"--format", "libsvm"}), expected);
  expect_same(fit(folder_.write("t.npy", npy), {"--target", "c2"}), expected);
  expect_same(fit(folder_.write("t.npy.gz", gzipped(npy)), {"--target", "c2"}), expected);
  expect_same(fit(folder_.write("semi.csv", table_text(example_, example_.number, ';')), {"--target", "y"}), expected);
  expect_same(
      fit(folder_.write("bare.csv", table_text(example_, example_.number, ',', "")), {"--target", "c2", "--no-header"}),
      expected);
}

TEST_F(Formats, LabelsOfNpyComeFromTheirOwnFile) {
  std::vector<double> cells;
  for (std::size_t i = 0; i < kFormatRows; ++i) cells.insert(cells.end(), {example_.x[i], example_.z[i]});
  const std::string data = folder_.write("x.npy", npy_f8(kFormatRows, 2, cells));
  const std::string labels = folder_.write("y.npy", npy_f8(kFormatRows, 0, example_.number));
  const std::string text = folder_.write("t.csv", table_text(example_, example_.number));
  expect_same(fit(data, {"--labels", labels}), coefficients(fit(text, {"--target", "y"})));
}

/// Images of 2 × 2 bytes: the brighter half decides.
std::string image_bytes(const Example& example) {
  std::string cells;
  for (std::size_t i = 0; i < example.rows(); ++i) {
    const int x = static_cast<int>(127 + 100 * example.x[i]), z = static_cast<int>(127 + 100 * example.z[i]);
    for (const int byte : {x, z, 7, 255 - x}) cells.push_back(static_cast<char>(byte));
  }
  return cells;
}

std::string label_bytes(const std::vector<int>& labels) {
  std::string bytes;
  for (const int label : labels) bytes.push_back(static_cast<char>(label));
  return bytes;
}

TEST_F(Formats, IdxFindsItsLabelsAndIsNotStandardised) {
  const std::string images =
      folder_.write("train-images-idx3-ubyte.gz", gzipped(idx_bytes({kFormatRows, 2, 2}, image_bytes(example_))));
  folder_.write("train-labels-idx1-ubyte.gz", gzipped(idx_bytes({kFormatRows}, label_bytes(example_.kind))));
  const Json inspected = inspect_json_of(fit(images));
  EXPECT_EQ(inspected["standardized"], false);
  EXPECT_EQ(inspected["classes"], Json::parse(R"(["0","1","2"])"));
  EXPECT_EQ(inspected["coefficients"].size(), 4U);
  EXPECT_EQ(inspect_json_of(fit(images, {"--standardize", "on"}))["standardized"], true);
  const std::string elsewhere = folder_.write("odd-ubyte", idx_bytes({kFormatRows}, label_bytes(example_.kind)));
  EXPECT_EQ(inspect_json_of(fit(images, {"--labels", elsewhere}))["coefficients"], inspected["coefficients"]);
}

/// --labels names the labels of DATA alone: those of the test data lie beside them, also with --format.
TEST_F(Formats, IdxTestDataHaveLabelsOfTheirOwn) {
  const std::string cells = image_bytes(example_);
  folder_.write("a-labels-idx1-ubyte", idx_bytes({kFormatRows}, label_bytes(example_.yes)));
  const std::string images = folder_.write("odd-ubyte", idx_bytes({kFormatRows, 2, 2}, cells));
  const std::string test = folder_.write("b-images-idx3-ubyte", idx_bytes({kFormatRows, 2, 2}, cells));
  std::vector<int> opposite;
  for (const int yes : example_.yes) opposite.push_back(1 - yes);
  folder_.write("b-labels-idx1-ubyte", idx_bytes({kFormatRows}, label_bytes(opposite)));
  const Json metrics = json_of({"fit", images, "--format", "idx", "--labels", folder_.path("a-labels-idx1-ubyte"),
                                "--test-data", test, "--calibration", "0"})["metrics"];
  // No row stands on the boundary, so that opposite labels turn every hit into a miss.
  EXPECT_NEAR(metrics["train"]["accuracy"].get<double>(), 1 - metrics["test"]["accuracy"].get<double>(), 1e-15);
  EXPECT_GT(metrics["train"]["accuracy"], 0.75);
}

TEST_F(Formats, IdxBytesAreReadAsShares) {
  const std::string images =
      folder_.write("a-images-idx3-ubyte", idx_bytes({kFormatRows, 2, 2}, image_bytes(example_)));
  folder_.write("a-labels-idx1-ubyte", idx_bytes({kFormatRows}, label_bytes(example_.yes)));
  std::string csv = "a,b,c,d,y\n";
  const std::string cells = image_bytes(example_);
  for (std::size_t i = 0; i < kFormatRows; ++i) {
    for (std::size_t j = 0; j < 4; ++j) csv += fmt::format("{},", static_cast<unsigned char>(cells[4 * i + j]) / 255.0);
    csv += std::to_string(example_.yes[i]) + "\n";
  }
  const std::string table = fit(folder_.write("t.csv", csv), {"--target", "y", "--standardize", "off"});
  const std::vector<double> found = coefficients(fit(images)), expected = coefficients(table);
  ASSERT_EQ(found.size(), 5U);
  // Both are certified optima of one objective, whose curvature is at least l2 = 0.01: gap 1e-9·(f(null) − f) < 1e-9
  // bounds the distance by sqrt(2·1e-9/0.01) < 5e-4; Newton's last step makes it far smaller.
  for (std::size_t j = 0; j < 5; ++j) EXPECT_NEAR(found[j], expected[j], 1e-6);
}

TEST_F(Formats, LibsvmTestDataMayBeWiderOrNarrower) {
  const std::string train = folder_.write("t.svm", libsvm_text(example_, example_.yes));
  std::string narrow, wide;
  for (std::size_t i = 0; i < 20; ++i) {
    narrow += fmt::format("{} 1:{}\n", example_.yes[i], example_.x[i]);
    wide += fmt::format("{} 1:{} 7:3 900:1\n", example_.yes[i], example_.x[i]);
  }
  const std::string model = fit(train);
  const Json on_narrow = json_of({"evaluate", model, folder_.write("narrow.svm", narrow)});
  const Json on_wide = json_of({"evaluate", model, folder_.write("wide.svm", wide)});
  EXPECT_EQ(on_narrow["metrics"], on_wide["metrics"]);
  EXPECT_EQ(on_narrow["notes"].size(), 0U);
  EXPECT_NE(on_wide["notes"].dump().find("40 cells"), std::string::npos) << on_wide["notes"];
  const Json fitted =
      json_of({"fit", train, "--l2", "0.01", "--calibration", "0", "--test-data", folder_.path("wide.svm")});
  EXPECT_EQ(fitted["metrics"]["test"], on_wide["metrics"]["test"]);
  EXPECT_NE(fitted["notes"].dump().find("40 cells"), std::string::npos) << fitted["notes"];
}

}  // namespace
}  // namespace plumbline
