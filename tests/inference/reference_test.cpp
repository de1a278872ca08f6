// Every figure against statsmodels and R on tables of examples/data (tests/reference/inference.py says how and with
// what conventions). The bar is 1e-8 relative throughout; what R itself leaves at its own tolerance is said where it
// counts.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "inference/inference_problem.hpp"
#include "plumbline/inference/profile_likelihood.hpp"
#include "support/examples.hpp"

namespace plumbline::testing {
namespace {

using nlohmann::json;

constexpr double kBar = 1e-8;
constexpr double kLevel = 0.9;

const json& references() {
  static const json all = [] {
    std::ifstream file(std::string(PLUMBLINE_SOURCE_DIR) + "/tests/reference/inference.json");
    return json::parse(file);
  }();
  return all;
}

Vector vector_of(const json& values) {
  const auto numbers = values.get<std::vector<double>>();
  return Eigen::Map<const Vector>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
}

/// The rows that a reference speaks of.
Problem problem_of(const json& reference, const Loss& loss) {
  const std::string root = PLUMBLINE_SOURCE_DIR;
  const auto rows = split_csv(root + "/examples/data/" + reference.at("table").get<std::string>());
  const auto place = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(rows[0].begin(), rows[0].end(), name) - rows[0].begin());
  };
  Problem problem;
  problem.loss = loss;
  problem.rows = rows.size() - 1;
  const auto features = reference.at("features").get<std::vector<std::string>>();
  problem.columns = features.size();
  const std::size_t target = place(reference.at("target"));
  const auto classes = reference.value("classes", std::vector<std::string>());
  for (std::size_t i = 1; i < rows.size(); ++i) {
    for (const std::string& name : features) problem.x.push_back(std::strtod(rows[i][place(name)].c_str(), nullptr));
    const std::string& cell = rows[i][target];
    if (!classes.empty()) {
      problem.target.push_back(static_cast<double>(std::find(classes.begin(), classes.end(), cell) - classes.begin()));
    } else if (reference.contains("positive")) {
      problem.target.push_back(cell == reference.at("positive") ? 1 : 0);
    } else {
      problem.target.push_back(std::strtod(cell.c_str(), nullptr));
    }
  }
  return problem;
}

std::vector<std::uint64_t> clusters_of(std::size_t rows) {
  std::vector<std::uint64_t> clusters(rows);
  for (std::size_t i = 0; i < rows; ++i) clusters[i] = (i * 7) % 23;
  return clusters;
}

CovarianceKind kind_of(const std::string& name) {
  if (name == "hc0") return CovarianceKind::hc0;
  if (name == "hc1") return CovarianceKind::hc1;
  if (name == "hc2") return CovarianceKind::hc2;
  if (name == "hc3") return CovarianceKind::hc3;
  return name.rfind("cluster", 0) == 0 ? CovarianceKind::cluster : CovarianceKind::classical;
}

LinearInference infer(const InferenceProblem& problem, const std::string& kind,
                      Information information = Information::observed) {
  InferenceOptions options;
  options.level = kLevel;
  options.covariance = {kind_of(kind), information, clusters_of(problem.problem().rows)};
  return problem.infer(options);
}

template <class Get>
Vector column(const CoefficientTable& table, Get get) {
  Vector values(static_cast<Eigen::Index>(table.size()));
  for (std::size_t j = 0; j < table.size(); ++j) values[static_cast<Eigen::Index>(j)] = get(table[j]);
  return values;
}

Vector errors(const CoefficientTable& table) {
  return column(table, [](const CoefficientFigures& row) { return row.standard_error; });
}

