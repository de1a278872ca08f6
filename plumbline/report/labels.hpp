#pragma once

#include <string>
#include <vector>

#include "plumbline/models/linear_model.hpp"

namespace plumbline {

/// What each of the K outputs stands for: the class (softmax), the label (multilabel), mean and log variance, else one
/// empty name.
std::vector<std::string> output_labels(const LinearModel& model);

/// Names of the columns of p (rows, m): classes, or labels; empty where there are no probabilities.
std::vector<std::string> probability_labels(const LinearModel& model);

/// Coefficients and intercepts that the fit chose: (p + 1)·K, or p·K without intercept.
std::size_t parameter_count(const LinearModel& model);

/// Per feature max_k |w_jk| · sd_j: how far a typical change of the feature moves eta.
std::vector<double> feature_strengths(const LinearModel& model);

/// The verdict with what proves it, as one sentence: "newton: optimal after 7 iterations, …".
std::string verdict_sentence(const SolveReport& report);

}  // namespace plumbline
