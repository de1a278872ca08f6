#include "plumbline/kernels/standardise_row.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "every_target.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {
namespace {

double number(double x) { return x; }
double number(float x) { return static_cast<double>(x); }
double number(std::uint8_t x) { return x * (1.0 / 255); }

/// Rows of exactly their own length in memory that ends with the last: a look past the end is for the sanitizer.
template <class Cell, class T>
void expect_formula(const std::vector<Cell>& cells, std::size_t columns, Scalar scalar) {
  const std::size_t rows = cells.size() / columns;
  const DenseView x{cells.data(), rows, columns, columns, scalar, scalar == Scalar::byte ? 1.0 / 255 : 1.0};
  std::vector<double> center(columns), scale(columns);
  for (std::size_t j = 0; j < columns; ++j) {
    center[j] = 2019 * random_unit(2, 0, j);
    scale[j] = j % 5 == 3 ? 0 : 4 * random_unit(2, 1, j);
  }
  for (std::size_t i = 0; i < rows; ++i) {
    std::vector<T> to(columns);
    standardise_row(x, i, center.data(), scale.data(), to.data());
    for (std::size_t j = 0; j < columns; ++j) {
      const double expected = (number(cells[i * columns + j]) - center[j]) * scale[j];
      EXPECT_EQ(to[j], scale[j] == 0 ? T(0) : static_cast<T>(expected)) << i << ", " << j;
    }
  }
}

template <class Cell>
void expect_both(std::size_t columns, Scalar scalar) {
  std::vector<Cell> cells;
  for (std::size_t c = 0; c < 3 * columns; ++c) cells.push_back(static_cast<Cell>(255 * random_unit(1, 0, c)));
  expect_formula<Cell, float>(cells, columns, scalar);
  expect_formula<Cell, double>(cells, columns, scalar);
}

// One subtraction and one product in double precision, rounded once: the same bits as written here.
TEST(StandardiseRow, IsTheFormulaForEveryTypeAndLength) {
  for_every_target([] {
    for (const std::size_t columns : {1U, 2U, 7U, 8U, 9U, 31U, 784U}) {
      expect_both<std::uint8_t>(columns, Scalar::byte);
      expect_both<float>(columns, Scalar::f32);
      expect_both<double>(columns, Scalar::f64);
    }
  });
}

TEST(StandardiseRow, AColumnSwitchedOffIsZeroWhateverItHolds) {
  const std::vector<double> cells{std::numeric_limits<double>::infinity(), 1}, center{0, 0}, scale{0, 1};
  for_every_target([&] {
    float to[2];
    standardise_row(DenseView{cells.data(), 1, 2, 2, Scalar::f64, 1.0}, 0, center.data(), scale.data(), to);
    EXPECT_EQ(to[0], 0.0F);
    EXPECT_EQ(to[1], 1.0F);
  });
}

}  // namespace
}  // namespace plumbline
