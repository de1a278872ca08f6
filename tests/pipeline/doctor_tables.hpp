#pragma once

#include <functional>
#include <set>

#include "pipeline/tables.hpp"

namespace plumbline {

/// A CSV in the making, of columns that are functions of the row.
class TableText final {
 public:
  explicit TableText(std::size_t rows) : rows_(rows) {}

  TableText& add(const std::string& name, const std::function<double(std::size_t)>& cell) {
    return add_text(name, [cell](std::size_t i) { return fmt::format("{}", cell(i)); });
  }
  TableText& add_text(const std::string& name, const std::function<std::string(std::size_t)>& cell) {
    names_.push_back(name);
    cells_.push_back(cell);
    return *this;
  }
  /// Three columns that nothing is wrong with.
  TableText& add_clean() {
    for (const char* name : {"a", "b", "c"}) {
      add(name, [stream = static_cast<std::uint64_t>(name[0])](std::size_t i) { return draw(stream, i); });
    }
    return *this;
  }
  /// A number that follows a and b with noise.
  TableText& add_number() {
    return add("y", [](std::size_t i) { return draw('a', i) - draw('b', i) + draw(9, i); });
  }
  /// Two classes that overlap.
  TableText& add_classes() {
    return add_text("y", [](std::size_t i) { return draw('a', i) + draw(9, i) > 0 ? "yes" : "no"; });
  }

  std::string str() const {
    std::string text = joined([&](std::size_t c) { return names_[c]; });
    for (std::size_t i = 0; i < rows_; ++i) text += joined([&](std::size_t c) { return cells_[c](i); });
    return text;
  }

 private:
  template <class Cell>
  std::string joined(Cell cell) const {
    std::string line;
    for (std::size_t c = 0; c < names_.size(); ++c) line += (c == 0 ? "" : ",") + cell(c);
    return line + "\n";
  }

  std::size_t rows_;
  std::vector<std::string> names_;
  std::vector<std::function<std::string(std::size_t)>> cells_;
};

/// "kind: column column; …" in the order of the report.
inline std::string summary_of(const Json& result) {
  std::string text;
  for (const Json& finding : result["findings"]) {
    text += (text.empty() ? "" : "; ") + finding["kind"].get<std::string>() + ":";
    for (const Json& column : finding["columns"]) text += " " + column.get<std::string>();
  }
  return text;
}

/// Runs `plumbline doctor` on tables in a folder of their own.
class DoctorCommandTest : public ::testing::Test {
 protected:
  Json doctor(const std::string& table, const Arguments& more = {}) {
    Arguments arguments{"doctor", folder_.write("t.csv", table), "--target", "y"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return json_of(arguments);
  }
  Json doctor(const TableText& table, const Arguments& more = {}) { return doctor(table.str(), more); }

  TemporaryFolder folder_;
};

}  // namespace plumbline
