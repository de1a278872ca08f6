// Hessian products and mini-batch gradients against the textbook's sums over rows in long double.
#include "plumbline/objective/hessian_vector.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "plumbline/data/moments.hpp"
#include "plumbline/objective/batch_gradient.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "support/oracle.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {
namespace {

constexpr double kL2 = 0.07;

Vector random_vector(Eigen::Index size, std::uint64_t seed) {
  Draws draws(seed);
  Vector v(size);
  for (Eigen::Index j = 0; j < size; ++j) v[j] = draws.normal() / 2;
  return v;
}

struct ProductSetting {
  Moments moments;
  Coordinates at;
};

ProductSetting setting_of(Problem& problem, bool intercept) {
  MemorySource source = problem.source();
  ProductSetting setting{column_moments(source), {}};
  setting.at = standardized_coordinates(setting.moments, intercept, true);
  return setting;
}

using ProductCase = std::tuple<LossKind, Storage, bool>;

std::string name_of_product_case(const ::testing::TestParamInfo<ProductCase>& info) {
  const auto [loss, storage, intercept] = info.param;
  return name_of(loss) + "_" + name_of(storage) + (intercept ? "_intercept" : "");
}

class SecondDerivative : public ::testing::TestWithParam<ProductCase> {};

// Sums of 300 products of numbers of size 1, in another order: 1e-13 relative is a thousand rounding errors.
TEST_P(SecondDerivative, TimesAVectorIsThatOfTheAssembledHessian) {
  const auto [loss, storage, intercept] = GetParam();
  Problem problem = random_problem({300, 5, loss, storage, true}, 11);
  const ProductSetting setting = setting_of(problem, intercept);
  MemorySource source = problem.source(7);
  EmpiricalRisk risk(source, setting.at, problem.loss, kL2, setting.moments.weight_sum);
  const Oracle oracle(problem, setting.at, kL2);
  HessianVector hessian(risk);
  for (const std::uint64_t point : {1U, 2U}) {  // the second point makes the table anew
    const Vector w = random_vector(risk.dimension(), point);
    for (const std::uint64_t direction : {3U, 4U}) {
      const Vector v = random_vector(risk.dimension(), direction);
      Vector product;
      hessian.multiply(w, v, product);
      const RealVector expected = oracle.hessian(widened(w)) * widened(v);
      EXPECT_LE((product - narrowed(expected)).norm(), 1e-13 * static_cast<double>(expected.norm()));
    }
  }
}

TEST_P(SecondDerivative, IsTheSameForAnyThreadsAndBlocks) {
  const auto [loss, storage, intercept] = GetParam();
  Problem problem = random_problem({300, 5, loss, storage, true}, 12);
  const ProductSetting setting = setting_of(problem, intercept);
  std::vector<Vector> products;
  for (const std::size_t threads : {1U, 4U}) {
    const ThreadLimit limit(threads);
    for (const std::size_t block_rows : {0U, 1U, 13U}) {
      MemorySource source = problem.source(block_rows);
      EmpiricalRisk risk(source, setting.at, problem.loss, kL2, setting.moments.weight_sum);
      HessianVector hessian(risk);
      Vector product;
      hessian.multiply(random_vector(risk.dimension(), 1), random_vector(risk.dimension(), 2), product);
      products.push_back(product);
    }
  }
  for (const Vector& product : products) EXPECT_EQ(product, products.front());
}

class Batches : public ::testing::TestWithParam<ProductCase> {};

TEST_P(Batches, OfAllRowsGiveTheGradient) {
  const auto [loss, storage, intercept] = GetParam();
  Problem problem = random_problem({90, 4, loss, storage, true}, 21);
  const ProductSetting setting = setting_of(problem, intercept);
  MemorySource source = problem.source(7);
  EmpiricalRisk risk(source, setting.at, problem.loss, kL2, setting.moments.weight_sum);
  BatchGradient batches(risk, 90);
  const Vector w = random_vector(risk.dimension(), 5);
  Vector got, expected;
  batches.evaluate(w, batches.rows().data(), batches.rows().size(), got);
  (void)risk.value_gradient(w, expected);
  EXPECT_LE((got - expected).norm(), 1e-13 * expected.norm());
}

// A batch's gradient is the whole gradient of a table that holds just its rows, apart from how weights are shared out.
TEST_P(Batches, AreTheMeanOverTheirRows) {
  const auto [loss, storage, intercept] = GetParam();
  Problem problem = random_problem({90, 4, loss, storage, false}, 22);
  const ProductSetting setting = setting_of(problem, intercept);
  const std::vector<std::size_t> rows{88, 3, 3, 41, 0, 89, 17};
  MemorySource source = problem.source(10);
  EmpiricalRisk risk(source, setting.at, problem.loss, kL2, setting.moments.weight_sum);
  BatchGradient batches(risk, 3);
  Problem part = pick_rows(problem, rows);
  MemorySource part_source = part.source();
  EmpiricalRisk part_risk(part_source, setting.at, problem.loss, kL2, static_cast<double>(rows.size()));
  const Vector w = random_vector(risk.dimension(), 6);
  Vector got, expected;
  batches.evaluate(w, rows.data(), rows.size(), got);
  (void)part_risk.value_gradient(w, expected);
  EXPECT_LE((got - expected).norm(), 1e-13 * expected.norm());
}

const auto kCases = ::testing::Combine(
    ::testing::Values(LossKind::squared, LossKind::logistic, LossKind::multilabel, LossKind::softmax),
    ::testing::Values(Storage::f64, Storage::f32, Storage::byte, Storage::csr), ::testing::Bool());
INSTANTIATE_TEST_SUITE_P(All, SecondDerivative, kCases, name_of_product_case);
INSTANTIATE_TEST_SUITE_P(All, Batches, kCases, name_of_product_case);

TEST(BatchesOfWeightedRows, LeaveOutRowsOfNoWeightAndAreRightOnAverage) {
  Problem problem = random_problem({40, 3, LossKind::softmax, Storage::f64, true}, 23);
  problem.weight[4] = problem.weight[39] = 0;
  const ProductSetting setting = setting_of(problem, true);
  MemorySource source = problem.source(3);
  EmpiricalRisk risk(source, setting.at, problem.loss, kL2, setting.moments.weight_sum);
  BatchGradient batches(risk, 1);
  const Vector w = random_vector(risk.dimension(), 7);
  Vector mean = Vector::Zero(w.size()), one, expected;
  for (const std::size_t row : batches.rows()) {
    EXPECT_GT(problem.weight[row], 0);
    batches.evaluate(w, &row, 1, one);
    mean += one / static_cast<double>(batches.rows().size());
  }
  (void)risk.value_gradient(w, expected);
  EXPECT_LE((mean - expected).norm(), 1e-13 * expected.norm());
}

}  // namespace
}  // namespace plumbline::testing
