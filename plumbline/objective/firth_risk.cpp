#include "plumbline/objective/firth_risk.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/objective/leverage_pass.hpp"
#include "plumbline/objective/risk_pass.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

constexpr std::size_t kWidestExact = 128;
constexpr double kMostExactOperations = 2e11;

/// Of a symmetric positive definite matrix, factored after scaling to unit diagonal so that units do not matter.
struct Factored {
  bool definite = false;
  double log_determinant = 0;
  Matrix inverse_root;  ///< B with A⁻¹ = B Bᵀ
};

Factored factored(const Matrix& a) {
  Factored result;
  if (!a.allFinite() || !(a.diagonal().array() > 0).all()) return result;
  const Vector scale = a.diagonal().cwiseSqrt().cwiseInverse();
  const Eigen::LLT<Matrix> factor(scale.asDiagonal() * a * scale.asDiagonal());
  if (factor.info() != Eigen::Success) return result;
  const Matrix upper = factor.matrixU();
  result.definite = true;
  result.log_determinant = 2 * (upper.diagonal().array().log().sum() - scale.array().log().sum());
  result.inverse_root = scale.asDiagonal() * Matrix(factor.matrixU().solve(Matrix::Identity(a.rows(), a.cols())));
  return result;
}

}  // namespace

struct FirthRisk::Evaluation {
  double value = kInfinity;
  Vector gradient;
  Matrix information;  ///< I/Σs
  Matrix hessian;      ///< if exact
};

FirthRisk::FirthRisk(EmpiricalRisk& risk) : risk_(risk) {
  const auto* logistic = std::get_if<LogisticLoss>(&risk.loss());
  require(logistic != nullptr && logistic->labels == 1, "FirthRisk", "risk", "logistic loss of one label");
  require(risk.l2() == 0, "FirthRisk", "risk", "l2 = 0: Jeffreys' prior takes the place of the penalty");
  const Coordinates& at = risk.coordinates();
  for (std::size_t j = 0; j < at.features(); ++j) carrying_ += at.scale[j] == 0 ? 0 : 1;
  carrying_ += at.intercept ? 1 : 0;
}

bool FirthRisk::has_exact_hessian() const {
  const double d = static_cast<double>(risk_.width());
  return risk_.width() <= kWidestExact &&
         static_cast<double>(risk_.source().rows()) * d * d * d <= kMostExactOperations;
}

double FirthRisk::resolution(double value) const {
  return 4 * ulp(value) + 32 * std::numeric_limits<double>::epsilon() * carrying_ / risk_.weight_sum();
}

double FirthRisk::cheap_gap(const Vector& /*w*/, const Vector& /*gradient*/) const { return kInfinity; }

/// False where I is singular to working precision; value is +∞ then.
bool FirthRisk::evaluate(const Vector& w, bool exact, Evaluation& result) {
  const double total = risk_.weight_sum();
  BlockHessian blocks;
  const double loss = risk_.value_gradient_hessian(w, result.gradient, blocks);
  result.information = std::move(blocks.blocks.front());
  const Factored factor = factored(result.information);
  if (!factor.definite || !std::isfinite(loss)) return false;
  result.value = loss - (factor.log_determinant + carrying_ * std::log(total)) / (2 * total);

  LeverageRequest request;
  request.w = &w;
  const Matrix root = factor.inverse_root / std::sqrt(total);
  request.inverse_root = &root;
  request.third_derivatives = exact;
  LeverageSums sums = run_leverage_pass(risk_, request, *progress_);
  result.gradient -= sums.gradient / (2 * total);
  if (!exact) return true;
  RiskPassRequest gram;
  gram.loss = &risk_.loss();
  gram.coordinates = &risk_.coordinates();
  gram.gram_weight = sums.bend.data();
  gram.hessian = true;
  const RiskSums bent = run_risk_pass(risk_.source(), gram, *progress_);
  const Index d = dimension();
  result.hessian = result.information -
                   (Eigen::Map<const Matrix>(bent.hessian.front().data(), d, d) - sums.squared_turn) / (2 * total);
  return true;
}

double FirthRisk::value_gradient(const Vector& w, Vector& gradient) {
  Evaluation at;
  if (!evaluate(w, false, at)) at.gradient = Vector::Zero(dimension());
  gradient = std::move(at.gradient);
  return at.value;
}

double FirthRisk::value_gradient_hessian(const Vector& w, Vector& gradient, BlockHessian& hessian) {
  Evaluation at;
  const bool exact = has_exact_hessian();
  const bool finite = evaluate(w, exact, at);
  if (!finite) at.gradient = Vector::Zero(dimension());
  gradient = std::move(at.gradient);
  hessian.blocks.assign(1, exact && finite ? std::move(at.hessian) : std::move(at.information));
  return at.value;
}

LinePoint FirthRisk::along(const Vector& from, const Vector& to, double t) {
  Vector gradient;
  const double value = value_gradient(from + t * (to - from), gradient);
  return {value, gradient.dot(to - from)};
}

Vector FirthRisk::null_model() {
  Vector w = Vector::Zero(dimension());
  if (!risk_.coordinates().intercept) return w;
  Vector gradient;
  (void)risk_.value_gradient(w, gradient);
  // At w = 0 the gradient in the intercept is ½ − Σ s y/Σs.
  const double total = risk_.weight_sum();
  const double ones = std::clamp((0.5 - gradient[dimension() - 1]) * total, 0.0, total);
  w[dimension() - 1] = std::log((ones + carrying_ / 2) / (total - ones + carrying_ / 2));
  return w;
}

}  // namespace plumbline
