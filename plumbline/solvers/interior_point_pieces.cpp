#include "plumbline/solvers/interior_point_pieces.hpp"

#include <utility>

namespace plumbline {

namespace {

/// Pair (a, b) in the order (0, 0), (0, 1), …, (1, 1), ….
std::size_t pair_number(std::size_t a, std::size_t b, std::size_t outputs) {
  if (a > b) std::swap(a, b);
  return a * outputs - a * (a + 1) / 2 + b;
}

}  // namespace

void add_along(const Piece& piece, double value, double* row) {
  if (piece.plus != Piece::kNoOutput) row[piece.plus] += value;
  if (piece.minus != Piece::kNoOutput) row[piece.minus] -= value;
}

void weigh_piece(const Piece& piece, double weight, std::size_t outputs, double* gram_weight, std::size_t stride) {
  const auto add = [&](std::size_t a, std::size_t b, double value) {
    gram_weight[pair_number(a, b, outputs) * stride] += value;
  };
  const bool has_plus = piece.plus != Piece::kNoOutput, has_minus = piece.minus != Piece::kNoOutput;
  if (has_plus) add(piece.plus, piece.plus, weight);
  if (has_minus) add(piece.minus, piece.minus, weight);
  if (has_plus && has_minus) add(piece.plus, piece.minus, -weight);
}

Matrix assembled(const std::vector<Matrix>& gram, std::size_t outputs) {
  const Eigen::Index d = gram.front().rows(), count = static_cast<Eigen::Index>(outputs);
  Matrix matrix(count * d, count * d);
  for (Eigen::Index a = 0; a < count; ++a) {
    for (Eigen::Index b = a; b < count; ++b) {
      const Matrix& block = gram[pair_number(static_cast<std::size_t>(a), static_cast<std::size_t>(b), outputs)];
      matrix.block(a * d, b * d, d, d) = block;
      matrix.block(b * d, a * d, d, d) = block;
    }
  }
  return matrix;
}

}  // namespace plumbline
