#pragma once

#include <string>

#include "plumbline/losses/loss.hpp"

namespace plumbline {

enum class Task { regression, binary, multiclass, multilabel };

/// The losses by the names that users give them (`--loss`).
enum class LossKind {
  squared,
  absolute,
  quantile,
  huber,
  gaussian,
  logistic,
  softmax,
  hinge,
  squared_hinge,
  focal,
  brier,
  squared_on_sigmoid
};

/// The inverse of the function from eta to the prediction (E.4.20). softmax: the shares of the classes.
enum class Link { identity, logit, probit, cloglog, softmax };

/// Of the gaussian loss: one σ for all rows, or log σ² as a second linear predictor.
enum class VarianceModel { constant, linear };

/// A loss with its constants, as a user chooses it; the constants of other losses keep their defaults. Every default
/// stands here.
struct LossSettings {
  LossKind kind = LossKind::squared;
  Link link = Link::identity;
  double quantile = 0.5;                             ///< quantile: the level, in (0, 1)
  double huber_delta = 1;                            ///< huber: where the parabola ends, in target units, > 0
  double focal_gamma = 2;                            ///< focal: >= 0
  double label_smoothing = 0;                        ///< logistic (logit), softmax: in [0, 1)
  VarianceModel variance = VarianceModel::constant;  ///< gaussian
  bool firth = false;                                ///< binary logistic (logit): Firth's bias-reducing penalty
};

const char* name_of(Task task);
const char* name_of(LossKind loss);
const char* name_of(Link link);
const char* name_of(VarianceModel variance);

/// The loss that belongs to a task: squared, logistic, softmax.
LossSettings default_loss(Task task);

/// The link that goes with a loss and a task unless another is asked for.
Link default_link(LossKind kind, Task task);

/// Whether a loss serves a task at all.
bool serves(LossKind kind, Task task);

/// Throws UsageError, saying what would do instead, unless loss, link and constants go together and serve the task.
void check_loss(const LossSettings& settings, Task task);

/// Whether eta turns into probabilities: not for regression, nor for hinge losses and least squares on classes.
bool gives_probabilities(const LossSettings& settings, Task task);

/// The loss to be minimised. `labels`: m for a task with classes, the number of labels for multilabel, else 1. `sigma`
/// is that of the gaussian loss with constant variance.
Loss make_loss(const LossSettings& settings, Task task, std::size_t labels, double sigma = 1);

/// K of that loss.
std::size_t outputs_of(const LossSettings& settings, Task task, std::size_t labels);

}  // namespace plumbline
