#include "plumbline/kernels/tile.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <limits>
#include <vector>

#include "every_target.hpp"
#include "plumbline/core/constants.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {
namespace {

double cell_as_double(const DenseView& x, std::size_t i, std::size_t j) {
  const void* row = x.row(i);
  switch (x.scalar) {
    case Scalar::byte:
      return static_cast<const std::uint8_t*>(row)[j] * x.byte_scale;
    case Scalar::f32:
      return static_cast<const float*>(row)[j];
    default: {
      double value = 0;
      std::memcpy(&value, static_cast<const std::byte*>(row) + j * sizeof(double), sizeof(double));
      return value;
    }
  }
}

/// Bytes that end exactly where memory ends: one step further faults.
class Cliff final {
 public:
  explicit Cliff(std::size_t bytes) : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    length_ = (bytes + page_ - 1) / page_ * page_ + page_;
    pages_ = static_cast<std::byte*>(map_pages(length_));
    end_ = pages_ + length_ - page_;
    EXPECT_EQ(mprotect(end_, page_, PROT_NONE), 0);
  }
  Cliff(const Cliff&) = delete;
  Cliff& operator=(const Cliff&) = delete;
  ~Cliff() { unmap_pages(pages_, length_); }
  std::byte* last(std::size_t bytes) { return end_ - bytes; }

 private:
  std::size_t page_;
  std::size_t length_ = 0;
  std::byte* pages_ = nullptr;
  std::byte* end_ = nullptr;
};

void fill(std::byte* cells, std::size_t count, Scalar scalar) {
  for (std::size_t i = 0; i < count; ++i) {
    const double value = random_unit(1, 2, i) - 0.5;
    if (scalar == Scalar::byte) cells[i] = static_cast<std::byte>(random_bits(1, 2, i) & 255);
    if (scalar == Scalar::f32) {
      const auto rounded = static_cast<float>(value);
      std::memcpy(cells + i * sizeof(float), &rounded, sizeof(float));
    }
    if (scalar == Scalar::f64) std::memcpy(cells + i * sizeof(double), &value, sizeof(double));
  }
}

struct Moments {
  explicit Moments(std::size_t columns) : center(padded(columns)), scale(padded(columns)) {
    for (std::size_t j = 0; j < columns; ++j) {
      center[j] = random_unit(3, 0, j);
      scale[j] = 0.5 + random_unit(3, 1, j);
    }
  }
  Buffer<double> center;
  Buffer<double> scale;
};

void expect_standardised(const DenseView& x, const Moments& by, bool intercept) {
  DenseTile tile(x.rows + 3, x.columns + (intercept ? 1 : 0));
  for (double& cell : tile.cells) cell = 99;  // nothing of an earlier tile may shine through
  load_tile(x, by.center.data(), by.scale.data(), intercept, tile);
  ASSERT_EQ(tile.rows, x.rows);
  for (std::size_t i = 0; i < x.rows; ++i) {
    for (std::size_t j = 0; j < x.columns; ++j) {
      const double expected = (cell_as_double(x, i, j) - by.center[j]) * by.scale[j];
      // Three operations on numbers below 2; whether the first two are fused is the compiler's choice.
      ASSERT_NEAR(tile.row(i)[j], expected, 1e-15) << i << ' ' << j;
    }
    for (std::size_t j = x.columns; j < tile.stride; ++j) {
      ASSERT_EQ(tile.row(i)[j], intercept && j == x.columns ? 1.0 : 0.0) << i << ' ' << j;
    }
  }
}

class LoadTile : public ::testing::TestWithParam<Scalar> {};

TEST_P(LoadTile, StandardisesEveryWidthAndReadsNothingBehind) {
  Cliff memory(16 * 80 * 8);
  for_every_target([&] {
    for (const std::size_t columns : {1U, 2U, 3U, 7U, 8U, 9U, 15U, 16U, 31U, 33U, 64U, 77U}) {
      for (const std::size_t gap : {0U, 1U, 3U}) {
        const std::size_t rows = 5;
        const std::size_t cells = rows * (columns + gap) - gap;
        std::byte* data = memory.last(cells * size_of(GetParam()));
        fill(data, cells, GetParam());
        const DenseView x{data, rows, columns, columns + gap, GetParam(), 1.0 / 255};
        expect_standardised(x, Moments(columns), gap % 2 == 0);
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Types, LoadTile, ::testing::Values(Scalar::byte, Scalar::f32, Scalar::f64));

TEST(LoadTileDouble, ScaleZeroSilencesAnything) {
  const std::vector<double> cells = {kInfinity, 1.0, std::numeric_limits<double>::quiet_NaN(), 1e308, 2.0, -kInfinity};
  Buffer<double> center(8);
  Buffer<double> scale(8);
  scale[1] = 1;
  for_every_target([&] {
    DenseTile tile(2, 3);
    load_tile({cells.data(), 2, 3, 3, Scalar::f64, 1.0}, center.data(), scale.data(), false, tile);
    for (const std::size_t i : {0U, 1U}) {
      EXPECT_EQ(tile.row(i)[0], 0.0);
      EXPECT_EQ(tile.row(i)[1], i == 0 ? 1.0 : 2.0);
      EXPECT_EQ(tile.row(i)[2], 0.0);
    }
  });
}

TEST(LoadTileDouble, RefusesATileOfAnotherShape) {
  const std::vector<double> cells(6, 1.0);
  const Moments by(3);
  const DenseView x{cells.data(), 2, 3, 3, Scalar::f64, 1.0};
  DenseTile narrow(2, 3);
  EXPECT_THROW(load_tile(x, by.center.data(), by.scale.data(), true, narrow), std::invalid_argument);
  DenseTile low(1, 4);
  EXPECT_THROW(load_tile(x, by.center.data(), by.scale.data(), true, low), std::invalid_argument);
}

TEST(LoadTileDouble, TakesNoRows) {
  const Moments by(3);
  DenseTile tile(4, 3);
  tile.rows = 4;
  load_tile({nullptr, 0, 3, 3, Scalar::f64, 1.0}, by.center.data(), by.scale.data(), false, tile);
  EXPECT_EQ(tile.rows, 0U);
}

TEST(TileRows, ArePowersOfTwoThatFitHalfASmallL2) {
  for (const std::size_t columns : {1U, 8U, 101U, 256U, 257U, 504U, 785U, 2000U, 8000U, 100000U}) {
    const std::size_t rows = tile_rows(columns);
    EXPECT_GE(rows, 8U);
    EXPECT_LE(rows, 256U);
    EXPECT_EQ(rows & (rows - 1), 0U) << columns;
    if (rows > 8) {
      EXPECT_LE(rows * padded(columns) * sizeof(double), 512U * 1024);
    }
  }
  EXPECT_EQ(tile_rows(101), 256U);
  EXPECT_EQ(tile_rows(785), 64U);
}

}  // namespace
}  // namespace plumbline
