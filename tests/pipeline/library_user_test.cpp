#include <gtest/gtest.h>

#include "pipeline/tables.hpp"
#include "plumbline/pipeline/fit_rows.hpp"
#include "plumbline/pipeline/predict.hpp"

namespace plumbline {
namespace {

/// The example as dense rows and as sparse ones.
struct InMemory {
  Example example{80};
  std::vector<double> cells, target;
  std::vector<std::uint64_t> offsets{0};
  std::vector<std::uint32_t> indices;

  InMemory() {
    for (std::size_t i = 0; i < example.rows(); ++i) {
      cells.insert(cells.end(), {example.x[i], example.z[i]});
      indices.insert(indices.end(), {0, 1});
      offsets.push_back(indices.size());
      target.push_back(example.yes[i]);
    }
  }
  DenseView dense() const { return {cells.data(), 80, 2, 2, Scalar::f64, 1}; }
  CsrView sparse() const { return {offsets.data(), indices.data(), cells.data(), 80, 2}; }
};

FitOptions with_l2(double l2) {
  FitOptions options;
  options.l2 = l2;
  return options;
}

TEST(LibraryUser, FitsRowsInMemoryLikeAFile) {
  const InMemory data;
  MemorySource rows(data.dense(), data.target.data(), 1, nullptr);
  RowsMeaning meaning;
  meaning.task = Task::binary;
  meaning.classes = {"0", "1"};
  const LinearModel model = fit_rows(rows, meaning, with_l2(0.01));
  EXPECT_EQ(model.report.verdict, Verdict::optimal);
  EXPECT_EQ(model.encoder.feature_names(), (std::vector<std::string>{"x0", "x1"}));

  const TemporaryFolder folder;
  FitOptions options = with_l2(0.01);
  options.target = {"y"};
  options.test_fraction = options.calibration_fraction = 0;
  const FitResult from_file = fit(folder.write("t.csv", table_text(data.example, data.example.yes)), options);
  EXPECT_EQ(from_file.model.predictor.coefficients, model.predictor.coefficients);
  EXPECT_EQ(from_file.model.predictor.center_intercept, model.predictor.center_intercept);
}

TEST(LibraryUser, FitsSparseRowsLikeDenseOnes) {
  const InMemory data;
  MemorySource dense(data.dense(), data.target.data(), 1, nullptr),
      sparse(data.sparse(), data.target.data(), 1, nullptr);
  RowsMeaning meaning;
  meaning.task = Task::binary;
  meaning.classes = {"no", "yes"};
  const LinearModel a = fit_rows(dense, meaning, with_l2(0.01)), b = fit_rows(sparse, meaning, with_l2(0.01));
  EXPECT_TRUE(b.encoder.sparse);
  // Both certified; Newton's last step leaves rounding times a condition number near 1.
  for (std::size_t j = 0; j < 2; ++j) EXPECT_NEAR(a.predictor.coefficients[j], b.predictor.coefficients[j], 1e-9);
  EXPECT_NEAR(a.predictor.intercept()[0], b.predictor.intercept()[0], 1e-9);
}

TEST(LibraryUser, IsToldOfABrokenContract) {
  const InMemory data;
  MemorySource rows(data.dense(), data.target.data(), 1, nullptr), none({}, nullptr, 1, nullptr);
  RowsMeaning meaning;
  meaning.task = Task::binary;
  EXPECT_THROW(fit_rows(rows, meaning, {}), std::invalid_argument);  // no classes
  meaning.classes = {"0", "1"};
  meaning.encoder.columns.resize(3);
  EXPECT_THROW(fit_rows(rows, meaning, {}), std::invalid_argument);
  meaning.encoder.columns.clear();
  EXPECT_THROW(fit_rows(none, meaning, {}), std::invalid_argument);
  meaning.task = Task::multilabel;
  meaning.targets = {"a", "b"};
  EXPECT_THROW(fit_rows(rows, meaning, {}), std::invalid_argument);
}

TEST(LibraryUser, MayNotGiveAColumnTwoRoles) {
  FitOptions options;
  options.target = {"y"};
  options.drop = {"y"};
  EXPECT_THROW(fit("absent.csv", options), UsageError);
  options.drop = {};
  options.test_fraction = 2;
  EXPECT_THROW(fit("absent.csv", options), UsageError);
  options.test_fraction = 0.2;
  EXPECT_THROW(fit("absent.csv", options), FileError);
}

}  // namespace
}  // namespace plumbline
