#include "plumbline/solvers/interior_point_core.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "plumbline/core/index.hpp"
#include "plumbline/linalg/block_cholesky.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Of the way to where the first variable would reach 0.
constexpr double kShareOfWay = 0.9995;
/// Added to the unit diagonal: bounds steps along columns that depend on each other.
constexpr double kDamping = 1e-13;
constexpr int kRefinements = 2;
/// A residual of the dual's equations that is rounding, beside slopes of about 1.
constexpr double kFeasibleStart = 1e-12;
/// Of a row on its kink, in units of slope per typical distance from the kinks.
constexpr double kMultiplierStiffness = 1e3;

double row_weight(const RowBlock& rows, std::size_t i) { return rows.row_weight == nullptr ? 1 : rows.row_weight[i]; }

/// The longest step that keeps value + step·change >= 0.
double longest(double value, double change) {
  return change < 0 ? -value / change : std::numeric_limits<double>::infinity();
}

double primal_limit(const PieceState& state, const PieceMove& move) {
  return std::min(longest(state.up, move.up), longest(state.down, move.down));
}

double dual_limit(const PieceState& state, const PieceMove& move) {
  return std::min(longest(state.to_upper, -move.dual), longest(state.to_lower, move.dual));
}

}  // namespace

struct NormalSystem::Factor {
  BlockCholesky cholesky;
};

NormalSystem::NormalSystem(Matrix matrix, const Vector& curvature) : matrix_(std::move(matrix)) {
  matrix_.diagonal() += curvature;
  for (Index q = 0; q < matrix_.rows(); ++q) {
    if (!(matrix_(q, q) > 0)) matrix_(q, q) = 1;  // a column that carries nothing
  }
  Matrix damped = matrix_;
  damped.diagonal() *= 1 + kDamping;
  factor_ = std::make_unique<Factor>(Factor{BlockCholesky({damped})});
}

NormalSystem::~NormalSystem() = default;

Vector NormalSystem::solve(const Vector& v) const {
  Vector x = factor_->cholesky.solve(v);
  for (int round = 0; round < kRefinements; ++round) {
    const Vector missing = v - matrix_ * x;
    x += factor_->cholesky.solve(missing);
  }
  return x;
}

InteriorPointCore::InteriorPointCore(PieceProblem problem, Progress& progress)
    : problem_(std::move(problem)),
      progress_(progress),
      outputs_(problem_.model->outputs()),
      pieces_(problem_.model->pieces()),
      width_(problem_.at->dimension()),
      w_(Vector::Zero(index(outputs_ * width_))),
      states_(std::max<std::size_t>(problem_.source->rows() * pieces_, 1)) {
  begin();
}

template <class Visit>
void InteriorPointCore::for_pieces(const RowBlock& rows, Visit visit) {
  std::vector<Piece> pieces(pieces_);
  const std::size_t target_width = problem_.source->target_width();
  for (std::size_t i = 0; i < rows.rows; ++i) {
    const double s = row_weight(rows, i);
    if (s == 0) continue;
    problem_.model->pieces_of(rows.target + i * target_width, pieces.data());
    for (std::size_t j = 0; j < pieces_; ++j) {
      visit(i, s, pieces[j], states_[(rows.first_row + i) * pieces_ + j]);
    }
  }
}

DesignPass InteriorPointCore::base_pass(const Vector& weights) const {
  DesignPass pass;
  pass.outputs = outputs_;
  pass.weights = weights.data();
  return pass;
}

/// Least squares on the kinks, then every variable as far from its bound as residuals are large.
void InteriorPointCore::begin() {
  DesignPass pass = base_pass(w_);
  pass.columns = 2 * outputs_;
  pass.pairs = outputs_ * (outputs_ + 1) / 2;
  pass.visit = [&](const RowBlock& rows, const DesignTile& tile) {
    for_pieces(rows, [&](std::size_t i, double s, const Piece& piece, PieceState& state) {
      state.begin_dual(piece);
      add_along(piece, s * piece.kink, tile.transposed + i * 2 * outputs_);
      add_along(piece, s * state.dual(piece), tile.transposed + i * 2 * outputs_ + outputs_);
      weigh_piece(piece, s, outputs_, tile.gram_weight + i, rows.rows);
    });
  };
  const DesignSums sums = run_design_pass(*problem_.source, *problem_.at, pass, progress_);
  assemble(sums);
  const Vector both = sums.transposed.reshaped() / problem_.weight_sum;
  w_ = system_->solve(both.head(w_.size()));
  point_.residual = both.tail(w_.size());

  DesignPass spread = base_pass(w_);
  spread.sums = 1;
  spread.visit = [&](const RowBlock& rows, const DesignTile& tile) {
    for_pieces(rows, [&](std::size_t i, double s, const Piece& piece, PieceState& state) {
      state.offset = piece.margin(tile.eta + i * outputs_) - piece.kink;
      tile.sums[0] += s * std::fabs(state.offset);
    });
  };
  const double size = run_design_pass(*problem_.source, *problem_.at, spread, progress_).sums[0] /
                      (problem_.weight_sum * static_cast<double>(pieces_));
  // Where u does not solve the dual's equations yet, w has a long way to go: far from all bounds.
  const double distance = point_.residual.isZero(kFeasibleStart) ? size : problem_.far_start * size;
  for (PieceState& state : states_) state.begin_primal(std::max(distance, std::numeric_limits<double>::min()));
  look();
}

