// Split, moments and leaves: what happens to rows between the table and the solver.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <vector>

#include "plumbline/data/leaf_reader.hpp"
#include "plumbline/data/moments.hpp"
#include "plumbline/data/split.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {
namespace {

std::size_t count_of(const std::vector<Part>& parts, Part part) {
  return static_cast<std::size_t>(std::count(parts.begin(), parts.end(), part));
}

SplitOptions split_options(double calibration, double test, std::uint64_t seed = 0) {
  SplitOptions options;
  options.calibration_fraction = calibration;
  options.test_fraction = test;
  options.seed = seed;
  return options;
}

RC_GTEST_PROP(Split, TotalsAndSharesAreWhatWasAsked, ()) {
  const auto rows = *rc::gen::inRange<std::size_t>(1, 400);
  const auto classes = *rc::gen::inRange<std::size_t>(1, 6);
  const double calibration = *rc::gen::element(0.0, 0.1, 0.2, 0.33), test = *rc::gen::element(0.0, 0.05, 0.2, 0.5);
  Draws draws(*rc::gen::inRange<std::uint64_t>(1, 100000));
  std::vector<std::uint32_t> stratum;
  for (std::size_t i = 0; i < rows; ++i) stratum.push_back(static_cast<std::uint32_t>(draws.below(classes)));
  const std::vector<Part> parts = split_rows(rows, stratum, split_options(calibration, test, 5));
  RC_ASSERT(parts.size() == rows);
  const std::size_t kinds = 1 + (calibration > 0 ? 1U : 0U) + (test > 0 ? 1U : 0U);
  std::vector<std::size_t> size(classes);
  for (const std::uint32_t c : stratum) ++size[c];
  std::size_t splittable = 0;
  for (const std::size_t s : size) splittable += s < kinds ? 0 : s;
  for (const Part part : {Part::test, Part::calibration}) {
    const double fraction = part == Part::test ? test : calibration;
    const auto total = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(rows)));
    std::vector<std::size_t> got(classes);
    for (std::size_t i = 0; i < rows; ++i) got[stratum[i]] += parts[i] == part ? 1 : 0;
    const std::size_t all = std::accumulate(got.begin(), got.end(), std::size_t{0});
    const bool room_for_all = std::all_of(size.begin(), size.end(), [](std::size_t s) { return s == 0 || s > 20; });
    if (room_for_all) RC_ASSERT(all == total);
    RC_ASSERT(all <= total);
    for (std::size_t c = 0; room_for_all && c < classes; ++c) {
      const double exact = static_cast<double>(total) * static_cast<double>(size[c]) /
                           static_cast<double>(std::max<std::size_t>(splittable, 1));
      RC_ASSERT(std::fabs(static_cast<double>(got[c]) - exact) < 1);
    }
  }
  for (std::size_t c = 0; c < classes; ++c) {
    std::size_t train = 0;
    for (std::size_t i = 0; i < rows; ++i) train += stratum[i] == c && parts[i] == Part::train ? 1 : 0;
    RC_ASSERT(size[c] == 0 || train >= 1);
    if (size[c] < kinds) RC_ASSERT(train == size[c]);
  }
}

TEST(Split, UsualTotalsAreExact) {
  const std::vector<Part> parts = split_rows(569, {}, split_options(0.2, 0.2));
  EXPECT_EQ(count_of(parts, Part::test), 114U);
  EXPECT_EQ(count_of(parts, Part::calibration), 114U);
  EXPECT_EQ(count_of(parts, Part::train), 341U);
}

TEST(Split, IsAFunctionOfTheSeed) {
  std::vector<std::uint32_t> stratum;
  for (std::uint32_t i = 0; i < 200; ++i) stratum.push_back(i % 3);
  const auto a = split_rows(200, stratum, split_options(0.2, 0.2, 1));
  EXPECT_EQ(a, split_rows(200, stratum, split_options(0.2, 0.2, 1)));
  EXPECT_NE(a, split_rows(200, stratum, split_options(0.2, 0.2, 2)));
}

