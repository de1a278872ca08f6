#include "plumbline/report/results_text.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "models/inferred_model.hpp"
#include "plumbline/report/text_table.hpp"
#include "report/example_fit.hpp"
#include "support/golden.hpp"

namespace plumbline {
namespace {

TEST(FitText, BinarySummary) {
  expect_golden("fit_summary.txt", fit_text(example_fit(), {"wdbc.csv", "m.json", true}));
}

TEST(FitText, QuietDoesNotSayWhereTheModelWent) {
  const std::string text = fit_text(example_fit(), {"wdbc.csv", "m.json", false});
  EXPECT_EQ(text.find("saved"), std::string::npos);
}

TEST(FitText, WithoutTestRowsTheColumnStays) {
  FitResult result = example_fit();
  result.test.reset();
  result.confusion_on_test = false;
  const std::string text = fit_text(result, {"wdbc.csv", "", true});
  EXPECT_NE(text.find("confusion on train rows"), std::string::npos);
  EXPECT_NE(text.find("not saved"), std::string::npos);
  EXPECT_NE(text.find("\nbaseline: the same train rows, knowing only the class shares"), std::string::npos) << text;
}

TEST(FitText, TheBaselineIsExplainedByTask) {
  FitResult result = example_fit();
  result.confusion.clear();
  result.model.classes.clear();
  result.model.task = Task::regression;
  result.model.loss = default_loss(Task::regression);
  EXPECT_NE(fit_text(result, {"", "", true}).find("\nbaseline: the same test rows, knowing only the mean of the"),
            std::string::npos);
  result.model.task = Task::multilabel;
  result.model.loss = default_loss(Task::multilabel);
  EXPECT_NE(fit_text(result, {"", "", true}).find("only the label shares of the training rows\n"), std::string::npos);
}

TEST(FitText, SaysWhatCalibrationCosts) {
  FitResult result = example_fit();
  EXPECT_NE(fit_text(result, {"", "", true}).find(", 113 set aside for calibration (--calibration 0 trains on them),"),
            std::string::npos);
  result.model.training.calibration_rows = 0;
  EXPECT_EQ(fit_text(result, {"", "", true}).find("calibration"), std::string::npos);
}

TEST(FitText, ManyClassesShowTheMistakesInstead) {
  FitResult result = example_fit();
  LinearModel& model = result.model;
  model.task = Task::multiclass;
  model.loss = default_loss(Task::multiclass);
  model.classes.clear();
  for (int k = 0; k < 13; ++k) model.classes.push_back(fmt::format("c{}", k));
  model.predictor.outputs = 13;
  model.predictor.coefficients.assign(4 * 13, 0.5);
  model.predictor.center_intercept.assign(13, 0.0);
  result.confusion.assign(13, std::vector<double>(13, 0.0));
  result.confusion[3][7] = 5;
  const std::string text = fit_text(result, {"wdbc.csv", "", true});
  EXPECT_NE(text.find("  c3            c7     5\n"), std::string::npos) << text;
  result.confusion[3][7] = 0;
  EXPECT_NE(fit_text(result, {"wdbc.csv", "", true}).find("no mistakes on test rows"), std::string::npos);
}

TEST(FitText, SeparationAndCollinearSetsAreNamed) {
  FitResult result = example_fit();
  result.model.report.verdict = Verdict::separated;
  result.model.report.separated = {{"radius", '+', "malignant"}};
  result.model.report.collinear = {{"a", "b"}};
  const std::string text = fit_text(result, {"wdbc.csv", "", true});
  EXPECT_NE(text.find("separated by radius: larger means malignant"), std::string::npos) << text;
  EXPECT_NE(text.find("depend on each other: a, b"), std::string::npos) << text;
}

TEST(InspectText, ShowsTheModel) { expect_golden("inspect.txt", inspect_text(example_model())); }

TEST(InspectText, ShowsTheTableOfInference) { expect_golden("inspect_inference.txt", inspect_text(inferred_model())); }

TEST(EvaluateText, ShowsTheFigures) {
  EvaluateResult result;
  result.metrics = {3, {{"accuracy", 1.0}}};
  result.rows = 4;
  result.dropped_rows = 1;
  result.confusion = {{1, 0}, {0, 2}};
  const std::string text = evaluate_text(example_model(), result);
  EXPECT_NE(text.find("4 rows, 1 dropped"), std::string::npos);
  EXPECT_NE(text.find("  accuracy  1\n"), std::string::npos) << text;
}

TEST(TextTable, AlignsCharactersNotBytes) {
  TextTable table;
  table.add({"größe", "1"});
  table.add({"x", "22"});
  EXPECT_EQ(table.str(), "  größe   1\n  x      22\n");
}

TEST(Shown, CutsAndCleans) {
  EXPECT_EQ(shown("a\nb"), "a?b");
  EXPECT_EQ(shown("äöü", 3), "äöü");
  EXPECT_EQ(shown("äöüß", 3), "äö…");
}

}  // namespace
}  // namespace plumbline
