#include "plumbline/diagnostics/row_sample.hpp"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "plumbline/core/errors.hpp"
#include "plumbline/diagnostics/row_cells.hpp"

namespace plumbline {

namespace {

/// Of `have` rows in order, every how many-eth is taken so that about `share` are.
std::size_t spacing(std::size_t have, std::size_t share) {
  return have <= share ? 1 : (have + share - 1) / std::max<std::size_t>(share, 1);
}

void copy_cells(const DenseView& x, std::size_t i, RowSample& sample) {
  for (std::size_t j = 0; j < x.columns; ++j) sample.cells.push_back(dense_cell(x, i, j));
}

void copy_cells(const CsrView& x, std::size_t i, RowSample& sample) {
  sample.indices.insert(sample.indices.end(), x.indices + x.offsets[i], x.indices + x.offsets[i + 1]);
  sample.values.insert(sample.values.end(), x.values + x.offsets[i], x.values + x.offsets[i + 1]);
  sample.offsets.push_back(sample.values.size());
}

}  // namespace

std::unique_ptr<MemorySource> RowSample::source() const {
  std::variant<DenseView, CsrView> x = DenseView{cells.data(), row.size(), columns, columns, Scalar::f64, 1};
  if (sparse) x = CsrView{offsets.data(), indices.data(), values.data(), row.size(), columns};
  return std::make_unique<MemorySource>(x, target.data(), target_width, weight.data());
}

double RowSample::weight_sum() const { return std::accumulate(weight.begin(), weight.end(), 0.0); }

RowSample sample_rows(RowSource& source, const TargetMeaning& meaning, const TargetFacts& facts, std::size_t most,
                      Progress& progress) {
  const std::size_t strata = facts.class_rows.size();
  const std::size_t all = std::accumulate(facts.class_rows.begin(), facts.class_rows.end(), std::size_t{0});
  std::vector<std::size_t> every;
  for (const std::size_t have : facts.class_rows) every.push_back(all <= most ? 1 : spacing(have, most / strata));
  RowSample sample;
  sample.columns = source.columns();
  sample.target_width = source.target_width();
  sample.sparse = source.sparse();
  sample.whole = std::all_of(every.begin(), every.end(), [](std::size_t step) { return step == 1; });
  std::vector<std::size_t> seen(strata, 0);
  source.rewind();
  std::size_t first = 0;
  for (RowBlock block; source.next(block); first += block.rows) {
    if (progress.cancelled()) throw Cancelled();
    for (std::size_t i = 0; i < block.rows; ++i) {
      const double s = weight_of(block, i);
      if (s == 0) continue;
      const double* y = block.target + i * sample.target_width;
      const std::size_t stratum = meaning.classes > 0 ? static_cast<std::size_t>(*y) : 0;
      if (seen[stratum]++ % every[stratum] != 0) continue;
      sample.row.push_back(first + i);
      sample.weight.push_back(s);
      sample.target.insert(sample.target.end(), y, y + sample.target_width);
      std::visit([&](const auto& x) { copy_cells(x, i, sample); }, block.x);
    }
  }
  return sample;
}

std::vector<std::vector<double>> gather_columns(RowSource& source, const std::vector<std::size_t>& columns,
                                                Progress& progress) {
  std::vector<std::vector<double>> values(columns.size(), std::vector<double>(source.rows(), 0.0));
  std::unordered_map<std::size_t, std::size_t> place;
  for (std::size_t c = 0; c < columns.size(); ++c) place[columns[c]] = c;
  source.rewind();
  std::size_t first = 0;
  for (RowBlock block; source.next(block); first += block.rows) {
    if (progress.cancelled()) throw Cancelled();
    for (std::size_t i = 0; i < block.rows; ++i) {
      if (const auto* dense = std::get_if<DenseView>(&block.x)) {
        for (std::size_t c = 0; c < columns.size(); ++c) values[c][first + i] = dense_cell(*dense, i, columns[c]);
        continue;
      }
      for_each_nonzero(std::get<CsrView>(block.x), i, [&](std::size_t j, double cell) {
        const auto found = place.find(j);
        if (found != place.end()) values[found->second][first + i] = cell;
      });
    }
  }
  return values;
}

RowTargets gather_targets(RowSource& source) {
  RowTargets all;
  const std::size_t width = source.target_width();
  source.rewind();
  for (RowBlock block; source.next(block);) {
    all.target.insert(all.target.end(), block.target, block.target + block.rows * width);
    for (std::size_t i = 0; i < block.rows; ++i) all.weight.push_back(weight_of(block, i));
  }
  return all;
}

}  // namespace plumbline
