#include "plumbline/solvers/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/solvers/line_search.hpp"

namespace plumbline {

namespace {

constexpr int kMostLbfgsStalls = 30;
constexpr std::size_t kFirstRefresh = 10;
constexpr std::size_t kRefreshGrowth = 3;
/// Stop this much below the bound that makes a fit optimal, so that finishing touches (intercept, rounding) cannot lose
/// it again.
constexpr double kLbfgsSafety = 0.25;

struct LbfgsState {
  Vector w, gradient;
  double value = 0;

  void evaluate(Objective& f) { value = f.value_gradient(w, gradient); }
  bool finite() const { return std::isfinite(value) && gradient.allFinite(); }
};

/// The inverse Hessian as the last `memory` pairs see it.
class InverseHessian final {
 public:
  explicit InverseHessian(std::size_t memory) : memory_(memory) {}

  /// The pairs learned so far stay: they are true whatever the recursion starts from.
  void start_from(std::unique_ptr<Preconditioner> preconditioner) { preconditioner_ = std::move(preconditioner); }

  void learn(const Vector& step, const Vector& change) {
    const double curvature = step.dot(change);
    if (!(curvature > 1e-14 * step.norm() * change.norm())) return;
    pairs_.push_back({step, change, 1 / curvature});
    if (pairs_.size() > memory_) pairs_.pop_front();
  }

  void forget() { pairs_.clear(); }
  bool knows_nothing() const { return pairs_.empty(); }

  /// −H g by the two-loop recursion.
  Vector direction(const Vector& gradient) const {
    Vector q = -gradient;
    std::vector<double> alpha(pairs_.size());
    for (std::size_t i = pairs_.size(); i-- > 0;) {
      alpha[i] = pairs_[i].rho * pairs_[i].step.dot(q);
      q -= alpha[i] * pairs_[i].change;
    }
    start(q);
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      const double beta = pairs_[i].rho * pairs_[i].change.dot(q);
      q += (alpha[i] - beta) * pairs_[i].step;
    }
    return q;
  }

 private:
  struct Pair {
    Vector step, change;
    double rho = 0;
  };

  void start(Vector& q) const {
    if (preconditioner_) {
      preconditioner_->apply_inverse(q);
    } else if (!pairs_.empty()) {
      q *= 1 / (pairs_.back().rho * pairs_.back().change.squaredNorm());
    } else if (q.norm() > 1) {
      q /= q.norm();
    }
  }

  std::size_t memory_;
  std::unique_ptr<Preconditioner> preconditioner_;
  std::deque<Pair> pairs_;
};

/// The step to `next`; false if nothing decreases f along `direction`.
bool advance(Objective& f, const LbfgsState& at, const Vector& direction, LbfgsState& next) {
  const LinePoint start{at.value, at.gradient.dot(direction)};
  next.w = at.w + direction;
  next.evaluate(f);
  if (decreases_enough(f, start, 1, next.value)) return true;
  const std::optional<double> t = backtrack(f, at.w, next.w, start);
  if (!t) return false;
  next.w = at.w + *t * direction;
  next.evaluate(f);
  return true;
}

bool is_done(const Objective& f, const LbfgsState& at, const LbfgsOptions& options, const Monitor& monitor) {
  if (options.tolerance) return at.gradient.norm() <= *options.tolerance * std::max(1.0, at.w.norm());
  return f.cheap_gap(at.w, at.gradient) <= kLbfgsSafety * monitor.allowed_gap(at.value);
}

}  // namespace

void LbfgsOptions::validate() const {
  require(max_iterations > 0, "LbfgsOptions", "max_iterations", "at least 1, got 0");
  require(memory > 0, "LbfgsOptions", "memory", "at least 1, got 0");
  require(!tolerance || *tolerance > 0, "LbfgsOptions", "tolerance", "positive");
}

SolverRun minimise_by_lbfgs(Objective& f, Vector w, const LbfgsOptions& options,
                            const MakePreconditioner& make_preconditioner, const Monitor& monitor) {
  options.validate();
  SolverRun run;
  LbfgsState at, next;
  at.w = std::move(w);
  at.evaluate(f);
  InverseHessian inverse(options.memory);
  std::size_t next_refresh = 0;
  run.ended = Verdict::iteration_limit;
  double best_norm = at.gradient.norm();
  for (int stalls = 0; at.finite() && run.iterations < options.max_iterations; ++run.iterations) {
    monitor.iteration(run.iterations, at.value, at.w, at.gradient, 1);
    if (is_done(f, at, options, monitor)) {
      run.ended = Verdict::completed;
      break;
    }
    if (monitor.unbounded && run.iterations % 10 == 9 && monitor.unbounded(at.w)) {
      run.ended = Verdict::separated;
      break;
    }
    if (make_preconditioner && run.iterations >= next_refresh) {
      inverse.start_from(make_preconditioner(at.w));
      next_refresh = next_refresh == 0 ? kFirstRefresh : next_refresh * kRefreshGrowth;
    }
    Vector direction = inverse.direction(at.gradient);
    if (!(at.gradient.dot(direction) < 0)) {
      inverse.forget();
      direction = inverse.direction(at.gradient);
    }
    if (!advance(f, at, direction, next)) {
      if (inverse.knows_nothing()) {
        run.ended = Verdict::line_search_failed;
        break;
      }
      inverse.forget();
      continue;
    }
    inverse.learn(next.w - at.w, next.gradient - at.gradient);
    // Where rounding hides every decrease, only a gradient that still shrinks is progress.
    const bool visible = next.value < at.value - f.resolution(at.value) || next.gradient.norm() < 0.99 * best_norm;
    best_norm = std::min(best_norm, next.gradient.norm());
    stalls = visible ? 0 : stalls + 1;
    std::swap(at, next);
    if (stalls > kMostLbfgsStalls) {
      run.ended = Verdict::precision_limit;
      break;
    }
  }
  if (!at.finite()) run.ended = Verdict::non_finite;
  run.w = std::move(at.w);
  run.gradient = std::move(at.gradient);
  run.value = at.value;
  return run;
}

}  // namespace plumbline
