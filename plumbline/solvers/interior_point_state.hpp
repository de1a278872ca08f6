#pragma once

#include <algorithm>
#include <cmath>

#include "plumbline/solvers/interior_point_pieces.hpp"

namespace plumbline {

/// Where a piece is changing to: what Newton's step adds to u, up and down.
struct PieceMove {
  double dual = 0, up = 0, down = 0;
};

/// A piece on the central path: margin − kink = up − down with up, down >= 0, up·(upper − u) = down·(u − lower) = μ.
/// Both distances of u are kept, since each is needed to full relative accuracy. A constraint has down = 0, to_lower =
/// ∞.
struct PieceState {
  double up = 0, down = 0;
  double to_upper = 0, to_lower = 0;
  double offset = 0;  ///< margin − kink
  double affine = 0;  ///< what the step with μ = 0 adds to the margin
  double full = 0;    ///< what the step itself adds

  bool bounded() const { return !std::isinf(to_lower); }
  /// du/dmargin along the path.
  double stiffness() const { return 1 / (up / to_upper + down / to_lower); }
  double dual(const Piece& piece) const {
    return to_upper < to_lower ? piece.upper - to_upper : piece.lower + to_lower;
  }
  double complementarity() const { return up * to_upper + (bounded() ? down * to_lower : 0); }
  /// l − u·(margin − kink) >= 0: what the row's pair misses of equality (Fenchel and Young), without cancellation.
  double fenchel_gap() const {
    if (offset >= 0) return to_upper * offset;
    return bounded() ? -to_lower * offset : 0;
  }
  double room() const { return std::min(to_upper, to_lower); }

  /// u = 0 where that is between its bounds, since it solves the dual's equations; else the middle.
  void begin_dual(const Piece& piece) {
    const bool feasible = piece.lower < 0 && piece.upper > 0;
    const double middle = std::isinf(piece.lower) ? piece.upper - 1 : 0.5 * (piece.lower + piece.upper);
    to_upper = piece.upper - (feasible ? 0 : middle);
    to_lower = (feasible ? 0 : middle) - piece.lower;
  }
  void begin_primal(double distance) {
    up = std::max(offset, 0.0) + distance;
    down = bounded() ? up - offset : 0;
  }

  PieceMove affine_move() const { return moved(affine, 0, 0); }
  /// Mehrotra's corrector: towards up·to_upper = down·to_lower = target, with a share of the second order of the affine
  /// step.
  PieceMove full_move(double target, double share) const {
    const PieceMove first = affine_move();
    return moved(full, target + share * first.up * first.dual, target - share * first.down * first.dual);
  }
  /// What full_move adds to the right-hand side for a target of 1, and for the second order.
  double target_pull() const { return stiffness() * (-1 / to_upper + 1 / to_lower); }
  double second_order_pull() const {
    const PieceMove first = affine_move();
    return stiffness() * (-first.up * first.dual / to_upper - first.down * first.dual / to_lower);
  }
  void advance(const PieceMove& move, double primal_step, double dual_step) {
    up += primal_step * move.up;
    down += primal_step * move.down;
    to_upper -= dual_step * move.dual;
    to_lower += dual_step * move.dual;
  }

 private:
  PieceMove moved(double margin_change, double up_target, double down_target) const {
    PieceMove move;
    move.dual = stiffness() * (margin_change + offset - up_target / to_upper + down_target / to_lower);
    move.up = (up_target + up * move.dual) / to_upper - up;
    move.down = (down_target - down * move.dual) / to_lower - down;
    return move;
  }
};

}  // namespace plumbline
