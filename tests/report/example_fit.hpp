#pragma once

#include <limits>

#include "models/example_model.hpp"
#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

/// A fit with everything a summary may have to say.
inline FitResult example_fit() {
  FitResult result;
  result.model = example_model();
  result.left_out = {{"id", "it numbers the rows"}};
  result.dropped_rows = 2;
  result.train = {342, {{"accuracy", 0.991}, {"log_loss", 0.0512}, {"auc", 0.9987}}};
  result.test = MetricSet{114, {{"accuracy", 0.9737}, {"log_loss", 0.0811}, {"auc", 0.9951}}};
  result.baseline = {114,
                     {{"accuracy", 0.6316}, {"log_loss", 0.6584}, {"auc", std::numeric_limits<double>::quiet_NaN()}}};
  result.confusion = {{70, 1}, {2, 41}};
  result.confusion_on_test = true;
  result.notes = {"left out the column id: it numbers the rows"};
  return result;
}

}  // namespace plumbline
