#include "plumbline/objective/risk_pass.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/kernels/tile.hpp"
#include "plumbline/kernels/verbs.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kSparseTileRows = 256;
constexpr std::size_t kLeafUnit = 256;  ///< a multiple of every tile

/// The weights as the verbs want them, made once a pass. Dense: output-major with padded rows. Sparse: feature-major in
/// the units of the raw cells, centre and scale folded in (w_eff = scale·w̃, b_eff = b − Σ center·w_eff).
struct PassWeights {
  Buffer<double> table;
  std::vector<double> intercept;
};

PassWeights dense_weights(const double* w, std::size_t outputs, std::size_t d) {
  PassWeights weights{Buffer<double>(outputs * padded(d)), {}};
  for (std::size_t k = 0; k < outputs; ++k) std::copy_n(w + k * d, d, weights.table.data() + k * padded(d));
  return weights;
}

PassWeights sparse_weights(const double* w, std::size_t outputs, const Coordinates& at) {
  const std::size_t p = at.features();
  const std::size_t d = at.dimension();
  PassWeights weights{Buffer<double>(std::max<std::size_t>(p * outputs, 1)), std::vector<double>(outputs, 0.0)};
  for (std::size_t k = 0; k < outputs; ++k) {
    if (at.intercept) weights.intercept[k] = w[k * d + p];
    for (std::size_t j = 0; j < p; ++j) {
      const double effective = at.scale[j] * w[k * d + j];
      weights.table[j * outputs + k] = effective;
      weights.intercept[k] -= at.center[j] * effective;
    }
  }
  return weights;
}

struct PassContext {
  RiskPassRequest request;
  std::size_t outputs = 1;
  std::size_t d = 0;
  std::size_t target_width = 1;
  bool sparse = false;
  OutputPairs pairs;
  PassWeights weights;

  std::size_t stride() const { return sparse ? d : padded(d); }
  std::size_t gradient_size() const { return outputs * stride(); }
};

class RiskPartial final : public Partial {
 public:
  explicit RiskPartial(const PassContext& context);
  void add(const RowBlock& leaf);
  void merge(Partial& right) override;
  void reset() override;

  double loss = 0;
  double largest_row_norm2 = 0;
  Buffer<double> gradient;              ///< dense: (K, stride); sparse: (p, K) then the K intercepts
  std::vector<Buffer<double>> hessian;  ///< (stride, stride), upper triangle

 private:
  void add_rows(const DenseView& x, const RowBlock& rows);
  void add_rows(const CsrView& x, const RowBlock& rows);
  void evaluate_loss(const RowBlock& rows, const double* eta);
  void forget_row(std::size_t i, std::size_t rows, const LossTile& out);
  void weigh_gram(const RowBlock& rows);
  template <class Rows, class AddGram>
  void add_hessian(const Rows& x, const RowBlock& rows, AddGram add_gram);

  const PassContext& context_;
  DenseTile tile_;
  Buffer<double> scratch_;
  std::vector<double> value_, slope_, curvature_;
};

RiskPartial::RiskPartial(const PassContext& context) : context_(context) {
  const RiskPassRequest& request = context.request;
  const std::size_t rows = context.sparse ? kSparseTileRows : tile_rows(padded(context.d));
  if (!context.sparse) tile_ = DenseTile(rows, context.d);
  if (request.gradient) gradient = Buffer<double>(std::max<std::size_t>(context.gradient_size(), 1));
  if (request.hessian) {
    for (std::size_t q = 0; q < context.pairs.size(); ++q) {
      hessian.emplace_back(std::max<std::size_t>(context.stride() * context.stride(), 1));
    }
    curvature_.resize(context.pairs.size() * rows);
  }
  value_.resize(rows);
  slope_.resize(rows * context.outputs);
}

void RiskPartial::reset() {
  loss = 0;
  largest_row_norm2 = 0;
  std::fill(gradient.begin(), gradient.end(), 0.0);
  for (Buffer<double>& block : hessian) std::fill(block.begin(), block.end(), 0.0);
}

void RiskPartial::merge(Partial& right) {
  const auto& other = static_cast<const RiskPartial&>(right);
  loss += other.loss;
  largest_row_norm2 = std::max(largest_row_norm2, other.largest_row_norm2);
  for (std::size_t j = 0; j < gradient.size(); ++j) gradient[j] += other.gradient[j];
  for (std::size_t q = 0; q < hessian.size(); ++q) {
    for (std::size_t j = 0; j < hessian[q].size(); ++j) hessian[q][j] += other.hessian[q][j];
  }
}

void RiskPartial::add(const RowBlock& leaf) {
  const std::size_t most = context_.sparse ? kSparseTileRows : tile_rows(padded(context_.d));
  for (std::size_t begin = 0; begin < leaf.rows; begin += most) {
    const RowBlock rows = leaf.slice(begin, std::min(most, leaf.rows - begin), context_.target_width);
    std::visit([&](const auto& x) { add_rows(x, rows); }, rows.x);
  }
}

