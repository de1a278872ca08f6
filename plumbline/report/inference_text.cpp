#include "plumbline/report/inference_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/models/inferred_estimates.hpp"
#include "plumbline/report/inference_report.hpp"
#include "plumbline/report/labels.hpp"
#include "plumbline/report/text_table.hpp"

namespace plumbline {
namespace {

using Table = ModelInference::Table;

constexpr std::size_t kMostTables = 12;
/// Smaller tails are told by their order alone.
constexpr double kSmallestShownP = 1e-300;

std::string shown_number(double value) { return std::isfinite(value) ? fmt::format("{:.5g}", value) : "-"; }

/// Sums over all rows: their digits before the point count.
std::string shown_sum(double value) { return std::isfinite(value) ? fmt::format("{:.7g}", value) : "-"; }

std::string shown_p(double p) {
  if (std::isnan(p)) return "-";
  return p < kSmallestShownP ? fmt::format("<{:.0e}", kSmallestShownP) : fmt::format("{:.3g}", p);
}

std::string meaning(Undetermined state) {
  switch (state) {
    case Undetermined::no:
      return "";
    case Undetermined::constant:
      return "not determined: constant";
    case Undetermined::collinear:
      return "not determined: collinear";
    case Undetermined::singular:
      return "not determined: flat";
    case Undetermined::no_degrees_of_freedom:
      return "no degrees of freedom";
  }
  return "";
}

std::vector<std::string> header_of(const ModelInference& inference, bool marked) {
  const double tail = 50 * (1 - inference.level);
  const char* const letter = inference.uses_t() ? "t" : "z";
  std::vector<std::string> header{"",
                                  "coefficient",
                                  "std. error",
                                  letter,
                                  fmt::format("P(>|{}|)", letter),
                                  fmt::format("{:.4g} %", tail),
                                  fmt::format("{:.6g} %", 100 - tail)};
  if (marked) header.emplace_back();
  return header;
}

std::string table_text(const LinearModel& model, const Vector& estimates, const Table& rows) {
  const auto undetermined = [](const CoefficientPrecision& row) { return row.state != Undetermined::no; };
  const bool marked = std::any_of(rows.begin(), rows.end(), undetermined);
  const std::vector<std::string> names = model.encoder.feature_names();
  TextTable table;
  table.add(header_of(*model.inference, marked));
  const auto add = [&](const std::string& name, std::size_t j) {
    const CoefficientPrecision& row = rows[j];
    std::vector<std::string> cells{shown(name),
                                   shown_number(estimates[static_cast<Eigen::Index>(j)]),
                                   shown_figure(row.standard_error),
                                   shown_figure(row.statistic),
                                   shown_p(row.p_value),
                                   shown_number(row.lower),
                                   shown_number(row.upper)};
    if (marked) cells.push_back(meaning(row.state));
    table.add(std::move(cells));
  };
  if (model.predictor.has_intercept) add("(intercept)", names.size());
  for (std::size_t j = 0; j < names.size(); ++j) add(names[j], j);
  return table.str();
}

/// Softmax: every class against the first; else every output.
std::string tables_text(const LinearModel& model) {
  const ModelInference& inference = *model.inference;
  const Matrix estimates = inferred_estimates(model.predictor);
  const std::vector<std::string> labels = output_labels(model);
  const bool contrasts = !inference.contrasts.empty();
  const std::vector<Table>& tables = contrasts ? inference.contrasts : inference.tables;
  std::string text;
  for (std::size_t k = 0; k < std::min(tables.size(), kMostTables); ++k) {
    const auto output = static_cast<Eigen::Index>(contrasts ? k + 1 : k);
    Vector of_output = estimates.col(output);
    if (contrasts) of_output -= estimates.col(0);
    if (contrasts) {
      text += fmt::format("log odds of {} against {}\n", shown(labels[k + 1]), shown(labels[0]));
    } else if (labels.size() > 1) {
      text += shown(labels[k]) + "\n";
    }
    text += table_text(model, of_output, tables[k]);
  }
  if (tables.size() > kMostTables) {
    text += fmt::format("  the first {} of {} are shown; inspect --json has all\n", kMostTables, tables.size());
  }
  return text;
}

std::string covariance_words(const ModelInference& inference) {
  if (inference.covariance == CovarianceKind::classical) return "classical";
  if (inference.covariance != CovarianceKind::cluster) {
    return fmt::format("robust to unequal variances ({})", name_of(inference.covariance));
  }
  const std::string column = inference.cluster_column.empty() ? "" : " of " + shown(inference.cluster_column);
  return fmt::format("robust to dependence within the {} clusters{}", inference.clusters, column);
}

std::string limits_words(const ModelInference& inference) {
  const std::string level = fmt::format("{:.6g} %", 100 * inference.level);
  if (inference.intervals == IntervalKind::profile) return level + " limits by profile likelihood";
  return inference.uses_t()
             ? fmt::format("{} limits by t with {:.6g} degrees of freedom", level, inference.degrees_of_freedom)
             : level + " limits by the normal distribution";
}

std::string squares_lines(const LinearModel& model) {
  const ModelSummary& summary = model.inference->summary;
  std::string text =
      fmt::format("residual sd {} on {:.6g} degrees of freedom (by n: {}); r2 {}, adjusted {}\n",
                  shown_number(model.residual_sd), summary.degrees_of_freedom, shown_number(model.residual_sd_ml),
                  shown_number(model.r2), shown_number(summary.adjusted_r2));
  if (std::isnan(summary.f.p_value)) return text;
  return text + fmt::format("F {} on {:.6g} and {:.6g} degrees of freedom, p {}\n", shown_number(summary.f.statistic),
                            summary.f.degrees_of_freedom, summary.f.denominator_degrees, shown_p(summary.f.p_value));
}

std::string likelihood_lines(const LinearModel& model) {
  const ModelSummary& summary = model.inference->summary;
  const char* const null_model = model.predictor.has_intercept ? "intercept alone" : "eta = 0";
  if (std::isnan(summary.log_likelihood)) return "";
  std::string text = fmt::format("log-likelihood {} ({}: {}); AIC {}, BIC {} by {:.6g} parameters\n",
                                 shown_sum(summary.log_likelihood), null_model, shown_sum(summary.null_log_likelihood),
                                 shown_sum(summary.aic), shown_sum(summary.bic), summary.parameters);
  if (!std::isnan(summary.deviance)) {
    text += fmt::format("deviance {} on {:.6g} degrees of freedom ({}: {})\n", shown_sum(summary.deviance),
                        summary.degrees_of_freedom, null_model, shown_sum(summary.null_deviance));
  }
  const ModelTest& test = summary.likelihood_ratio;
  if (std::isnan(test.p_value)) return text;
  return text + fmt::format("likelihood ratio against {}: chi2 {} on {:.6g} degrees of freedom, p {}\n",
                            model.predictor.has_intercept ? "the intercept alone" : null_model,
                            shown_number(test.statistic), test.degrees_of_freedom, shown_p(test.p_value));
}

}  // namespace

std::string inference_table(const LinearModel& model) {
  const ModelInference& inference = *model.inference;
  std::string text = tables_text(model);
  text += fmt::format("{:.10g} rows; standard errors {}; {}\n", inference.summary.observations,
                      covariance_words(inference), limits_words(inference));
  if (!inference.reason.empty()) text += "  no standard errors: " + inference.reason + "\n";
  if (model.task == Task::regression && model.outputs() == 1) text += squares_lines(model);
  return text + likelihood_lines(model);
}

std::string inference_line(const LinearModel& model, const std::string& saved_path) {
  if (!model.inference) return "no p-values: " + withheld_reason(model) + "\n";
  const std::string where = saved_path.empty() ? "save the model with -o, and inspect prints them"
                                               : fmt::format("plumbline inspect {}", shown(saved_path, 200));
  return fmt::format("standard errors ({}), p-values and limits: {}\n", name_of(model.inference->covariance), where);
}

}  // namespace plumbline
