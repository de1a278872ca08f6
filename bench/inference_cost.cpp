// What standard errors cost beside the fit that they are of, least squares and logistic regression at l2 = 0:
//   bench_inference_cost [ROWS COLUMNS REPEATS]      (1000000 50 3)
// Both through the library on rows in memory, all cores. Every ratio is of two times taken one after the other; the
// median of the ratios is what counts.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "plumbline/core/random.hpp"
#include "plumbline/inference/linear_inference.hpp"
#include "plumbline/solvers/linear_fit.hpp"

namespace {

constexpr std::uint64_t kSeed = 4;

struct Rows {
  std::size_t rows = 0, columns = 0;
  std::vector<double> x, number, yes;
};

/// Uniform features, neighbours correlated; a linear truth with noise, and a coin with its log odds.
Rows make_rows(std::size_t rows, std::size_t columns) {
  Rows data{rows, columns, std::vector<double>(rows * columns), std::vector<double>(rows), std::vector<double>(rows)};
  for (std::size_t i = 0; i < rows; ++i) {
    double eta = 0.2, last = 0;
    for (std::size_t j = 0; j < columns; ++j) {
      last = 0.5 * last + 2 * plumbline::random_unit(kSeed, j, i) - 1;
      data.x[i * columns + j] = 3 + static_cast<double>(j + 1) * last;
      eta += (j % 3 == 0 ? 1.0 : -0.5) * last / 2;
    }
    const double noise = plumbline::random_unit(kSeed, columns, i);
    data.number[i] = eta + 2 * noise - 1;
    data.yes[i] = noise < 1 / (1 + std::exp(-eta)) ? 1 : 0;
  }
  return data;
}

template <class Run>
double seconds_of(Run run) {
  const auto begin = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

void measure(const Rows& data, const plumbline::Loss& loss, const std::vector<double>& target, int repeats) {
  plumbline::MemorySource source(
      plumbline::DenseView{data.x.data(), data.rows, data.columns, data.columns, plumbline::Scalar::f64, 1.0},
      target.data(), 1, nullptr);
  std::vector<double> ratios;
  for (int repeat = 0; repeat <= repeats; ++repeat) {  // the first only warms up
    plumbline::LinearFit fit;
    plumbline::LinearInference inference;
    const double fitting = seconds_of([&] { fit = fit_linear(source, loss, {}, plumbline::silent_progress()); });
    const double inferring = seconds_of([&] {
      const plumbline::FittedLinear fitted = fitted_linear(source, loss, fit, true);
      inference = infer_linear(fitted, fit.risk, fit.report.null_objective, {});
    });
    if (repeat == 0) continue;
    ratios.push_back(inferring / fitting);
    std::printf("%s: fit %.3f s (%s, %zu iterations), standard errors %.4f s, %.2f %%; that of x0 %.6g\n",
                fit.report.solver.c_str(), fitting, name_of(fit.report.verdict), fit.report.iterations, inferring,
                100 * inferring / fitting, inference.tables[0][0].standard_error);
  }
  std::sort(ratios.begin(), ratios.end());
  std::printf("  median %.2f %%\n", 100 * ratios[ratios.size() / 2]);
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const auto number = [&](std::size_t at, std::size_t standard) {
    return words.size() > at ? std::strtoull(words[at].c_str(), nullptr, 10) : standard;
  };
  const Rows data = make_rows(number(0, 1000000), number(1, 50));
  const int repeats = static_cast<int>(std::max<std::size_t>(number(2, 3), 1));
  measure(data, plumbline::SquaredLoss{}, data.number, repeats);
  measure(data, plumbline::LogisticLoss{1}, data.yes, repeats);
  return 0;
}