void InteriorPointCore::assemble(const DesignSums& sums) {
  system_ = std::make_unique<NormalSystem>(assembled(sums.gram, outputs_) / problem_.weight_sum, problem_.curvature);
}

/// Takes the pending step in every row, looks at the margins at w, and assembles the system there.
void InteriorPointCore::look() {
  DesignPass pass = base_pass(w_);
  pass.columns = 2 * outputs_;
  pass.pairs = outputs_ * (outputs_ + 1) / 2;
  pass.sums = 3;
  pass.visit = [&](const RowBlock& rows, const DesignTile& tile) {
    for_pieces(rows, [&](std::size_t i, double s, const Piece& piece, PieceState& state) {
      if (pending_.any) {
        state.advance(state.full_move(pending_.target, pending_.second_order), pending_.primal_step,
                      pending_.dual_step);
      }
      state.offset = piece.margin(tile.eta + i * outputs_) - piece.kink;
      const double stiffness = s * state.stiffness();
      weigh_piece(piece, stiffness, outputs_, tile.gram_weight + i, rows.rows);
      add_along(piece, s * state.dual(piece), tile.transposed + i * 2 * outputs_);
      add_along(piece, stiffness * state.offset, tile.transposed + i * 2 * outputs_ + outputs_);
      const double bound = state.offset > 0 ? piece.upper : std::isinf(piece.lower) ? 0 : piece.lower;
      tile.sums[0] += s * bound * state.offset;
      tile.sums[1] += s * state.fenchel_gap();
      tile.sums[2] += s * state.complementarity();
    });
  };
  const DesignSums sums = run_design_pass(*problem_.source, *problem_.at, pass, progress_);
  pending_ = {};
  assemble(sums);
  const double total = problem_.weight_sum;
  const Index size = w_.size();
  const Vector both = sums.transposed.reshaped() / total;
  point_.residual = both.head(size) + problem_.curvature.cwiseProduct(w_);
  point_.pull = both.tail(size);
  point_.value = sums.sums[0] / total + 0.5 * w_.dot(problem_.curvature.cwiseProduct(w_));
  point_.fenchel = sums.sums[1] / total;
  point_.complementarity = sums.sums[2] / (2 * total * static_cast<double>(pieces_));
}

/// Looks where the affine step leads, sets the target for μ and the share of second order to what the way there
/// promises, and returns what they add to the right-hand side.
Vector InteriorPointCore::predict(const Vector& affine) {
  DesignPass pass = base_pass(affine);
  pass.columns = 2 * outputs_;
  pass.sums = 3;
  pass.minima = 2;
  pass.visit = [&](const RowBlock& rows, const DesignTile& tile) {
    for_pieces(rows, [&](std::size_t i, double s, const Piece& piece, PieceState& state) {
      state.affine = piece.margin(tile.eta + i * outputs_);
      const PieceMove move = state.affine_move();
      tile.minima[0] = std::min(tile.minima[0], primal_limit(state, move));
      tile.minima[1] = std::min(tile.minima[1], dual_limit(state, move));
      tile.sums[0] += s * (move.up * state.to_upper + (state.bounded() ? move.down * state.to_lower : 0));
      tile.sums[1] += s * (move.down - move.up) * move.dual;
      tile.sums[2] += s * (state.down - state.up) * move.dual;
      add_along(piece, s * state.target_pull(), tile.transposed + i * 2 * outputs_);
      add_along(piece, s * state.second_order_pull(), tile.transposed + i * 2 * outputs_ + outputs_);
    });
  };
  const DesignSums sums = run_design_pass(*problem_.source, *problem_.at, pass, progress_);
  const double primal = std::min(1.0, sums.minima[0]), dual = std::min(1.0, sums.minima[1]);
  const double change = (primal * sums.sums[0] + dual * sums.sums[2] + primal * dual * sums.sums[1]) /
                        (2 * problem_.weight_sum * static_cast<double>(pieces_));
  const double now = point_.complementarity;
  const double left = std::clamp((now + change) / now, 0.0, 1.0);
  pending_.target = left * left * left * now;
  pending_.second_order = primal * dual;
  const Vector both = sums.transposed.reshaped() / problem_.weight_sum;
  return pending_.target * both.head(w_.size()) + pending_.second_order * both.tail(w_.size());
}

