#pragma once

#include <string>
#include <vector>

#include "plumbline/models/loss_settings.hpp"

namespace plumbline {

/// What there is to know of a loss of one row; docs/losses.md and the printed objective are made of these.
struct LossFacts {
  LossSettings settings;
  Task task = Task::regression;  ///< the simplest one it serves in this form
  const char* formula;           ///< l(y, η), η_i for row i
  const char* derivative;        ///< ∂l/∂η
  const char* domain;            ///< what y is, and what η stands for
  const char* likelihood;        ///< the distribution whose −log it is, or "none"
  const char* shape;             ///< convex, smooth, …
  const char* source;            ///< equations of the subject, or the paper
};

/// Every loss in every form, in the order in which users meet them.
const std::vector<LossFacts>& all_loss_facts();

/// The entry for these settings and this task.
const LossFacts& loss_facts(const LossSettings& settings, Task task);

/// l(y, η) with the user's constants in place of their names: the summand of the printed objective.
std::string loss_formula(const LossSettings& settings, Task task);

}  // namespace plumbline
