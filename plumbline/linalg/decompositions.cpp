#include "plumbline/linalg/decompositions.hpp"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>

namespace plumbline {

SymmetricEigen symmetric_eigen(const Matrix& a) {
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(a);
  return {eigen.eigenvalues(), eigen.eigenvectors()};
}

ThinSingular thin_singular(const Matrix& a) {
  const Eigen::BDCSVD<Matrix> svd(a, Eigen::ComputeThinU | Eigen::ComputeThinV);
  return {svd.matrixU(), svd.matrixV(), svd.singularValues()};
}

RightSingular right_singular(const Matrix& a) {
  const Eigen::BDCSVD<Matrix> svd(a, Eigen::ComputeFullV);
  return {svd.singularValues(), svd.matrixV()};
}

Matrix orthogonal_factor(const Matrix& a) {
  const Eigen::HouseholderQR<Matrix> qr(a);
  return qr.householderQ() * Matrix::Identity(a.rows(), a.rows());
}

Matrix triangular_factor(const Matrix& a) {
  const Eigen::HouseholderQR<Matrix> qr(a);
  return qr.matrixQR().topRows(std::min(a.rows(), a.cols())).triangularView<Eigen::Upper>();
}

}  // namespace plumbline
