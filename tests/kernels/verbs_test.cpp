#include "plumbline/kernels/verbs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "every_target.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {
namespace {

constexpr double kVerbsEpsilon = std::numeric_limits<double>::epsilon();

// Widths and heights on both sides of every block boundary of any target.
const std::vector<std::size_t> kColumns = {1, 2, 3, 7, 8, 9, 16, 17, 24, 25, 40, 48, 49, 64, 101, 128, 257, 300};
const std::vector<std::size_t> kRows = {0, 1, 2, 3, 4, 5, 7, 8, 9, 17, 63, 64, 65, 130};

double draw(std::uint64_t stream, std::size_t i) { return random_unit(7, stream, i) - 0.5; }

DenseTile random_tile(std::size_t rows, std::size_t columns) {
  DenseTile tile(rows, columns);
  tile.rows = rows;
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) tile.row(i)[j] = draw(i, j);
  }
  return tile;
}

Buffer<double> random_weights(std::size_t outputs, const DenseTile& tile) {
  Buffer<double> w(outputs * tile.stride);
  for (std::size_t k = 0; k < outputs; ++k) {
    for (std::size_t j = 0; j < tile.columns; ++j) w[k * tile.stride + j] = draw(1000 + k, j);
  }
  return w;
}

std::vector<double> random_vector(std::uint64_t stream, std::size_t size) {
  std::vector<double> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = draw(stream, i);
  return values;
}

/// A sum in long double and the sum of its absolute terms, which bounds the rounding of any order of summation: `terms`
/// products and sums at half an epsilon each, twice over.
struct Reference {
  long double sum = 0;
  long double magnitude = 0;
  void add(long double term) {
    sum += term;
    magnitude += std::fabs(term);
  }
  double tolerance(std::size_t terms) const {
    return static_cast<double>(terms + 2) * kVerbsEpsilon * static_cast<double>(magnitude);
  }
};

void check_multiply(const DenseTile& tile, std::size_t outputs) {
  const Buffer<double> w = random_weights(outputs, tile);
  std::vector<double> eta(tile.rows * outputs, 99.0);
  multiply(tile, w.data(), outputs, eta.data());
  for (std::size_t i = 0; i < tile.rows; ++i) {
    for (std::size_t k = 0; k < outputs; ++k) {
      Reference expected;
      for (std::size_t j = 0; j < tile.columns; ++j) {
        expected.add(static_cast<long double>(tile.row(i)[j]) * w[k * tile.stride + j]);
      }
      ASSERT_NEAR(eta[i * outputs + k], static_cast<double>(expected.sum), expected.tolerance(tile.columns));
    }
  }
}

TEST(Multiply, AgreesWithLongDouble) {
  for_every_target([] {
    for (const std::size_t columns : kColumns) {
      for (const std::size_t rows : {1U, 5U, 17U}) {
        const DenseTile tile = random_tile(rows, columns);
        for (const std::size_t outputs : {1U, 2U, 3U, 4U, 5U, 6U, 9U, 10U, 20U}) check_multiply(tile, outputs);
      }
    }
    for (const std::size_t rows : kRows) check_multiply(random_tile(rows, 33), 7);
  });
}

// Rows may come in any tile, and an output may stand in a table with any others: not one bit may tell.
TEST(Multiply, GivesTheSameBitsInAnyBlock) {
  for_every_target([] {
    const DenseTile tile = random_tile(29, 101);
    const std::size_t outputs = 13;
    const Buffer<double> w = random_weights(outputs, tile);
    std::vector<double> eta(tile.rows * outputs);
    multiply(tile, w.data(), outputs, eta.data());
    DenseTile single(1, tile.columns);
    single.rows = 1;
    for (std::size_t i = 0; i < tile.rows; ++i) {
      std::copy(tile.row(i), tile.row(i) + tile.stride, single.row(0));
      for (std::size_t k = 0; k < outputs; ++k) {
        double alone = 0;
        multiply(single, w.data() + k * tile.stride, 1, &alone);
        ASSERT_EQ(alone, eta[i * outputs + k]) << i << ' ' << k;
      }
    }
  });
}

