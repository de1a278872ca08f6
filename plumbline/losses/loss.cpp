#include "plumbline/losses/loss.hpp"

#include <type_traits>

namespace plumbline {

LossTraits traits_of(const Loss& loss) {
  return std::visit(
      [](const auto& l) {
        LossTraits traits = l.kTraits;
        if constexpr (std::is_same_v<std::decay_t<decltype(l)>, FocalLoss>) traits.convex = l.gamma == 0;
        return traits;
      },
      loss);
}

std::size_t outputs_of(const Loss& loss) {
  return std::visit([](const auto& l) { return l.outputs(); }, loss);
}

OutputPairs curvature_blocks_of(const Loss& loss) {
  return std::visit([](const auto& l) { return l.curvature_blocks(); }, loss);
}

bool mixes_outputs(const Loss& loss) { return curvature_blocks_of(loss).size() > outputs_of(loss); }

bool is_shift_invariant(const Loss& loss) {
  const bool by_softmax = std::holds_alternative<SoftmaxLoss>(loss) || std::holds_alternative<FocalLoss>(loss) ||
                          std::holds_alternative<BrierLoss>(loss);
  return by_softmax && outputs_of(loss) > 1;
}

void evaluate(const Loss& loss, const double* y, const double* eta, std::size_t rows, const LossTile& out) {
  std::visit([&](const auto& l) { l.evaluate(y, eta, rows, out); }, loss);
}

}  // namespace plumbline
