#include "plumbline/models/linear_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/example_model.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/models/names.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kRows = 300;  // more than one tile
constexpr std::size_t kColumns = 11;

LinearPredictor predictor_of(std::size_t outputs) {
  LinearPredictor predictor;
  predictor.features = kColumns;
  predictor.outputs = outputs;
  for (std::size_t j = 0; j < kColumns; ++j) {
    predictor.center.push_back(0.5 * static_cast<double>(j));
    for (std::size_t k = 0; k < outputs; ++k) {
      predictor.coefficients.push_back(std::sin(static_cast<double>(1 + j * outputs + k)));
    }
  }
  for (std::size_t k = 0; k < outputs; ++k) predictor.center_intercept.push_back(0.25 * static_cast<double>(k) - 1);
  return predictor;
}

std::vector<double> cells() {
  std::vector<double> x;
  for (std::size_t i = 0; i < kRows * kColumns; ++i) x.push_back(std::cos(static_cast<double>(i)) * 3);
  return x;
}

RowBlock dense_block(const std::vector<double>& x, std::size_t first, std::size_t rows) {
  RowBlock block;
  block.rows = rows;
  block.x = DenseView{x.data() + first * kColumns, rows, kColumns, kColumns, Scalar::f64, 1.0};
  return block;
}

double slow_eta(const LinearPredictor& predictor, const double* row, std::size_t k) {
  double eta = predictor.center_intercept[k];
  for (std::size_t j = 0; j < kColumns; ++j) {
    eta += (row[j] - predictor.center[j]) * predictor.coefficients[j * predictor.outputs + k];
  }
  return eta;
}

TEST(LinearPredictors, DenseAgreesWithTheFormula) {
  const std::vector<double> x = cells();
  for (const std::size_t outputs : {std::size_t{1}, std::size_t{3}}) {
    const LinearPredictor predictor = predictor_of(outputs);
    std::vector<double> eta(kRows * outputs);
    linear_predictors(predictor, dense_block(x, 0, kRows), eta.data());
    for (std::size_t i = 0; i < kRows * outputs; ++i) {
      // Eleven products of size up to 8: a few ulp of 40.
      EXPECT_NEAR(eta[i], slow_eta(predictor, &x[i / outputs * kColumns], i % outputs), 1e-13);
    }
  }
}

TEST(LinearPredictors, TheSameRowGivesTheSameBitsInAnyBlock) {
  const std::vector<double> x = cells();
  const LinearPredictor predictor = predictor_of(3);
  std::vector<double> whole(kRows * 3), pieces(kRows * 3);
  linear_predictors(predictor, dense_block(x, 0, kRows), whole.data());
  const std::size_t step = 7;
  for (std::size_t i = 0; i < kRows; i += step) {
    linear_predictors(predictor, dense_block(x, i, std::min(step, kRows - i)), pieces.data() + i * 3);
  }
  EXPECT_EQ(whole, pieces);
}

TEST(LinearPredictors, SparseAgreesWithDense) {
  LinearPredictor predictor = predictor_of(2);
  predictor.center.assign(kColumns, 0.0);
  std::vector<double> x(kColumns, 0.0);
  x[2] = 1.5;
  x[9] = -2;
  const std::uint64_t offsets[] = {0, 2};
  const std::uint32_t indices[] = {2, 9};
  const double values[] = {1.5, -2};
  RowBlock sparse;
  sparse.rows = 1;
  sparse.x = CsrView{offsets, indices, values, 1, kColumns};
  double a[2], b[2];
  linear_predictors(predictor, sparse, a);
  linear_predictors(predictor, dense_block(x, 0, 1), b);
  for (int k = 0; k < 2; ++k) EXPECT_NEAR(a[k], b[k], 1e-15);  // two products of order one
}

TEST(LinearPredictors, RefusesAnotherWidth) {
  LinearPredictor predictor = predictor_of(1);
  predictor.features = kColumns + 1;
  const std::vector<double> x = cells();
  double eta = 0;
  EXPECT_THROW(linear_predictors(predictor, dense_block(x, 0, 1), &eta), std::invalid_argument);
}

TEST(LinearPredictor, InterceptIsAtZero) {
  const LinearModel model = example_model();
  EXPECT_DOUBLE_EQ(model.predictor.intercept().front(), 0.5 - 14 * 1.5 - 0.5 * 0.1);
}

TEST(Probabilities, BinaryIsAccurateInBothTails) {
  const LinearModel model = example_model();
  const double eta[] = {-700, -40, 0, 1, 40, 700};
  double p[12];
  probabilities(model, eta, 6, p);
  for (int i = 0; i < 6; ++i) {
    // The kernel promises four ulp.
    EXPECT_NEAR(p[2 * i] / sigmoid(-eta[i]), 1, 1e-15) << eta[i];
    EXPECT_NEAR(p[2 * i + 1] / sigmoid(eta[i]), 1, 1e-15) << eta[i];
  }
}

TEST(Probabilities, ManyRowsAreCutIntoPieces) {
  const LinearModel model = example_model();
  std::vector<double> eta(1300), p(2600);
  for (std::size_t i = 0; i < eta.size(); ++i) eta[i] = std::sin(static_cast<double>(i)) * 5;
  probabilities(model, eta.data(), eta.size(), p.data());
  for (std::size_t i = 0; i < eta.size(); ++i) EXPECT_NEAR(p[2 * i + 1], sigmoid(eta[i]), 1e-15);
}

TEST(Probabilities, SoftmaxAndMultilabel) {
  LinearModel model = example_model();
  model.predictor.outputs = 3;
  const double eta[] = {1, 2, 3};
  double p[3];
  model.task = Task::multiclass;
  model.loss = default_loss(model.task);
  probabilities(model, eta, 1, p);
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(p[k], std::exp(eta[k] - log_sum_exp(eta, 3)), 1e-15);
  model.task = Task::multilabel;
  model.loss = default_loss(model.task);
  probabilities(model, eta, 1, p);
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(p[k], sigmoid(eta[k]), 1e-15);
}

TEST(Probabilities, ARowThatIsNotPredictedIsNaN) {
  const LinearModel model = example_model();
  const double eta[] = {std::numeric_limits<double>::quiet_NaN(), 0};
  double p[4];
  probabilities(model, eta, 2, p);
  EXPECT_TRUE(std::isnan(p[0]) && std::isnan(p[1]));
  EXPECT_EQ(p[2], 0.5);
  EXPECT_EQ(p[3], 0.5);
}

TEST(Probabilities, RegressionHasNone) {
  LinearModel model = example_model();
  model.task = Task::regression;
  model.loss = default_loss(model.task);
  double p = 0;
  EXPECT_THROW(probabilities(model, &p, 1, &p), std::invalid_argument);
}

TEST(Names, AreReadBack) {
  for (const Task task : kTasks) EXPECT_EQ(from_name(kTasks, name_of(task)), task);
  for (const Verdict verdict : kVerdicts) EXPECT_EQ(from_name(kVerdicts, name_of(verdict)), verdict);
  EXPECT_FALSE(from_name(kTasks, "Binary").has_value());
  EXPECT_FALSE(from_name(kTasks, "").has_value());
}

}  // namespace
}  // namespace plumbline
