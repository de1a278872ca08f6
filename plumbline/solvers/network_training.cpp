#include "plumbline/solvers/network_training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <functional>

#include "plumbline/core/errors.hpp"
#include "plumbline/kernels/adam.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/solvers/sgd.hpp"
#include "plumbline/solvers/shuffle.hpp"

namespace plumbline {

namespace {

constexpr double kSecondMoment = 0.999;  ///< β₂ of adam (Kingma and Ba 2015)
constexpr double kEpsilon = 1e-8;        ///< ε of adam
constexpr std::size_t kLossBatch = 512;
constexpr std::chrono::milliseconds kTellEvery{100};
/// Parameters that a thread moves at a time.
constexpr std::size_t kPiece = std::size_t{1} << 14;

/// A step as the rules of all parameters have it.
template <class T>
AdamStep<T> factors_of(const TrainingOptions& options, double step_size, std::size_t t) {
  const auto count = static_cast<double>(t + 1);
  AdamStep<T> factors;
  factors.step = static_cast<T>(step_size);
  factors.momentum = static_cast<T>(options.momentum);
  factors.rest = static_cast<T>(1 - options.momentum);
  factors.second = static_cast<T>(kSecondMoment);
  factors.second_rest = static_cast<T>(1 - kSecondMoment);
  factors.first_bias = static_cast<T>(1 / (1 - std::pow(options.momentum, count)));
  factors.second_bias = static_cast<T>(1 / (1 - std::pow(kSecondMoment, count)));
  factors.epsilon = static_cast<T>(kEpsilon);
  return factors;
}

template <class T>
void step_momentum(const AdamStep<T>& by) {
  for (std::size_t c = 0; c < by.count; ++c) {
    by.m[c] = by.momentum * by.m[c] - by.step * (by.g[c] + by.l2 * by.w[c]);
    by.w[c] += by.m[c];
  }
}

template <class T>
void step_nesterov(const AdamStep<T>& by) {
  for (std::size_t c = 0; c < by.count; ++c) {
    const T down = by.step * (by.g[c] + by.l2 * by.w[c]);
    by.m[c] = by.momentum * by.m[c] - down;
    by.w[c] += by.momentum * by.m[c] - down;
  }
}

/// The epochs of one call of train_network.
template <class T>
class Trainer final {
 public:
  Trainer(TrainingState<T>& state, NetworkGradient<T>& network, const NetworkTrainingData& data,
          const TrainingOptions& options, const TrainingWatch& watch)
      : state_(state), network_(network), data_(data), options_(options), watch_(watch) {
    const std::size_t rows = data.train->rows().size();
    batches_ = (rows + options.batch_size - 1) / options.batch_size;
    gradient_.resize(state.parameters.size());
    cut_pieces();
  }

  TrainingRun run() {
    std::vector<T> good = state_.parameters;
    const double first_loss = mean_loss(network_, *data_.train, good);
    double good_loss = std::isnan(first_loss) ? std::numeric_limits<double>::infinity() : first_loss;
    TrainingRun result;
    result.stopped_early = out_of_patience();  // a state that was taken up again may be one at the end
    begin_ = last_told_ = std::chrono::steady_clock::now();
    first_epoch_ = state_.epoch;
    while (state_.epoch < options_.epochs && !result.stopped_early) {
      const EpochReport report = run_epoch();
      if (!finite(report)) {
        result.verdict = Verdict::non_finite;
        break;
      }
      if (report.train_loss < good_loss) {
        good_loss = report.train_loss;  // seen along the epoch, so it speaks for the parameters that this began with
        good = parameters_;
      }
      result.stopped_early = judge(report.validation_loss);
      if (watch_.epoch_done) watch_.epoch_done(report);
    }
    result.epochs = state_.epoch;
    const double reached = finish(good, result);
    result.fell = reached < first_loss;
    return result;
  }

 private:
  /// A range of parameters of one kind: weights, which l2 acts on, or others.
  struct Piece {
    std::size_t first, count;
    bool penalised;
  };

  void cut_pieces() {
    const auto cut = [this](std::size_t begin, std::size_t end, bool penalised) {
      for (; begin < end; begin += kPiece) pieces_.push_back({begin, std::min(kPiece, end - begin), penalised});
    };
    for (const Layer& layer : network_.layers()) {
      cut(layer.weights, layer.biases, true);
      cut(layer.biases, layer.end(), false);
    }
  }

