#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "plumbline/core/matrix.hpp"
#include "plumbline/core/random.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/losses/loss.hpp"

namespace plumbline::testing {

/// How the cells of X are handed over.
enum class Storage { f64, f32, byte, csr };

inline std::string name_of(Storage storage) {
  return storage == Storage::f64 ? "f64" : storage == Storage::f32 ? "f32" : storage == Storage::byte ? "byte" : "csr";
}

enum class LossKind { squared, logistic, multilabel, softmax };

inline std::string name_of(LossKind kind) {
  return kind == LossKind::squared      ? "squared"
         : kind == LossKind::logistic   ? "logistic"
         : kind == LossKind::multilabel ? "multilabel"
                                        : "softmax";
}

/// Three labels or classes where there are several.
inline Loss loss_of(LossKind kind) {
  if (kind == LossKind::squared) return SquaredLoss{};
  if (kind == LossKind::logistic) return LogisticLoss{1};
  if (kind == LossKind::multilabel) return LogisticLoss{3};
  return SoftmaxLoss{3};
}

/// A problem that owns its numbers. `x` is what the cells mean; store() writes them down in a storage type.
struct Problem {
  std::size_t rows = 0, columns = 0, target_width = 1;
  std::vector<double> x;       ///< (rows, columns) row-major
  std::vector<double> target;  ///< (rows, target_width)
  std::vector<double> weight;  ///< (rows), or empty: all 1
  Loss loss = SquaredLoss{};
  Storage storage = Storage::f64;

  double& at(std::size_t i, std::size_t j) { return x[i * columns + j]; }
  double at(std::size_t i, std::size_t j) const { return x[i * columns + j]; }

  /// A source over the numbers as they stand; the problem must outlive it and stay as it is.
  MemorySource source(std::size_t block_rows = 0) {
    return {view(), target.data(), target_width, weight.empty() ? nullptr : weight.data(), block_rows};
  }

 private:
  static constexpr double kByteScale = 1.0 / 255;
  static constexpr std::size_t kPadding = 3;  ///< cells between rows that belong to nobody

  template <class T, class Convert>
  DenseView dense(std::vector<T>& cells, Scalar scalar, Convert convert) {
    cells.assign(rows * (columns + kPadding), T{77});
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < columns; ++j) cells[i * (columns + kPadding) + j] = convert(at(i, j));
    }
    return {cells.data(), rows, columns, columns + kPadding, scalar, scalar == Scalar::byte ? kByteScale : 1.0};
  }

  std::variant<DenseView, CsrView> view() {
    if (storage == Storage::f64) return dense(doubles_, Scalar::f64, [](double v) { return v; });
    if (storage == Storage::f32) return dense(floats_, Scalar::f32, [](double v) { return static_cast<float>(v); });
    if (storage == Storage::byte) {
      return dense(bytes_, Scalar::byte, [](double v) { return static_cast<std::uint8_t>(std::lround(v * 255)); });
    }
    offsets_.assign(1, 0);
    indices_.clear();
    values_.clear();
    for (std::size_t i = 0; i < rows; ++i) {
      for (std::size_t j = 0; j < columns; ++j) {
        if (at(i, j) == 0) continue;
        indices_.push_back(static_cast<std::uint32_t>(j));
        values_.push_back(at(i, j));
      }
      offsets_.push_back(values_.size());
    }
    return CsrView{offsets_.data(), indices_.data(), values_.data(), rows, columns};
  }

  std::vector<double> doubles_;
  std::vector<float> floats_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint64_t> offsets_;
  std::vector<std::uint32_t> indices_;
  std::vector<double> values_;
};

/// Draws that depend on (seed, stream, index) alone.
class Draws final {
 public:
  explicit Draws(std::uint64_t seed) : seed_(seed) {}
  double unit() { return random_unit(seed_, 0, next_++); }
  /// Roughly normal: the sum of twelve uniforms, minus six.
  double normal() {
    double sum = -6;
    for (int k = 0; k < 12; ++k) sum += unit();
    return sum;
  }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(unit() * static_cast<double>(count)); }

 private:
  std::uint64_t seed_;
  std::uint64_t next_ = 0;
};

