#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "plumbline/calibration/calibrator.hpp"
#include "plumbline/calibration/class_outputs.hpp"

namespace plumbline {

/// A calibrator and what there is to say of how it was found.
struct CalibratorFit {
  Calibrator calibrator;
  std::vector<std::string> notes;  ///< where the rows leave the answer open: why it is what it is
  std::size_t iterations = 0;      ///< passes over the rows; of the class that took most
};

// Each throws std::invalid_argument unless there are two or more classes, labels within them, and rows whose finite,
// non-negative weights do not all vanish. A weight of 2 is the row twice. The same bits for any number of threads; no
// copy of the outputs is made. Relabelling the classes relabels the answer and changes nothing else (but rounding).

/// The temperature that minimises the log loss (Guo et al. 2017; subject §4.3.4, E.4.15): with β = 1/T > 0
///     f(β) = (1/Σs) Σ s_i [log Σ_k exp(β z_ik) − β z_iy],   f' = mean(E_p z − z_y),   f'' = mean(Var_p z) >= 0,
/// whose slope's only zero is found by Newton's method in log β within a bracket. Never changes which class is largest.
/// Where there is no optimum, with a note:
/// - every row of weight has its true class among the largest (β → ∞): the true class counts (n + 1)/(n + 2), the
///   others share the rest, which has an optimum;
/// - f'(β) >= 0 from the start, the logits say nothing of the classes or the opposite (β → 0): T = 1000·max |z_k −
/// z_j|,
///   which makes the probabilities of a row equal within 0.1 %;
/// - all logits of each row are equal: T = 1.
/// About 6 to 10 passes of O(n·m).
CalibratorFit fit_temperature(const ClassOutputs& outputs);

/// Scales and offsets per class that minimise the log loss of softmax(a ∘ (z − z̄) + b) (Guo et al. 2017: vector
/// scaling, z̄ the row's mean) plus the ridge (10⁻⁶/2)·(r²‖a − 1/T‖² + ‖b‖²), r the root mean square of z − z̄, T the
/// fitted temperature. The ridge decides only what the rows leave open (two classes: how a common slope is shared; rows
/// that are separated), and fixes Σb = 0. Newton's method with the assembled Hessian (2m × 2m), halving steps that do
/// not descend. O(n·m²) a pass, about 10 passes.
CalibratorFit fit_vector_scaling(const ClassOutputs& outputs);

/// Platt (1999): σ(A·z + B) by maximum likelihood with the targets (n₊ + 1)/(n₊ + 2) and 1/(n₋ + 2) in place of 1 and
/// 0, by Newton's method as Lin, Lin and Weng (2007) do it; z the log-odds of the class. Two classes: one map for the
/// second class. More: each class against the rest, then divided by the sum over the classes. Always finite: log-odds
/// that do not vary get slope 0. O(n·m) a pass.
CalibratorFit fit_platt(const ClassOutputs& outputs);

/// Isotonic regression of [y = k] on the log-odds of class k by pooling adjacent violators (Zadrozny and Elkan 2002;
/// Ayer et al. 1955): among non-decreasing functions the one with the least Σ s (value − [y = k])². Equal scores are
/// pooled first. Classes as in fit_platt. Values are kept within [1/(n + 2), (n + 1)/(n + 2)], n = Σs, so that the log
/// loss is finite where a whole block is right. O(m·n log n).
CalibratorFit fit_isotonic(const ClassOutputs& outputs);

/// The fit of that method; `none`: softmax as it is.
CalibratorFit fit_calibrator(CalibrationMethod method, const ClassOutputs& outputs);

}  // namespace plumbline
