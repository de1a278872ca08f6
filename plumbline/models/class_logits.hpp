#pragma once

#include "plumbline/models/linear_model.hpp"

namespace plumbline {

/// Numbers whose softmax are the probabilities that the loss's link gives, (rows, m), from eta (rows, K): eta itself
/// with one a class; (0, eta) of a logit; (log(1 − p), log p) of another link. Losses without probabilities (hinge,
/// least squares on classes): the same of their margins, which a calibrator may turn into probabilities. Binary and
/// multiclass only. eta must be finite, or NaN in rows that were not predicted.
void class_logits(const LinearModel& model, const double* eta, std::size_t rows, double* logits);

/// Probabilities of a model with calibrators, and where log_p is not null their logarithms. Binary and multiclass:
/// (rows, m). Multilabel: p (rows, labels) of the labels, log_p (rows, labels, 2) of both answers. Throws
/// std::invalid_argument if the model has no calibrators.
void calibrated_probabilities(const LinearModel& model, const double* eta, std::size_t rows, double* p, double* log_p);

}  // namespace plumbline
