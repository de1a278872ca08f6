#include "plumbline/solvers/l2_path.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/objective/row_verbs.hpp"
#include "plumbline/solvers/kinked_fit.hpp"
#include "plumbline/solvers/lbfgs.hpp"
#include "plumbline/solvers/leave_one_out.hpp"
#include "plumbline/solvers/newton.hpp"
#include "plumbline/solvers/solver_choice.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kL2PointsPerDecade = 4;
constexpr double kRoughly = 1e-6;
constexpr std::size_t kWorseSteps = 3;

/// What the leaves of one pass over held-out rows share.
struct HeldOutShared {
  const Loss* loss = nullptr;
  const Coordinates* coordinates = nullptr;
  const Folds* folds = nullptr;
  std::size_t outputs = 1, target_width = 1;
  bool sparse = false;
  VerbWeights weights;  ///< of all folds, one after the other
};

class HeldOutPartial final : public Partial {
 public:
  explicit HeldOutPartial(const HeldOutShared& shared)
      : shared_(shared),
        verbs_(*shared.coordinates, shared.folds->count * shared.outputs, shared.sparse),
        of_all_(verbs_.most_rows() * shared.folds->count * shared.outputs),
        eta_(verbs_.most_rows() * shared.outputs),
        value_(verbs_.most_rows()) {}

  void reset() override { loss = squared_loss = 0; }
  void merge(Partial& right) override {
    const auto& other = static_cast<const HeldOutPartial&>(right);
    loss += other.loss;
    squared_loss += other.squared_loss;
  }
  void add(const RowBlock& leaf) {
    for (std::size_t begin = 0; begin < leaf.rows; begin += verbs_.most_rows()) {
      add_tile(leaf.slice(begin, std::min(verbs_.most_rows(), leaf.rows - begin), shared_.target_width));
    }
  }

  double loss = 0, squared_loss = 0;  ///< Σ s l and Σ s l²

 private:
  void add_tile(const RowBlock& rows) {
    const std::size_t outputs = shared_.outputs;
    const std::uint32_t* fold = shared_.folds->of_row.data() + rows.first_row;
    verbs_.load(rows);
    verbs_.multiply(shared_.weights, of_all_.data());
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const std::size_t column = (fold[i] == Folds::kNever ? 0 : fold[i]) * outputs;
      std::copy_n(of_all_.begin() + static_cast<std::ptrdiff_t>(i * shared_.folds->count * outputs + column), outputs,
                  eta_.begin() + static_cast<std::ptrdiff_t>(i * outputs));
    }
    const LossTile out{value_.data(), nullptr, nullptr};
    std::visit([&](const auto& l) { l.evaluate(rows.target, eta_.data(), rows.rows, out); }, *shared_.loss);
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const double s = rows.row_weight == nullptr ? 1 : rows.row_weight[i];
      if (fold[i] == Folds::kNever || s == 0) continue;
      loss += s * value_[i];
      squared_loss += s * value_[i] * value_[i];
    }
  }

  const HeldOutShared& shared_;
  RowVerbs verbs_;
  std::vector<double> of_all_, eta_, value_;
};

/// Newton, or L-BFGS where the Hessian is too large, down to a gradient of `goal`.
FitFold smooth_fit(double goal, Progress& progress) {
  return [goal, &progress](EmpiricalRisk& risk, const Vector& start) {
    Monitor monitor;
    monitor.progress = &progress;
    if (risk.dimension() <= kWidestFoldNewton) {
      NewtonOptions newton;
      newton.tolerance = goal;
      return minimise_by_newton(risk, start, newton, monitor).w;
    }
    LbfgsOptions lbfgs;
    lbfgs.tolerance = goal;
    MakePreconditioner precondition;
    if (risk.width() <= kWidestPreconditioner) {
      precondition = [&risk](const Vector& w) { return risk.mean_curvature_preconditioner(w); };
    }
    return minimise_by_lbfgs(risk, start, lbfgs, precondition, monitor).w;
  };
}

/// The interior point method, which starts where it likes.
FitFold kinked_fit(Progress& progress) {
  return [&progress](EmpiricalRisk& risk, const Vector&) {
    Monitor monitor;
    monitor.progress = &progress;
    const Vector null_model = risk.null_model();
    monitor.null_value = risk.along(null_model, null_model, 0).value;
    return solve_by_interior_point(risk, {}, monitor).run.w;
  };
}