// 2,000 seeds: each row is in the test part a fifth of the time; the standard deviation of its share is 0.009.
TEST(Split, NoRowIsFavoured) {
  std::vector<int> chosen(30);
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const auto parts = split_rows(30, {}, split_options(0, 0.2, seed));
    for (std::size_t i = 0; i < 30; ++i) chosen[i] += parts[i] == Part::test ? 1 : 0;
  }
  for (const int count : chosen) EXPECT_NEAR(count / 2000.0, 0.2, 5 * 0.009);
}

TEST(Split, OneRowAndNoneAndRareClassesStayInTrain) {
  EXPECT_EQ(split_rows(1, {}, split_options(0.3, 0.3)), std::vector<Part>{Part::train});
  EXPECT_TRUE(split_rows(0, {}, split_options(0.3, 0.3)).empty());
  std::vector<std::uint32_t> stratum(50, 0);
  stratum[7] = 1;
  stratum[8] = stratum[9] = 2;
  const auto parts = split_rows(50, stratum, split_options(0.3, 0.3));
  for (const std::size_t i : {7U, 8U, 9U}) EXPECT_EQ(parts[i], Part::train);
  EXPECT_EQ(count_of(parts, Part::test), 15U);
}

TEST(Split, RefusesFractionsThatDoNotFit) {
  EXPECT_THROW((void)split_rows(10, {}, split_options(0.5, 0.5)), std::invalid_argument);
  EXPECT_THROW((void)split_rows(10, {}, split_options(-0.1, 0.5)), std::invalid_argument);
  EXPECT_THROW((void)split_rows(10, {}, split_options(std::nan(""), 0.5)), std::invalid_argument);
  EXPECT_THROW((void)split_rows(10, {0, 1}, split_options(0.1, 0.1)), std::invalid_argument);
}

/// Mean and standard deviation by the definition, in long double.
struct Expected {
  long double mean = 0, sd = 0;
};

Expected expected_moments(const Problem& problem, std::size_t j) {
  long double weight = 0, sum = 0, squares = 0;
  const auto s = [&](std::size_t i) { return problem.weight.empty() ? 1.0L : problem.weight[i]; };
  for (std::size_t i = 0; i < problem.rows; ++i) {
    weight += s(i);
    sum += s(i) * problem.at(i, j);
  }
  for (std::size_t i = 0; i < problem.rows; ++i) {
    const long double deviation = problem.at(i, j) - sum / weight;
    squares += s(i) * deviation * deviation;
  }
  return {sum / weight, std::sqrt(squares / weight)};
}

Moments moments_of(Problem& problem, std::size_t block_rows = 0) {
  MemorySource source = problem.source(block_rows);
  return column_moments(source);
}

TEST(Moments, MatchTheDefinitionInEveryStorage) {
  for (const Storage storage : {Storage::f64, Storage::f32, Storage::byte, Storage::csr}) {
    for (const bool weighted : {false, true}) {
      Problem problem = random_problem({9000, 4, LossKind::squared, storage, weighted}, 101);
      const Moments moments = moments_of(problem);
      for (std::size_t j = 0; j < 4; ++j) {
        const Expected expected = expected_moments(problem, j);
        EXPECT_NEAR(moments.mean[j], static_cast<double>(expected.mean), 1e-14);
        EXPECT_NEAR(moments.sd[j], static_cast<double>(expected.sd), 1e-13);
        double low = HUGE_VAL, high = -HUGE_VAL;
        for (std::size_t i = 0; i < problem.rows; ++i) {
          if (weighted && problem.weight[i] == 0) continue;
          low = std::min(low, problem.at(i, j));
          high = std::max(high, problem.at(i, j));
        }
        EXPECT_EQ(moments.minimum[j], low);
        EXPECT_EQ(moments.maximum[j], high);
      }
    }
  }
}

