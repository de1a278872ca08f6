#pragma once

#include <string>

#include "plumbline/data/row_source.hpp"
#include "plumbline/pipeline/explain.hpp"

namespace plumbline {

/// What the parts of an explanation are made from.
struct ExplainedQuery {
  const LinearModel* model = nullptr;
  TrainedFit* fit = nullptr;
  Vector row;                     ///< x̃ (d), in the fit's coordinates
  RowSource* held_out = nullptr;  ///< rows with targets that did not train; null: there are none
  std::string no_held_out;        ///< why there are none
  std::size_t top = 10;
};

/// Fills dual weights, influence on the fit, dual coefficients, influence on the prediction and on the held-out loss,
/// and leave-one-out, or the reasons why there are none.
void explain_by_training_rows(const ExplainedQuery& query, Explanation& result, Progress& progress);

}  // namespace plumbline
