#include "plumbline/diagnostics/dual_weights.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <variant>

#include "plumbline/core/errors.hpp"
#include "plumbline/inference/posterior_tiles.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Fills what a row's contributions tell in sum; `weight(i)` and `contribution(i)` by row.
template <class Weight, class Contribution>
CarriedPrediction carry(double base, std::size_t n, std::size_t top, Weight weight, Contribution contribution) {
  CarriedPrediction carried;
  carried.base = base;
  std::vector<double> contributions(n);
  for (std::size_t i = 0; i < n; ++i) {
    contributions[i] = contribution(i);
    carried.prediction += contributions[i];
    carried.size += std::fabs(contributions[i]);
  }
  carried.prediction += base;
  double of_top = 0;
  for (const std::size_t i : largest_rows(contributions.data(), n, top)) {
    carried.top.push_back({i, weight(i), contributions[i]});
    of_top += std::fabs(contributions[i]);
  }
  carried.top_share = carried.size > 0 ? of_top / carried.size : 1;
  return carried;
}

/// Writes m_i and y_i of every row.
class WeightWorker final {
 public:
  struct Shared {
    const Coordinates* coordinates = nullptr;
    bool sparse = false;
    VerbWeights direction;  ///< A⁻¹x̃
    double *weight = nullptr, *target = nullptr;
  };

  explicit WeightWorker(const Shared& shared) : shared_(shared), verbs_(*shared.coordinates, 1, shared.sparse) {}
  std::size_t most_rows() const { return verbs_.most_rows(); }
  void reset() { weight_sum = target_sum = 0; }
  void merge(const WeightWorker& right) {
    weight_sum += right.weight_sum;
    target_sum += right.target_sum;
  }
  void add(const RowBlock& rows) {
    double* weight = shared_.weight + rows.first_row;
    verbs_.load(rows);
    verbs_.multiply(shared_.direction, weight);
    std::copy_n(rows.target, rows.rows, shared_.target + rows.first_row);
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const double s = rows.row_weight == nullptr ? 1 : rows.row_weight[i];
      weight[i] *= s;
      weight_sum += s;
      if (s > 0) target_sum += s * rows.target[i];
    }
  }

  double weight_sum = 0, target_sum = 0;

 private:
  const Shared& shared_;
  RowVerbs verbs_;
};

/// Writes α_i and κ(x̃_i, x̃) of every row.
class CoefficientWorker final {
 public:
  struct Shared {
    EmpiricalRisk* risk = nullptr;
    bool sparse = false;
    VerbWeights w, query;
    DualCoefficients* out = nullptr;
  };

  explicit CoefficientWorker(const Shared& shared)
      : shared_(shared),
        predict_(shared.risk->coordinates(), shared.risk->outputs(), shared.sparse),
        compare_(shared.risk->coordinates(), 1, shared.sparse),
        eta_(predict_.most_rows() * shared.risk->outputs()) {}
  std::size_t most_rows() const { return predict_.most_rows(); }
  void reset() {}
  void merge(const CoefficientWorker&) {}
  void add(const RowBlock& rows) {
    const std::size_t outputs = shared_.risk->outputs();
    double* coefficient = shared_.out->coefficient.data() + rows.first_row * outputs;
    predict_.load(rows);
    predict_.multiply(shared_.w, eta_.data());
    compare_.load(rows);
    compare_.multiply(shared_.query, shared_.out->kernel.data() + rows.first_row);
    evaluate(shared_.risk->loss(), rows.target, eta_.data(), rows.rows, {nullptr, coefficient, nullptr});
    const double total_penalty = shared_.risk->weight_sum() * shared_.risk->l2();
    for (std::size_t c = 0; c < rows.rows * outputs; ++c) {
      const double s = rows.row_weight == nullptr ? 1 : rows.row_weight[c / outputs];
      coefficient[c] = s == 0 ? 0 : -s * coefficient[c] / total_penalty;
    }
  }

 private:
  const Shared& shared_;
  RowVerbs predict_, compare_;
  std::vector<double> eta_;
};

}  // namespace

