#include "plumbline/conformal/jackknife_plus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/conformal/threshold.hpp"
#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/diagnostics/leverage.hpp"
#include "plumbline/inference/posterior_tiles.hpp"
#include "plumbline/objective/row_verbs.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Queries that share one pass over X.
constexpr Index kQueriesAtOnce = 16;

/// Row weights, where they are not all 1.
Buffer<double> weights_of(RowSource& source) {
  Buffer<double> weight(source.rows());
  bool weighted = false;
  std::size_t at = 0;
  source.rewind();
  for (RowBlock block; source.next(block); at += block.rows) {
    weighted = weighted || block.row_weight != nullptr;
    for (std::size_t i = 0; i < block.rows; ++i) {
      weight[at + i] = block.row_weight == nullptr ? 1 : block.row_weight[i];
    }
  }
  if (!weighted) weight.release();
  return weight;
}

/// Writes X̃ times a few directions, by row number.
class MultiplyWorker final {
 public:
  struct Shared {
    const Coordinates* coordinates = nullptr;
    bool sparse = false;
    std::size_t outputs = 0;
    VerbWeights directions;
    double* out = nullptr;
  };

  explicit MultiplyWorker(const Shared& shared)
      : shared_(shared), verbs_(*shared.coordinates, shared.outputs, shared.sparse) {}
  std::size_t most_rows() const { return verbs_.most_rows(); }
  void reset() {}
  void merge(const MultiplyWorker&) {}
  void add(const RowBlock& rows) {
    verbs_.load(rows);
    verbs_.multiply(shared_.directions, shared_.out + rows.first_row * shared_.outputs);
  }

 private:
  const Shared& shared_;
  RowVerbs verbs_;
};

}  // namespace

JackknifePlus::JackknifePlus(EmpiricalRisk& risk, const LeastSquaresRoot& root, Progress& progress)
    : risk_(risk), root_(root), weight_(weights_of(risk.source())) {
  const LeverageRows rows = leverage_rows(risk, root, {}, progress);
  const std::size_t n = rows.leverage.size();
  step_ = Buffer<double>(n);
  reach_ = Buffer<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double copy = weight_.empty() ? 1 : std::min(weight_[i], 1.0);
    const bool possible = !std::isnan(rows.left_out_prediction[i]);
    const double left_out = possible ? rows.residual[i] / (1 - copy * rows.leverage[i]) : kNaN;
    step_[i] = copy * left_out;
    reach_[i] = possible ? std::fabs(left_out) : kInfinity;
  }
}

Buffer<double> JackknifePlus::reaches(const Matrix& query, Progress& progress) const {
  const auto outputs = static_cast<std::size_t>(query.cols());
  Buffer<double> out(step_.size() * outputs);
  MultiplyWorker::Shared shared;
  shared.coordinates = &risk_.coordinates();
  shared.sparse = risk_.source().sparse();
  shared.outputs = outputs;
  shared.out = out.data();
  const Matrix directions = root_.inverse_root * (root_.inverse_root.transpose() * query);
  RowVerbs(risk_.coordinates(), outputs, shared.sparse, 1).translate(directions.data(), shared.directions);
  (void)reduce_tiles<MultiplyWorker>(risk_.source(), progress, [&] { return MultiplyWorker(shared); });
  return out;
}

std::vector<double> JackknifePlus::left_out_predictions(const Vector& query, double prediction) const {
  const Buffer<double> reach = reaches(query, silent_progress());
  std::vector<double> left_out(step_.size());
  for (std::size_t i = 0; i < left_out.size(); ++i) left_out[i] = prediction - reach[i] * step_[i];
  return left_out;
}

std::vector<Interval> JackknifePlus::intervals(const Matrix& query, const std::vector<double>& prediction,
                                               double miscoverage, Progress& progress) const {
  require(query.rows() == root_.w.size(), "JackknifePlus::intervals", "query", "as long as the weights");
  require(static_cast<std::size_t>(query.cols()) == prediction.size(), "JackknifePlus::intervals", "prediction",
          fmt::format("one a query, {}; got {}", query.cols(), prediction.size()));
  const std::size_t n = step_.size();
  const double* const weight = weight_.empty() ? nullptr : weight_.data();
  std::vector<Interval> intervals(prediction.size());
  for (Index first = 0; first < query.cols(); first += kQueriesAtOnce) {
    const Index count = std::min(kQueriesAtOnce, query.cols() - first);
    const Buffer<double> reach = reaches(query.middleCols(first, count), progress);
    parallel_for(static_cast<std::size_t>(count), [&](std::size_t q) {
      const std::size_t at = static_cast<std::size_t>(first) + q;
      std::vector<double> end(n);
      const auto rank = [&](double sign) {  // of sign·(ŷ₍ᵢ₎ + sign·R): the lower end is the upper one of −y
        for (std::size_t i = 0; i < n; ++i) {
          const double left_out = prediction[at] - reach[i * static_cast<std::size_t>(count) + q] * step_[i];
          end[i] = sign * left_out + reach_[i];
        }
        return sign * conformal_threshold({end.data(), nullptr, weight, n}, miscoverage).value;
      };
      intervals[at] = {rank(-1), rank(1)};
    });
  }
  return intervals;
}

}  // namespace plumbline
