#include "plumbline/inference/robust.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/index.hpp"
#include "plumbline/inference/row_figures.hpp"
#include "plumbline/kernels/tile.hpp"
#include "plumbline/linalg/decompositions.hpp"
#include "plumbline/objective/risk_pass.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// 1 − h below this is rounding of a leverage of 1.
constexpr double kSmallestSlack = 1e-10;
constexpr std::size_t kClustersAtOnce = 256;

/// Outputs that make up block q of the information.
std::vector<std::size_t> outputs_of_block(const EmpiricalRisk& risk, std::size_t q) {
  if (!mixes_outputs(risk.loss())) return {q};
  std::vector<std::size_t> all(risk.outputs());
  for (std::size_t k = 0; k < all.size(); ++k) all[k] = k;
  return all;
}

std::size_t block_count(const EmpiricalRisk& risk) { return mixes_outputs(risk.loss()) ? 1 : risk.outputs(); }

/// u_i; false where a row has leverage 1.
bool correct(std::vector<double>& factor, const std::vector<double>& leverage, LeverageCorrection correction) {
  for (std::size_t i = 0; i < factor.size(); ++i) {
    const double slack = 1 - leverage[i];
    if (slack < kSmallestSlack) return false;
    factor[i] = correction == LeverageCorrection::once ? 1 / slack : 1 / (slack * slack);
  }
  return true;
}

Matrix gram_of(EmpiricalRisk& risk, const std::vector<double>& weight, Progress& progress) {
  RiskPassRequest request;
  request.loss = &risk.loss();
  request.coordinates = &risk.coordinates();
  request.gram_weight = weight.data();
  request.hessian = true;
  const RiskSums sums = run_risk_pass(risk.source(), request, progress);
  return Eigen::Map<const Matrix>(sums.hessian[0].data(), index(risk.width()), index(risk.width()));
}

/// The scatter of one block from the slopes (n, K) and factors (n).
Matrix scatter_of(EmpiricalRisk& risk, const std::vector<std::size_t>& outputs, const std::vector<double>& slopes,
                  const std::vector<double>& factor, Progress& progress) {
  const Index d = index(risk.width());
  Matrix scatter(index(outputs.size()) * d, index(outputs.size()) * d);
  std::vector<double> weight(factor.size());
  for (std::size_t a = 0; a < outputs.size(); ++a) {
    for (std::size_t b = a; b < outputs.size(); ++b) {
      for (std::size_t i = 0; i < weight.size(); ++i) {
        const double* slope = slopes.data() + i * risk.outputs();
        weight[i] = factor[i] * slope[outputs[a]] * slope[outputs[b]];
      }
      const Matrix block = gram_of(risk, weight, progress);
      scatter.block(index(a) * d, index(b) * d, d, d) = block;
      scatter.block(index(b) * d, index(a) * d, d, d) = block;
    }
  }
  return scatter;
}

/// Clusters by the order in which they first have a row of positive weight; rows of weight 0 belong to none.
constexpr std::size_t kNoCluster = std::numeric_limits<std::size_t>::max();
struct Clusters {
  std::vector<std::size_t> of_row;
  std::size_t count = 0;
};
Clusters number_clusters(RowSource& source, const std::vector<std::uint64_t>& cluster_of) {
  Clusters clusters{std::vector<std::size_t>(cluster_of.size(), kNoCluster), 0};
  std::unordered_map<std::uint64_t, std::size_t> numbers;
  source.rewind();
  for (RowBlock block; source.next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i) {
      if (block.row_weight != nullptr && block.row_weight[i] == 0) continue;
      const std::size_t row = block.first_row + i;
      clusters.of_row[row] = numbers.try_emplace(cluster_of[row], numbers.size()).first->second;
    }
  }
  clusters.count = numbers.size();
  return clusters;
}

/// Scores summed cluster by cluster, in the layout of the verbs.
class ClusterScores final {
 public:
  ClusterScores(EmpiricalRisk& risk, std::size_t clusters)
      : risk_(risk),
        verbs_(risk.coordinates(), risk.outputs(), risk.source().sparse()),
        stride_(padded(verbs_.sums_size())),
        sums_(std::max<std::size_t>(clusters * stride_, 1)) {}

