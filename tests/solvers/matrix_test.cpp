// Every solver × every loss × dense and sparse rows: what serves reaches the optimum, what does not is refused with the
// name of a solver that does.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <tuple>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/models/loss_facts.hpp"
#include "plumbline/solvers/solver_choice.hpp"
#include "support/fits.hpp"

namespace plumbline::testing {
namespace {

constexpr std::size_t kRows = 80, kColumns = 3, kLabels = 3;
constexpr double kMatrixL2 = 0.1;

/// The loss by its place in all_loss_facts().
using MatrixCase = std::tuple<std::size_t, SolverChoice, Storage>;

const LossFacts& facts_of(std::size_t number) { return all_loss_facts()[number]; }

std::string word(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return text;
}

std::string loss_name(std::size_t number) {
  const LossFacts& facts = facts_of(number);
  const std::string variance = facts.settings.variance == VarianceModel::linear ? "_linear" : "";
  return word(std::string(name_of(facts.settings.kind)) + variance + "_" + name_of(facts.settings.link) + "_" +
              name_of(facts.task));
}

std::string name_of_matrix_case(const ::testing::TestParamInfo<MatrixCase>& info) {
  const auto [loss, solver, storage] = info.param;
  return loss_name(loss) + "_" + word(name_of(solver)) + "_" + name_of(storage);
}

std::vector<std::size_t> all_losses() {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < all_loss_facts().size(); ++i) numbers.push_back(i);
  return numbers;
}

/// Rows whose targets follow the features with much noise, in the form that the task asks for.
Problem problem_for(std::size_t number, Storage storage) {
  const LossFacts& facts = facts_of(number);
  const LossKind like = facts.task == Task::regression   ? LossKind::squared
                        : facts.task == Task::binary     ? LossKind::logistic
                        : facts.task == Task::multiclass ? LossKind::softmax
                                                         : LossKind::multilabel;
  Problem problem = random_problem({kRows, kColumns, like, storage, true}, 2);
  problem.loss = make_loss(facts.settings, facts.task, kLabels);
  return problem;
}

/// Of a sparse table with few rows the best hinge at kMatrixL2 is the intercept alone: there is nothing to gain.
double l2_of(const Loss& loss) { return std::holds_alternative<HingeLoss>(loss) ? 0.01 : kMatrixL2; }

bool walks_by_epochs(SolverChoice solver) { return solver == SolverChoice::sgd || solver == SolverChoice::adam; }

/// Steps and epochs enough for this table: its standardised columns and l2 = 0.1 give conditions of about 100, and one
/// row's curvature stays below 20.
LinearFitOptions patient_options(SolverChoice solver, const Loss& loss) {
  LinearFitOptions options = fit_options(solver, l2_of(loss));
  SolverOptions& asked = options.solver_options;
  if (solver == SolverChoice::gd) asked.step_size = 0.05;
  if (solver == SolverChoice::momentum || solver == SolverChoice::nesterov) asked.step_size = 0.01;
  // Its slope dies where σ does, so that it needs ten times the step.
  const double slow = std::holds_alternative<SquaredOnSigmoidLoss>(loss) ? 10 : 1;
  if (asked.step_size) *asked.step_size *= slow;
  if (!walks_by_epochs(solver)) return options;
  asked.step_size = 0.02 * slow;
  asked.batch_size = 8;
  asked.epochs = 200;
  asked.schedule = Schedule::cosine;
  return options;
}

/// The share of what there is to gain that a solver may miss: none to speak of where it proves its optimum; where it
/// walks by fixed steps, what its stopping rule leaves (1e-6); at a kink it goes to and fro by a step, and with batches
/// the noise of the last epochs stays.
double allowed_share(SolverChoice solver, const Loss& loss) {
  if (!has_fixed_steps(solver)) return 1e-9;
  if (!serves(SolverChoice::newton, loss)) return 2e-2;
  return walks_by_epochs(solver) ? 1e-2 : 1e-6;
}

class Served : public ::testing::TestWithParam<MatrixCase> {};

TEST_P(Served, ReachesTheObjectiveOfTheReference) {
  const auto [number, solver, storage] = GetParam();
  Problem problem = problem_for(number, storage);
  // Squared loss by Newton, which shares nothing with the direct solvers; the others by what `auto` takes.
  const SolverChoice reference =
      serves(SolverChoice::newton, problem.loss) ? SolverChoice::newton : SolverChoice::automatic;
  const LinearFit best = fit(problem, fit_options(reference, l2_of(problem.loss)));
  ASSERT_EQ(best.report.verdict, Verdict::optimal) << best.report.advice;
  const LinearFit got = fit(problem, patient_options(solver, problem.loss));
  EXPECT_EQ(got.report.solver, name_of(solver));
  const double gain = best.report.null_objective - best.report.objective;
  EXPECT_GT(gain, 0);
  EXPECT_NEAR(got.report.objective, best.report.objective,
              allowed_share(solver, problem.loss) * gain + 4 * ulp(best.report.objective));
  EXPECT_TRUE(got.report.verdict == Verdict::optimal || got.report.verdict == Verdict::completed ||
              (has_fixed_steps(solver) && got.report.verdict == Verdict::iteration_limit))
      << name_of(got.report.verdict) << ": " << got.report.advice;
}

class Refused : public ::testing::TestWithParam<MatrixCase> {};

TEST_P(Refused, WithTheNameOfASolverThatServes) {
  const auto [number, solver, storage] = GetParam();
  Problem problem = problem_for(number, storage);
  try {
    (void)fit(problem, fit_options(solver, kMatrixL2));
    FAIL() << "not refused";
  } catch (const UsageError& error) {
    const std::string said = error.what();
    EXPECT_NE(said.find(std::string("--solver ") + name_of(solver)), std::string::npos) << said;
    const std::size_t use = said.rfind("use ");
    ASSERT_NE(use, std::string::npos) << said;
    const auto named = std::find_if(kSolvers.begin(), kSolvers.end(),
                                    [&](SolverChoice other) { return said.substr(use + 4) == name_of(other); });
    ASSERT_NE(named, kSolvers.end()) << said;
    EXPECT_TRUE(serves(*named, problem.loss)) << said;
  }
}

std::vector<MatrixCase> cases(bool served) {
  std::vector<MatrixCase> all;
  for (const std::size_t loss : all_losses()) {
    const Loss settled = make_loss(facts_of(loss).settings, facts_of(loss).task, kLabels);
    for (const SolverChoice solver : kSolvers) {
      if (solver == SolverChoice::automatic || serves(solver, settled) != served) continue;
      for (const Storage storage : {Storage::f64, Storage::csr}) all.emplace_back(loss, solver, storage);
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Matrix, Served, ::testing::ValuesIn(cases(true)), name_of_matrix_case);
INSTANTIATE_TEST_SUITE_P(Matrix, Refused, ::testing::ValuesIn(cases(false)), name_of_matrix_case);

TEST(Refusals, NameTheLossAndWhatToUse) {
  try {
    (void)choose_solver({LogisticLoss{1}, 5, "logistic"}, SolverChoice::cholesky);
    FAIL() << "not refused";
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(),
                 "--solver cholesky needs the squared loss of one number: for --loss logistic use newton");
  }
}

// A Hessian of 1e10 cells: not even when asked for.
TEST(Refusals, OfAMatrixTooLargeNameWhatNeedsNone) {
  try {
    (void)choose_solver({LogisticLoss{1}, 100000, "logistic"}, SolverChoice::newton);
    FAIL() << "not refused";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("use lbfgs or newton-cg"), std::string::npos) << error.what();
  }
}

// What `auto` picks serves, and is the one that the refusals name.
TEST(Automatic, PicksASolverThatServes) {
  for (const std::size_t loss : all_losses()) {
    const Loss settled = make_loss(facts_of(loss).settings, facts_of(loss).task, kLabels);
    for (const std::size_t width : {std::size_t{4}, std::size_t{100000}}) {
      const SolverChoice chosen = choose_solver({settled, width}, SolverChoice::automatic);
      EXPECT_TRUE(serves(chosen, settled)) << loss_name(loss);
      EXPECT_FALSE(has_fixed_steps(chosen)) << loss_name(loss);
    }
  }
}

}  // namespace
}  // namespace plumbline::testing
