#include "plumbline/objective/leverage_pass.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "plumbline/core/math.hpp"
#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// d(d + 1)/2 products a row: few rows at a time keep them in cache.
constexpr std::size_t kRowsWithProducts = 32;

/// What the leaves of one pass share.
struct Shared {
  const Coordinates* coordinates = nullptr;
  std::size_t d = 0, pairs = 0, most_rows = 0;
  bool sparse = false;
  VerbWeights w, root;
  double* bend = nullptr;  ///< (n), or null: no third derivatives
};

class LeveragePartial final : public Partial {
 public:
  explicit LeveragePartial(const Shared& shared)
      : shared_(shared),
        predict_(*shared.coordinates, 1, shared.sparse, shared.most_rows),
        rotate_(*shared.coordinates, shared.d, shared.sparse, shared.most_rows),
        gradient_(predict_.sums_size()),
        eta_(predict_.most_rows()),
        rotated_(predict_.most_rows() * shared.d) {
    if (shared.bend == nullptr) return;
    turn_.emplace_back(*shared.coordinates, shared.pairs, shared.sparse, shared.most_rows);
    turns_ = Buffer<double>(turn_.front().sums_size());
    products_.resize(predict_.most_rows() * shared.pairs);
  }

  void reset() override {
    std::fill(gradient_.begin(), gradient_.end(), 0.0);
    std::fill(turns_.begin(), turns_.end(), 0.0);
  }

  void merge(Partial& right) override {
    const auto& other = static_cast<const LeveragePartial&>(right);
    for (std::size_t j = 0; j < gradient_.size(); ++j) gradient_[j] += other.gradient_[j];
    for (std::size_t j = 0; j < turns_.size(); ++j) turns_[j] += other.turns_[j];
  }

  void add(const RowBlock& leaf) {
    const std::size_t most = predict_.most_rows();
    for (std::size_t begin = 0; begin < leaf.rows; begin += most) {
      add_tile(leaf.slice(begin, std::min(most, leaf.rows - begin), 1));
    }
  }

  Vector gradient() const { return predict_.in_coordinates(gradient_.data()); }

  /// Σ_ab T_ab[j] T_ab[k] over all pairs, those with a < b standing for two.
  Matrix squared_turn() const {
    const Vector all = turn_.front().in_coordinates(turns_.data());
    Matrix turns =
        Eigen::Map<const Matrix>(all.data(), static_cast<Index>(shared_.d), static_cast<Index>(shared_.pairs));
    Index column = 0;
    for (std::size_t a = 0; a < shared_.d; ++a) {
      for (std::size_t b = a; b < shared_.d; ++b, ++column) {
        if (a != b) turns.col(column) *= std::sqrt(2.0);
      }
    }
    return turns * turns.transpose();
  }

 private:
  void add_tile(const RowBlock& rows) {
    predict_.load(rows);
    rotate_.load(rows);
    predict_.multiply(shared_.w, eta_.data());
    rotate_.multiply(shared_.root, rotated_.data());
    std::fill(products_.begin(), products_.end(), 0.0);
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const double s = rows.row_weight == nullptr ? 1 : rows.row_weight[i];
      eta_[i] = s == 0 ? 0 : slope_of_row(i, s, rows.first_row + i);
    }
    predict_.multiply_transposed_add(eta_.data(), gradient_.data());
    if (shared_.bend == nullptr) return;
    turn_.front().load(rows);
    turn_.front().multiply_transposed_add(products_.data(), turns_.data());
  }

  /// s v' q of a row; leaves what the third derivatives need of it.
  double slope_of_row(std::size_t i, double s, std::size_t row) {
    const double eta = eta_[i];
    const double v = sigmoid(eta) * sigmoid(-eta);
    const double slope = -s * v * std::tanh(eta / 2);  // v' = v(1 − 2p)
    const double* z = rotated_.data() + i * shared_.d;
    double q = 0;
    for (std::size_t a = 0; a < shared_.d; ++a) q += z[a] * z[a];
    if (shared_.bend != nullptr) {
      shared_.bend[row] = v * (1 - 6 * v) * q;
      double* product = products_.data() + i * shared_.pairs;
      for (std::size_t a = 0; a < shared_.d; ++a) {
        for (std::size_t b = a; b < shared_.d; ++b) *product++ = slope * z[a] * z[b];
      }
    }
    return slope * q;
  }

  const Shared& shared_;
  RowVerbs predict_, rotate_;
  std::vector<RowVerbs> turn_;  ///< one, with third derivatives
  Buffer<double> gradient_, turns_;
  std::vector<double> eta_, rotated_, products_;
};

}  // namespace

LeverageSums run_leverage_pass(EmpiricalRisk& risk, const LeverageRequest& request, Progress& progress) {
  RowSource& source = risk.source();
  LeverageSums sums;
  if (request.third_derivatives) sums.bend = Buffer<double>(std::max<std::size_t>(source.rows(), 1));
  Shared shared;
  shared.coordinates = &risk.coordinates();
  shared.d = risk.width();
  shared.pairs = shared.d * (shared.d + 1) / 2;
  shared.most_rows = request.third_derivatives ? kRowsWithProducts : 0;
  shared.sparse = source.sparse();
  shared.bend = request.third_derivatives ? sums.bend.data() : nullptr;
  RowVerbs(risk.coordinates(), 1, shared.sparse, 1).translate(request.w->data(), shared.w);
  RowVerbs(risk.coordinates(), shared.d, shared.sparse, 1).translate(request.inverse_root->data(), shared.root);
  const auto root = reduce_rows<LeveragePartial>(source, leaf_rows_for(shared.d), progress,
                                                 [&] { return std::make_unique<LeveragePartial>(shared); });
  sums.gradient = root->gradient();
  if (request.third_derivatives) sums.squared_turn = root->squared_turn();
  return sums;
}

}  // namespace plumbline
