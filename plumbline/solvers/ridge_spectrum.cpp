#include "plumbline/solvers/ridge_spectrum.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/linalg/decompositions.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Curvatures further below the largest than this leave no digits at l2 = 0.
constexpr double kMostSpread = 1e12;

/// Coordinates that carry something, without and with penalty.
struct Parts {
  std::vector<Index> free, penalised;
};

Parts parts_of(const Coordinates& at) {
  Parts parts;
  if (at.intercept) parts.free.push_back(static_cast<Index>(at.features()));
  for (std::size_t j = 0; j < at.features(); ++j) {
    if (at.scale[j] == 0) continue;
    (at.penalty_factor[j] == 0 ? parts.free : parts.penalised).push_back(static_cast<Index>(j));
  }
  return parts;
}

/// Eigenpairs of a symmetric matrix that rounding does not hide.
struct Eigenpairs {
  Vector values;
  Matrix vectors;
  bool complete = true;
};

Eigenpairs eigenpairs(const Matrix& a) {
  if (a.rows() == 0) return {Vector(0), Matrix(0, 0), true};
  const SymmetricEigen eigen = symmetric_eigen(a);
  const double rounding =
      eigen.values.maxCoeff() * static_cast<double>(a.rows()) * std::numeric_limits<double>::epsilon();
  Index hidden = 0;
  while (hidden < a.rows() && !(eigen.values[hidden] > rounding)) ++hidden;
  const Index kept = a.rows() - hidden;
  return {eigen.values.tail(kept), eigen.vectors.rightCols(kept), hidden == 0};
}

bool within_spread(const Vector& values) {
  return values.size() == 0 || values.minCoeff() * kMostSpread > values.maxCoeff();
}

/// Columns F (d, ·) with Fᵀ G F = 1 that span the coordinates without penalty.
Matrix free_directions(const Matrix& gram, const std::vector<Index>& free, bool& full_rank) {
  const Eigenpairs pairs = eigenpairs(gram(free, free));
  full_rank = full_rank && pairs.complete && within_spread(pairs.values);
  Matrix directions = Matrix::Zero(gram.rows(), pairs.values.size());
  directions(free, Eigen::all) = pairs.vectors * pairs.values.cwiseSqrt().cwiseInverse().asDiagonal();
  return directions;
}

}  // namespace

Vector RidgeSpectrum::shrinkage(double l2) const { return (curvature + weight_sum * l2 * penalised).cwiseInverse(); }

Vector RidgeSpectrum::solution(double l2) const {
  Vector w = directions * correlation.cwiseProduct(shrinkage(l2));
  return w;
}

double RidgeSpectrum::excess_mean_square(double l2) const {
  const Vector lost = weight_sum * l2 * penalised.cwiseProduct(shrinkage(l2));
  return (correlation.array().square() / curvature.array() * lost.array().square()).sum() / weight_sum;
}

RidgeSpectrum ridge_spectrum(EmpiricalRisk& risk) {
  require(std::holds_alternative<SquaredLoss>(risk.loss()), "ridge_spectrum", "risk", "squared loss");
  require(risk.l2() == 0, "ridge_spectrum", "risk", "l2 = 0");
  require(risk.width() <= kWidestSpectrum, "ridge_spectrum", "risk", "at most kWidestSpectrum coordinates");
  const Coordinates& at = risk.coordinates();
  RidgeSpectrum spectrum;
  spectrum.weight_sum = risk.weight_sum();
  const Vector null = risk.null_model();
  if (at.intercept) spectrum.target_shift = null[null.size() - 1];
  Vector gradient;
  BlockHessian hessian;
  (void)risk.value_gradient_hessian(null, gradient, hessian);
  const Matrix gram = hessian.blocks.front() * spectrum.weight_sum;

  const Parts parts = parts_of(at);
  const Matrix free = free_directions(gram, parts.free, spectrum.full_rank);
  Matrix columns = Matrix::Zero(gram.rows(), static_cast<Index>(parts.penalised.size()));
  for (Index k = 0; k < columns.cols(); ++k) {
    const Index j = parts.penalised[static_cast<std::size_t>(k)];
    columns(j, k) = 1 / std::sqrt(at.penalty_factor[static_cast<std::size_t>(j)]);
  }
  columns -= free * (free.transpose() * (gram * columns));
  const Eigenpairs pairs = eigenpairs(columns.transpose() * gram * columns);
  spectrum.full_rank = spectrum.full_rank && pairs.complete && within_spread(pairs.values);

  const Index rank = free.cols() + pairs.values.size();
  spectrum.directions.resize(gram.rows(), rank);
  spectrum.directions << free, columns * pairs.vectors;
  spectrum.curvature.resize(rank);
  spectrum.curvature << Vector::Ones(free.cols()), pairs.values;
  spectrum.penalised.resize(rank);
  spectrum.penalised << Vector::Zero(free.cols()), Vector::Ones(pairs.values.size());
  spectrum.correlation = -spectrum.weight_sum * (spectrum.directions.transpose() * gradient);
  return spectrum;
}

}  // namespace plumbline