// Neighbouring doubles near 1e9 are 1.2e-7 apart: the mean can be no better. Dense columns are measured from their
// first cell, where nothing is lost; sparse ones are averaged cell by cell, which rounds the mean anew each time. The
// textbook's Σx² − n·mean² would leave no digit at all.
TEST(Moments, AHugeOffsetCostsNoDigits) {
  for (const Storage storage : {Storage::f64, Storage::csr}) {
    Problem problem = random_problem({10000, 2, LossKind::squared, Storage::f64, true}, 102);
    problem.storage = storage;
    for (double& cell : problem.x) cell = 1e9 + 1e-3 * cell;
    const Moments moments = moments_of(problem);
    const double mean_slack = storage == Storage::csr ? 2.4e-6 : 2.4e-7;
    const double sd_slack = storage == Storage::csr ? 3e-5 : 1e-7;
    for (std::size_t j = 0; j < 2; ++j) {
      const Expected expected = expected_moments(problem, j);
      EXPECT_NEAR(moments.mean[j], static_cast<double>(expected.mean), mean_slack);
      EXPECT_NEAR(moments.sd[j], static_cast<double>(expected.sd), sd_slack * static_cast<double>(expected.sd))
          << name_of(storage);
    }
  }
}

TEST(Moments, ExtremeMagnitudesKeepTheirDigits) {
  for (const Storage storage : {Storage::f64, Storage::csr}) {
    for (const double unit : {1e-300, 1e-200, 1e-162, 1e-158, 1e-150, 1e150, 1e154, 1e200, 1e306}) {
      Problem problem = random_problem({500, 1, LossKind::squared, Storage::f64, false}, 103);
      problem.storage = storage;
      const Expected expected = expected_moments(problem, 0);
      for (double& cell : problem.x) cell *= unit;
      const Moments moments = moments_of(problem);
      EXPECT_NEAR(moments.mean[0] / unit, static_cast<double>(expected.mean), 1e-13) << unit << name_of(storage);
      EXPECT_NEAR(moments.sd[0] / unit, static_cast<double>(expected.sd), 1e-13) << unit << name_of(storage);
    }
  }
}

TEST(Moments, AConstantHasNoSpreadWhateverItIs) {
  for (const double constant : {0.0, 0.1, 1e308, -1e-308, 1e9 / 3}) {
    for (const Storage storage : {Storage::f64, Storage::csr}) {
      Problem problem = random_problem({5000, 2, LossKind::squared, storage, true}, 104);
      for (std::size_t i = 0; i < problem.rows; ++i) problem.at(i, 1) = constant;
      const Moments moments = moments_of(problem);
      EXPECT_TRUE(moments.is_constant(1));
      EXPECT_EQ(moments.sd[1], 0);
      EXPECT_EQ(moments.mean[1], constant);
      EXPECT_EQ(standardized_coordinates(moments, true, true).scale[1], 0);
    }
  }
}

TEST(Moments, RowsOfNoWeightAreNotThere) {
  for (const Storage storage : {Storage::f64, Storage::csr}) {
    Problem problem = random_problem({100, 2, LossKind::squared, storage, false}, 105);
    problem.weight.assign(100, 1);
    std::vector<std::size_t> kept;
    for (std::size_t i = 0; i < 100; ++i) {
      if (i % 4 == 0) {
        problem.weight[i] = 0;
        problem.at(i, 0) = i % 8 == 0 ? 1.7e308 : -1.7e308;
      } else {
        kept.push_back(i);
      }
    }
    Problem without = pick_rows(problem, kept);
    const Moments got = moments_of(problem), expected = moments_of(without);
    EXPECT_EQ(got.weight_sum, 75);
    EXPECT_EQ(got.minimum, expected.minimum);
    EXPECT_EQ(got.maximum, expected.maximum);
    for (std::size_t j = 0; j < 2; ++j) {
      EXPECT_NEAR(got.mean[j], expected.mean[j], 1e-14) << name_of(storage);
      EXPECT_NEAR(got.sd[j], expected.sd[j], 1e-14) << name_of(storage);
    }
  }
}

