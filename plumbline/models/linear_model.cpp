#include "plumbline/models/linear_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/data/number.hpp"
#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/kernels/tile.hpp"
#include "plumbline/kernels/verbs.hpp"
#include "plumbline/models/class_logits.hpp"
#include "plumbline/models/polynomial_predictor.hpp"

namespace plumbline {
namespace {

/// `view` without its first `begin` rows, at most `count` long.
DenseView rows_of(const DenseView& view, std::size_t begin, std::size_t count) {
  DenseView part = view;
  part.data = view.row(begin);
  part.rows = std::min(count, view.rows - begin);
  return part;
}

/// The coefficients as `multiply` wants them: output-major, the intercept after the features, zeros up to the stride.
Buffer<double> output_major(const LinearPredictor& predictor, std::size_t stride) {
  Buffer<double> table(predictor.outputs * stride);
  for (std::size_t k = 0; k < predictor.outputs; ++k) {
    double* row = table.data() + k * stride;
    for (std::size_t j = 0; j < predictor.features; ++j) row[j] = predictor.coefficients[j * predictor.outputs + k];
    for (const PolynomialTerms& terms : predictor.polynomials) std::fill_n(row + terms.first, terms.degree, 0.0);
    row[predictor.features] = predictor.center_intercept[k];
  }
  return table;
}

ExactTerms exact_terms(const LinearPredictor& predictor) {
  return {predictor.outputs, predictor.coefficients, predictor.coefficients_low, predictor.center};
}

/// Polynomial terms are added by Horner's rule: rounded powers would cost digits.
void dense_predictors(const LinearPredictor& predictor, const DenseView& x, double* eta) {
  const std::size_t most_rows = tile_rows(padded(predictor.features + 1));
  DenseTile tile(most_rows, predictor.features + 1);
  const Buffer<double> table = output_major(predictor, tile.stride);
  Buffer<double> center(padded(predictor.features));
  Buffer<double> scale(padded(predictor.features));
  std::copy(predictor.center.begin(), predictor.center.end(), center.begin());
  std::fill_n(scale.begin(), predictor.features, 1.0);
  for (std::size_t begin = 0; begin < x.rows; begin += most_rows) {
    load_tile(rows_of(x, begin, most_rows), center.data(), scale.data(), true, tile);
    multiply(tile, table.data(), predictor.outputs, eta + begin * predictor.outputs);
  }
  if (!predictor.polynomials.empty()) PolynomialPredictor(predictor.polynomials, exact_terms(predictor)).add(x, eta);
}

void sparse_predictors(const LinearPredictor& predictor, const CsrView& x, double* eta) {
  const std::vector<double> intercept = predictor.intercept();
  multiply(x, predictor.coefficients.data(), intercept.data(), predictor.outputs, eta);
}

/// (1 − p, p) side by side from eta (rows): the kernel gives both to full accuracy, but apart.
void binary_probabilities(const double* eta, std::size_t rows, double* p) {
  constexpr std::size_t kPiece = 512;
  double positive[kPiece];
  double negative[kPiece];
  for (std::size_t begin = 0; begin < rows; begin += kPiece) {
    const std::size_t count = std::min(kPiece, rows - begin);
    softplus_and_sigmoid(eta + begin, count, nullptr, positive, negative);
    for (std::size_t i = 0; i < count; ++i) {
      p[2 * (begin + i)] = negative[i];
      p[2 * (begin + i) + 1] = positive[i];
    }
  }
}

/// exp(−loss) of either class: the loss of these links is −log p, stable in both tails.
void linked_probabilities(const LinearModel& model, const double* eta, std::size_t rows, double* p) {
  const Loss loss = make_loss(model.loss, model.task, model.labels());
  for (std::size_t i = 0; i < rows; ++i) {
    for (const double y : {0.0, 1.0}) {
      double value = 0;
      std::visit([&](const auto& l) { l.evaluate(&y, eta + i, 1, {&value, nullptr, nullptr}); }, loss);
      p[2 * i + static_cast<std::size_t>(y)] = std::exp(-value);
    }
  }
}

/// A row that could not be predicted has NaN for eta, which the kernels do not take.
void blank_unpredicted(const double* eta, std::size_t rows, std::size_t outputs, std::size_t width, double* p) {
  for (std::size_t i = 0; i < rows; ++i) {
    const double* row = eta + i * outputs;
    if (std::any_of(row, row + outputs, [](double z) { return std::isnan(z); })) {
      std::fill_n(p + i * width, width, std::numeric_limits<double>::quiet_NaN());
    }
  }
}

}  // namespace

bool in_class_order(const std::vector<std::string>& labels, bool numeric) {
  const auto not_before = [&](const std::string& a, const std::string& b) {
    return numeric ? !(parse_number(a).value < parse_number(b).value) : !(a < b);
  };
  return std::adjacent_find(labels.begin(), labels.end(), not_before) == labels.end();
}

std::vector<double> LinearPredictor::intercept() const {
  return intercept_at_zero(exact_terms(*this), center_intercept, center_intercept_low);
}

void linear_predictors(const LinearPredictor& predictor, const RowBlock& block, double* eta) {
  const bool dense = std::holds_alternative<DenseView>(block.x);
  const std::size_t width = dense ? std::get<DenseView>(block.x).columns : std::get<CsrView>(block.x).columns;
  require(width == predictor.features, "linear_predictors", "block.x",
          fmt::format("{} columns wide, got {}", predictor.features, width));
  if (dense) return dense_predictors(predictor, std::get<DenseView>(block.x), eta);
  sparse_predictors(predictor, std::get<CsrView>(block.x), eta);
}

void predictors(const LinearModel& model, const RowBlock& block, double* eta) {
  if (model.network) return network_predictors(*model.network, block, eta);
  linear_predictors(model.predictor, block, eta);
}

void probabilities(const LinearModel& model, const double* eta, std::size_t rows, double* p) {
  require(model.has_probabilities(), "probabilities", "model", "one whose loss gives probabilities");
  const std::size_t outputs = model.outputs();
  if (!model.calibrators.empty()) {
    calibrated_probabilities(model, eta, rows, p, nullptr);
    return blank_unpredicted(eta, rows, outputs, model.labels(), p);
  }
  switch (model.loss.link) {
    case Link::softmax:
      softmax_rows(eta, rows, outputs, nullptr, p);
      break;
    case Link::logit:
      if (model.task == Task::multilabel) {
        softplus_and_sigmoid(eta, rows * outputs, nullptr, p, nullptr);
      } else {
        binary_probabilities(eta, rows, p);
      }
      break;
    default:
      linked_probabilities(model, eta, rows, p);
  }
  blank_unpredicted(eta, rows, outputs, model.task == Task::binary ? 2 : outputs, p);
}

void class_scores(const LinearModel& model, const double* eta, std::size_t rows, double* scores) {
  require(model.classifies(), "class_scores", "model.task", "binary or multiclass");
  if (model.has_probabilities()) return probabilities(model, eta, rows, scores);
  const std::size_t outputs = model.outputs();
  if (outputs > 1) {
    std::copy_n(eta, rows * outputs, scores);
    return;
  }
  for (std::size_t i = 0; i < rows; ++i) {
    scores[2 * i] = -eta[i];
    scores[2 * i + 1] = eta[i];
  }
}

}  // namespace plumbline
