#include <gtest/gtest.h>

#include <vector>

#include "plumbline/core/random.hpp"
#include "plumbline/kernels/verbs.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kCsrRows = 40;
constexpr std::size_t kCsrColumns = 13;

/// Small whole numbers, so that every sum is exact in any order and results can be compared for equality.
double whole(std::uint64_t stream, std::size_t i) { return static_cast<double>(random_bits(5, stream, i) % 9) - 4; }

/// The same random matrix both ways; row 3 is empty, row 4 full, and the offsets do not start at 0.
class Sparse : public ::testing::Test {
 protected:
  Sparse() {
    for (std::size_t i = 0; i < kCsrRows; ++i) {
      for (std::size_t j = 0; j < kCsrColumns; ++j) {
        const bool present = i == 4 || (i != 3 && random_unit(6, i, j) < 0.3);
        if (!present) continue;
        dense_[i][j] = whole(i, j);
        indices_.push_back(static_cast<std::uint32_t>(j));
        values_.push_back(whole(i, j));
      }
      offsets_.push_back(indices_.size());
    }
  }
  CsrView view() const { return {offsets_.data(), indices_.data(), values_.data(), kCsrRows, kCsrColumns}; }

  double dense_[kCsrRows][kCsrColumns] = {};
  std::vector<std::uint64_t> offsets_ = {2};
  std::vector<std::uint32_t> indices_ = {0, 1};
  std::vector<double> values_ = {100, 100};
};

std::vector<double> whole_vector(std::uint64_t stream, std::size_t size) {
  std::vector<double> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = whole(stream, i);
  return values;
}

TEST_F(Sparse, MultipliesLikeDense) {
  for (const std::size_t outputs : {1U, 3U, 10U}) {
    const std::vector<double> w = whole_vector(100, kCsrColumns * outputs);
    const std::vector<double> b = whole_vector(101, outputs);
    std::vector<double> eta(kCsrRows * outputs, 99.0);
    multiply(view(), w.data(), b.data(), outputs, eta.data());
    for (std::size_t i = 0; i < kCsrRows; ++i) {
      for (std::size_t k = 0; k < outputs; ++k) {
        double expected = b[k];
        for (std::size_t j = 0; j < kCsrColumns; ++j) expected += dense_[i][j] * w[j * outputs + k];
        ASSERT_EQ(eta[i * outputs + k], expected);
      }
    }
  }
}

TEST_F(Sparse, MultipliesTransposedLikeDense) {
  for (const std::size_t outputs : {1U, 3U, 10U}) {
    const std::vector<double> r = whole_vector(102, kCsrRows * outputs);
    std::vector<double> g = whole_vector(103, kCsrColumns * outputs);
    std::vector<double> expected = g;
    multiply_transposed_add(view(), r.data(), outputs, g.data());
    for (std::size_t i = 0; i < kCsrRows; ++i) {
      for (std::size_t j = 0; j < kCsrColumns; ++j) {
        for (std::size_t k = 0; k < outputs; ++k) expected[j * outputs + k] += r[i * outputs + k] * dense_[i][j];
      }
    }
    EXPECT_EQ(g, expected);
  }
}

TEST_F(Sparse, GramMatchesDenseAboveTheDiagonalAndLeavesTheRest) {
  const std::vector<double> weights = whole_vector(104, kCsrRows);
  for (const double* weight : {weights.data(), static_cast<const double*>(nullptr)}) {
    for (const std::size_t stride : {kCsrColumns, kCsrColumns + 1, kCsrColumns + 3}) {
      std::vector<double> h(stride * stride, 0.5);
      std::vector<double> expected = h;
      gram_add(view(), weight, h.data(), stride);
      const std::size_t width = stride > kCsrColumns ? kCsrColumns + 1 : kCsrColumns;
      for (std::size_t i = 0; i < kCsrRows; ++i) {
        const auto cell = [&](std::size_t j) { return j == kCsrColumns ? 1.0 : dense_[i][j]; };
        for (std::size_t a = 0; a < width; ++a) {
          for (std::size_t b = a; b < width; ++b) {
            expected[a * stride + b] += (weight == nullptr ? 1.0 : weight[i]) * cell(a) * cell(b);
          }
        }
      }
      EXPECT_EQ(h, expected);
    }
  }
}

}  // namespace
}  // namespace plumbline
