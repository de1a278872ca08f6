#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace plumbline {

/// Compares with tests/golden/NAME. With PLUMBLINE_WRITE_GOLDEN set in the environment it writes the file instead.
inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(PLUMBLINE_SOURCE_DIR) + "/tests/golden/" + name;
  if (std::getenv("PLUMBLINE_WRITE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  const std::string expected{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, expected) << "if the change is meant, run again with PLUMBLINE_WRITE_GOLDEN=1";
}

}  // namespace plumbline
