#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plumbline {

/// The spellings that mean "missing", compared without regard to the case of A–Z. Spellings, not values: with "-999" in
/// the list, a cell "-999.0" is a number.
class MissingValues final {
 public:
  explicit MissingValues(const std::vector<std::string>& spellings);

  bool matches(std::string_view text) const;
  /// Whether a cell that reads as a number can be missing all the same.
  bool any_number() const { return any_number_; }

 private:
  std::vector<std::string> lower_;
  std::uint64_t lengths_ = 0;  ///< bit min(length, 63) is set when a spelling has that length: most cells end there
  bool any_number_ = false;
};

}  // namespace plumbline
