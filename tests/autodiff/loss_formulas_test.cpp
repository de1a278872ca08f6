// Every hand-written gradient and curvature of losses/ against the derivatives of its formula, written down here from
// the docstring in elementary operations and differentiated automatically.

#include <gtest/gtest.h>

#include <numbers>
#include <vector>

#include "any_function.hpp"
#include "support/loss_cases.hpp"

namespace plumbline::autodiff {
namespace {

/// log Φ(x) where Φ is neither 0 nor 1: a primitive that the library does not have.
struct LogNormalCdf {
  template <class S>
  S value(const S& x) const {
    using std::log;
    return log(cdf(x));
  }
  template <class S>
  S slope(const S& x, const S&) const {
    using std::exp;
    return exp(x * x * S(-0.5)) / (S(std::sqrt(2 * std::numbers::pi)) * cdf(x));
  }
  static double cdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }
  static Dual<double> cdf(const Dual<double>& x) {
    return {cdf(x.value), std::exp(-0.5 * x.value * x.value) / std::sqrt(2 * std::numbers::pi) * x.tangent};
  }
};

/// Formulas of one row, eta (1, K) and a number y: l(y, eta).
template <class S>
struct Formula {
  Var<S> eta;
  double y = 0;

  Var<S> margin() const { return eta * (2 * y - 1); }
  /// e_k = 1 for k = y: the share of class k after smoothing.
  Var<S> shares(std::size_t classes, double smoothing = 0) const {
    S* cells = eta.tape().template allocate<S>(classes);
    for (std::size_t k = 0; k < classes; ++k) {
      cells[k] = S((static_cast<double>(k) == y ? 1 - smoothing : 0) + smoothing / static_cast<double>(classes));
    }
    return eta.tape().constant(View<const S>{cells, {1, classes}});
  }
  Var<S> of_true_class(std::size_t classes) const {
    return classes == 1 ? sigmoid(margin()) : sum(softmax(eta) * shares(classes));
  }