/// Rounds a cell to what `storage` can hold exactly; a third of the cells is zero where it is sparse or bytes.
inline double cell_for(Storage storage, Draws& draws) {
  const double value = draws.normal();
  const bool zero = draws.unit() < 1.0 / 3;
  if (storage == Storage::f64) return value;
  if (storage == Storage::f32) return static_cast<double>(static_cast<float>(value));
  if (zero) return 0;
  if (storage == Storage::csr) return value;
  return static_cast<double>(draws.below(256)) * (1.0 / 255);
}

/// The library's outputs_of without its code: the thread sanitizer's quick build has none of losses/.
inline std::size_t outputs_in(const Loss& loss) {
  return std::visit([](const auto& l) { return l.outputs(); }, loss);
}

/// Targets that follow a random linear model with much noise, so that no two classes can be told apart by a plane.
inline void draw_targets(Problem& problem, LossKind kind, Draws& draws) {
  const std::size_t outputs = outputs_in(problem.loss);
  std::vector<double> w(problem.columns * outputs);
  for (double& value : w) value = draws.normal() / 2;
  for (std::size_t i = 0; i < problem.rows; ++i) {
    std::vector<double> eta(outputs);
    for (std::size_t k = 0; k < outputs; ++k) {
      eta[k] = 1.5 * draws.normal() + 0.3;
      for (std::size_t j = 0; j < problem.columns; ++j) eta[k] += problem.at(i, j) * w[j * outputs + k];
    }
    if (kind == LossKind::squared) {
      problem.target.push_back(eta[0]);
    } else if (kind == LossKind::softmax) {
      std::size_t best = 0;
      for (std::size_t k = 1; k < outputs; ++k) best = eta[k] > eta[best] ? k : best;
      problem.target.push_back(static_cast<double>(best));
    } else {
      for (std::size_t k = 0; k < outputs; ++k) problem.target.push_back(eta[k] > 0 ? 1 : 0);
    }
  }
}

struct ProblemShape {
  std::size_t rows = 40, columns = 4;
  LossKind loss = LossKind::squared;
  Storage storage = Storage::f64;
  bool weighted = false;
};

inline Problem random_problem(const ProblemShape& shape, std::uint64_t seed) {
  Draws draws(seed);
  Problem problem;
  problem.rows = shape.rows;
  problem.columns = shape.columns;
  problem.loss = loss_of(shape.loss);
  problem.target_width = shape.loss == LossKind::multilabel ? outputs_in(problem.loss) : 1;
  problem.storage = shape.storage;
  for (std::size_t c = 0; c < shape.rows * shape.columns; ++c) problem.x.push_back(cell_for(shape.storage, draws));
  draw_targets(problem, shape.loss, draws);
  for (std::size_t i = 0; shape.weighted && i < shape.rows; ++i) {
    problem.weight.push_back(static_cast<double>(draws.below(4)) + (draws.unit() < 0.5 ? 0.25 : 0));
  }
  return problem;
}

/// The rows in the order that `rows` gives; a row may come several times.
inline Problem pick_rows(const Problem& from, const std::vector<std::size_t>& rows) {
  Problem to = from;
  to.rows = rows.size();
  to.x.clear();
  to.target.clear();
  to.weight.clear();
  for (const std::size_t i : rows) {
    for (std::size_t j = 0; j < from.columns; ++j) to.x.push_back(from.at(i, j));
    for (std::size_t k = 0; k < from.target_width; ++k) to.target.push_back(from.target[i * from.target_width + k]);
    if (!from.weight.empty()) to.weight.push_back(from.weight[i]);
  }
  return to;
}

}  // namespace plumbline::testing
