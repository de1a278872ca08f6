#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/data/table.hpp"

namespace plumbline {

/// What a target column holds, row by row, before it is given a meaning: numbers or codes of spelled levels.
struct RawTarget {
  std::string name;  ///< "label" where the format carries its target
  bool text = false;
  std::vector<double> cells;                              ///< (rows): number or code, NaN = missing
  std::vector<std::string> levels;                        ///< text: by code
  std::vector<std::pair<double, std::string>> spellings;  ///< numeric: how values were spelled, if few
};

/// The cells of one stored column of a dense table, or the labels that come apart. Throws DataError if there is no such
/// column.
RawTarget extract_target(const Table& table, const std::string& column);

/// Class labels in their order (numerically if all are numbers, else bytewise), and how to find one.
class ClassLabels final {
 public:
  ClassLabels() = default;
  /// From labels in their final order, as a model file holds them.
  ClassLabels(std::vector<std::string> labels, bool numeric);

  /// All distinct labels of `target` in rows where `use[i]` is set.
  static ClassLabels of(const RawTarget& target, const std::vector<bool>& use);

  const std::vector<std::string>& labels() const { return labels_; }
  bool numeric() const { return numeric_; }
  std::size_t size() const { return labels_.size(); }

  /// Class index of every row; missing stays NaN. A label that equals a known one after one final "." is removed is
  /// mapped (`dotted` counts); any other unknown one is a DataError at its record.
  std::vector<double> index(const RawTarget& target, const Table& table, std::size_t& dotted) const;

 private:
  std::optional<std::size_t> find(const std::string& label) const;

  std::vector<std::string> labels_;
  std::vector<double> numbers_;  ///< numeric: the labels as numbers
  bool numeric_ = false;
};

/// How one label is spelled: as in the file where that is known, else the shortest text that gives the number back.
std::string spell(const RawTarget& target, double cell);

}  // namespace plumbline
