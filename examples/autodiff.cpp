// A primitive, a model and a loss of one's own, each in about 20 lines, with exact derivatives:
//   autodiff primitive|model|modes|checkpoint

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "plumbline/autodiff/checkpoint.hpp"
#include "plumbline/autodiff/numerical.hpp"
#include "plumbline/core/random.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace {

namespace ad = plumbline::autodiff;

ad::Array<double> some_array(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  ad::Array<double> array({rows, columns});
  for (std::size_t c = 0; c < array.cells.size(); ++c) array.cells[c] = plumbline::random_unit(seed, 0, c) - 0.5;
  return array;
}

// ---- A primitive: the running sum along each row. Value, tangent and adjoint side by side.

struct RunningSum {
  ad::Shape shape(std::span<const ad::Shape> in) const { return in[0]; }
  template <class S>
  void value(const ad::Step<S>& step) const {
    accumulate(step.in(0), step.out());
  }
  template <class S>
  void tangent(const ad::Step<S>& step) const {
    accumulate(step.in_tangent(0), step.out_tangent());  // it is linear
  }
  template <class S>
  void adjoint(const ad::Step<S>& step) const {
    const ad::View<const S> g = step.out_adjoint();
    const ad::View<S> gx = step.in_adjoint(0);
    for (std::size_t i = 0; i < g.shape.rows; ++i) {
      S rest{};  // what x_ij is part of: all sums from j on
      for (std::size_t j = g.shape.columns; j-- > 0;) gx(i, j) += rest += g(i, j);
    }
  }
  template <class S>
  static void accumulate(const ad::View<const S>& x, const ad::View<S>& y) {
    for (std::size_t i = 0; i < x.shape.rows; ++i) {
      S sum{};
      for (std::size_t j = 0; j < x.shape.columns; ++j) y(i, j) = sum += x(i, j);
    }
  }
};

void show_primitive() {
  const auto f = [](auto in) { return sum(square(in[0].tape().apply(RunningSum{}, {in[0]}))); };
  const ad::Arrays<double> at{some_array(3, 4, 1)};
  std::printf("running sum: reverse mode and central differences differ by %.0e\n",
              std::ceil(ad::check_derivatives(f, at).largest_error * 1e8) / 1e8);
}

// ---- A model and a loss: y is Poisson with a rate that a bump over x predicts, fitted by gradient descent.

/// eta = a·exp(−½((x − c)/s)²) + b, parameters (a, b, c, log s) in a row; loss exp(eta) − y·eta.
struct BumpModel {
  const ad::Array<double>& x;
  const ad::Array<double>& y;

  template <class V>
  V operator()(std::span<const V> in) const {
    const auto parameter = [&](std::size_t k) { return columns(in[0], k, 1); };
    const V z = (in[0].tape().constant(x.view()) - parameter(2)) / exp(parameter(3));
    const V eta = parameter(0) * exp(square(z) * -0.5) + parameter(1);
    return mean(exp(eta) - in[0].tape().constant(y.view()) * eta);
  }
};

void show_model() {
  ad::Array<double> x({200, 1}), y({200, 1});
  for (std::size_t i = 0; i < 200; ++i) {
    x.cells[i] = static_cast<double>(i) / 100 - 1;
    y.cells[i] =
        std::exp(2 * std::exp(-0.5 * std::pow((x.cells[i] - 0.2) / 0.3, 2)) - 1);  // its mean, for a clean test
  }
  const BumpModel model{x, y};
  ad::Arrays<double> at{ad::Array<double>({1, 4}, {1, 0, 0, 0})};
  for (int step = 0; step < 5000; ++step) {
    const ad::Gradient<double> g = ad::gradient(model, at);
    for (std::size_t k = 0; k < 4; ++k) at[0].cells[k] -= 0.1 * g.gradient[0].cells[k];
  }
  const std::vector<double>& w = at[0].cells;
  std::printf("bump: height %.3f, base %.3f, place %.3f, width %.3f\n", w[0], w[1], w[2], std::exp(w[3]));
}

