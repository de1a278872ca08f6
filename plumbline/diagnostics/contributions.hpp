#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "plumbline/data/polynomial_terms.hpp"
#include "plumbline/diagnostics/feature_groups.hpp"
#include "plumbline/solvers/linear_fit.hpp"

namespace plumbline {

/// What one feature adds: coefficient·(value − reference), in the user's units.
struct FeatureContribution {
  std::size_t feature = 0;
  double value = 0, reference = 0;
  double coefficient = 0;
  double contribution = 0;
};

struct ColumnContribution {
  std::string column;
  double contribution = 0;                    ///< of all its features
  std::vector<FeatureContribution> features;  ///< in the order of X
};

/// Why eta is what it is, for one output: eta = base + Σ columns.contribution.
struct Contributions {
  double eta = 0;   ///< the linear predictor, summed in double-double and rounded once
  double base = 0;  ///< that of the reference row
  /// By |contribution|, largest first, equals in the order of the table; those that add exactly 0 are left out.
  std::vector<ColumnContribution> columns;
};

struct ContributionRequest {
  const LinearSolution* solution = nullptr;
  const std::vector<FeatureGroup>* groups = nullptr;          ///< together every feature, each once
  const std::vector<PolynomialTerms>* polynomials = nullptr;  ///< Encoder::polynomials(), or null
  std::span<const double> row;                                ///< (p): the encoded row x
  /// (p): the encoded row to compare with. None: the predictor's center, which is the training mean of every feature
  /// (of sparse rows: 0, where nothing is present), and base the intercept there.
  std::optional<std::span<const double>> reference;
  bool powers_of_reference = true;  ///< false: the reference is a mean of rows, whose powers are means of powers
};

/// Per-feature contributions to each output (K) of a linear model,
///
///   eta(x) − eta(r) = Σ_j w_j (x_j − r_j),
///
/// r the reference row: exact, no approximation of a Shapley value but the value itself for a linear model whose
/// features are taken as independent. (Štrumbelj and Kononenko 2014; Lundberg and Lee 2017, corollary 1.) Powers of one
/// number are formed and everything is added in double-double. Contributions are rounded one after the other in printed
/// order so that base + contribution₁ + contribution₂ + … in double is never further from the exact partial sum than an
/// ulp of the larger of it and the last contribution: at the end within 2 ulp of the sum of their magnitudes of eta,
/// whatever the number of columns. For that none is changed by more than as much. Softmax: contributions to eta_k of
/// sum-to-zero coefficients, that is, to class k against the mean of the classes. O(p·K). Throws std::invalid_argument
/// for rows of another width.
std::vector<Contributions> contributions_of(const ContributionRequest& request);

}  // namespace plumbline
