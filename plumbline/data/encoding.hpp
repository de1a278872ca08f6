#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plumbline/data/polynomial_terms.hpp"

namespace plumbline {

/// What becomes of a cell that is missing: `impute` puts the training mean (numeric) or a level of its own
/// (categorical) and says so in an indicator column; `drop` leaves the row out; `error` is bad data.
enum class MissingPolicy { impute, drop, error };

/// How one column of the user's table becomes columns of X.
struct ColumnEncoding {
  std::string name;
  bool categorical = false;
  double fill = 0;         ///< numeric: stands in for a missing cell, the mean over the training rows
  bool indicator = false;  ///< a 0/1 column "name (missing)" follows (numeric), or is the last level (categorical)
  std::vector<std::string> levels;  ///< categorical: seen in training, sorted; one 0/1 column "name=level" each
  bool reference = false;           ///< categorical: levels.front() has no column of its own
  std::size_t degree = 1;           ///< numeric: x, x^2, …, x^degree stand side by side

  std::size_t width() const;
};

/// The map from a row of the user's table to a row of X; part of the model. For LIBSVM the columns are positions 1 …
/// sparse_width and `columns` is empty.
struct Encoder {
  std::vector<ColumnEncoding> columns;
  MissingPolicy missing = MissingPolicy::impute;
  bool sparse = false;
  std::size_t sparse_width = 0;

  std::size_t width() const;                         ///< p
  std::vector<std::string> feature_names() const;    ///< (p), "x", "x^2", "x (missing)", "color=red", …
  std::vector<PolynomialTerms> polynomials() const;  ///< where powers of one column stand in X, in that order
};

}  // namespace plumbline
