#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "plumbline/data/encoding.hpp"
#include "plumbline/data/table.hpp"

namespace plumbline {

struct LeftOutColumn {
  std::string column;
  std::string why;
};

/// Which columns of a table become features.
struct FeatureChoice {
  std::vector<std::size_t> columns;     ///< indices into Table::columns, in file order
  std::vector<LeftOutColumn> left_out;  ///< identifiers, free text, columns without a value
};

/// All columns but `excluded` (targets, weights, ids), identifiers and free text, unless `keep` names them (cli.md).
/// For sparse tables: nothing to choose. Throws DataError when no column is left.
FeatureChoice choose_features(const Table& table, const std::vector<std::string>& excluded,
                              const std::vector<std::string>& keep, std::size_t max_levels);

struct EncoderOptions {
  MissingPolicy missing = MissingPolicy::impute;
  bool intercept = true;          ///< without one, the first categorical column keeps all its levels (as in R)
  bool reference_levels = false;  ///< the first level of each categorical column gets no column of its own
  std::vector<PolynomialChoice> polynomials;  ///< columns that get powers
  std::vector<bool> train;                    ///< (rows): rows that levels and means are learned from
  const double* row_weight = nullptr;         ///< (rows) or null
};

/// A sentence for each chosen text column whose levels are numbers but for a few: likely a slip of the pen.
std::vector<std::string> suspicious_columns(const Table& table, const FeatureChoice& features);

/// The encoder of the chosen columns, learned from the training rows in one look at the columns that have levels or
/// missing cells. Where no cell of a numeric column is missing, `fill` is left 0 for the caller to set to the column's
/// mean, which a fit computes anyway. Throws UsageError for a degree out of [1, kHighestDegree], a column named twice
/// or one that is no feature, and for sparse tables; DataError for powers of a text column.
Encoder learn_encoder(const Table& table, const FeatureChoice& features, const EncoderOptions& options);

/// Marks rows with a missing cell in any of `columns` (indices into Table::columns).
std::vector<bool> rows_with_missing(const Table& table, const std::vector<std::size_t>& columns);

}  // namespace plumbline
