// Cross-validation along a path of penalties against fits that were made one by one.
#include "plumbline/solvers/l2_path.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "plumbline/core/errors.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/solvers/newton.hpp"
#include "support/oracle.hpp"

namespace plumbline::testing {
namespace {

struct PathRisk {
  explicit PathRisk(Problem& problem, std::size_t block_rows = 0)
      : source(problem.source(block_rows)),
        moments(column_moments(source)),
        risk(source, standardized_coordinates(moments, true, true), problem.loss, 0, moments.weight_sum) {}
  MemorySource source;
  Moments moments;
  EmpiricalRisk risk;
};

TEST(Folds, DealOutEveryRowOnceAndEachClassEvenly) {
  Problem problem = random_problem({103, 2, LossKind::softmax, Storage::f64, true}, 61);
  problem.target[7] = 1;
  for (std::size_t i = 0; i < 103; ++i) problem.target[i] = i == 7 ? 2 : static_cast<double>(i % 2);
  problem.weight[7] = 1;
  MemorySource source = problem.source();
  const Folds folds = assign_folds(source, 5, 3, true);
  std::vector<std::size_t> of_class[2];
  of_class[0].resize(5);
  of_class[1].resize(5);
  double held_out = 0;
  for (std::size_t i = 0; i < 103; ++i) {
    if (i == 7 || problem.weight[i] == 0) {
      EXPECT_EQ(folds.of_row[i], Folds::kNever);  // the only one of its class, or not there
      continue;
    }
    ASSERT_LT(folds.of_row[i], 5U);
    ++of_class[i % 2][folds.of_row[i]];
    held_out += problem.weight[i];
  }
  EXPECT_EQ(folds.held_out, held_out);
  EXPECT_EQ(folds.always, 1);
  for (const auto& counts : of_class) {
    const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
    EXPECT_LE(*most - *least, 1U);
  }
  MemorySource by_sevens = problem.source(7);
  EXPECT_EQ(assign_folds(by_sevens, 5, 3, true).of_row, folds.of_row);
  EXPECT_NE(assign_folds(source, 5, 4, true).of_row, folds.of_row);
  EXPECT_EQ(assign_folds(source, 1000, 3, false).count,
            103 - static_cast<std::size_t>(std::count(problem.weight.begin(), problem.weight.end(), 0.0)));
}

TEST(Folds, SourceHidesTheFoldAndNothingElse) {
  Problem problem = random_problem({50, 2, LossKind::squared, Storage::csr, true}, 62);
  MemorySource source = problem.source(8);
  const Folds folds = assign_folds(source, 3, 0, false);
  FoldSource fold(source, folds, 1);
  for (int look = 0; look < 2; ++look) {
    fold.rewind();
    std::size_t row = 0;
    for (RowBlock block; fold.next(block);) {
      EXPECT_EQ(block.first_row, row);
      for (std::size_t i = 0; i < block.rows; ++i, ++row) {
        EXPECT_EQ(block.row_weight[i], folds.of_row[row] == 1 ? 0 : problem.weight[row]);
        EXPECT_EQ(block.target[i], problem.target[row]);
      }
    }
    EXPECT_EQ(row, 50U);
  }
}

/// The held-out loss at one l2 from fits in long double on the rows that remain.
L2Point brute_force(const Problem& problem, const Coordinates& at, const Folds& folds, double l2) {
  double loss = 0, squared = 0;
  const Oracle full(problem, at, 0);
  for (std::uint32_t f = 0; f < folds.count; ++f) {
    Problem rest = problem;
    if (rest.weight.empty()) rest.weight.assign(problem.rows, 1);
    for (std::size_t i = 0; i < problem.rows; ++i) rest.weight[i] *= folds.of_row[i] == f ? 0 : 1;
    const Oracle oracle(rest, at, l2);
    const RealVector w = oracle.minimise();
    const Eigen::Map<const RealMatrix> by_output(w.data(), full.design().cols(), w.size() / full.design().cols());
    for (std::size_t i = 0; i < problem.rows; ++i) {
      if (folds.of_row[i] != f) continue;
      const RealVector eta = by_output.transpose() * full.design().row(static_cast<Eigen::Index>(i)).transpose();
      const double* y = problem.target.data() + i * problem.target_width;
      const double l = static_cast<double>(
          std::visit([&](const auto& loss_of) { return row_loss(loss_of, y, eta); }, problem.loss).value);
      const double s = problem.weight.empty() ? 1 : problem.weight[i];
      loss += s * l;
      squared += s * l * l;
    }
  }
  const double mean = loss / folds.held_out;
  return {l2, mean, std::sqrt((squared - mean * loss) / (folds.held_out - 1) / folds.held_out)};
}

// Folds are fitted to a millionth of the first gradient; the loss of rows that were not fitted changes with the weights
// in first order, so 1e-6 of it is what may differ. Observed: 1e-8.
TEST(L2Path, IsWhatFitsOfTheOtherFoldsSay) {
  for (const LossKind loss : {LossKind::logistic, LossKind::multilabel, LossKind::softmax}) {
    Problem problem = random_problem({60, 3, loss, Storage::f64, true}, 63);
    PathRisk at(problem, 7);
    L2PathOptions options;
    options.folds = 3;
    options.seed = 5;
    options.stratify = loss != LossKind::multilabel;
    const L2Choice choice = choose_l2(at.risk, options, silent_progress());
    EXPECT_STREQ(choice.method, "cross-validation");
    EXPECT_EQ(choice.folds, 3U);
    ASSERT_GE(choice.curve.size(), 4U);
    const Folds folds = assign_folds(at.source, 3, 5, options.stratify);
    double best = HUGE_VAL, bound = 0, largest = 0;
    for (std::size_t k = 0; k < choice.curve.size(); ++k) {
      const L2Point& point = choice.curve[k];
      if (point.loss < best) bound = point.loss + point.standard_error;
      best = std::fmin(best, point.loss);
      if (k % 6 != 0) continue;
      const L2Point expected = brute_force(problem, at.risk.coordinates(), folds, point.l2);
      EXPECT_NEAR(point.loss, expected.loss, 1e-6 * expected.loss) << name_of(loss) << point.l2;
      EXPECT_NEAR(point.standard_error, expected.standard_error, 1e-5 * expected.standard_error);
    }
    for (const L2Point& point : choice.curve) largest = std::fmax(largest, point.loss <= bound ? point.l2 : 0);
    EXPECT_EQ(choice.l2, largest);
    EXPECT_GE(choice.l2, choice.best_l2);
  }
}

TEST(L2Path, AsksTheCallersFitAndStartsItWhereTheLastPointEnded) {
  Problem problem = random_problem({80, 3, LossKind::logistic, Storage::f64, false}, 64);
  PathRisk at(problem);
  L2PathOptions options;
  options.folds = 2;
  options.seed = 1;
  const L2Choice expected = choose_l2(at.risk, options, silent_progress());
  std::vector<Vector> last;
  std::size_t calls = 0;
  options.fit = [&](EmpiricalRisk& risk, const Vector& start) {
    EXPECT_LT(risk.weight_sum(), 80);
    if (calls >= 2) {
      EXPECT_EQ(start, last[calls - 2]);
    }
    NewtonOptions newton;
    newton.tolerance = 1e-9;
    last.push_back(minimise_by_newton(risk, start, newton, {}).w);
    ++calls;
    return last.back();
  };
  const L2Choice got = choose_l2(at.risk, options, silent_progress());
  EXPECT_EQ(calls, 2 * got.curve.size());
  EXPECT_EQ(got.l2, expected.l2);
}

TEST(L2Path, SquaredLossLeavesOneOut) {
  Problem problem = random_problem({40, 3, LossKind::squared, Storage::f64, false}, 65);
  PathRisk at(problem);
  EXPECT_STREQ(choose_l2(at.risk, {}, silent_progress()).method, "leave-one-out");
}

TEST(L2Path, TheSameBitsForAnyThreadsAndBlocks) {
  Problem problem = random_problem({9000, 2, LossKind::logistic, Storage::csr, false}, 66);
  PathRisk whole(problem);
  const L2Choice expected = choose_l2(whole.risk, {}, silent_progress());
  const ThreadLimit limit(1);
  PathRisk cut(problem, 13);
  const L2Choice got = choose_l2(cut.risk, {}, silent_progress());
  EXPECT_EQ(got.l2, expected.l2);
  ASSERT_EQ(got.curve.size(), expected.curve.size());
  for (std::size_t k = 0; k < got.curve.size(); ++k) EXPECT_EQ(got.curve[k].loss, expected.curve[k].loss);
}

/// Stops after a while.
class ImpatientListener final : public Progress {
 public:
  void advance(std::string_view, std::uint64_t, std::uint64_t) override { ++calls_; }
  bool cancelled() const override { return calls_ > 20; }

 private:
  int calls_ = 0;
};

TEST(L2Path, StopsWhenTheUserHasHadEnough) {
  Problem problem = random_problem({60, 3, LossKind::softmax, Storage::f64, false}, 67);
  PathRisk at(problem);
  ImpatientListener listener;
  EXPECT_THROW((void)choose_l2(at.risk, {}, listener), Cancelled);
}

}  // namespace
}  // namespace plumbline::testing
