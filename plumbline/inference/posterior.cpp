#include "plumbline/inference/posterior.hpp"

#include <cmath>
#include <numbers>
#include <utility>
#include <variant>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

bool has_laplace_posterior(const Loss& loss) {
  if (const auto* logistic = std::get_if<LogisticLoss>(&loss)) return logistic->smoothing == 0;
  if (const auto* softmax = std::get_if<SoftmaxLoss>(&loss)) return softmax->smoothing == 0;
  return std::holds_alternative<ProbitLoss>(loss) || std::holds_alternative<CloglogLoss>(loss);
}

/// Draw `index` of a stream of standard normal numbers.
double normal_draw(std::uint64_t seed, std::uint64_t stream, std::uint64_t index) {
  const double radius = std::sqrt(-2 * std::log1p(-random_unit(seed, stream, 2 * index)));
  return radius * std::cos(2 * std::numbers::pi * random_unit(seed, stream, 2 * index + 1));
}

}  // namespace

Posterior least_squares_posterior(const EmpiricalRisk& risk, const LeastSquaresRoot& root) {
  Posterior posterior;
  posterior.loss = risk.loss();
  posterior.coordinates = risk.coordinates();
  posterior.mean = root.w;
  posterior.noise_variance = root.residual_variance;
  posterior.proper = root.full_rank && std::isfinite(root.residual_variance);
  posterior.root.width = risk.width();
  posterior.root.definite = root.full_rank;
  posterior.root.blocks = {std::sqrt(root.residual_variance) * root.inverse_root};
  return posterior;
}

Posterior laplace_posterior(EmpiricalRisk& risk, const Vector& w) {
  require(has_laplace_posterior(risk.loss()), "laplace_posterior", "risk",
          "of the logistic, softmax, probit or cloglog loss, without smoothing");
  Posterior posterior;
  posterior.loss = risk.loss();
  posterior.coordinates = risk.coordinates();
  posterior.mean = w;
  posterior.root = curvature_root(risk, w);
  posterior.proper = posterior.root.definite;
  for (Matrix& block : posterior.root.blocks) block /= std::sqrt(risk.weight_sum());
  return posterior;
}

Matrix posterior_draws(const Posterior& posterior, std::size_t draws, std::uint64_t seed) {
  Matrix result = posterior.mean.replicate(1, static_cast<Index>(draws));
  Index begin = 0;
  std::uint64_t first = 0;
  for (const Matrix& root : posterior.root.blocks) {
    Vector normal(root.cols());
    for (std::size_t t = 0; t < draws; ++t) {
      for (Index j = 0; j < normal.size(); ++j) normal[j] = normal_draw(seed, t, first + static_cast<std::uint64_t>(j));
      result.col(static_cast<Index>(t)).segment(begin, root.rows()) += root * normal;
    }
    begin += root.rows();
    first += static_cast<std::uint64_t>(root.cols());
  }
  return result;
}

}  // namespace plumbline
