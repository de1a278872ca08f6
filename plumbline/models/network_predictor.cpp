#include "plumbline/models/network_predictor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <string>

#include "plumbline/core/errors.hpp"
#include "plumbline/network/network_gradient.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kRowsABatch = 256;

Coordinates coordinates_of(const NetworkPredictor& predictor) {
  Coordinates at;
  at.center = predictor.center;
  at.scale = predictor.scale;
  at.penalty_factor.assign(predictor.center.size(), 1.0);
  return at;
}

/// The network's own outputs of rows `which` of `rows`, into their places in eta.
template <class T>
void evaluate(const NetworkPredictor& predictor, const std::vector<T>& parameters, const RowBatches& rows,
              std::span<const std::size_t> which, double* eta) {
  const std::size_t outputs = predictor.architecture.outputs;
  NetworkGradient<T> network(predictor.architecture, LogisticLoss{outputs});  // the loss is not looked at
  Batch<T> batch;
  for (std::size_t begin = 0; begin < which.size(); begin += kRowsABatch) {
    const auto part = which.subspan(begin, std::min(kRowsABatch, which.size() - begin));
    rows.load(part, batch);
    const autodiff::View<const T> net = network.predictors(batch, parameters.data());
    for (std::size_t i = 0; i < part.size(); ++i) {
      for (std::size_t k = 0; k < outputs; ++k) {
        eta[part[i] * outputs + k] =
            predictor.target_center[k] + predictor.target_scale[k] * static_cast<double>(net.row(i)[k]);
      }
    }
  }
}

/// Rows with an eta that is no finite number.
std::vector<std::size_t> overflowed(const double* eta, std::size_t rows, std::size_t outputs) {
  std::vector<std::size_t> which;
  for (std::size_t i = 0; i < rows; ++i) {
    const double* row = eta + i * outputs;
    if (!std::all_of(row, row + outputs, [](double x) { return std::isfinite(x); })) which.push_back(i);
  }
  return which;
}

}  // namespace

const char* name_of(NetworkScalar scalar) { return scalar == NetworkScalar::f32 ? "f32" : "f64"; }

void network_predictors(const NetworkPredictor& predictor, const RowBlock& block, double* eta) {
  const std::size_t width = std::visit([](const auto& x) { return x.columns; }, block.x);
  require(width == predictor.architecture.inputs, "network_predictors", "block.x",
          fmt::format("{} columns wide, got {}", predictor.architecture.inputs, width));
  if (block.rows == 0) return;
  const std::vector<double> no_target(block.rows);
  MemorySource source(block.x, no_target.data(), 1, nullptr);
  const Coordinates at = coordinates_of(predictor);
  const RowBatches rows(source, at);
  std::visit([&](const auto& parameters) { evaluate(predictor, parameters, rows, rows.rows(), eta); },
             predictor.parameters);
  if (predictor.scalar() == NetworkScalar::f64) return;
  const std::vector<std::size_t> again = overflowed(eta, block.rows, predictor.architecture.outputs);
  if (again.empty()) return;
  const auto& floats = std::get<std::vector<float>>(predictor.parameters);
  evaluate(predictor, std::vector<double>(floats.begin(), floats.end()), rows, again, eta);
}

}  // namespace plumbline
