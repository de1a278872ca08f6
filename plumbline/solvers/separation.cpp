#include "plumbline/solvers/separation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/core/errors.hpp"
#include "plumbline/solvers/interior_point_core.hpp"
#include "plumbline/solvers/separation_witness.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

constexpr std::size_t kMostIterations = 100;
constexpr double kMostGramCells = 16 << 20;
/// Beside margins and multipliers of 1.
constexpr double kNegligible = 1e-4;
/// Planes that leave little room between classes need long directions.
constexpr double kFarStart = 1e3, kNearStart = 10;
constexpr double kNoShare = 1e-12;
constexpr int kProjections = 3;
/// Relative to Σ|terms|: what a sum over all rows is taken to be wrong by.
constexpr double kSumRounding = 1e-14;
/// No eigenvalue of NormalSystem's scaled matrix is smaller.
constexpr double kLeastEigenvalue = 1e-13;

/// m = ±eta of one label, as a hinge at 1 and a constraint at 0.
class LabelMargins final : public PieceModel {
 public:
  explicit LabelMargins(std::size_t label) : label_(label) {}
  std::size_t outputs() const override { return 1; }
  std::size_t pieces() const override { return 2; }
  void pieces_of(const double* y, Piece* pieces) const override {
    const bool positive = y[label_] > 0.5;
    const std::size_t plus = positive ? 0 : Piece::kNoOutput, minus = positive ? Piece::kNoOutput : 0;
    pieces[0] = {plus, minus, 1, -1, 0};
    pieces[1] = {plus, minus, 0, -std::numeric_limits<double>::infinity(), 0};
  }

 private:
  std::size_t label_;
};

/// m_k = eta_y − eta_k for every class k but the true one, likewise.
class ClassMargins final : public PieceModel {
 public:
  explicit ClassMargins(std::size_t classes) : classes_(classes) {}
  std::size_t outputs() const override { return classes_; }
  std::size_t pieces() const override { return 2 * (classes_ - 1); }
  void pieces_of(const double* y, Piece* pieces) const override {
    const auto truth = static_cast<std::size_t>(*y);
    for (std::size_t k = 0; k < classes_; ++k) {
      if (k == truth) continue;
      *pieces++ = {truth, k, 1, -1, 0};
      *pieces++ = {truth, k, 0, -std::numeric_limits<double>::infinity(), 0};
    }
  }

 private:
  std::size_t classes_;
};

/// One linear program: of a label, or of all classes.
class Separator final {
 public:
  Separator(RowSource& source, const Coordinates& at, const SeparationProblem& problem, Progress& progress)
      : source_(source), at_(at), problem_(problem), progress_(progress) {}

  /// Leaves an incomplete witness that `output` may hold already where nothing better is found.
  void decide(const PieceModel& model, OutputSeparation& output) {
    const bool known = output.kind != SeparationKind::undecided;
    for (const double far_start : {kFarStart, kNearStart}) {
      if (search(model, far_start, output) || known) return;
    }
  }

  bool check(const Vector& direction, OutputSeparation& output) {
    return check_witness({source_, at_, problem_, progress_}, direction, output);
  }

 private:
  bool search(const PieceModel& model, double far_start, OutputSeparation& output) {
    const Vector none = Vector::Zero(static_cast<Index>(model.outputs() * at_.dimension()));
    InteriorPointCore core({&source_, &at_, &model, none, problem_.weight_sum, far_start}, progress_);
    while (true) {
      const Margins margins = look_at_margins(core);
      if (margins.least > 0 && check(core.w(), output) && output.kind == SeparationKind::complete) return true;
      if (is_overlapping(core)) {
        output.kind = SeparationKind::none;
        return true;
      }
      if (margins.identified && find_witness(core, output)) return true;
      if (core.iterations() == kMostIterations || !core.step()) return false;
      if (progress_.cancelled()) throw Cancelled();
    }
  }

  struct Margins {
    double least = std::numeric_limits<double>::infinity();
    bool identified = true;  ///< each is strict, or its multiplier is
  };

  /// λ of a margin: what its hinge and its constraint press with.
  static double multiplier(const PieceState* margin) { return margin[0].to_upper + margin[1].to_upper; }
  static bool strict(const PieceState* margin) { return margin[1].offset >= 0.5; }

  /// Either the margin or its multiplier is next to 0: at the optimum each is at least 1 where the other is 0.
  static bool is_identified(const PieceState* margin) {
    const double small = std::min(std::fabs(margin[1].offset), multiplier(margin));
    return small <= kNegligible && (strict(margin) || multiplier(margin) >= 0.5);
  }

  Margins look_at_margins(const InteriorPointCore& core) const {
    Margins margins;
    const Buffer<PieceState>& states = core.states();
    for (std::size_t q = 0; q + 1 < states.size(); q += 2) {
      const PieceState* margin = states.data() + q;
      if (margin->to_upper == 0) continue;  // a row of no weight
      margins.least = std::min(margins.least, margin[1].offset);
      margins.identified = margins.identified && is_identified(margin);
    }
    return margins;
  }

