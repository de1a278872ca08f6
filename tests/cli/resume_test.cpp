// Trainings that are cut off, by SIGINT, SIGTERM and SIGKILL, and taken up again: the model is that of the run that was
// left alone, to the last bit.
#include <gtest/gtest.h>

#include <csignal>

#include "cli/child.hpp"
#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Resume : public ::testing::Test {
 protected:
  Arguments fit(const std::string& model, const Arguments& more = {}) const {
    // Slow enough to be cut off: 120 epochs of 240 rows, two at a time.
    Arguments arguments{"fit", table_, "--target", "y",  "--hidden",     "64,64", "--batch-size", "2", "--epochs",
                        "120", "-o",   model,      "-q", "--validation", "0.1",   "--test",       "0", "--calibration",
                        "0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }
  static bool wait_for(const std::string& path) {
    for (int i = 0; i < 6000; ++i) {
      if (std::filesystem::exists(path)) return true;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return false;
  }
  std::string model_of(const std::string& path) const { return without_seconds(read_text(path)); }

  TemporaryFolder folder_;
  Example example_{240};
  std::string table_ = folder_.write("t.csv", table_text(example_, example_.yes));
};

TEST_F(Resume, ATrainingThatWasCutOffContinuesToTheSameBits) {
  const std::string whole = folder_.path("whole.json");
  ASSERT_EQ(Child(fit(whole)).wait(seconds(280)), 0);
  for (const int signal : {SIGKILL, SIGINT, SIGTERM}) {
    const std::string part = folder_.path(fmt::format("part{}.json", signal)), state = part + ".state";
    Child child(fit(part, {"--save-every", "1"}));
    ASSERT_TRUE(wait_for(state));
    child.interrupt(signal);
    ASSERT_EQ(child.wait(seconds(20)), signal == SIGKILL ? 128 + SIGKILL : 130) << "it ended before it was cut off";
    EXPECT_FALSE(std::filesystem::exists(part));
    ASSERT_EQ(Child(fit(part, {"--save-every", "50", "--resume", signal == SIGINT ? part : state})).wait(seconds(280)),
              0);
    EXPECT_EQ(model_of(part), model_of(whole)) << signal;
  }
}

TEST_F(Resume, AnInterruptSavesTheLastFinishedEpochAndSaysHowToGoOn) {
  const std::string part = folder_.path("part.json"), err = folder_.path("err.txt");
  Arguments arguments = fit(part, {"--save-every", "1000"});
  std::erase(arguments, "-q");
  Child child(arguments, [&] {
    const int file = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, STDERR_FILENO);
  });
  EXPECT_EQ(child.wait(milliseconds(700)), -1);
  child.interrupt();
  ASSERT_EQ(child.wait(seconds(20)), 130);
  const std::string said = read_text(err);
  EXPECT_NE(said.find(fmt::format("--resume {}.state continues", part)), std::string::npos) << said;
  EXPECT_TRUE(std::filesystem::exists(part + ".state"));
}

TEST_F(Resume, AStateOfAnotherTrainingIsRefused) {
  const std::string model = folder_.path("m.json"), state = model + ".state";
  const auto run = [&](const Arguments& more) {
    Arguments arguments{"fit", table_, "--target", "y", "--hidden", "4", "-o", model, "-q", "--epochs", "300"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program(arguments);
  };
  ASSERT_EQ(run({"--save-every", "100"}).code, 0);
  const std::string before = read_text(model);
  EXPECT_EQ(run({"--resume", state}).code, 0);  // it is at its end: the same model again
  EXPECT_EQ(without_seconds(read_text(model)), without_seconds(before));
  const auto expect = [&](const Arguments& more, int code, const std::string& part) {
    const Outcome outcome = run(more);
    EXPECT_EQ(outcome.code, code) << outcome.err;
    EXPECT_NE(outcome.err.find(part), std::string::npos) << outcome.err;
  };
  expect({"--resume", state, "--seed", "1"}, 2, "--seed is 1, and was 0");
  expect({"--resume", state, "--activation", "tanh"}, 2, "--activation is \"tanh\", and was \"relu\"");
  expect({"--resume", state, "--dtype", "f64"}, 2, "--dtype");
  expect({"--resume", state, "--loss", "focal"}, 2, "the objective is");
  expect({"--resume", state, "--standardize", "off"}, 2, "--standardize is \"off\", and was \"on\"");
  expect({"--resume", state, "--class-weights", "balanced"}, 2, "--class-weights");
  expect({"--resume", state, "--drop", "z"}, 3, "another table");
  expect({"--resume", folder_.path("absent")}, 4, "cannot be read");
  expect({"--resume", table_}, 4, "no training state");
  std::filesystem::resize_file(state, std::filesystem::file_size(state) - 1);
  expect({"--resume", state}, 4, "damaged or cut off");
  EXPECT_EQ(without_seconds(read_text(model)), without_seconds(before));  // what failed has written nothing
}

}  // namespace
}  // namespace plumbline
