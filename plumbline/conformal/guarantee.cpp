#include "plumbline/conformal/guarantee.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/conformal/threshold.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kMostNames = 5;

/// "'a', 'b' and 7 more": the classes whose threshold is infinite.
std::string unbounded_classes(const ConformalRule& rule, const std::vector<std::string>& classes) {
  std::string names;
  std::size_t count = 0;
  for (std::size_t k = 0; k < rule.threshold.size(); ++k) {
    if (std::isfinite(rule.threshold[k])) continue;
    if (++count <= kMostNames) names += fmt::format("{}'{}'", count == 1 ? "" : ", ", classes.at(k));
  }
  return count > kMostNames ? names + fmt::format(" and {} more", count - kMostNames) : names;
}

}  // namespace

std::string too_few_rows(const ConformalRule& rule, const std::vector<std::string>& classes) {
  bool infinite = false;
  for (const double threshold : rule.threshold) infinite = infinite || !std::isfinite(threshold);
  if (!infinite) return "";
  const double a = rule.options.miscoverage;
  const std::string needed = fmt::format("a miscoverage of {} needs at least {}", a, least_calibration_rows(a));
  if (rule.options.class_conditional) {
    return fmt::format("{} calibration rows of a class: too few for {}, which every set holds", needed,
                       unbounded_classes(rule, classes));
  }
  const char* const full = rule.classes > 0 ? "every set holds all classes" : "every interval is unbounded";
  return fmt::format("{} calibration rows, there are {}: {}", needed, rule.rows.front(), full);
}

std::string guarantee(const ConformalRule& rule, const std::vector<std::string>& classes) {
  const ConformalOptions& options = rule.options;
  if (options.method == ConformalMethod::jackknife_plus) {
    return fmt::format(
        "a new row's target lies within with probability at least {:.6g} (1 - 2 x miscoverage: the worst case; usually "
        "near {:.6g}) if new rows are exchangeable with the training rows; on average over rows, not for each kind",
        std::max(0.0, 1 - 2 * options.miscoverage), 1 - options.miscoverage);
  }
  const std::string few = too_few_rows(rule, classes);
  std::string text = fmt::format(
      "{} with probability at least {:.6g} if new rows are exchangeable with the calibration rows; on average over {}, "
      "not for each kind of row",
      rule.classes > 0 ? "a set holds the true class" : "an interval holds the target", 1 - options.miscoverage,
      options.class_conditional ? "the rows of each class" : "rows");
  return few.empty() ? text : text + " (" + few + ")";
}

}  // namespace plumbline
