#include "plumbline/data/features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/cells.hpp"
#include "plumbline/data/number.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// A fit keeps some twenty numbers and a name for every feature: more would not fit the memory of most machines.
constexpr std::size_t kWidestSparse = 50'000'000;

bool named_like_a_row_number(const std::string& name) {
  static constexpr std::array<const char*, 5> kNames{"", "rownames", "row", "index", "id"};
  const std::string lower = lower_case(name);
  return std::find(kNames.begin(), kNames.end(), lower) != kNames.end() || lower.ends_with("id");
}

/// 0, 1, …, n − 1 or 1, 2, …, n.
bool counts_rows(const Table& table, std::size_t column) {
  double first = std::nan("");
  bool counts = true;
  for_each_cell(table, column, [&](std::size_t row, double cell) {
    if (row == 0) first = cell;
    counts = counts && cell == first + static_cast<double>(row);
  });
  return counts && (first == 0 || first == 1);
}

/// Why a column is no feature; empty if it is one.
/// "'1.2.3'" if all but a few of a text column's levels are numbers: then a cell is mistyped, or means missing. Else
/// empty.
std::string odd_level(const TableColumn& column) {
  std::size_t numbers = 0;
  std::string odd;
  for (const std::string& level : column.levels) {
    const bool number = parse_number(level).kind == NumberKind::finite;
    numbers += number ? 1 : 0;
    if (!number && odd.empty()) odd = level;
  }
  if (numbers < 3 || numbers * 10 < column.levels.size() * 9) return "";
  return odd.empty() ? "a later cell" : "'" + printable(odd) + "'";
}

std::string reason_to_leave_out(const Table& table, std::size_t column, std::size_t max_levels) {
  const TableColumn& description = table.columns[column];
  if (description.missing == table.rows) return "has no value in any row";
  if (description.text && (description.too_many_levels || description.levels.size() > max_levels)) {
    const std::string odd = odd_level(description);
    if (!odd.empty()) {
      return "text only because of " + odd +
             ", the other cells looked at are numbers (mistyped? --missing-values names what means missing)";
    }
    return fmt::format(
        "text with more than {} levels: an identifier or free text (--keep takes it, --max-levels N raises the limit)",
        max_levels);
  }
  if (!description.text && named_like_a_row_number(description.name) && counts_rows(table, column)) {
    return "numbers the rows (--keep takes it all the same)";
  }
  return "";
}

void sort_levels(std::vector<std::string>& levels) {
  const auto number = [](const std::string& text) { return parse_number(text); };
  const bool numeric = std::all_of(levels.begin(), levels.end(),
                                   [&](const std::string& level) { return number(level).kind == NumberKind::finite; });
  std::sort(levels.begin(), levels.end(), [&](const std::string& a, const std::string& b) {
    return numeric && number(a).value != number(b).value ? number(a).value < number(b).value : a < b;
  });
}

/// What the training rows teach about one column.
class ColumnLearner final {
 public:
  ColumnLearner(const TableColumn& description, std::size_t column)
      : column_(column), text_(description.text), seen_(description.levels.size()) {}

  std::size_t column() const { return column_; }

  void see(double cell, double weight) {
    if (std::isnan(cell)) {
      missing_ = true;
    } else if (text_) {
      seen_[static_cast<std::size_t>(cell)] = true;
    } else if (weight > 0) {  // a running mean, so that large values do not overflow
      weight_sum_ += weight;
      mean_ += (cell - mean_) * (weight / weight_sum_);
    }
  }

  void teach(const TableColumn& description, const EncoderOptions& options, ColumnEncoding& encoding) const {
    encoding.indicator = missing_ && options.missing == MissingPolicy::impute;
    encoding.fill = mean_;
    for (std::size_t code = 0; code < seen_.size(); ++code) {
      if (seen_[code]) encoding.levels.push_back(description.levels[code]);
    }
    sort_levels(encoding.levels);
    encoding.reference = text_ && options.reference_levels && !encoding.levels.empty();
  }

 private:
  std::size_t column_;
  bool text_;
  bool missing_ = false;
  std::vector<bool> seen_;
  double weight_sum_ = 0, mean_ = 0;
};

/// One look at the training rows for all columns that have levels or missing cells.
void show_training_rows(const Table& table, const EncoderOptions& options, std::vector<ColumnLearner>& learners) {
  if (learners.empty()) return;
  for (const TableChunk& chunk : table.chunks) {
    for (std::size_t i = 0; i < chunk.rows; ++i) {
      const std::size_t row = chunk.first_row + i;
      if (!options.train[row]) continue;
      const double weight = options.row_weight == nullptr ? 1 : options.row_weight[row];
      for (ColumnLearner& learner : learners) {
        learner.see(cell_of(chunk, table.scalar, i * table.width + learner.column()), weight);
      }
    }
  }
}

