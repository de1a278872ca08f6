#include "plumbline/solvers/interior_point.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/errors.hpp"
#include "plumbline/solvers/interior_point_core.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Iterations without a better gap before rounding is taken to have stopped them.
constexpr std::size_t kFlatSteps = 20;
constexpr int kRepairs = 3;
constexpr int kSettlings = 4;

class OneKink final : public PieceModel {
 public:
  explicit OneKink(const InteriorPointProblem& problem) : problem_(problem) {}
  std::size_t outputs() const override { return 1; }
  std::size_t pieces() const override { return 1; }
  void pieces_of(const double* y, Piece* piece) const override {
    *piece = Piece{0, Piece::kNoOutput, *y, -1, 1};
    if (problem_.loss == KinkedLoss::quantile) {
      piece->lower = -problem_.quantile;
      piece->upper = 1 - problem_.quantile;
    } else if (problem_.loss == KinkedLoss::hinge) {
      const bool positive = *y > 0.5;
      *piece = Piece{0, Piece::kNoOutput, positive ? 1.0 : -1.0, positive ? -1.0 : 0.0, positive ? 0.0 : 1.0};
    }
  }

 private:
  const InteriorPointProblem& problem_;
};

Vector curvature_of(const Coordinates& at, double l2) {
  Vector curvature = Vector::Zero(static_cast<Index>(at.dimension()));
  for (std::size_t j = 0; j < at.features(); ++j) curvature[static_cast<Index>(j)] = l2 * at.penalty_factor[j];
  return curvature;
}

class InteriorPointSolver final {
 public:
  InteriorPointSolver(InteriorPointCore& core, const InteriorPointOptions& options, const Monitor& monitor)
      : core_(core), options_(options), monitor_(monitor) {}

  InteriorPointRun run() {
    best_.run.ended = Verdict::iteration_limit;
    remember();
    bool proved = prove();
    while (!proved && core_.iterations() < options_.max_iterations) {
      monitor_.iteration(core_.iterations(), core_.point().value, core_.w(), core_.point().residual, core_.last_step());
      if (!core_.step()) {
        best_.run.ended = Verdict::precision_limit;
        break;
      }
      remember();
      proved = prove();
      if (!proved && since_best_ > kFlatSteps) {
        best_.run.ended = Verdict::precision_limit;
        break;
      }
    }
    if (!proved) proved = settle();
    if (proved) best_.run.ended = Verdict::completed;
    best_.run.iterations = core_.iterations();
    return best_;
  }

 private:
  double bound() const { return std::min(core_.gap(), core_.point().value); }  // no loss is below 0

  /// Keeps the point with the least gap.
  void remember() {
    const double gap = bound();
    ++since_best_;
    if (!(gap < least_gap_)) return;
    if (gap < 0.9 * least_gap_) since_best_ = 0;
    least_gap_ = gap;
    best_.run.w = core_.w();
    best_.run.value = core_.point().value;
    best_.run.gradient = core_.point().residual;
  }

  /// Whether the gap is proved to be small enough; then it is the run's.
  bool prove() {
    if (!monitor_.is_optimal(bound(), core_.point().value)) return false;
    for (int round = 0; round < kRepairs; ++round) {
      const double gap = bound();
      const bool holds = core_.point().value <= gap || core_.shortfall() <= 1;
      if (holds && monitor_.is_optimal(gap, core_.point().value)) {
        least_gap_ = std::numeric_limits<double>::infinity();
        remember();
        best_.gap = gap;
        return true;
      }
      core_.repair();
    }
    return false;
  }

  bool settle() {
    core_.fix_active_set();
    for (int round = 0; round < kSettlings; ++round) {
      core_.settle();
      remember();
      if (prove()) return true;
    }
    return false;
  }

  InteriorPointCore& core_;
  const InteriorPointOptions& options_;
  const Monitor& monitor_;
  InteriorPointRun best_;
  double least_gap_ = std::numeric_limits<double>::infinity();
  std::size_t since_best_ = 0;
};

}  // namespace

void InteriorPointOptions::validate() const {
  require(max_iterations > 0, "InteriorPointOptions", "max_iterations", "at least 1, got 0");
}

InteriorPointRun solve_by_interior_point(RowSource& source, const Coordinates& at, const InteriorPointProblem& problem,
                                         const InteriorPointOptions& options, const Monitor& monitor) {
  options.validate();
  require(source.target_width() == 1, "solve_by_interior_point", "source", "of one target");
  require(problem.l2 >= 0 && std::isfinite(problem.l2), "solve_by_interior_point", "l2", "finite and not negative");
  require(problem.quantile > 0 && problem.quantile < 1, "solve_by_interior_point", "quantile", "between 0 and 1");
  require(problem.weight_sum > 0, "solve_by_interior_point", "weight_sum", "positive");
  const OneKink model(problem);
  Progress& progress = monitor.progress == nullptr ? silent_progress() : *monitor.progress;
  InteriorPointCore core({&source, &at, &model, curvature_of(at, problem.l2), problem.weight_sum}, progress);
  return InteriorPointSolver(core, options, monitor).run();
}

}  // namespace plumbline
