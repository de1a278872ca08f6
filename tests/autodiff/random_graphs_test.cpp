// A thousand random formulas, three matrices in and one number out: reverse against central differences, forward
// against reverse, and Hessian-vector products against differences of gradients.

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "any_function.hpp"

namespace plumbline::autodiff {
namespace {

/// Builds the same formula for any scalar: what it draws depends on the seed and on shapes alone.
class RandomFormula final {
 public:
  explicit RandomFormula(std::uint64_t seed) : seed_(seed) {}

  template <class S>
  Var<S> operator()(std::span<const Var<S>> in) const {
    std::uint64_t draws = 0;
    std::vector<Var<S>> pool(in.begin(), in.end());
    const std::size_t operations = 4 + below(10, draws);
    for (std::size_t i = 0; i < operations; ++i) pool.push_back(next(pool, draws));
    Var<S> result = mean(pool[0]);
    for (const Var<S>& each : pool) result = result + mean(tanh(each));
    return result;
  }

  /// How near any kink was in the last evaluation.
  double kink_distance() const { return kink_distance_; }
  void forget_kinks() const { kink_distance_ = std::numeric_limits<double>::infinity(); }

 private:
  std::size_t below(std::size_t bound, std::uint64_t& draws) const {
    return static_cast<std::size_t>(random_bits(seed_, 1, draws++) % bound);
  }

  template <class S>
  Var<S> next(const std::vector<Var<S>>& pool, std::uint64_t& draws) const {
    const Var<S> x = pool[below(pool.size(), draws)];
    const std::size_t kind = below(3, draws);
    return kind == 0 ? smooth(x, draws) : kind == 1 ? moved(x, draws) : joined(x, partner(x, pool, draws), draws);
  }

  template <class S>
  Var<S> smooth(const Var<S>& x, std::uint64_t& draws) const {
    switch (below(12, draws)) {
      case 0:
        return tanh(x);
      case 1:
        return sigmoid(x);
      case 2:
        return softplus(x);
      case 3:
        return exp(tanh(x));
      case 4:
        return log(2.0 + square(x));
      case 5:
        return sqrt(1.0 + square(x));
      case 6:
        return softmax(x);
      case 7:
        return x - log_sum_exp(x);
      case 8:
        return relu(near_kink(x));
      case 9:
        return leaky_relu(near_kink(x), 0.1);
      case 10:
        return elu(near_kink(x));
      default:
        return abs(near_kink(x));
    }
  }

  template <class S>
  Var<S> moved(const Var<S>& x, std::uint64_t& draws) const {
    static const std::vector<std::size_t> rows{0, 0};
    switch (below(7, draws)) {
      case 0:
        return transpose(x);
      case 1:
        return sum(x, Axis::rows);
      case 2:
        return mean(x, Axis::columns);
      case 3:
        return sum(x) / 4.0;
      case 4:
        return gather_rows(x, rows);
      case 5:
        return columns(x, 0, 1);
      default:
        return concatenate({x, tanh(x)}, below(2, draws) == 0 ? Axis::rows : Axis::columns);
    }
  }

  template <class S>
  Var<S> joined(const Var<S>& x, const Var<S>& y, std::uint64_t& draws) const {
    switch (below(7, draws)) {
      case 0:
        return x + y;
      case 1:
        return x - y;
      case 2:
        return x * y;
      case 3:
        return x / (2.0 + tanh(y));
      case 4:
        near_kink(x - y);
        return maximum(x, y);
      case 5:
        return prelu(near_kink(x), mean(y, Axis::all));
      default:
        return matmul(tanh(x), transpose(x));
    }
  }

  /// Another matrix that broadcasts with x; x itself if there is none.
  template <class S>
  Var<S> partner(const Var<S>& x, const std::vector<Var<S>>& pool, std::uint64_t& draws) const {
    const std::size_t first = below(pool.size(), draws);
    for (std::size_t i = 0; i < pool.size(); ++i) {
      const Var<S>& y = pool[(first + i) % pool.size()];
      const bool rows = x.shape().rows == y.shape().rows || x.shape().rows == 1 || y.shape().rows == 1;
      const bool across = x.shape().columns == y.shape().columns || x.shape().columns == 1 || y.shape().columns == 1;
      if (rows && across && y.index() != x.index()) return y;
    }
    return tanh(x);
  }

  template <class S>
  Var<S> near_kink(const Var<S>& x) const {
    for (const S& each : x.value())
      kink_distance_ = std::min(kink_distance_, std::fabs(static_cast<double>(value_of(each))));
    return x;
  }

  std::uint64_t seed_;
  mutable double kink_distance_ = std::numeric_limits<double>::infinity();
};

Arrays<double> inputs_for(std::uint64_t seed) {
  const auto side = [seed](std::uint64_t stream) {
    return static_cast<std::size_t>(1 + random_bits(seed, 2, stream) % 3);
  };
  const std::size_t rows = side(0), middle = side(1), across = side(2);
  return {random_array({rows, middle}, 3 * seed), random_array({rows, across}, 3 * seed + 1),
          random_array({1, middle}, 3 * seed + 2)};
}

struct Errors {
  double differences = 0, forward = 0, second = 0;
};

/// Relative to what is compared and to 1.
double apart(double a, double b) { return std::fabs(a - b) / (1 + std::fabs(b)); }

/// All along one random direction, in which a wrong cell shows as well as alone, but for coincidence.
Errors errors_of(const RandomFormula& f, const Arrays<double>& at, std::uint64_t seed) {
  constexpr double kStep = 6e-6;
  const Arrays<double> along = random_like(at, 1000 + seed);
  const Gradient<double> up = gradient(f, plus(at, kStep, along)), down = gradient(f, plus(at, -kStep, along));
  const Hvp<double> curved = hvp(f, at, along);
  const double slope = dot(gradient(f, at).gradient, along);
  Errors errors;
  errors.differences = apart(slope, (up.value - down.value) / (2 * kStep));
  errors.forward = apart(jvp(f, at, along).tangent.cells[0], slope);
  for (std::size_t i = 0; i < at.size(); ++i) {
    for (std::size_t c = 0; c < at[i].cells.size(); ++c) {
      const double difference = (up.gradient[i].cells[c] - down.gradient[i].cells[c]) / (2 * kStep);
      errors.second = std::max(errors.second, apart(curved.product[i].cells[c], difference));
    }
  }
  return errors;
}

TEST(RandomFormulas, AThousandHaveTheRightDerivatives) {
  int checked = 0;
  for (std::uint64_t seed = 0; checked < 1000; ++seed) {
    ASSERT_LT(seed, 1500U) << "too many formulas near a kink";
    const RandomFormula f(seed);
    const Arrays<double> at = inputs_for(seed);
    (void)value(f, at);
    // A cell moves by the step times what the formula multiplies it with, some hundreds at most.
    if (f.kink_distance() < 2e-3) continue;
    ++checked;
    const Errors errors = errors_of(f, at, seed);
    if (checked % 20 == 0) {
      EXPECT_LT(check_derivatives(f, at).largest_error, 1e-7) << "formula " << seed;
    }
    // Third derivatives of sums and products of ten operations reach 1e4: 6e-12 of it, or 1e-10 for second ones.
    EXPECT_LT(errors.differences, 1e-7) << "formula " << seed;
    EXPECT_LT(errors.second, 2e-6) << "formula " << seed;
    // Both modes are exact but for rounding.
    EXPECT_LT(errors.forward, 1e-10) << "formula " << seed;
  }
}

}  // namespace
}  // namespace plumbline::autodiff
