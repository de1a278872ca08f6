#include "plumbline/diagnostics/table_sums.hpp"

#include <algorithm>
#include <bit>
#include <memory>

#include "plumbline/core/random.hpp"
#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/diagnostics/row_cells.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

constexpr std::uint64_t kColumnStream = 1, kRowStream = 2, kTargetStream = 3;

/// What the leaves share.
struct SumsShared {
  const TableSumsRequest* request = nullptr;
  Coordinates raw;
  bool sparse = false;
  std::size_t target_width = 1;
  std::vector<std::uint64_t> column_key;
  std::uint64_t* row_hash = nullptr;
};

class SumsPartial final : public Partial {
 public:
  explicit SumsPartial(const SumsShared& shared)
      : shared_(shared),
        outputs_(shared.request->meaning.outputs()),
        verbs_(shared.raw, outputs_, shared.sparse),
        sums_(shared.request->with_target ? verbs_.sums_size() : 0),
        targets_(verbs_.most_rows() * outputs_),
        column_hash(shared.column_key.size(), 0) {}

  void reset() override {
    std::fill(sums_.begin(), sums_.end(), 0.0);
    std::fill(column_hash.begin(), column_hash.end(), 0);
  }

  void merge(Partial& right) override {
    const auto& other = static_cast<const SumsPartial&>(right);
    for (std::size_t q = 0; q < sums_.size(); ++q) sums_[q] += other.sums_[q];
    for (std::size_t j = 0; j < column_hash.size(); ++j) column_hash[j] += other.column_hash[j];
  }

  void add(const RowBlock& leaf) {
    const std::size_t most = verbs_.most_rows();
    for (std::size_t begin = 0; begin < leaf.rows; begin += most) {
      const RowBlock tile = leaf.slice(begin, std::min(most, leaf.rows - begin), shared_.target_width);
      std::visit([&](const auto& x) { hash(x, tile); }, tile.x);
      if (!sums_.empty()) add_products(tile);
    }
  }

  Matrix with_target() const {
    const Vector all = verbs_.in_coordinates(sums_.data());
    return Eigen::Map<const Matrix>(all.data(), all.size() / static_cast<Index>(outputs_),
                                    static_cast<Index>(outputs_));
  }

 private:
  template <class View>
  void hash(const View& x, const RowBlock& tile) {
    const std::uint64_t* column_key = shared_.column_key.data();
    std::uint64_t* columns = column_hash.data();
    for (std::size_t i = 0; i < tile.rows; ++i) {
      const std::size_t row = tile.first_row + i;
      if (weight_of(tile, i) == 0) continue;
      const std::uint64_t row_key = random_bits(0, kRowStream, row);
      std::uint64_t of_row = 0;
      for_each_nonzero(x, i, [&](std::size_t j, double cell) {
        const auto bits = std::bit_cast<std::uint64_t>(cell);
        of_row += mix(bits ^ column_key[j]);
        columns[j] += mix(bits ^ row_key);
      });
      if (shared_.row_hash != nullptr) shared_.row_hash[row] = with_targets(of_row, tile, i);
    }
  }

  std::uint64_t with_targets(std::uint64_t cells, const RowBlock& tile, std::size_t i) const {
    for (std::size_t k = 0; k < shared_.target_width; ++k) {
      const double y = tile.target[i * shared_.target_width + k];
      cells += mix(std::bit_cast<std::uint64_t>(y == 0 ? 0.0 : y) ^ random_bits(0, kTargetStream, k));
    }
    return cells == 0 ? 1 : cells;
  }

  void add_products(const RowBlock& tile) {
    for (std::size_t i = 0; i < tile.rows; ++i) {
      double* t = targets_.data() + i * outputs_;
      const double s = weight_of(tile, i);
      write_target(shared_.request->meaning, *shared_.request->facts, tile.target + i * shared_.target_width, t);
      for (std::size_t k = 0; k < outputs_; ++k) t[k] = s == 0 ? 0 : t[k] * s;
    }
    verbs_.load(tile);
    verbs_.multiply_transposed_add(targets_.data(), sums_.data());
  }

  const SumsShared& shared_;
  std::size_t outputs_;
  RowVerbs verbs_;
  Buffer<double> sums_;
  std::vector<double> targets_;

 public:
  std::vector<std::uint64_t> column_hash;
};

}  // namespace

TableSums sum_table(RowSource& source, const TableSumsRequest& request, Progress& progress) {
  TableSums result;
  if (request.rows) result.row_hash = Buffer<std::uint64_t>(std::max<std::size_t>(source.rows(), 1));
  SumsShared shared;
  shared.request = &request;
  shared.raw = raw_coordinates(*request.moments, false);
  shared.sparse = source.sparse();
  shared.target_width = source.target_width();
  shared.row_hash = request.rows ? result.row_hash.data() : nullptr;
  for (std::size_t j = 0; j < source.columns(); ++j) shared.column_key.push_back(random_bits(0, kColumnStream, j));
  const auto root = reduce_rows<SumsPartial>(source, leaf_rows_for(source.columns()), progress,
                                             [&] { return std::make_unique<SumsPartial>(shared); });
  result.column_hash = std::move(root->column_hash);
  if (request.with_target) result.with_target = root->with_target();
  return result;
}

}  // namespace plumbline
