// `plumbline calibrate` of anybody's outputs: figures, splits, formats, and what it refuses.
#include <gtest/gtest.h>

#include <cmath>

#include "cli/bad_input.hpp"
#include "pipeline/real_data.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kCalibrateRows = 400;

/// Three classes; too sure of itself by a factor of 2.
struct Outputs {
  std::vector<double> logits, p;
  std::vector<int> label;

  Outputs() {
    for (std::size_t i = 0; i < kCalibrateRows; ++i) {
      double sum = 0, drawn = 0;
      for (std::size_t k = 0; k < 3; ++k) {
        logits.push_back(3 * draw(k, i));
        sum += std::exp(logits.back());
        drawn += std::exp(logits.back() / 2);
      }
      double left = (draw(9, i) + 1) / 2 * drawn;
      int k = 0;
      for (; k < 2 && left >= std::exp(logits[3 * i + static_cast<std::size_t>(k)] / 2); ++k) {
        left -= std::exp(logits[3 * i + static_cast<std::size_t>(k)] / 2);
      }
      label.push_back(k);
      for (std::size_t j = 0; j < 3; ++j) p.push_back(std::exp(logits[3 * i + j]) / sum);
    }
  }
};

std::string npy_f4(std::size_t rows, std::size_t columns, const std::vector<double>& cells) {
  const std::vector<float> narrow(cells.begin(), cells.end());
  std::string raw(narrow.size() * sizeof(float), '\0');
  std::memcpy(raw.data(), narrow.data(), raw.size());
  return npy_bytes(fmt::format("{{'descr': '<f4', 'fortran_order': False, 'shape': ({}, {}), }}", rows, columns), raw);
}

template <class Integer>
std::string npy_integers(const std::vector<Integer>& values) {
  std::string raw(values.size() * sizeof(Integer), '\0');
  std::memcpy(raw.data(), values.data(), raw.size());
  return npy_bytes(
      fmt::format("{{'descr': '<i{}', 'fortran_order': False, 'shape': ({},), }}", sizeof(Integer), values.size()),
      raw);
}

std::string csv(const std::vector<double>& cells, const char* header) {
  std::string text = header;
  for (std::size_t i = 0; i < cells.size(); i += 3) {
    text += fmt::format("{},{},{}\n", cells[i], cells[i + 1], cells[i + 2]);
  }
  return text;
}

