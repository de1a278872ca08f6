#include "plumbline/objective/hessian_vector.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

/// Everything that the leaves of one product share.
struct Product {
  const Loss* loss = nullptr;
  const Coordinates* coordinates = nullptr;
  OutputPairs pairs;
  std::size_t outputs = 1, target_width = 1;
  bool sparse = false, separable = false, known = false;
  VerbWeights w, v;
  double* table = nullptr;  ///< (n, K)
};

bool is_separable(const OutputPairs& pairs, std::size_t outputs) {
  return pairs.size() == outputs &&
         std::all_of(pairs.begin(), pairs.end(), [](const auto& pair) { return pair.first == pair.second; });
}

class ProductPartial final : public Partial {
 public:
  explicit ProductPartial(const Product& product)
      : product_(product),
        verbs_(*product.coordinates, product.outputs, product.sparse),
        sums(verbs_.sums_size()),
        along_(verbs_.most_rows() * product.outputs),
        turned_(along_.size()),
        eta_(along_.size()),
        curvature_(verbs_.most_rows() * product.pairs.size()) {}

  void reset() override { std::fill(sums.begin(), sums.end(), 0.0); }

  void merge(Partial& right) override {
    const auto& other = static_cast<const ProductPartial&>(right);
    for (std::size_t j = 0; j < sums.size(); ++j) sums[j] += other.sums[j];
  }

  void add(const RowBlock& leaf) {
    for (std::size_t begin = 0; begin < leaf.rows; begin += verbs_.most_rows()) {
      add_tile(leaf.slice(begin, std::min(verbs_.most_rows(), leaf.rows - begin), product_.target_width));
    }
  }

  Vector result() const { return verbs_.in_coordinates(sums.data()); }

 private:
  void add_tile(const RowBlock& rows) {
    double* table = product_.table + rows.first_row * product_.outputs;
    verbs_.load(rows);
    if (!product_.known) remember(rows, table);
    verbs_.multiply(product_.v, along_.data());
    if (product_.separable) {
      for (std::size_t c = 0; c < rows.rows * product_.outputs; ++c) turned_[c] = table[c] * along_[c];
    } else {
      turn_by_blocks(rows, table);
    }
    weigh(rows);
    verbs_.multiply_transposed_add(turned_.data(), sums.data());
  }

  /// Fills the table for these rows: curvatures if outputs do not mix, else predictors.
  void remember(const RowBlock& rows, double* table) {
    verbs_.multiply(product_.w, product_.separable ? eta_.data() : table);
    if (!product_.separable) return;
    evaluate_curvature(rows, eta_.data());
    for (std::size_t i = 0; i < rows.rows; ++i) {
      for (std::size_t k = 0; k < product_.outputs; ++k) {
        table[i * product_.outputs + k] = curvature_[k * rows.rows + i];
      }
    }
  }

  void evaluate_curvature(const RowBlock& rows, const double* eta) {
    const LossTile out{nullptr, nullptr, curvature_.data()};
    std::visit([&](const auto& l) { l.evaluate(rows.target, eta, rows.rows, out); }, *product_.loss);
  }

  void turn_by_blocks(const RowBlock& rows, const double* eta) {
    evaluate_curvature(rows, eta);
    std::fill_n(turned_.begin(), rows.rows * product_.outputs, 0.0);
    for (std::size_t q = 0; q < product_.pairs.size(); ++q) {
      const auto [a, b] = product_.pairs[q];
      for (std::size_t i = 0; i < rows.rows; ++i) {
        const double c = curvature_[q * rows.rows + i];
        const std::size_t row = i * product_.outputs;
        turned_[row + a] += c * along_[row + b];
        if (a != b) turned_[row + b] += c * along_[row + a];
      }
    }
  }

  void weigh(const RowBlock& rows) {
    if (rows.row_weight == nullptr) return;
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const double s = rows.row_weight[i];
      for (std::size_t c = i * product_.outputs; c < (i + 1) * product_.outputs; ++c) {
        turned_[c] = s == 0 ? 0 : s * turned_[c];  // a row that is not there, even where its cells overflow
      }
    }
  }

  const Product& product_;
  RowVerbs verbs_;

 public:
  Buffer<double> sums;

 private:
  std::vector<double> along_, turned_, eta_, curvature_;
};

}  // namespace

HessianVector::HessianVector(EmpiricalRisk& risk) : risk_(risk) {}

void HessianVector::multiply(const Vector& w, const Vector& v, Vector& product) {
  require(w.size() == risk_.dimension() && v.size() == risk_.dimension(), "HessianVector::multiply", "w and v",
          "as long as the risk's dimension");
  RowSource& source = risk_.source();
  const std::size_t outputs = risk_.outputs();
  if (table_.empty()) table_ = Buffer<double>(std::max<std::size_t>(source.rows() * outputs, 1));
  Product shared;
  shared.loss = &risk_.loss();
  shared.coordinates = &risk_.coordinates();
  shared.pairs = std::visit([](const auto& l) { return l.curvature_blocks(); }, risk_.loss());
  shared.outputs = outputs;
  shared.target_width = source.target_width();
  shared.sparse = source.sparse();
  shared.separable = is_separable(shared.pairs, outputs);
  shared.known = known_ && w_ == w;
  shared.table = table_.data();
  const RowVerbs verbs(risk_.coordinates(), outputs, shared.sparse, 1);
  verbs.translate(w.data(), shared.w);
  verbs.translate(v.data(), shared.v);
  known_ = shared.known;  // a pass that is cut short leaves nothing that counts
  product = reduce_rows<ProductPartial>(source, leaf_rows_for(risk_.width()), *progress_,
                                        [&] { return std::make_unique<ProductPartial>(shared); })
                ->result() /
            risk_.weight_sum();
  w_ = w;
  known_ = true;
  for (std::size_t c = 0; risk_.l2() > 0 && c < outputs * risk_.width(); ++c) {
    const std::size_t j = c % risk_.width();
    if (j >= risk_.coordinates().features()) continue;
    const auto at = static_cast<Eigen::Index>(c);
    product[at] += risk_.l2() * risk_.coordinates().penalty_factor[j] * v[at];
  }
}

}  // namespace plumbline
