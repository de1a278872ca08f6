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
  Vector w = start, step = Vector::Zero(start.size()), gradient;
  Walk walk(f, start, monitor);
  for (std::size_t epoch = 0, t = 0; epoch < options.epochs; ++epoch) {
    walk.report(step_at(options, t, steps));
    const std::vector<std::size_t> order = shuffled(batches.rows(), options.seed, epoch);
    for (std::size_t begin = 0; begin < rows; begin += options.batch_size, ++t) {
      monitor.check_cancelled();
      batches.evaluate(w, order.data() + begin, std::min(options.batch_size, rows - begin), gradient);
      step = -step_at(options, t, steps) * gradient + options.momentum * step;
      w += step;
    }
    if (!walk.step_to(w)) break;
  }
  return walk.finish(Verdict::completed);
}

}  // namespace plumbline