class Calibrate : public BadInputTest {
 protected:
  Arguments given(const std::string& flag, const std::string& path, const Arguments& more = {}) const {
    Arguments arguments{"calibrate", flag, path, "--labels", labels_, "--resamples", "40"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  Outputs outputs_;
  std::string labels_ = folder_.write("y.npy", npy_integers(outputs_.label));
  std::string logits_ = folder_.write("l.npy", npy_f8(kCalibrateRows, 3, outputs_.logits));
  std::string probabilities_ = folder_.write("p.npy", npy_f8(kCalibrateRows, 3, outputs_.p));
};

TEST(CalibratePublished, GivesTheFiguresOfTwoNetworks) {
  PLUMBLINE_NEEDS_DATA("calibration");
  const auto run = [](const std::string& net) {
    const std::string folder = shared_data("calibration/" + net);
    return json_of({"calibrate", "--probabilities", folder + "/probs.npy", "--labels", folder + "/labels.npy",
                    "--calibrate", "temperature", "--resamples", "0"});
  };
  const Json vgg = run("vgg16_cifar10"), lenet = run("lenet5_cifar10");
  // Half a unit of the last digit given.
  EXPECT_NEAR(vgg["accuracy"].get<double>(), 0.9359, 1e-12);
  EXPECT_NEAR(vgg["ece"].get<double>(), 0.039780, 5e-7);
  EXPECT_NEAR(vgg["ece_equal_mass"].get<double>(), 0.039717, 5e-7);
  EXPECT_NEAR(lenet["ece"].get<double>(), 0.107888, 5e-7);
  EXPECT_NEAR(lenet["log_loss"].get<double>(), 1.36987, 5e-6);
  EXPECT_NEAR(lenet["temperature"].get<double>(), 1.396779, 5e-7);
  EXPECT_NEAR(lenet["after"]["ece"].get<double>(), 0.01296, 5e-6);
  EXPECT_NEAR(lenet["after"]["log_loss"].get<double>(), 1.31150, 5e-6);
  EXPECT_EQ(lenet["after"]["accuracy"], lenet["accuracy"]);
}

TEST_F(Calibrate, HasTheKeysAndTheIntervalsHoldTheFigures) {
  const Json result = json_of(given("--logits", logits_, {"--calibrate", "temperature"}));
  EXPECT_EQ(result["n"], kCalibrateRows);
  EXPECT_EQ(result["classes"], 3);
  for (const char* key :
       {"accuracy", "log_loss", "ece", "ece_equal_mass", "ece_debiased", "ece_smooth", "mce", "brier"}) {
    EXPECT_TRUE(result[key].is_number()) << key;
    EXPECT_TRUE(result["after"][key].is_number()) << key;
    EXPECT_LT(result["intervals"][key][0], result["intervals"][key][1]) << key;
  }
  EXPECT_GT(result["temperature"], 1.3);  // 2 by construction, from 400 rows
  EXPECT_LT(result["temperature"], 3.0);
  EXPECT_LT(result["after"]["log_loss"], result["log_loss"]);
  EXPECT_LT(result["intervals"]["accuracy"][0], result["accuracy"]);
  EXPECT_GT(result["intervals"]["accuracy"][1], result["accuracy"]);
  EXPECT_EQ(result["conformal"]["method"], "lac");
  // In-sample: the rank ⌈401 · 0.9⌉ = 361 of 400 covers at least that share.
  EXPECT_GE(result["conformal"]["coverage"].get<double>(), 361.0 / 400);
  EXPECT_TRUE(result["in_sample"]);
  EXPECT_EQ(result["reliability"].size(), 15U);
}

TEST_F(Calibrate, ReadsTheSameFromEveryFormat) {
  const Json expected = json_of(given("--probabilities", probabilities_, {"--calibrate", "none"}));
  const Json logits = json_of(given("--logits", logits_, {"--calibrate", "none"}));
  const std::string table = folder_.write("p.csv", csv(outputs_.p, "cat,dog,eel\n"));
  const std::string bare = folder_.write("bare.csv", csv(outputs_.p, ""));
  const std::string narrow = folder_.write("narrow.npy", npy_f4(kCalibrateRows, 3, outputs_.p));
  EXPECT_EQ(json_of(given("--probabilities", table, {"--calibrate", "none"}))["ece"], expected["ece"]);
  EXPECT_EQ(json_of(given("--probabilities", bare, {"--calibrate", "none", "--no-header"}))["ece"], expected["ece"]);
  // Probabilities that were rounded to float, or passed through a softmax, differ by that much.
  EXPECT_NEAR(json_of(given("--probabilities", narrow, {"--calibrate", "none"}))["log_loss"].get<double>(),
              expected["log_loss"].get<double>(), 1e-6);
  EXPECT_NEAR(logits["log_loss"].get<double>(), expected["log_loss"].get<double>(), 1e-12);
  EXPECT_EQ(logits["accuracy"], expected["accuracy"]);
  EXPECT_GT(expected["temperature"], 1.3);  // said whatever the calibrator is
  EXPECT_EQ(expected["after"]["ece"], expected["ece"]);
}

TEST_F(Calibrate, LabelsMayBeNamesOfTheHeader) {
  const std::string table = folder_.write("p.csv", csv(outputs_.p, "cat,dog,eel\n"));
  const Json expected = json_of(given("--probabilities", table, {"--calibrate", "none"}));
  std::string names = "animal\n";
  for (const int k : outputs_.label)
    names += std::vector<std::string>{"cat", "dog", "eel"}[static_cast<std::size_t>(k)] + "\n";
  labels_ = folder_.write("names.csv", names);
  const Json by_name = json_of(given("--probabilities", table, {"--calibrate", "none"}));
  EXPECT_EQ(by_name["accuracy"], expected["accuracy"]);
  EXPECT_EQ(by_name["labels"], Json({"cat", "dog", "eel"}));
}

TEST_F(Calibrate, ASplitFitsOnTheFirstRowsAndReportsOnTheOthers) {
  const Json halves = json_of(given("--logits", logits_, {"--calibrate", "temperature", "--split", "0.5"}));
  EXPECT_EQ(halves["rows"], Json({{"calibrator", 100}, {"threshold", 100}, {"reported", 200}}));
  EXPECT_FALSE(halves["in_sample"]);
  const Json none = json_of(given("--logits", logits_, {"--calibrate", "none", "--split", "0.25"}));
  EXPECT_EQ(none["rows"], Json({{"calibrator", 0}, {"threshold", 100}, {"reported", 300}}));
  // The reported figures are those of the other rows alone.
  const std::vector<double> rest(outputs_.logits.begin() + 300, outputs_.logits.end());
  const std::string tail = folder_.write("tail.npy", npy_f8(300, 3, rest));
  labels_ =
      folder_.write("tail_y.npy", npy_integers(std::vector<int>(outputs_.label.begin() + 100, outputs_.label.end())));
  EXPECT_EQ(json_of(given("--logits", tail, {"--calibrate", "none"}))["ece"], none["ece"]);
}

TEST_F(Calibrate, CostsDecide) {
  const std::string costs = folder_.write("costs.csv", ",0,1,2\n0,0,1,9\n1,1,0,9\n2,1,1,0\n");
  const Json result = json_of(given("--logits", logits_, {"--costs", costs, "--conformal", "none"}));
  EXPECT_LE(result["cost"]["realised"], result["cost"]["argmax"]);
  EXPECT_TRUE(result["conformal"].is_null());
}

TEST_F(Calibrate, IsTheSameForAnyThreadsAndSaysTheSameInText) {
  const auto text = [&](const char* threads) {
    return run_program(given("--logits", logits_, {"--json", "-q", "--threads", threads})).out;
  };
  EXPECT_EQ(text("1"), text("3"));
  const Outcome outcome = run_program(given("--logits", logits_, {"--calibrate", "temperature"}));
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("--split 0.5"), std::string::npos);
  for (const char* part :
       {"400 rows, 3 classes", "calibrator: temperature", "ece_smooth", "sets: lac, miscoverage 0.1"}) {
    EXPECT_NE(outcome.out.find(part), std::string::npos) << outcome.out;
  }
}

TEST_F(Calibrate, AProbabilityOfZeroIsCounted) {
  const std::string table = folder_.write("z.csv", "a,b\n1,0\n0.5,0.5\n");
  labels_ = folder_.write("z_y.csv", "1\n0\n");
  const Outcome outcome = run_program(given("--probabilities", table, {"--calibrate", "none"}));
  EXPECT_EQ(outcome.code, 0);
  EXPECT_NE(outcome.err.find("1 probabilities are 0"), std::string::npos) << outcome.err;
}

TEST_F(Calibrate, BadRowsAreNamed) {
  const auto refused = [&](const std::string& table, const std::string& labels, const std::vector<std::string>& parts) {
    const std::string path = folder_.write("bad.csv", table);
    labels_ = folder_.write("bad_y.csv", labels);
    expect_failure(given("--probabilities", path, {"-q"}), 3, parts);
  };
  const std::string good = "a,b\n0.25,0.75\n0.5,0.5\n";
  refused("a,b\n0.25,0.75\n0.5,0.6\n", "0\n1\n", {"bad.csv", "record 2", "sum to 1.1"});
  refused("a,b\n0.25,0.75\n-0.5,1.5\n", "0\n1\n", {"record 2", "below 0"});
  refused("a,b\n0.25,0.75\nNaN,1\n", "0\n1\n", {"record 2", "'a'", "missing or NaN"});
  refused("a,b\n0.25,0.75\ninf,1\n", "0\n1\n", {"record 2", "'a'"});
  refused("a,b\n0.25,0.75\nx,1\n", "0\n1\n", {"record 2", "'a'"});
  refused("a\n1\n1\n", "0\n0\n", {"one column"});
  refused(good, "0\n2\n", {"bad_y.csv", "record 2", "no class"});
  refused(good, "0\n-1\n", {"record 2", "no class"});
  refused(good, "0\n0.5\n", {"record 2", "no class"});
  refused(good, "a\nc\n", {"record 2", "'c'"});
  refused(good, "0\n1\n0\n1\n", {"4 labels for 2 rows"});
  const std::string nan = folder_.write("nan.npy", npy_f8(2, 2, {0.5, 0.5, std::nan(""), 1}));
  labels_ = folder_.write("y2.npy", npy_integers(std::vector<int>{0, 1}));
  expect_failure(given("--logits", nan, {"-q"}), 3, {"nan.npy", "record 2"});
}

TEST_F(Calibrate, FlagsThatDoNotGoTogetherAreRefused) {
  expect_failure({"calibrate", "-q"}, 2, {"--probabilities"});
  expect_failure({"calibrate", "m.json", "d.csv", "-q"}, 2, {"-o"});
  expect_failure(given("--logits", logits_, {"-o", folder_.path("o.json")}), 2, {"-o"});
  expect_failure({"calibrate", "--logits", logits_, "-q"}, 2, {"--labels"});
  expect_failure(given("--logits", logits_, {"--probabilities", probabilities_}), 2, {"exclude"});
  expect_failure(given("--logits", logits_, {"--split", "1"}), 2, {"--split"});
  expect_failure(given("--logits", logits_, {"--conformal", "cqr"}), 2, {"cqr"});
  expect_failure(given("--logits", logits_, {"--split", "0.001"}), 2, {"empty"});
  expect_failure(given("--logits", folder_.path("none.npy")), 4, {"none.npy"});
}

}  // namespace
}  // namespace plumbline
