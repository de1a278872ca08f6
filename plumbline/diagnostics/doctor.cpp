#include "plumbline/diagnostics/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/diagnostics/counting_columns.hpp"
#include "plumbline/diagnostics/design_factor.hpp"
#include "plumbline/diagnostics/doctor_findings.hpp"
#include "plumbline/diagnostics/duplicates.hpp"
#include "plumbline/diagnostics/leakage.hpp"
#include "plumbline/diagnostics/outlying_rows.hpp"
#include "plumbline/diagnostics/row_sample.hpp"
#include "plumbline/diagnostics/separation_check.hpp"
#include "plumbline/diagnostics/table_sums.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Rows in a sample; a sample that is to rule separation out needs some for every coefficient.
constexpr std::size_t kSampleRows = 4096, kSampleRowsPerCoefficient = 8;
/// Cells of a dense sample.
constexpr std::size_t kSampleCells = 8 << 20;

class Examination final {
 public:
  Examination(RowSource& rows, const DoctorInput& input, const DoctorOptions& options, Progress& progress)
      : source_(rows), input_(input), options_(options), progress_(progress), p_(rows.columns()) {
    options.validate();
    meaning_.classes = input.classes.size();
    meaning_.labels = input.labels.size();
    const bool named = !input.encoder.columns.empty() || input.encoder.sparse;
    require(!named || input.encoder.width() == p_, "examine", "encoder",
            fmt::format("as wide as the rows ({}), got {}", p_, input.encoder.width()));
    require(meaning_.labels == 0 || meaning_.labels == rows.target_width(), "examine", "labels",
            fmt::format("one for each target ({}), got {}", rows.target_width(), meaning_.labels));
    facts_ = read_target(rows, meaning_);
    require(facts_.weight_sum > 0, "examine", "rows", "of positive weight, got none");
    rows_ = std::accumulate(facts_.class_rows.begin(), facts_.class_rows.end(), std::size_t{0});
    groups_ = feature_groups(input.encoder, p_);
    names_ = doctor_feature_names(input.encoder, p_);
  }

  DoctorReport run() {
    moments_ = column_moments(source_, progress_);
    look_at_table();
    look_at_columns();
    if (p_ <= options_.widest) {
      look_at_collinearity();
    } else {
      report_.notes.push_back(
          fmt::format("rank, near-duplicates, condition indices, VIF, leverage and separation were not looked at: {} "
                      "columns are more than {} (--widest)",
                      p_, options_.widest));
    }
    if (options_.look_at_rows) {
      add(duplicate_row_findings(find_duplicate_rows(source_, sums_.row_hash, options_.rows_named, progress_),
                                 options_));
    }
    return conclude();
  }

 private:
  void add(std::vector<Finding> findings) {
    std::move(findings.begin(), findings.end(), std::back_inserter(report_.findings));
  }

  void look_at_table() {
    const std::size_t records = input_.records == 0 ? source_.rows() : input_.records;
    add(missing_findings(input_, records, options_));
    add(left_out_findings(input_, records));
    add(balance_findings(facts_, input_, options_));
    const bool categorical = std::any_of(groups_.begin(), groups_.end(), [](const auto& g) { return g.categorical; });
    TableSumsRequest request;
    request.meaning = meaning_;
    request.facts = &facts_;
    request.moments = &moments_;
    request.rows = options_.look_at_rows;
    request.with_target = categorical || meaning_.classes + meaning_.labels == 0;
    sums_ = sum_table(source_, request, progress_);
  }

  void look_at_columns() {
    std::vector<std::string> constant = columns_without_features(input_.encoder);
    std::vector<bool> is_constant(p_);
    for (std::size_t j = 0; j < p_; ++j) {
      is_constant[j] = moments_.is_constant(j);
      if (is_constant[j]) constant.push_back(names_[j]);
    }
    add(constant_findings(std::move(constant)));
    duplicates_ = find_duplicate_columns(source_, sums_.column_hash, is_constant, progress_);
    add(duplicate_column_findings(duplicates_, names_));
    sample_ = sample_rows(source_, meaning_, facts_, sample_size(), progress_);
    add(leak_findings(find_leaks({source_, groups_, meaning_, facts_, moments_, sums_, sample_}, options_, progress_),
                      groups_, input_, options_));
    add(identifier_findings(identifiers(), names_));
  }

  std::size_t sample_size() const {
    const std::size_t wanted = std::max(kSampleRows, kSampleRowsPerCoefficient * (p_ + 1));
    return source_.sparse() ? kSampleRows : std::max<std::size_t>(256, std::min(wanted, kSampleCells / (p_ + 1)));
  }

  std::vector<std::size_t> identifiers() {
    if (static_cast<double>(rows_) < 2 * options_.least_rows) return {};
    std::vector<std::size_t> candidates;
    for (const FeatureGroup& group : groups_) {
      if (!group.categorical && !moments_.is_constant(group.begin)) candidates.push_back(group.begin);
    }
    return counting_columns(source_, std::move(candidates), progress_);
  }

  /// Standardised; columns that say nothing new by what they are get the scale 0.
  Coordinates coordinates() const {
    Coordinates at = standardized_coordinates(moments_, input_.intercept, true);
    for (const std::vector<std::size_t>& set : duplicates_) {
      for (std::size_t q = 1; q < set.size(); ++q) at.scale[set[q]] = 0;
    }
    bool levels_sum_to_one = input_.intercept;
    for (const FeatureGroup& group : groups_) {
      if (!group.categorical || !group.every_level) continue;
      if (levels_sum_to_one) at.scale[group.begin] = 0;
      levels_sum_to_one = true;
    }
    return at;
  }

