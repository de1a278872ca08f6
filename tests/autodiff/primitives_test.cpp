// Each primitive alone: its adjoint and its tangent against central differences and each other, its second derivatives
// (the adjoint over duals) against differences of gradients, and its float against its double.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "any_function.hpp"

namespace plumbline::autodiff {
namespace {

struct Case {
  std::string name;
  AnyFunction f;
  Arrays<double> at;
};

const std::vector<std::size_t> kGathered{2, 0, 2, 1};
const std::vector<std::size_t> kPicked{1, 0, 2};
const Loss kSoftmax = SoftmaxLoss{3};
const std::vector<double> kClasses{2, 0, 1};
const Loss kLabels = LogisticLoss{2};
const std::vector<double> kTwoLabels{1, 0, 0, 1, 1, 1};

Arrays<double> arrays(const std::vector<Shape>& shapes, double low = -1, double high = 1) {
  Arrays<double> at;
  for (const Shape& each : shapes) at.push_back(random_array(each, 5 + at.size(), low, high));
  return at;
}

#define PLUMBLINE_OF(formula) AnyFunction([](auto in) { return formula; })

std::vector<Case> elementwise_cases() {
  const Arrays<double> x = arrays({{3, 4}}, -2, 2), positive = arrays({{3, 4}}, 0.5, 2);
  return {{"exp", PLUMBLINE_OF(exp(in[0])), x},
          {"log", PLUMBLINE_OF(log(in[0])), positive},
          {"sqrt", PLUMBLINE_OF(sqrt(in[0])), positive},
          {"square", PLUMBLINE_OF(square(in[0])), x},
          {"abs", PLUMBLINE_OF(abs(in[0])), x},
          {"negative", PLUMBLINE_OF(-in[0]), x},
          {"linear", PLUMBLINE_OF(3.0 - 2.0 * in[0] / 4.0 + 1.0), x},
          {"tanh", PLUMBLINE_OF(tanh(in[0])), x},
          {"sigmoid", PLUMBLINE_OF(sigmoid(in[0])), x},
          {"softplus", PLUMBLINE_OF(softplus(in[0])), x},
          {"relu", PLUMBLINE_OF(relu(in[0])), x},
          {"leaky_relu", PLUMBLINE_OF(leaky_relu(in[0], 0.2)), x},
          {"elu", PLUMBLINE_OF(elu(in[0])), x},
          {"prelu", PLUMBLINE_OF(prelu(in[0], in[1])), arrays({{3, 4}, {1, 4}})}};
}

std::vector<Case> arithmetic_cases() {
  std::vector<Case> cases;
  const std::vector<std::pair<std::string, std::vector<Shape>>> shapes{{"same", {{3, 4}, {3, 4}}},
                                                                       {"row", {{3, 4}, {1, 4}}},
                                                                       {"column", {{3, 1}, {3, 4}}},
                                                                       {"outer", {{3, 1}, {1, 4}}},
                                                                       {"scalar", {{1, 1}, {3, 4}}}};
  for (const auto& [name, of] : shapes) {
    const Arrays<double> at = arrays(of, 0.5, 2);
    cases.push_back({"add_" + name, PLUMBLINE_OF(in[0] + in[1]), at});
    cases.push_back({"subtract_" + name, PLUMBLINE_OF(in[0] - in[1]), at});
    cases.push_back({"times_" + name, PLUMBLINE_OF(in[0] * in[1]), at});
    cases.push_back({"divide_" + name, PLUMBLINE_OF(in[0] / in[1]), at});
    cases.push_back({"maximum_" + name, PLUMBLINE_OF(maximum(in[0], in[1])), at});
  }
  return cases;
}

std::vector<Case> matrix_cases() {
  return {{"matmul", PLUMBLINE_OF(matmul(in[0], in[1])), arrays({{3, 4}, {4, 2}})},
          {"matmul_batched", PLUMBLINE_OF(matmul(in[0], in[1], 2)), arrays({{6, 2}, {4, 3}})},
          {"matmul_left_transposed", PLUMBLINE_OF(in[0].tape().apply(MatrixProduct{true, false, 2}, {in[0], in[1]})),
           arrays({{4, 3}, {4, 2}})},
          {"matmul_right_transposed", PLUMBLINE_OF(in[0].tape().apply(MatrixProduct{false, true, 2}, {in[0], in[1]})),
           arrays({{4, 3}, {6, 3}})},
          {"matmul_both_transposed", PLUMBLINE_OF(in[0].tape().apply(MatrixProduct{true, true, 1}, {in[0], in[1]})),
           arrays({{3, 4}, {2, 3}})},
          {"affine", PLUMBLINE_OF(affine(in[0], in[1], in[2])), arrays({{3, 4}, {4, 2}, {1, 2}})},
          {"transpose", PLUMBLINE_OF(transpose(in[0])), arrays({{3, 4}})},
          {"gather_rows", PLUMBLINE_OF(gather_rows(in[0], kGathered)), arrays({{3, 2}})},
          {"pick", PLUMBLINE_OF(pick(in[0], kPicked)), arrays({{3, 3}})},
          {"columns", PLUMBLINE_OF(columns(in[0], 1, 2)), arrays({{3, 4}})},
          {"concatenate_rows", PLUMBLINE_OF(concatenate({in[0], in[1], in[0]}, Axis::rows)), arrays({{2, 3}, {1, 3}})},
          {"concatenate_columns", PLUMBLINE_OF(concatenate({in[0], in[1]}, Axis::columns)), arrays({{3, 1}, {3, 2}})},
          {"sum", PLUMBLINE_OF(sum(in[0])), arrays({{3, 4}})},
          {"sum_rows", PLUMBLINE_OF(sum(in[0], Axis::rows)), arrays({{3, 4}})},
          {"sum_columns", PLUMBLINE_OF(sum(in[0], Axis::columns)), arrays({{3, 4}})},
          {"mean", PLUMBLINE_OF(mean(in[0])), arrays({{3, 4}})},
          {"mean_rows", PLUMBLINE_OF(mean(in[0], Axis::rows)), arrays({{3, 4}})},
          {"mean_columns", PLUMBLINE_OF(mean(in[0], Axis::columns)), arrays({{3, 4}})},
          {"log_sum_exp", PLUMBLINE_OF(log_sum_exp(in[0])), arrays({{3, 4}}, -3, 3)},
          {"softmax", PLUMBLINE_OF(softmax(in[0])), arrays({{3, 4}}, -3, 3)},
          {"log_softmax", PLUMBLINE_OF(log_softmax(in[0])), arrays({{3, 4}}, -3, 3)},
          {"softmax_loss", PLUMBLINE_OF(row_losses(kSoftmax, in[0], kClasses)), arrays({{3, 3}}, -3, 3)},
          {"multilabel_loss", PLUMBLINE_OF(row_losses(kLabels, in[0], kTwoLabels)), arrays({{3, 2}}, -3, 3)}};
}

std::vector<Case> all_cases() {
  std::vector<Case> cases = elementwise_cases();
  for (const Case& each : arithmetic_cases()) cases.push_back(each);
  for (const Case& each : matrix_cases()) cases.push_back(each);
  return cases;
}

class EveryPrimitive : public ::testing::TestWithParam<Case> {};

// Differences with h = 6e-6 err by h²/6·f''' and 1e-16/h, both below 1e-9 for functions of this size.
TEST_P(EveryPrimitive, JacobiansAreCentralDifferences) {
  const Case& of = GetParam();
  const Array<double> numerical = numerical_jacobian(of.f, of.at);
  expect_close(jacobian(of.f, of.at, Mode::reverse), numerical, 1e-9);
  expect_close(jacobian(of.f, of.at, Mode::forward), numerical, 1e-9);
}

TEST_P(EveryPrimitive, ForwardIsReverse) {
  const Case& of = GetParam();
  expect_close(jacobian(of.f, of.at, Mode::forward), jacobian(of.f, of.at, Mode::reverse), 1e-14);
}

/// The result made one number by a function with second derivatives of its own, so that the primitive's count.
template <class F>
auto one_number(const F& f) {
  return [f](auto in) {
    const auto y = f(in);
    return sum(square(y) * y) + sum(y);
  };
}

// A difference of gradients that are right to 1e-15 errs like a difference of values; values here are up to a hundred.
TEST_P(EveryPrimitive, SecondDerivativesAreDifferencesOfGradients) {
  const Case& of = GetParam();
  const auto f = one_number(of.f);
  const Arrays<double> along = random_like(of.at, 31);
  constexpr double kStep = 1e-5;
  const Hvp<double> exact = hvp(f, of.at, along);
  const Arrays<double> up = gradient(f, plus(of.at, kStep, along)).gradient;
  const Arrays<double> down = gradient(f, plus(of.at, -kStep, along)).gradient;
  for (std::size_t i = 0; i < of.at.size(); ++i) {
    Array<double> difference(of.at[i].shape);
    for (std::size_t c = 0; c < difference.cells.size(); ++c) {
      difference.cells[c] = (up[i].cells[c] - down[i].cells[c]) / (2 * kStep);
    }
    expect_close(exact.product[i], difference, 2e-7);
    expect_close(exact.gradient[i], gradient(f, of.at).gradient[i], 1e-14);
  }
}

TEST_P(EveryPrimitive, FloatsAgreeWithDoubles) {
  const Case& of = GetParam();
  const auto f = one_number(of.f);
  Arrays<float> at;
  Arrays<double> rounded;
  for (const Array<double>& each : of.at) {
    Array<float>& to = at.emplace_back(each.shape);
    Array<double>& back = rounded.emplace_back(each.shape);
    for (std::size_t c = 0; c < each.cells.size(); ++c) {
      to.cells[c] = static_cast<float>(each.cells[c]);
      back.cells[c] = static_cast<double>(to.cells[c]);
    }
  }
  const Gradient<float> single = gradient(f, at);
  const Gradient<double> reference = gradient(f, rounded);
  for (std::size_t i = 0; i < at.size(); ++i) {
    for (std::size_t c = 0; c < at[i].cells.size(); ++c) {
      const double expected = reference.gradient[i].cells[c];
      // About ten roundings of 6e-8 of terms that may be some ten times the sum.
      EXPECT_NEAR(static_cast<double>(single.gradient[i].cells[c]), expected, 1e-5 * (1 + std::fabs(expected)));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryPrimitive, ::testing::ValuesIn(all_cases()),
                         [](const ::testing::TestParamInfo<Case>& each) { return each.param.name; });

// Far from 0 the formulas may not overflow on the way.
TEST(Stability, LargeNumbersKeepFiniteValuesAndSlopes) {
  const Arrays<double> far{Array<double>({2, 3}, {-800, 0, 800, 1e300, -1e300, 3})};
  for (const AnyFunction& f :
       {PLUMBLINE_OF(sum(sigmoid(in[0]))), PLUMBLINE_OF(sum(tanh(in[0]))), PLUMBLINE_OF(mean(softplus(in[0]))),
        PLUMBLINE_OF(mean(elu(in[0]))), PLUMBLINE_OF(sum(softmax(in[0]))), PLUMBLINE_OF(mean(log_sum_exp(in[0])))}) {
    const Gradient<double> at = gradient(f, far);
    EXPECT_TRUE(std::isfinite(at.value));
    for (const double each : at.gradient[0].cells) EXPECT_TRUE(std::fabs(each) <= 1) << each;
  }
}

TEST(Stability, TinySlopesKeepTheirDigits) {
  const Arrays<double> far{Array<double>({1, 1}, {40})};
  const double e = std::exp(-40.0);
  EXPECT_NEAR(gradient(PLUMBLINE_OF(sum(sigmoid(in[0]))), far).gradient[0].cells[0] / e, 1, 1e-15);
}

}  // namespace
}  // namespace plumbline::autodiff
