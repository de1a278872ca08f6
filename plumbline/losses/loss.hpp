#pragma once

#include <variant>

#include "plumbline/losses/class_losses.hpp"
#include "plumbline/losses/regression_losses.hpp"

namespace plumbline {

/// The losses that linear models are fitted with.
using Loss = std::variant<SquaredLoss, LogisticLoss, SoftmaxLoss, AbsoluteLoss, QuantileLoss, HuberLoss, GaussianLoss,
                          HeteroscedasticLoss, ProbitLoss, CloglogLoss, HingeLoss, SquaredHingeLoss, FocalLoss,
                          BrierLoss, SquaredOnSigmoidLoss, OneHotSquaredLoss>;

/// Focal loss with γ = 0 is cross-entropy, and convex.
LossTraits traits_of(const Loss& loss);

/// K.
std::size_t outputs_of(const Loss& loss);

/// Pairs of outputs with a curvature of their own; `mixes` says whether any of two different ones.
OutputPairs curvature_blocks_of(const Loss& loss);
bool mixes_outputs(const Loss& loss);

/// Whether l is unchanged by one shift of all outputs: p comes from softmax.
bool is_shift_invariant(const Loss& loss);

/// l, gradient and curvature of a tile, whatever the loss.
void evaluate(const Loss& loss, const double* y, const double* eta, std::size_t rows, const LossTile& out);

}  // namespace plumbline
