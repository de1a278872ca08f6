#include <gtest/gtest.h>

#include "cli/child.hpp"
#include "pipeline/tables.hpp"

namespace plumbline {
namespace {

using std::chrono::milliseconds;

class Process : public ::testing::Test {
 protected:
  void SetUp() override {
    table_ = folder_.write("t.csv", table_text(example_, example_.number));
    model_ = folder_.path("m.json");
  }
  std::string message() const { return read_text(folder_.path("err.txt")); }
  std::function<void()> keep_messages() const {
    return [path = folder_.path("err.txt")] { redirect(STDERR_FILENO, path); };
  }

  TemporaryFolder folder_;
  const Example example_{300};
  std::string table_, model_;
};

TEST_F(Process, ReadsStandardInputFromAFileAndFromAPipe) {
  Child from_file({"fit", "-", "--target", "y", "-o", model_}, [&] { redirect(STDIN_FILENO, table_); });
  EXPECT_EQ(from_file.wait(), 0);
  const std::string expected = without_seconds(read_text(model_));
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  Child from_pipe({"fit", "-", "--target", "y", "-o", model_}, [&] {
    ::dup2(ends[0], STDIN_FILENO);
    ::close(ends[1]);
  });
  ::close(ends[0]);
  const std::string text = read_text(table_);
  for (std::size_t i = 0; i < text.size(); i += 100) {
    const std::string piece = text.substr(i, 100);
    ASSERT_EQ(::write(ends[1], piece.data(), piece.size()), static_cast<ssize_t>(piece.size()));
  }
  ::close(ends[1]);
  EXPECT_EQ(from_pipe.wait(), 0);
  EXPECT_EQ(without_seconds(read_text(model_)), expected);
}

TEST_F(Process, AFileSizeLimitIsAFileThatCannotBeWritten) {
  ASSERT_EQ(Child({"fit", table_, "--target", "y", "-o", model_}).wait(), 0);
  const auto limited = [&] {
    redirect(STDERR_FILENO, folder_.path("err.txt"));
    const rlimit few{200, 200};
    ::setrlimit(RLIMIT_FSIZE, &few);
  };
  const std::string before = read_text(model_);
  EXPECT_EQ(Child({"fit", table_, "--target", "y", "-q", "-o", model_}, limited).wait(), 4);
  EXPECT_EQ(read_text(model_), before);
  EXPECT_NE(message().find("m.json: cannot be written: File too large"), std::string::npos) << message();
  EXPECT_EQ(Child({"predict", model_, table_, "-o", folder_.path("p.csv")}, limited).wait(), 4);
  EXPECT_EQ(entries_in(folder_.path("")), 3U);  // table, model, messages
}

TEST_F(Process, AClosedOrFullStandardOutputIsFour) {
  ASSERT_EQ(Child({"fit", table_, "--target", "y", "-o", model_}).wait(), 0);
  const std::vector<Arguments> runs{{"fit", table_, "--target", "y"},
                                    {"fit", table_, "--target", "y", "--json"},
                                    {"predict", model_, table_},
                                    {"evaluate", model_, table_},
                                    {"inspect", model_},
                                    {"--help"},
                                    {"fit", "--help"},
                                    {"--version"}};
  for (const Arguments& arguments : runs) {
    const auto closed = [&] {
      redirect(STDERR_FILENO, folder_.path("err.txt"));
      ::close(STDOUT_FILENO);
    };
    EXPECT_EQ(Child(arguments, closed).wait(), 4) << arguments[0] << message();
    const auto full = [&] { redirect(STDOUT_FILENO, "/dev/full"); };
    EXPECT_EQ(Child(arguments, full).wait(), 4) << arguments[0];
  }
}

TEST_F(Process, ResultsThatNobodyTookLeaveNoFile) {
  const auto full = [] { redirect(STDOUT_FILENO, "/dev/full"); };
  for (const Arguments& more : {Arguments{}, Arguments{"--json"}}) {
    Arguments arguments{"fit", table_, "--target", "y", "-o", model_};
    arguments.insert(arguments.end(), more.begin(), more.end());
    EXPECT_EQ(Child(arguments, full).wait(), 4);
    EXPECT_EQ(entries_in(folder_.path("")), 1U);  // the table
  }
  ASSERT_EQ(Child({"fit", table_, "--target", "y", "-o", model_}).wait(), 0);
  EXPECT_EQ(Child({"predict", model_, table_, "-o", folder_.path("p.csv"), "--json"}, full).wait(), 4);
  EXPECT_EQ(entries_in(folder_.path("")), 2U);
}

TEST_F(Process, AReaderThatWentAwayIsFourAndNoSignal) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ::close(ends[0]);
  ASSERT_EQ(Child({"fit", table_, "--target", "y", "-o", model_}).wait(), 0);
  Child child({"predict", model_, table_}, [&] { ::dup2(ends[1], STDOUT_FILENO); });
  EXPECT_EQ(child.wait(), 4);
  ::close(ends[1]);
}

TEST_F(Process, AnInterruptedFitLeavesNothing) {
  for (const int signal : {SIGINT, SIGTERM}) {
    // Far too many steps of gradient descent to end within the test.
    Child child({"fit", table_, "--target", "y", "--solver", "gd", "--step-size", "1e-12", "--max-iterations",
                 "1000000000", "--tolerance", "1e-300", "-o", model_, "--trace", folder_.path("trace.csv"),
                 "--save-split", folder_.path("s.csv"), "-q"},
                keep_messages());
    EXPECT_EQ(child.wait(milliseconds(300)), -1);
    child.interrupt(signal);
    EXPECT_EQ(child.wait(std::chrono::seconds(10)), 130);
    EXPECT_EQ(entries_in(folder_.path("")), 2U);
    EXPECT_EQ(message(), "plumbline: interrupted\n");
  }
}

TEST_F(Process, AnInterruptEndsTheWaitForStandardInput) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  for (const std::string& before : {std::string(), std::string("x,z,y\n1,2,3\n4,")}) {
    Child child({"fit", "-", "--target", "y", "-o", model_, "-q"}, [&] {
      ::dup2(ends[0], STDIN_FILENO);
      ::close(ends[1]);
      redirect(STDERR_FILENO, folder_.path("err.txt"));
    });
    ASSERT_EQ(::write(ends[1], before.data(), before.size()), static_cast<ssize_t>(before.size()));
    EXPECT_EQ(child.wait(milliseconds(200)), -1);
    child.interrupt();
    EXPECT_EQ(child.wait(std::chrono::seconds(10)), 130);
    EXPECT_EQ(message(), "plumbline: interrupted\n");
    EXPECT_FALSE(std::filesystem::exists(model_));
  }
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace plumbline
