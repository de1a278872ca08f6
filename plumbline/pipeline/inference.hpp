#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/table.hpp"
#include "plumbline/models/linear_model.hpp"
#include "plumbline/pipeline/fit.hpp"
#include "plumbline/solvers/linear_fit.hpp"

namespace plumbline {

/// Throws UsageError for what contradicts itself: robust errors that are also clustered, profile limits beside either,
/// a level outside (0, 1).
void check_inference(const InferenceChoice& choice);

/// The same once loss and task are known: profile limits are of two classes, by logistic, probit or cloglog likelihood
/// at l2 = 0.
void check_inference(const FitOptions& options, const LossSettings& loss, Task task);

/// A fit that has been made, and what it was made of.
struct FittedRows {
  RowSource* rows = nullptr;  ///< training rows, with the weights of the fit
  const Loss* loss = nullptr;
  const LinearFit* fit = nullptr;
  const std::vector<std::uint64_t>* clusters = nullptr;  ///< (n), or empty
};

/// Sets model.inference, or model.inference_reason where theory has no standard errors for such a fit: a penalty, class
/// weights, a loss that is no likelihood, a verdict that is no optimum, … `model` is ready but for that. Costs what
/// coefficient_covariance() says, profile limits what profile_intervals() says. Throws Cancelled.
void add_inference(const FittedRows& fitted, const FitOptions& options, Progress& progress, LinearModel& model);

/// (count): the clusters of the rows in slots 0 … count − 1, a number for each value of a column of any type; slots of
/// the records as encode() takes them. Throws DataError where the cell of a record with a slot is missing.
std::vector<std::uint64_t> extract_clusters(const Table& table, const std::string& column,
                                            const std::vector<std::size_t>& slots, std::size_t count);

}  // namespace plumbline
