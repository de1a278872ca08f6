#include "plumbline/linalg/block_cholesky.hpp"

#include <algorithm>
#include <limits>

namespace plumbline {

BlockCholesky::BlockCholesky(const std::vector<Matrix>& blocks) {
  for (const Matrix& matrix : blocks) {
    Block block;
    finite_ = finite_ && matrix.allFinite();
    block.scale = matrix.diagonal().cwiseMax(std::numeric_limits<double>::min()).cwiseSqrt().cwiseInverse();
    Matrix scaled = block.scale.asDiagonal() * matrix * block.scale.asDiagonal();
    block.factor.compute(scaled);
    for (double shift = 1e-15; block.factor.info() != Eigen::Success && shift < 1 && finite_; shift *= 100) {
      scaled.diagonal().array() += shift;
      block.factor.compute(scaled);
      shift_ = std::max(shift_, shift);
    }
    blocks_.push_back(std::move(block));
  }
}

Vector BlockCholesky::solve(const Vector& v) const {
  Vector solution(v.size());
  Eigen::Index begin = 0;
  for (const Block& block : blocks_) {
    const Eigen::Index size = block.scale.size();
    const Vector scaled = v.segment(begin, size).cwiseProduct(block.scale);
    solution.segment(begin, size) = block.factor.solve(scaled).cwiseProduct(block.scale);
    begin += size;
  }
  return solution;
}

double BlockCholesky::inverse_trace() const {
  double trace = 0;
  for (const Block& block : blocks_) {
    const Eigen::Index size = block.scale.size();
    const Matrix inverse_factor = block.factor.matrixL().solve(Matrix::Identity(size, size));
    trace += (inverse_factor * block.scale.asDiagonal()).squaredNorm();
  }
  return trace;
}

Matrix BlockCholesky::inverse_root() const {
  const Block& block = blocks_.front();
  const Eigen::Index size = block.scale.size();
  return block.scale.asDiagonal() * Matrix(block.factor.matrixU().solve(Matrix::Identity(size, size)));
}

double BlockCholesky::condition() const {
  double worst = 1;
  for (const Block& block : blocks_) worst = std::max(worst, 1 / std::max(block.factor.rcond(), 1e-300));
  return worst;
}

}  // namespace plumbline
