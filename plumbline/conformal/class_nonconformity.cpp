#include "plumbline/conformal/class_nonconformity.hpp"

#include <algorithm>
#include <numeric>

namespace plumbline {

void ClassNonconformity::all(const double* p, std::size_t classes, double draw, double* out) {
  if (options_.method == ConformalMethod::lac) {
    for (std::size_t k = 0; k < classes; ++k) out[k] = 1 - p[k];
    return;
  }
  const double share = options_.randomized ? draw : 1;
  order_.resize(classes);
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) { return p[a] > p[b]; });
  double before = 0;
  for (std::size_t first = 0, end = 0; first < classes; first = end) {
    double equals = 0;
    for (end = first; end < classes && p[order_[end]] == p[order_[first]]; ++end) equals += p[order_[end]];
    // All of them together are 1 and not a rounded sum: else rounding would say which rows reach the threshold.
    const bool everything = end == classes && share == 1;
    double score = everything ? 1 : std::min(1.0, before + share * equals);
    if (options_.method == ConformalMethod::raps) {
      score += options_.raps_penalty * std::max(0.0, static_cast<double>(end) - options_.raps_free);
    }
    for (std::size_t q = first; q < end; ++q) out[order_[q]] = score;
    before += equals;
  }
}

double ClassNonconformity::of(const double* p, std::size_t classes, std::size_t k, double draw) {
  if (options_.method == ConformalMethod::lac) return 1 - p[k];
  out_.resize(classes);
  all(p, classes, draw, out_.data());
  return out_[k];
}

}  // namespace plumbline