  Var<S> operator()(const SquaredLoss&) const { return square(eta - y) * 0.5; }
  Var<S> operator()(const AbsoluteLoss&) const { return abs(eta - y); }
  Var<S> operator()(const QuantileLoss& l) const {
    const Var<S> e = y - eta;
    return maximum(e * l.quantile, e * (l.quantile - 1));
  }
  Var<S> operator()(const HuberLoss& l) const {
    const Var<S> e = abs(eta - y), inner = -maximum(-e, eta.tape().scalar(-l.delta));
    return inner * (e - inner * 0.5);
  }
  Var<S> operator()(const GaussianLoss& l) const {
    return square((eta - y) / l.sigma) * 0.5 + (std::log(l.sigma) + 0.5 * std::log(2 * std::numbers::pi));
  }
  Var<S> operator()(const HeteroscedasticLoss&) const {
    const Var<S> middle = columns(eta, 0, 1), v = columns(eta, 1, 1);
    return (v + square(middle - y) * exp(-v)) * 0.5 + 0.5 * std::log(2 * std::numbers::pi);
  }
  Var<S> operator()(const LogisticLoss& l) const {
    return softplus(eta) - eta * ((1 - l.smoothing) * y + l.smoothing / 2);
  }
  Var<S> operator()(const SoftmaxLoss& l) const { return log_sum_exp(eta) - sum(shares(l.classes, l.smoothing) * eta); }
  Var<S> operator()(const ProbitLoss&) const { return -elementwise(LogNormalCdf{}, margin()); }
  Var<S> operator()(const CloglogLoss&) const { return y == 0 ? exp(eta) : -log(1.0 - exp(-exp(eta))); }
  Var<S> operator()(const HingeLoss&) const { return relu(1.0 - margin()); }
  Var<S> operator()(const SquaredHingeLoss&) const { return square(relu(1.0 - margin())); }
  Var<S> operator()(const FocalLoss& l) const {
    const Var<S> q = of_true_class(l.classes);
    return -exp(log(1.0 - q) * l.gamma) * log(q);
  }
  Var<S> operator()(const BrierLoss& l) const {
    if (l.classes == 1) return square(sigmoid(eta) - y) * 2.0;
    return sum(square(softmax(eta) - shares(l.classes)));
  }
  Var<S> operator()(const SquaredOnSigmoidLoss&) const { return square(sigmoid(eta) - y) * 0.5; }
  Var<S> operator()(const OneHotSquaredLoss& l) const { return sum(square(eta - shares(l.classes))) * 0.5; }
};

struct Row {
  double value = 0;
  std::vector<double> gradient, curvature;
};

Row hand_written(const Loss& loss, double y, const Array<double>& eta) {
  Row row{0, std::vector<double>(eta.cells.size()), std::vector<double>(curvature_blocks_of(loss).size())};
  evaluate(loss, &y, eta.cells.data(), 1, {&row.value, row.gradient.data(), row.curvature.data()});
  return row;
}

class LossFormula : public ::testing::TestWithParam<testing::LossCase> {};

// The formulas here are the plain ones, which lose digits where terms cancel: none of that is worse than 1e-11 for
// predictors of this size.
TEST_P(LossFormula, HandWrittenDerivativesAreThoseOfTheFormula) {
  const Loss& loss = GetParam().loss;
  const std::size_t outputs = outputs_of(loss);
  const OutputPairs pairs = curvature_blocks_of(loss);
  for (std::uint64_t trial = 0; trial < 50; ++trial) {
    const Array<double> eta = random_array({1, outputs}, 900 + trial, -3, 3);
    const double uniform = random_unit(trial, 8, 0);
    const double y = traits_of(loss).classification
                         ? std::floor(uniform * static_cast<double>(std::max<std::size_t>(outputs, 2)))
                         : 6 * uniform - 3;
    const auto f = [&](auto in) {
      const Formula<typename decltype(in)::value_type::Scalar> formula{in[0], y};
      return std::visit([&](const auto& l) { return formula(l); }, loss);
    };
    const Row hand = hand_written(loss, y, eta);
    for (std::size_t k = 0; k < outputs; ++k) {
      Array<double> along(eta.shape);
      along.cells[k] = 1;
      const Hvp<double> exact = hvp(f, Arrays<double>{eta}, Arrays<double>{along});
      EXPECT_NEAR(hand.value, exact.value, 1e-11 * (1 + std::fabs(exact.value)));
      EXPECT_NEAR(hand.gradient[k], exact.gradient[0].cells[k], 1e-11 * (1 + std::fabs(hand.gradient[k])));
      for (std::size_t q = 0; q < pairs.size(); ++q) {
        const auto [a, b] = pairs[q];
        if (b != k) continue;
        EXPECT_NEAR(hand.curvature[q], exact.product[0].cells[a], 1e-11 * (1 + std::fabs(hand.curvature[q])));
      }
    }
  }
}

// The same derivatives as a network meets them: through the primitive, for several rows and in both modes.
TEST_P(LossFormula, ThePrimitivePassesThemOn) {
  const Loss& loss = GetParam().loss;
  const std::size_t outputs = outputs_of(loss);
  constexpr std::size_t kRows = 300;  // more than one tile of the primitive
  const Arrays<double> eta{random_array({kRows, outputs}, 4, -3, 3)}, along = random_like(eta, 6);
  std::vector<double> y(kRows);
  for (std::size_t i = 0; i < kRows; ++i) {
    y[i] = traits_of(loss).classification ? static_cast<double>(i % std::max<std::size_t>(outputs, 2))
                                          : random_unit(9, 0, i);
  }
  const auto f = [&](auto in) { return sum(row_losses(loss, in[0], y)); };
  const Hvp<double> exact = hvp(f, eta, along);
  const OutputPairs pairs = curvature_blocks_of(loss);
  double slope = 0;
  for (std::size_t i = 0; i < kRows; ++i) {
    Array<double> row({1, outputs});
    std::copy_n(eta[0].cells.data() + i * outputs, outputs, row.cells.data());
    const Row hand = hand_written(loss, y[i], row);
    std::vector<double> product(outputs);
    for (std::size_t q = 0; q < pairs.size(); ++q) {
      const auto [a, b] = pairs[q];
      product[a] += hand.curvature[q] * along[0](i, b);
      if (a != b) product[b] += hand.curvature[q] * along[0](i, a);
    }
    for (std::size_t k = 0; k < outputs; ++k) {
      slope += hand.gradient[k] * along[0](i, k);
      EXPECT_EQ(exact.gradient[0](i, k), hand.gradient[k]);
      EXPECT_NEAR(exact.product[0](i, k), product[k], 1e-14 * (1 + std::fabs(product[k])));
    }
  }
  EXPECT_NEAR(jvp(f, eta, along).tangent.cells[0], slope, 1e-11);
}

INSTANTIATE_TEST_SUITE_P(All, LossFormula, ::testing::ValuesIn(testing::all_losses()),
                         [](const ::testing::TestParamInfo<testing::LossCase>& each) { return each.param.name; });

}  // namespace
}  // namespace plumbline::autodiff
