// plumbline's side of bench/network.py: a network of 784-128-10 on MNIST, Adam, batches of 128, float32.
//   bench_network_epoch FOLDER THREADS EPOCHS     one epoch for each line of standard input, "wall cpu" seconds of each
//   bench_network_epoch FOLDER THREADS cost       medians of a batch's loss, and of its loss with the gradient
// FOLDER holds train-images-idx3-ubyte.gz and its labels.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <string>
#include <vector>

#include "plumbline/data/cells.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/parallel/parallel.hpp"
#include "plumbline/solvers/network_training.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kBatch = 128;

/// Images as a program would hold them, bytes in one piece.
struct Images {
  std::size_t rows = 0, pixels = 0;
  std::vector<std::uint8_t> cells;
  std::vector<double> labels;

  explicit Images(const std::string& path) {
    const Table table = read_table(path, {});
    rows = table.rows;
    pixels = table.width;
    cells.resize(rows * pixels);
    for (const TableChunk& chunk : table.chunks) {
      for (std::size_t c = 0; c < chunk.rows * pixels; ++c) {
        cells[chunk.first_row * pixels + c] = static_cast<std::uint8_t>(cell_of(chunk, table.scalar, c));
      }
    }
    labels.assign(table.labels->values.begin(), table.labels->values.end());
  }
  DenseView view() const { return {cells.data(), rows, pixels, pixels, Scalar::byte, 1.0 / 255}; }
};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

bool told_to_go() {
  std::string line;
  return static_cast<bool>(std::getline(std::cin, line));
}

void run_epochs(const RowBatches& rows, NetworkGradient<float>& network, std::size_t epochs) {
  TrainingOptions options;
  options.epochs = epochs;
  options.batch_size = kBatch;
  TrainingState<float> state = initial_state<float>(network.architecture(), options);
  if (!told_to_go()) return;
  double cpu = processor_seconds();
  const auto epoch_done = [&](const EpochReport& report) {
    std::printf("%.6f %.6f\n", report.seconds, processor_seconds() - cpu);
    std::fflush(stdout);
    if (!told_to_go()) throw Cancelled();
    cpu = processor_seconds();
  };
  train_network(state, network, NetworkTrainingData{&rows}, options, {silent_progress(), epoch_done});
}

/// Medians of calls that take turns.
void measure_cost(const RowBatches& rows, NetworkGradient<float>& network) {
  constexpr std::size_t kRepeats = 2001;
  const std::vector<float> parameters = initial_parameters<float>(network.architecture(), 0);
  std::vector<float> gradient(parameters.size());
  Batch<float> batch;
  rows.load(std::span<const std::size_t>(rows.rows()).first(kBatch), batch);
  std::vector<double> loss, both;
  for (std::size_t i = 0; i < kRepeats; ++i) {
    auto start = std::chrono::steady_clock::now();
    network.add(batch, parameters.data(), 1, nullptr);
    loss.push_back(seconds_since(start));
    start = std::chrono::steady_clock::now();
    network.add(batch, parameters.data(), 1, gradient.data());
    both.push_back(seconds_since(start));
  }
  std::nth_element(loss.begin(), loss.begin() + kRepeats / 2, loss.end());
  std::nth_element(both.begin(), both.begin() + kRepeats / 2, both.end());
  std::printf("loss %.1f us, loss and gradient %.1f us, %.2f times\n", 1e6 * loss[kRepeats / 2],
              1e6 * both[kRepeats / 2], both[kRepeats / 2] / loss[kRepeats / 2]);
}

int run(const std::vector<std::string>& words) {
  if (words.size() != 3) {
    std::fprintf(stderr, "bench_network_epoch FOLDER THREADS EPOCHS|cost\n");
    return 2;
  }
  const Images images(words[0] + "/train-images-idx3-ubyte.gz");
  Coordinates at;
  at.center.assign(images.pixels, 0);
  at.scale.assign(images.pixels, 1);
  MemorySource source(images.view(), images.labels.data(), 1, nullptr);
  const RowBatches rows(source, at);
  const ThreadLimit limit(std::strtoull(words[1].c_str(), nullptr, 10));
  NetworkGradient<float> network({images.pixels, {128}, 10, Activation::relu}, SoftmaxLoss{10});
  if (words[2] == "cost") {
    measure_cost(rows, network);
  } else {
    run_epochs(rows, network, std::strtoull(words[2].c_str(), nullptr, 10));
  }
  return 0;
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) {
  try {
    return plumbline::run({argv + 1, argv + argc});
  } catch (const plumbline::Cancelled&) {
    return 0;
  }
}
