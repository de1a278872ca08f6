#include "plumbline/data/moments.hpp"

#include <algorithm>
#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/kernels/column_sums.hpp"
#include "plumbline/kernels/tile.hpp"

namespace plumbline {

namespace {

/// Columns whose squares overflow are measured in units of 2^600 instead.
constexpr double kHugeUnit = 0x1p-600;
/// Below this the squares of deviations lose digits to gradual underflow.
constexpr double kSmallestSure = 0x1p-480;

/// Weight, mean and Σ s (x − mean)² of each column over some rows; weights differ by column only for sparse non-zeros.
struct ColumnSums {
  std::vector<double> weight, mean, squares, minimum, maximum;

  explicit ColumnSums(std::size_t columns) { clear(columns); }
  void clear(std::size_t columns) {
    weight.assign(columns, 0);
    mean.assign(columns, 0);
    squares.assign(columns, 0);
    minimum.assign(columns, kInfinity);
    maximum.assign(columns, -kInfinity);
  }
  /// Chan, Golub and LeVeque (1983), eq. 2.1.
  void merge(std::size_t j, double other_weight, double other_mean, double other_squares) {
    if (other_weight == 0) return;
    const double total = weight[j] + other_weight;
    const double delta = other_mean - mean[j];
    mean[j] += delta * (other_weight / total);
    squares[j] += other_squares + delta * delta * (weight[j] * (other_weight / total));
    weight[j] = total;
  }
  void widen(std::size_t j, double low, double high) {
    minimum[j] = std::min(minimum[j], low);
    maximum[j] = std::max(maximum[j], high);
  }
};

class MomentsPartial final : public Partial {
 public:
  MomentsPartial(std::size_t columns, const std::vector<double>& unit, const std::vector<double>& origin)
      : sums_(columns), zeros_(unit.size(), 0.0), unit_(unit), origin_(origin), tile_sums_(padded(columns)) {}

  void add(const RowBlock& leaf);
  void merge(Partial& right) override;
  void reset() override {
    sums_.clear(sums_.mean.size());
    weight_sum_ = 0;
  }
  const ColumnSums& sums() const { return sums_; }
  double weight_sum() const { return weight_sum_; }

 private:
  void add(const DenseView& x, const double* weight);
  void add(const CsrView& x, const double* weight);
  void add_tile(const DenseTile& tile, const double* weight);

