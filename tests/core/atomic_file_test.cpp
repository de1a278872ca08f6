#include "plumbline/core/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

namespace fs = std::filesystem;

/// An empty folder of the test's own.
class AtomicFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "plumbline-atomic-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::string text_of(const std::string& name) const {
    std::ifstream file(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void put(const std::string& name, const std::string& text) const { std::ofstream(at(name)) << text; }
  std::ptrdiff_t entries() const { return std::distance(fs::directory_iterator(folder_), {}); }

  fs::path folder_;
};

TEST_F(AtomicFileTest, AppearsOnlyWhenCommitted) {
  AtomicFile file(at("out"));
  file.write("one ");
  file.write("two");
  EXPECT_FALSE(fs::exists(at("out")));
  file.commit();
  EXPECT_EQ(text_of("out"), "one two");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, LargeTextArrivesWhole) {
  std::string text(5'000'001, 'x');
  text.back() = 'y';
  AtomicFile file(at("out"));
  file.write(text);
  file.write("z");
  file.commit();
  EXPECT_EQ(text_of("out"), text + "z");
}

TEST_F(AtomicFileTest, AnExceptionLeavesTheOldFileAndNothingElse) {
  put("out", "old");
  try {
    AtomicFile file(at("out"));
    file.write("new");
    throw std::runtime_error("interrupted");
  } catch (const std::runtime_error&) {
  }
  EXPECT_EQ(text_of("out"), "old");
  EXPECT_EQ(entries(), 1);
}

TEST_F(AtomicFileTest, KeepsTheModeAndFollowsALink) {
  put("real", "old");
  ::chmod(at("real").c_str(), 0640);
  fs::create_symlink(at("real"), at("link"));
  AtomicFile file(at("link"));
  file.write("new");
  file.commit();
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_EQ(text_of("real"), "new");
  struct stat status {};
  ASSERT_EQ(::stat(at("real").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
}

TEST_F(AtomicFileTest, RefusesWhatCannotBeWritten) {
  EXPECT_THROW(AtomicFile(at("absent/out")), FileError);
  EXPECT_THROW(AtomicFile{folder_.string()}, FileError);
  EXPECT_THROW(AtomicFile(at(std::string(300, 'n'))), FileError);
  EXPECT_EQ(entries(), 0);
}

TEST_F(AtomicFileTest, RefusesWhereThereIsNoPermission) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  put("out", "old");
  ::chmod(at("out").c_str(), 0444);
  EXPECT_THROW(AtomicFile(at("out")), FileError);
  ::chmod(folder_.c_str(), 0555);
  EXPECT_THROW(AtomicFile(at("other")), FileError);
  ::chmod(folder_.c_str(), 0755);
}

TEST_F(AtomicFileTest, AFullDiskIsAnErrorAndTheDeviceStays) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  AtomicFile file("/dev/full");
  file.write("text");
  EXPECT_THROW(file.commit(), FileError);
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(AtomicFileTest, AFileSizeLimitLeavesNothingBehind) {
  put("out", "old");
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  rlimit limit = old_limit;
  limit.rlim_cur = 1000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::string message;
  try {
    AtomicFile file(at("out"));
    file.write(std::string(2000, 'x'));
    file.commit();
  } catch (const FileError& error) {
    message = error.what();
  }
  ::setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, previous);
  EXPECT_NE(message.find("out: cannot be written"), std::string::npos) << message;
  EXPECT_EQ(text_of("out"), "old");
  EXPECT_EQ(entries(), 1);
}

}  // namespace
}  // namespace plumbline
