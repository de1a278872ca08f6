#pragma once

#include <memory>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/core/progress.hpp"
#include "plumbline/data/leaf_reader.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace plumbline {

/// Reduces all rows of `source`, leaf by leaf, in parallel, into one `RowPartial` (a Partial with `add(const RowBlock&
/// leaf)`), the same bits for any threads and block size. `make_partial` gives an empty unique_ptr<RowPartial>. Throws
/// Cancelled when the user has had enough.
template <class RowPartial, class MakePartial>
std::unique_ptr<RowPartial> reduce_rows(RowSource& source, std::size_t leaf_rows, Progress& progress,
                                        MakePartial make_partial) {
  class RowsTask final : public LeafTask {
   public:
    explicit RowsTask(RowBlock leaf) : leaf_(std::move(leaf)) {}
    void run(Partial& partial) override { static_cast<RowPartial&>(partial).add(leaf_); }

   private:
    RowBlock leaf_;
  };
  LeafReader reader(source, leaf_rows);
  std::unique_ptr<Partial> root = ordered_reduce(
      [&]() -> std::unique_ptr<LeafTask> {
        if (progress.cancelled()) throw Cancelled();
        RowBlock leaf;
        if (!reader.next(leaf)) return nullptr;
        return std::make_unique<RowsTask>(std::move(leaf));
      },
      [&]() -> std::unique_ptr<Partial> { return make_partial(); });
  return std::unique_ptr<RowPartial>(static_cast<RowPartial*>(root.release()));
}

}  // namespace plumbline