void expect_table(const CoefficientTable& table, const json& reference, const std::string& what) {
  expect_relative(errors(table), vector_of(reference.at("errors")), kBar, what + " errors");
  if (!reference.contains("p_value")) return;
  const auto get = [&](const char* name, auto member) {
    return std::pair(column(table, member), vector_of(reference.at(name)));
  };
  const auto [statistic, statistic_there] = get("statistic", [](const auto& row) { return row.statistic; });
  expect_relative(statistic, statistic_there, kBar, what + " statistic");
  const auto [p, p_there] = get("p_value", [](const auto& row) { return row.p_value; });
  // In the far tail a relative error of the statistic z counts z² times.
  for (Eigen::Index j = 0; j < p.size(); ++j) {
    EXPECT_LE(std::fabs(p[j] - p_there[j]), (1 + statistic[j] * statistic[j]) * 1e-10 * p_there[j]) << what << j;
  }
  const auto [lower, lower_there] = get("lower", [](const auto& row) { return row.lower; });
  const auto [upper, upper_there] = get("upper", [](const auto& row) { return row.upper; });
  const Vector errors_here = errors(table);
  for (Eigen::Index j = 0; j < p.size(); ++j) {
    EXPECT_LE(std::fabs(lower[j] - lower_there[j]), kBar * errors_here[j]) << what << j;
    EXPECT_LE(std::fabs(upper[j] - upper_there[j]), kBar * errors_here[j]) << what << j;
  }
}

void expect_figure(double got, const json& reference, const std::string& what) {
  const double expected = reference;
  EXPECT_LE(std::fabs(got - expected), kBar * std::fabs(expected)) << what << ": " << got << " against " << expected;
}

TEST(Reference, LeastSquares) {
  const json& reference = references().at("least_squares");
  const InferenceProblem problem(problem_of(reference, SquaredLoss{}));
  const LinearInference plain = infer(problem, "classical");
  expect_relative(column(plain.tables[0], [](const auto& row) { return row.estimate; }),
                  vector_of(reference.at("coefficients")), kBar, "coefficients");
  for (const auto& [kind, there] : reference.at("statsmodels").items()) {
    expect_table(infer(problem, kind).tables[0], there, kind);
  }
  const json& r = reference.at("r");
  for (const char* kind : {"classical", "hc0", "hc1", "hc2", "hc3", "cluster_hc1"}) {
    expect_relative(errors(infer(problem, kind).tables[0]), vector_of(r.at(kind)), kBar, std::string("R ") + kind);
  }
  const ModelSummary& summary = plain.summary;
  const json& there = reference.at("summary");
  expect_figure(summary.log_likelihood, there.at("log_likelihood"), "log likelihood");
  expect_figure(summary.null_log_likelihood, there.at("null_log_likelihood"), "null log likelihood");
  expect_figure(summary.aic, r.at("aic"), "AIC");
  expect_figure(summary.bic, r.at("bic"), "BIC");
  expect_figure(summary.aic - 2, there.at("aic_without_sigma"), "AIC of statsmodels");
  expect_figure(summary.bic - std::log(summary.observations), there.at("bic_without_sigma"), "BIC of statsmodels");
  expect_figure(summary.r2, there.at("r2"), "R²");
  expect_figure(summary.adjusted_r2, there.at("adjusted_r2"), "adjusted R²");
  expect_figure(summary.residual_sd, there.at("residual_sd"), "residual sd");
  expect_figure(summary.f.statistic, there.at("f"), "F");
  expect_figure(summary.f.p_value, there.at("f_p_value"), "p of F");
}

