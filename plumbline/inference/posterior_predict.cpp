#include <algorithm>
#include <cmath>
#include <variant>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/math.hpp"
#include "plumbline/inference/posterior.hpp"
#include "plumbline/inference/posterior_link.hpp"
#include "plumbline/inference/posterior_tiles.hpp"
#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// (rows, width) of nothing yet, with the noise of a new y where there is any.
PosteriorPrediction empty_prediction(RowSource& rows, const Posterior& posterior) {
  require(rows.columns() == posterior.coordinates.features(), "predict", "rows", "as wide as the model");
  PosteriorPrediction prediction;
  prediction.rows = rows.rows();
  prediction.width = outputs_of(posterior.loss);
  prediction.mean.resize(prediction.rows * prediction.width);
  prediction.sd.resize(prediction.mean.size());
  prediction.mean_error.resize(prediction.mean.size());
  return prediction;
}

void add_noise(const Posterior& posterior, PosteriorPrediction& prediction) {
  if (!std::holds_alternative<SquaredLoss>(posterior.loss)) return;
  for (const double sd : prediction.sd) {
    prediction.sd_with_noise.push_back(std::sqrt(sd * sd + posterior.noise_variance));
  }
}

/// What the leaves of one pass share: weights of each draw, or (K mean predictors and) the rotation.
struct Shared {
  const Posterior* posterior = nullptr;
  bool sparse = false;
  std::size_t outputs = 1, columns = 0;
  VerbWeights weights, rotation;
  PosteriorPrediction* out = nullptr;
};

/// eta → what is averaged, in place: eta itself, or probabilities. `count` rows of `outputs`.
void apply_link(const Loss& loss, std::size_t count, std::size_t outputs, double* eta) {
  if (std::holds_alternative<SoftmaxLoss>(loss)) return softmax_rows(eta, count, outputs, nullptr, eta);
  if (std::holds_alternative<LogisticLoss>(loss)) {
    for (std::size_t c = 0; c < count * outputs; ++c) eta[c] = sigmoid(eta[c]);
  } else if (!std::holds_alternative<SquaredLoss>(loss)) {
    for (std::size_t c = 0; c < count; ++c) eta[c] = probability_of_one(loss, eta[c]);
  }
}

class DrawsWorker final {
 public:
  explicit DrawsWorker(const Shared& shared)
      : shared_(shared),
        verbs_(shared.posterior->coordinates, shared.columns, shared.sparse, rows_with(shared.columns)),
        eta_(verbs_.most_rows() * shared.columns) {}
  std::size_t most_rows() const { return verbs_.most_rows(); }
  void reset() {}
  void merge(const DrawsWorker&) {}
  void add(const RowBlock& rows) {
    verbs_.load(rows);
    verbs_.multiply(shared_.weights, eta_.data());
    apply_link(shared_.posterior->loss, rows.rows * shared_.columns / shared_.outputs, shared_.outputs, eta_.data());
    for (std::size_t i = 0; i < rows.rows; ++i) {
      for (std::size_t k = 0; k < shared_.outputs; ++k)
        summarise(eta_.data() + i * shared_.columns + k, (rows.first_row + i) * shared_.outputs + k);
    }
  }

 private:
  /// Mean and spread of every K-th number from `first` on.
  void summarise(const double* first, std::size_t at) {
    const std::size_t step = shared_.outputs;
    const std::size_t draws = shared_.columns / step;
    const auto count = static_cast<double>(draws);
    double sum = 0, squares = 0, fourth = 0;
    for (std::size_t c = 0; c < shared_.columns; c += step) sum += first[c];
    const double mean = sum / count;
    for (std::size_t c = 0; c < shared_.columns; c += step) {
      const double square = (first[c] - mean) * (first[c] - mean);
      squares += square;
      fourth += square * square;
    }
    const double variance = squares / (count - 1), sd = std::sqrt(variance);
    const double of_variance = std::max(fourth / count - variance * variance, 0.0) / count;
    shared_.out->mean[at] = mean;
    shared_.out->sd[at] = sd;
    shared_.out->mean_error[at] = sd / std::sqrt(count);
    shared_.out->sd_error[at] = sd > 0 ? std::sqrt(of_variance) / (2 * sd) : 0;
  }

