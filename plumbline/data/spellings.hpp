#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace plumbline {

/// The distinct numbers of a possible target with the spelling in which each came first; given up (and empty) when
/// there are more than TableColumn::kMostSpellings.
class Spellings final {
 public:
  /// `value` must not be NaN.
  void note(double value, std::string_view text);
  /// Takes over what was noted after this.
  void merge(Spellings& later);
  void give_up();
  bool given_up() const { return given_up_; }
  /// Ascending by value.
  std::vector<std::pair<double, std::string>> take();
  void clear();

 private:
  std::map<double, std::string> first_;
  bool given_up_ = false;
};

}  // namespace plumbline
