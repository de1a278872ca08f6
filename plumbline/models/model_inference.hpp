#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "plumbline/inference/coefficient_precision.hpp"
#include "plumbline/inference/model_summary.hpp"

namespace plumbline {

/// How confidence limits are found: estimate ± quantile·standard error, or where the profile likelihood falls.
enum class IntervalKind { wald, profile };

inline constexpr std::array kCovarianceKinds{CovarianceKind::classical, CovarianceKind::hc0, CovarianceKind::hc1,
                                             CovarianceKind::hc2,       CovarianceKind::hc3, CovarianceKind::cluster};
inline constexpr std::array kRobustKinds{CovarianceKind::hc0, CovarianceKind::hc1, CovarianceKind::hc2,
                                         CovarianceKind::hc3};  ///< what `--robust` takes
inline constexpr std::array kIntervalKinds{IntervalKind::wald, IntervalKind::profile};
inline constexpr std::array kUndetermined{Undetermined::no, Undetermined::constant, Undetermined::collinear,
                                          Undetermined::singular, Undetermined::no_degrees_of_freedom};

const char* name_of(CovarianceKind kind);
const char* name_of(IntervalKind kind);
/// "determined", "constant", "collinear", "singular", "no_degrees_of_freedom".
const char* name_of(Undetermined state);

struct LinearModel;
struct LinearPredictor;

/// What classical theory says of a fitted model: all but the estimates, which the predictor holds.
struct ModelInference {
  /// (d): p features, then the intercept at x = 0 where there is one.
  using Table = std::vector<CoefficientPrecision>;

  CovarianceKind covariance = CovarianceKind::classical;
  IntervalKind intervals = IntervalKind::wald;
  double level = 0.95;         ///< of the confidence limits
  std::string cluster_column;  ///< empty: no clusters, or rows in memory
  std::size_t clusters = 0;
  double degrees_of_freedom = std::numeric_limits<double>::infinity();  ///< of t; ∞: normal
  std::string reason;            ///< why no coefficient has a standard error; empty: some have
  std::vector<Table> tables;     ///< (K); softmax: of the coefficients that sum to zero over the classes
  std::vector<Table> contrasts;  ///< softmax: (K − 1), each class minus the first; else empty
  ModelSummary summary;          ///< residual_sd and r2 as in the model

  bool uses_t() const { return degrees_of_freedom < std::numeric_limits<double>::infinity(); }
};

/// Fills in statistics, p-values and Wald limits of all tables from the standard errors and states that they hold, with
/// the estimates of `predictor`: a saved model holds no more than those. Profile limits are left as they are.
void complete_tables(const LinearPredictor& predictor, ModelInference& inference);

/// residual_sd and r2 of the summary from the model, which holds them.
void adopt_residual_figures(LinearModel& model);

}  // namespace plumbline
