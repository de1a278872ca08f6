#pragma once

#include <cmath>
#include <limits>

#include "plumbline/autodiff/derivatives.hpp"

namespace plumbline::autodiff {

/// The Jacobian by central differences, (f(x + h) − f(x − h))/2h for each cell x of the inputs with h = step·max(1,
/// |x|): what every other derivative here can be held against (subject N2.2, N6.1). Two evaluations a cell. The error
/// is about h²/6·f‴ from cutting off and ε|f|/h from rounding; step = 0 takes the cube root of ε, where they balance.
template <class T, class F>
Array<T> numerical_jacobian(const F& f, const Arrays<T>& at, T step = 0) {
  if (step == 0) step = std::cbrt(std::numeric_limits<T>::epsilon());
  Arrays<T> moved = at;
  Array<T> result({value(f, at).cells.size(), detail::cells_in(at)});
  for (std::size_t j = 0; j < result.shape.columns; ++j) {
    T& x = detail::cell_of(moved, j);
    const T middle = x, h = step * std::fmax(T(1), std::fabs(middle));
    const T above = middle + h, below = middle - h;  // what these are after rounding is what is divided by
    x = above;
    const Array<T> up = value(f, moved);
    x = below;
    const Array<T> down = value(f, moved);
    x = middle;
    for (std::size_t i = 0; i < up.cells.size(); ++i) result(i, j) = (up.cells[i] - down.cells[i]) / (above - below);
  }
  return result;
}

/// Where reverse mode and central differences are furthest apart.
template <class T>
struct DerivativeCheck {
  T largest_error = 0;  ///< |reverse − numerical| / max(1, |numerical|)
  std::size_t output = 0;
  std::size_t input = 0;  ///< cells counted through
  T reverse = 0;
  T numerical = 0;
};

/// Compares all first derivatives of f: for the user who wrote a primitive, a model or a loss. A right derivative in
/// doubles shows an error near 1e-9, a wrong one near 1. Kinks within a step of `at` show as errors.
template <class T, class F>
DerivativeCheck<T> check_derivatives(const F& f, const Arrays<T>& at, T step = 0) {
  const Array<T> reverse = jacobian(f, at, Mode::reverse), numerical = numerical_jacobian(f, at, step);
  DerivativeCheck<T> worst;
  for (std::size_t i = 0; i < reverse.shape.rows; ++i) {
    for (std::size_t j = 0; j < reverse.shape.columns; ++j) {
      const T ratio = std::fabs(reverse(i, j) - numerical(i, j)) / std::fmax(T(1), std::fabs(numerical(i, j)));
      const T error = std::isnan(ratio) ? std::numeric_limits<T>::infinity() : ratio;
      if (error > worst.largest_error) worst = {error, i, j, reverse(i, j), numerical(i, j)};
    }
  }
  return worst;
}

}  // namespace plumbline::autodiff
