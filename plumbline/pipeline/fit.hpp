#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plumbline/conformal/class_sets.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/data/polynomial_terms.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/metrics/metrics.hpp"
#include "plumbline/models/linear_model.hpp"
#include "plumbline/pipeline/network_choice.hpp"
#include "plumbline/pipeline/trust.hpp"
#include "plumbline/solvers/options.hpp"

namespace plumbline {

/// How a table is read and which columns count: shared by every command that takes DATA.
struct TableOptions {
  std::optional<Format> format;
  std::optional<char> delimiter;
  bool header = true;
  std::optional<std::vector<std::string>> missing_values;  ///< replaces the default list
  std::string labels_path;
  std::string id_column;       ///< names rows in outputs; never a feature
  std::size_t threads = 0;     ///< 0: all cores
  std::size_t block_rows = 0;  ///< rows a RowBlock holds; changes no result
};

/// What the classes weigh beside their rows: all the same, each class as much as any other, or as a file says.
enum class ClassWeighting { none, balanced, file };

/// What standard errors and confidence limits a fit works out.
struct InferenceChoice {
  std::optional<CovarianceKind> robust;  ///< hc0 … hc3; absent: classical
  std::string cluster_column;            ///< rows of one value are one cluster; never a feature; not beside `robust`
  double level = 0.95;                   ///< of the limits, in (0, 1)
  IntervalKind intervals = IntervalKind::wald;
};

/// All that `plumbline fit` takes; every default stands here and nowhere else.
struct FitOptions {
  std::vector<std::string> target;
  TableOptions table;
  std::optional<Task> task;      ///< by the target if absent, or by the loss where it serves one task only
  std::optional<LossKind> loss;  ///< by the task if absent
  std::optional<Link> link;      ///< by the loss if absent
  LossSettings loss_constants;   ///< kind and link do not count here
  std::optional<double> l2;      ///< default: 0 for regression, 1/n for classification
  bool choose_l2 = false;        ///< --l2 auto
  std::string penalty_factors_path;
  ClassWeighting class_weights = ClassWeighting::none;
  std::string class_weights_path;   ///< a table of weights, if class_weights says so
  std::optional<bool> standardize;  ///< default: on, off for IDX
  bool intercept = true;
  SolverChoice solver = SolverChoice::automatic;
  SolverOptions solver_options;
  NetworkChoice network;       ///< hidden layers and their training
  std::string test_path;       ///< --test-data
  double test_fraction = 0.2;  ///< of all rows; 0 with test_path
  double calibration_fraction = 0.2;
  bool stratify = true;
  std::uint64_t seed = 0;
  MissingPolicy missing = MissingPolicy::impute;
  std::size_t max_levels = 100;
  std::vector<std::string> drop, keep;
  std::string weights_column;
  InferenceChoice inference;
  std::vector<PolynomialChoice> polynomials;  ///< --poly
  std::string save_split_path;                ///< --save-split
  std::string trace_path;                     ///< --trace
  TrustOptions trust;                         ///< calibration and costs (trust.hpp)
  bool posterior = false;                     ///< keep the posterior of the weights in the model (model_posterior.hpp)
};

/// The figures of one set of rows.
struct MetricSet {
  std::size_t rows = 0;
  NamedFigures figures;
};

struct LeftOut {
  std::string column;
  std::string why;
};

/// What a fit returns: the immutable model, and what was seen while making it.
struct FitResult {
  LinearModel model;
  std::vector<LeftOut> left_out;
  std::size_t dropped_rows = 0;
  MetricSet train;
  std::optional<MetricSet> test;  ///< none without test rows
  MetricSet baseline;  ///< the intercept-only model (training mean, class shares) on the test rows, else on train
  std::vector<std::vector<double>> confusion;  ///< classification: counts[predicted][true] on test, else train
  bool confusion_on_test = false;
  std::optional<CalibrationResult> calibration;  ///< none for a regression
  std::optional<RealisedCost> cost;              ///< on test, else train, where the model has costs
  std::optional<SetSummary> sets;                ///< of the model's prediction sets on the test rows
  std::vector<std::string> notes;                ///< sentences worth reading: what was left out, mapped, counted
};

/// Throws UsageError where one column is given two roles (target, weights, id, left out).
void check_roles(const FitOptions& options);

/// Reads, splits, encodes, fits and tests. Throws UsageError, DataError, FileError, Cancelled; a numerical outcome is
/// never thrown but is the verdict in model.report. Nothing is saved but options.save_split_path and trace_path.
FitResult fit(const std::string& path, const FitOptions& options, Progress& progress = silent_progress());

}  // namespace plumbline
