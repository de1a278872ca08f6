#pragma once

#include <cmath>

#include "plumbline/autodiff/dual.hpp"

namespace plumbline::autodiff {

// Functions of one number in the precision of their argument, duals included (core/math.hpp has them for doubles).

/// σ(x) = 1/(1 + exp(−x)), to full relative accuracy where it is tiny (subject D.4.6).
template <class S>
S sigmoid(const S& x) {
  using std::exp;
  const bool positive = x > S(0);
  const S e = exp(positive ? -x : x);
  return (positive ? S(1) : e) / (S(1) + e);
}

/// log(1 + exp(x)): never overflows (subject C.4.4).
template <class S>
S softplus(const S& x) {
  using std::exp;
  using std::log1p;
  const bool positive = x > S(0);
  const S rest = log1p(exp(positive ? -x : x));
  return positive ? x + rest : rest;
}

}  // namespace plumbline::autodiff