// ---- What the two modes cost: one direction more is one evaluation more forward, and nothing backward.

/// Processor time of one thread, so that other programs do not show.
double milliseconds(const auto& work) {
  const plumbline::ThreadLimit one(1);
  double best = 1e9;
  for (int trial = 0; trial < 5; ++trial) {
    const std::clock_t start = std::clock();
    work();
    best = std::min(best, 1e3 * static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC);
  }
  return best;
}

/// f of matrices on a tape that is used again and again, so that no memory is made in what is measured.
template <class S>
struct Warm {
  ad::Tape<S> tape;
  ad::Arrays<S> at;
  explicit Warm(ad::Mode mode) : tape(mode) {
    for (const ad::Shape& shape : {ad::Shape{128, 256}, ad::Shape{256, 256}, ad::Shape{256, 64}}) {
      const ad::Array<double> numbers = some_array(shape.rows, shape.columns, at.size());
      ad::Array<S>& each = at.emplace_back(numbers.shape);
      for (std::size_t c = 0; c < each.cells.size(); ++c) each.cells[c] = S(numbers.cells[c]);
    }
  }
  ad::Var<S> run() {
    tape.clear();
    std::vector<ad::Var<S>> in;
    for (const ad::Array<S>& each : at) {
      in.push_back(tape.mode() == ad::Mode::forward ? tape.moving(each.view(), each.view())
                                                    : tape.variable(each.view()));
    }
    return mean(square(tanh(matmul(tanh(matmul(in[0], in[1])), in[2]))));
  }
};

void show_modes() {
  Warm<double> values(ad::Mode::values), reverse(ad::Mode::reverse), forward(ad::Mode::forward);
  Warm<ad::Dual<double>> both(ad::Mode::reverse);
  const auto report = [](const char* what, double cost) { std::printf("%-50s %.2f ms\n", what, cost); };
  report("f alone", milliseconds([&] { (void)values.run(); }));
  report("reverse mode, derivatives by all 114688 cells", milliseconds([&] { reverse.tape.backward(reverse.run()); }));
  for (const int directions : {1, 2, 4, 8}) {
    const double cost = milliseconds([&] {
      for (int i = 0; i < directions; ++i) (void)forward.run();
    });
    report(("forward mode, directions: " + std::to_string(directions)).c_str(), cost);
  }
  report("forward over reverse, Hessian times one direction", milliseconds([&] { both.tape.backward(both.run()); }));
}

// ---- Checkpointing: four equal blocks, some of them recomputed.

void show_checkpoint() {
  const ad::Array<double> x = some_array(512, 256, 1), w = some_array(256, 256, 2);
  std::printf("recomputed  block evaluations  of 4   peak MB  time\n");
  for (std::size_t again = 0; again <= 4; ++again) {
    ad::Tape<double> tape;
    const auto step = [&] {
      tape.clear();
      ad::Var<double> h = tape.variable(x.view());
      const ad::Var<double> weights = tape.variable(w.view());
      for (std::size_t i = 0; i < 4; ++i) {
        const ad::Storage storage = i < again ? ad::Storage::recompute : ad::Storage::keep;
        h = run_block(storage, {h, weights},
                      [](std::span<const ad::Var<double>> in) { return tanh(softplus(matmul(in[0], in[1])) - 0.5); });
      }
      tape.backward(mean(h), ad::Afterwards::release);
    };
    step();
    const ad::TapeCounters counters = tape.counters();
    std::printf("%10zu  %17zu  %.2f  %8.1f  %.1f ms\n", again, counters.block_evaluations,
                static_cast<double>(counters.block_evaluations) / 4, static_cast<double>(counters.peak_bytes) / 1e6,
                milliseconds(step));
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::string lesson = count == 2 ? arguments[1] : "";
  if (lesson == "primitive") {
    show_primitive();
  } else if (lesson == "model") {
    show_model();
  } else if (lesson == "modes") {
    show_modes();
  } else if (lesson == "checkpoint") {
    show_checkpoint();
  } else {
    std::fprintf(stderr, "usage: autodiff primitive|model|modes|checkpoint\n");
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}
