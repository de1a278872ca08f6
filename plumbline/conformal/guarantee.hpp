#pragma once

#include <string>
#include <vector>

#include "plumbline/conformal/conformal_rule.hpp"

namespace plumbline {

/// What a rule's sets promise, in one honest sentence without a full stop. Where a threshold is infinite it says so,
/// and how many rows would be needed; `classes` (m) names the classes of class-conditional thresholds.
std::string guarantee(const ConformalRule& rule, const std::vector<std::string>& classes = {});

/// Why sets are full: "fewer than 9 calibration rows …", naming the classes where thresholds are theirs; empty if no
/// threshold is infinite.
std::string too_few_rows(const ConformalRule& rule, const std::vector<std::string>& classes = {});

}  // namespace plumbline