  const Shared& shared_;
  RowVerbs verbs_;
  std::vector<double> eta_;
};

class ClosedFormWorker final {
 public:
  explicit ClosedFormWorker(const Shared& shared)
      : shared_(shared),
        rotate_(shared.posterior->coordinates, shared.columns, shared.sparse, rows_with(shared.columns)),
        predict_(shared.posterior->coordinates, shared.outputs, shared.sparse, rotate_.most_rows()),
        rotated_(rotate_.most_rows() * shared.columns),
        eta_(rotate_.most_rows() * shared.outputs) {}
  std::size_t most_rows() const { return rotate_.most_rows(); }
  void reset() {}
  void merge(const ClosedFormWorker&) {}
  void add(const RowBlock& rows) {
    predict_.load(rows);
    predict_.multiply(shared_.weights, eta_.data());
    rotate_.load(rows);
    rotate_.multiply(shared_.rotation, rotated_.data());
    const std::size_t part = shared_.columns / shared_.outputs;
    for (std::size_t c = 0; c < rows.rows * shared_.outputs; ++c) {
      const double* z = rotated_.data() + c * part;
      double variance = 0;
      for (std::size_t j = 0; j < part; ++j) variance += z[j] * z[j];
      const NormalMoments moments = moments_of(shared_.posterior->loss, eta_[c], variance);
      shared_.out->mean[rows.first_row * shared_.outputs + c] = moments.mean;
      shared_.out->sd[rows.first_row * shared_.outputs + c] = moments.sd;
      shared_.out->mean_error[rows.first_row * shared_.outputs + c] = moments.mean_error;
    }
  }

 private:
  const Shared& shared_;
  RowVerbs rotate_, predict_;
  std::vector<double> rotated_, eta_;
};

}  // namespace

PosteriorPrediction predict_by_draws(RowSource& rows, const Posterior& posterior, std::size_t draws, std::uint64_t seed,
                                     Progress& progress) {
  require(draws >= 2, "predict_by_draws", "draws", "at least 2: one draw has no spread");
  PosteriorPrediction prediction = empty_prediction(rows, posterior);
  prediction.sd_error.resize(prediction.mean.size());
  Shared shared;
  shared.posterior = &posterior;
  shared.sparse = rows.sparse();
  shared.outputs = prediction.width;
  shared.columns = prediction.width * draws;
  shared.out = &prediction;
  const Matrix weights = posterior_draws(posterior, draws, seed);
  RowVerbs(posterior.coordinates, shared.columns, shared.sparse, 1).translate(weights.data(), shared.weights);
  (void)reduce_tiles<DrawsWorker>(rows, progress, [&] { return DrawsWorker(shared); });
  add_noise(posterior, prediction);
  return prediction;
}

PosteriorPrediction predict_in_closed_form(RowSource& rows, const Posterior& posterior, Progress& progress) {
  if (std::holds_alternative<SoftmaxLoss>(posterior.loss)) {
    throw UsageError("the posterior of softmax has no closed form: ask for a number of draws (--posterior N)");
  }
  PosteriorPrediction prediction = empty_prediction(rows, posterior);
  const Matrix rotation = posterior.root.rotation();
  Shared shared;
  shared.posterior = &posterior;
  shared.sparse = rows.sparse();
  shared.outputs = prediction.width;
  shared.columns = static_cast<std::size_t>(rotation.cols());
  shared.out = &prediction;
  RowVerbs(posterior.coordinates, shared.outputs, shared.sparse, 1).translate(posterior.mean.data(), shared.weights);
  RowVerbs(posterior.coordinates, shared.columns, shared.sparse, 1).translate(rotation.data(), shared.rotation);
  (void)reduce_tiles<ClosedFormWorker>(rows, progress, [&] { return ClosedFormWorker(shared); });
  add_noise(posterior, prediction);
  return prediction;
}

}  // namespace plumbline
