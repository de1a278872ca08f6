// The packed product against sums in long double, and its promise that no bit depends on where an element stands.

#include "plumbline/kernels/product.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "every_target.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {
namespace {

struct Case {
  std::size_t rows, columns, depth;
  bool a_transposed, b_transposed, add;
};

template <class T>
std::vector<T> draw_cell(std::uint64_t stream, std::size_t count) {
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<T>(random_unit(11, stream, i) - 0.5);
  return values;
}

/// Rows stand a few cells further apart than they must, so that a stride that is ignored shows.
template <class T>
struct Arrays {
  Case of;
  std::size_t a_stride = (of.a_transposed ? of.rows : of.depth) + 1;
  std::size_t b_stride = (of.b_transposed ? of.depth : of.columns) + 2;
  std::size_t c_stride = of.columns + 3;
  std::vector<T> a = draw_cell<T>(1, (of.a_transposed ? of.depth : of.rows) * a_stride);
  std::vector<T> b = draw_cell<T>(2, (of.b_transposed ? of.columns : of.depth) * b_stride);
  std::vector<T> c = draw_cell<T>(3, std::size_t{of.rows} * c_stride);

  explicit Arrays(const Case& of_) : of(of_) {}
  T a_at(std::size_t i, std::size_t k) const { return of.a_transposed ? a[k * a_stride + i] : a[i * a_stride + k]; }
  T b_at(std::size_t k, std::size_t j) const { return of.b_transposed ? b[j * b_stride + k] : b[k * b_stride + j]; }
  Product<T> product() {
    return {a.data(),
            of.a_transposed ? 1 : a_stride,
            of.a_transposed ? a_stride : 1,
            b.data(),
            b_stride,
            of.b_transposed,
            c.data(),
            c_stride,
            of.rows,
            of.columns,
            of.depth,
            of.add};
  }
};

template <class T>
void check(const Case& of) {
  Arrays<T> arrays(of);
  const std::vector<T> before = arrays.c;
  multiply(arrays.product());
  for (std::size_t i = 0; i < of.rows; ++i) {
    for (std::size_t j = 0; j < arrays.c_stride; ++j) {
      const std::size_t at = i * arrays.c_stride + j;
      if (j >= of.columns) {
        ASSERT_EQ(arrays.c[at], before[at]) << "beyond the last column";
        continue;
      }
      long double sum = of.add ? before[at] : 0, magnitude = std::fabs(sum);
      for (std::size_t k = 0; k < of.depth; ++k) {
        const long double term = static_cast<long double>(arrays.a_at(i, k)) * arrays.b_at(k, j);
        sum += term;
        magnitude += std::fabs(term);
      }
      // Any order of summation rounds each of its steps by half an epsilon of what it has: twice that, for slack.
      const auto steps = static_cast<long double>(of.depth + 2);
      const long double tolerance = steps * std::numeric_limits<T>::epsilon() * magnitude;
      ASSERT_LE(std::fabs(arrays.c[at] - sum), tolerance)
          << of.rows << " x " << of.columns << " x " << of.depth << " at " << i << ' ' << j;
    }
  }
}

TEST(PackedProduct, AgreesWithLongDouble) {
  for_every_target([] {
    for (const std::size_t rows : {1U, 4U, 13U}) {
      for (const std::size_t columns : {1U, 7U, 16U, 24U, 49U, 101U}) {
        for (const std::size_t depth : {0U, 1U, 128U, 129U, 300U}) {
          const bool odd = (rows + columns + depth) % 2 == 1;
          check<float>({rows, columns, depth, odd, columns % 2 == 1, depth % 2 == 1});
          check<double>({rows, columns, depth, !odd, columns % 2 == 0, depth % 2 == 0});
        }
      }
    }
  });
}

template <class T>
void check_pieces() {
  Arrays<T> whole({37, 101, 300, false, false, true});
  Arrays<T> pieces = whole;
  multiply(whole.product());
  for (std::size_t i = 0; i < 37; i += 5) {
    for (std::size_t j = 0; j < 101; j += 17) {
      Product<T> piece = pieces.product();
      piece.a += i * piece.a_row;
      piece.b += j;
      piece.c += i * piece.c_stride + j;
      piece.rows = std::min<std::size_t>(5, 37 - i);
      piece.columns = std::min<std::size_t>(17, 101 - j);
      multiply(piece);
    }
  }
  EXPECT_EQ(whole.c, pieces.c);
}

TEST(PackedProduct, GivesTheSameBitsInPieces) {
  for_every_target([] {
    check_pieces<float>();
    check_pieces<double>();
  });
}

TEST(PackedProduct, TransposedOperandsGiveTheSameBits) {
  Arrays<double> plain({9, 30, 200, false, false, false});
  std::vector<double> a(200 * 9), b(30 * 200), c(9 * 30);
  for (std::size_t k = 0; k < 200; ++k) {
    for (std::size_t i = 0; i < 9; ++i) a[k * 9 + i] = plain.a_at(i, k);
    for (std::size_t j = 0; j < 30; ++j) b[j * 200 + k] = plain.b_at(k, j);
  }
  multiply(plain.product());
  multiply(Product<double>{a.data(), 1, 9, b.data(), 200, true, c.data(), 30, 9, 30, 200, false});
  for (std::size_t i = 0; i < 9; ++i) {
    for (std::size_t j = 0; j < 30; ++j) EXPECT_EQ(c[i * 30 + j], plain.c[i * plain.c_stride + j]);
  }
}

}  // namespace
}  // namespace plumbline