void expect_binary(const std::string& name, const Loss& loss) {
  const json& reference = references().at(name);
  const InferenceProblem problem(problem_of(reference, loss));
  const LinearInference plain = infer(problem, "classical");
  expect_relative(column(plain.tables[0], [](const auto& row) { return row.estimate; }),
                  vector_of(reference.at("coefficients")), kBar, "coefficients");
  for (const auto& [kind, there] : reference.at("statsmodels").items()) {
    if (kind == "hc1") continue;  // statsmodels' discrete models have no factor there: it is their HC0
    const Information information = kind == "expected" ? Information::expected : Information::observed;
    expect_table(infer(problem, kind, information).tables[0], there, name + " " + kind);
  }
  const json& r = reference.at("r");
  for (const char* kind : {"classical", "hc0", "hc1", "hc2", "hc3", "cluster_hc1"}) {
    expect_relative(errors(infer(problem, kind, Information::expected).tables[0]), vector_of(r.at(kind)), kBar,
                    "R " + name + " " + kind);
  }
  const ModelSummary& summary = plain.summary;
  expect_figure(summary.log_likelihood, r.at("log_likelihood"), "log likelihood");
  expect_figure(summary.aic, r.at("aic"), "AIC");
  expect_figure(summary.bic, r.at("bic"), "BIC");
  expect_figure(summary.deviance, r.at("deviance"), "deviance");
  expect_figure(summary.null_deviance, r.at("null_deviance"), "null deviance");
  if (!reference.contains("summary")) return;
  expect_figure(summary.likelihood_ratio.statistic, reference.at("summary").at("lr"), "likelihood ratio");
  EXPECT_EQ(summary.likelihood_ratio.degrees_of_freedom, static_cast<double>(problem.problem().columns));
  // statsmodels' own null likelihood is right to some 1e-10, which counts a hundredfold at p = 1e-69.
  EXPECT_NEAR(summary.likelihood_ratio.p_value / reference.at("summary").at("lr_p_value").get<double>(), 1, 1e-6);
}

TEST(Reference, Logistic) { expect_binary("logit", LogisticLoss{1}); }
TEST(Reference, Probit) { expect_binary("probit", ProbitLoss{}); }
TEST(Reference, Cloglog) { expect_binary("cloglog", CloglogLoss{}); }

TEST(Reference, Softmax) {
  const json& reference = references().at("softmax");
  const InferenceProblem problem(problem_of(reference, SoftmaxLoss{3}));
  for (const auto& [kind, there] : reference.at("statsmodels").items()) {
    const LinearInference result = infer(problem, kind);
    ASSERT_EQ(result.contrasts.size(), 2U);
    for (std::size_t k = 0; k < 3; ++k) {
      expect_relative(errors(result.tables[k]), vector_of(there.at("zero_sum")[k]), kBar, kind);
      if (k > 0) expect_relative(errors(result.contrasts[k - 1]), vector_of(there.at("contrasts")[k - 1]), kBar, kind);
    }
  }
  const LinearInference plain = infer(problem, "classical");
  for (std::size_t k = 0; k < 3; ++k) {
    const auto estimate = [](const CoefficientFigures& row) { return row.estimate; };
    expect_relative(column(plain.tables[k], estimate), vector_of(reference.at("coefficients")[k]), kBar, "estimate");
    if (k == 0) continue;
    expect_relative(column(plain.contrasts[k - 1], estimate), vector_of(reference.at("contrasts")[k - 1]), kBar, "");
  }
  const json& there = reference.at("summary");
  expect_figure(plain.summary.log_likelihood, there.at("log_likelihood"), "log likelihood");
  expect_figure(plain.summary.null_log_likelihood, there.at("null_log_likelihood"), "null log likelihood");
  expect_figure(plain.summary.aic, there.at("aic"), "AIC");
  expect_figure(plain.summary.bic, there.at("bic"), "BIC");
  expect_figure(plain.summary.likelihood_ratio.statistic, there.at("lr"), "likelihood ratio");
  EXPECT_NEAR(plain.summary.likelihood_ratio.p_value / there.at("lr_p_value").get<double>(), 1, 1e-6);
}

TEST(Reference, ProfileLikelihood) {
  const json& reference = references().at("logit");
  InferenceProblem problem(problem_of(reference, LogisticLoss{1}));
  const std::vector<ProfileInterval> intervals = profile_intervals(problem.fitted(), {kLevel, {}});
  const Vector lower = vector_of(reference.at("profile").at("lower"));
  const Vector upper = vector_of(reference.at("profile").at("upper"));
  ASSERT_EQ(intervals.size(), static_cast<std::size_t>(lower.size()));
  for (std::size_t j = 0; j < intervals.size(); ++j) {
    const auto place = static_cast<Eigen::Index>(j);
    const double width = upper[place] - lower[place];
    EXPECT_NEAR(intervals[j].lower, lower[place], kBar * width) << j;
    EXPECT_NEAR(intervals[j].upper, upper[place], kBar * width) << j;
  }
}

}  // namespace
}  // namespace plumbline::testing
