#include "plumbline/calibration/class_outputs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "plumbline/kernels/elementwise.hpp"

namespace plumbline {
namespace {

template <class Cell>
void copy_row(const void* from, std::size_t count, double* to) {
  const auto* cell = static_cast<const Cell*>(from);
  for (std::size_t k = 0; k < count; ++k) to[k] = static_cast<double>(cell[k]);
}

void row_in_double(const DenseView& scores, std::size_t i, double* to) {
  switch (scores.scalar) {
    case Scalar::byte:
      copy_row<std::uint8_t>(scores.row(i), scores.columns, to);
      for (std::size_t k = 0; k < scores.columns; ++k) to[k] *= scores.byte_scale;
      return;
    case Scalar::f32:
      return copy_row<float>(scores.row(i), scores.columns, to);
    case Scalar::f64:
      return copy_row<double>(scores.row(i), scores.columns, to);
  }
}

}  // namespace

double smallest_probability(Scalar scalar) {
  return scalar == Scalar::f32 ? static_cast<double>(std::numeric_limits<float>::min())
                               : std::numeric_limits<double>::min();
}

void logits_of_row(const ClassOutputs& outputs, std::size_t i, double* logits) {
  row_in_double(outputs.scores, i, logits);
  if (outputs.kind == OutputKind::logits) return;
  const double least = smallest_probability(outputs.scores.scalar);
  for (std::size_t k = 0; k < outputs.classes(); ++k) logits[k] = std::log(logits[k] > 0 ? logits[k] : least);
}

void probabilities_of_row(const ClassOutputs& outputs, std::size_t i, double* p) {
  row_in_double(outputs.scores, i, p);
  if (outputs.kind == OutputKind::logits) softmax_rows(p, 1, outputs.classes(), nullptr, p);
}

}  // namespace plumbline
