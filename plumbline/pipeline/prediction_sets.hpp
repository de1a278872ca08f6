#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/conformal/intervals.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/pipeline/fit.hpp"
#include "plumbline/pipeline/fit_rows.hpp"
#include "plumbline/pipeline/jackknife_rows.hpp"
#include "plumbline/pipeline/scoring.hpp"

namespace plumbline {

/// Throws UsageError for a miscoverage that is not between 0 and 1.
void check_miscoverage(const ConformalChoice& choice);

/// Throws UsageError where a method does not go with task, loss or what is calibrated, or needs calibration rows where
/// there are none (`rows` says whether).
void check_conformal(const TrustOptions& options, const LossSettings& loss, Task task, bool rows);

/// The method that the options mean for a model: lac for classes; for a regression absolute residuals, scaled where the
/// variance is predicted. None for several labels (a set of labels that may all be true has no single true class to
/// cover), for `none`, and by auto where there are no calibration rows.
std::optional<ConformalMethod> conformal_method(const ConformalChoice& choice, const LinearModel& model, bool rows);

/// `--conformal cqr`: the model's quantiles, by two fits of the pinball loss to the training rows at the levels α/2 and
/// 1 − α/2, with the l2, the standardisation and the intercept of the fit itself. Gives notes on fits without a proved
/// optimum (coverage does not depend on it; widths do).
std::vector<std::string> fit_quantiles(const std::function<LinearModel(const FitOptions&)>& fit,
                                       const FitOptions& options, LinearModel& model);

/// The model's rule by rows that neither the model nor the calibrator has seen, replacing what it had (a threshold is
/// good for the probabilities that it was made with, and no others). With cqr the quantiles must be there. Notes: why
/// there is no rule, or why its sets are full.
std::vector<std::string> set_conformal_rule(const Dataset& data, const PickedRows& held, const ConformalChoice& choice,
                                            LinearModel& model);

/// Sets or intervals of some rows.
struct PredictionSets {
  std::vector<std::uint8_t> classes;  ///< (n, m): 1 where the class is in the set; empty for a regression
  std::vector<Interval> intervals;    ///< (n); empty for classes
};

/// Those of rows [begin, begin + scores' rows) of a data set, of a model with a rule; draws depend on the model's seed
/// and the row's record. jackknife+: by `training`, which must be there.
PredictionSets prediction_sets(const LinearModel& model, const Dataset& data, std::size_t begin, const Scores& scores,
                               const JackknifeRows* training);

/// Coverage and size on rows with targets; none where the model has no rule, or jackknife+ without its training rows.
std::optional<SetSummary> evaluate_sets(const LinearModel& model, const Dataset& data, std::size_t begin,
                                        std::size_t count, const JackknifeRows* training);

}  // namespace plumbline