bool InteriorPointCore::step() {
  const Vector downhill = -(point_.residual + point_.pull);
  const Vector affine = system_->solve(downhill);
  const Vector full = system_->solve(downhill - predict(affine));
  if (!full.allFinite() || !(pending_.target >= 0)) return false;

  DesignPass pass = base_pass(full);
  pass.minima = 2;
  pass.visit = [&](const RowBlock& rows, const DesignTile& tile) {
    for_pieces(rows, [&](std::size_t i, double /*s*/, const Piece& piece, PieceState& state) {
      state.full = piece.margin(tile.eta + i * outputs_);
      const PieceMove move = state.full_move(pending_.target, pending_.second_order);
      tile.minima[0] = std::min(tile.minima[0], primal_limit(state, move));
      tile.minima[1] = std::min(tile.minima[1], dual_limit(state, move));
    });
  };
  const DesignSums sums = run_design_pass(*problem_.source, *problem_.at, pass, progress_);
  double primal = std::min(1.0, kShareOfWay * sums.minima[0]), dual = std::min(1.0, kShareOfWay * sums.minima[1]);
  // With curvature the dual's equations hold w as well: steps of two lengths would spoil them.
  if (problem_.curvature.any()) primal = dual = std::min(primal, dual);
  last_step_ = std::min(primal, dual);
  if (!(last_step_ > 0)) return false;
  pending_.primal_step = primal;
  pending_.dual_step = dual;
  pending_.any = true;
  w_ += primal * full;
  ++iterations_;
  look();
  return std::isfinite(point_.complementarity);
}

double InteriorPointCore::gap() const {
  const Vector cost = system_->solve(point_.pull);
  double gap = point_.fenchel;
  for (Index q = 0; q < w_.size(); ++q) {
    const double moved = 2 * std::fabs(point_.residual[q] * cost[q]);
    const double strength = problem_.curvature[q];
    gap += strength > 0 ? point_.residual[q] * point_.residual[q] / (2 * strength) : moved;
  }
  return gap;
}

double InteriorPointCore::shortfall() {
  const Vector repair = system_->solve(point_.residual);
  DesignPass pass = base_pass(repair);
  pass.minima = 1;
  pass.visit = [&](const RowBlock& rows, const DesignTile& tile) {
    for_pieces(rows, [&](std::size_t i, double /*s*/, const Piece& piece, PieceState& state) {
      state.full = piece.margin(tile.eta + i * outputs_);
      const double move = std::fabs(state.stiffness() * state.full);
      if (move > 0) tile.minima[0] = std::min(tile.minima[0], state.room() / move);
    });
  };
  return 1 / run_design_pass(*problem_.source, *problem_.at, pass, progress_).minima[0];
}

void InteriorPointCore::repair() {
  const double share = 1 / std::max(1.0, 2 * shortfall());
  for (PieceState& state : states_) {
    if (state.to_upper == 0) continue;  // a row of no weight
    const double move = -share * state.stiffness() * state.full;
    state.to_upper -= move;
    state.to_lower += move;
  }
  look();
}

void InteriorPointCore::fix_active_set() {
  double distance = 0, count = 0;
  for (const PieceState& state : states_) {
    if (state.to_upper == 0) continue;  // a row of no weight
    distance += std::fabs(state.offset);
    ++count;
  }
  const double typical = std::max(distance / std::max(count, 1.0), std::numeric_limits<double>::min());
  for (PieceState& state : states_) {
    if (state.to_upper == 0) continue;
    const double width = state.bounded() ? state.to_upper + state.to_lower : 1;
    if (std::fabs(state.offset) * width < state.room() * typical) {
      state.up = state.to_upper * typical / kMultiplierStiffness;
      state.down = state.bounded() ? state.to_lower * typical / kMultiplierStiffness : 0;
    } else if (state.offset > 0) {
      state.to_upper = 0;
    } else {
      state.to_lower = 0;
    }
  }
  look();
}

void InteriorPointCore::settle() {
  const Vector full = system_->solve(-(point_.residual + point_.pull));
  DesignPass pass = base_pass(full);
  pass.visit = [&](const RowBlock& rows, const DesignTile& tile) {
    for_pieces(rows, [&](std::size_t i, double /*s*/, const Piece& piece, PieceState& state) {
      const double move = state.stiffness() * (piece.margin(tile.eta + i * outputs_) + state.offset);
      const double kept = std::clamp(move, -state.to_lower, state.to_upper);
      state.to_upper -= kept;
      state.to_lower += kept;
    });
  };
  (void)run_design_pass(*problem_.source, *problem_.at, pass, progress_);
  w_ += full;
  look();
}

}  // namespace plumbline
