#include "plumbline/diagnostics/contributions.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/linalg/double_double.hpp"

namespace plumbline {

namespace {

std::vector<DoubleDouble> exact_cells(std::span<const double> row, const std::vector<PolynomialTerms>* polynomials) {
  std::vector<DoubleDouble> cells;
  cells.reserve(row.size());
  for (const double value : row) cells.emplace_back(value);
  if (polynomials == nullptr) return cells;
  for (const PolynomialTerms& terms : *polynomials) {
    double_double_powers(row[terms.first], terms.degree, cells.data() + terms.first);
  }
  return cells;
}

DoubleDouble word(const std::vector<double>& high, const std::vector<double>& low, std::size_t at) {
  return {high[at], low.empty() ? 0 : low[at]};
}

/// A column's contribution before it is rounded.
struct ExactColumn {
  DoubleDouble sum;
  ColumnContribution column;
};

/// The cells of both rows, and the model.
class Contributor final {
 public:
  explicit Contributor(const ContributionRequest& request)
      : request_(request),
        solution_(*request.solution),
        outputs_(solution_.center_intercept.size()),
        row_(exact_cells(request.row, request.polynomials)),
        reference_(request.reference
                       ? exact_cells(*request.reference, request.powers_of_reference ? request.polynomials : nullptr)
                       : exact_cells(solution_.center, nullptr)) {}

  Contributions output(std::size_t k) const {
    std::vector<ExactColumn> columns;
    for (const FeatureGroup& group : *request_.groups) {
      ExactColumn exact = column_of(group, k);
      if (exact.sum.high != 0) columns.push_back(std::move(exact));
    }
    std::stable_sort(columns.begin(), columns.end(), [](const ExactColumn& a, const ExactColumn& b) {
      return std::fabs(a.sum.high) > std::fabs(b.sum.high);
    });
    return in_printed_order(base_of(k), columns);
  }

  std::size_t outputs() const { return outputs_; }

 private:
  DoubleDouble coefficient(std::size_t j, std::size_t k) const {
    return word(solution_.coefficients, solution_.coefficients_low, j * outputs_ + k);
  }

  /// eta of the reference row.
  DoubleDouble base_of(std::size_t k) const {
    DoubleDouble base = word(solution_.center_intercept, solution_.center_intercept_low, k);
    for (std::size_t j = 0; request_.reference && j < reference_.size(); ++j) {
      base += coefficient(j, k) * (reference_[j] - solution_.center[j]);
    }
    return base;
  }

  ExactColumn column_of(const FeatureGroup& group, std::size_t k) const {
    ExactColumn exact{DoubleDouble(), {group.name, 0, {}}};
    for (std::size_t j = group.begin; j < group.begin + group.count; ++j) {
      const DoubleDouble part = coefficient(j, k) * (row_[j] - reference_[j]);
      exact.sum += part;
      exact.column.features.push_back({j, row_[j].high, reference_[j].high, coefficient(j, k).high, part.high});
    }
    return exact;
  }

  /// Each contribution is what takes the running sum in double to the exact one as closely as a double can.
  static Contributions in_printed_order(DoubleDouble exact, std::vector<ExactColumn>& columns) {
    Contributions result;
    result.base = exact.high;
    double running = result.base;
    for (ExactColumn& column : columns) {
      exact += column.sum;
      column.column.contribution = static_cast<double>(exact - running);
      running += column.column.contribution;
      result.columns.push_back(std::move(column.column));
    }
    result.eta = exact.high;
    return result;
  }

  const ContributionRequest& request_;
  const LinearSolution& solution_;
  std::size_t outputs_;
  std::vector<DoubleDouble> row_, reference_;
};

}  // namespace

std::vector<Contributions> contributions_of(const ContributionRequest& request) {
  const std::size_t p = request.solution->center.size();
  require(request.row.size() == p, "contributions_of", "row", "as wide as the model");
  require(!request.reference || request.reference->size() == p, "contributions_of", "reference",
          "as wide as the model");
  std::size_t grouped = 0;
  for (const FeatureGroup& group : *request.groups) {
    require(group.begin + group.count <= p, "contributions_of", "groups", "features of the model");
    grouped += group.count;
  }
  require(grouped == p, "contributions_of", "groups", "every feature once");
  const Contributor contributor(request);
  std::vector<Contributions> result;
  for (std::size_t k = 0; k < contributor.outputs(); ++k) result.push_back(contributor.output(k));
  return result;
}

}  // namespace plumbline
