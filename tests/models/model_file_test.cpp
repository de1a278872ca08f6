#include "plumbline/models/model_file.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <set>

#include "models/example_model.hpp"
#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/models/names.hpp"

namespace plumbline {
namespace {

/// Any finite double, by its bits: subnormal numbers, −0 and the largest among them.
rc::Gen<double> finite_number() {
  return rc::gen::map(rc::gen::arbitrary<std::uint64_t>(), [](std::uint64_t bits) {
    const double value = std::bit_cast<double>(bits);
    return std::isfinite(value) ? value : 0.0;
  });
}

std::vector<double> numbers(std::size_t size) {
  return *rc::gen::container<std::vector<double>>(size, finite_number());
}

/// Any bytes at all, UTF-8 or not, each text once.
std::vector<std::string> distinct_texts(std::size_t size) {
  return *rc::gen::unique<std::vector<std::string>>(size, rc::gen::arbitrary<std::string>());
}

std::size_t size_between(std::size_t least, std::size_t most) {
  return *rc::gen::inRange<std::size_t>(least, most + 1);
}

Encoder random_encoder() {
  Encoder encoder;
  encoder.missing = *rc::gen::elementOf(std::vector<MissingPolicy>(kMissingPolicies.begin(), kMissingPolicies.end()));
  encoder.sparse = *rc::gen::arbitrary<bool>();
  if (encoder.sparse) encoder.sparse_width = size_between(0, 5);
  for (const std::string& name : distinct_texts(encoder.sparse ? 0 : size_between(0, 4))) {
    ColumnEncoding column{name, *rc::gen::arbitrary<bool>(), *finite_number(), *rc::gen::arbitrary<bool>(), {}, false};
    if (column.categorical) column.levels = distinct_texts(size_between(1, 3));
    column.reference = column.categorical && *rc::gen::arbitrary<bool>();
    encoder.columns.push_back(column);
  }
  const std::vector<std::string> names = encoder.feature_names();
  RC_PRE(std::set<std::string>(names.begin(), names.end()).size() == names.size());
  return encoder;
}

void choose_task(LinearModel& model) {
  model.task = *rc::gen::elementOf(std::vector<Task>(kTasks.begin(), kTasks.end()));
  const bool softmax = model.task == Task::multiclass;
  model.loss = default_loss(model.task);
  model.targets = distinct_texts(model.task == Task::multilabel ? size_between(1, 3) : size_between(0, 1));
  if (model.task == Task::binary) model.classes = distinct_texts(2);
  if (softmax) model.classes = distinct_texts(size_between(2, 4));
  std::sort(model.classes.begin(), model.classes.end());
}

double figure() {
  const std::vector<double> odd{std::numeric_limits<double>::quiet_NaN(), kInfinity, -kInfinity};
  return *rc::gen::arbitrary<bool>() ? *finite_number() : *rc::gen::elementOf(odd);
}

SolveReport random_report() {
  SolveReport report;
  report.solver = "newton";
  report.verdict = *rc::gen::elementOf(std::vector<Verdict>(kVerdicts.begin(), kVerdicts.end()));
  report.iterations = *rc::gen::arbitrary<std::size_t>();
  report.objective = figure();
  report.null_objective = figure();
  report.gradient_norm = figure();
  if (*rc::gen::arbitrary<bool>()) report.gap = *finite_number();
  report.gap_reason = *rc::gen::arbitrary<std::string>();
  if (*rc::gen::arbitrary<bool>()) report.condition = figure();
  report.advice = *rc::gen::arbitrary<std::string>();
  report.collinear = {distinct_texts(2), distinct_texts(size_between(0, 2))};
  report.separated.push_back({*rc::gen::arbitrary<std::string>(), '-', *rc::gen::arbitrary<std::string>()});
  report.local = *rc::gen::arbitrary<bool>();
  report.seconds = figure();
  return report;
}

LinearModel random_model() {
  LinearModel model;
  choose_task(model);
  model.encoder = random_encoder();
  const std::size_t p = model.encoder.width();
  const std::size_t outputs = model.task == Task::multiclass   ? model.classes.size()
                              : model.task == Task::multilabel ? model.targets.size()
                                                               : 1;
  model.predictor = {p,  outputs, numbers(p * outputs), numbers(p), numbers(outputs), *rc::gen::arbitrary<bool>(), {},
                     {}, {}};
  model.l2 = std::fabs(*finite_number());
  model.standardized = *rc::gen::arbitrary<bool>();
  for (const double value : numbers(p)) model.feature_scale.push_back(std::fabs(value));
  model.residual_sd = figure();
  model.residual_sd_ml = figure();
  model.r2 = figure();
  model.objective = *rc::gen::arbitrary<std::string>();
  model.report = random_report();
  model.training.seed = *rc::gen::arbitrary<std::uint64_t>();
  model.training.rows = *rc::gen::arbitrary<std::size_t>();
  model.training.fingerprint = *rc::gen::arbitrary<std::uint64_t>();
  model.training.weight_sum = std::fabs(*finite_number());
  model.weights_column = *rc::gen::arbitrary<std::string>();
  return model;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  const auto equal = [](double x, double y) {
    return std::bit_cast<std::uint64_t>(x) == std::bit_cast<std::uint64_t>(y);
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
}

/// Equal, or both NaN.
bool same_figure(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

RC_GTEST_PROP(ModelFile, RoundTripKeepsEveryDoubleAndText, ()) {
  const LinearModel model = random_model();
  const LinearModel again = model_from_json(to_json(model), "m.json");
  RC_ASSERT(same_bits(model.predictor.coefficients, again.predictor.coefficients));
  RC_ASSERT(same_bits(model.predictor.center, again.predictor.center));
  RC_ASSERT(same_bits(model.predictor.center_intercept, again.predictor.center_intercept));
  RC_ASSERT(same_bits(model.feature_scale, again.feature_scale));
  RC_ASSERT(model.predictor.has_intercept == again.predictor.has_intercept);
  RC_ASSERT(model.classes == again.classes);
  RC_ASSERT(model.targets == again.targets);
  RC_ASSERT(model.encoder.feature_names() == again.encoder.feature_names());
  for (std::size_t j = 0; j < model.encoder.columns.size(); ++j) {
    RC_ASSERT(same_bits({model.encoder.columns[j].fill}, {again.encoder.columns[j].fill}));
    RC_ASSERT(model.encoder.columns[j].levels == again.encoder.columns[j].levels);
  }
  RC_ASSERT(same_figure(model.residual_sd, again.residual_sd));
  RC_ASSERT(same_figure(model.r2, again.r2));
  RC_ASSERT(same_figure(model.report.objective, again.report.objective));
  RC_ASSERT(model.report.gap == again.report.gap);
  RC_ASSERT(model.report.gap_reason == again.report.gap_reason);
  RC_ASSERT(model.report.condition.has_value() == again.report.condition.has_value());
  RC_ASSERT(model.report.collinear == again.report.collinear);
  RC_ASSERT(model.training.seed == again.training.seed);
  RC_ASSERT(model.training.fingerprint == again.training.fingerprint);
  RC_ASSERT(to_json(again) == to_json(model));
}

class ModelFileOnDisk : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "plumbline-model-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "m.json";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
  std::string path_;
};

TEST_F(ModelFileOnDisk, SavesAndLoads) {
  save_model(example_model(), path_);
  EXPECT_EQ(to_json(load_model(path_)), to_json(example_model()));
}

TEST_F(ModelFileOnDisk, RefusesWhatIsNoFile) {
  EXPECT_THROW(load_model(path_), FileError);
  EXPECT_THROW(load_model(folder_.string()), FileError);
  EXPECT_THROW(load_model("-"), FileError);
  EXPECT_THROW(load_model("/dev/null"), FileError);
  EXPECT_THROW(load_model("/dev/zero"), FileError);
  EXPECT_THROW(save_model(example_model(), folder_.string()), FileError);
}

TEST_F(ModelFileOnDisk, RefusesAHugeLine) {
  {
    std::ofstream file(path_);
    file << '{';
    const std::string piece(1 << 20, 'a');
    for (int i = 0; i < 200; ++i) file << piece;
  }
  EXPECT_THROW(load_model(path_), FileError);
}

TEST(ModelFile, RefusesToWriteCoefficientsThatAreNotFinite) {
  LinearModel model = example_model();
  model.predictor.coefficients[1] = std::numeric_limits<double>::infinity();
  EXPECT_THROW(to_json(model), std::invalid_argument);
}

TEST(ModelFile, RefusesToWriteClassesThatCouldNotBeReadBack) {
  LinearModel model = example_model();
  model.classes = {"malignant", "benign"};
  EXPECT_THROW(to_json(model), std::invalid_argument);
  model.classes = {"10", "9"};
  EXPECT_NO_THROW(to_json(model));
  model.numeric_classes = true;
  EXPECT_THROW(to_json(model), std::invalid_argument);
}

}  // namespace
}  // namespace plumbline
