// Separation: against exact enumeration on small integer tables, and on large random ones built to be separated or not.
#include "plumbline/solvers/separation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

#include "plumbline/data/moments.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {
namespace {

SeparationResult separate(Problem& problem, std::size_t classes = 0, std::size_t block_rows = 0,
                          bool intercept = true) {
  MemorySource source = problem.source(block_rows);
  const Moments moments = column_moments(source);
  const Coordinates at = standardized_coordinates(moments, intercept, true);
  const SeparationProblem asked{classes == 0 ? problem.target_width : 1, classes, moments.weight_sum};
  return find_separation(source, at, asked, silent_progress());
}

using Ray = std::array<std::int64_t, 3>;

/// z·(x_1, x_2, 1) of each row; for one feature x_2 = 0 and the ray's second entry stays 0.
std::vector<Ray> signed_rows(const Problem& problem) {
  std::vector<Ray> rows;
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const std::int64_t z = problem.target[i] > 0.5 ? 1 : -1;
    const std::int64_t second = problem.columns > 1 ? std::lround(problem.at(i, 1)) : 0;
    rows.push_back({z * std::lround(problem.at(i, 0)), z * second, z});
  }
  return rows;
}

Ray cross(const Ray& a, const Ray& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
std::int64_t dot(const Ray& a, const Ray& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

/// The cone {d: A d >= 0} of a table of full rank is spanned by its extreme rays, each on two rows (one feature: on one
/// row and d_2 = 0). Their sum is strict wherever any direction is.
struct Exact {
  bool full_rank = false;
  std::size_t strict_rows = 0;
};

Exact enumerate(const Problem& problem) {
  std::vector<Ray> rows = signed_rows(problem), planes = rows;
  if (problem.columns == 1) planes = {{0, 1, 0}};
  Exact exact;
  Ray sum{};
  for (const Ray& a : rows) {
    for (const Ray& b : planes) {
      for (const std::int64_t sign : {1, -1}) {
        Ray ray = cross(a, b);
        for (std::int64_t& value : ray) value *= sign;
        if (ray == Ray{}) continue;
        exact.full_rank = exact.full_rank ||
                          std::any_of(rows.begin(), rows.end(), [&](const Ray& row) { return dot(row, ray) != 0; });
        if (std::any_of(rows.begin(), rows.end(), [&](const Ray& row) { return dot(row, ray) < 0; })) continue;
        for (std::size_t q = 0; q < 3; ++q) sum[q] += ray[q];
      }
    }
  }
  for (const Ray& row : rows) exact.strict_rows += dot(row, sum) > 0 ? 1 : 0;
  return exact;
}

Problem small_table(Draws& draws, std::size_t columns) {
  Problem problem;
  problem.rows = 4 + draws.below(12);
  problem.columns = columns;
  const std::size_t span = 2 + draws.below(6);
  for (std::size_t c = 0; c < problem.rows * columns; ++c) problem.x.push_back(static_cast<double>(draws.below(span)));
  const double lean = 4 * draws.unit();
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const double side = problem.at(i, 0) - 0.5 * static_cast<double>(span - 1);
    problem.target.push_back(lean * side + draws.normal() > 0 ? 1 : 0);
  }
  return problem;
}

SeparationKind kind_of(const Exact& exact, std::size_t rows) {
  if (exact.strict_rows == 0) return SeparationKind::none;
  return exact.strict_rows == rows ? SeparationKind::complete : SeparationKind::quasi;
}

TEST(Separation, AgreesWithEnumerationOnSmallTables) {
  Draws draws(5);
  std::array<int, 4> seen{};
  for (int trial = 0; trial < 3000; ++trial) {
    Problem problem = small_table(draws, 1 + draws.below(2));
    if (trial % 3 == 0) problem.storage = Storage::csr;
    const Exact exact = enumerate(problem);
    if (!exact.full_rank) continue;
    const SeparationKind expected = kind_of(exact, problem.rows);
    const OutputSeparation got = separate(problem).outputs.at(0);
    ++seen[static_cast<std::size_t>(expected)];
    ASSERT_EQ(got.kind, expected) << "trial " << trial << ", " << problem.rows << " rows, " << problem.columns;
    if (expected != SeparationKind::none && expected != SeparationKind::complete) {
      ASSERT_EQ(got.strict_rows, exact.strict_rows) << "trial " << trial;
    }
  }
  EXPECT_GT(seen[static_cast<std::size_t>(SeparationKind::none)], 300);
  EXPECT_GT(seen[static_cast<std::size_t>(SeparationKind::quasi)], 300);
  EXPECT_GT(seen[static_cast<std::size_t>(SeparationKind::complete)], 300);
}

/// Normal features; labels by a random plane. `wrong` rows are put a little on the wrong side of it, among the others.
Problem by_a_plane(std::size_t rows, std::size_t columns, std::size_t wrong, std::uint64_t seed) {
  Draws draws(seed);
  Problem problem;
  problem.rows = rows;
  problem.columns = columns;
  std::vector<double> w(columns);
  for (double& value : w) value = draws.normal();
  for (std::size_t i = 0; i < rows; ++i) {
    double eta = 0.3;
    for (std::size_t j = 0; j < columns; ++j) {
      problem.x.push_back(draws.normal());
      eta += w[j] * problem.x.back();
    }
    problem.target.push_back((eta > 0) == (i >= wrong) ? 1 : 0);
  }
  return problem;
}

TEST(Separation, FindsPlanesAndTheirAbsence) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const std::size_t rows = seed % 2 == 0 ? 50 : 400, columns = 1 + seed % 5;
    Problem separable = by_a_plane(rows, columns, 0, seed);
    EXPECT_EQ(separate(separable).outputs[0].kind, SeparationKind::complete) << seed;
    // Two dozen rows on the wrong side of 400 in five dimensions: no other plane can serve them all.
    Problem overlapping = by_a_plane(400, columns, 24, seed);
    EXPECT_TRUE(separate(overlapping).overlapping()) << seed;
  }
}

