#include "plumbline/solvers/kinked_fit.hpp"

#include <variant>

#include "plumbline/core/errors.hpp"

namespace plumbline {

InteriorPointRun solve_by_interior_point(EmpiricalRisk& risk, const InteriorPointOptions& options,
                                         const Monitor& monitor) {
  InteriorPointProblem problem{KinkedLoss::absolute, 0.5, risk.l2(), risk.weight_sum()};
  if (const auto* quantile = std::get_if<QuantileLoss>(&risk.loss())) {
    problem.loss = KinkedLoss::quantile;
    problem.quantile = quantile->quantile;
  } else if (std::holds_alternative<HingeLoss>(risk.loss())) {
    problem.loss = KinkedLoss::hinge;
  } else {
    require(std::holds_alternative<AbsoluteLoss>(risk.loss()), "solve_by_interior_point", "loss",
            "absolute, quantile or hinge");
  }
  return solve_by_interior_point(risk.source(), risk.coordinates(), problem, options, monitor);
}

}  // namespace plumbline
