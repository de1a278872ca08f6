#pragma once

#include <algorithm>
#include <string>

#include "plumbline/autodiff/primitive.hpp"

namespace plumbline::autodiff {

/// The primitive z_ij = F::value(a, b) of two numbers. A matrix of one row, one column or both is repeated to the
/// size of the other (a bias row added to every row); its adjoint is the sum over the repeats. F has the slopes da and
/// db, dz/da and dz/db.
template <class F>
struct Broadcast {
  F f;

  Shape shape(std::span<const Shape> in) const {
    const Shape both{std::max(in[0].rows, in[1].rows), std::max(in[0].columns, in[1].columns)};
    for (const Shape& each : in) {
      require_that((each.rows == both.rows || each.rows == 1) && (each.columns == both.columns || each.columns == 1),
                   "Broadcast", "shapes",
                   [&] { return "equal, or 1 to be repeated, got " + describe(in[0]) + " and " + describe(in[1]); });
    }
    return both;
  }
  template <class S>
  void value(const Step<S>& step) const {
    const View<const S> a = step.in(0), b = step.in(1);
    for_each(step, [&, z = step.out().data](std::size_t c, std::size_t i, std::size_t j) {
      z[c] = f.value(a.data[i], b.data[j]);
    });
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    const View<const S> a = step.in(0), b = step.in(1), da = step.in_tangent(0), db = step.in_tangent(1);
    for_each(step, [&, dz = step.out_tangent().data](std::size_t c, std::size_t i, std::size_t j) {
      dz[c] = S{};
      if (da) dz[c] += f.da(a.data[i], b.data[j]) * da.data[i];
      if (db) dz[c] += f.db(a.data[i], b.data[j]) * db.data[j];
    });
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    const View<const S> a = step.in(0), b = step.in(1), gz = step.out_adjoint();
    if (const View<S> ga = step.in_adjoint(0)) {
      for_each(step, [&](std::size_t c, std::size_t i, std::size_t j) {
        ga.data[i] += f.da(a.data[i], b.data[j]) * gz.data[c];
      });
    }
    if (const View<S> gb = step.in_adjoint(1)) {
      for_each(step, [&](std::size_t c, std::size_t i, std::size_t j) {
        gb.data[j] += f.db(a.data[i], b.data[j]) * gz.data[c];
      });
    }
  }

 private:
  /// visit(cell of the result, cell of a, cell of b) for all cells.
  template <class S, class Visit>
  static void for_each(const Step<S>& step, const Visit& visit) {
    const Shape a = step.in(0).shape, b = step.in(1).shape, z = step.result().shape;
    const std::size_t a_row = a.rows == 1 ? 0 : a.columns, b_row = b.rows == 1 ? 0 : b.columns;
    const std::size_t a_step = a.columns == 1 ? 0 : 1, b_step = b.columns == 1 ? 0 : 1;
    for (std::size_t i = 0, c = 0; i < z.rows; ++i) {
      for (std::size_t j = 0; j < z.columns; ++j, ++c) visit(c, i * a_row + j * a_step, i * b_row + j * b_step);
    }
  }
};

struct Add {
  template <class S>
  S value(const S& a, const S& b) const {
    return a + b;
  }
  template <class S>
  S da(const S&, const S&) const {
    return S(1);
  }
  template <class S>
  S db(const S&, const S&) const {
    return S(1);
  }
};

struct Subtract {
  template <class S>
  S value(const S& a, const S& b) const {
    return a - b;
  }
  template <class S>
  S da(const S&, const S&) const {
    return S(1);
  }
  template <class S>
  S db(const S&, const S&) const {
    return S(-1);
  }
};

/// Element by element.
struct Times {
  template <class S>
  S value(const S& a, const S& b) const {
    return a * b;
  }
  template <class S>
  S da(const S&, const S& b) const {
    return b;
  }
  template <class S>
  S db(const S& a, const S&) const {
    return a;
  }
};

/// Element by element; as IEEE has it where b is 0.
struct Divide {
  template <class S>
  S value(const S& a, const S& b) const {
    return a / b;
  }
  template <class S>
  S da(const S&, const S& b) const {
    return S(1) / b;
  }
  template <class S>
  S db(const S& a, const S& b) const {
    return -a / (b * b);
  }
};

/// The larger of two; at a tie the slope belongs to the first.
struct Larger {
  template <class S>
  S value(const S& a, const S& b) const {
    return a < b ? b : a;
  }
  template <class S>
  S da(const S& a, const S& b) const {
    return a < b ? S(0) : S(1);
  }
  template <class S>
  S db(const S& a, const S& b) const {
    return a < b ? S(1) : S(0);
  }
};

/// prelu: a above 0, b·a below, with slopes b that are learned, one a column (subject N5.4).
struct LearnedSlope {
  template <class S>
  S value(const S& a, const S& b) const {
    return a > S(0) ? a : a * b;
  }
  template <class S>
  S da(const S& a, const S& b) const {
    return a > S(0) ? S(1) : b;
  }
  template <class S>
  S db(const S& a, const S&) const {
    return a > S(0) ? S(0) : a;
  }
};

}  // namespace plumbline::autodiff
