#pragma once

#include <optional>

#include "plumbline/conformal/conformal_rule.hpp"

namespace plumbline {

/// What is asked of the prediction sets of a fit.
struct ConformalChoice {
  bool none = false;                      ///< `--conformal none`
  std::optional<ConformalMethod> method;  ///< absent: auto
  ConformalOptions options;               ///< but for its method
};

}  // namespace plumbline
