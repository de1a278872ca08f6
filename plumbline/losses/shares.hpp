#pragma once

#include <cmath>
#include <cstddef>

namespace plumbline {

/// Softmax of a row of m predictors, with what would cancel near 0 and 1 kept apart. Of m predictors, O(m).
class Shares final {
 public:
  struct Row {
    const double* eta = nullptr;  ///< (m)
    const double* p = nullptr;    ///< (m): softmax of eta
    std::size_t m = 0;
  };

  explicit Shares(const Row& row) : eta_(row.eta), p_(row.p), m_(row.m) {
    for (std::size_t k = 1; k < m_; ++k) top_ = eta_[k] > eta_[top_] ? k : top_;
    for (std::size_t k = 0; k < m_; ++k) rest_ += k == top_ ? 0 : p_[k];
  }

  std::size_t size() const { return m_; }
  double operator[](std::size_t k) const { return p_[k]; }

  /// 1 − p_k.
  double complement(std::size_t k) const { return k == top_ ? rest_ : 1 - p_[k]; }

  /// factor·(−log p_k).
  double surprise(std::size_t k, double factor = 1) const {
    if (k == top_ && rest_ < 0.5) return -factor * std::log1p(-rest_);
    const double behind = eta_[top_] - eta_[k];
    if (std::isinf(behind)) return factor * (0.5 * eta_[top_] - 0.5 * eta_[k]) * 2;
    return factor * (behind - std::log(p_[top_]));
  }

  /// p_j − p_k = (p_j + p_k) tanh((eta_j − eta_k)/2).
  double difference(std::size_t j, std::size_t k) const {
    const double apart = eta_[j] - eta_[k];
    return std::fabs(apart) < 1 ? (p_[j] + p_[k]) * std::tanh(0.5 * apart) : p_[j] - p_[k];
  }

 private:
  const double* eta_;
  const double* p_;
  std::size_t m_;
  std::size_t top_ = 0;
  double rest_ = 0;
};

}  // namespace plumbline
