#include "plumbline/solvers/sgd.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/solvers/fixed_step.hpp"
#include "plumbline/solvers/shuffle.hpp"

namespace plumbline {

void SgdOptions::validate() const {
  require(epochs > 0, "SgdOptions", "epochs", "at least 1, got 0");
  require(batch_size > 0, "SgdOptions", "batch_size", "at least 1, got 0");
  require(std::isfinite(step_size) && step_size > 0, "SgdOptions", "step_size", "positive and finite");
  require(momentum >= 0 && momentum < 1, "SgdOptions", "momentum", "at least 0 and below 1");
}

SgdOptions SgdOptions::adam() {
  SgdOptions options;
  options.adaptive = true;
  options.momentum = 0.9;
  options.schedule = Schedule::cosine;
  return options;
}

namespace {

/// One rule of stepping, with what it remembers.
class Stepper final {
 public:
  Stepper(const SgdOptions& options, Eigen::Index size)
      : options_(options), first_(Vector::Zero(size)), second_(Vector::Zero(options.adaptive ? size : 0)) {}

  void step(double eta, const Vector& gradient, Vector& w) {
    const double keep = options_.momentum;
    if (!options_.adaptive) {
      first_ = keep * first_ - eta * gradient;
      w += first_;
      return;
    }
    constexpr double kSecond = 0.999, kEpsilon = 1e-8;
    ++steps_;
    first_ = keep * first_ + (1 - keep) * gradient;
    second_ = kSecond * second_ + (1 - kSecond) * gradient.cwiseAbs2();
    const double first_bias = 1 - std::pow(keep, steps_), second_bias = 1 - std::pow(kSecond, steps_);
    w.array() -= eta * (first_ / first_bias).array() / ((second_ / second_bias).array().sqrt() + kEpsilon);
  }

 private:
  const SgdOptions& options_;
  Vector first_, second_;
  double steps_ = 0;
};

}  // namespace

double step_at(const SgdOptions& options, std::size_t t, std::size_t steps) {
  const double done = static_cast<double>(t) / static_cast<double>(steps);
  switch (options.schedule) {
    case Schedule::constant:
      return options.step_size;
    case Schedule::step:
      return options.step_size * std::pow(10, -std::floor(3 * done));
    case Schedule::cosine:
      return options.step_size * (1 + std::cos(std::numbers::pi * done)) / 2;
  }
  return options.step_size;
}

SolverRun minimise_by_sgd(Objective& f, BatchGradient& batches, const Vector& start, const SgdOptions& options,
                          const Monitor& monitor) {
  options.validate();
  const std::size_t rows = batches.rows().size();
  const std::size_t batches_an_epoch = (rows + options.batch_size - 1) / options.batch_size;
  const std::size_t steps = options.epochs * batches_an_epoch;
  Vector w = start, gradient;
  Stepper stepper(options, start.size());
  Walk walk(f, start, monitor);
  for (std::size_t epoch = 0, t = 0; epoch < options.epochs; ++epoch) {
    walk.report(step_at(options, t, steps));
    const std::vector<std::size_t> order = shuffled(batches.rows(), options.seed, epoch);
    for (std::size_t begin = 0; begin < rows; begin += options.batch_size, ++t) {
      monitor.check_cancelled();
      batches.evaluate(w, order.data() + begin, std::min(options.batch_size, rows - begin), gradient);
      stepper.step(step_at(options, t, steps), gradient, w);
    }
    if (!walk.step_to(w)) break;
  }
  return walk.finish(Verdict::completed);
}

}  // namespace plumbline
