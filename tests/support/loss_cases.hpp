#pragma once

#include <string>
#include <vector>

#include "support/problem.hpp"

namespace plumbline::testing {

struct LossCase {
  std::string name;
  Loss loss;
};

/// Every loss, in every form; three classes where there are several.
inline std::vector<LossCase> all_losses() {
  return {{"squared", SquaredLoss{}},
          {"absolute", AbsoluteLoss{}},
          {"quantile", QuantileLoss{0.3}},
          {"huber", HuberLoss{0.7}},
          {"gaussian", GaussianLoss{0.3}},
          {"heteroscedastic", HeteroscedasticLoss{}},
          {"logistic", LogisticLoss{1}},
          {"logistic_smoothed", LogisticLoss{1, 0.1}},
          {"softmax", SoftmaxLoss{3}},
          {"softmax_smoothed", SoftmaxLoss{3, 0.1}},
          {"probit", ProbitLoss{}},
          {"cloglog", CloglogLoss{}},
          {"hinge", HingeLoss{}},
          {"squared_hinge", SquaredHingeLoss{}},
          {"focal_0", FocalLoss{0, 1}},
          {"focal_0_of_3", FocalLoss{0, 3}},
          {"focal", FocalLoss{2, 1}},
          {"focal_of_3", FocalLoss{2, 3}},
          {"brier", BrierLoss{1}},
          {"brier_of_3", BrierLoss{3}},
          {"squared_on_sigmoid", SquaredOnSigmoidLoss{}},
          {"one_hot_squared", OneHotSquaredLoss{3}}};
}

/// Those that `belongs` says yes to.
template <class Belongs>
std::vector<LossCase> losses_where(Belongs belongs) {
  std::vector<LossCase> chosen;
  for (const LossCase& each : all_losses()) {
    if (belongs(each.loss)) chosen.push_back(each);
  }
  return chosen;
}

/// The kind of target that a loss takes, as random_problem() draws them.
inline LossKind target_kind(const Loss& loss) {
  if (!traits_of(loss).classification) return LossKind::squared;
  return outputs_of(loss) == 1 ? LossKind::logistic : LossKind::softmax;
}

/// A random problem with targets that suit `loss`; rows weigh 0 to 3.25.
inline Problem problem_for(const Loss& loss, std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Problem problem = random_problem({rows, columns, target_kind(loss), Storage::f64, true}, seed);
  problem.loss = loss;
  return problem;
}

}  // namespace plumbline::testing
