#include "plumbline/diagnostics/doctor_options.hpp"

#include <fmt/format.h>

#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

void require_between(double value, const char* name, double least, double most) {
  require(value >= least && value <= most, "DoctorOptions", name,
          fmt::format("between {} and {}, got {}", least, most, value));
}

}  // namespace

void DoctorOptions::validate() const {
  constexpr double kMost = 1e300;
  require_between(near_duplicate, "near_duplicate", 0, 1);
  require_between(dependent, "dependent", 0, 0.1);
  require_between(condition_index, "condition_index", 1, kMost);
  require_between(variance_proportion, "variance_proportion", 0, 1);
  require_between(vif, "vif", 1, kMost);
  require_between(leak_auc, "leak_auc", 0.5, 1);
  require_between(leak_r2, "leak_r2", 0, 1);
  require_between(least_rows, "least_rows", 1, kMost);
  require_between(leverage_multiple, "leverage_multiple", 1, kMost);
  require_between(class_ratio, "class_ratio", 1, kMost);
  require_between(missing_share, "missing_share", 0, 1);
  require_between(duplicate_rows, "duplicate_rows", 1, kMost);
}

}  // namespace plumbline
