#pragma once

#include <algorithm>
#include <string>

#include "plumbline/autodiff/primitive.hpp"
#include "plumbline/losses/loss.hpp"

namespace plumbline::autodiff {

/// How many numbers a row's target has: the labels of a multilabel loss, else 1.
std::size_t target_width(const Loss& loss);

/// The losses l(y_i, eta_i) of rows of predictors eta (n, K), as (n, 1), by the hand-written formulas of losses/: their
/// gradient is the adjoint, their curvature what duals need of it. Evaluated in double precision whatever the scalar.
/// The caller keeps the loss and the targets, (n, target_width), until the tape is cleared.
struct RowLosses {
  const Loss* loss = nullptr;
  const double* target = nullptr;
  std::size_t rows = 0;

  Shape shape(std::span<const Shape> in) const;
  std::size_t saved(std::span<const Shape> in) const { return in[0].size(); }

  template <class S>
  void value(const Step<S>& step) const {
    const View<const S> eta = step.in(0);
    const std::size_t outputs = eta.shape.columns, most = std::min(rows, kTile);
    const OutputPairs pairs = ScalarTraits<S>::is_dual ? curvature_blocks_of(*loss) : OutputPairs{};
    auto* cells = step.template scratch<double>(most * (1 + 2 * outputs + pairs.size()));
    double *value = cells, *x = value + most, *gradient = x + most * outputs, *curvature = gradient + most * outputs;
    for (std::size_t first = 0; first < rows; first += kTile) {
      const std::size_t here = std::min(kTile, rows - first);
      const S* from = eta.row(first);
      for (std::size_t c = 0; c < here * outputs; ++c) x[c] = static_cast<double>(value_of(from[c]));
      const LossTile tile{value, gradient, pairs.empty() ? nullptr : curvature};
      evaluate(*loss, target + first * target_width(*loss), x, here, tile);
      for (std::size_t c = 0; c < here * outputs; ++c) step.saved()[first * outputs + c] = scalar_cast<S>(gradient[c]);
      for (std::size_t i = 0; i < here; ++i) step.out().data[first + i] = scalar_cast<S>(value[i]);
      if constexpr (ScalarTraits<S>::is_dual) add_tangents(step, first, {pairs, curvature, here});
    }
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    const View<const S> deta = step.in_tangent(0);
    const std::size_t outputs = deta.shape.columns;
    for (std::size_t i = 0; i < rows; ++i) {
      S& sum = step.out_tangent().data[i] = S{};
      for (std::size_t k = 0; k < outputs; ++k) sum += step.saved()[i * outputs + k] * deta(i, k);
    }
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    const View<S> geta = step.in_adjoint(0);
    const std::size_t outputs = geta.shape.columns;
    for (std::size_t i = 0; i < rows; ++i) {
      const S g = step.out_adjoint().data[i];
      for (std::size_t k = 0; k < outputs; ++k) geta(i, k) += step.saved()[i * outputs + k] * g;
    }
  }

 private:
  static constexpr std::size_t kTile = 256;  ///< rows evaluated at once

  struct Curvature {
    const OutputPairs& pairs;
    const double* cells;  ///< (pairs, rows)
    std::size_t rows;
  };
  /// How values and gradients of a tile move with eta.
  template <class T>
  void add_tangents(const Step<Dual<T>>& step, std::size_t first, const Curvature& curvature) const {
    const std::size_t outputs = step.in(0).shape.columns;
    for (std::size_t i = 0; i < curvature.rows; ++i) {
      const Dual<T>* eta = step.in(0).row(first + i);
      Dual<T>* gradient = step.saved() + (first + i) * outputs;
      for (std::size_t k = 0; k < outputs; ++k) {
        step.out().data[first + i].tangent += gradient[k].value * eta[k].tangent;
      }
      for (std::size_t q = 0; q < curvature.pairs.size(); ++q) {
        const auto [a, b] = curvature.pairs[q];
        const T h = static_cast<T>(curvature.cells[q * curvature.rows + i]);
        gradient[a].tangent += h * eta[b].tangent;
        if (a != b) gradient[b].tangent += h * eta[a].tangent;
      }
    }
  }
};

}  // namespace plumbline::autodiff
