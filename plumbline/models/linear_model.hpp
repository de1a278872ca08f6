#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/calibration/calibrator.hpp"
#include "plumbline/conformal/conformal_rule.hpp"
#include "plumbline/data/encoding.hpp"
#include "plumbline/data/polynomial_terms.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/decision/cost_matrix.hpp"
#include "plumbline/models/loss_settings.hpp"
#include "plumbline/models/model_inference.hpp"
#include "plumbline/models/network_predictor.hpp"
#include "plumbline/models/saved_posterior.hpp"
#include "plumbline/solvers/l2_path_curve.hpp"
#include "plumbline/solvers/solve_report.hpp"

namespace plumbline {

/// eta = (x − center) W + b, in the user's units. `center` keeps the rounding of large offsets (a column of years) out
/// of eta; it is all zero for sparse rows.
struct LinearPredictor {
  std::size_t features = 0;              ///< p
  std::size_t outputs = 0;               ///< K: 1, m (softmax) or the number of labels
  std::vector<double> coefficients;      ///< (p, K): coefficients[j·K + k]
  std::vector<double> center;            ///< (p)
  std::vector<double> center_intercept;  ///< (K): b, the intercept at x = center
  bool has_intercept = true;
  std::vector<double> coefficients_low;      ///< (p, K): what the coefficients have beyond double, or empty
  std::vector<double> center_intercept_low;  ///< (K) of the intercept, or empty
  std::vector<PolynomialTerms> polynomials;  ///< columns that are powers of another one: Encoder::polynomials()

  /// (K): the intercept at x = 0, as users know it: b − centerᵀ W.
  std::vector<double> intercept() const;
};

/// Where the training rows came from: enough for later commands to find the same rows again.
struct TrainingRecord {
  std::uint64_t seed = 0;
  std::size_t rows = 0;  ///< records read
  std::size_t train_rows = 0, calibration_rows = 0, test_rows = 0;
  double test_fraction = 0, calibration_fraction = 0;
  bool stratify = true;
  std::uint64_t fingerprint = 0;  ///< of the encoded table and targets
  double weight_sum = 0;          ///< Σs over the training rows
  /// By class index: what row weights were multiplied by (`--class-weights`); empty: nothing.
  std::vector<double> class_weights{};
  std::size_t validation_rows = 0;  ///< of a network, for early stopping
};

/// A fitted model: immutable once made, predicts, and is all that its file holds.
struct LinearModel {
  Task task = Task::regression;
  LossSettings loss;
  std::vector<std::string> targets;  ///< target columns; empty where the format carries its target
  std::vector<std::string> classes;  ///< binary, multiclass: labels by class index, in order; else: empty
  bool numeric_classes = false;      ///< labels are compared as numbers
  Encoder encoder;
  /// Of a network only features and outputs say anything: there are no coefficients.
  LinearPredictor predictor;
  std::optional<NetworkPredictor> network;  ///< in place of the linear predictor
  double l2 = 0;
  bool standardized = true;  ///< the penalty acted on standardised features
  std::vector<double>
      feature_scale;          ///< (p): standard deviation in training (0: constant), for reading the coefficients
  double residual_sd = 0;     ///< regression: sqrt(RSS/(Σs − rank)); NaN if no degrees of freedom are left
  double residual_sd_ml = 0;  ///< regression: sqrt(RSS/Σs), the σ of log_likelihood (E.4.9)
  double r2 = 0;              ///< regression: on the training rows
  std::optional<ModelInference> inference;  ///< standard errors and what follows from them, where theory has them
  std::string inference_reason;             ///< why there is no inference; empty where there is, or nobody said
  std::vector<double> penalty_factors;      ///< (p), or empty: 1 for all
  std::optional<L2Choice> l2_choice;        ///< --l2 auto: what l2 was chosen from; not in the model file
  std::string warning;                      ///< of the way it was solved; not in the model file
  std::string objective;                    ///< the formula, with its constants
  SolveReport report;
  TrainingRecord training;
  std::string weights_column;               ///< empty: none
  std::optional<SavedPosterior> posterior;  ///< of the weights, where there is one and it is not too large
  /// What turns class_logits into probabilities in place of the loss's own link: one, or for multilabel one a label (of
  /// two classes, some perhaps `none`); empty: nothing is calibrated.
  std::vector<Calibrator> calibrators;
  std::optional<CostMatrix> costs;         ///< of decisions, by class index; only where there are probabilities
  std::optional<ConformalRule> conformal;  ///< prediction sets or intervals, where there were rows to set them by
  /// cqr: the quantiles α/2 and 1 − α/2 of the target, K = 2, fitted to the same training rows and features.
  std::optional<LinearPredictor> quantiles;
  std::vector<NetworkPredictor> quantile_networks;  ///< the same of a network: two, each K = 1

  bool has_quantiles() const { return quantiles.has_value() || !quantile_networks.empty(); }
  std::size_t outputs() const { return predictor.outputs; }
  /// m for a task with classes, the number of labels for multilabel, else 1.
  std::size_t labels() const {
    return classifies() ? classes.size() : task == Task::multilabel ? targets.size() : std::size_t{1};
  }
  /// K as the loss asks for it.
  std::size_t expected_outputs() const { return outputs_of(loss, task, labels()); }
  bool has_probabilities() const { return !calibrators.empty() || gives_probabilities(loss, task); }
  bool classifies() const { return task == Task::binary || task == Task::multiclass; }
};

/// Whether labels are in the order of classes, none twice: strictly increasing, by value if `numeric` (all must be
/// finite numbers then), else bytewise. Saved models are read on this ground, labels are found by bisection.
bool in_class_order(const std::vector<std::string>& labels, bool numeric);

/// eta (rows, K) of one block of encoded rows. The same row gives the same bits in any block and for any threads.
/// Throws std::invalid_argument if the block's width is not predictor.features.
void linear_predictors(const LinearPredictor& predictor, const RowBlock& block, double* eta);

/// eta (rows, K) of the model, linear or a network.
void predictors(const LinearModel& model, const RowBlock& block, double* eta);

/// Class probabilities (rows, m) from eta (rows, K): binary (1 − p, p) with p by the link (logit: σ(eta)), each to full
/// relative accuracy; softmax; multilabel (rows, labels) sigmoids; calibrated where the model has calibrators. A row
/// with a NaN in eta (not predicted) is NaN. Only where model.has_probabilities() (else std::invalid_argument).
void probabilities(const LinearModel& model, const double* eta, std::size_t rows, double* p);

/// (rows, m): what classes are compared by, the largest being predicted: probabilities where the loss gives them, else
/// eta itself (hinge: −eta and eta; least squares on one-hot targets: eta). Binary and multiclass only.
void class_scores(const LinearModel& model, const double* eta, std::size_t rows, double* scores);

}  // namespace plumbline
