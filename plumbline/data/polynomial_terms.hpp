#pragma once

#include <cstddef>
#include <string>

#include "plumbline/linalg/double_double.hpp"

namespace plumbline {

/// What a user asks for with `--poly COLUMN=DEGREE`.
struct PolynomialChoice {
  std::string column;
  std::size_t degree = 1;
};

/// The highest degree that may be asked for: beyond it powers of ordinary columns leave the doubles.
inline constexpr std::size_t kHighestDegree = 50;

/// Columns first, first + 1, …, first + degree − 1 of X are x, x², …, x^degree of one number x. X holds the powers
/// rounded to double, which is what ordinary passes use; where the rounding would cost digits (the exact solver,
/// predictions), powers are formed again from column `first` in double-double, so that no block needs a second plane.
struct PolynomialTerms {
  std::size_t first = 0;
  std::size_t degree = 1;
};

/// powers[k − 1] = x^k for k = 1 … degree, each to about 4k·u² (u² = 1.2e-32) relative.
inline void double_double_powers(double x, std::size_t degree, DoubleDouble* powers) {
  powers[0] = DoubleDouble(x);
  for (std::size_t k = 1; k < degree; ++k) powers[k] = powers[k - 1] * x;
}

}  // namespace plumbline
