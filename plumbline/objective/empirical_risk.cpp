#include "plumbline/objective/empirical_risk.hpp"

#include <Eigen/Cholesky>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/index.hpp"
#include "plumbline/objective/certificate.hpp"
#include "plumbline/objective/eta_pass.hpp"
#include "plumbline/objective/risk_pass.hpp"

namespace plumbline {

namespace {

using Index = Eigen::Index;

Eigen::Map<const Matrix> as_matrix(const std::vector<double>& block) {
  const Index d = index(static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(block.size())))));
  return {block.data(), d, d};
}

/// One Cholesky factor applied to each output's part of the vector.
class SharedCholesky final : public Preconditioner {
 public:
  SharedCholesky(const Matrix& matrix, Index outputs) : factor_(matrix), outputs_(outputs) {}
  bool usable() const { return factor_.info() == Eigen::Success; }
  void apply_inverse(Vector& v) const override {
    Eigen::Map<Matrix> by_output(v.data(), factor_.rows(), outputs_);
    factor_.solveInPlace(by_output);
  }

 private:
  Eigen::LLT<Matrix> factor_;
  Index outputs_;
};

}  // namespace

EmpiricalRisk::EmpiricalRisk(RowSource& source, Coordinates coordinates, Loss loss, double l2, double weight_sum)
    : source_(source),
      coordinates_(std::move(coordinates)),
      loss_(loss),
      l2_(l2),
      weight_sum_(weight_sum),
      traits_(traits_of(loss_)),
      mixed_(mixes_outputs(loss_)),
      shift_invariant_(plumbline::is_shift_invariant(loss_)),
      outputs_(outputs_of(loss_)),
      width_(coordinates_.dimension()) {
  require(coordinates_.features() == source.columns(), "EmpiricalRisk", "coordinates", "as wide as the source");
  require(l2 >= 0 && std::isfinite(l2), "EmpiricalRisk", "l2", "finite and not negative");
  require(weight_sum > 0, "EmpiricalRisk", "weight_sum", "positive");
}

bool EmpiricalRisk::runs_to_infinity() const {
  if (const auto* logistic = std::get_if<LogisticLoss>(&loss_); logistic != nullptr && logistic->smoothing > 0)
    return false;
  if (const auto* softmax = std::get_if<SoftmaxLoss>(&loss_); softmax != nullptr && softmax->smoothing > 0)
    return false;
  return traits_.classification && traits_.smooth && !traits_.piecewise;
}

EmpiricalRisk::Cache& EmpiricalRisk::cache_for_writing() {
  Cache& cache = caches_[0].used <= caches_[1].used ? caches_[0] : caches_[1];
  if (cache.eta.empty()) cache.eta = Buffer<double>(std::max<std::size_t>(source_.rows() * outputs_, 1));
  cache.valid = false;
  cache.used = ++clock_;
  return cache;
}

EmpiricalRisk::Cache& EmpiricalRisk::eta_at(const Vector& w) {
  for (Cache& cache : caches_) {
    if (!cache.valid || cache.w != w) continue;
    cache.used = ++clock_;
    return cache;
  }
  (void)pass(w, nullptr, nullptr);
  return caches_[0].used > caches_[1].used ? caches_[0] : caches_[1];
}

double EmpiricalRisk::pass(const Vector& w, Vector* gradient, BlockHessian* hessian) {
  Cache& cache = cache_for_writing();
  RiskPassRequest request;
  request.loss = &loss_;
  request.coordinates = &coordinates_;
  request.w = w.data();
  request.eta = cache.eta.data();
  request.gradient = gradient != nullptr;
  request.hessian = hessian != nullptr;
  const RiskSums sums = run_risk_pass(source_, request, *progress_);
  cache.w = w;
  cache.valid = true;

  double value = sums.loss / weight_sum_;
  if (gradient != nullptr) *gradient = Eigen::Map<const Vector>(sums.gradient.data(), dimension()) / weight_sum_;
  if (hessian != nullptr) {
    const Index d = index(width_);
    hessian->blocks.assign(mixed_ ? 1 : outputs_, Matrix::Zero(mixed_ ? dimension() : d, mixed_ ? dimension() : d));
    const OutputPairs pairs = curvature_blocks_of(loss_);
    for (std::size_t q = 0; q < pairs.size(); ++q) {
      const auto [a, b] = pairs[q];
      const auto block = as_matrix(sums.hessian[q]) / weight_sum_;
      if (!mixed_) {
        hessian->blocks[a] = block;
      } else {
        hessian->blocks[0].block(index(a) * d, index(b) * d, d, d) = block;
        hessian->blocks[0].block(index(b) * d, index(a) * d, d, d) = block;
      }
    }
  }
  add_penalty(w, value, gradient, hessian);
  if (hessian != nullptr) settle_flat_directions(*hessian);
  return value;
}