  /// Works on copies, which take the place of the state's at the end: whoever stops in between finds the last epoch.
  EpochReport run_epoch() {
    const auto start = std::chrono::steady_clock::now();
    parameters_ = state_.parameters;
    first_ = state_.first;
    second_ = state_.second;
    EpochReport report;
    const std::vector<std::size_t> order = shuffled(data_.train->rows(), options_.seed, state_.epoch);
    for (std::size_t i = 0; i < batches_; ++i) {
      if (watch_.progress.cancelled()) throw Cancelled();
      const std::size_t begin = i * options_.batch_size;
      const std::size_t count = std::min(options_.batch_size, order.size() - begin);
      report.train_loss += run_batch({order.data() + begin, count}, i);
      tell(begin + count, order.size(), report.train_loss);
    }
    report.epoch = state_.epoch + 1;
    report.rows = order.size();
    report.step_size = step_size(batches_ - 1);
    if (data_.validation != nullptr) report.validation_loss = mean_loss(network_, *data_.validation, parameters_);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (finite(report)) {
      std::swap(state_.parameters, parameters_);
      std::swap(state_.first, first_);
      std::swap(state_.second, second_);
      ++state_.epoch;
    }
    return report;
  }

  /// A few times a second: where the epoch stands, without allocating. `part` of the epoch's mean loss has come
  /// together over `done` of its rows.
  void tell(std::size_t done, std::size_t rows, double part) {
    const auto now = std::chrono::steady_clock::now();
    if (now - last_told_ < kTellEvery) return;
    last_told_ = now;
    const std::size_t seen = (state_.epoch - first_epoch_) * rows + done;
    const double rate = static_cast<double>(seen) / std::chrono::duration<double>(now - begin_).count();
    const std::size_t all = options_.epochs * rows, behind = state_.epoch * rows + done;
    const double loss = part * static_cast<double>(rows) / static_cast<double>(done);
    std::array<char, 120> text{};
    const auto end =
        fmt::format_to_n(text.data(), text.size(), "epoch {}/{}, loss {:.4f}, {:.0f} rows/s, {:.0f} s left",
                         state_.epoch + 1, options_.epochs, loss, rate, static_cast<double>(all - behind) / rate);
    watch_.progress.advance({text.data(), std::min(end.size, text.size())}, behind, all);
  }

  double step_size(std::size_t batch) const {
    SgdOptions planned;
    planned.step_size = options_.step_size;
    planned.schedule = options_.schedule;
    return step_at(planned, state_.epoch * batches_ + batch, options_.epochs * batches_);
  }

  /// Its share of the epoch's mean loss.
  double run_batch(std::span<const std::size_t> rows, std::size_t batch) {
    data_.train->load(rows, batch_);
    std::fill(gradient_.begin(), gradient_.end(), T(0));
    const double part = static_cast<double>(rows.size()) / static_cast<double>(data_.train->rows().size());
    const double share = 1 / (part * data_.train->weight_sum());
    const double loss = network_.add(batch_, parameters_.data(), share, gradient_.data());
    const auto factors = factors_of<T>(options_, step_size(batch), state_.epoch * batches_ + batch);
    const auto move = [&](std::size_t i) { step(pieces_[i], factors); };
    parallel_for(pieces_.size(), std::cref(move));  // by reference: a copy of what it holds would be allocated
    return part * loss;
  }

  void step(const Piece& piece, AdamStep<T> by) {
    by.w = parameters_.data() + piece.first;
    by.g = gradient_.data() + piece.first;
    by.m = first_.data() + piece.first;
    by.v = second_.empty() ? nullptr : second_.data() + piece.first;
    by.count = piece.count;
    by.l2 = piece.penalised ? static_cast<T>(options_.l2) : T(0);
    switch (options_.rule) {
      case StepRule::momentum:
        return step_momentum(by);
      case StepRule::nesterov:
        return step_nesterov(by);
      case StepRule::adam:
        return take(by);
    }
  }

  bool finite(const EpochReport& report) const {
    const std::vector<T>& parameters = state_.epoch == report.epoch ? state_.parameters : parameters_;
    return std::isfinite(report.train_loss) && (data_.validation == nullptr || std::isfinite(report.validation_loss)) &&
           std::all_of(parameters.begin(), parameters.end(), [](T w) { return std::isfinite(w); });
  }

  /// Keeps the best parameters on validation rows; whether patience is at its end.
  bool judge(double validation_loss) {
    if (data_.validation == nullptr) return false;
    if (validation_loss < state_.best_loss) {
      state_.best_loss = validation_loss;
      state_.best_epoch = state_.epoch;
      state_.best = state_.parameters;
    }
    return out_of_patience();
  }

  bool out_of_patience() const {
    const bool waits = data_.validation != nullptr && options_.patience > 0;
    return waits && state_.epoch - state_.best_epoch >= options_.patience;
  }