TEST(Separation, AHundredThousandRows) {
  Problem overlapping = by_a_plane(100000, 20, 5000, 1);
  EXPECT_TRUE(separate(overlapping).overlapping());
  Problem separable = by_a_plane(100000, 5, 0, 2);
  EXPECT_EQ(separate(separable).outputs[0].kind, SeparationKind::complete);
}

/// Overlapping rows with one more column, 1 only in some rows that are all of one class.
Problem with_a_pure_level(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Problem problem = by_a_plane(rows, columns, rows / 5, seed);
  Problem wider = problem;
  wider.columns = columns + 1;
  wider.x.clear();
  for (std::size_t i = 0; i < rows; ++i) {
    for (std::size_t j = 0; j < columns; ++j) wider.x.push_back(problem.at(i, j));
    wider.x.push_back(i % 29 == 7 ? 1 : 0);
    if (i % 29 == 7) wider.target[i] = 1;
  }
  return wider;
}

TEST(Separation, ALevelThatIsPureInAClassIsNamed) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const Storage storage : {Storage::f64, Storage::csr}) {
      Problem problem = with_a_pure_level(300 + 100 * seed, 1 + seed % 6, seed);
      problem.storage = storage;
      const OutputSeparation got = separate(problem).outputs[0];
      ASSERT_EQ(got.kind, SeparationKind::quasi) << seed;
      EXPECT_EQ(got.strict_rows, (problem.rows + 21) / 29) << seed;
      ASSERT_EQ(got.shares.size(), 1U) << seed;
      EXPECT_EQ(got.shares[0].feature, problem.columns - 1);
      EXPECT_TRUE(got.shares[0].positive);
    }
  }
}

TEST(Separation, RowsOfNoWeightAreNotThere) {
  Problem problem = by_a_plane(80, 2, 10, 3);
  for (std::size_t i = 0; i < problem.rows; ++i) problem.weight.push_back(i < 10 ? 0 : 1 + static_cast<double>(i % 3));
  EXPECT_EQ(separate(problem).outputs[0].kind, SeparationKind::complete);
  problem.weight.assign(problem.rows, 1e-8);
  EXPECT_EQ(separate(problem).outputs[0].kind, SeparationKind::none);
}

TEST(Separation, CollinearAndConstantColumnsAreNoEvidence) {
  Problem problem = by_a_plane(200, 4, 40, 4);
  for (std::size_t i = 0; i < problem.rows; ++i) {
    problem.at(i, 2) = problem.at(i, 0) + problem.at(i, 1);
    problem.at(i, 3) = 7;
  }
  EXPECT_EQ(separate(problem).outputs[0].kind, SeparationKind::none);
}

TEST(Separation, EachLabelByItself) {
  Problem problem = by_a_plane(150, 3, 0, 6);
  const Problem noisy = by_a_plane(150, 3, 40, 6);
  problem.target_width = 3;
  const std::vector<double> clean = problem.target;
  problem.target.clear();
  for (std::size_t i = 0; i < problem.rows; ++i) {
    problem.target.insert(problem.target.end(), {clean[i], noisy.target[i], 1.0});
  }
  const SeparationResult got = separate(problem);
  ASSERT_EQ(got.outputs.size(), 3U);
  EXPECT_EQ(got.outputs[0].kind, SeparationKind::complete);
  EXPECT_EQ(got.outputs[1].kind, SeparationKind::none);
  EXPECT_EQ(got.outputs[2].kind, SeparationKind::complete);
  ASSERT_EQ(got.outputs[2].label, 2U);
  EXPECT_TRUE(got.separated());
  EXPECT_FALSE(got.overlapping());
}

TEST(Separation, OneClassOfSeveral) {
  Draws draws(8);
  Problem problem;
  problem.rows = 240;
  problem.columns = 2;
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const std::size_t truth = i % 3;
    problem.target.push_back(static_cast<double>(truth));
    problem.x.push_back(draws.normal() + (truth == 2 ? 40 : 0));
    problem.x.push_back(draws.normal());
  }
  const OutputSeparation got = separate(problem, 3).outputs[0];
  EXPECT_EQ(got.kind, SeparationKind::quasi);  // classes 0 and 1 overlap
  EXPECT_EQ(got.strict_rows, problem.rows);
  ASSERT_FALSE(got.shares.empty());
  for (const SeparationShare& share : got.shares) EXPECT_EQ(share.feature, 0U);
  for (std::size_t i = 0; i < problem.rows; ++i) problem.at(i, 0) -= problem.target[i] == 2 ? 40 : 0;
  EXPECT_EQ(separate(problem, 3).outputs[0].kind, SeparationKind::none);
  for (std::size_t i = 0; i < problem.rows; ++i) problem.at(i, 0) += 20 * problem.target[i];
  EXPECT_EQ(separate(problem, 3).outputs[0].kind, SeparationKind::complete);
}

TEST(Separation, TheSameBitsForAnyThreadsAndBlocks) {
  Problem problem = with_a_pure_level(20000, 4, 9);
  const Vector expected = separate(problem).outputs[0].direction;
  const ThreadLimit three(3);
  for (const std::size_t block_rows : {7U, 4096U, 5000U}) {
    EXPECT_EQ(separate(problem, 0, block_rows).outputs[0].direction, expected) << block_rows;
  }
}

}  // namespace
}  // namespace plumbline::testing
