#pragma once

#include <cstddef>
#include <vector>

#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// One kink of a row's loss: max over u in [lower, upper] of u·(margin − kink), margin = eta[plus] − eta[minus] (an
/// output of kNoOutput counts as 0). lower = −∞ makes it the constraint margin >= kink; then upper = 0.
struct Piece {
  static constexpr std::size_t kNoOutput = static_cast<std::size_t>(-1);
  std::size_t plus = kNoOutput, minus = kNoOutput;
  double kink = 0, lower = 0, upper = 0;

  double margin(const double* eta) const {
    return (plus == kNoOutput ? 0 : eta[plus]) - (minus == kNoOutput ? 0 : eta[minus]);
  }
};

/// The loss of a row as a sum of pieces, the same number for every row.
class PieceModel {
 public:
  PieceModel() = default;
  PieceModel(const PieceModel&) = delete;
  PieceModel& operator=(const PieceModel&) = delete;
  virtual ~PieceModel() = default;

  virtual std::size_t outputs() const = 0;  ///< K
  virtual std::size_t pieces() const = 0;   ///< of a row
  /// The pieces of a row with targets y (target_width).
  virtual void pieces_of(const double* y, Piece* pieces) const = 0;
};

/// value along a piece's combination of outputs, added to a row of K numbers.
void add_along(const Piece& piece, double value, double* row);

/// weight·(combination)(combination)ᵀ, added to the weights of the pairs a <= b of outputs, which are `stride` apart.
void weigh_piece(const Piece& piece, double weight, std::size_t outputs, double* gram_weight, std::size_t stride);

/// The (K·d, K·d) matrix whose blocks are the Gram matrices of the pairs.
Matrix assembled(const std::vector<Matrix>& gram, std::size_t outputs);

}  // namespace plumbline
