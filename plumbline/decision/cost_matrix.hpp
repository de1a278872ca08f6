#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace plumbline {

/// What it costs to decide for class i where class j is true (subject T.4.2), and perhaps what it costs not to decide.
/// Costs are finite; a negative one is a gain.
struct CostMatrix {
  std::size_t classes = 0;        ///< m
  std::vector<double> cost;       ///< (m, m), row-major: row = decided, column = true
  std::optional<double> abstain;  ///< of not deciding, whatever is true

  double at(std::size_t decided, std::size_t truth) const { return cost[decided * classes + truth]; }
};

/// 0 where right, 1 where wrong: the least expected cost is then that of the most probable class.
CostMatrix zero_one_costs(std::size_t classes);

/// A class, or m for abstaining, and its expected cost under the probabilities.
struct Decision {
  std::size_t action = 0;
  double expected_cost = 0;
};

/// The cheapest action under probabilities p (m): argmin_i Σ_j C_ij p_j (the book prints argmax of a cost), the first
/// of equals, abstaining only where it is cheaper than every class. O(m²). A NaN among p gives NaN for the cost.
Decision decide(const CostMatrix& costs, const double* p);

/// Where which of two classes is decided, in closed form: the first while P(second) <= first_up_to, the second while
/// P(second) > second_from, between them abstain. Without abstention both are the same threshold
///     t = (C_10 − C_00) / ((C_10 − C_00) + (C_01 − C_11));
/// with it (A − C_00)/(C_01 − C_00) and 1 − (A − C_11)/(C_10 − C_11), where abstaining ever pays (and the second class
/// is decided at its bound as well). A class that is never decided has its bound at −∞ or +∞.
struct BinaryThreshold {
  double first_up_to = 0, second_from = 0;
};

/// Nothing where the costs make no threshold of that kind: to be wrong costs less than to be right.
std::optional<BinaryThreshold> binary_threshold(const CostMatrix& costs);

/// What decisions cost on rows with truth; every figure is a weighted mean over the rows.
struct RealisedCost {
  double decided = 0;              ///< of the cheapest expected actions
  double expected = 0;             ///< what they were expected to cost: near `decided` where p is calibrated
  double most_probable = 0;        ///< of deciding for the most probable class
  double constant = 0;             ///< of deciding for `constant_class` always
  std::size_t constant_class = 0;  ///< the class that is cheapest on these rows if always decided for
  double abstained = 0;            ///< share of the rows' weight
};

/// Rows with probabilities p (n, m), true class y (n) and weight (n) or null. n = 0, or no weight: NaN.
struct DecidedRows {
  const double* p = nullptr;
  const double* y = nullptr;
  const double* weight = nullptr;
  std::size_t n = 0;
};
RealisedCost realised_cost(const CostMatrix& costs, const DecidedRows& rows);

/// Throws std::invalid_argument unless the table has m² finite cells, m >= 2, and a finite cost of abstaining if any.
void check_costs(const CostMatrix& costs);

}  // namespace plumbline
