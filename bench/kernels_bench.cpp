// Speeds of the tile kernels on one core: flops as kernels/verbs.hpp counts them, bytes as they are read from memory.
#include <benchmark/benchmark.h>

#include <vector>

#include "plumbline/core/random.hpp"
#include "plumbline/kernels/elementwise.hpp"
#include "plumbline/kernels/tile.hpp"
#include "plumbline/kernels/verbs.hpp"

namespace plumbline {
namespace {

void fill(double* values, std::size_t count, std::uint64_t stream) {
  for (std::size_t i = 0; i < count; ++i) values[i] = random_unit(1, stream, i) - 0.5;
}

/// A full tile of `columns` columns, as a pass meets it in L2.
DenseTile random_tile(std::size_t columns) {
  DenseTile tile(tile_rows(columns), columns);
  tile.rows = tile_rows(columns);
  for (std::size_t i = 0; i < tile.rows; ++i) fill(tile.row(i), columns, i);
  return tile;
}

void count_flops(benchmark::State& state, std::size_t flops) {
  state.counters["flops"] =
      benchmark::Counter(static_cast<double>(flops), benchmark::Counter::kIsIterationInvariantRate);
}

void gram(benchmark::State& state) {
  const auto columns = static_cast<std::size_t>(state.range(0));
  const DenseTile tile = random_tile(columns);
  std::vector<double> weight(tile.rows, 0.25);
  Buffer<double> h(tile.stride * tile.stride);
  Buffer<double> scratch;
  for (auto _ : state) gram_add(tile, weight.data(), h.data(), scratch);
  count_flops(state, tile.rows * columns * columns);
}
BENCHMARK(gram)->Arg(52)->Arg(101)->Arg(104)->Arg(128)->Arg(256)->Arg(504)->Arg(512)->Arg(785)->Arg(788)->Arg(2000);

void x_times_w(benchmark::State& state) {
  const auto columns = static_cast<std::size_t>(state.range(0));
  const auto outputs = static_cast<std::size_t>(state.range(1));
  const DenseTile tile = random_tile(columns);
  Buffer<double> w(outputs * tile.stride);
  fill(w.data(), columns, 1);
  std::vector<double> eta(tile.rows * outputs);
  for (auto _ : state) multiply(tile, w.data(), outputs, eta.data());
  count_flops(state, 2 * tile.rows * columns * outputs);
}
BENCHMARK(x_times_w)->ArgsProduct({{104, 785}, {1, 2, 3, 10, 20}});

void x_transposed_times_r(benchmark::State& state) {
  const auto columns = static_cast<std::size_t>(state.range(0));
  const auto outputs = static_cast<std::size_t>(state.range(1));
  const DenseTile tile = random_tile(columns);
  std::vector<double> r(tile.rows * outputs, 0.5);
  Buffer<double> g(outputs * tile.stride);
  for (auto _ : state) multiply_transposed_add(tile, r.data(), outputs, g.data());
  count_flops(state, 2 * tile.rows * columns * outputs);
}
BENCHMARK(x_transposed_times_r)->ArgsProduct({{104, 785}, {1, 2, 3, 10, 20}});

void load(benchmark::State& state) {
  const auto columns = static_cast<std::size_t>(state.range(0));
  const auto scalar = static_cast<Scalar>(state.range(1));
  const std::size_t bytes = 400'000'000;
  const std::size_t rows = bytes / columns / size_of(scalar);
  Buffer<std::uint8_t> storage(bytes);
  for (std::size_t i = 0; i < bytes; i += 4096) storage[i] = 1;
  Buffer<double> center(padded(columns));
  Buffer<double> scale(padded(columns));
  for (std::size_t j = 0; j < columns; ++j) scale[j] = 1;
  const std::size_t step = tile_rows(columns + 1);
  DenseTile tile(step, columns + 1);
  for (auto _ : state) {
    for (std::size_t i = 0; i + step <= rows; i += step) {
      const void* from = storage.data() + i * columns * size_of(scalar);
      load_tile({from, step, columns, columns, scalar, 1.0}, center.data(), scale.data(), true, tile);
    }
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(load)->Args({100, 2})->Args({100, 1})->Args({784, 0})->Unit(benchmark::kMillisecond);

void sigmoid(benchmark::State& state) {
  std::vector<double> z(256);
  fill(z.data(), z.size(), 1);
  std::vector<double> out(3 * z.size());
  for (auto _ : state) softplus_and_sigmoid(z.data(), z.size(), &out[0], &out[256], &out[512]);
  state.SetItemsProcessed(256 * static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(sigmoid);

void softmax(benchmark::State& state) {
  const auto outputs = static_cast<std::size_t>(state.range(0));
  std::vector<double> z(256 * outputs);
  fill(z.data(), z.size(), 1);
  std::vector<double> log_normalizer(256);
  std::vector<double> probability(z.size());
  for (auto _ : state) softmax_rows(z.data(), 256, outputs, log_normalizer.data(), probability.data());
  state.SetItemsProcessed(static_cast<std::int64_t>(z.size()) * static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(softmax)->Arg(2)->Arg(3)->Arg(10)->Arg(20)->Arg(1000);

}  // namespace
}  // namespace plumbline

BENCHMARK_MAIN();
