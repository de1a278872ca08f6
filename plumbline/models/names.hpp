#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "plumbline/models/linear_model.hpp"

namespace plumbline {

// The closed sets that users name on the command line and that model files spell out: each listed once, here.

inline constexpr std::array kTasks{Task::regression, Task::binary, Task::multiclass, Task::multilabel};
inline constexpr std::array kLosses{LossKind::squared, LossKind::absolute, LossKind::quantile,
                                    LossKind::huber,   LossKind::gaussian, LossKind::logistic,
                                    LossKind::softmax, LossKind::hinge,    LossKind::squared_hinge,
                                    LossKind::focal,   LossKind::brier,    LossKind::squared_on_sigmoid};
inline constexpr std::array kLinks{Link::identity, Link::logit, Link::probit, Link::cloglog, Link::softmax};
inline constexpr std::array kAskedLinks{Link::logit, Link::probit, Link::cloglog};  ///< what `--link` takes
inline constexpr std::array kVariances{VarianceModel::constant, VarianceModel::linear};
inline constexpr std::array kMissingPolicies{MissingPolicy::impute, MissingPolicy::drop, MissingPolicy::error};
inline constexpr std::array kVerdicts{
    Verdict::optimal,         Verdict::completed,  Verdict::iteration_limit, Verdict::line_search_failed,
    Verdict::precision_limit, Verdict::non_finite, Verdict::separated,       Verdict::rank_deficient,
    Verdict::cancelled};

const char* name_of(MissingPolicy policy);

/// The member of `values` with that name, if there is one; exact spelling.
template <class Enum, std::size_t Size>
std::optional<Enum> from_name(const std::array<Enum, Size>& values, std::string_view name) {
  for (const Enum value : values) {
    if (name == name_of(value)) return value;
  }
  return std::nullopt;
}

}  // namespace plumbline
