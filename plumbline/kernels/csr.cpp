#include "plumbline/kernels/verbs.hpp"

namespace plumbline {

void multiply(const CsrView& x, const double* w, const double* b, std::size_t outputs, double* eta) {
  for (std::size_t i = 0; i < x.rows; ++i, eta += outputs) {
    for (std::size_t k = 0; k < outputs; ++k) eta[k] = b[k];
    for (std::uint64_t e = x.offsets[i]; e < x.offsets[i + 1]; ++e) {
      const double value = x.values[e];
      const double* weights = w + x.indices[e] * outputs;
      for (std::size_t k = 0; k < outputs; ++k) eta[k] += value * weights[k];
    }
  }
}

void multiply_transposed_add(const CsrView& x, const double* r, std::size_t outputs, double* g) {
  for (std::size_t i = 0; i < x.rows; ++i, r += outputs) {
    for (std::uint64_t e = x.offsets[i]; e < x.offsets[i + 1]; ++e) {
      const double value = x.values[e];
      double* sums = g + x.indices[e] * outputs;
      for (std::size_t k = 0; k < outputs; ++k) sums[k] += value * r[k];
    }
  }
}

void gram_add(const CsrView& x, const double* weight, double* h, std::size_t stride) {
  const bool intercept = stride > x.columns;
  for (std::size_t i = 0; i < x.rows; ++i) {
    const double row_weight = weight == nullptr ? 1.0 : weight[i];
    const std::uint64_t end = x.offsets[i + 1];
    for (std::uint64_t first = x.offsets[i]; first < end; ++first) {
      const double left = row_weight * x.values[first];
      double* sums = h + x.indices[first] * stride;
      for (std::uint64_t e = first; e < end; ++e) sums[x.indices[e]] += left * x.values[e];
      if (intercept) sums[x.columns] += left;
    }
    if (intercept) h[x.columns * stride + x.columns] += row_weight;
  }
}

}  // namespace plumbline
