#include "plumbline/inference/row_figures.hpp"

#include <algorithm>
#include <memory>

#include "plumbline/data/leaf_reader.hpp"
#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

bool is_absent(const RowBlock& block, std::size_t i) { return block.row_weight != nullptr && block.row_weight[i] == 0; }

/// −g(1)·g(0) of each row, g the slope at either target.
void expected_curvature(const Loss& loss, const double* eta, std::size_t rows, double* curvature) {
  const std::vector<double> ones(rows, 1.0), zeros(rows, 0.0);
  std::vector<double> at_zero(rows);
  evaluate(loss, ones.data(), eta, rows, {nullptr, curvature, nullptr});
  evaluate(loss, zeros.data(), eta, rows, {nullptr, at_zero.data(), nullptr});
  for (std::size_t i = 0; i < rows; ++i) curvature[i] *= -at_zero[i];
}

struct FormContext {
  const Coordinates* at = nullptr;
  std::size_t columns = 0;
  bool sparse = false;
  VerbWeights root;
  double* forms = nullptr;
};

/// Nothing is summed: each row's figure goes to its own place.
class FormPartial final : public Partial {
 public:
  explicit FormPartial(const FormContext& context)
      : context_(context),
        verbs_(*context.at, context.columns, context.sparse),
        rotated_(verbs_.most_rows() * context.columns) {}
  void reset() override {}
  void merge(Partial& /*right*/) override {}

  void add(const RowBlock& leaf) {
    for (std::size_t begin = 0; begin < leaf.rows; begin += verbs_.most_rows()) {
      const RowBlock rows = leaf.slice(begin, std::min(verbs_.most_rows(), leaf.rows - begin), 1);
      verbs_.load(rows);
      verbs_.multiply(context_.root, rotated_.data());
      for (std::size_t i = 0; i < rows.rows; ++i) {
        const double* z = rotated_.data() + i * context_.columns;
        double sum = 0;
        for (std::size_t a = 0; a < context_.columns; ++a) sum += z[a] * z[a];
        context_.forms[rows.first_row + i] = sum;
      }
    }
  }

 private:
  const FormContext& context_;
  RowVerbs verbs_;
  std::vector<double> rotated_;
};

}  // namespace

std::vector<double> row_slopes(RowSource& source, const Loss& loss, const double* eta) {
  const std::size_t outputs = outputs_of(loss);
  std::vector<double> slopes(source.rows() * outputs);
  source.rewind();
  for (RowBlock block; source.next(block);) {
    double* slope = slopes.data() + block.first_row * outputs;
    evaluate(loss, block.target, eta + block.first_row * outputs, block.rows, {nullptr, slope, nullptr});
    for (std::size_t i = 0; i < block.rows; ++i) {
      if (is_absent(block, i)) std::fill_n(slope + i * outputs, outputs, 0.0);
    }
  }
  return slopes;
}

std::vector<double> row_curvatures(RowSource& source, const Loss& loss, bool expected, const double* eta) {
  std::vector<double> curvatures(source.rows());
  source.rewind();
  for (RowBlock block; source.next(block);) {
    double* curvature = curvatures.data() + block.first_row;
    if (expected) {
      expected_curvature(loss, eta + block.first_row, block.rows, curvature);
    } else {
      evaluate(loss, block.target, eta + block.first_row, block.rows, {nullptr, nullptr, curvature});
    }
    for (std::size_t i = 0; i < block.rows; ++i) {
      if (is_absent(block, i)) curvature[i] = 0;
    }
  }
  return curvatures;
}

std::vector<double> quadratic_forms(RowSource& source, const Coordinates& at, const Matrix& root, Progress& progress) {
  std::vector<double> forms(source.rows());
  FormContext context;
  context.at = &at;
  context.columns = static_cast<std::size_t>(root.cols());
  context.sparse = source.sparse();
  context.forms = forms.data();
  RowVerbs(at, context.columns, context.sparse, 1).translate(root.data(), context.root);
  (void)reduce_rows<FormPartial>(source, leaf_rows_for(at.dimension()), progress,
                                 [&] { return std::make_unique<FormPartial>(context); });
  return forms;
}

}  // namespace plumbline
