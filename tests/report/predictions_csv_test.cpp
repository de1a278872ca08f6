#include "plumbline/report/predictions_csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "models/example_model.hpp"

namespace plumbline {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::string csv(const LinearModel& model, const Predictions& predictions, const std::string& id_column = "") {
  std::string text;
  write_predictions(model, predictions, id_column, [&](std::string_view piece) { text += piece; });
  return text;
}

TEST(PredictionsCsv, Binary) {
  Predictions predictions{2, 1, {1.0, kNone}, {0.25, 0.75, kNone, kNone}, {}, {}};
  EXPECT_EQ(csv(example_model(), predictions), "row,prediction,p_benign,p_malignant\n1,malignant,0.25,0.75\n2,,,\n");
}

TEST(PredictionsCsv, RegressionGivesTheShortestNumberThatReadsBack) {
  LinearModel model = example_model();
  model.task = Task::regression;
  model.loss = default_loss(Task::regression);
  model.classes.clear();
  Predictions predictions{5, 1, {0.1, 1e300, -3, 2, kNone}, {}, {"a", "b,c", " d", "e\t", ""}, {}};
  EXPECT_EQ(csv(model, predictions, "the \"id\""),
            "\"the \"\"id\"\"\",prediction\na,0.1\n\"b,c\",1e+300\n\" d\",-3\n\"e\t\",2\n,\n");
}

TEST(PredictionsCsv, MultilabelJoinsWhatIsPredicted) {
  LinearModel model = example_model();
  model.task = Task::multilabel;
  model.loss = default_loss(Task::multilabel);
  model.classes.clear();
  model.targets = {"rain", "wind, strong"};
  Predictions predictions{3, 2, {0, 0, 0, 0, 0, 0}, {0.75, 0.625, 0.5, 0.25, 0.25, 0.75}, {}, {}};
  EXPECT_EQ(csv(model, predictions),
            "row,prediction,p_rain,\"p_wind, strong\"\n1,\"rain|wind, strong\",0.75,0.625\n2,,0.5,0.25\n"
            "3,\"wind, strong\",0.25,0.75\n");
}

TEST(PredictionsCsv, NoRowsGiveAHeader) {
  EXPECT_EQ(csv(example_model(), Predictions{0, 1, {}, {}, {}, {}}), "row,prediction,p_benign,p_malignant\n");
}

TEST(PredictionsCsv, ManyRowsComeInPiecesAndInOrder) {
  constexpr std::size_t kRows = 100'000;
  Predictions predictions{kRows, 1, std::vector<double>(kRows, 0.0), std::vector<double>(2 * kRows, 0.5), {}, {}};
  const std::string text = csv(example_model(), predictions);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), static_cast<std::ptrdiff_t>(kRows + 1));
  const std::string end = "\n100000,benign,0.5,0.5\n";
  EXPECT_EQ(text.substr(text.size() - end.size()), end);
}

}  // namespace
}  // namespace plumbline
