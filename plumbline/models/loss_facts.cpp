#include "plumbline/models/loss_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

constexpr const char* kConvexSmooth = "convex, smooth";
constexpr const char* kConvexKinked = "convex, not smooth";
constexpr const char* kNotConvex = "not convex, smooth";
constexpr const char* kTwoClasses = "y in {0, 1}, p = σ(η)";
constexpr const char* kClasses = "y one of m classes, p = softmax(η)";

LossSettings of(LossKind kind, Link link) {
  LossSettings settings;
  settings.kind = kind;
  settings.link = link;
  return settings;
}

LossSettings heteroscedastic() {
  LossSettings settings = of(LossKind::gaussian, Link::identity);
  settings.variance = VarianceModel::linear;
  return settings;
}

std::vector<LossFacts> regression_facts() {
  const auto identity = [](LossKind kind) { return of(kind, Link::identity); };
  constexpr Task kTask = Task::regression;
  return {
      {identity(LossKind::squared), kTask, "½ (η_i − y_i)²", "η − y", "y real, η its mean",
       "Gaussian, σ the same for all rows", kConvexSmooth, "E.4.1, D.4.2"},
      {identity(LossKind::absolute), kTask, "|y_i − η_i|", "−sign(y − η)", "y real, η its median", "Laplace",
       kConvexKinked, "E.4.3, F.4.1"},
      {identity(LossKind::quantile), kTask, "max(Q (y_i − η_i), (Q − 1)(y_i − η_i))", "−Q where y > η, else 1 − Q",
       "y real, η its Q-quantile; Q in (0, 1)", "asymmetric Laplace", kConvexKinked, "Koenker and Bassett 1978"},
      {identity(LossKind::huber), kTask, "H(y_i − η_i), H(e) = ½e² for |e| ≤ D, else D (|e| − D/2)",
       "−e for |e| ≤ D, else −D sign(e)", "y real; D > 0 in its units", "none", "convex, once differentiable",
       "E.4.3, F.4.1"},
      {identity(LossKind::gaussian), kTask, "log σ + ½ log 2π + (y_i − η_i)²/(2σ²)",
       "(η − y)/σ²; σ² = mean squared residual at the optimum", "y real, η its mean", "Gaussian, σ fitted",
       "convex in η for given σ, smooth", "E.4.2, E.4.9"},
      {heteroscedastic(), kTask, "½ log 2π + ½ v_i + ½ (y_i − η_i)² exp(−v_i)",
       "(η − y) exp(−v); ½ − ½ (y − η)² exp(−v)", "y real, η its mean, v = log σ² a second linear predictor",
       "Gaussian, σ fitted row by row", kNotConvex, "E.4.2, E.4.9"},
  };
}

std::vector<LossFacts> binary_facts() {
  constexpr Task kTask = Task::binary;
  return {
      {of(LossKind::logistic, Link::logit), kTask, "log(1 + exp(η_i)) − y_i η_i", "p − y", kTwoClasses, "Bernoulli",
       kConvexSmooth, "E.4.19, D.4.6, S(25)(26)"},
      {of(LossKind::logistic, Link::probit), kTask, "−log Φ((2y_i − 1) η_i)", "−z φ(zη)/Φ(zη), z = 2y − 1",
       "y in {0, 1}, p = Φ(η)", "Bernoulli", kConvexSmooth, "E.4.20"},
      {of(LossKind::logistic, Link::cloglog), kTask, "(1 − y_i) exp(η_i) − y_i log(1 − exp(−exp(η_i)))",
       "exp(η) (1 − y/p)", "y in {0, 1}, p = 1 − exp(−exp(η))", "Bernoulli", kConvexSmooth, "E.4.20"},
      {of(LossKind::hinge, Link::identity), kTask, "max(0, 1 − z_i η_i), z_i = 2y_i − 1", "−z where zη < 1, else 0",
       "y in {0, 1}; η is no probability", "none", kConvexKinked, "N3.2"},
      {of(LossKind::squared_hinge, Link::identity), kTask, "max(0, 1 − z_i η_i)², z_i = 2y_i − 1", "−2z max(0, 1 − zη)",
       "y in {0, 1}; η is no probability", "none", "convex, once differentiable", "N3.2"},
      {of(LossKind::focal, Link::logit), kTask, "−(1 − q_i)^G log q_i, q_i = p of the true class",
       "z (1 − q)^G (G q log q − 1 + q), z = 2y − 1", kTwoClasses, "none (G = 0: Bernoulli)",
       "not convex for G > 0, smooth", "§4.3.4; Lin et al. 2017"},
      {of(LossKind::brier, Link::logit), kTask, "2 (p_i − y_i)², p_i = σ(η_i)", "4 (p − y) p (1 − p)", kTwoClasses,
       "none", kNotConvex, "§4.2"},
      {of(LossKind::squared_on_sigmoid, Link::logit), kTask, "½ (σ(η_i) − y_i)²", "(p − y) p (1 − p)", kTwoClasses,
       "none", kNotConvex, "L"},
  };
}

