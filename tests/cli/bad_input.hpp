#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/tables.hpp"

namespace plumbline {

/// A file that cannot be right, and what the program must say of it.
struct BadInput {
  const char* file;
  std::string bytes;
  const char* part;  ///< of the message: the place, or the words that tell this case from others
  Arguments flags{};
  int code = 3;
};

/// Runs cases in a folder of their own: exit code, one line on stderr that names the file, and nothing left behind.
class BadInputTest : public ::testing::Test {
 protected:
  /// `arguments` must fail with `code` and one line that holds `parts`.
  void expect_failure(const Arguments& arguments, int code, const std::vector<std::string>& parts) {
    const std::size_t before = entries_in(folder_.path(""));
    const Outcome outcome = run_program(arguments);
    std::string all = "plumbline";
    for (const std::string& argument : arguments) all += " " + argument;
    EXPECT_EQ(outcome.code, code) << all << "\n" << outcome.err;
    EXPECT_EQ(outcome.out, "") << all;
    EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1) << all << "\n" << outcome.err;
    EXPECT_LT(outcome.err.size(), 600U) << all;
    for (const std::string& part : parts) {
      EXPECT_NE(outcome.err.find(part), std::string::npos) << all << "\n" << outcome.err << "lacks " << part;
    }
    EXPECT_EQ(entries_in(folder_.path("")), before) << all << " left a file behind";
  }

  /// Writes the file and fits it.
  void expect_bad_fit(const BadInput& input) {
    const std::string path = folder_.write(input.file, input.bytes);
    Arguments arguments{"fit",
                        path,
                        "-q",
                        "-o",
                        folder_.path("m.json"),
                        "--trace",
                        folder_.path("trace.csv"),
                        "--save-split",
                        folder_.path("split.csv")};
    arguments.insert(arguments.end(), input.flags.begin(), input.flags.end());
    expect_failure(arguments, input.code, {input.code == 2 ? "" : input.file, input.part});
    std::filesystem::remove(path);
  }
  void expect_bad_fits(const std::vector<BadInput>& inputs) {
    for (const BadInput& input : inputs) expect_bad_fit(input);
  }

  TemporaryFolder folder_;
};

}  // namespace plumbline
