// Polynomial terms: --poly from the table to columns of X.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "data/read_support.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/data/encode.hpp"
#include "plumbline/data/features.hpp"

namespace plumbline::testing {
namespace {

using Texts = std::vector<std::string>;

EncoderOptions options_for(const Table& table, const std::vector<PolynomialChoice>& polynomials) {
  EncoderOptions options;
  options.train.assign(table.rows, true);
  options.polynomials = polynomials;
  return options;
}

Encoder encoder_for(const Table& table, const std::vector<PolynomialChoice>& polynomials) {
  return learn_encoder(table, choose_features(table, {}, {}, 100), options_for(table, polynomials));
}

Dataset encode_all(Table& table, const Encoder& encoder) {
  std::vector<std::size_t> slots(table.rows);
  std::iota(slots.begin(), slots.end(), std::size_t{0});
  EncodeCounts counts;
  return encode(table, encoder, slots, table.rows, counts);
}

TEST(Polynomial, PowersStandBesideTheirColumn) {
  Table table = csv("a,x,b\n1,3,5\n2,-0.5,6\n");
  const Encoder encoder = encoder_for(table, {{"x", 3}});
  EXPECT_EQ(encoder.feature_names(), (Texts{"a", "x", "x^2", "x^3", "b"}));
  EXPECT_EQ(encoder.width(), 5U);
  ASSERT_EQ(encoder.polynomials().size(), 1U);
  EXPECT_EQ(encoder.polynomials()[0].first, 1U);
  EXPECT_EQ(encoder.polynomials()[0].degree, 3U);
  const Dataset data = encode_all(table, encoder);
  EXPECT_EQ(row_of(data, 0), (std::vector<double>{1, 3, 9, 27, 5}));
  EXPECT_EQ(row_of(data, 1), (std::vector<double>{2, -0.5, 0.25, -0.125, 6}));
}

TEST(Polynomial, PowersAreRoundedOnce) {
  Table table = csv("x\n1.1\n-7.3\n");
  const Dataset data = encode_all(table, encoder_for(table, {{"x", 10}}));
  for (std::size_t i = 0; i < 2; ++i) {
    const std::vector<double> row = row_of(data, i);
    long double power = row[0];
    for (std::size_t k = 1; k < 10; ++k) {
      power *= static_cast<long double>(row[0]);
      // Nine roundings of 2^-64 in the reference: less than an eighth of an ulp, so at most next to the right one.
      EXPECT_NEAR(row[k], static_cast<double>(power), std::fabs(row[k]) * 0x1p-52);
    }
  }
}

TEST(Polynomial, SeveralColumnsAndDegreeOne) {
  Table table = csv("x,z,t\n2,3,u\n4,5,v\n");
  const Encoder encoder = encoder_for(table, {{"z", 2}, {"x", 1}});
  EXPECT_EQ(encoder.feature_names(), (Texts{"x", "z", "z^2", "t=u", "t=v"}));
  EXPECT_EQ(encoder.polynomials().size(), 1U) << "degree 1 is the column itself";
}

TEST(Polynomial, AMissingCellGetsThePowersOfTheMean) {
  Table table = csv("x,a\n1,0\n,1\n3,0\n");
  const Encoder encoder = encoder_for(table, {{"x", 2}});
  EXPECT_EQ(encoder.feature_names(), (Texts{"x", "x^2", "x (missing)", "a"}));
  EXPECT_EQ(row_of(encode_all(table, encoder), 1), (std::vector<double>{2, 4, 1, 1}));
}

TEST(Polynomial, WhatMakesNoSenseIsRefused) {
  const Table table = csv("x,t\n1,u\n2,v\n");
  EXPECT_THROW(encoder_for(table, {{"x", 0}}), UsageError);
  EXPECT_THROW(encoder_for(table, {{"x", kHighestDegree + 1}}), UsageError);
  EXPECT_THROW(encoder_for(table, {{"nowhere", 2}}), DataError);
  EXPECT_THROW(encoder_for(table, {{"x", 2}, {"x", 3}}), UsageError);
  EXPECT_THROW(encoder_for(table, {{"t", 2}}), DataError);
}

TEST(Polynomial, APowerBeyondTheDoublesNamesTheRecord) {
  Table table = csv("x\n1\n1e200\n");
  try {
    encode_all(table, encoder_for(table, {{"x", 2}}));
    FAIL() << "1e400 is no double";
  } catch (const DataError& error) {
    EXPECT_EQ(error.place().record, 2U);
    EXPECT_EQ(error.place().column, "x");
  }
}

}  // namespace
}  // namespace plumbline::testing
