#pragma once

#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/losses/loss.hpp"

namespace plumbline {

/// A pass over cached linear predictors eta(t) = from + t (to − from) + shift, which never touches X.
struct EtaPassRequest {
  const Loss* loss = nullptr;
  const double* from = nullptr;  ///< (n, K)
  const double* to = nullptr;    ///< (n, K) or null for eta = from
  double t = 0;
  const double* shift = nullptr;  ///< (K) or null
  bool curvature = false;         ///< also Σ s ∂²l, for Newton on the intercepts
};

/// Sums over rows, not yet divided by Σs.
struct EtaSums {
  double loss = 0;
  double slope = 0;               ///< d loss/dt
  std::vector<double> gradient;   ///< (K): Σ s ∂l/∂eta_k, the gradient in the intercepts
  std::vector<double> curvature;  ///< (pairs): Σ s ∂²l/∂eta_a∂eta_b for Loss::curvature_blocks()
  std::vector<double> margin;     ///< (K, or 1 for softmax): the smallest margin of any row; +∞ for the squared loss
};

/// Runs the pass in parallel; the same bits for any threads. O(n·K).
EtaSums run_eta_pass(RowSource& source, const EtaPassRequest& request, Progress& progress);

}  // namespace plumbline