std::vector<std::size_t> largest_rows(const double* contribution, std::size_t n, std::size_t count) {
  std::vector<std::size_t> rows(n);
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  const auto size = [&](std::size_t i) { return std::isnan(contribution[i]) ? 0 : std::fabs(contribution[i]); };
  const auto end = rows.begin() + static_cast<std::ptrdiff_t>(std::min(count, n));
  std::partial_sort(rows.begin(), end, rows.end(),
                    [&](std::size_t a, std::size_t b) { return size(a) != size(b) ? size(a) > size(b) : a < b; });
  rows.erase(end, rows.end());
  return rows;
}

DualWeights dual_weights(EmpiricalRisk& risk, const LeastSquaresRoot& root, const Vector& query, std::size_t top,
                         Progress& progress) {
  const std::size_t n = risk.source().rows();
  require(query.size() == root.w.size(), "dual_weights", "query", "as long as the weights");
  DualWeights result;
  result.weight = Buffer<double>(n);
  Buffer<double> target(n);
  WeightWorker::Shared shared;
  shared.coordinates = &risk.coordinates();
  shared.sparse = risk.source().sparse();
  shared.weight = result.weight.data();
  shared.target = target.data();
  const Vector direction = root.inverse_root * (root.inverse_root.transpose() * query);
  RowVerbs(risk.coordinates(), 1, shared.sparse, 1).translate(direction.data(), shared.direction);
  const auto sums = reduce_tiles<WeightWorker>(risk.source(), progress, [&] { return WeightWorker(shared); });
  const double mean = risk.coordinates().intercept ? sums->worker.target_sum / sums->worker.weight_sum : 0;
  const auto weight = [&](std::size_t i) { return result.weight[i]; };
  const auto contribution = [&](std::size_t i) {
    return result.weight[i] == 0 ? 0 : result.weight[i] * (target[i] - mean);
  };
  result.carried = carry(mean, n, top, weight, contribution);
  return result;
}

DualCoefficients dual_coefficients(EmpiricalRisk& risk, const Vector& w, const Vector& query, std::size_t top,
                                   Progress& progress) {
  require(risk.l2() > 0, "dual_coefficients", "risk.l2", "positive: without a penalty there is no such sum");
  require(risk.traits().smooth, "dual_coefficients", "risk", "of a smooth loss");
  const std::size_t n = risk.source().rows(), outputs = risk.outputs(), d = risk.width();
  require(static_cast<std::size_t>(query.size()) == d, "dual_coefficients", "query", "d long");
  DualCoefficients result;
  result.outputs = outputs;
  result.coefficient = Buffer<double>(n * outputs);
  result.kernel = Buffer<double>(n);
  CoefficientWorker::Shared shared;
  shared.risk = &risk;
  shared.sparse = risk.source().sparse();
  shared.out = &result;
  const Coordinates& at = risk.coordinates();
  Vector scaled = Vector::Zero(query.size()), free = query;
  for (std::size_t j = 0; j < at.features(); ++j) {
    if (at.penalty_factor[j] == 0) continue;
    scaled[static_cast<Index>(j)] = query[static_cast<Index>(j)] / at.penalty_factor[j];
    free[static_cast<Index>(j)] = 0;
  }
  RowVerbs(at, outputs, shared.sparse, 1).translate(w.data(), shared.w);
  RowVerbs(at, 1, shared.sparse, 1).translate(scaled.data(), shared.query);
  (void)reduce_tiles<CoefficientWorker>(risk.source(), progress, [&] { return CoefficientWorker(shared); });
  for (std::size_t k = 0; k < outputs; ++k) {
    const double base = free.dot(w.segment(static_cast<Index>(k * d), static_cast<Index>(d)));
    const auto weight = [&](std::size_t i) { return result.coefficient[i * outputs + k]; };
    result.carried.push_back(carry(base, n, top, weight, [&](std::size_t i) { return weight(i) * result.kernel[i]; }));
  }
  return result;
}

}  // namespace plumbline
