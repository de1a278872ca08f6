#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/solvers/interior_point_pieces.hpp"
#include "plumbline/solvers/interior_point_rows.hpp"
#include "plumbline/solvers/interior_point_state.hpp"

namespace plumbline {

/// What is minimised: (1/Σs) Σ_i s_i Σ_pieces max_u u·(margin − kink) + ½ Σ curvature_q w_q², w output-major (K·d).
struct PieceProblem {
  RowSource* source = nullptr;
  const Coordinates* at = nullptr;
  const PieceModel* model = nullptr;
  Vector curvature;  ///< (K·d) l2·factor, 0 for intercepts
  double weight_sum = 0;
  /// How far from all bounds to start where u = 0 is not feasible, in mean distances from the kinks.
  double far_start = 10;
};

/// A symmetric positive semidefinite system, solved with a little on its diagonal and refined without it.
class NormalSystem final {
 public:
  NormalSystem(Matrix matrix, const Vector& curvature);
  ~NormalSystem();
  Vector solve(const Vector& v) const;

 private:
  struct Factor;
  Matrix matrix_;
  std::unique_ptr<Factor> factor_;
};

/// What a pass over the rows told of the point where the iteration stands. All sums are divided by Σs.
struct PiecePoint {
  double value = 0;            ///< the objective (constraints apart)
  double fenchel = 0;          ///< Σ s (l − u·(margin − kink)): the gap of rows, every term >= 0
  double complementarity = 0;  ///< mean of the products that μ stands for
  Vector residual;             ///< X̃ᵀSu + curvature∘w: 0 where u is feasible for the dual
  Vector pull;                 ///< X̃ᵀSD(margin − kink)
};

/// Mehrotra's predictor-corrector on the pieces of all rows (Portnoy and Koenker 1997 for quantiles; here with
/// curvature, constraints and several outputs): n·pieces·56 bytes; three looks at X an iteration, the first with a
/// weighted Gram matrix (n·(K·d)²) and its Cholesky factor ((K·d)³/3).
class InteriorPointCore final {
 public:
  /// Starts at weighted least squares on the kinks.
  InteriorPointCore(PieceProblem problem, Progress& progress);

  const Vector& w() const { return w_; }
  const PiecePoint& point() const { return point_; }
  std::size_t iterations() const { return iterations_; }
  /// The shorter of the last steps, in (0, 1].
  double last_step() const { return last_step_; }
  /// One predictor and corrector step. False where no step can be taken.
  bool step();

  /// f(w) − min f <= this, if shortfall() <= 1: by weak duality with u moved, by as little as possible, to where the
  /// dual's equations hold. 2·|residual|·|…| is twice what that move costs.
  double gap() const;
  /// The largest share of its distance to a bound that this move takes of any u. One look at X.
  double shortfall();
  /// Makes that move, as far as it keeps away from the bounds. Two looks at X.
  void repair();
  /// The rows as they stand, piece i·pieces + j.
  const Buffer<PieceState>& states() const { return states_; }
  /// Takes every piece nearer to its kink than u is to a bound to lie on the kink, and sets all other u to the bound
  /// that they approach. From here on settle() takes the place of step().
  void fix_active_set();
  /// A step of the method of multipliers on the rows that lie on their kinks. Two looks at X.
  void settle();
  const PieceProblem& problem() const { return problem_; }

 private:
  struct Pending {
    double target = 0, second_order = 0, primal_step = 0, dual_step = 0;
    bool any = false;
  };
  void begin();
  void look();
  void assemble(const DesignSums& sums);
  DesignPass base_pass(const Vector& weights) const;
  Vector predict(const Vector& affine);
  template <class Visit>
  void for_pieces(const RowBlock& rows, Visit visit);

  PieceProblem problem_;
  Progress& progress_;
  std::size_t outputs_, pieces_, width_;
  Vector w_;
  Buffer<PieceState> states_;
  PiecePoint point_;
  std::unique_ptr<NormalSystem> system_;
  Pending pending_;
  std::size_t iterations_ = 0;
  double last_step_ = 1;
};

}  // namespace plumbline