  ColumnSums sums_;
  std::vector<double> zeros_;
  const std::vector<double>& unit_;
  const std::vector<double>& origin_;
  ColumnSums tile_sums_;
  DenseTile tile_;
  double weight_sum_ = 0;
};

void MomentsPartial::add(const RowBlock& leaf) {
  for (std::size_t i = 0; i < leaf.rows; ++i) weight_sum_ += leaf.row_weight == nullptr ? 1 : leaf.row_weight[i];
  std::visit([&](const auto& x) { add(x, leaf.row_weight); }, leaf.x);
}

void MomentsPartial::add(const DenseView& x, const double* weight) {
  const std::size_t most = tile_rows(padded(x.columns));
  if (tile_.cells.empty()) tile_ = DenseTile(most, x.columns);
  for (std::size_t begin = 0; begin < x.rows; begin += most) {
    DenseView part = x;
    part.data = x.row(begin);
    part.rows = std::min(most, x.rows - begin);
    load_tile(part, zeros_.data(), unit_.data(), false, tile_);
    add_tile(tile_, weight == nullptr ? nullptr : weight + begin);
  }
}

void MomentsPartial::add_tile(const DenseTile& tile, const double* weight) {
  double total = 0;
  for (std::size_t i = 0; i < tile.rows; ++i) total += weight == nullptr ? 1 : weight[i];
  if (total == 0) return;
  column_sums(tile, weight, origin_.data(), tile_sums_.mean.data(),
              {tile_sums_.minimum.data(), tile_sums_.maximum.data()});
  for (double& mean : tile_sums_.mean) mean /= total;
  column_squares(tile, weight, origin_.data(), tile_sums_.mean.data(), tile_sums_.squares.data());
  for (std::size_t j = 0; j < tile.columns; ++j) {
    sums_.merge(j, total, tile_sums_.mean[j], tile_sums_.squares[j]);
    sums_.widen(j, tile_sums_.minimum[j], tile_sums_.maximum[j]);
  }
}

void MomentsPartial::add(const CsrView& x, const double* weight) {
  for (std::size_t i = 0; i < x.rows; ++i) {
    const double s = weight == nullptr ? 1 : weight[i];
    if (s == 0) continue;
    for (std::uint64_t q = x.offsets[i]; q < x.offsets[i + 1]; ++q) {
      const std::uint32_t j = x.indices[q];
      const double value = x.values[q] * unit_[j];
      sums_.merge(j, s, value, 0);
      sums_.widen(j, value, value);
    }
  }
}

void MomentsPartial::merge(Partial& right) {
  const auto& other = static_cast<const MomentsPartial&>(right);
  weight_sum_ += other.weight_sum_;
  for (std::size_t j = 0; j < sums_.mean.size(); ++j) {
    sums_.merge(j, other.sums_.weight[j], other.sums_.mean[j], other.sums_.squares[j]);
    sums_.widen(j, other.sums_.minimum[j], other.sums_.maximum[j]);
  }
}

/// The first row that counts, in the given units: all others are measured from it (sparse rows from 0).
std::vector<double> origin_of(RowSource& source, const std::vector<double>& unit) {
  std::vector<double> origin(unit.size(), 0.0);
  source.rewind();
  for (RowBlock block; !source.sparse() && source.next(block);) {
    std::size_t row = 0;
    while (row < block.rows && block.row_weight != nullptr && block.row_weight[row] == 0) ++row;
    if (row == block.rows) continue;
    const std::vector<double> zeros(unit.size(), 0.0);
    DenseTile tile(1, source.columns());
    load_tile(std::get<DenseView>(block.slice(row, 1, source.target_width()).x), zeros.data(), unit.data(), false,
              tile);
    std::copy_n(tile.row(0), source.columns(), origin.begin());
    break;
  }
  return origin;
}

/// All columns, column j measured in units of 1/unit[j].
Moments moments_in_units(RowSource& source, const std::vector<double>& unit, Progress& progress) {
  const std::size_t p = source.columns();
  const std::vector<double> origin = origin_of(source, unit);
  const auto root = reduce_rows<MomentsPartial>(source, leaf_rows_for(p), progress,
                                                [&] { return std::make_unique<MomentsPartial>(p, unit, origin); });
  const MomentsPartial& partial = *root;
  ColumnSums sums = partial.sums();
  Moments moments;
  moments.weight_sum = partial.weight_sum();
  for (std::size_t j = 0; j < p; ++j) {
    if (source.sparse() && sums.weight[j] < moments.weight_sum) {
      sums.merge(j, moments.weight_sum - sums.weight[j], 0, 0);
      sums.widen(j, 0, 0);
    }
    const bool constant = sums.minimum[j] == sums.maximum[j];
    moments.mean.push_back(constant ? sums.minimum[j] : origin[j] + sums.mean[j]);
    moments.sd.push_back(constant ? 0 : std::sqrt(sums.squares[j] / moments.weight_sum));
  }
  moments.minimum = std::move(sums.minimum);
  moments.maximum = std::move(sums.maximum);
  return moments;
}

}  // namespace

Moments column_moments(RowSource& source, Progress& progress) {
  std::vector<double> unit(padded(source.columns()), 1.0);
  Moments moments = moments_in_units(source, unit, progress);
  bool again = false;
  for (std::size_t j = 0; j < moments.sd.size(); ++j) {
    const bool in_range = std::isfinite(moments.sd[j]) && (moments.sd[j] > kSmallestSure || moments.is_constant(j));
    if (in_range) continue;
    unit[j] = std::isfinite(moments.sd[j]) ? 1 / kHugeUnit : kHugeUnit;
    again = true;
  }
  if (!again) return moments;
  Moments rescaled = moments_in_units(source, unit, progress);
  for (std::size_t j = 0; j < moments.sd.size(); ++j) {
    rescaled.mean[j] /= unit[j];
    rescaled.sd[j] /= unit[j];
    rescaled.minimum[j] /= unit[j];
    rescaled.maximum[j] /= unit[j];
  }
  return rescaled;
}

}  // namespace plumbline
