#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <map>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "conformal/class_pool.hpp"
#include "conformal/coverage.hpp"
#include "pipeline/real_data.hpp"
#include "plumbline/data/dense_cell.hpp"
#include "plumbline/pipeline/fit.hpp"
#include "plumbline/pipeline/scoring.hpp"
#include "plumbline/pipeline/training_rows.hpp"

namespace plumbline::testing {

/// The cells of a .npy file of version 1, whatever its header says of them.
template <class T>
std::vector<T> npy_cells(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<unsigned char> start(10);
  in.read(reinterpret_cast<char*>(start.data()), 10);
  in.seekg(10 + start[8] + 256 * start[9]);
  std::vector<T> cells;
  for (T cell{}; in.read(reinterpret_cast<char*>(&cell), sizeof(T));) cells.push_back(cell);
  return cells;
}

/// A network's probabilities of CIFAR-10's 10,000 test images.
inline ClassPool cifar10_pool(const std::string& network) {
  const std::string folder = shared_data("calibration/" + network);
  ClassPool pool{10, {}, {}, {}};
  for (const float p : npy_cells<float>(folder + "/probs.npy")) {
    pool.logits.push_back(std::log(std::max(static_cast<double>(p), 1e-38)));
  }
  for (const std::int64_t label : npy_cells<std::int64_t>(folder + "/labels.npy")) {
    pool.label.push_back(static_cast<std::uint32_t>(label));
  }
  return pool;
}

/// Predictors and targets of the rows of a table that a model has not seen, after one fit.
struct UnseenRows {
  std::vector<double> eta, target;
  std::size_t outputs = 1;
};

inline UnseenRows unseen_rows(const std::string& path, FitOptions options, double test_fraction) {
  options.calibration_fraction = 0;
  options.test_fraction = test_fraction;
  const LinearModel model = fit(path, options).model;
  const TrainingRows rows = find_training_rows(model, path, options.table);
  const std::size_t count = rows.data.rows - rows.rows;
  UnseenRows unseen;
  unseen.outputs = model.outputs();
  unseen.eta = score_rows(model, rows.data, rows.rows, count).eta;
  const RowBlock block = rows.data.block(rows.rows, count);
  unseen.target.assign(block.target, block.target + count);
  return unseen;
}

/// Logistic regression on census records, two classes.
inline ClassPool census_pool() {
  FitOptions options;
  options.table.format = Format::libsvm;
  const UnseenRows rows = unseen_rows(shared_data("libsvm/a9a.t.gz"), options, 0.5);
  ClassPool pool{2, {}, {}, {}};
  for (std::size_t i = 0; i < rows.target.size(); ++i) {
    pool.logits.insert(pool.logits.end(), {0, rows.eta[i]});
    pool.label.push_back(static_cast<std::uint32_t>(rows.target[i]));
  }
  return pool;
}

/// Strength of concrete: mean and variance by maximum likelihood, and two quantiles. Of rows that say the same one is
/// kept, so that no two scores are equal.
inline NumberPool concrete_pool() {
  const std::string path = shared_data("concrete/concrete.csv");
  FitOptions options;
  options.target = {"compressive_strength"};
  options.loss = plumbline::LossKind::gaussian;
  options.loss_constants.variance = VarianceModel::linear;
  const UnseenRows mean = unseen_rows(path, options, 0.7);
  options.loss = plumbline::LossKind::quantile;
  options.loss_constants = {};
  options.loss_constants.quantile = 0.05;
  const UnseenRows low = unseen_rows(path, options, 0.7);
  options.loss_constants.quantile = 0.95;
  const UnseenRows high = unseen_rows(path, options, 0.7);
  NumberPool pool;
  std::map<std::tuple<double, double, double>, bool> seen;
  for (std::size_t i = 0; i < mean.target.size(); ++i) {
    if (!seen.emplace(std::tuple(mean.target[i], mean.eta[2 * i], low.eta[i]), true).second) continue;
    pool.y.push_back(mean.target[i]);
    pool.mean.insert(pool.mean.end(), {mean.eta[2 * i], mean.eta[2 * i + 1]});
    pool.quantiles.insert(pool.quantiles.end(), {low.eta[i], high.eta[i]});
  }
  return pool;
}

/// All rows of the table of concrete, encoded.
inline Problem concrete_problem() {
  const std::string path = shared_data("concrete/concrete.csv");
  FitOptions options;
  options.target = {"compressive_strength"};
  options.test_fraction = options.calibration_fraction = 0;
  const TrainingRows rows = find_training_rows(fit(path, options).model, path, options.table);
  const RowBlock block = rows.data.block(0, rows.rows);
  Problem problem;
  problem.rows = rows.rows;
  problem.columns = rows.data.columns;
  for (std::size_t i = 0; i < problem.rows; ++i) {
    for (std::size_t j = 0; j < problem.columns; ++j)
      problem.x.push_back(dense_cell(std::get<DenseView>(block.x), i, j));
    problem.target.push_back(block.target[i]);
  }
  return problem;
}

}  // namespace plumbline::testing
