#include "plumbline/data/class_weights.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/penalty_factors.hpp"

namespace plumbline::testing {
namespace {

/// A file for the time of a test.
class Written final {
 public:
  explicit Written(const std::string& text) : path_(::testing::TempDir() + "plumbline_named_numbers.csv") {
    std::ofstream(path_) << text;
  }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;
  ~Written() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

using Labels = std::vector<std::string>;
using Numbers = std::vector<double>;

/// What is wrong, as the user reads it.
template <class Read>
std::string problem_of(const std::string& text, Read read) {
  const Written file(text);
  try {
    (void)read(file.path());
  } catch (const DataError& error) {
    EXPECT_EQ(error.place().path, file.path());
    return "line " + std::to_string(error.place().line) + ": " + error.place().column + ": " + error.problem();
  }
  return "nothing";
}

TEST(ClassWeights, AreGivenByClassInTheModelsOrder) {
  const Written file("weight,class\n3,yes\n0.5,\"no, never\"\n");
  EXPECT_EQ(read_class_weights(file.path(), {"no, never", "yes"}), (Numbers{0.5, 3}));
}

TEST(ClassWeights, NumbersMayBeSpelledAnyWayWhereAllLabelsAreNumbers) {
  const Written file("class,weight\n1.0,2\n0,1\n");
  EXPECT_EQ(read_class_weights(file.path(), {"0", "1"}), (Numbers{1, 2}));
  EXPECT_THROW((void)read_class_weights(file.path(), {"0", "1", "x"}), DataError);
}

TEST(ClassWeights, ANameThatLooksMissingIsAName) {
  const Written file("class,weight\nNA,2\n?,1\n");
  EXPECT_EQ(read_class_weights(file.path(), {"?", "NA"}), (Numbers{1, 2}));
}

TEST(ClassWeights, SayWhatIsWrongAndWhere) {
  const auto read = [](const std::string& path) { return read_class_weights(path, {"a", "b"}); };
  EXPECT_EQ(problem_of("class,weight\na,1\nc,2\nb,1\n", read),
            "line 3: class: there is no class 'c' in the training rows");
  EXPECT_EQ(problem_of("class,weight\na,1\nb,1\na,2\n", read), "line 4: class: 'a' comes twice");
  EXPECT_EQ(problem_of("class,weight\na,0\nb,1\n", read), "line 2: weight: a weight must be positive, not 0");
  EXPECT_EQ(problem_of("class,weight\na,1\nb,-2\n", read), "line 3: weight: a weight must be positive, not -2");
  EXPECT_EQ(problem_of("class,weight\na,1\n", read), "line 0: class: there is no weight for the class 'b'");
  EXPECT_EQ(problem_of("label,weight\na,1\nb,1\n", read), "line 1: : the columns must be 'class' and 'weight'");
  EXPECT_EQ(problem_of("class,weight,more\na,1,1\nb,1,1\n", read),
            "line 1: : the columns must be 'class' and 'weight'");
  for (const char* weight : {"much", "inf", "nan", ""}) {
    const std::string problem = problem_of("class,weight\na,1\nb," + std::string(weight) + "\n", read);
    EXPECT_EQ(problem.substr(0, 15), "line 3: weight:") << weight << ": " << problem;
  }
  EXPECT_THROW((void)read_class_weights("/nowhere/at/all.csv", {"a"}), FileError);
}

TEST(ClassWeights, BalancedOnesMakeClassesWeighTheSameAndKeepTheTotal) {
  const Numbers totals{10, 30, 0, 20};
  const Numbers multiplier = balanced_class_weights(totals);
  EXPECT_EQ(multiplier, (Numbers{2, 60.0 / 3 / 30, 1, 1}));
  EXPECT_NEAR(multiplier[0] * 10 + multiplier[1] * 30 + multiplier[3] * 20, 60, 1e-13);
}

TEST(ClassWeights, MultiplyTheWeightsOfRows) {
  const Numbers x(4), target{0, 1, 1, 0}, weight{1, 2, 0, 3};
  MemorySource source(DenseView{x.data(), 4, 1, 1}, target.data(), 1, weight.data(), 3);
  const Numbers totals = class_totals(source, 2);
  EXPECT_EQ(totals, (Numbers{4, 2}));
  Numbers weighed = weight;
  multiply_by_class({0.5, 10}, target.data(), 4, weighed.data());
  EXPECT_EQ(weighed, (Numbers{0.5, 20, 0, 1.5}));
}

Encoder encoder() {
  Encoder result;
  result.columns = {{"age", false, 0, true, {}, false, 2}, {"color", true, 0, false, {"blue", "red"}, false, 1}};
  return result;
}

TEST(PenaltyFactors, OfAColumnAreThoseOfAllItsFeatures) {
  ASSERT_EQ(encoder().feature_names(), (Labels{"age", "age^2", "age (missing)", "color=blue", "color=red"}));
  const Written file("feature,factor\ncolor,0\nage,3\n");
  EXPECT_EQ(read_penalty_factors(file.path(), encoder()), (Numbers{3, 3, 3, 0, 0}));
}

TEST(PenaltyFactors, OfAFeatureGoBeforeThoseOfItsColumn) {
  const Written file("feature,factor\ncolor=red,0.5\nage^2,7\ncolor,2\n");
  EXPECT_EQ(read_penalty_factors(file.path(), encoder()), (Numbers{1, 7, 1, 2, 0.5}));
}

TEST(PenaltyFactors, NamePositionsOfSparseData) {
  Encoder sparse;
  sparse.sparse = true;
  sparse.sparse_width = 3;
  const Written file("feature,factor\nf2,0\n");
  EXPECT_EQ(read_penalty_factors(file.path(), sparse), (Numbers{1, 0, 1}));
}

TEST(PenaltyFactors, SayWhatIsWrongAndWhere) {
  const auto read = [](const std::string& path) { return read_penalty_factors(path, encoder()); };
  EXPECT_EQ(problem_of("feature,factor\nage,1\nsize,2\n", read), "line 3: feature: there is no feature 'size'");
  EXPECT_EQ(problem_of("feature,factor\nage,1\n\nage,2\n", read), "line 4: feature: 'age' comes twice");
  EXPECT_EQ(problem_of("feature,factor\nage,-1\n", read),
            "line 2: factor: a factor must not be negative, and this is -1");
  EXPECT_EQ(problem_of("name,factor\nage,1\n", read), "line 1: : the columns must be 'feature' and 'factor'");
}

}  // namespace
}  // namespace plumbline::testing
