#include "plumbline/objective/row_verbs.hpp"

#include <algorithm>

#include "plumbline/kernels/verbs.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kSparseRows = 256;

std::size_t usual_rows(std::size_t d, bool sparse) { return sparse ? kSparseRows : tile_rows(padded(d)); }

}  // namespace

RowVerbs::RowVerbs(const Coordinates& at, std::size_t outputs, bool sparse, std::size_t most_rows)
    : at_(at),
      outputs_(outputs),
      most_rows_(most_rows == 0 ? usual_rows(at.dimension(), sparse)
                                : std::min(most_rows, usual_rows(at.dimension(), sparse))),
      sparse_(sparse) {
  if (!sparse_) tile_ = DenseTile(most_rows_, at.dimension());
}

std::size_t RowVerbs::sums_size() const {
  return std::max<std::size_t>(outputs_ * (sparse_ ? at_.dimension() : padded(at_.dimension())), 1);
}

void RowVerbs::translate(const double* w, VerbWeights& into) const {
  const std::size_t d = at_.dimension(), p = at_.features();
  if (into.table.size() != sums_size()) into.table = Buffer<double>(sums_size());
  if (!sparse_) {
    for (std::size_t k = 0; k < outputs_; ++k) std::copy_n(w + k * d, d, into.table.data() + k * padded(d));
    return;
  }
  into.intercept.assign(outputs_, 0.0);
  for (std::size_t k = 0; k < outputs_; ++k) {
    if (at_.intercept) into.intercept[k] = w[k * d + p];
    for (std::size_t j = 0; j < p; ++j) {
      const double effective = at_.scale[j] * w[k * d + j];
      into.table[j * outputs_ + k] = effective;
      into.intercept[k] -= at_.center[j] * effective;
    }
  }
}

void RowVerbs::load(const RowBlock& rows) {
  if (sparse_) {
    view_ = std::get<CsrView>(rows.x);
  } else {
    load_tile(std::get<DenseView>(rows.x), at_.center.data(), at_.scale.data(), at_.intercept, tile_);
  }
}

void RowVerbs::multiply(const VerbWeights& weights, double* eta) const {
  if (sparse_) {
    plumbline::multiply(view_, weights.table.data(), weights.intercept.data(), outputs_, eta);
  } else {
    plumbline::multiply(tile_, weights.table.data(), outputs_, eta);
  }
}

void RowVerbs::multiply_transposed_add(const double* r, double* sums) const {
  if (!sparse_) {
    plumbline::multiply_transposed_add(tile_, r, outputs_, sums);
    return;
  }
  plumbline::multiply_transposed_add(view_, r, outputs_, sums);
  double* intercept = sums + view_.columns * outputs_;
  for (std::size_t c = 0; at_.intercept && c < view_.rows * outputs_; ++c) intercept[c % outputs_] += r[c];
}

Vector RowVerbs::in_coordinates(const double* sums) const {
  const std::size_t d = at_.dimension(), p = at_.features();
  Vector result(static_cast<Eigen::Index>(outputs_ * d));
  for (std::size_t k = 0; k < outputs_; ++k) {
    double* out = result.data() + k * d;
    if (!sparse_) {
      std::copy_n(sums + k * padded(d), d, out);
      continue;
    }
    const double total = at_.intercept ? sums[p * outputs_ + k] : 0;
    for (std::size_t j = 0; j < p; ++j) {
      out[j] = at_.scale[j] * (sums[j * outputs_ + k] - at_.center[j] * total);
    }
    if (at_.intercept) out[p] = total;
  }
  return result;
}

}  // namespace plumbline
