#pragma once

#include <cstddef>
#include <cstdint>

#include "plumbline/core/matrix.hpp"

namespace plumbline {

/// What the rows of a DenseView of a classifier's outputs are.
enum class OutputKind : std::uint8_t {
  logits,         ///< any finite numbers; p = softmax of the row
  probabilities,  ///< p itself; logits are log p, a 0 read as the smallest positive normal number of the storage type
};

/// A look at what a classifier said of n rows, shape (n, m), m >= 2, with the truth: nothing is copied, float stays
/// float. Must not outlive what it looks at. Checked by whoever reads it from a file, not here: finite numbers, rows of
/// probabilities that sum to 1 within 1e-4, labels < m.
struct ClassOutputs {
  DenseView scores;                      ///< (n, m), f32 or f64
  OutputKind kind = OutputKind::logits;  ///< of `scores`
  const std::uint32_t* label = nullptr;  ///< (n): class index
  const double* weight = nullptr;        ///< (n) frequency weights, or null: 1 each

  std::size_t rows() const { return scores.rows; }
  std::size_t classes() const { return scores.columns; }
};

/// What a probability of 0 is read as where its logarithm is needed: the smallest positive normal number of the type.
double smallest_probability(Scalar scalar);

/// The logits of row i in double, (m): the row itself, or its logarithms. Defined up to a constant common to the row.
void logits_of_row(const ClassOutputs& outputs, std::size_t i, double* logits);

/// Probabilities of row i in double, (m): softmax of the logits, or the row itself as it stands.
void probabilities_of_row(const ClassOutputs& outputs, std::size_t i, double* p);

}  // namespace plumbline
