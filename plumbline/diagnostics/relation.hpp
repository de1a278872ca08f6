#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace plumbline {

/// Σ_q coefficient_q x_q + constant = 0 over some columns, in the user's units.
struct LinearRelation {
  std::vector<std::size_t> columns;
  std::vector<double> coefficient;
  double constant = 0;
  std::vector<double> size;  ///< of a usual cell of each column: its |mean| plus its standard deviation
  double precision = 1e-7;   ///< to which coefficients are known, relative
  bool exact = true;  ///< written with "=", solved for the column that gives the simplest terms; else with "≈",
                      ///< for the first column
};

/// "total = a + b", "cm = 2.54·inch", "a = 0.5·b - 3·c + 32": every coefficient as the shortest decimal within
/// `precision`, at most 6 digits. Among columns to solve for, the one with the fewest digits, then the fewest minus
/// signs, then the last.
std::string relation_text(const LinearRelation& relation, const std::vector<std::string>& names);

}  // namespace plumbline
