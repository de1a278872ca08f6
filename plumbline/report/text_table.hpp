#pragma once

#include <string>
#include <vector>

namespace plumbline {

/// Text that is safe in one cell of a terminal: control characters become '?', and what is longer than `most`
/// characters ends in "…". Bytes above 127 are taken for UTF-8.
std::string shown(const std::string& text, std::size_t most = 32);

/// "a, b, c and 7 more".
std::string listed(const std::vector<std::string>& names, std::size_t most = 6);

/// A figure for reading: four significant digits, "-" where there is none.
std::string shown_figure(double value);

/// A table in plain text: two spaces before every column, the first flush left, all others flush right. Widths count
/// characters, not bytes.
class TextTable final {
 public:
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  std::string str() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace plumbline
