#include "plumbline/objective/batch_gradient.hpp"

#include <algorithm>

#include "plumbline/core/errors.hpp"

namespace plumbline {

void BatchGradient::Gathered::clear() {
  cells.clear();
  offsets.assign(1, 0);
  indices.clear();
  values.clear();
  target.clear();
  row_weight.clear();
}

void BatchGradient::Gathered::append(const DenseView& x, std::size_t row) {
  const auto* begin = static_cast<const std::byte*>(x.row(row));
  cells.insert(cells.end(), begin, begin + x.columns * size_of(x.scalar));
}

void BatchGradient::Gathered::append(const CsrView& x, std::size_t row) {
  indices.insert(indices.end(), x.indices + x.offsets[row], x.indices + x.offsets[row + 1]);
  values.insert(values.end(), x.values + x.offsets[row], x.values + x.offsets[row + 1]);
  offsets.push_back(values.size());
}

RowBlock BatchGradient::Gathered::block(const RowBlock& like) const {
  RowBlock block;
  block.rows = row_weight.size();
  if (const auto* dense = std::get_if<DenseView>(&like.x)) {
    block.x = DenseView{cells.data(), block.rows, dense->columns, dense->columns, dense->scalar, dense->byte_scale};
  } else {
    const std::size_t columns = std::get<CsrView>(like.x).columns;
    block.x = CsrView{offsets.data(), indices.data(), values.data(), block.rows, columns};
  }
  block.target = target.data();
  block.row_weight = row_weight.data();
  return block;
}

BatchGradient::BatchGradient(EmpiricalRisk& risk, std::size_t most_rows)
    : risk_(risk),
      target_width_(risk.source().target_width()),
      verbs_(risk.coordinates(), risk.outputs(), risk.source().sparse(), most_rows),
      sums_(verbs_.sums_size()),
      eta_(verbs_.most_rows() * risk.outputs()),
      slope_(eta_.size()) {
  require(most_rows > 0, "BatchGradient", "most_rows", "at least 1, got 0");
  risk.source().rewind();
  std::size_t row = 0;
  for (RowBlock block; risk.source().next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i, ++row) {
      if (block.row_weight == nullptr || block.row_weight[i] > 0) rows_.push_back(row);
    }
    block.first_row = row - block.rows;
    if (block.rows > 0) blocks_.push_back(block);
  }
}

const RowBlock& BatchGradient::block_of(std::size_t row) const {
  const auto after = std::upper_bound(blocks_.begin(), blocks_.end(), row,
                                      [](std::size_t r, const RowBlock& block) { return r < block.first_row; });
  return *std::prev(after);
}

void BatchGradient::add_tile(const std::size_t* rows, std::size_t count) {
  gathered_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const RowBlock& from = block_of(rows[i]);
    const std::size_t at = rows[i] - from.first_row;
    std::visit([&](const auto& x) { gathered_.append(x, at); }, from.x);
    const double* target = from.target + at * target_width_;
    gathered_.target.insert(gathered_.target.end(), target, target + target_width_);
    gathered_.row_weight.push_back(from.row_weight == nullptr ? 1 : from.row_weight[at]);
  }
  const RowBlock batch = gathered_.block(blocks_.front());
  verbs_.load(batch);
  verbs_.multiply(weights_, eta_.data());
  const LossTile out{nullptr, slope_.data(), nullptr};
  std::visit([&](const auto& l) { l.evaluate(batch.target, eta_.data(), count, out); }, risk_.loss());
  for (std::size_t c = 0; c < count * risk_.outputs(); ++c) slope_[c] *= batch.row_weight[c / risk_.outputs()];
  verbs_.multiply_transposed_add(slope_.data(), sums_.data());
}

void BatchGradient::evaluate(const Vector& w, const std::size_t* rows, std::size_t count, Vector& gradient) {
  require(count > 0, "BatchGradient::evaluate", "count", "at least 1, got 0");
  verbs_.translate(w.data(), weights_);
  std::fill(sums_.begin(), sums_.end(), 0.0);
  for (std::size_t begin = 0; begin < count; begin += verbs_.most_rows()) {
    add_tile(rows + begin, std::min(verbs_.most_rows(), count - begin));
  }
  const double share = static_cast<double>(rows_.size()) / static_cast<double>(count);
  gradient = verbs_.in_coordinates(sums_.data()) * (share / risk_.weight_sum());
  const Coordinates& at = risk_.coordinates();
  for (Eigen::Index c = 0; risk_.l2() > 0 && c < gradient.size(); ++c) {
    const std::size_t j = static_cast<std::size_t>(c) % risk_.width();
    if (j < at.features()) gradient[c] += risk_.l2() * at.penalty_factor[j] * w[c];
  }
}

}  // namespace plumbline
