#pragma once

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/problem.hpp"

namespace plumbline::testing {

/// A table of examples/data with the optimum that tests/reference/optimum.py found for it in 60 digits.
struct ReferenceProblem {
  Problem problem;
  double l2 = 0;
  double objective = 0, null_objective = 0;
  std::vector<double> intercept;                  ///< (K), raw units
  std::vector<std::vector<double>> coefficients;  ///< (p)(K), raw units
  std::vector<std::string> features;
};

/// The cells of a plain CSV: these tables have no quotes.
inline std::vector<std::vector<std::string>> split_csv(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) rows.back().push_back(cell);
  }
  return rows;
}

inline ReferenceProblem read_reference(const std::string& name) {
  const std::string root = PLUMBLINE_SOURCE_DIR;
  std::ifstream file(root + "/tests/reference/" + name + ".json");
  if (!file) throw std::runtime_error("no reference " + name);
  const nlohmann::json json = nlohmann::json::parse(file);
  ReferenceProblem result;
  result.l2 = json.at("l2");
  result.objective = json.at("objective");
  result.null_objective = json.at("objective_null");
  result.intercept = json.at("intercept").get<std::vector<double>>();
  result.coefficients = json.at("coefficients").get<std::vector<std::vector<double>>>();
  result.features = json.at("features").get<std::vector<std::string>>();
  const auto classes = json.at("classes").get<std::vector<std::string>>();
  const auto rows = split_csv(root + "/" + json.at("table").get<std::string>());
  const std::string target = json.at("target");
  const auto target_at = static_cast<std::size_t>(std::find(rows[0].begin(), rows[0].end(), target) - rows[0].begin());

  Problem& problem = result.problem;
  problem.rows = rows.size() - 1;
  problem.columns = rows[0].size() - 1;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows[i].size(); ++j) {
      if (j != target_at) problem.x.push_back(std::strtod(rows[i][j].c_str(), nullptr));
    }
    const auto found = std::find(classes.begin(), classes.end(), rows[i][target_at]);
    problem.target.push_back(classes.empty() ? std::strtod(rows[i][target_at].c_str(), nullptr)
                                             : static_cast<double>(found - classes.begin()));
  }
  const std::string loss = json.at("loss");
  if (loss == "logistic") problem.loss = LogisticLoss{1};
  if (loss == "softmax") problem.loss = SoftmaxLoss{classes.size()};
  return result;
}

}  // namespace plumbline::testing
