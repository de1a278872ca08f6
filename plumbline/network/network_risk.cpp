#include "plumbline/network/network_risk.hpp"

#include <algorithm>
#include <limits>
#include <string>

namespace plumbline {

namespace {
/// Rows a chunk: enough for a product to be worth sharing between threads, few enough to stay in cache.
constexpr std::size_t kChunk = 512;
}  // namespace

NetworkRisk::NetworkRisk(const RowBatches& rows, const Architecture& architecture, const Loss& loss, double l2)
    : rows_(rows),
      layers_(architecture.layers()),
      l2_(l2),
      gradient_(architecture, loss),
      curvature_(architecture, loss) {
  require(rows.weight_sum() > 0, "NetworkRisk", "rows", "some that weigh something, got none");
  require(rows.features() == architecture.inputs, "NetworkRisk", "architecture.inputs",
          std::to_string(rows.features()) + ", got " + std::to_string(architecture.inputs));
}

template <class Work>
void NetworkRisk::for_each_chunk(const Work& work) {
  const std::span<const std::size_t> rows(rows_.rows());
  for (std::size_t first = 0; first < rows.size(); first += kChunk) {
    if (progress_->cancelled()) throw Cancelled();
    rows_.load(rows.subspan(first, std::min(kChunk, rows.size() - first)), batch_);
    work(first);
  }
}

double NetworkRisk::penalty(const Vector& w) const {
  double sum = 0;
  for (const Layer& layer : layers_) {
    for (std::size_t c = layer.weights; c < layer.biases; ++c) {
      const double each = w[static_cast<Eigen::Index>(c)];
      sum += each * each;
    }
  }
  return l2_ / 2 * sum;
}

double NetworkRisk::value_gradient(const Vector& w, Vector& gradient) {
  if (at_.size() != w.size() || at_ != w) {
    gradient_at_ = Vector::Zero(w.size());
    value_at_ = penalty(w);
    for_each_chunk([&](std::size_t) {
      value_at_ += gradient_.add(batch_, w.data(), 1 / rows_.weight_sum(), gradient_at_.data());
    });
    for (const Layer& layer : layers_) {
      const auto first = static_cast<Eigen::Index>(layer.weights), end = static_cast<Eigen::Index>(layer.biases);
      gradient_at_.segment(first, end - first) += l2_ * w.segment(first, end - first);
    }
    at_ = w;
  }
  gradient = gradient_at_;
  return value_at_;
}

LinePoint NetworkRisk::along(const Vector& from, const Vector& to, double t) {
  Vector gradient;
  const double value = value_gradient(from + t * (to - from), gradient);
  return {value, gradient.dot(to - from)};
}

double NetworkRisk::cheap_gap(const Vector&, const Vector&) const { return std::numeric_limits<double>::infinity(); }

void NetworkRisk::hessian_vector(const Vector& w, const Vector& v, Vector& product) {
  using autodiff::Dual;
  std::vector<Dual<double>> moving(static_cast<std::size_t>(w.size())), gradient(moving.size());
  for (std::size_t c = 0; c < moving.size(); ++c) {
    moving[c] = {w[static_cast<Eigen::Index>(c)], v[static_cast<Eigen::Index>(c)]};
  }
  for_each_chunk([&](std::size_t) { curvature_.add(batch_, moving.data(), 1 / rows_.weight_sum(), gradient.data()); });
  product.resize(w.size());
  for (std::size_t c = 0; c < moving.size(); ++c) product[static_cast<Eigen::Index>(c)] = gradient[c].tangent;
  for (const Layer& layer : layers_) {
    const auto first = static_cast<Eigen::Index>(layer.weights), end = static_cast<Eigen::Index>(layer.biases);
    product.segment(first, end - first) += l2_ * v.segment(first, end - first);
  }
}

std::vector<double> NetworkRisk::predictors(const Vector& w) {
  std::vector<double> eta;
  for_each_chunk([&](std::size_t) {
    const autodiff::View<const double> chunk = gradient_.predictors(batch_, w.data());
    eta.insert(eta.end(), chunk.begin(), chunk.end());
  });
  return eta;
}

}  // namespace plumbline
