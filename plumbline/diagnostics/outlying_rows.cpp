#include "plumbline/diagnostics/outlying_rows.hpp"

#include <algorithm>
#include <memory>

#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/diagnostics/row_cells.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

class OutlyingPartial final : public Partial {
 public:
  OutlyingPartial(const Coordinates& at, const VerbWeights& root, std::size_t outputs, bool sparse, double threshold)
      : root_(root), outputs_(outputs), threshold_(threshold), verbs_(at, outputs, sparse) {
    rotated_.resize(verbs_.most_rows() * outputs);
  }
  void reset() override { rows.clear(); }
  void merge(Partial& right) override {
    const auto& other = static_cast<const OutlyingPartial&>(right);
    rows.insert(rows.end(), other.rows.begin(), other.rows.end());
  }
  void add(const RowBlock& leaf) {
    const std::size_t most = verbs_.most_rows();
    for (std::size_t begin = 0; begin < leaf.rows; begin += most) {
      add_tile(leaf.slice(begin, std::min(most, leaf.rows - begin), 1));
    }
  }

  std::vector<OutlyingRow> rows;

 private:
  void add_tile(const RowBlock& tile) {
    verbs_.load(tile);
    verbs_.multiply(root_, rotated_.data());
    for (std::size_t i = 0; i < tile.rows; ++i) {
      if (weight_of(tile, i) == 0) continue;
      const double* z = rotated_.data() + i * outputs_;
      double h = 0;
      for (std::size_t k = 0; k < outputs_; ++k) h += z[k] * z[k];
      if (h >= threshold_) rows.push_back({tile.first_row + i, h});
    }
  }

  const VerbWeights& root_;
  std::size_t outputs_;
  double threshold_;
  RowVerbs verbs_;
  std::vector<double> rotated_;
};

}  // namespace

std::vector<OutlyingRow> find_outlying_rows(RowSource& source, const Coordinates& at, const Matrix& inverse_root,
                                            double threshold, Progress& progress) {
  const auto outputs = static_cast<std::size_t>(inverse_root.cols());
  if (outputs == 0) return {};
  VerbWeights root;
  RowVerbs(at, outputs, source.sparse(), 1).translate(inverse_root.data(), root);
  const auto found = reduce_rows<OutlyingPartial>(source, leaf_rows_for(at.features()), progress, [&] {
    return std::make_unique<OutlyingPartial>(at, root, outputs, source.sparse(), threshold);
  });
  return std::move(found->rows);
}

}  // namespace plumbline
