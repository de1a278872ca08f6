#include "plumbline/calibration/choose_calibrator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "plumbline/calibration/logit_tiles.hpp"
#include "plumbline/calibration/output_rows.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kFolds = 10;
constexpr std::size_t kMostRows = 20'000;
constexpr std::size_t kMostCells = 2'000'000;
constexpr std::uint64_t kSampleStream = 0xca11b;
constexpr std::uint64_t kFoldStream = 0xf01d5;

/// Row indices in the order of their hashes.
std::vector<std::size_t> shuffled(std::size_t rows, std::uint64_t seed, std::uint64_t stream) {
  std::vector<std::pair<std::uint64_t, std::size_t>> order(rows);
  for (std::size_t i = 0; i < rows; ++i) order[i] = {random_bits(seed, stream, i), i};
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> indices(rows);
  for (std::size_t q = 0; q < rows; ++q) indices[q] = order[q].second;
  return indices;
}

std::vector<std::size_t> sample(const ClassOutputs& outputs, std::uint64_t seed) {
  const std::size_t most = std::min(kMostRows, std::max<std::size_t>(kMostCells / outputs.classes(), 1000));
  std::vector<std::size_t> rows = shuffled(outputs.rows(), seed, kSampleStream);
  rows.resize(std::min(rows.size(), most));
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// The fold of each row: dealt out class by class, so that each fold has its share of every class. Each class begins
/// with a fold of its own, by the order in which the shuffled rows name classes: what they are called changes nothing.
std::vector<std::size_t> folds_of(const OutputRows& rows, std::uint64_t seed) {
  constexpr std::size_t kUnseen = kFolds;
  std::vector<std::size_t> next(rows.classes, kUnseen), fold(rows.rows());
  std::size_t seen = 0;
  for (const std::size_t i : shuffled(rows.rows(), seed, kFoldStream)) {
    std::size_t& turn = next[rows.label[i]];
    if (turn == kUnseen) turn = seen++ % kFolds;
    fold[i] = turn;
    turn = (turn + 1) % kFolds;
  }
  return fold;
}

/// −log p of the true class of some rows.
void put_losses(const Calibrator& calibrator, const OutputRows& rows, const std::vector<std::size_t>& which,
                std::vector<double>& loss) {
  const std::size_t m = rows.classes;
  std::vector<double> p(m), log_p(m);
  for (const std::size_t i : which) {
    calibrated_probabilities(calibrator, rows.logits.data() + i * m, 1, p.data(), log_p.data());
    loss[i] = -log_p[rows.label[i]];
  }
}

/// The out-of-fold loss of every row.
std::vector<double> cross_validated(CalibrationMethod method, const OutputRows& rows,
                                    const std::vector<std::size_t>& fold) {
  std::vector<double> loss(rows.rows());
  for (std::size_t f = 0; f < kFolds; ++f) {
    std::vector<std::size_t> in, out;
    for (std::size_t i = 0; i < fold.size(); ++i) (fold[i] == f ? out : in).push_back(i);
    const OutputRows fitted = take_rows(rows.view(), in);
    // Weights may all lie in one fold: then there is nothing to fit without it, and nothing to gain.
    const bool none = !(total_weight(fitted.view()) > 0);
    Calibrator calibrator;
    calibrator.classes = rows.classes;
    if (!none) calibrator = fit_calibrator(method, fitted.view()).calibrator;
    put_losses(calibrator, rows, out, loss);
  }
  return loss;
}

struct Mean {
  double value = 0, standard_error = 0;
};

Mean mean_of(const std::vector<double>& x, const OutputRows& rows) {
  const ClassOutputs view = rows.view();
  const double n = total_weight(view);
  Mean mean;
  for (std::size_t i = 0; i < x.size(); ++i) mean.value += weight_at(view, i) * x[i] / n;
  double squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i) squares += weight_at(view, i) * (x[i] - mean.value) * (x[i] - mean.value);
  mean.standard_error = std::sqrt(squares / n / std::max(n - 1, 1.0));
  return mean;
}

std::vector<double> differences(const std::vector<double>& a, const std::vector<double>& b) {
  std::vector<double> d(a.size());
  std::transform(a.begin(), a.end(), b.begin(), d.begin(), [](double x, double y) { return x - y; });
  return d;
}

std::vector<CalibrationMethod> candidates(const OutputRows& rows) {
  constexpr std::size_t kRowsPerParameter = 10;
  std::vector<CalibrationMethod> methods{CalibrationMethod::temperature, CalibrationMethod::platt};
  if (rows.rows() >= kRowsPerParameter * 2 * rows.classes) methods.push_back(CalibrationMethod::vector);
  methods.push_back(CalibrationMethod::isotonic);
  return methods;
}

/// Scores every method and says which is to be taken.
CalibrationMethod decide(const OutputRows& rows, std::uint64_t seed, std::vector<CalibratorScore>& scores) {
  const std::vector<std::size_t> fold = folds_of(rows, seed);
  std::vector<std::vector<double>> losses{cross_validated(CalibrationMethod::none, rows, fold)};
  scores = {{CalibrationMethod::none, mean_of(losses[0], rows).value, 0, 0}};
  for (const CalibrationMethod method : candidates(rows)) {
    losses.push_back(cross_validated(method, rows, fold));
    const Mean gain = mean_of(differences(losses[0], losses.back()), rows);
    scores.push_back({method, scores[0].log_loss - gain.value, gain.value, gain.standard_error});
  }
  std::size_t best = 0;
  for (std::size_t c = 1; c < scores.size(); ++c) {
    if (scores[c].gain > scores[best].gain) best = c;
  }
  if (!(scores[best].gain > scores[best].standard_error)) return CalibrationMethod::none;
  for (std::size_t c = 1; c < best; ++c) {
    const Mean behind = mean_of(differences(losses[c], losses[best]), rows);
    if (behind.value <= behind.standard_error) return scores[c].method;
  }
  return scores[best].method;
}

}  // namespace

CalibratorChoice choose_calibrator(const ClassOutputs& outputs, std::uint64_t seed) {
  check_outputs(outputs, "choose_calibrator");
  CalibratorChoice choice;
  if (outputs.rows() < kFewestRowsToChoose) {
    choice.fit = fit_calibrator(CalibrationMethod::none, outputs);
    choice.fit.notes.push_back(fmt::format("{} rows are too few to choose a calibrator by ({} are asked for): none",
                                           outputs.rows(), kFewestRowsToChoose));
    return choice;
  }
  const OutputRows rows = take_rows(outputs, sample(outputs, seed));
  choice.rows = rows.rows();
  CalibrationMethod method = CalibrationMethod::none;
  if (total_weight(rows.view()) > 0) method = decide(rows, seed, choice.scores);
  choice.fit = fit_calibrator(method, outputs);
  return choice;
}

}  // namespace plumbline
