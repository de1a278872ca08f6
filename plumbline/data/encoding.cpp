#include "plumbline/data/encoding.hpp"

#include <fmt/format.h>

namespace plumbline {

std::size_t ColumnEncoding::width() const {
  if (!categorical) return degree + (indicator ? 1 : 0);
  return levels.size() - (reference ? 1 : 0) + (indicator ? 1 : 0);
}

std::size_t Encoder::width() const {
  if (sparse) return sparse_width;
  std::size_t total = 0;
  for (const ColumnEncoding& column : columns) total += column.width();
  return total;
}

std::vector<std::string> Encoder::feature_names() const {
  std::vector<std::string> names;
  names.reserve(width());
  for (std::size_t j = 0; sparse && j < sparse_width; ++j) names.push_back(fmt::format("f{}", j + 1));
  for (const ColumnEncoding& column : columns) {
    if (!column.categorical) names.push_back(column.name);
    for (std::size_t k = 2; !column.categorical && k <= column.degree; ++k) {
      names.push_back(fmt::format("{}^{}", column.name, k));
    }
    for (std::size_t level = column.reference ? 1 : 0; level < column.levels.size(); ++level) {
      names.push_back(column.name + "=" + column.levels[level]);
    }
    if (column.indicator) names.push_back(column.name + " (missing)");
  }
  return names;
}

std::vector<PolynomialTerms> Encoder::polynomials() const {
  std::vector<PolynomialTerms> terms;
  std::size_t offset = 0;
  for (const ColumnEncoding& column : columns) {
    if (!column.categorical && column.degree > 1) terms.push_back({offset, column.degree});
    offset += column.width();
  }
  return terms;
}

}  // namespace plumbline