std::vector<LossFacts> multiclass_facts() {
  constexpr Task kTask = Task::multiclass;
  return {
      {of(LossKind::softmax, Link::softmax), kTask, "log Σ_k exp(η_ik) − η_i,y_i", "p − onehot(y)", kClasses,
       "categorical", kConvexSmooth, "E.4.17, E.4.18, S(22)"},
      {of(LossKind::squared, Link::identity), kTask, "½ Σ_k (η_ik − [y_i = k])²", "η − onehot(y)",
       "y one of m classes; η estimates p, unbounded", "none", kConvexSmooth, "§4.2"},
      {of(LossKind::focal, Link::softmax), kTask, "−(1 − p_i,y_i)^G log p_i,y_i",
       "([y = k] − p_k) (G q (1 − q)^(G − 1) log q − (1 − q)^G), q = p_y", kClasses, "none (G = 0: categorical)",
       "not convex for G > 0, smooth", "§4.3.4; Lin et al. 2017"},
      {of(LossKind::brier, Link::softmax), kTask, "Σ_k (p_ik − [y_i = k])²",
       "2 p_k [p_k − [y = k] − Σ_j p_j (p_j − [y = j])]", kClasses, "none", kNotConvex, "§4.2"},
      {of(LossKind::logistic, Link::logit), Task::multilabel, "Σ_k [log(1 + exp(η_ik)) − y_ik η_ik]", "p − y",
       "y in {0, 1} for each label, p = σ(η)", "independent Bernoulli", kConvexSmooth, "P, E.4.19"},
  };
}

bool same_form(const LossFacts& facts, const LossSettings& settings, Task task) {
  const bool per_class =
      task == Task::multiclass ||
      (task == Task::binary && (settings.kind == LossKind::softmax || settings.kind == LossKind::squared));
  return facts.settings.kind == settings.kind && facts.settings.link == settings.link &&
         facts.settings.variance == settings.variance && facts.task == (per_class ? Task::multiclass : task);
}

void put_constant(std::string& formula, char name, double value) {
  const std::string text = fmt::format("{}", value);
  std::string result;
  for (std::size_t i = 0; i < formula.size(); ++i) {
    const auto letter = [&](std::size_t at) {
      return at < formula.size() && std::isalpha(static_cast<unsigned char>(formula[at])) != 0;
    };
    const bool alone = formula[i] == name && !letter(i + 1) && (i == 0 || !letter(i - 1));
    if (alone) {
      result += text;
    } else {
      result += formula[i];
    }
  }
  formula = result;
}

}  // namespace

const std::vector<LossFacts>& all_loss_facts() {
  static const std::vector<LossFacts> kAll = [] {
    std::vector<LossFacts> facts = regression_facts();
    for (const std::vector<LossFacts>& more : {binary_facts(), multiclass_facts()}) {
      facts.insert(facts.end(), more.begin(), more.end());
    }
    return facts;
  }();
  return kAll;
}

const LossFacts& loss_facts(const LossSettings& settings, Task task) {
  const std::vector<LossFacts>& all = all_loss_facts();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const LossFacts& facts) { return same_form(facts, settings, task); });
  require(found != all.end(), "loss_facts", "settings", "a loss that serves the task");
  return *found;
}

std::string loss_formula(const LossSettings& settings, Task task) {
  std::string formula = loss_facts(settings, task).formula;
  if (settings.kind == LossKind::quantile) put_constant(formula, 'Q', settings.quantile);
  if (settings.kind == LossKind::huber) put_constant(formula, 'D', settings.huber_delta);
  if (settings.kind == LossKind::focal) put_constant(formula, 'G', settings.focal_gamma);
  if (settings.label_smoothing > 0) {
    formula += fmt::format(", y smoothed: (1 − {0}) onehot(y) + {0}/m", settings.label_smoothing);
  }
  return formula;
}

}  // namespace plumbline
