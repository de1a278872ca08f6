#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>

#include "plumbline/data/leaf_reader.hpp"
#include "plumbline/data/reduce_rows.hpp"

namespace plumbline {

/// A leaf of a pass cut into tiles of at most `worker.most_rows()` rows. Worker: most_rows(), add(const RowBlock&
/// tile), merge(const Worker& right), reset().
template <class Worker>
class TilePartial final : public Partial {
 public:
  template <class MakeWorker>
  TilePartial(const MakeWorker& make_worker, std::size_t target_width)
      : worker(make_worker()), target_width_(target_width) {}
  void reset() override { worker.reset(); }
  void merge(Partial& right) override { worker.merge(static_cast<const TilePartial&>(right).worker); }
  void add(const RowBlock& leaf) {
    const std::size_t most = worker.most_rows();
    for (std::size_t begin = 0; begin < leaf.rows; begin += most) {
      worker.add(leaf.slice(begin, std::min(most, leaf.rows - begin), target_width_));
    }
  }

  Worker worker;

 private:
  std::size_t target_width_;
};

/// One pass over `source` in tiles, in parallel; what the workers sum up meets in a fixed tree, what they write by row
/// number needs no merging. The same bits for any threads and block size. `make_worker` gives an empty Worker.
template <class Worker, class MakeWorker>
std::unique_ptr<TilePartial<Worker>> reduce_tiles(RowSource& source, Progress& progress,
                                                  const MakeWorker& make_worker) {
  return reduce_rows<TilePartial<Worker>>(source, leaf_rows_for(source.columns() + 1), progress, [&] {
    return std::make_unique<TilePartial<Worker>>(make_worker, source.target_width());
  });
}

/// Rows of a tile so that `outputs` numbers a row stay in cache.
inline std::size_t rows_with(std::size_t outputs) {
  constexpr std::size_t kNumbers = std::size_t{1} << 16;
  return std::max<std::size_t>(kNumbers / std::max<std::size_t>(outputs, 1), 1);
}

}  // namespace plumbline
