#include <cmath>

#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/solvers/exact_least_squares.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kLeafRows = 256;
constexpr int kMostExactRefinements = 6;
/// A decrement this small, relative to Σ s y², is rounding of double-double.
constexpr double kExactRoundingDecrement = 1e-60;

/// Residuals and Xᵀ S r of some rows at w, one row at a time.
class ResidualPartial final : public Partial {
 public:
  ResidualPartial(const ExactRows& rows, const std::vector<DoubleDouble>& w)
      : rows_(rows), w_(w), row_(rows.width() + 1) {
    reset();
  }
  void reset() override {
    gradient.assign(w_.size(), DoubleDouble());
    squares = DoubleDouble();
  }
  void merge(Partial& right) override {
    const auto& other = static_cast<const ResidualPartial&>(right);
    squares += other.squares;
    for (std::size_t k = 0; k < gradient.size(); ++k) gradient[k] += other.gradient[k];
  }
  void add(const RowBlock& leaf) {
    for (std::size_t i = 0; i < leaf.rows; ++i) {
      const double weight = leaf.row_weight == nullptr ? 1 : leaf.row_weight[i];
      if (weight == 0) continue;
      rows_.spread(leaf, i, row_.data());
      DoubleDouble residual = row_.back();
      for (std::size_t k = 0; k < w_.size(); ++k) residual -= row_[k] * w_[k];
      const DoubleDouble weighted = residual * weight;
      squares += weighted * residual;
      for (std::size_t k = 0; k < w_.size(); ++k) gradient[k] += row_[k] * weighted;
    }
  }

  std::vector<DoubleDouble> gradient;
  DoubleDouble squares;

 private:
  const ExactRows& rows_;
  const std::vector<DoubleDouble>& w_;
  std::vector<DoubleDouble> row_;
};

void describe_point(EmpiricalRisk& risk, const ExactRows& rows, const ExactPoint& point, double decrement2,
                    LeastSquaresRun& result) {
  SolverRun& run = result.run;
  run.w = rows.to_risk(point.w);
  run.gradient = -rows.gradient_to_risk(point.gradient) / risk.weight_sum();
  run.value = point.residual_squares.high / risk.weight_sum() / 2 + risk.penalty(run.w);
  run.decrement2 = decrement2 / risk.weight_sum();
  result.exact = rows.to_user_units(point.w);
}

}  // namespace

ExactPoint exact_point(EmpiricalRisk& risk, const ExactRows& rows, std::vector<DoubleDouble> w, Progress& progress) {
  ExactPoint point;
  point.w = std::move(w);
  const auto root = reduce_rows<ResidualPartial>(risk.source(), kLeafRows, progress,
                                                 [&] { return std::make_unique<ResidualPartial>(rows, point.w); });
  point.residual_squares = root->squares;
  point.gradient = std::move(root->gradient);
  for (std::size_t k = rows.first_feature(); risk.l2() > 0 && k < rows.width(); ++k) {
    const std::size_t j = rows.feature(k);
    const DoubleDouble unit = DoubleDouble(std::ldexp(1.0, rows.exponent(k))) / risk.coordinates().scale[j];
    const DoubleDouble strength = two_prod(risk.l2(), risk.coordinates().penalty_factor[j]) * risk.weight_sum();
    point.gradient[k] -= strength * unit * unit * point.w[k];
  }
  return point;
}

ExactPoint refine_exactly(EmpiricalRisk& risk, const ExactRows& rows, ExactStart start, LeastSquaresRun& result,
                          const Monitor& monitor) {
  ExactPoint best = exact_point(risk, rows, std::move(start.w), *monitor.progress);
  ExactStep step = start.solve(best.gradient);
  result.run.iterations = 1;
  const double rounding = kExactRoundingDecrement * monitor.null_value * risk.weight_sum();
  for (int count = 0; count < kMostExactRefinements && step.squares > rounding; ++count) {
    if (monitor.trace) {
      describe_point(risk, rows, best, step.squares, result);
      monitor.iteration(result.run.iterations, result.run.value, result.run.w, result.run.gradient, 1);
    }
    std::vector<DoubleDouble> w = best.w;
    for (std::size_t k = 0; k < w.size(); ++k) w[k] += step.step[k];
    ExactPoint next = exact_point(risk, rows, std::move(w), *monitor.progress);
    ExactStep next_step = start.solve(next.gradient);
    if (!(next_step.squares < step.squares / 4)) break;
    best = std::move(next);
    step = std::move(next_step);
    ++result.run.iterations;
  }
  describe_point(risk, rows, best, step.squares, result);
  return best;
}

}  // namespace plumbline
