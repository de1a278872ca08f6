// plumbline's side of bench/compare.py: fits and reads that are timed without the start of a process.
//   bench_in_memory least-squares DIR REPEATS
//   bench_in_memory logistic DIR ITERATIONS REPEATS
//   bench_in_memory read FILE.csv REPEATS
// DIR holds x.npy (n, p) and y.npy (n). One untimed run comes first; REPEATS may be 0. l2 = 1/n for logistic, 0 for
// least squares; no standardisation, the intercept is not penalised. Prints {"seconds": […], "coefficients": […],
// "intercept": …}.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plumbline/data/cells.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/pipeline/fit_rows.hpp"

namespace {

using plumbline::Buffer;

/// Rows of doubles in one piece, as a program that uses the library would hold them.
struct Rows {
  Buffer<double> x, y;
  std::size_t rows = 0, columns = 0;
};

Rows load(const std::string& folder) {
  plumbline::ReadOptions options;
  options.labels_path = folder + "/y.npy";
  const plumbline::Table table = plumbline::read_table(folder + "/x.npy", options);
  Rows data{Buffer<double>(table.rows * table.width), Buffer<double>(table.rows), table.rows, table.width};
  for (const plumbline::TableChunk& chunk : table.chunks) {
    for (std::size_t c = 0; c < chunk.rows * table.width; ++c) {
      data.x[chunk.first_row * table.width + c] = plumbline::cell_of(chunk, table.scalar, c);
    }
  }
  std::copy(table.labels->values.begin(), table.labels->values.end(), data.y.begin());
  return data;
}

nlohmann::json time_runs(int repeats, const std::function<void()>& run) {
  nlohmann::json seconds = nlohmann::json::array();
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  return seconds;
}

nlohmann::json fit(const std::string& folder, plumbline::Task task, plumbline::FitOptions options, int repeats) {
  const Rows data = load(folder);
  plumbline::RowsMeaning meaning;
  meaning.task = task;
  if (task == plumbline::Task::binary) meaning.classes = {"0", "1"};
  options.standardize = false;
  plumbline::MemorySource rows(
      plumbline::DenseView{data.x.data(), data.rows, data.columns, data.columns, plumbline::Scalar::f64, 1.0},
      data.y.data(), 1, nullptr);
  plumbline::LinearModel model;
  const auto run = [&] { model = plumbline::fit_rows(rows, meaning, options); };
  run();
  const nlohmann::json seconds = time_runs(repeats, run);
  return {{"seconds", seconds},
          {"coefficients", model.predictor.coefficients},
          {"intercept", model.predictor.intercept()[0]},
          {"verdict", plumbline::name_of(model.report.verdict)}};
}

nlohmann::json read(const std::string& path, int repeats) {
  const auto run = [&] { (void)plumbline::read_table(path, {}); };
  run();
  return {{"seconds", time_runs(repeats, run)}};
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 3 && words[0] == "least-squares") {
    std::puts(fit(words[1], plumbline::Task::regression, {}, std::atoi(words[2].c_str())).dump().c_str());
  } else if (words.size() == 4 && words[0] == "logistic") {
    plumbline::FitOptions options;
    options.solver_options.max_iterations = static_cast<std::size_t>(std::atoi(words[2].c_str()));
    std::puts(fit(words[1], plumbline::Task::binary, options, std::atoi(words[3].c_str())).dump().c_str());
  } else if (words.size() == 3 && words[0] == "read") {
    std::puts(read(words[1], std::atoi(words[2].c_str())).dump().c_str());
  } else {
    std::fputs("usage: see the top of bench/in_memory.cpp\n", stderr);
    return 2;
  }
  return 0;
}
