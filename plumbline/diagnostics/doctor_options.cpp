#include "plumbline/diagnostics/doctor_options.hpp"

#include <fmt/format.h>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

constexpr std::array<DoctorThreshold, 12> kThresholds{{
    {"leak-auc", &DoctorOptions::leak_auc, 0.5, 1, "AUC of one column, mean over pairs of classes", "leak"},
    {"leak-r2", &DoctorOptions::leak_r2, 0, 1, "R² of one column with a target that is a number, or of their ranks",
     "leak"},
    {"dependent", &DoctorOptions::dependent, 0, 0.1, "√(1 − R²) of a column on those before it: at most this",
     "collinear_set"},
    {"near-duplicate", &DoctorOptions::near_duplicate, 0, 1, "|r| of two columns", "near_duplicate"},
    {"condition-index", &DoctorOptions::condition_index, 1, kInfinity, "scaled condition index", "near_collinear_set"},
    {"variance-proportion", &DoctorOptions::variance_proportion, 0, 1,
     "share of a coefficient's variance at large condition indices", "near_collinear_set"},
    {"vif", &DoctorOptions::vif, 1, kInfinity, "variance inflation factor, of R² adjusted for degrees of freedom",
     "inflated_variance, near_collinear_set"},
    {"missing-share", &DoctorOptions::missing_share, 0, 1, "share of the rows that lack a cell: more than this",
     "missing_values"},
    {"class-ratio", &DoctorOptions::class_ratio, 1, kInfinity, "largest class over smallest", "class_imbalance"},
    {"duplicate-rows", &DoctorOptions::duplicate_rows, 1, kInfinity, "rows that repeat an earlier one",
     "duplicate_rows"},
    {"leverage-multiple", &DoctorOptions::leverage_multiple, 1, kInfinity,
     "odds h/(1 − h) of a row's leverage over those of the mean", "outlying_rows"},
    {"least-rows", &DoctorOptions::least_rows, 1, kInfinity,
     "rows (of a class) below which chance alone makes leaks and near-duplicates", "leak, near_duplicate, identifier"},
}};

}  // namespace

const std::array<DoctorThreshold, 12>& doctor_thresholds() { return kThresholds; }

void DoctorOptions::validate() const {
  for (const DoctorThreshold& threshold : kThresholds) {
    const double value = this->*threshold.value;
    require(value >= threshold.least && value <= threshold.most, "DoctorOptions", threshold.name,
            fmt::format("between {} and {}, got {}", threshold.least, threshold.most, value));
  }
}

}  // namespace plumbline
