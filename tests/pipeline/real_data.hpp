#pragma once

#include <filesystem>
#include <string>

namespace plumbline {

/// A file of the shared data sets that lie beside the repository, where they are there.
inline std::string shared_data(const std::string& name) {
  return std::string(PLUMBLINE_SOURCE_DIR) + "/../shared/data/" + name;
}

inline bool has_shared_data(const std::string& name) { return std::filesystem::exists(shared_data(name)); }

}  // namespace plumbline

/// Skips the test, with a sentence, unless the data set is there.
#define PLUMBLINE_NEEDS_DATA(name) \
  if (!plumbline::has_shared_data(name)) GTEST_SKIP() << "../shared/data/" << (name) << " is not there"
