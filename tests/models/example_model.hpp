#pragma once

#include "plumbline/models/linear_model.hpp"

namespace plumbline {

/// A binary model of two numeric columns and one of text, every field of it told apart from its default.
inline LinearModel example_model() {
  LinearModel model;
  model.task = Task::binary;
  model.loss = default_loss(Task::binary);
  model.targets = {"diagnosis"};
  model.classes = {"benign", "malignant"};
  model.encoder.columns.push_back({"radius", false, 14.1, true, {}, false});
  model.encoder.columns.push_back({"color", true, 0, false, {"blue", "green", "red"}, true});
  model.encoder.missing = MissingPolicy::drop;
  model.predictor = {4, 1, {1.5, -0.25, 0.1, -0.0}, {14, 0, 0.5, 0.25}, {0.5}, true, {}, {}, {}};
  model.l2 = 0.1;
  model.feature_scale = {3.5, 0, 0.5, 0.4};
  model.objective = "mean log(1 + exp(-y eta)) + (l2/2)|W|^2, l2 = 0.1";
  model.report.solver = "newton";
  model.report.verdict = Verdict::optimal;
  model.report.iterations = 7;
  model.report.objective = 0.0625;
  model.report.null_objective = 0.69;
  model.report.gradient_norm = 1e-12;
  model.report.gap = 1e-13;
  model.training = {42, 569, 342, 113, 114, 0.2, 0.2, false, 0xfedcba9876543210ULL, 342.5};
  model.weights_column = "times";
  return model;
}

}  // namespace plumbline
