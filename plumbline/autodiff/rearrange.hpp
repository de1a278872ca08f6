#pragma once

#include <algorithm>
#include <string>

#include "plumbline/autodiff/primitive.hpp"
#include "plumbline/autodiff/reduce.hpp"

namespace plumbline::autodiff {

// Primitives that only move cells. Each names the cell of an input that a cell of the result comes from; value and
// tangent copy along that map, the adjoint adds along it backwards.

struct Transpose {
  Shape shape(std::span<const Shape> in) const { return {in[0].columns, in[0].rows}; }
  template <class S>
  void value(const Step<S>& step) const {
    for_each(step.in(0).shape, [&](std::size_t c, std::size_t x) { step.out().data[c] = step.in(0).data[x]; });
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    const View<const S> dx = step.in_tangent(0);
    for_each(dx.shape, [&](std::size_t c, std::size_t x) { step.out_tangent().data[c] = dx.data[x]; });
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    const View<S> gx = step.in_adjoint(0);
    for_each(gx.shape, [&](std::size_t c, std::size_t x) { gx.data[x] += step.out_adjoint().data[c]; });
  }

 private:
  template <class Visit>
  static void for_each(const Shape& x, const Visit& visit) {
    for (std::size_t j = 0, c = 0; j < x.columns; ++j) {
      for (std::size_t i = 0; i < x.rows; ++i, ++c) visit(c, i * x.columns + j);
    }
  }
};

/// Rows index[0], index[1], … of x, which may repeat. The indices are the caller's and must stay until the tape is
/// cleared.
struct GatherRows {
  const std::size_t* index = nullptr;
  std::size_t count = 0;

  Shape shape(std::span<const Shape> in) const {
    for (std::size_t i = 0; i < count; ++i) {
      require_that(index[i] < in[0].rows, "gather_rows", "index",
                   [&] { return "below " + std::to_string(in[0].rows) + ", got " + std::to_string(index[i]); });
    }
    return {count, in[0].columns};
  }
  template <class S>
  void value(const Step<S>& step) const {
    for (std::size_t i = 0; i < count; ++i) std::copy_n(step.in(0).row(index[i]), columns(step), step.out().row(i));
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    const View<const S> dx = step.in_tangent(0);
    for (std::size_t i = 0; i < count; ++i) std::copy_n(dx.row(index[i]), columns(step), step.out_tangent().row(i));
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    const View<S> gx = step.in_adjoint(0);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = 0; j < columns(step); ++j) gx(index[i], j) += step.out_adjoint()(i, j);
    }
  }

 private:
  template <class S>
  static std::size_t columns(const Step<S>& step) {
    return step.result().shape.columns;
  }
};

/// x[i][index[i]] of each row, (rows, 1): the logit of the true class. The caller keeps the `count` indices.
struct Pick {
  const std::size_t* index = nullptr;
  std::size_t count = 0;

  Shape shape(std::span<const Shape> in) const {
    require_that(count == in[0].rows, "pick", "index",
                 [&] { return std::to_string(in[0].rows) + " of them, got " + std::to_string(count); });
    for (std::size_t i = 0; i < count; ++i) {
      require_that(index[i] < in[0].columns, "pick", "index",
                   [&] { return "below " + std::to_string(in[0].columns) + ", got " + std::to_string(index[i]); });
    }
    return {count, 1};
  }
  template <class S>
  void value(const Step<S>& step) const {
    for (std::size_t i = 0; i < count; ++i) step.out().data[i] = step.in(0)(i, index[i]);
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    for (std::size_t i = 0; i < count; ++i) step.out_tangent().data[i] = step.in_tangent(0)(i, index[i]);
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    const View<S> gx = step.in_adjoint(0);
    for (std::size_t i = 0; i < count; ++i) gx(i, index[i]) += step.out_adjoint().data[i];
  }
};

/// Columns first … first + count − 1 of x.
struct Columns {
  std::size_t first = 0;
  std::size_t count = 0;

  Shape shape(std::span<const Shape> in) const {
    require_that(first <= in[0].columns && count <= in[0].columns - first, "columns", "first + count", [&] {
      return "at most " + std::to_string(in[0].columns) + ", got " + std::to_string(first) + " + " +
             std::to_string(count);
    });
    return {in[0].rows, count};
  }
  template <class S>
  void value(const Step<S>& step) const {
    for (std::size_t i = 0; i < step.out().shape.rows; ++i) {
      std::copy_n(step.in(0).row(i) + first, count, step.out().row(i));
    }
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    for (std::size_t i = 0; i < step.out().shape.rows; ++i) {
      std::copy_n(step.in_tangent(0).row(i) + first, count, step.out_tangent().row(i));
    }
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    const View<S> gx = step.in_adjoint(0);
    for (std::size_t i = 0; i < gx.shape.rows; ++i) {
      for (std::size_t j = 0; j < count; ++j) gx(i, first + j) += step.out_adjoint()(i, j);
    }
  }
};

/// Any number of matrices one under the other (Axis::rows) or side by side (Axis::columns).
struct Concatenate {
  Axis axis = Axis::columns;

  Shape shape(std::span<const Shape> in) const {
    require_that(!in.empty() && axis != Axis::all, "concatenate", "inputs and axis",
                 [&] { return std::string("one input or more, rows or columns"); });
    Shape whole = in[0];
    for (std::size_t i = 1; i < in.size(); ++i) {
      const bool fits = axis == Axis::rows ? in[i].columns == whole.columns : in[i].rows == whole.rows;
      require_that(fits, "concatenate", "shapes",
                   [&] { return "equal across, got " + describe(in[0]) + " and " + describe(in[i]); });
      (axis == Axis::rows ? whole.rows : whole.columns) += axis == Axis::rows ? in[i].rows : in[i].columns;
    }
    return whole;
  }
  template <class S>
  void value(const Step<S>& step) const {
    for_each(step, [&, out = step.out()](std::size_t i, std::size_t from, std::size_t to, std::size_t n) {
      std::copy_n(step.in(i).data + from, n, out.data + to);
    });
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    for_each(step, [&, out = step.out_tangent()](std::size_t i, std::size_t from, std::size_t to, std::size_t n) {
      const View<const S> dx = step.in_tangent(i);
      if (dx) std::copy_n(dx.data + from, n, out.data + to);
      if (!dx) std::fill_n(out.data + to, n, S{});
    });
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    for_each(step, [&, g = step.out_adjoint()](std::size_t i, std::size_t from, std::size_t to, std::size_t n) {
      const View<S> gx = step.in_adjoint(i);
      for (std::size_t j = 0; gx && j < n; ++j) gx.data[from + j] += g.data[to + j];
    });
  }

 private:
  /// visit(input, cell of it, cell of the result, how many in a row) for all stretches that stand together in both.
  template <class S, class Visit>
  void for_each(const Step<S>& step, const Visit& visit) const {
    const std::size_t width = step.result().shape.columns;
    for (std::size_t i = 0, to = 0; i < step.inputs(); ++i) {
      const Shape x = step.in(i).shape;
      for (std::size_t row = 0; row < x.rows; ++row) visit(i, row * x.columns, to + row * width, x.columns);
      to += axis == Axis::rows ? x.size() : x.columns;
    }
  }
};

}  // namespace plumbline::autodiff