  /// Adds the rows of `block`, neighbours of one cluster together. slopes (n, K).
  void add(const RowBlock& block, const std::vector<std::size_t>& cluster, std::vector<double>& slopes) {
    for (std::size_t i = 0; block.row_weight != nullptr && i < block.rows * risk_.outputs(); ++i) {
      slopes[block.first_row * risk_.outputs() + i] *= block.row_weight[i / risk_.outputs()];
    }
    for (std::size_t begin = 0, end = 0; begin < block.rows; begin = end) {
      const std::size_t number = cluster[block.first_row + begin];
      for (end = begin; end < block.rows && end - begin < verbs_.most_rows(); ++end) {
        if (cluster[block.first_row + end] != number) break;
      }
      if (number == kNoCluster) continue;
      verbs_.load(block.slice(begin, end - begin, risk_.source().target_width()));
      const double* slope = slopes.data() + (block.first_row + begin) * risk_.outputs();
      verbs_.multiply_transposed_add(slope, sums_.data() + number * stride_);
    }
  }

  /// The score of a cluster, (K·d) in solver coordinates.
  Vector score(std::size_t number) const { return verbs_.in_coordinates(sums_.data() + number * stride_); }

 private:
  EmpiricalRisk& risk_;
  RowVerbs verbs_;
  std::size_t stride_;
  Buffer<double> sums_;
};

/// The outer products of the clusters' scores, block by block.
std::vector<Matrix> outer_products(const EmpiricalRisk& risk, const ClusterScores& scores, std::size_t clusters) {
  const Index size = index(risk.outputs() * risk.width() / block_count(risk));
  std::vector<Matrix> blocks(block_count(risk), Matrix::Zero(size, size));
  for (std::size_t begin = 0; begin < clusters; begin += kClustersAtOnce) {
    const std::size_t count = std::min(kClustersAtOnce, clusters - begin);
    Matrix some(index(risk.outputs() * risk.width()), index(count));
    for (std::size_t c = 0; c < count; ++c) some.col(index(c)) = scores.score(begin + c);
    for (std::size_t q = 0; q < blocks.size(); ++q) {
      blocks[q].selfadjointView<Eigen::Lower>().rankUpdate(some.middleRows(index(q) * size, size));
    }
  }
  for (Matrix& block : blocks) block = Matrix(block.selfadjointView<Eigen::Lower>());
  return blocks;
}

}  // namespace

ScoreScatter row_scatter(EmpiricalRisk& risk, const Vector& w, const InformationRoot& inverse,
                         RowScatterOptions options, Progress& progress) {
  const auto [information, correction] = options;
  ScoreScatter result;
  RowSource& source = risk.source();
  std::vector<double> factor(source.rows(), 1.0);
  const double* eta = risk.predictors(w);
  if (correction != LeverageCorrection::none) {
    require(risk.outputs() == 1, "row_scatter", "correction", "none for a loss of several outputs");
    std::vector<double> leverage = quadratic_forms(source, risk.coordinates(), inverse.blocks[0], progress);
    const bool expected = information == Information::expected && risk.traits().classification;
    const std::vector<double> curvature = row_curvatures(source, risk.loss(), expected, eta);
    for (std::size_t i = 0; i < leverage.size(); ++i) leverage[i] = curvature[i] == 0 ? 0 : leverage[i] * curvature[i];
    result.full_leverage = !correct(factor, leverage, correction);
    if (result.full_leverage) return result;
  }
  const std::vector<double> slopes = row_slopes(source, risk.loss(), eta);
  for (std::size_t q = 0; q < block_count(risk); ++q) {
    result.blocks.push_back(scatter_of(risk, outputs_of_block(risk, q), slopes, factor, progress));
  }
  return result;
}

ScoreScatter cluster_scatter(EmpiricalRisk& risk, const Vector& w, const std::vector<std::uint64_t>& cluster_of,
                             Progress& progress) {
  RowSource& source = risk.source();
  require(cluster_of.size() == source.rows(), "cluster_scatter", "cluster_of", "one number a row");
  const Clusters clusters = number_clusters(source, cluster_of);
  std::vector<double> slopes = row_slopes(source, risk.loss(), risk.predictors(w));
  ClusterScores scores(risk, clusters.count);
  source.rewind();
  for (RowBlock block; source.next(block);) {
    if (progress.cancelled()) throw Cancelled();
    scores.add(block, clusters.of_row, slopes);
  }
  ScoreScatter result;
  result.blocks = outer_products(risk, scores, clusters.count);
  result.clusters = clusters.count;
  return result;
}

Matrix sandwich_root(const Matrix& root, const Matrix& scatter) {
  const SymmetricEigen eigen = symmetric_eigen(root.transpose() * scatter * root);
  const Vector sizes = eigen.values.cwiseMax(0).cwiseSqrt();
  return root * (eigen.vectors * sizes.asDiagonal());
}

}  // namespace plumbline