  /// Chooses the parameters to be used; the loss of those that the steps led to.
  double finish(const std::vector<T>& good, TrainingRun& result) {
    if (!state_.best.empty()) state_.parameters = state_.best;
    const double reached = mean_loss(network_, *data_.train, state_.parameters);
    result.train_loss = reached;
    if (!(reached <= data_.null_loss)) result.verdict = Verdict::non_finite;
    if (result.verdict == Verdict::non_finite) {
      const double good_loss = mean_loss(network_, *data_.train, good);
      if (!(reached <= good_loss)) {
        state_.parameters = good;
        result.train_loss = good_loss;
      }
    }
    if (network_.architecture().activation == Activation::relu) result.dead_units = count_dead();
    return reached;
  }

  std::size_t count_dead() {
    std::size_t units = 0;
    for (const std::size_t width : network_.architecture().hidden) units += width;
    std::vector<bool> living(units);
    const std::span<const std::size_t> rows(data_.train->rows());
    for (std::size_t i = 0; i < rows.size(); i += kLossBatch) {
      data_.train->load(rows.subspan(i, std::min(kLossBatch, rows.size() - i)), batch_);
      network_.mark_living(batch_, state_.parameters.data(), living);
    }
    return static_cast<std::size_t>(std::count(living.begin(), living.end(), false));
  }

  TrainingState<T>& state_;
  NetworkGradient<T>& network_;
  const NetworkTrainingData& data_;
  const TrainingOptions& options_;
  const TrainingWatch& watch_;
  std::chrono::steady_clock::time_point begin_, last_told_;
  std::size_t first_epoch_ = 0;  ///< finished before this run
  std::size_t batches_ = 0;
  std::vector<Piece> pieces_;
  std::vector<T> parameters_, first_, second_, gradient_;
  Batch<T> batch_;
};

}  // namespace

void TrainingOptions::validate() const {
  require(epochs > 0, "TrainingOptions", "epochs", "at least 1, got 0");
  require(batch_size > 0, "TrainingOptions", "batch_size", "at least 1, got 0");
  require(std::isfinite(step_size) && step_size > 0, "TrainingOptions", "step_size", "positive and finite");
  require(momentum >= 0 && momentum < 1, "TrainingOptions", "momentum", "at least 0 and below 1");
  require(std::isfinite(l2) && l2 >= 0, "TrainingOptions", "l2", "at least 0 and finite");
}

template <class T>
TrainingState<T> initial_state(const Architecture& architecture, const TrainingOptions& options) {
  TrainingState<T> state;
  state.parameters = initial_parameters<T>(architecture, options.seed);
  state.first.resize(state.parameters.size());
  if (options.rule == StepRule::adam) state.second.resize(state.parameters.size());
  return state;
}

template <class T>
TrainingRun train_network(TrainingState<T>& state, NetworkGradient<T>& network, const NetworkTrainingData& data,
                          const TrainingOptions& options, const TrainingWatch& watch) {
  options.validate();
  const std::size_t size = network.parameters();
  const bool fits = state.parameters.size() == size && state.first.size() == size &&
                    state.second.size() == (options.rule == StepRule::adam ? size : 0);
  require(fits, "train_network", "state", "of this network and step rule, got another's");
  require(data.train != nullptr && data.train->weight_sum() > 0, "train_network", "data.train",
          "rows that weigh something, got none");
  return Trainer<T>(state, network, data, options, watch).run();
}

template <class T>
double mean_loss(NetworkGradient<T>& network, const RowBatches& rows, const std::vector<T>& parameters) {
  Batch<T> batch;
  double loss = 0;
  const std::span<const std::size_t> all(rows.rows());
  for (std::size_t i = 0; i < all.size(); i += kLossBatch) {
    rows.load(all.subspan(i, std::min(kLossBatch, all.size() - i)), batch);
    loss += network.add(batch, parameters.data(), 1 / rows.weight_sum(), nullptr);
  }
  return loss;
}

template TrainingState<float> initial_state<float>(const Architecture&, const TrainingOptions&);
template TrainingState<double> initial_state<double>(const Architecture&, const TrainingOptions&);
template TrainingRun train_network<float>(TrainingState<float>&, NetworkGradient<float>&, const NetworkTrainingData&,
                                          const TrainingOptions&, const TrainingWatch&);
template TrainingRun train_network<double>(TrainingState<double>&, NetworkGradient<double>&, const NetworkTrainingData&,
                                           const TrainingOptions&, const TrainingWatch&);
template double mean_loss<float>(NetworkGradient<float>&, const RowBatches&, const std::vector<float>&);
template double mean_loss<double>(NetworkGradient<double>&, const RowBatches&, const std::vector<double>&);

}  // namespace plumbline