void check_transposed(const DenseTile& tile, std::size_t outputs) {
  const std::vector<double> r = random_vector(2000, tile.rows * outputs);
  Buffer<double> g = random_weights(outputs, tile);
  const Buffer<double> before = random_weights(outputs, tile);
  multiply_transposed_add(tile, r.data(), outputs, g.data());
  for (std::size_t k = 0; k < outputs; ++k) {
    for (std::size_t j = 0; j < tile.stride; ++j) {
      Reference expected;
      expected.add(before[k * tile.stride + j]);
      for (std::size_t i = 0; i < tile.rows; ++i) {
        expected.add(static_cast<long double>(r[i * outputs + k]) * tile.row(i)[j]);
      }
      ASSERT_NEAR(g[k * tile.stride + j], static_cast<double>(expected.sum), expected.tolerance(tile.rows));
    }
  }
}

TEST(MultiplyTransposedAdd, AgreesWithLongDouble) {
  for_every_target([] {
    for (const std::size_t columns : kColumns) {
      const DenseTile tile = random_tile(11, columns);
      for (const std::size_t outputs : {1U, 2U, 3U, 4U, 5U, 6U, 9U, 10U, 20U}) check_transposed(tile, outputs);
    }
    for (const std::size_t rows : kRows) check_transposed(random_tile(rows, 33), 7);
  });
}

void check_gram(const DenseTile& tile, const double* weight, Buffer<double>& scratch) {
  const std::size_t stride = tile.stride;
  Buffer<double> h(stride * stride);
  for (std::size_t e = 0; e < h.size(); ++e) h[e] = draw(3000, e);
  gram_add(tile, weight, h.data(), scratch);
  for (std::size_t a = 0; a < tile.columns; ++a) {
    for (std::size_t b = a; b < tile.columns; ++b) {
      Reference expected;
      expected.add(draw(3000, a * stride + b));
      for (std::size_t i = 0; i < tile.rows; ++i) {
        const long double product = static_cast<long double>(tile.row(i)[a]) * tile.row(i)[b];
        expected.add(weight == nullptr ? product : weight[i] * product);
      }
      ASSERT_NEAR(h[a * stride + b], static_cast<double>(expected.sum), expected.tolerance(tile.rows + 1))
          << tile.rows << " rows, " << tile.columns << " columns, " << a << ' ' << b;
    }
  }
}

TEST(GramAdd, AgreesWithLongDouble) {
  for_every_target([] {
    Buffer<double> scratch;  // one for all: it must grow when it has to, and not mind being too large
    for (const std::size_t columns : kColumns) {
      const DenseTile tile = random_tile(9, columns);
      check_gram(tile, random_vector(4000, tile.rows).data(), scratch);
    }
    for (const std::size_t rows : kRows) {
      const DenseTile tile = random_tile(rows, 29);
      check_gram(tile, random_vector(4000, tile.rows).data(), scratch);
      check_gram(tile, nullptr, scratch);
    }
    check_gram(random_tile(65, 300), nullptr, scratch);
  });
}

TEST(GramAdd, TakesNoWeightsForOnes) {
  for_every_target([] {
    const DenseTile tile = random_tile(70, 53);
    const std::vector<double> ones(tile.rows, 1.0);
    Buffer<double> scratch;
    Buffer<double> with(tile.stride * tile.stride);
    Buffer<double> without(tile.stride * tile.stride);
    gram_add(tile, ones.data(), with.data(), scratch);
    gram_add(tile, nullptr, without.data(), scratch);
    for (std::size_t a = 0; a < tile.columns; ++a) {
      for (std::size_t b = a; b < tile.columns; ++b) ASSERT_EQ(with[a * tile.stride + b], without[a * tile.stride + b]);
    }
  });
}

}  // namespace
}  // namespace plumbline
