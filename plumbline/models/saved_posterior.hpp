#pragma once

#include <vector>

namespace plumbline {

/// What a model file keeps of the posterior of its weights (inference/posterior.hpp); the mean is the predictor itself.
struct SavedPosterior {
  std::vector<double> center, scale;  ///< (p): the coordinates (x − center)·scale that the roots are in
  double noise_variance = 0;          ///< least squares: σ²; else 0
  /// Lower triangles L with covariance = L Lᵀ, row by row, packed (m(m + 1)/2 for m rows): one of all outputs together
  /// (m = K·d) where they mix (softmax), else K of one output each (m = d). The intercept is the last of each output.
  std::vector<std::vector<double>> roots;
};

}  // namespace plumbline
