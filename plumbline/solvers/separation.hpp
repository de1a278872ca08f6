#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// Whether the optimum of a likelihood is at infinity: `complete`, a plane with every row strictly on its side;
/// `quasi`, a plane with no row on the wrong side, but some on it; `none`, proved; `undecided`, neither found.
enum class SeparationKind { none, quasi, complete, undecided };

/// What is to be told apart. Labels: target_width = labels, each 0 or 1, each judged by itself (any monotone link with
/// one output: logistic, probit, cloglog). Classes: one target, an index below `classes`, judged by W together
/// (softmax).
struct SeparationProblem {
  std::size_t labels = 1;
  std::size_t classes = 0;  ///< 0: labels
  double weight_sum = 0;    ///< Σs > 0
};

/// A feature with a large share in a direction.
struct SeparationShare {
  std::size_t feature = 0;  ///< p: the intercept
  std::size_t output = 0;   ///< label or class
  bool positive = true;     ///< the sign in which the coefficient of that output runs off to infinity
};

/// A label, or all classes together.
struct OutputSeparation {
  std::size_t label = 0;  ///< 0 for classes
  SeparationKind kind = SeparationKind::undecided;
  /// The witness, in solver coordinates, (d) or (classes, d) output-major; empty unless separated. Checked on every row
  /// in double-double: z·x̃·direction >= −8u·Σ|x̃_j direction_j| (classes: for the difference of the true class to each
  /// other one), and > 0 beyond rounding on strict_rows rows.
  Vector direction;
  std::size_t strict_rows = 0;
  /// Features with at least a tenth of the largest |direction_j|·(range of x̃_j), largest first.
  std::vector<SeparationShare> shares;
};

struct SeparationResult {
  std::vector<OutputSeparation> outputs;  ///< (labels), or one for classes

  bool separated() const;
  /// All outputs are proved not to be separated.
  bool overlapping() const;
};

/// Decides separation by the linear program
///
///   min Σ_i s_i max(0, 1 − m_i)  subject to  m_i >= 0,  m_i = z_i·x̃_i·direction
///
/// (classes: a margin m_ik to every other class). Its optimum has m_i >= 1 on every row that any direction separates
/// and m_i = 0 on the others, so the witness is the one with the most strict rows, once it is projected onto the rows
/// with m_i = 0 and checked. No separation is proved by positive multipliers λ with Σ s_i λ_i z_i x̃_i = 0 (Stiemke's
/// alternative) up to a residual that a change of less than half of each λ_i takes away. `start`: weights (K·d) to look
/// at first, such as where Newton's method was stopped; null: none. Solved by InteriorPointCore: n·d² flops an
/// iteration, 5 to 40 of them; 112 bytes a row and pair of classes. Undecided without trying where (K·d)² > 16M. The
/// same bits for any threads and block size. Throws Cancelled.
SeparationResult find_separation(RowSource& source, const Coordinates& at, const SeparationProblem& problem,
                                 Progress& progress, const Vector* start = nullptr);

}  // namespace plumbline
