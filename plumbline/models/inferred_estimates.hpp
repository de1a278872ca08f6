#pragma once

#include "plumbline/linalg/types.hpp"
#include "plumbline/models/linear_model.hpp"

namespace plumbline {

/// (d, K): the coefficients as inference counts them, the intercept at x = 0 last where there is one.
Matrix inferred_estimates(const LinearPredictor& predictor);

}  // namespace plumbline