void RiskPartial::forget_row(std::size_t i, std::size_t rows, const LossTile& out) {
  value_[i] = 0;
  for (std::size_t k = 0; out.gradient != nullptr && k < context_.outputs; ++k) slope_[i * context_.outputs + k] = 0;
  for (std::size_t q = 0; out.curvature != nullptr && q < context_.pairs.size(); ++q) curvature_[q * rows + i] = 0;
}

/// Loss, slope and curvature of some rows, each times its row weight.
void RiskPartial::evaluate_loss(const RowBlock& rows, const double* eta) {
  const LossTile out{value_.data(), context_.request.gradient ? slope_.data() : nullptr,
                     context_.request.hessian ? curvature_.data() : nullptr};
  std::visit([&](const auto& l) { l.evaluate(rows.target, eta, rows.rows, out); }, *context_.request.loss);
  if (rows.row_weight != nullptr) {
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const double s = rows.row_weight[i];
      if (s == 0) {  // a row that is not there, even where its cells overflow the loss
        forget_row(i, rows.rows, out);
        continue;
      }
      value_[i] *= s;
      for (std::size_t k = 0; out.gradient != nullptr && k < context_.outputs; ++k)
        slope_[i * context_.outputs + k] *= s;
      for (std::size_t q = 0; out.curvature != nullptr && q < context_.pairs.size(); ++q) {
        curvature_[q * rows.rows + i] *= s;
      }
    }
  }
  for (std::size_t i = 0; i < rows.rows; ++i) loss += value_[i];
}

/// With w null there is one pair, and its weights are the caller's.
void RiskPartial::weigh_gram(const RowBlock& rows) {
  const double* given = context_.request.gram_weight;
  for (std::size_t i = 0; i < rows.rows; ++i) {
    curvature_[i] =
        (rows.row_weight == nullptr ? 1 : rows.row_weight[i]) * (given == nullptr ? 1 : given[rows.first_row + i]);
  }
}

/// One Gram matrix a pair of outputs.
template <class Rows, class AddGram>
void RiskPartial::add_hessian(const Rows& x, const RowBlock& rows, AddGram add_gram) {
  if (context_.request.w == nullptr) weigh_gram(rows);
  for (std::size_t q = 0; q < hessian.size(); ++q) add_gram(x, curvature_.data() + q * rows.rows, hessian[q].data());
}

void RiskPartial::add_rows(const DenseView& x, const RowBlock& rows) {
  const RiskPassRequest& request = context_.request;
  load_tile(x, request.coordinates->center.data(), request.coordinates->scale.data(), request.coordinates->intercept,
            tile_);
  if (request.w != nullptr) {
    double* eta = request.eta + rows.first_row * context_.outputs;
    multiply(tile_, context_.weights.table.data(), context_.outputs, eta);
    evaluate_loss(rows, eta);
  }
  if (request.gradient) multiply_transposed_add(tile_, slope_.data(), context_.outputs, gradient.data());
  if (request.hessian) {
    add_hessian(tile_, rows,
                [&](const DenseTile& tile, const double* weight, double* h) { gram_add(tile, weight, h, scratch_); });
  }
  for (std::size_t i = 0; request.row_norms && i < rows.rows; ++i) {
    if (rows.row_weight != nullptr && rows.row_weight[i] == 0) continue;
    double norm2 = 0;
    for (std::size_t j = 0; j < context_.d; ++j) norm2 += tile_.row(i)[j] * tile_.row(i)[j];
    largest_row_norm2 = std::max(largest_row_norm2, norm2);
  }
}

void RiskPartial::add_rows(const CsrView& x, const RowBlock& rows) {
  const RiskPassRequest& request = context_.request;
  const std::size_t outputs = context_.outputs;
  if (request.w != nullptr) {
    double* eta = request.eta + rows.first_row * outputs;
    multiply(x, context_.weights.table.data(), context_.weights.intercept.data(), outputs, eta);
    evaluate_loss(rows, eta);
  }
  if (request.gradient) {
    multiply_transposed_add(x, slope_.data(), outputs, gradient.data());
    double* intercept = gradient.data() + x.columns * outputs;
    for (std::size_t c = 0; request.coordinates->intercept && c < rows.rows * outputs; ++c) {
      intercept[c % outputs] += slope_[c];
    }
  }
  if (request.hessian) {
    add_hessian(x, rows,
                [&](const CsrView& view, const double* weight, double* h) { gram_add(view, weight, h, context_.d); });
  }
  for (std::size_t i = 0; request.row_norms && i < x.rows; ++i) {
    if (rows.row_weight != nullptr && rows.row_weight[i] == 0) continue;
    double norm2 = 0;
    for (std::uint64_t e = x.offsets[i]; e < x.offsets[i + 1]; ++e) {
      const double scaled = x.values[e] * request.coordinates->scale[x.indices[e]];
      norm2 += scaled * scaled;
    }
    largest_row_norm2 = std::max(largest_row_norm2, norm2);
  }
}

