#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plumbline/diagnostics/doctor.hpp"
#include "support/problem.hpp"

namespace plumbline::testing {

/// What a finding says, for comparison: its kind and the columns it names, in order of name.
using Named = std::pair<std::string, std::set<std::string>>;

inline std::set<Named> named_findings(const DoctorReport& report) {
  std::set<Named> all;
  for (const Finding& finding : report.findings) {
    all.insert({name_of(finding.kind), {finding.columns.begin(), finding.columns.end()}});
  }
  return all;
}

inline std::string text_of(const std::set<Named>& findings) {
  std::string text;
  for (const auto& [kind, columns] : findings) {
    text += kind + ":";
    for (const std::string& column : columns) text += " " + column;
    text += "; ";
  }
  return text;
}

/// A table in the making: columns of numbers, then a target that follows some of them with noise.
class TableMaker final {
 public:
  TableMaker(std::uint64_t seed, std::size_t rows) : draws(seed), rows_(rows) {}

  /// Clean columns of many kinds, each a little like the one before it, in any units and with any offset.
  void add_clean_columns(std::size_t count) {
    for (std::size_t c = 0; c < count; ++c) add("x" + std::to_string(c), clean_column());
  }

  void add(const std::string& name, std::vector<double> column) {
    ColumnEncoding encoding;
    encoding.name = name;
    input.encoder.columns.push_back(encoding);
    columns_.push_back(std::move(column));
  }

  /// Three levels, the first without a column of its own.
  void add_text_column(const std::string& name) {
    std::vector<double> second(rows_), third(rows_);
    for (std::size_t i = 0; i < rows_; ++i) {
      const std::size_t level = draws.below(3);
      second[i] = level == 1 ? 1 : 0;
      third[i] = level == 2 ? 1 : 0;
    }
    ColumnEncoding encoding;
    encoding.name = name;
    encoding.categorical = encoding.reference = true;
    encoding.levels = {"a", "b", "c"};
    input.encoder.columns.push_back(encoding);
    columns_.push_back(std::move(second));
    columns_.push_back(std::move(third));
  }

  /// A number, or one of `classes` that overlap widely.
  void add_target(std::size_t classes) {
    target.resize(rows_);
    for (std::size_t k = 0; k < classes; ++k) input.classes.push_back("c" + std::to_string(k));
    const std::vector<double> first = standardised(0), second = standardised(1);
    for (std::size_t i = 0; i < rows_; ++i) {
      const double eta = first[i] - second[i] + 2 * draws.normal();
      target[i] = classes == 0 ? eta : classes == 2 ? (eta > 0 ? 1 : 0) : eta > 1 ? 2 : eta > -1 ? 1 : 0;
    }
  }

  /// A column with mean 0 and standard deviation 1.
  std::vector<double> standardised(std::size_t c) const {
    std::vector<double> column = columns_[c];
    double mean = 0, square = 0;
    for (const double v : column) mean += v / static_cast<double>(rows_);
    for (const double v : column) square += (v - mean) * (v - mean) / static_cast<double>(rows_);
    for (double& v : column) v = (v - mean) / std::sqrt(square);
    return column;
  }

  Problem problem() const {
    Problem made;
    made.rows = rows_;
    made.columns = columns_.size();
    for (std::size_t i = 0; i < rows_; ++i) {
      for (const std::vector<double>& column : columns_) made.x.push_back(column[i]);
    }
    made.target = target;
    return made;
  }

  const std::vector<double>& column(std::size_t c) const { return columns_[c]; }
  std::vector<double>& column(std::size_t c) { return columns_[c]; }
  std::size_t rows() const { return rows_; }

  Draws draws;
  DoctorInput input;
  std::vector<double> target;

 private:
  std::vector<double> clean_column() {
    std::vector<double> column(rows_);
    const std::vector<double> before = columns_.empty() ? column : standardised(columns_.size() - 1);
    const double scale = std::pow(10, std::floor(6 * draws.unit()) - 3), offset = scale * std::floor(20 * draws.unit());
    const std::size_t kind = columns_.empty() ? 0 : draws.below(4);
    for (std::size_t i = 0; i < rows_; ++i) {
      double value = kind == 0   ? draws.normal()
                     : kind == 1 ? draws.unit()
                     : kind == 2 ? static_cast<double>(draws.below(9))
                                 : static_cast<double>(draws.below(2));
      if (kind == 0 && !columns_.empty()) value += 0.7 * before[i];
      column[i] = offset + scale * value;
    }
    return column;
  }

  std::size_t rows_;
  std::vector<std::vector<double>> columns_;
};

inline DoctorReport examine_problem(Problem& problem, const DoctorInput& input, const DoctorOptions& options = {},
                                    std::size_t block_rows = 0) {
  MemorySource source = problem.source(block_rows);
  return examine(source, input, options);
}

}  // namespace plumbline::testing
