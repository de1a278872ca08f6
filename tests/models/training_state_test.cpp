// The state of an interrupted training: back to the last bit, or refused.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include "data/read_support.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/models/training_state_file.hpp"

namespace plumbline {
namespace {

SavedTraining example_state() {
  SavedTraining saved;
  saved.settings = {{"--epochs", "20"}, {"--hidden", "[5,3]"}, {"--step-size", "0.1"}};
  saved.fingerprint = 0xfedcba9876543210ULL;
  saved.epoch = 7;
  saved.best_epoch = 4;
  saved.best_loss = std::numeric_limits<double>::infinity();
  saved.parameters = std::vector<float>{1.5F, -0.1F, std::numeric_limits<float>::denorm_min()};
  saved.first = std::vector<float>{0.1F, 0.2F, -0.0F};
  saved.second = std::vector<float>{};
  saved.best = std::vector<float>{3.F, 2.F, 1.F};
  return saved;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class TrainingStateFile : public ::testing::Test {
 protected:
  std::string saved_bytes() {
    save_training(example_state(), path_);
    return bytes_of(path_);
  }
  void expect_refused(const std::string& bytes) {
    try {
      training_from_bytes(bytes, "s.state");
      ADD_FAILURE() << "taken";
    } catch (const FileError& error) {
      EXPECT_EQ(std::string(error.what()).rfind("s.state: cannot be resumed from: ", 0), 0U) << error.what();
    }
  }
  testing::TemporaryFolder folder_;
  std::string path_ = folder_.path("s.state");
};

TEST_F(TrainingStateFile, ComesBackToTheLastBit) {
  const SavedTraining saved = example_state();
  save_training(saved, path_);
  const SavedTraining read = load_training(path_);
  EXPECT_EQ(read.settings, saved.settings);
  EXPECT_EQ(read.fingerprint, saved.fingerprint);
  EXPECT_EQ(read.epoch, 7U);
  EXPECT_EQ(read.best_epoch, 4U);
  EXPECT_EQ(read.best_loss, saved.best_loss);
  EXPECT_EQ(read.parameters, saved.parameters);
  EXPECT_EQ(read.first, saved.first);
  EXPECT_TRUE(std::signbit(std::get<0>(read.first)[2]));
  EXPECT_EQ(read.second, saved.second);
  EXPECT_EQ(read.best, saved.best);
  save_training(read, path_);
  const std::string bytes = bytes_of(path_);
  EXPECT_EQ(bytes, saved_bytes());
}

TEST_F(TrainingStateFile, OneCutOffOrWithAnyByteChangedIsRefused) {
  const std::string bytes = saved_bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) expect_refused(bytes.substr(0, size));
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    expect_refused(changed);
  }
  expect_refused(bytes + "x");
}

TEST_F(TrainingStateFile, WhatIsNoStateIsSaidToBeNone) {
  for (const std::string& bytes :
       {std::string(), std::string("x,y\n1,2\n"), std::string("{}"), std::string(R"({"plumbline_training_state":)"),
        std::string("{\"plumbline_training_state\":[]}\n"), std::string("{\"plumbline_training_state\":1}\n")}) {
    expect_refused(bytes);
  }
  EXPECT_THROW(load_training(folder_.path("absent")), FileError);
  EXPECT_THROW(load_training(folder_.path("")), FileError);
  EXPECT_THROW(load_training("/dev/zero"), FileError);
}

TEST(TrainingSettings, TheFirstDifferenceIsNamed) {
  const TrainingSettings was{{"--epochs", "20"}, {"--seed", "0"}};
  EXPECT_EQ(first_difference(was, was), "");
  EXPECT_EQ(first_difference(was, {{"--epochs", "30"}, {"--seed", "0"}}), "--epochs is 30, and was 20");
  EXPECT_NE(first_difference(was, TrainingSettings{{"--epochs", "20"}}), "");
}

}  // namespace
}  // namespace plumbline