double EmpiricalRisk::penalty(const Vector& w) const {
  double sum = 0;
  for (std::size_t k = 0; k < outputs_; ++k) {
    for (std::size_t j = 0; j < coordinates_.features(); ++j) {
      const double value = w[index(k * width_ + j)];
      sum += coordinates_.penalty_factor[j] * value * value;
    }
  }
  return 0.5 * l2_ * sum;
}

void EmpiricalRisk::add_penalty(const Vector& w, double& value, Vector* gradient, BlockHessian* hessian) const {
  if (l2_ == 0) return;
  value += penalty(w);
  for (std::size_t k = 0; k < outputs_; ++k) {
    for (std::size_t j = 0; j < coordinates_.features(); ++j) {
      const Index at = index(k * width_ + j);
      const double strength = l2_ * coordinates_.penalty_factor[j];
      if (gradient != nullptr) (*gradient)[at] += strength * w[at];
      if (hessian == nullptr) continue;
      Matrix& block = hessian->blocks[mixed_ ? 0 : k];
      const Index row = mixed_ ? at : index(j);
      block(row, row) += strength;
    }
  }
}

/// Columns that carry nothing get a 1 on the diagonal. Softmax is constant along a common shift of all classes in any
/// coordinate that is not penalised: 11ᵀ/m is added there, which changes no step (gradients have no part along it) and
/// makes the matrix definite.
void EmpiricalRisk::settle_flat_directions(BlockHessian& hessian) const {
  for (std::size_t j = 0; j < width_; ++j) {
    const bool empty = j < coordinates_.features() && coordinates_.scale[j] == 0;
    const bool penalised = j < coordinates_.features() && l2_ * coordinates_.penalty_factor[j] > 0;
    if (!mixed_) {
      for (Matrix& block : hessian.blocks) {
        if (empty) block(index(j), index(j)) = 1;
      }
      continue;
    }
    Matrix& full = hessian.blocks[0];
    double mean_curvature = 0;
    for (std::size_t k = 0; k < outputs_; ++k) {
      const Index at = index(k * width_ + j);
      if (empty) full(at, at) = 1;
      mean_curvature += full(at, at) / static_cast<double>(outputs_);
    }
    if (penalised || empty || !shift_invariant_) continue;
    for (std::size_t a = 0; a < outputs_; ++a) {
      for (std::size_t b = 0; b < outputs_; ++b) {
        full(index(a * width_ + j), index(b * width_ + j)) += std::fabs(mean_curvature) / static_cast<double>(outputs_);
      }
    }
  }
}

double EmpiricalRisk::value_gradient(const Vector& w, Vector& gradient) { return pass(w, &gradient, nullptr); }

double EmpiricalRisk::value_gradient_hessian(const Vector& w, Vector& gradient, BlockHessian& hessian) {
  return pass(w, &gradient, &hessian);
}

LinePoint EmpiricalRisk::along(const Vector& from, const Vector& to, double t) {
  EtaPassRequest request;
  request.loss = &loss_;
  request.from = eta_at(from).eta.data();
  request.to = eta_at(to).eta.data();
  request.t = t;
  const EtaSums sums = run_eta_pass(source_, request, *progress_);
  const Vector w = from + t * (to - from);
  LinePoint point{sums.loss / weight_sum_ + penalty(w), sums.slope / weight_sum_};
  for (std::size_t k = 0; l2_ > 0 && k < outputs_; ++k) {
    for (std::size_t j = 0; j < coordinates_.features(); ++j) {
      const Index at = index(k * width_ + j);
      point.slope += l2_ * coordinates_.penalty_factor[j] * w[at] * (to[at] - from[at]);
    }
  }
  return point;
}

