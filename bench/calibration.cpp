// How long the measures of calibration take on outputs in memory: reading is not counted.
//   bench_calibration [ROWS [CLASSES]]
// 1,000,000 x 10 float32 logits unless said, over-confident by a factor of 1.5; one line a step with its seconds, and
// the peak of the resident memory against the input at the end. docs/calibration.md promises temperature, measures,
// threshold and 200 resamples in 5 s on two cores.

#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <vector>

#include "plumbline/calibration/fit_calibrator.hpp"
#include "plumbline/calibration/measures.hpp"
#include "plumbline/conformal/class_sets.hpp"
#include "plumbline/core/buffer.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {
namespace {

/// Logits whose labels were drawn from the softmax of two thirds of them.
struct Outputs {
  Buffer<float> logits;
  Buffer<std::uint32_t> labels;
  std::size_t rows, classes;

  Outputs(std::size_t n, std::size_t m) : logits(n * m), labels(n), rows(n), classes(m) {
    std::vector<double> p(m);
    for (std::size_t i = 0; i < n; ++i) {
      double sum = 0;
      for (std::size_t k = 0; k < m; ++k) {
        double eta = -2;
        for (std::uint64_t d = 0; d < 4; ++d) eta += random_unit(1, 4 * k + d, i);
        logits[i * m + k] = static_cast<float>(6 * eta);
        sum += p[k] = std::exp(4 * eta);
      }
      double left = random_unit(2, 0, i) * sum;
      std::size_t label = 0;
      while (label + 1 < m && left >= p[label]) left -= p[label++];
      labels[i] = static_cast<std::uint32_t>(label);
    }
  }
  ClassOutputs view() const {
    return {DenseView{logits.data(), rows, classes, classes, Scalar::f32, 1}, OutputKind::logits, labels.data(),
            nullptr};
  }
};

double seconds_of(const char* step, const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  fmt::print("{:<40} {:8.3f} s\n", step, seconds);
  std::fflush(stdout);
  return seconds;
}

void run(std::size_t rows, std::size_t classes) {
  const Outputs outputs(rows, classes);
  const ClassOutputs view = outputs.view();
  ClassMeasures measures;
  CalibratorFit fit;
  double total = seconds_of("temperature", [&] { fit = fit_temperature(view); });
  seconds_of("all errors, no resamples", [&] { measures = measure_classes(view, nullptr, {15, 0, 0.95, 0}); });
  total += seconds_of("all errors and 200 resamples", [&] { measures = measure_classes(view, nullptr, {}); });
  total += seconds_of("LAC threshold", [&] { conformal_class_rule({&view, &fit.calibrator, {}}, {}); });
  for (const NamedFigure& figure : kCalibrationFigures) {
    fmt::print("  {:<16} {:10.6f}  {:10.6f} to {:10.6f}\n", figure.name, measures.figures.*figure.value,
               measures.intervals.lower.*figure.value, measures.intervals.upper.*figure.value);
  }
  fmt::print("temperature {:.6f}; again after it:\n", fit.calibrator.temperature);
  seconds_of("all errors and 200 resamples", [&] { measures = measure_classes(view, &fit.calibrator, {}); });
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double input = static_cast<double>(rows * classes * sizeof(float));
  fmt::print("{:<40} {:8.3f} s\npeak memory {:.2f} times the logits\n", "in all, before", total,
             static_cast<double>(usage.ru_maxrss) * 1024 / input);
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  plumbline::run(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000,
                 argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 10);
}