void add_polynomials(const Table& table, const std::vector<PolynomialChoice>& polynomials, Encoder& encoder) {
  for (const PolynomialChoice& choice : polynomials) {
    if (choice.degree < 1 || choice.degree > kHighestDegree) {
      throw UsageError(
          fmt::format("--poly {}={}: the degree must be from 1 to {}", choice.column, choice.degree, kHighestDegree));
    }
    const auto column = std::find_if(encoder.columns.begin(), encoder.columns.end(),
                                     [&](const ColumnEncoding& c) { return c.name == choice.column; });
    if (column == encoder.columns.end()) {
      throw DataError({table.path, 0, 0, choice.column}, "the column of --poly is no feature, or left out");
    }
    if (column->categorical) {
      throw DataError({table.path, 0, 0, choice.column}, "the column holds text, which has no powers (--poly)");
    }
    if (column->degree > 1) throw UsageError("--poly names column '" + choice.column + "' twice");
    column->degree = choice.degree;
  }
}

}  // namespace

FeatureChoice choose_features(const Table& table, const std::vector<std::string>& excluded,
                              const std::vector<std::string>& keep, std::size_t max_levels) {
  FeatureChoice choice;
  if (table.sparse) {
    if (table.width == 0) throw DataError({table.path, 0, 0, ""}, "no row has a feature");
    if (table.width > kWidestSparse) {
      throw DataError({table.path, 0, 0, ""},
                      fmt::format("the largest feature index is {}; more than {} features are not fitted", table.width,
                                  kWidestSparse));
    }
    return choice;
  }
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const std::string& name = table.columns[column].name;
    if (contains(excluded, name)) continue;
    const std::string why = contains(keep, name) ? "" : reason_to_leave_out(table, column, max_levels);
    if (why.empty()) {
      choice.columns.push_back(column);
    } else {
      choice.left_out.push_back({name, why});
    }
  }
  if (choice.columns.empty()) throw DataError({table.path, 0, 0, ""}, "no column is left to learn from");
  return choice;
}

std::vector<std::string> suspicious_columns(const Table& table, const FeatureChoice& features) {
  std::vector<std::string> sentences;
  for (const std::size_t column : features.columns) {
    const TableColumn& description = table.columns[column];
    const std::string odd = description.text ? odd_level(description) : "";
    if (odd.empty()) continue;
    sentences.push_back(
        fmt::format("column '{}' is taken as text because of {}: its other levels are numbers (mistyped? "
                    "--missing-values names what means missing)",
                    description.name, odd));
  }
  return sentences;
}

Encoder learn_encoder(const Table& table, const FeatureChoice& features, const EncoderOptions& options) {
  Encoder encoder;
  encoder.missing = options.missing;
  encoder.sparse = table.sparse;
  encoder.sparse_width = table.sparse ? table.width : 0;
  std::vector<ColumnLearner> learners;
  for (const std::size_t column : features.columns) {
    const TableColumn& description = table.columns[column];
    if (description.text || description.missing > 0) learners.emplace_back(description, column);
  }
  show_training_rows(table, options, learners);
  auto learner = learners.begin();
  for (const std::size_t column : features.columns) {
    const TableColumn& description = table.columns[column];
    ColumnEncoding encoding;
    encoding.name = description.name;
    encoding.categorical = description.text;
    if (learner != learners.end() && learner->column() == column) (learner++)->teach(description, options, encoding);
    encoder.columns.push_back(std::move(encoding));
  }
  add_polynomials(table, options.polynomials, encoder);
  const auto first_text = std::find_if(encoder.columns.begin(), encoder.columns.end(),
                                       [](const ColumnEncoding& column) { return column.categorical; });
  if (!options.intercept && first_text != encoder.columns.end()) first_text->reference = false;
  return encoder;
}

std::vector<bool> rows_with_missing(const Table& table, const std::vector<std::size_t>& columns) {
  std::vector<bool> missing(table.rows);
  for (const std::size_t column : columns) {
    if (table.columns[column].missing == 0) continue;
    for_each_cell(table, column, [&](std::size_t row, double cell) {
      if (std::isnan(cell)) missing[row] = true;
    });
  }
  return missing;
}

}  // namespace plumbline
