#pragma once

#include <cstddef>

namespace plumbline {

// The exp/log family over arrays, SIMD, a few ulp. Inputs must be finite (or ±inf where said); results never NaN then.

/// softplus[i] = log(1 + exp(z[i])), probability[i] = 1/(1 + exp(−z[i])), complement[i] = 1/(1 + exp(z[i])), one exp
/// shared by all. Any |z| up to the largest double; each within 4 ulp relative (complement is not 1 − probability).
/// Null outputs are skipped.
void softplus_and_sigmoid(const double* z, std::size_t count, double* softplus, double* probability,
                          double* complement);

/// Row by row over z (rows, K): log_normalizer[i] = log Σ_k exp(z[i·K + k]) and probability[i·K + k] = exp(z −
/// log_normalizer), with one exp an element, subtracting the row maximum first. probability may alias z. Either output
/// may be null. The same row gives the same bits wherever it stands. K >= 1.
void softmax_rows(const double* z, std::size_t rows, std::size_t outputs, double* log_normalizer, double* probability);

}  // namespace plumbline
