#pragma once

#include <Eigen/Core>
#include <cstddef>

namespace plumbline {

/// A count of ours as one of Eigen's, which are signed.
inline Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

}  // namespace plumbline