TEST(Moments, TheSameBitsForAnyThreadsAndBlocks) {
  for (const Storage storage : {Storage::f64, Storage::csr}) {
    Problem problem = random_problem({9000, 3, LossKind::squared, storage, true}, 106);
    const Moments expected = moments_of(problem);
    for (const std::size_t threads : {1U, 2U, 4U}) {
      const ThreadLimit limit(threads);
      for (const std::size_t block_rows : {1U, 7U, 4097U}) {
        const Moments got = moments_of(problem, block_rows);
        EXPECT_EQ(got.mean, expected.mean);
        EXPECT_EQ(got.sd, expected.sd);
        EXPECT_EQ(got.weight_sum, expected.weight_sum);
      }
    }
  }
}

/// One row as numbers, wherever it is stored.
std::vector<double> row_of(const DenseView& x, std::size_t i) {
  std::vector<double> row;
  for (std::size_t j = 0; j < x.columns; ++j) {
    if (x.scalar == Scalar::byte) row.push_back(x.byte_scale * static_cast<const std::uint8_t*>(x.row(i))[j]);
    if (x.scalar == Scalar::f32) row.push_back(static_cast<double>(static_cast<const float*>(x.row(i))[j]));
    if (x.scalar == Scalar::f64) row.push_back(static_cast<const double*>(x.row(i))[j]);
  }
  return row;
}

std::vector<double> row_of(const CsrView& x, std::size_t i) {
  std::vector<double> row(x.columns);
  for (std::uint64_t q = x.offsets[i]; q < x.offsets[i + 1]; ++q) row[x.indices[q]] = x.values[q];
  return row;
}

RC_GTEST_PROP(LeafReader, AnyBlocksGiveTheSameLeaves, ()) {
  const auto storage = *rc::gen::element(Storage::f64, Storage::f32, Storage::byte, Storage::csr);
  const auto loss = *rc::gen::element(LossKind::squared, LossKind::multilabel);
  const auto rows = *rc::gen::inRange<std::size_t>(1, 60), leaf_rows = *rc::gen::inRange<std::size_t>(1, 70);
  const auto block_rows = *rc::gen::inRange<std::size_t>(0, 70);
  const bool weighted = *rc::gen::arbitrary<bool>();
  Problem problem = random_problem({rows, 3, loss, storage, weighted}, 107);
  MemorySource source = problem.source(block_rows);
  LeafReader reader(source, leaf_rows);
  std::size_t next = 0;
  for (RowBlock leaf; reader.next(leaf);) {
    RC_ASSERT(leaf.first_row == next);
    RC_ASSERT(leaf.rows == std::min(leaf_rows, rows - next));
    RC_ASSERT((leaf.row_weight != nullptr) == weighted);
    for (std::size_t i = 0; i < leaf.rows; ++i) {
      const std::size_t row = next + i;
      const auto got = std::visit([&](const auto& x) { return row_of(x, i); }, leaf.x);
      const auto begin = problem.x.begin() + static_cast<std::ptrdiff_t>(row * 3);
      RC_ASSERT(got == std::vector<double>(begin, begin + 3));
      for (std::size_t k = 0; k < problem.target_width; ++k) {
        RC_ASSERT(leaf.target[i * problem.target_width + k] == problem.target[row * problem.target_width + k]);
      }
      if (weighted) RC_ASSERT(leaf.row_weight[i] == problem.weight[row]);
    }
    next += leaf.rows;
  }
  RC_ASSERT(next == rows);
}

TEST(LeafReader, RewindsWhatItIsGiven) {
  Problem problem = random_problem({10, 1, LossKind::squared, Storage::f64, false}, 108);
  MemorySource source = problem.source(4);
  RowBlock block;
  ASSERT_TRUE(source.next(block));
  LeafReader reader(source, 100);
  ASSERT_TRUE(reader.next(block));
  EXPECT_EQ(block.rows, 10U);
  EXPECT_FALSE(reader.next(block));
  EXPECT_THROW(LeafReader(source, 0), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline::testing
