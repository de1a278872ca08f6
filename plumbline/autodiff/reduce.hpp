#pragma once

#include <algorithm>
#include <cmath>
#include <string>

#include "plumbline/autodiff/primitive.hpp"

namespace plumbline::autodiff {

/// What a reduction runs over: all cells (1 x 1 is left), down the rows (1 x columns), or along the columns (rows x 1).
enum class Axis : std::uint8_t { all, rows, columns };

/// Sums, or means, along an axis, added up in double precision in order.
struct Sum {
  Axis axis = Axis::all;
  bool mean = false;

  Shape shape(std::span<const Shape> in) const {
    require_that(!mean || count(in[0]) > 0, "mean", "x",
                 [&] { return "something to take the mean of, got " + describe(in[0]); });
    return {axis == Axis::columns ? in[0].rows : 1, axis == Axis::rows ? in[0].columns : 1};
  }
  template <class S>
  void value(const Step<S>& step) const {
    reduce(step, step.in(0), step.out());
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    reduce(step, step.in_tangent(0), step.out_tangent());
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    const View<const S> g = step.out_adjoint();
    const View<S> gx = step.in_adjoint(0);
    const S share = scalar_cast<S>(factor(gx.shape));
    for (std::size_t i = 0; i < gx.shape.rows; ++i) {
      for (std::size_t j = 0; j < gx.shape.columns; ++j) gx(i, j) += share * g.data[place(i, j)];
    }
  }

 private:
  std::size_t count(const Shape& x) const {
    return axis == Axis::all ? x.size() : axis == Axis::rows ? x.rows : x.columns;
  }
  double factor(const Shape& x) const { return mean ? 1 / static_cast<double>(count(x)) : 1; }
  /// The cell of the result that x_ij goes into.
  std::size_t place(std::size_t i, std::size_t j) const { return axis == Axis::all ? 0 : axis == Axis::rows ? j : i; }
  template <class S>
  void reduce(const Step<S>& step, const View<const S>& x, const View<S>& out) const {
    auto* sums = step.template scratch<Wide<S>>(out.size());
    std::fill_n(sums, out.size(), Wide<S>{});
    for (std::size_t i = 0; i < x.shape.rows; ++i) {
      for (std::size_t j = 0; j < x.shape.columns; ++j) sums[place(i, j)] += scalar_cast<Wide<S>>(x(i, j));
    }
    const auto share = Wide<S>(factor(x.shape));
    for (std::size_t c = 0; c < out.size(); ++c) out.data[c] = scalar_cast<S>(share * sums[c]);
  }
};

/// log Σ_j exp(x_ij) of each row, (rows, 1): c + log Σ exp(x − c) with c the largest (subject §4.3.2, C.4.4).
struct LogSumExp {
  Shape shape(std::span<const Shape> in) const {
    require_that(in[0].columns > 0, "log_sum_exp", "x", [&] { return "at least one column, got " + describe(in[0]); });
    return {in[0].rows, 1};
  }
  template <class S>
  void value(const Step<S>& step) const {
    using std::exp;
    using std::log;
    const View<const S> x = step.in(0);
    for (std::size_t i = 0; i < x.shape.rows; ++i) {
      const S most = *std::max_element(x.row(i), x.row(i) + x.shape.columns);
      S sum{};
      for (std::size_t j = 0; j < x.shape.columns; ++j) sum += exp(x(i, j) - most);
      step.out().data[i] = std::isinf(value_of(most)) ? most : most + log(sum);
    }
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    const View<const S> dx = step.in_tangent(0);
    for (std::size_t i = 0; i < dx.shape.rows; ++i) {
      S& sum = step.out_tangent().data[i] = S{};
      for (std::size_t j = 0; j < dx.shape.columns; ++j) sum += probability(step, i, j) * dx(i, j);
    }
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    const View<S> gx = step.in_adjoint(0);
    for (std::size_t i = 0; i < gx.shape.rows; ++i) {
      const S g = step.out_adjoint().data[i];
      for (std::size_t j = 0; j < gx.shape.columns; ++j) gx(i, j) += probability(step, i, j) * g;
    }
  }

 private:
  template <class S>
  static S probability(const Step<S>& step, std::size_t i, std::size_t j) {
    using std::exp;
    return exp(step.in(0)(i, j) - step.result().data[i]);
  }
};

/// exp(x_ij)/Σ_k exp(x_ik) of each row (subject D.4.4).
struct Softmax {
  Shape shape(std::span<const Shape> in) const { return in[0]; }
  template <class S>
  void value(const Step<S>& step) const {
    using std::exp;
    const View<const S> x = step.in(0);
    const View<S> y = step.out();
    for (std::size_t i = 0; i < x.shape.rows && x.shape.columns > 0; ++i) {
      const S most = *std::max_element(x.row(i), x.row(i) + x.shape.columns);
      S sum{};
      for (std::size_t j = 0; j < x.shape.columns; ++j) sum += y(i, j) = exp(x(i, j) - most);
      for (std::size_t j = 0; j < x.shape.columns; ++j) y(i, j) = y(i, j) / sum;
    }
  }
  /// The derivative p_j([j = k] − p_k) is symmetric: tangent and adjoint are the same map.
  template <class S>
  void tangent(const Step<S>& step) const {
    std::fill_n(step.out_tangent().data, step.out().size(), S{});
    add_derivative(step.result(), step.in_tangent(0), step.out_tangent());
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    add_derivative(step.result(), step.out_adjoint(), step.in_adjoint(0));
  }

 private:
  template <class S>
  static void add_derivative(const View<const S>& p, const View<const S>& v, const View<S>& out) {
    for (std::size_t i = 0; i < p.shape.rows; ++i) {
      S mean{};
      for (std::size_t j = 0; j < p.shape.columns; ++j) mean += p(i, j) * v(i, j);
      for (std::size_t j = 0; j < p.shape.columns; ++j) out(i, j) += p(i, j) * (v(i, j) - mean);
    }
  }
};

}  // namespace plumbline::autodiff
