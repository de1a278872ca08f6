#pragma once

#include <algorithm>
#include <string>

#include "plumbline/autodiff/primitive.hpp"

namespace plumbline::autodiff {

/// A matrix, or its transpose, as a factor.
template <class S>
struct Factor {
  View<const S> of;
  bool transposed = false;

  Shape shape() const { return transposed ? Shape{of.shape.columns, of.shape.rows} : of.shape; }
  Factor flipped() const { return {of, !transposed}; }
};

/// out += a·b, or = without `add`. Real numbers go to kernels/product.hpp, rows shared between threads where there is
/// enough to do; any number of them gives the same bits.
void multiply_into(View<float> out, const Factor<float>& a, const Factor<float>& b, bool add);
void multiply_into(View<double> out, const Factor<double>& a, const Factor<double>& b, bool add);

/// Duals: (A + εA')(B + εB') = AB + ε(A'B + AB'), three real products on planes in `step`'s scratch memory.
template <class S, class T>
void multiply_planes(const Step<S>& step, View<Dual<T>> out, const Factor<Dual<T>>& a, const Factor<Dual<T>>& b,
                     bool add) {
  const auto split = [&step](View<const Dual<T>> x, Factor<T>& values, Factor<T>& tangents) {
    T* plane = step.template scratch<T>(2 * x.size());
    for (std::size_t c = 0; c < x.size(); ++c) {
      plane[c] = x.data[c].value;
      plane[x.size() + c] = x.data[c].tangent;
    }
    values.of = {plane, x.shape};
    tangents.of = {plane + x.size(), x.shape};
  };
  Factor<T> a_value{{}, a.transposed}, a_tangent{{}, a.transposed};
  Factor<T> b_value{{}, b.transposed}, b_tangent{{}, b.transposed};
  split(a.of, a_value, a_tangent);
  split(b.of, b_value, b_tangent);
  T* planes = step.template scratch<T>(2 * out.size());
  const View<T> value{planes, out.shape}, tangent{planes + out.size(), out.shape};
  multiply_into(value, a_value, b_value, false);
  multiply_into(tangent, a_tangent, b_value, false);
  multiply_into(tangent, a_value, b_tangent, true);
  for (std::size_t c = 0; c < out.size(); ++c) {
    const Dual<T> product{value.data[c], tangent.data[c]};
    out.data[c] = add ? out.data[c] + product : product;
  }
}

/// Either, for primitives: out (+)= a·b.
template <class S>
void multiply_into(const Step<S>& step, View<S> out, const Factor<S>& a, const Factor<S>& b, bool add) {
  if constexpr (ScalarTraits<S>::is_dual) {
    multiply_planes(step, out, a, b, add);
  } else {
    multiply_into(out, a, b, add);
  }
}

/// C = op(A)·op(B), op the transpose where said. With `batches` > 1 A and B are that many matrices of equal shape one
/// under the other, and so is C, of products of those that stand at the same place.
struct MatrixProduct {
  bool a_transposed = false;
  bool b_transposed = false;
  std::size_t batches = 1;

