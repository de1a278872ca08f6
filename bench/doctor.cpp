// How long examine() takes on rows in memory: reading is not counted.
//   bench_doctor [REPEATS]
// Tables of random numbers, one line each: what it is, the median of the seconds (3 repeats unless said), and what was
// found. `tall` is the promise of docs/diagnostics.md: 1,000,000 x 50 in under 10 s on two cores.

#include "plumbline/diagnostics/doctor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <string>
#include <vector>

#include "plumbline/core/buffer.hpp"
#include "plumbline/core/random.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {
namespace {

/// The sum of four uniforms about 0.
double draw(std::uint64_t stream, std::size_t row) {
  double sum = -2;
  for (std::uint64_t k = 0; k < 4; ++k) sum += random_unit(1, 4 * stream + k, row);
  return sum;
}

struct Faults {
  bool planted = false;    ///< a sum, a copy, a leak and rows that repeat
  bool number = false;     ///< the target is a number
  bool separated = false;  ///< the first ten columns decide the class
};

/// Columns of random numbers; the target follows the first ten of them.
struct DenseTable {
  std::size_t rows, columns;
  Buffer<double> x, y;

  DenseTable(std::size_t n, std::size_t p, Faults faults) : rows(n), columns(p), x(n * p), y(n) {
    parallel_for(n, [&](std::size_t i) {
      double* row = x.data() + i * p;
      const std::size_t as = faults.planted && i % 1000 == 999 ? i - 1 : i;
      double eta = 0;
      for (std::size_t j = 0; j < p; ++j) row[j] = draw(j, as);
      for (std::size_t j = 0; j < 10; ++j) eta += row[j];
      if (!faults.separated) eta += 3 * draw(p, as);
      y[i] = faults.number ? eta : eta > 0 ? 1 : 0;
      if (!faults.planted) return;
      row[p - 1] = row[3] + row[4];
      row[p - 2] = row[5];
      row[p - 3] = y[i] + 0.1 * draw(p + 1, as);
    });
  }
  MemorySource source() const {
    return {DenseView{x.data(), rows, columns, columns, Scalar::f64, 1}, y.data(), 1, nullptr};
  }
};

/// Ones in `each` of `columns` places a row, as one-hot text columns make them (a9a: 14 of 123).
struct SparseTable {
  std::size_t rows, columns;
  std::vector<std::uint64_t> offsets{0};
  std::vector<std::uint32_t> indices;
  std::vector<double> values, y;

  SparseTable(std::size_t n, std::size_t p, std::size_t each) : rows(n), columns(p) {
    for (std::size_t i = 0; i < n; ++i) {
      double eta = draw(1000, i);
      for (std::size_t k = 0; k < each; ++k) {
        const std::size_t begin = k * p / each, width = (k + 1) * p / each - begin;
        const double place = random_unit(2, k, i) * random_unit(3, k, i) * static_cast<double>(width);
        indices.push_back(static_cast<std::uint32_t>(begin + static_cast<std::size_t>(place)));
        values.push_back(1);
        eta += place < 1 ? 0.3 : -0.3;
      }
      offsets.push_back(indices.size());
      y.push_back(eta > 0 ? 1 : 0);
    }
  }
  MemorySource source() const {
    return {CsrView{offsets.data(), indices.data(), values.data(), rows, columns}, y.data(), 1, nullptr};
  }
};

void time_doctor(const std::string& name, MemorySource source, bool number, int repeats) {
  DoctorInput input;
  input.encoder.sparse = source.sparse();
  input.encoder.sparse_width = source.sparse() ? source.columns() : 0;
  if (!number) input.classes = {"no", "yes"};
  std::vector<double> seconds;
  DoctorReport report;
  for (int repeat = 0; repeat < repeats; ++repeat) {
    const auto begin = std::chrono::steady_clock::now();
    report = examine(source, input);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  std::sort(seconds.begin(), seconds.end());
  std::string found;
  for (const Finding& finding : report.findings) found += fmt::format(" {}", name_of(finding.kind));
  fmt::print("{:<40} {:8.3f} s ({:.3f} to {:.3f}); found:{}\n", name, seconds[seconds.size() / 2], seconds.front(),
             seconds.back(), found.empty() ? " nothing" : found);
  std::fflush(stdout);
}

void run(int repeats) {
  const Faults classes, number{false, true, false}, planted{true, false, false}, separated{false, false, true};
  constexpr std::size_t kTall = 1'000'000, kColumns = 50;
  time_doctor("1,000,000 x 50, two classes", DenseTable(kTall, kColumns, classes).source(), false, repeats);
  time_doctor("1,000,000 x 50, a number", DenseTable(kTall, kColumns, number).source(), true, repeats);
  time_doctor("1,000,000 x 50, faults planted", DenseTable(kTall, kColumns, planted).source(), false, repeats);
  time_doctor("1,000,000 x 50, classes separated", DenseTable(kTall, kColumns, separated).source(), false, repeats);
  time_doctor("32,561 x 123 sparse, 14 a row", SparseTable(32'561, 123, 14).source(), false, repeats);
  time_doctor("200,000 x 50,000 sparse, 50 a row", SparseTable(200'000, 50'000, 50).source(), false, repeats);
  time_doctor("20,000 x 1,000, two classes", DenseTable(20'000, 1'000, classes).source(), false, repeats);
  time_doctor("10,000 x 5,000, a number", DenseTable(10'000, 5'000, number).source(), true, repeats);
}

}  // namespace
}  // namespace plumbline

int main(int argc, char** argv) { plumbline::run(argc > 1 ? std::max(1, std::atoi(argv[1])) : 3); }
