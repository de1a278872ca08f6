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

/// The penalty read as a Gaussian prior (N3.3): its variance for each coefficient that is penalised with factor 1,
/// 1/(Σs·l2) where the loss is −log of a likelihood, σ² times that for squared loss (σ² the mean squared residual,
/// where it is 0 there is no scale to speak of); NaN where l2 = 0 or the loss is no likelihood.
double prior_variance(const LinearModel& model);
/// The same as a sentence, empty where there is none.
std::string prior_sentence(const LinearModel& model);

/// The verdict with what proves it, as one sentence: "newton: optimal after 7 iterations, …".
std::string verdict_sentence(const SolveReport& report);

}  // namespace plumbline