  /// A pass with a weight for every margin: its Gram matrix, Σ weight·margin·x̃ and Σ weight·x̃, over Σs.
  struct MarginSums {
    Matrix gram;
    Vector pull, total;
    double weight = 0, least = 0;
  };
  template <class Weight>
  MarginSums sum_margins(const InteriorPointCore& core, const Vector& direction, Weight weight_of) {
    const PieceModel& model = *core.problem().model;
    const std::size_t outputs = model.outputs(), pieces = model.pieces(), width = source_.target_width();
    DesignPass pass;
    pass.outputs = outputs;
    pass.weights = direction.data();
    pass.columns = 2 * outputs;
    pass.pairs = outputs * (outputs + 1) / 2;
    pass.sums = pass.minima = 1;
    pass.visit = [&](const RowBlock& rows, const DesignTile& tile) {
      std::vector<Piece> all(pieces);
      for (std::size_t i = 0; i < rows.rows; ++i) {
        const double s = rows.row_weight == nullptr ? 1 : rows.row_weight[i];
        if (s == 0) continue;
        model.pieces_of(rows.target + i * width, all.data());
        for (std::size_t j = 0; j < pieces; j += 2) {
          const double weight = s * weight_of(core.states().data() + (rows.first_row + i) * pieces + j);
          const double margin = all[j].margin(tile.eta + i * outputs);
          weigh_piece(all[j], weight, outputs, tile.gram_weight + i, rows.rows);
          add_along(all[j], weight * margin, tile.transposed + i * 2 * outputs);
          add_along(all[j], weight, tile.transposed + i * 2 * outputs + outputs);
          tile.sums[0] += weight;
          tile.minima[0] = std::min(tile.minima[0], weight);
        }
      }
    };
    const DesignSums sums = run_design_pass(source_, at_, pass, progress_);
    const double total = problem_.weight_sum;
    const Vector both = sums.transposed.reshaped() / total;
    return {assembled(sums.gram, outputs) / total, both.head(direction.size()), both.tail(direction.size()),
            sums.sums[0] / total, sums.minima[0] / total};
  }

  /// Stiemke: positive multipliers whose pull vanishes. With G = Σ s λ x̃x̃ᵀ/Σs and e = Σ s λ x̃/Σs, λ_i(1 − x̃_i·G⁻¹e)
  /// solves the equations exactly, and is positive where eᵀG⁻¹e is below min s_i λ_i/Σs, since s_i λ_i x̃_iᵀG⁻¹x̃_i <=
  /// Σs. A quarter of that, with what rounding may hide in e.
  bool is_overlapping(const InteriorPointCore& core) {
    if (core.point().residual.norm() > 1e-3) return false;
    const MarginSums sums = sum_margins(core, core.w(), [](const PieceState* margin) { return multiplier(margin); });
    const NormalSystem system(sums.gram, Vector::Zero(sums.total.size()));
    const double seen = std::sqrt(std::max(sums.total.dot(system.solve(sums.total)), 0.0));
    const double hidden =
        kSumRounding * std::sqrt(sums.weight * static_cast<double>(sums.total.size()) / kLeastEigenvalue);
    return (seen + hidden) * (seen + hidden) <= 0.25 * sums.least;
  }

  /// The direction projected onto the rows that no direction separates.
  bool find_witness(const InteriorPointCore& core, OutputSeparation& output) {
    Vector direction = core.w();
    for (int round = 0; round < kProjections; ++round) {
      const MarginSums on_plane =
          sum_margins(core, direction, [](const PieceState* margin) { return strict(margin) ? 0.0 : 1.0; });
      const NormalSystem system(on_plane.gram, Vector::Zero(direction.size()));
      direction -= system.solve(on_plane.pull);
      if (check(direction, output)) return true;
      // What should be 0 and is rounding has nothing beside it on rows where all else is 0.
      const double rounding = kNoShare * direction.cwiseAbs().maxCoeff();
      if (check((direction.array().abs() < rounding).select(0.0, direction), output)) return true;
    }
    return false;
  }

  RowSource& source_;
  const Coordinates& at_;
  const SeparationProblem& problem_;
  Progress& progress_;
};

}  // namespace

bool SeparationResult::separated() const {
  return std::any_of(outputs.begin(), outputs.end(), [](const OutputSeparation& output) {
    return output.kind == SeparationKind::quasi || output.kind == SeparationKind::complete;
  });
}

bool SeparationResult::overlapping() const {
  return std::all_of(outputs.begin(), outputs.end(),
                     [](const OutputSeparation& output) { return output.kind == SeparationKind::none; });
}

SeparationResult find_separation(RowSource& source, const Coordinates& at, const SeparationProblem& problem,
                                 Progress& progress, const Vector* start) {
  require(problem.weight_sum > 0, "find_separation", "weight_sum", "positive");
  require(problem.classes != 1, "find_separation", "classes", "0 or at least 2");
  require(source.target_width() == (problem.classes == 0 ? problem.labels : 1), "find_separation", "source",
          "of as many targets as labels, or one for classes");
  Separator separator(source, at, problem, progress);
  SeparationResult result;
  const std::size_t together = problem.classes == 0 ? 1 : problem.classes;
  const double side = static_cast<double>(together) * static_cast<double>(at.dimension());
  const Index length = static_cast<Index>(together * at.dimension());
  for (std::size_t k = 0; k < (problem.classes == 0 ? problem.labels : 1); ++k) {
    OutputSeparation output;
    output.label = k;
    const bool found =
        start != nullptr && separator.check(start->segment(static_cast<Index>(k) * length, length), output);
    const bool certain = found && output.kind == SeparationKind::complete;
    if (!certain && side * side <= kMostGramCells) {
      if (problem.classes == 0) {
        separator.decide(LabelMargins(k), output);
      } else {
        separator.decide(ClassMargins(problem.classes), output);
      }
    }
    result.outputs.push_back(std::move(output));
  }
  return result;
}

}  // namespace plumbline