  Shape shape(std::span<const Shape> in) const {
    require_that(batches > 0 && in[0].rows % batches == 0 && in[1].rows % batches == 0, "MatrixProduct", "batches",
                 [&] { return "a divisor of the rows, got " + describe(in[0]) + " and " + describe(in[1]); });
    const Shape a =
        a_transposed ? Shape{in[0].columns, in[0].rows / batches} : Shape{in[0].rows / batches, in[0].columns};
    const Shape b =
        b_transposed ? Shape{in[1].columns, in[1].rows / batches} : Shape{in[1].rows / batches, in[1].columns};
    require_that(a.columns == b.rows, "MatrixProduct", "shapes", [&] {
      return "as many columns on the left as rows on the right, got " + describe(a) + " and " + describe(b);
    });
    return {a.rows * batches, b.columns};
  }
  template <class S>
  void value(const Step<S>& step) const {
    for (std::size_t i = 0; i < batches; ++i)
      multiply_into(step, piece(step.out(), i), left(step, i), right(step, i), false);
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    const View<const S> da = step.in_tangent(0), db = step.in_tangent(1);
    for (std::size_t i = 0; i < batches; ++i) {
      const View<S> out = piece(step.out_tangent(), i);
      if (da) multiply_into(step, out, {piece(da, i), a_transposed}, right(step, i), false);
      if (db) multiply_into(step, out, left(step, i), {piece(db, i), b_transposed}, static_cast<bool>(da));
    }
  }
  /// A += G·op(B)ᵀ and B += op(A)ᵀ·G, themselves transposed where A or B enter so.
  template <class S>
  void adjoint(const Step<S>& step) const {
    const View<S> ga = step.in_adjoint(0), gb = step.in_adjoint(1);
    for (std::size_t i = 0; i < batches; ++i) {
      const Factor<S> g{piece(step.out_adjoint(), i), false};
      if (ga && !a_transposed) multiply_into(step, piece(ga, i), g, right(step, i).flipped(), true);
      if (ga && a_transposed) multiply_into(step, piece(ga, i), right(step, i), g.flipped(), true);
      if (gb && !b_transposed) multiply_into(step, piece(gb, i), left(step, i).flipped(), g, true);
      if (gb && b_transposed) multiply_into(step, piece(gb, i), g.flipped(), left(step, i), true);
    }
  }

 private:
  template <class S>
  View<S> piece(const View<S>& of, std::size_t i) const {
    const Shape shape{of.shape.rows / batches, of.shape.columns};
    return {of.data + i * shape.size(), shape};
  }
  template <class S>
  Factor<S> left(const Step<S>& step, std::size_t i) const {
    return {piece(step.in(0), i), a_transposed};
  }
  template <class S>
  Factor<S> right(const Step<S>& step, std::size_t i) const {
    return {piece(step.in(1), i), b_transposed};
  }
};

/// X·W + 1b, a fully-connected layer before its activation (subject D.4.2, N5.2): x (n, p), w (p, K), b (1, K).
struct Affine {
  Shape shape(std::span<const Shape> in) const {
    const Shape x = in[0], w = in[1], b = in[2];
    require_that(x.columns == w.rows && b == Shape{1, w.columns}, "Affine", "shapes", [&] {
      return "n x p, p x K and 1 x K, got " + describe(x) + ", " + describe(w) + " and " + describe(b);
    });
    return {x.rows, w.columns};
  }
  template <class S>
  void value(const Step<S>& step) const {
    repeat_row(step.in(2), step.out());
    multiply_into(step, step.out(), {step.in(0), false}, {step.in(1), false}, true);
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    const View<const S> dx = step.in_tangent(0), dw = step.in_tangent(1), db = step.in_tangent(2);
    const View<S> out = step.out_tangent();
    std::fill_n(out.data, db ? 0 : out.size(), S{});
    if (db) repeat_row(db, out);
    if (dx) multiply_into(step, out, {dx, false}, {step.in(1), false}, true);
    if (dw) multiply_into(step, out, {step.in(0), false}, {dw, false}, true);
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    const View<const S> g = step.out_adjoint();
    if (const View<S> gx = step.in_adjoint(0)) multiply_into(step, gx, {g, false}, {step.in(1), true}, true);
    if (const View<S> gw = step.in_adjoint(1)) multiply_into(step, gw, {step.in(0), true}, {g, false}, true);
    if (const View<S> gb = step.in_adjoint(2)) {
      for (std::size_t i = 0; i < g.shape.rows; ++i) {
        for (std::size_t j = 0; j < g.shape.columns; ++j) gb.data[j] += g(i, j);
      }
    }
  }

 private:
  template <class S>
  static void repeat_row(const View<const S>& row, const View<S>& out) {
    for (std::size_t i = 0; i < out.shape.rows; ++i) std::copy(row.begin(), row.end(), out.row(i));
  }
};

}  // namespace plumbline::autodiff
