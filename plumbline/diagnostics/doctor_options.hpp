#pragma once

#include <array>
#include <cstddef>

namespace plumbline {

/// Every threshold of the doctor; the defaults stand here and nowhere else. A measured figure at or beyond its
/// threshold is a finding.
struct DoctorOptions {
  double near_duplicate = 0.999;  ///< |r| of two columns
  /// What others leave unexplained of a column, relative to its spread (√(1 − R²)), for it to count as dependent.
  double dependent = 1e-9;
  double condition_index = 30;       ///< Belsley, Kuh and Welsch (1980): 30 and more is strong
  double variance_proportion = 0.5;  ///< of a coefficient that a large index takes up for its column to be named
  double vif = 10;
  double leak_auc = 0.995;  ///< of one column, mean over pairs of classes (Hand and Till 2001)
  double leak_r2 = 0.99;    ///< of one column, with the target: of the numbers, or of their ranks
  double least_rows = 10;   ///< Σs of a class, or of all rows, below which chance alone makes leaks and duplicates
  double leverage_multiple = 10;  ///< odds h/(1 − h) of a row over those of the mean leverage d/n
  double class_ratio = 20;        ///< largest class over smallest
  double missing_share = 0;       ///< more than this share of the rows
  double duplicate_rows = 1;      ///< rows that repeat an earlier one
  std::size_t widest = 1000;    ///< p above which rank, near-duplicates, VIF and leverage are not looked at: p² memory
  std::size_t rows_named = 10;  ///< of duplicate and outlying rows
  bool look_for_separation = true;  ///< iterates over the rows where a sample cannot rule it out
  bool look_at_rows = true;         ///< duplicate and outlying rows

  /// Throws std::invalid_argument for a threshold out of its range.
  void validate() const;
};

/// A threshold as the command line, results and documentation know it.
struct DoctorThreshold {
  const char* name;  ///< "near-duplicate": the flag without its dashes
  double DoctorOptions::*value;
  double least, most;    ///< its range, ends included; `most` may be infinite
  const char* meaning;   ///< what is held against it
  const char* findings;  ///< which kinds it decides about
};

/// All of them, in the order in which the findings are told.
const std::array<DoctorThreshold, 12>& doctor_thresholds();

}  // namespace plumbline
