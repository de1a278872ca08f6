#include "plumbline/data/input.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "data/read_support.hpp"

namespace plumbline::testing {
namespace {

std::string all_of(ByteInput& input, std::size_t step) {
  std::string bytes;
  std::string part(step, '\0');
  for (std::size_t got = step; got == step;) {
    got = input.read(part.data(), step);
    bytes.append(part, 0, got);
  }
  return bytes;
}

std::string all_of(const std::string& path, std::size_t step = 1000) { return all_of(*open_input(path), step); }

const std::string& long_text() {
  static const std::string text = [] {
    std::string made;
    for (int i = 0; i < 200'000; ++i) made += std::to_string(i * 7919 % 10007) + (i % 9 == 0 ? "\n" : ",");
    return made;
  }();
  return text;
}

TEST(Input, PlainFilesAndGzipGiveTheSameBytes) {
  const TemporaryFolder folder;
  const std::string plain = folder.write("a.csv", long_text());
  const std::string packed = folder.write("a.csv.gz", gzipped(long_text()));
  for (const std::size_t step : {7U, 1000U, 1U << 20}) {
    EXPECT_EQ(all_of(plain, step), long_text());
    EXPECT_EQ(all_of(packed, step), long_text());
  }
}

TEST(Input, GzipMembersFollowOneAnother) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a.GZ", gzipped("one,") + gzipped("") + gzipped(long_text()) + gzipped("end"));
  EXPECT_EQ(all_of(path), "one," + long_text() + "end");
}

TEST(Input, RewindsFromAnywhere) {
  const TemporaryFolder folder;
  for (const std::string& path : {folder.write("a", long_text()), folder.write("a.gz", gzipped(long_text()))}) {
    const auto input = open_input(path);
    char byte = 0;
    EXPECT_EQ(input->read(&byte, 1), 1U);
    input->rewind();
    EXPECT_EQ(all_of(*input, 5000), long_text());
    EXPECT_EQ(input->position(), input->total());
    input->rewind();
    EXPECT_EQ(all_of(*input, 3000), long_text());
  }
}

TEST(Input, APipeIsKeptForASecondReading) {
  const TemporaryFolder folder;
  const std::string path = folder.path("pipe.csv");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const int writer = ::open(path.c_str(), O_RDWR);  // does not wait for a reader
  ASSERT_GE(writer, 0);
  const std::string text = "a,b\n1,x\n2,y\n";
  ASSERT_EQ(::write(writer, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  const auto input = open_input(path);
  ASSERT_EQ(::close(writer), 0);
  char part[4];
  EXPECT_EQ(input->read(part, 4), 4U);
  input->rewind();
  EXPECT_EQ(all_of(*input, 5), text);
  input->rewind();
  EXPECT_EQ(all_of(*input, 100), text);
  EXPECT_EQ(input->total(), 0U);
}

TEST(Input, WhatCannotBeReadIsAFileError) {
  const TemporaryFolder folder;
  EXPECT_NE(message_of<FileError>([&] { open_input(folder.path("none.csv")); }).find("No such file"),
            std::string::npos);
  EXPECT_NE(message_of<FileError>([&] { open_input(folder.path("")); }).find("is a directory"), std::string::npos);
  const std::string locked = folder.write("locked.csv", "a\n1\n");
  ASSERT_EQ(::chmod(locked.c_str(), 0), 0);
  if (::access(locked.c_str(), R_OK) == 0) GTEST_SKIP() << "this user may read everything";
  EXPECT_NE(message_of<FileError>([&] { open_input(locked); }).find("Permission denied"), std::string::npos);
}

TEST(Input, BadGzipIsBadData) {
  const TemporaryFolder folder;
  const std::string packed = gzipped(long_text());
  const auto message = [&](std::string_view bytes) {
    const std::string path = folder.write("x.gz", bytes);
    return message_of<DataError>([&] { all_of(path); }).substr(path.size());
  };
  EXPECT_EQ(message("a,b\n1,2\n"), ": the name ends in .gz, but the content is not gzip");
  EXPECT_EQ(message(""), ": the file is empty");
  // Everywhere in the header, the data and the trailing checksum.
  for (const std::size_t kept :
       {std::size_t{1}, std::size_t{9}, packed.size() / 2, packed.size() - 8, packed.size() - 1}) {
    EXPECT_EQ(message(packed.substr(0, kept)), ": the gzip data end too early: the file is truncated") << kept;
  }
  std::string damaged = packed;
  damaged[packed.size() - 6] = static_cast<char>(damaged[packed.size() - 6] ^ 1);  // the checksum
  EXPECT_EQ(message(damaged), ": the gzip data are damaged");
  EXPECT_EQ(message(packed + "garbage"), ": the gzip data are damaged");
}

}  // namespace
}  // namespace plumbline::testing
