#pragma once

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace plumbline::testing {

/// A regression data set in the layout of NIST's Statistical Reference Datasets, with its certified values.
struct ReferenceRegression {
  std::string name;
  std::size_t predictors = 0;
  std::size_t degree = 1;  ///< of the polynomial in the only predictor
  bool intercept = true;
  std::vector<double> x;  ///< (rows, predictors)
  std::vector<double> y;
  std::vector<double> coefficients, standard_errors;  ///< B0 first where there is an intercept
  double residual_sd = 0, r2 = 0;

  std::size_t rows() const { return y.size(); }
};

inline std::vector<double> numbers_in(const std::string& line) {
  std::istringstream words(line);
  std::vector<double> numbers;
  for (std::string word; words >> word;) numbers.push_back(std::strtod(word.c_str(), nullptr));
  return numbers;
}

/// Reads what the header lines say and the data lines hold; throws std::runtime_error where something is missing.
inline ReferenceRegression read_reference_regression(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  static const std::regex data_place(R"(Data\s+\(lines\s+(\d+)\s+to\s+(\d+)\))");
  static const std::regex parameter(R"(^\s+B(\d+)\s+(\S+)\s+(\S+)\s*$)");
  static const std::regex predictor_count(R"((\d+)\s+Predictor Variable)");
  static const std::regex deviation(R"(^\s*Standard Deviation\s+(\S+)\s*$)");
  static const std::regex squared(R"(^\s*R-Squared\s+(\S+)\s*$)");
  ReferenceRegression set;
  set.name = path.substr(path.rfind('/') + 1);
  set.intercept = false;
  std::size_t first = 0, last = 0;
  std::smatch found;
  for (const std::string& line : lines) {
    if (std::regex_search(line, found, data_place)) first = std::stoul(found[1]), last = std::stoul(found[2]);
    if (std::regex_search(line, found, predictor_count)) set.predictors = std::stoul(found[1]);
    if (std::regex_search(line, found, parameter)) {
      set.intercept = set.intercept || found[1] == "0";
      set.coefficients.push_back(std::stod(found[2]));
      set.standard_errors.push_back(std::stod(found[3]));
    }
    if (std::regex_search(line, found, deviation)) set.residual_sd = std::stod(found[1]);
    if (std::regex_search(line, found, squared)) set.r2 = std::stod(found[1]);
  }
  if (first == 0 || last > lines.size() || set.coefficients.empty()) throw std::runtime_error("cannot read " + path);
  if (set.predictors == 1) set.degree = set.coefficients.size() - (set.intercept ? 1 : 0);
  for (std::size_t i = first - 1; i < last; ++i) {
    const std::vector<double> row = numbers_in(lines[i]);
    if (row.size() != set.predictors + 1) throw std::runtime_error("a row of " + path + " is " + lines[i]);
    set.y.push_back(row[0]);
    set.x.insert(set.x.end(), row.begin() + 1, row.end());
  }
  return set;
}

/// Log relative error: correct decimal digits, 17 for equality; −log10|got| where the certified value is 0.
inline double correct_digits(double got, double certified) {
  if (got == certified) return 17;
  const double error = certified == 0 ? std::fabs(got) : std::fabs((got - certified) / certified);
  return std::isnan(error) ? -std::numeric_limits<double>::infinity() : -std::log10(error);
}

inline double correct_digits(const std::vector<double>& got, const std::vector<double>& certified) {
  double worst = got.size() == certified.size() ? 17 : -1;
  for (std::size_t j = 0; j < got.size() && worst >= 0; ++j) {
    worst = std::min(worst, correct_digits(got[j], certified[j]));
  }
  return worst;
}

}  // namespace plumbline::testing
