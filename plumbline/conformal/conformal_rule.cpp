#include "plumbline/conformal/conformal_rule.hpp"

#include <fmt/format.h>

#include <cmath>

#include "plumbline/core/errors.hpp"

namespace plumbline {

const char* name_of(ConformalMethod method) {
  switch (method) {
    case ConformalMethod::lac:
      return "lac";
    case ConformalMethod::aps:
      return "aps";
    case ConformalMethod::raps:
      return "raps";
    case ConformalMethod::absolute:
      return "absolute";
    case ConformalMethod::scaled:
      return "scaled";
    case ConformalMethod::cqr:
      return "cqr";
    default:
      return "jackknife+";
  }
}

bool gives_class_sets(ConformalMethod method) {
  return method == ConformalMethod::lac || method == ConformalMethod::aps || method == ConformalMethod::raps;
}

void validate(const ConformalOptions& options, const char* function) {
  const auto constant = [](double value) { return value >= 0 && std::isfinite(value); };
  require(options.miscoverage > 0 && options.miscoverage < 1, function, "miscoverage",
          fmt::format("above 0 and below 1, got {}", options.miscoverage));
  require(constant(options.raps_penalty) && constant(options.raps_free), function, "raps_penalty, raps_free",
          "finite and not negative");
  require(gives_class_sets(options.method) || !(options.class_conditional || options.randomized), function,
          "class_conditional, randomized", "off for intervals");
}

}  // namespace plumbline
