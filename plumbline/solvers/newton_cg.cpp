#include "plumbline/solvers/newton_cg.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/solvers/line_search.hpp"

namespace plumbline {

namespace {

constexpr double kFirstForcing = 0.5;
constexpr double kLeastForcing = 1e-10;
/// A preconditioner is made anew after a direction that took more products than this.
constexpr std::size_t kManyProducts = 20;
constexpr int kMostNewtonCgStalls = 3;
/// As in lbfgs: finishing touches must not lose the proof again.
constexpr double kNewtonCgSafety = 0.25;
constexpr double kDecrementSafety = 1e-3;

struct NewtonCgState {
  Vector w, gradient;
  double value = 0;

  void evaluate(Objective& f) { value = f.value_gradient(w, gradient); }
  bool finite() const { return std::isfinite(value) && gradient.allFinite(); }
};

struct Direction {
  Vector step;
  std::size_t products = 0;
  bool has_curvature = true;  ///< false: conjugate gradients met a direction along which f does not bend upwards
};

/// Conjugate gradients on H p = −g from p = 0, until the residual in the norm of the preconditioner is `forcing` times
/// what it was.
class ConjugateGradients final {
 public:
  ConjugateGradients(const CurvatureAccess& curvature, std::size_t max_products)
      : curvature_(curvature), max_products_(max_products) {}

  /// Looks at the curvature near w from now on.
  void precondition_at(const Vector& w) {
    if (curvature_.precondition) preconditioner_ = curvature_.precondition(w);
  }

  Direction solve(const Vector& w, const Vector& gradient, double forcing) const {
    Direction direction{Vector::Zero(w.size())};
    Vector residual = -gradient, towards = preconditioned(residual), product;
    double size2 = residual.dot(towards);
    const double enough2 = forcing * forcing * size2;
    while (direction.products < max_products_ && size2 > enough2) {
      curvature_.multiply(w, towards, product);
      const double bend = towards.dot(product);
      if (!(bend > kFlat * towards.norm() * product.norm())) {
        if (direction.products == 0) direction.step = towards;
        direction.has_curvature = false;
        return direction;
      }
      ++direction.products;
      direction.step += size2 / bend * towards;
      residual -= size2 / bend * product;
      const Vector next = preconditioned(residual);
      const double next_size2 = residual.dot(next);
      towards = next + next_size2 / size2 * towards;
      size2 = next_size2;
    }
    return direction;
  }

 private:
  static constexpr double kFlat = 1e-14;

  Vector preconditioned(Vector v) const {
    if (preconditioner_) preconditioner_->apply_inverse(v);
    return v;
  }

  const CurvatureAccess& curvature_;
  std::size_t max_products_;
  std::unique_ptr<Preconditioner> preconditioner_;
};

/// How exactly the next direction is worth solving for: 0.9 (‖g_k‖/‖g_{k−1}‖)², not falling faster than its own square.
double next_forcing(double forcing, double norm, double norm_before) {
  const double ratio = norm / norm_before;
  double next = 0.9 * ratio * ratio;
  const double slowly = 0.9 * forcing * forcing;
  if (slowly > 0.1) next = std::max(next, slowly);
  return std::clamp(next, kLeastForcing, kFirstForcing);
}

/// The step to `next`; false if nothing decreases f along `direction`.
bool advance(Objective& f, const NewtonCgState& at, const Direction& direction, NewtonCgState& next) {
  const LinePoint start{at.value, at.gradient.dot(direction.step)};
  next.w = at.w + direction.step;
  if (!direction.has_curvature) next.w = at.w + extend(f, at.w, next.w) * direction.step;
  next.evaluate(f);
  const double length = direction.has_curvature ? 1 : (next.w - at.w).norm() / direction.step.norm();
  if (decreases_enough(f, start, length, next.value)) return true;
  const std::optional<double> t = backtrack(f, at.w, next.w, {at.value, length * start.slope});
  if (!t) return false;
  next.w = at.w + *t * (next.w - at.w);
  next.evaluate(f);
  return true;
}

bool is_done(const Objective& f, const NewtonCgState& at, const NewtonCgOptions& options, const Monitor& monitor) {
  if (options.tolerance) return at.gradient.norm() <= *options.tolerance * std::max(1.0, at.w.norm());
  return at.gradient.isZero(0) || f.cheap_gap(at.w, at.gradient) <= kNewtonCgSafety * monitor.allowed_gap(at.value);
}

/// Whether the step from here is the last one needed, as far as the curvature knows.
bool arrives(const Objective& f, const NewtonCgState& at, const Direction& direction, const Monitor& monitor) {
  return direction.has_curvature && !std::isfinite(f.cheap_gap(at.w, at.gradient)) &&
         -at.gradient.dot(direction.step) <= kDecrementSafety * monitor.allowed_gap(at.value);
}

}  // namespace

void NewtonCgOptions::validate() const {
  require(max_iterations > 0, "NewtonCgOptions", "max_iterations", "at least 1, got 0");
  require(max_products > 0, "NewtonCgOptions", "max_products", "at least 1, got 0");
  require(!tolerance || *tolerance > 0, "NewtonCgOptions", "tolerance", "positive");
}

SolverRun minimise_by_newton_cg(Objective& f, Vector w, const NewtonCgOptions& options,
                                const CurvatureAccess& curvature, const Monitor& monitor) {
  options.validate();
  SolverRun run;
  NewtonCgState at, next;
  at.w = std::move(w);
  at.evaluate(f);
  ConjugateGradients conjugate_gradients(curvature, options.max_products);
  double forcing = kFirstForcing;
  std::size_t products = kManyProducts + 1;
  run.ended = Verdict::iteration_limit;
  for (int stalls = 0; at.finite(); ++run.iterations) {
    monitor.iteration(run.iterations, at.value, at.w, at.gradient, 1);
    if (is_done(f, at, options, monitor)) {
      run.ended = Verdict::completed;
      break;
    }
    if (monitor.unbounded && monitor.unbounded(at.w)) {
      run.ended = Verdict::separated;
      break;
    }
    if (run.iterations == options.max_iterations) break;
    if (products > kManyProducts) conjugate_gradients.precondition_at(at.w);
    const Direction direction = conjugate_gradients.solve(at.w, at.gradient, forcing);
    products = direction.products;
    const bool last_step = !options.tolerance && arrives(f, at, direction, monitor);
    if (!advance(f, at, direction, next)) {
      run.ended = Verdict::line_search_failed;
      break;
    }
    const double norm = at.gradient.norm(), next_norm = next.gradient.norm();
    const bool visible = next.value < at.value - f.resolution(at.value) || next_norm < norm / 2;
    stalls = visible ? 0 : stalls + 1;
    forcing = next_forcing(forcing, next_norm, norm);
    std::swap(at, next);
    if (last_step || stalls > kMostNewtonCgStalls) {
      run.ended = last_step ? Verdict::completed : Verdict::precision_limit;
      ++run.iterations;
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
