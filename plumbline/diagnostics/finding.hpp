#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace plumbline {

/// What the doctor may find, in the order in which findings are told: what undoes a fit first.
enum class FindingKind {
  separation,          ///< the optimum of a likelihood is at infinity
  leak,                ///< one column alone predicts the target
  collinear_set,       ///< one column is a combination of others, to rounding
  more_columns,        ///< no more rows than coefficients
  duplicate_columns,   ///< equal in every row
  constant_columns,    ///< one value in every row
  near_duplicate,      ///< |r| of two columns next to 1
  near_collinear_set,  ///< large condition index, shared by several columns
  inflated_variance,   ///< large variance inflation factor
  missing_values,
  identifier,  ///< numbers or names the rows
  class_imbalance,
  duplicate_rows,
  outlying_rows,  ///< high leverage
};

inline constexpr std::array kFindingKinds{FindingKind::separation,        FindingKind::leak,
                                          FindingKind::collinear_set,     FindingKind::more_columns,
                                          FindingKind::duplicate_columns, FindingKind::constant_columns,
                                          FindingKind::near_duplicate,    FindingKind::near_collinear_set,
                                          FindingKind::inflated_variance, FindingKind::missing_values,
                                          FindingKind::identifier,        FindingKind::class_imbalance,
                                          FindingKind::duplicate_rows,    FindingKind::outlying_rows};

/// "collinear_set": the kind as JSON and scripts know it.
const char* name_of(FindingKind kind);
/// One sentence: what it does to a fit.
const char* effect_of(FindingKind kind);
/// One sentence: what to do about it.
const char* advice_of(FindingKind kind);

/// One thing that is wrong with a table, or may be.
struct Finding {
  FindingKind kind = FindingKind::constant_columns;
  std::vector<std::string> columns;    ///< by name, encoded features or columns of the table
  std::vector<std::size_t> rows;       ///< rows of the source, from 0: the first few
  std::vector<std::size_t> originals;  ///< duplicate_rows: the first row that each of `rows` is equal to
  /// The measured figure and what it was held against; NaN where there is none. By kind: separation: rows strictly on
  /// their side; leak: AUC or R²; collinear_set: what is left of the column, relative to its spread; near_duplicate:
  /// |r|; near_collinear_set: scaled condition index; inflated_variance: VIF; missing_values: share of the rows;
  /// class_imbalance: largest class over smallest; duplicate_rows: rows that repeat an earlier one; outlying_rows: the
  /// largest leverage; otherwise a count.
  double value = std::numeric_limits<double>::quiet_NaN();
  double threshold = std::numeric_limits<double>::quiet_NaN();
  std::string detail;  ///< what was found, in words and figures: "total = a + b"
  /// separation: a direction that separates, in the user's units: (feature, weight), the intercept as "(intercept)".
  std::vector<std::pair<std::string, double>> witness;
};

}  // namespace plumbline
