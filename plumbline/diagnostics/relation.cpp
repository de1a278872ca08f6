#include "plumbline/diagnostics/relation.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <tuple>

namespace plumbline {

namespace {

constexpr int kMostDigits = 6;

/// A number as it is written, and what it costs a reader.
struct Decimal {
  std::string text;
  int digits = 0;
};

/// 10 rather than 1e+01: an exponent only where zeros would fill the line.
std::string spelled_out(const std::string& text) {
  const double value = std::strtod(text.c_str(), nullptr);
  const bool short_enough = value >= 1 && value < 1e6 && value == std::floor(value);
  return short_enough ? fmt::format("{:.0f}", value) : text;
}

Decimal shortest(double value, double tolerance) {
  for (int digits = 1; digits <= kMostDigits; ++digits) {
    const std::string text = fmt::format("{:.{}g}", value, digits);
    if (digits == kMostDigits || std::fabs(std::strtod(text.c_str(), nullptr) - value) <= tolerance) {
      return {spelled_out(text), digits};
    }
  }
  return {};
}

/// One way to write a relation down.
struct Sentence {
  std::string text;
  int digits = 0, minus_signs = 0;
};

void append_term(Sentence& sentence, bool first, double value, double tolerance, const std::string& name) {
  const Decimal size = shortest(std::fabs(value), tolerance);
  const bool negative = value < 0, is_one = size.text == "1" && !name.empty();
  sentence.text += first ? (negative ? "-" : "") : (negative ? " - " : " + ");
  if (!is_one) sentence.text += size.text;
  if (!is_one && !name.empty()) sentence.text += "·";
  sentence.text += name;
  sentence.digits += size.digits;
  sentence.minus_signs += negative ? 1 : 0;
}

Sentence solved_for(const LinearRelation& relation, std::size_t left, const std::vector<std::string>& names) {
  Sentence sentence;
  sentence.text = names[relation.columns[left]] + (relation.exact ? " = " : " ≈ ");
  bool first = true;
  double size = relation.size[left];
  for (std::size_t q = 0; q < relation.columns.size(); ++q) {
    if (q == left) continue;
    const double value = -relation.coefficient[q] / relation.coefficient[left];
    append_term(sentence, first, value, relation.precision * std::fabs(value), names[relation.columns[q]]);
    size += std::fabs(value) * relation.size[q];
    first = false;
  }
  const double constant = -relation.constant / relation.coefficient[left];
  if (first || std::fabs(constant) > relation.precision * size) {
    append_term(sentence, first, constant, relation.precision * size, "");
  }
  return sentence;
}

}  // namespace

std::string relation_text(const LinearRelation& relation, const std::vector<std::string>& names) {
  Sentence best = solved_for(relation, 0, names);
  for (std::size_t left = 1; relation.exact && left < relation.columns.size(); ++left) {
    Sentence other = solved_for(relation, left, names);
    const auto cost = [](const Sentence& s) { return std::tuple(s.digits, s.minus_signs); };
    const bool later = relation.columns[left] > relation.columns[0];
    if (cost(other) < cost(best) || (cost(other) == cost(best) && later)) best = std::move(other);
  }
  return best.text;
}

}  // namespace plumbline
