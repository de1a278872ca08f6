#include "plumbline/calibration/logit_tiles.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

/// A probability of 0 is read as the smallest normal number of its type.
template <class Number>
double logit_of(Number cell, OutputKind kind) {
  if (kind == OutputKind::logits) return static_cast<double>(cell);
  return std::log(static_cast<double>(cell > 0 ? cell : std::numeric_limits<Number>::min()));
}

template <class Number>
void load(const ClassOutputs& outputs, std::size_t begin, std::size_t count, double* logits) {
  const std::size_t m = outputs.classes();
  for (std::size_t i = 0; i < count; ++i) {
    const auto* row = static_cast<const Number*>(outputs.scores.row(begin + i));
    if (outputs.kind == OutputKind::logits) {
      for (std::size_t k = 0; k < m; ++k) logits[i * m + k] = static_cast<double>(row[k]);
    } else {
      for (std::size_t k = 0; k < m; ++k) logits[i * m + k] = logit_of(row[k], outputs.kind);
    }
  }
}

}  // namespace

void load_logits(const ClassOutputs& outputs, std::size_t begin, std::size_t count, double* logits) {
  if (outputs.scores.scalar == Scalar::f32) return load<float>(outputs, begin, count, logits);
  load<double>(outputs, begin, count, logits);
}

double logit_at(const ClassOutputs& outputs, std::size_t row, std::size_t k) {
  const void* cells = outputs.scores.row(row);
  return outputs.scores.scalar == Scalar::f32 ? logit_of(static_cast<const float*>(cells)[k], outputs.kind)
                                              : logit_of(static_cast<const double*>(cells)[k], outputs.kind);
}

double total_weight(const ClassOutputs& outputs) {
  if (outputs.weight == nullptr) return static_cast<double>(outputs.rows());
  double total = 0;
  for (std::size_t i = 0; i < outputs.rows(); ++i) total += outputs.weight[i];
  return total;
}

void check_outputs(const ClassOutputs& outputs, const char* function) {
  require(outputs.classes() >= 2, function, "outputs.scores",
          fmt::format("two columns or more, got {}", outputs.classes()));
  require(outputs.scores.scalar != Scalar::byte, function, "outputs.scores", "f32 or f64, got bytes");
  require(outputs.label != nullptr || outputs.rows() == 0, function, "outputs.label", "labels, got null");
  for (std::size_t i = 0; i < outputs.rows(); ++i) {
    const double weight = weight_at(outputs, i);
    if (outputs.label[i] < outputs.classes() && weight >= 0 && std::isfinite(weight)) continue;
    require(false, function, "outputs",
            fmt::format("labels below {} and finite weights that are not negative, got {} "
                        "of weight {} in row {}",
                        outputs.classes(), outputs.label[i], weight, i));
  }
  const double total = total_weight(outputs);
  require(total > 0 && std::isfinite(total), function, "outputs.weight",
          fmt::format("rows of positive weight, got a sum of {}", total));
}

}  // namespace plumbline
