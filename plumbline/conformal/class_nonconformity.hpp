#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/conformal/conformal_rule.hpp"

namespace plumbline {

/// How little each class of one row conforms. With u a uniform draw of the row, or 1 without --randomized:
///
///   lac    1 − p_k                                       (least ambiguous sets; Sadinle, Lei and Wasserman 2019)
///   aps    Σ_{j: p_j > p_k} p_j + u Σ_{j: p_j = p_k} p_j     (adaptive; Romano, Sesia and Candès 2020)
///   raps   aps + λ max(0, r_k − k_reg),  r_k = #{j: p_j >= p_k}    (regularised; Angelopoulos et al. 2021)
///
/// Equal probabilities are treated alike, and sums run from the largest down, so that the order of the classes changes
/// nothing; the sum over all classes is 1, whatever rounding makes of it. lac does not need probabilities: any finite
/// score will do, aps and raps want p >= 0. Holds its workspace: one object a thread.
class ClassNonconformity final {
 public:
  explicit ClassNonconformity(const ConformalOptions& options) : options_(options) {}

  /// out (m) from p (m). lac O(m), else O(m log m).
  void all(const double* p, std::size_t classes, double draw, double* out);
  /// Of one class: the same bits.
  double of(const double* p, std::size_t classes, std::size_t k, double draw);

 private:
  ConformalOptions options_;
  std::vector<std::size_t> order_;
  std::vector<double> out_;
};

}  // namespace plumbline
