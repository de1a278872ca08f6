#pragma once

#include <memory>

#include "plumbline/pipeline/fit_rows.hpp"

namespace plumbline {

/// What every fit begins with, whatever it fits: a model that knows task, classes, encoder, loss, l2 and what its rows
/// weigh.
class FitStart final {
 public:
  /// Checks rows and meaning against each other. `given_rows` must outlive this. Throws UsageError, DataError,
  /// std::invalid_argument.
  FitStart(RowSource& given_rows, const RowsMeaning& meaning, const FitOptions& options);

  /// The rows with class weights multiplied in.
  RowSource& rows() { return *rows_; }

  LinearModel model;

 private:
  std::unique_ptr<RowSource> weighted_;  ///< of one's own, with class weights
  RowSource* rows_;
};

/// Numeric columns that were complete in the table are filled with their mean, should a later table miss one. What the
/// encoder has learned stays: rows were encoded with it, and later commands encode them again to the last bit.
void fill_with_means(const Moments& moments, Encoder& encoder);

}  // namespace plumbline