/// The gradient in solver coordinates, output-major without padding.
std::vector<double> gradient_of(const RiskPartial& root, const PassContext& context) {
  const Coordinates& at = *context.request.coordinates;
  const std::size_t p = at.features();
  std::vector<double> gradient(context.outputs * context.d);
  for (std::size_t k = 0; k < context.outputs; ++k) {
    double* g = gradient.data() + k * context.d;
    if (!context.sparse) {
      std::copy_n(root.gradient.data() + k * context.stride(), context.d, g);
      continue;
    }
    const double slope_sum = at.intercept ? root.gradient[p * context.outputs + k] : 0;
    for (std::size_t j = 0; j < p; ++j) {
      g[j] = at.scale[j] * (root.gradient[j * context.outputs + k] - at.center[j] * slope_sum);
    }
    if (at.intercept) g[p] = slope_sum;
  }
  return gradient;
}

/// One Hessian block in solver coordinates, both triangles: for sparse rows AᵀHA with A the affine map of the
/// coordinates.
std::vector<double> block_of(const Buffer<double>& raw, const PassContext& context) {
  const Coordinates& at = *context.request.coordinates;
  const std::size_t d = context.d, stride = context.stride(), p = at.features();
  std::vector<double> block(d * d);
  const auto upper = [&](std::size_t a, std::size_t b) { return raw[std::min(a, b) * stride + std::max(a, b)]; };
  const bool map = context.sparse;
  for (std::size_t a = 0; a < d; ++a) {
    for (std::size_t b = a; b < d; ++b) {
      double h = upper(a, b);
      if (map && at.intercept) {
        const double center_a = a < p ? at.center[a] : 0, center_b = b < p ? at.center[b] : 0;
        h += -center_a * upper(p, b) - center_b * upper(a, p) + center_a * center_b * upper(p, p);
      }
      if (map) h *= (a < p ? at.scale[a] : 1) * (b < p ? at.scale[b] : 1);
      block[a * d + b] = block[b * d + a] = h;
    }
  }
  return block;
}

/// Rows of a sparse block may be as far from the origin as their own norm plus that of the centre.
double norm_bound(const RiskPartial& root, const PassContext& context) {
  if (!context.sparse) return root.largest_row_norm2;
  const Coordinates& at = *context.request.coordinates;
  double center2 = 0;
  for (std::size_t j = 0; j < at.features(); ++j) center2 += at.center[j] * at.scale[j] * at.center[j] * at.scale[j];
  const double norm = std::sqrt(root.largest_row_norm2) + std::sqrt(center2);
  return norm * norm + (at.intercept ? 1 : 0);
}

PassContext context_of(RowSource& source, const RiskPassRequest& request) {
  PassContext context;
  context.request = request;
  context.outputs = std::visit([](const auto& l) { return l.outputs(); }, *request.loss);
  context.target_width = source.target_width();
  context.d = request.coordinates->dimension();
  context.sparse = source.sparse();
  context.pairs = std::visit([](const auto& l) { return l.curvature_blocks(); }, *request.loss);
  if (request.w == nullptr) {
    context.pairs = {{0, 0}};
  } else {
    context.weights = context.sparse ? sparse_weights(request.w, context.outputs, *request.coordinates)
                                     : dense_weights(request.w, context.outputs, context.d);
  }
  return context;
}

/// A leaf leaves a Gram matrix a pair behind, and several leaves are under way at once: they grow with it, so that
/// these sums stay small beside X. A function of the shapes alone.
std::size_t leaf_rows_of(const PassContext& context) {
  const std::size_t usual = leaf_rows_for(context.d);
  if (!context.request.hessian) return usual;
  const double side = std::sqrt(static_cast<double>(context.pairs.size())) * static_cast<double>(context.d);
  const auto tiles = static_cast<std::size_t>(std::ceil(8 * side / static_cast<double>(kLeafUnit)));
  return std::max(usual, tiles * kLeafUnit);
}

}  // namespace

RiskSums run_risk_pass(RowSource& source, const RiskPassRequest& request, Progress& progress) {
  const PassContext context = context_of(source, request);
  const auto root = reduce_rows<RiskPartial>(source, leaf_rows_of(context), progress,
                                             [&] { return std::make_unique<RiskPartial>(context); });
  const RiskPartial& partial = *root;
  RiskSums sums;
  sums.loss = partial.loss;
  if (request.gradient) sums.gradient = gradient_of(partial, context);
  for (const Buffer<double>& block : partial.hessian) sums.hessian.push_back(block_of(block, context));
  if (request.row_norms) sums.largest_row_norm2 = norm_bound(partial, context);
  return sums;
}

}  // namespace plumbline