/// The fits of all folds, as they stand along the path.
class Path final {
 public:
  Path(EmpiricalRisk& risk, const Folds& folds, FitFold fit, Progress& progress)
      : risk_(risk), folds_(folds), fit_(std::move(fit)), progress_(progress), weights_(folds.count) {
    for (std::size_t f = 0; f < folds.count; ++f) {
      sources_.emplace_back(risk.source(), folds, static_cast<std::uint32_t>(f));
    }
  }

  L2Point step_to(double l2) {
    const double total = folds_.held_out + folds_.always;
    for (std::size_t f = 0; f < folds_.count; ++f) {
      EmpiricalRisk fold(sources_[f], risk_.coordinates(), risk_.loss(), l2, total - folds_.weight[f]);
      fold.listen_to(progress_);
      const Vector start = weights_[f].size() == 0 ? fold.null_model() : weights_[f];
      const Vector w = fit_(fold, start);
      weights_[f] = w.allFinite() ? w : start;
    }
    L2Point point = held_out_point(risk_, folds_, weights_, progress_);
    point.l2 = l2;
    return point;
  }

 private:
  EmpiricalRisk& risk_;
  const Folds& folds_;
  FitFold fit_;
  Progress& progress_;
  std::deque<FoldSource> sources_;
  std::vector<Vector> weights_;
};

L2Choice cross_validate(EmpiricalRisk& risk, const L2PathOptions& options, Progress& progress) {
  L2Choice choice;
  const std::vector<double> l2s = l2_grid(risk, kL2PointsPerDecade);
  const Folds folds = assign_folds(risk.source(), options.folds, options.seed, options.stratify);
  if (l2s.empty() || folds.count < 2 || !(folds.held_out > 0)) return choice;
  FitFold fit = options.fit;
  if (!fit && !risk.traits().smooth) fit = kinked_fit(progress);
  if (!fit) {
    Vector gradient;
    (void)risk.value_gradient(risk.null_model(), gradient);
    fit = smooth_fit(kRoughly * gradient.norm(), progress);
  }
  choice.method = "cross-validation";
  choice.folds = folds.count;
  Path path(risk, folds, std::move(fit), progress);
  const auto lower = [](const L2Point& a, const L2Point& b) { return a.loss < b.loss; };
  std::size_t worse = 0;
  for (std::size_t k = 0; k < l2s.size() && worse < kWorseSteps; ++k) {
    progress.advance("choosing l2", k, l2s.size());
    choice.curve.push_back(path.step_to(l2s[k]));
    const L2Point& best = *std::min_element(choice.curve.begin(), choice.curve.end(), lower);
    worse = choice.curve.back().loss > best.loss + best.standard_error ? worse + 1 : 0;
  }
  choose_within_one_standard_error(choice);
  return choice;
}

}  // namespace

L2Point held_out_point(EmpiricalRisk& risk, const Folds& folds, const std::vector<Vector>& weights,
                       Progress& progress) {
  HeldOutShared shared;
  shared.loss = &risk.loss();
  shared.coordinates = &risk.coordinates();
  shared.folds = &folds;
  shared.outputs = risk.outputs();
  shared.target_width = risk.source().target_width();
  shared.sparse = risk.source().sparse();
  Vector all(static_cast<Eigen::Index>(folds.count) * risk.dimension());
  for (std::size_t f = 0; f < folds.count; ++f) {
    all.segment(static_cast<Eigen::Index>(f) * risk.dimension(), risk.dimension()) = weights[f];
  }
  RowVerbs(risk.coordinates(), folds.count * shared.outputs, shared.sparse, 1).translate(all.data(), shared.weights);
  const auto root = reduce_rows<HeldOutPartial>(risk.source(), leaf_rows_for(risk.width()), progress,
                                                [&] { return std::make_unique<HeldOutPartial>(shared); });
  return point_from_sums(0, folds.held_out, root->loss, root->squared_loss);
}

L2Choice choose_l2(EmpiricalRisk& risk, const L2PathOptions& options, Progress& progress) {
  require(risk.l2() == 0, "choose_l2", "risk", "l2 = 0");
  if (std::holds_alternative<SquaredLoss>(risk.loss()) && risk.width() <= kWidestSpectrum) {
    return choose_l2_by_leave_one_out(risk, progress);
  }
  return cross_validate(risk, options, progress);
}

}  // namespace plumbline
