#pragma once

#include <Eigen/Core>

namespace plumbline {

/// Small dense algebra (coefficients, Hessians) is Eigen's; rows of data never are.
using Vector = Eigen::VectorXd;
using Matrix = Eigen::MatrixXd;

}  // namespace plumbline
