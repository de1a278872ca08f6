#pragma once

#include <algorithm>
#include <cmath>

#include "plumbline/autodiff/primitive.hpp"
#include "plumbline/autodiff/scalar_functions.hpp"

namespace plumbline::autodiff {

/// The primitive y_ij = F::value(x_ij) of a function of one number, with its slope F::slope(x, y) = dy/dx, for which y
/// may be what is cheap to start from. Both are templates on the scalar, so that slopes of slopes come from duals.
template <class F>
struct Elementwise {
  F f;

  Shape shape(std::span<const Shape> in) const { return in[0]; }
  template <class S>
  void value(const Step<S>& step) const {
    const S* x = step.in(0).data;
    S* y = step.out().data;
    for (std::size_t c = 0, count = step.out().size(); c < count; ++c) y[c] = f.value(x[c]);
  }
  template <class S>
  void tangent(const Step<S>& step) const {
    const S *x = step.in(0).data, *y = step.result().data, *dx = step.in_tangent(0).data;
    S* dy = step.out_tangent().data;
    for (std::size_t c = 0, count = step.out().size(); c < count; ++c) dy[c] = f.slope(x[c], y[c]) * dx[c];
  }
  template <class S>
  void adjoint(const Step<S>& step) const {
    const S *x = step.in(0).data, *y = step.result().data, *gy = step.out_adjoint().data;
    S* gx = step.in_adjoint(0).data;
    for (std::size_t c = 0, count = step.out().size(); c < count; ++c) gx[c] += f.slope(x[c], y[c]) * gy[c];
  }
};

struct Exp {
  template <class S>
  S value(const S& x) const {
    using std::exp;
    return exp(x);
  }
  template <class S>
  S slope(const S&, const S& y) const {
    return y;
  }
};

/// Natural logarithm: −∞ at 0, NaN below.
struct Log {
  template <class S>
  S value(const S& x) const {
    using std::log;
    return log(x);
  }
  template <class S>
  S slope(const S& x, const S&) const {
    return S(1) / x;
  }
};

/// ∞ slope at 0, NaN below.
struct Sqrt {
  template <class S>
  S value(const S& x) const {
    using std::sqrt;
    return sqrt(x);
  }
  template <class S>
  S slope(const S&, const S& y) const {
    return S(0.5) / y;
  }
};

struct Square {
  template <class S>
  S value(const S& x) const {
    return x * x;
  }
  template <class S>
  S slope(const S& x, const S&) const {
    return S(2) * x;
  }
};

/// |x|, slope 0 at the kink.
struct Absolute {
  template <class S>
  S value(const S& x) const {
    return x < S(0) ? -x : x;
  }
  template <class S>
  S slope(const S& x, const S&) const {
    return x > S(0) ? S(1) : (x < S(0) ? S(-1) : S(0));
  }
};

/// factor·x + shift.
struct Linear {
  double factor = 1;
  double shift = 0;
  template <class S>
  S value(const S& x) const {
    return scalar_cast<S>(factor) * x + scalar_cast<S>(shift);
  }
  template <class S>
  S slope(const S&, const S&) const {
    return scalar_cast<S>(factor);
  }
};

// Activations (subject N5.4). At a kink the slope is that of the left side.

struct Tanh {
  template <class S>
  S value(const S& x) const {
    using std::tanh;
    return tanh(x);
  }
  template <class S>
  S slope(const S&, const S& y) const {
    return (S(1) - y) * (S(1) + y);
  }
};

/// σ(x) = 1/(1 + exp(−x)).
struct Sigmoid {
  template <class S>
  S value(const S& x) const {
    return sigmoid(x);
  }
  template <class S>
  S slope(const S& x, const S& y) const {
    return y * sigmoid(-x);
  }
};

/// log(1 + exp(x)).
struct Softplus {
  template <class S>
  S value(const S& x) const {
    return softplus(x);
  }
  template <class S>
  S slope(const S& x, const S&) const {
    return sigmoid(x);
  }
};

/// max(0, x).
struct Relu {
  template <class S>
  S value(const S& x) const {
    return x > S(0) ? x : S(0);
  }
  template <class S>
  S slope(const S& x, const S&) const {
    return x > S(0) ? S(1) : S(0);
  }
};

/// x above 0, slope_below·x below.
struct LeakyRelu {
  double slope_below = 0.01;
  template <class S>
  S value(const S& x) const {
    return x > S(0) ? x : scalar_cast<S>(slope_below) * x;
  }
  template <class S>
  S slope(const S& x, const S&) const {
    return x > S(0) ? S(1) : scalar_cast<S>(slope_below);
  }
};

/// x above 0, exp(x) − 1 below.
struct Elu {
  template <class S>
  S value(const S& x) const {
    using std::expm1;
    return x > S(0) ? x : expm1(x);
  }
  template <class S>
  S slope(const S& x, const S&) const {
    using std::exp;
    return x > S(0) ? S(1) : exp(x);
  }
};

}  // namespace plumbline::autodiff
