#pragma once

#include <Eigen/Cholesky>
#include <vector>

#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// Cholesky factors of the diagonal blocks of a symmetric positive definite matrix, each scaled to unit diagonal first
/// (so that units do not matter). A block that is not definite to working precision gets the smallest multiple 1e-15,
/// 1e-13, … of its (unit) diagonal added that makes it so; `shift()` tells. d³/3 flops a block.
class BlockCholesky final {
 public:
  explicit BlockCholesky(const std::vector<Matrix>& blocks);

  /// A⁻¹ v, v as long as all blocks together.
  Vector solve(const Vector& v) const;
  /// The trace of A⁻¹, an upper bound of its largest eigenvalue. 2d³/3 flops a block.
  double inverse_trace() const;
  /// B (d, d) with A⁻¹ = B Bᵀ, of the only block (the first). d³ flops.
  Matrix inverse_root() const;
  /// Estimate of the 2-norm condition number of the scaled matrix, the worst over the blocks (1-norm estimate, within a
  /// factor d).
  double condition() const;
  /// The largest multiple of the unit diagonal that was added to a block; 0 as a rule.
  double shift() const { return shift_; }
  bool finite() const { return finite_; }

 private:
  struct Block {
    Vector scale;  ///< 1/√diagonal
    Eigen::LLT<Matrix> factor;
  };
  std::vector<Block> blocks_;
  double shift_ = 0;
  bool finite_ = true;
};

}  // namespace plumbline
