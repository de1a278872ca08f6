#pragma once

#include <cmath>

namespace plumbline::autodiff {

/// A number with its derivative along one direction: v + ε·t with ε² = 0 (subject N6.2). A tape over duals runs its
/// backward pass with tangents, which is forward over reverse: second derivatives (derivatives.hpp, hvp).
template <class T>
struct Dual {
  T value{};
  T tangent{};

  constexpr Dual() = default;
  constexpr explicit Dual(T value_) : value(value_) {}
  constexpr Dual(T value_, T tangent_) : value(value_), tangent(tangent_) {}

  constexpr Dual& operator+=(const Dual& b) { return *this = *this + b; }
  constexpr Dual& operator-=(const Dual& b) { return *this = *this - b; }
  constexpr Dual& operator*=(const Dual& b) { return *this = *this * b; }

  friend constexpr Dual operator-(const Dual& a) { return {-a.value, -a.tangent}; }
  friend constexpr Dual operator+(const Dual& a, const Dual& b) { return {a.value + b.value, a.tangent + b.tangent}; }
  friend constexpr Dual operator-(const Dual& a, const Dual& b) { return {a.value - b.value, a.tangent - b.tangent}; }
  friend constexpr Dual operator*(const Dual& a, const Dual& b) {
    return {a.value * b.value, a.tangent * b.value + a.value * b.tangent};
  }
  friend constexpr Dual operator/(const Dual& a, const Dual& b) {
    const T quotient = a.value / b.value;
    return {quotient, (a.tangent - quotient * b.tangent) / b.value};
  }
  /// Order is that of the values: which branch of a formula holds does not depend on the direction.
  friend constexpr bool operator<(const Dual& a, const Dual& b) { return a.value < b.value; }
  friend constexpr bool operator>(const Dual& a, const Dual& b) { return a.value > b.value; }
};

template <class T>
Dual<T> exp(const Dual<T>& x) {
  const T y = std::exp(x.value);
  return {y, y * x.tangent};
}
template <class T>
Dual<T> log(const Dual<T>& x) {
  return {std::log(x.value), x.tangent / x.value};
}
template <class T>
Dual<T> log1p(const Dual<T>& x) {
  return {std::log1p(x.value), x.tangent / (T(1) + x.value)};
}
template <class T>
Dual<T> expm1(const Dual<T>& x) {
  return {std::expm1(x.value), std::exp(x.value) * x.tangent};
}
template <class T>
Dual<T> sqrt(const Dual<T>& x) {
  const T y = std::sqrt(x.value);
  return {y, x.tangent / (T(2) * y)};
}
template <class T>
Dual<T> tanh(const Dual<T>& x) {
  const T y = std::tanh(x.value);
  return {y, (T(1) - y * y) * x.tangent};
}

/// The real type under a scalar: T for T and for Dual<T>; and the double-precision scalar of the same kind, for sums.
template <class S>
struct ScalarTraits {
  using Base = S;
  using Wide = double;
  static constexpr bool is_dual = false;
};
template <class T>
struct ScalarTraits<Dual<T>> {
  using Base = T;
  using Wide = Dual<double>;
  static constexpr bool is_dual = true;
};
template <class S>
using Base = typename ScalarTraits<S>::Base;
template <class S>
using Wide = typename ScalarTraits<S>::Wide;

template <class T>
T value_of(T x) {
  return x;
}
template <class T>
T value_of(const Dual<T>& x) {
  return x.value;
}

/// Between precisions: float ↔ double, Dual<float> ↔ Dual<double>, and a real number as a dual that does not move.
template <class To, class From>
To scalar_cast(const From& x) {
  if constexpr (ScalarTraits<From>::is_dual) {
    return To(static_cast<Base<To>>(x.value), static_cast<Base<To>>(x.tangent));
  } else {
    return To(static_cast<Base<To>>(x));
  }
}

}  // namespace plumbline::autodiff
