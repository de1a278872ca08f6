#include "plumbline/solvers/interior_point_rows.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/index.hpp"
#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/kernels/tile.hpp"
#include "plumbline/kernels/verbs.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

/// What the leaves of one pass share.
struct DesignShared {
  const Coordinates* at = nullptr;
  const DesignPass* pass = nullptr;
  std::size_t target_width = 1;
  bool sparse = false;
  VerbWeights weights;

  std::size_t stride() const { return sparse ? at->dimension() : padded(at->dimension()); }
};

class DesignPartial final : public Partial {
 public:
  explicit DesignPartial(const DesignShared& shared)
      : shared_(shared),
        forward_(*shared.at, shared.pass->outputs, shared.sparse),
        backward_(*shared.at, shared.pass->columns, shared.sparse),
        transposed_(shared.pass->columns == 0 ? 0 : backward_.sums_size()),
        eta_(forward_.most_rows() * shared.pass->outputs),
        r_(forward_.most_rows() * shared.pass->columns),
        gram_weight_(forward_.most_rows() * shared.pass->pairs) {
    if (!shared.sparse && shared.pass->pairs > 0) tile_ = DenseTile(forward_.most_rows(), shared.at->dimension());
    const std::size_t cells = std::max<std::size_t>(shared.stride() * shared.stride(), 1);
    for (std::size_t q = 0; q < shared.pass->pairs; ++q) grams_.emplace_back(cells);
    clear_scalars();
  }

  void reset() override {
    std::fill(transposed_.begin(), transposed_.end(), 0.0);
    for (Buffer<double>& gram : grams_) std::fill(gram.begin(), gram.end(), 0.0);
    clear_scalars();
  }

  void merge(Partial& right) override {
    const auto& other = static_cast<const DesignPartial&>(right);
    for (std::size_t j = 0; j < transposed_.size(); ++j) transposed_[j] += other.transposed_[j];
    for (std::size_t q = 0; q < grams_.size(); ++q) {
      for (std::size_t j = 0; j < grams_[q].size(); ++j) grams_[q][j] += other.grams_[q][j];
    }
    for (std::size_t k = 0; k < sums_.size(); ++k) sums_[k] += other.sums_[k];
    for (std::size_t k = 0; k < minima_.size(); ++k) minima_[k] = std::min(minima_[k], other.minima_[k]);
  }

  void add(const RowBlock& leaf) {
    const std::size_t most = forward_.most_rows();
    for (std::size_t begin = 0; begin < leaf.rows; begin += most) {
      add_tile(leaf.slice(begin, std::min(most, leaf.rows - begin), shared_.target_width));
    }
  }

  DesignSums result() const {
    DesignSums sums;
    const std::size_t d = shared_.at->dimension(), columns = shared_.pass->columns;
    if (columns > 0) {
      sums.transposed = backward_.in_coordinates(transposed_.data()).reshaped(index(d), index(columns));
    }
    for (const Buffer<double>& gram : grams_) sums.gram.push_back(in_coordinates(gram));
    sums.sums = sums_;
    sums.minima = minima_;
    return sums;
  }

 private:
  void clear_scalars() {
    sums_.assign(shared_.pass->sums, 0.0);
    minima_.assign(shared_.pass->minima, kInfinity);
  }

  void add_tile(const RowBlock& rows) {
    const DesignPass& pass = *shared_.pass;
    if (pass.weights != nullptr) {
      forward_.load(rows);
      forward_.multiply(shared_.weights, eta_.data());
    }
    std::fill(r_.begin(), r_.end(), 0.0);
    std::fill(gram_weight_.begin(), gram_weight_.end(), 0.0);
    pass.visit(rows, {pass.weights == nullptr ? nullptr : eta_.data(), r_.data(), gram_weight_.data(), sums_.data(),
                      minima_.data()});
    if (pass.columns > 0) {
      backward_.load(rows);
      backward_.multiply_transposed_add(r_.data(), transposed_.data());
    }
    if (pass.pairs > 0) add_grams(rows);
  }

  void add_grams(const RowBlock& rows) {
    const Coordinates& at = *shared_.at;
    if (!shared_.sparse) {
      load_tile(std::get<DenseView>(rows.x), at.center.data(), at.scale.data(), at.intercept, tile_);
    }
    for (std::size_t q = 0; q < grams_.size(); ++q) {
      const double* weight = gram_weight_.data() + q * rows.rows;
      if (shared_.sparse) {
        gram_add(std::get<CsrView>(rows.x), weight, grams_[q].data(), at.dimension());
      } else {
        gram_add(tile_, weight, grams_[q].data(), scratch_);
      }
    }
  }

  /// Both triangles, without padding; for sparse rows AᵀGA with A the affine map of the coordinates.
  Matrix in_coordinates(const Buffer<double>& gram) const {
    const Coordinates& at = *shared_.at;
    const std::size_t d = at.dimension(), stride = shared_.stride(), p = at.features();
    const auto upper = [&](std::size_t a, std::size_t b) { return gram[std::min(a, b) * stride + std::max(a, b)]; };
    const auto scale = [&](std::size_t a) { return a < p ? at.scale[a] : 1.0; };
    const auto center = [&](std::size_t a) { return a < p && at.intercept ? at.center[a] : 0.0; };
    Matrix result(index(d), index(d));
    for (std::size_t a = 0; a < d; ++a) {
      for (std::size_t b = a; b < d; ++b) {
        double h = upper(a, b);
        if (shared_.sparse && at.intercept) {
          h += -center(a) * upper(p, b) - center(b) * upper(a, p) + center(a) * center(b) * upper(p, p);
        }
        if (shared_.sparse) h *= scale(a) * scale(b);
        result(index(a), index(b)) = result(index(b), index(a)) = h;
      }
    }
    return result;
  }

  const DesignShared& shared_;
  RowVerbs forward_, backward_;
  DenseTile tile_;
  Buffer<double> transposed_, scratch_;
  std::vector<Buffer<double>> grams_;
  std::vector<double> eta_, r_, gram_weight_, sums_, minima_;
};

}  // namespace

DesignSums run_design_pass(RowSource& source, const Coordinates& at, const DesignPass& pass, Progress& progress) {
  DesignShared shared;
  shared.at = &at;
  shared.pass = &pass;
  shared.target_width = source.target_width();
  shared.sparse = source.sparse();
  if (pass.weights != nullptr) {
    RowVerbs(at, pass.outputs, shared.sparse, 1).translate(pass.weights, shared.weights);
  }
  return reduce_rows<DesignPartial>(source, leaf_rows_for(at.dimension()), progress,
                                    [&] { return std::make_unique<DesignPartial>(shared); })
      ->result();
}

}  // namespace plumbline
