#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

/// The distinct texts of a column with codes 0, 1, … in order of first appearance. O(length) a look-up.
class Levels final {
 public:
  /// The code of `text`, which is added if it is new.
  std::uint32_t code(std::string_view text);
  std::size_t size() const { return names_.size(); }
  const std::vector<std::string>& names() const { return names_; }
  std::vector<std::string> take_names();
  void clear();

 private:
  void grow();

  std::vector<std::string> names_;
  std::vector<std::uint64_t> hashes_;  ///< by code
  std::vector<std::uint32_t> slots_;   ///< open addressing: code + 1, 0 = free; a power of two, at most half full
};

}  // namespace plumbline