double EmpiricalRisk::cheap_gap(const Vector& /*w*/, const Vector& gradient) const {
  if (l2_ == 0 || !traits_.convex) return std::numeric_limits<double>::infinity();
  // Of the subgradients at a kink it would take the one that is 0 in the intercept.
  if (!traits_.smooth && coordinates_.intercept) return std::numeric_limits<double>::infinity();
  double gap = 0;
  for (std::size_t k = 0; k < outputs_; ++k) {
    for (std::size_t j = 0; j < coordinates_.features(); ++j) {
      const double g = gradient[index(k * width_ + j)];
      if (coordinates_.scale[j] == 0 || g == 0) continue;
      gap += g * g / (2 * l2_ * coordinates_.penalty_factor[j]);
    }
  }
  return gap;
}

/// With all coefficients 0, every row has the same predictors: known without reading X.
void EmpiricalRisk::remember_constant_model(const Vector& w) {
  Cache& cache = cache_for_writing();
  for (std::size_t k = 0; k < outputs_; ++k) {
    const double eta = coordinates_.intercept ? w[index(k * width_ + width_ - 1)] : 0;
    for (std::size_t i = 0; i < source_.rows(); ++i) cache.eta[i * outputs_ + k] = eta;
  }
  cache.w = w;
  cache.valid = true;
}

Vector EmpiricalRisk::null_model() {
  Vector zero = Vector::Zero(dimension());
  remember_constant_model(zero);
  if (!coordinates_.intercept) return zero;
  Vector start = first_intercepts();
  if (start != zero) remember_constant_model(start);
  Vector best = minimise_intercept(start);
  remember_constant_model(best);
  return best;
}

std::vector<double> EmpiricalRisk::smallest_margins(const Vector& w) {
  EtaSums sums = run_eta_pass(source_, {&loss_, eta_at(w).eta.data(), nullptr, 0, nullptr, false}, *progress_);
  return std::move(sums.margin);
}

std::vector<std::size_t> EmpiricalRisk::constant_labels() {
  std::vector<double> ones(outputs_, 0.0);
  double weight = 0;
  source_.rewind();
  for (RowBlock block; source_.next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      const double s = block.row_weight == nullptr ? 1 : block.row_weight[i];
      weight += s;
      for (std::size_t k = 0; k < outputs_; ++k) ones[k] += block.target[i * outputs_ + k] > 0.5 ? s : 0;
    }
  }
  std::vector<std::size_t> constant;
  for (std::size_t k = 0; k < outputs_; ++k) {
    if (ones[k] == 0 || ones[k] == weight) constant.push_back(k);
  }
  return constant;
}

bool EmpiricalRisk::label_of_first_row(std::size_t k) {
  source_.rewind();
  for (RowBlock block; source_.next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      if (block.row_weight == nullptr || block.row_weight[i] > 0) return block.target[i * outputs_ + k] > 0.5;
    }
  }
  return false;
}

double EmpiricalRisk::largest_row_norm2() {
  if (largest_row_norm2_ >= 0) return largest_row_norm2_;
  RiskPassRequest request;
  request.loss = &loss_;
  request.coordinates = &coordinates_;
  request.row_norms = true;
  largest_row_norm2_ = run_risk_pass(source_, request, *progress_).largest_row_norm2;
  return largest_row_norm2_;
}

std::unique_ptr<Preconditioner> EmpiricalRisk::mean_curvature_preconditioner(const Vector& w) {
  const double* eta = eta_at(w).eta.data();
  std::vector<double> curvature(source_.rows());
  std::visit([&](const auto& l) { l.mean_curvature(eta, curvature.size(), curvature.data()); }, loss_);
  RiskPassRequest request;
  request.loss = &loss_;
  request.coordinates = &coordinates_;
  request.gram_weight = curvature.data();
  request.hessian = true;
  const RiskSums sums = run_risk_pass(source_, request, *progress_);
  Matrix matrix = as_matrix(sums.hessian[0]) / weight_sum_;
  const double typical = matrix.diagonal().mean();
  for (std::size_t j = 0; j < width_; ++j) {
    const Index at = index(j);
    if (j < coordinates_.features()) matrix(at, at) += l2_ * coordinates_.penalty_factor[j];
    if (j < coordinates_.features() && coordinates_.scale[j] == 0) matrix(at, at) = 1;
    // Collinear columns would make the factorisation fail; so little changes no iteration count.
    matrix(at, at) += 1e-10 * typical;
  }
  auto preconditioner = std::make_unique<SharedCholesky>(matrix, index(outputs_));
  return preconditioner->usable() ? std::move(preconditioner) : nullptr;
}

}  // namespace plumbline
