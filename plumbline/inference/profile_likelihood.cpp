#include "plumbline/inference/profile_likelihood.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/core/index.hpp"
#include "plumbline/inference/distributions.hpp"
#include "plumbline/linalg/block_cholesky.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

namespace {

constexpr int kMostPasses = 100;
/// A step this small, in standard errors, and a decrement this small are the last: Newton's next are their squares.
constexpr double kLastStep = 1e-6;
constexpr double kLastDecrement2 = 1e-10;
/// Beyond this decrement the quadratic model says too little of where the profile is.
constexpr double kFarDecrement2 = 0.5;

/// F = −log L = Σs·risk near w, as seen along the functional t: what one pass over X tells.
struct ProfilePoint {
  Vector w;
  double value = 0;       ///< F
  double slope = 0;       ///< μ: the slope of the profile of F in v
  double decrement2 = 0;  ///< of what the other coefficients still have to give
  Vector settle;          ///< the Newton step of the others, v as it is
  Vector along;           ///< dw/dv on the profile: H⁻¹t/(tᵀH⁻¹t)
  double curvature = 0;   ///< of the profile in v: 1/(tᵀH⁻¹t)
  bool usable = false;

  /// F once the others have settled, by the quadratic model.
  double profile() const { return value - decrement2 / 2; }
};

class Profiler final {
 public:
  Profiler(const FittedLinear& fitted, double level, Progress& progress)
      : at_(fitted.coordinates),
        risk_(*fitted.source, fitted.coordinates, fitted.loss, 0, fitted.weight_sum),
        best_(solver_weights(fitted)),
        threshold_(chi_squared_quantile(level, 1)) {
    risk_.listen_to(progress);
  }

  std::vector<Undetermined> states(Progress& progress) {
    const InformationRoot inverse = invert_information(risk_, best_, Information::observed, progress);
    std::vector<Undetermined> states = determined_coordinates(at_, inverse.null_space);
    if (inverse.singular) std::fill(states.begin(), states.end(), Undetermined::singular);
    null_space_ = inverse.null_space;
    return states;
  }

  /// The ends of one interval.
  void find(std::size_t coordinate, ProfileInterval& interval) {
    take_functional(coordinate);
    const ProfilePoint top = look(best_);
    if (!top.usable) {
      interval.lower = interval.upper = kNaN;
      interval.state = Undetermined::singular;
      return;
    }
    interval.lower = interval.estimate + end(top, -1);
    interval.upper = interval.estimate + end(top, 1);
  }

 private:
  /// t with the user's coefficient = tᵀw: w_j = scale_j w̃_j, and the intercept at x = 0 is b − Σ center_j w_j.
  void take_functional(std::size_t coordinate) {
    functional_ = Vector::Zero(best_.size());
    if (coordinate < at_.features()) {
      functional_[index(coordinate)] = at_.scale[coordinate];
      return;
    }
    functional_[index(coordinate)] = 1;
    for (std::size_t j = 0; j < at_.features(); ++j) functional_[index(j)] = -at_.center[j] * at_.scale[j];
  }

  /// One pass over X.
  ProfilePoint look(const Vector& w) {
    ProfilePoint point;
    point.w = w;
    Vector gradient;
    BlockHessian hessian;
    const double n = risk_.weight_sum();
    point.value = n * risk_.value_gradient_hessian(w, gradient, hessian);
    // Directions that no row sees are held: the likelihood says nothing of them.
    const double typical = hessian.blocks[0].diagonal().mean();
    hessian.blocks[0] += typical * null_space_ * null_space_.transpose();
    const BlockCholesky factor(hessian.blocks);
    point.usable = std::isfinite(point.value) && factor.finite() && factor.shift() == 0;
    if (!point.usable) return point;
    const Vector towards = factor.solve(functional_) / n;
    const Vector newton = factor.solve(gradient);
    const double spread = functional_.dot(towards);
    point.along = towards / spread;
    point.curvature = 1 / spread;
    const double unconstrained = functional_.dot(newton);
    point.slope = unconstrained / spread;
    point.settle = unconstrained * point.along - newton;
    point.decrement2 = std::max(0.0, -n * gradient.dot(point.settle));
    return point;
  }

  /// How far from the optimum the deviance reaches the threshold on one side (sign ±1), as a signed distance.
  double end(const ProfilePoint& top, double side) {
    const double error = 1 / std::sqrt(top.curvature);  // the standard error
    const double reach = std::sqrt(threshold_);
    ProfilePoint point = top;
    double distance = 0;
    double step = side * reach * error;
    Vector move = step * top.along;
    for (int pass = 0; pass < kMostPasses; ++pass) {
      const ProfilePoint next = look(point.w + move);
      if (!next.usable || (next.decrement2 > kFarDecrement2 && next.decrement2 > 4 * point.decrement2)) {
        move /= 2;  // too far for the quadratic model
        step /= 2;
        continue;
      }
      point = next;
      distance += step;
      const double deviance = 2 * (point.profile() - top.profile());
      step = std::sqrt(std::max(deviance, 0.0)) < reach / 4 ? distance : newton_step(point, deviance, reach);
      step = side * std::clamp(side * step, -std::fabs(distance) / 2, std::fabs(distance));
      if (point.decrement2 > kFarDecrement2) step = 0;
      move = point.settle + step * point.along;
      const bool close = std::fabs(step) <= kLastStep * error && point.decrement2 <= kLastDecrement2;
      if (close) return distance + step;
    }
    return kNaN;
  }

  /// On side·√deviance − reach, whose slope in v is slope/√deviance.
  static double newton_step(const ProfilePoint& point, double deviance, double reach) {
    const double root = std::sqrt(deviance);
    return (reach - root) * root / point.slope;
  }

  const Coordinates& at_;
  EmpiricalRisk risk_;
  Vector best_, functional_;
  Matrix null_space_;
  double threshold_;
};

void require_binary(const FittedLinear& fitted, const ProfileOptions& options) {
  const Loss& loss = fitted.loss;
  const bool link = std::holds_alternative<LogisticLoss>(loss) || std::holds_alternative<ProbitLoss>(loss) ||
                    std::holds_alternative<CloglogLoss>(loss);
  require(link && outputs_of(loss) == 1 && inference_refusal(loss, fitted.coordinates.dimension()).empty(),
          "profile_intervals", "fitted.loss", "the likelihood of two classes");
  for (const std::size_t coordinate : options.coordinates) {
    require(coordinate < fitted.coordinates.dimension(), "profile_intervals", "coordinates", "those of the model");
  }
}

}  // namespace

std::vector<ProfileInterval> profile_intervals(const FittedLinear& fitted, const ProfileOptions& options,
                                               Progress& progress) {
  require_binary(fitted, options);
  std::vector<std::size_t> coordinates = options.coordinates;
  for (std::size_t j = 0; options.coordinates.empty() && j < fitted.coordinates.dimension(); ++j) {
    coordinates.push_back(j);
  }
  Profiler profiler(fitted, options.level, progress);
  const std::vector<Undetermined> states = profiler.states(progress);
  const Matrix estimates = estimates_of(fitted);
  std::vector<ProfileInterval> intervals;
  for (const std::size_t coordinate : coordinates) {
    ProfileInterval interval{coordinate, estimates(index(coordinate), 0), kNaN, kNaN, states[coordinate]};
    if (interval.state == Undetermined::no) profiler.find(coordinate, interval);
    intervals.push_back(interval);
  }
  return intervals;
}

}  // namespace plumbline
