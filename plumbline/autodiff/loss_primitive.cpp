#include "plumbline/autodiff/loss_primitive.hpp"

namespace plumbline::autodiff {

std::size_t target_width(const Loss& loss) {
  const auto* logistic = std::get_if<LogisticLoss>(&loss);
  return logistic == nullptr ? 1 : logistic->labels;
}

Shape RowLosses::shape(std::span<const Shape> in) const {
  const Shape expected{rows, outputs_of(*loss)};
  require_that(in[0] == expected, "row_losses", "eta", [&] { return describe(expected) + ", got " + describe(in[0]); });
  return {rows, 1};
}

}  // namespace plumbline::autodiff