  void look_at_collinearity() {
    const Coordinates at = coordinates();
    const DesignFactor design = design_factor(source_, at, facts_.weight_sum, progress_);
    const bool enough = rows_ > at.dimension();
    const std::vector<std::size_t> group = group_of_features(groups_);
    std::vector<CorrelatedPair> pairs;
    if (static_cast<double>(rows_) >= options_.least_rows) {
      pairs = correlated_pairs(design.gram, means_in(at), facts_.weight_sum, options_.near_duplicate);
      std::erase_if(pairs, [&](const CorrelatedPair& pair) { return group[pair.first] == group[pair.second]; });
    }
    std::vector<bool> named(p_);
    for (const CorrelatedPair& pair : pairs) named[pair.second] = true;
    const CollinearityInput collinear{design.factor, at, moments_, groups_, names_, named, facts_.weight_sum, enough};
    Collinearity found = find_collinearity(collinear, options_);
    add(collinearity_findings(found, pairs, collinear, options_));
    if (!enough) add({few_rows(at)});
    if (enough && options_.look_at_rows) look_for_outlying_rows(at, found);
    if (options_.look_for_separation && meaning_.classes + meaning_.labels > 0) separate(at, found, named);
    for (const std::vector<std::size_t>& set : duplicates_) found.columns += set.size() - 1;
    report_.collinearity = std::move(found);
  }

  Vector means_in(const Coordinates& at) const {
    Vector mean(static_cast<Index>(p_));
    for (std::size_t j = 0; j < p_; ++j) {
      mean[static_cast<Index>(j)] = (moments_.mean[j] - at.center[j]) * at.scale[j];
    }
    return mean;
  }

  Finding few_rows(const Coordinates& at) const {
    Finding finding;
    finding.kind = FindingKind::more_columns;
    finding.value = static_cast<double>(at.dimension());
    finding.threshold = static_cast<double>(rows_);
    finding.detail = fmt::format("{} rows for {} coefficients", rows_, at.dimension());
    return finding;
  }

  void look_for_outlying_rows(const Coordinates& at, const Collinearity& found) {
    const double mean = static_cast<double>(found.rank) / facts_.weight_sum;
    if (mean >= 1) return;
    const double odds = options_.leverage_multiple * mean / (1 - mean);
    const double threshold = odds / (1 + odds);
    add(outlying_row_findings(find_outlying_rows(source_, at, found.inverse_root, threshold, progress_), threshold,
                              options_));
  }

  /// `near`: (p) near-duplicates of an earlier column.
  void separate(const Coordinates& at, const Collinearity& found, std::vector<bool> near) {
    SeparationProblem problem;
    problem.weight_sum = facts_.weight_sum;
    problem.labels = std::max<std::size_t>(meaning_.labels, 1);
    problem.classes = meaning_.classes > 2 ? meaning_.classes : 0;
    std::vector<std::string> labels =
        meaning_.classes == 2 ? std::vector<std::string>{input_.classes[1]} : input_.classes;
    if (meaning_.labels > 0) labels = input_.labels;
    for (const CollinearSet& set : found.sets) near[set.columns.back()] = true;
    const SeparationSearch search{source_, sample_, at, problem, found.rank, std::move(near)};
    SeparationResult result = check_separation(search, progress_);
    add(separation_findings(result, problem, {names_, labels, at, rows_}));
    if (std::any_of(result.outputs.begin(), result.outputs.end(),
                    [](const OutputSeparation& output) { return output.kind == SeparationKind::undecided; })) {
      report_.notes.push_back("separation was not decided: too wide, or too close to call");
    }
    report_.separation = std::move(result);
  }

  DoctorReport conclude() {
    report_.rows = source_.rows();
    report_.features = p_;
    report_.weight_sum = facts_.weight_sum;
    report_.feature_names = std::move(names_);
    report_.columns = input_.columns;
    report_.class_weight = facts_.class_weight;
    std::stable_sort(report_.findings.begin(), report_.findings.end(),
                     [](const Finding& a, const Finding& b) { return a.kind < b.kind; });
    return std::move(report_);
  }

  RowSource& source_;
  const DoctorInput& input_;
  const DoctorOptions& options_;
  Progress& progress_;
  std::size_t p_, rows_ = 0;
  TargetMeaning meaning_;
  TargetFacts facts_;
  std::vector<FeatureGroup> groups_;
  std::vector<std::string> names_;
  Moments moments_;
  TableSums sums_;
  DuplicateColumns duplicates_;
  RowSample sample_;
  DoctorReport report_;
};

}  // namespace

std::vector<ColumnFacts> column_facts(const Table& table, const FeatureChoice& features) {
  std::vector<ColumnFacts> facts;
  const auto describe_column = [&](const TableColumn& column, const std::string& why) {
    facts.push_back({column.name, column.text, column.text ? column.levels.size() : 0, column.missing, why});
  };
  for (const std::size_t column : features.columns) describe_column(table.columns[column], "");
  for (const LeftOutColumn& column : features.left_out) {
    const std::size_t found = table.find(column.column);
    if (found != Table::kNoColumn) describe_column(table.columns[found], column.why);
  }
  return facts;
}

DoctorReport examine(RowSource& rows, const DoctorInput& input, const DoctorOptions& options, Progress& progress) {
  return Examination(rows, input, options, progress).run();
}

}  // namespace plumbline
