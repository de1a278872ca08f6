#include "plumbline/diagnostics/duplicates.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <unordered_map>
#include <utility>

#include "plumbline/data/reduce_rows.hpp"
#include "plumbline/diagnostics/row_cells.hpp"

namespace plumbline {

namespace {

/// (first of its kind, column)
using Pairs = std::vector<std::pair<std::size_t, std::size_t>>;

constexpr std::size_t kMostBytes = 64 << 20;

Pairs equal_by_hash(const std::vector<std::uint64_t>& hash, const std::vector<bool>& passed) {
  std::unordered_map<std::uint64_t, std::size_t> first;
  Pairs pairs;
  for (std::size_t j = 0; j < hash.size(); ++j) {
    if (passed[j]) continue;
    const auto [place, is_new] = first.try_emplace(hash[j], j);
    if (!is_new) pairs.emplace_back(place->second, j);
  }
  return pairs;
}

/// Which pairs of columns are equal in all rows.
class ComparePartial final : public Partial {
 public:
  ComparePartial(const Pairs& pairs, std::size_t columns) : pairs_(pairs), row_(columns, 0.0) { reset(); }
  void reset() override { equal.assign(pairs_.size(), true); }
  void merge(Partial& right) override {
    const auto& other = static_cast<const ComparePartial&>(right);
    for (std::size_t q = 0; q < equal.size(); ++q) equal[q] = equal[q] && other.equal[q];
  }
  void add(const RowBlock& leaf) {
    std::visit([&](const auto& x) { compare(x, leaf); }, leaf.x);
  }

  std::vector<bool> equal;

 private:
  template <class View>
  void compare(const View& x, const RowBlock& leaf) {
    for (std::size_t i = 0; i < leaf.rows; ++i) {
      if (weight_of(leaf, i) == 0) continue;
      for_each_nonzero(x, i, [&](std::size_t j, double cell) { row_[j] = cell; });
      for (std::size_t q = 0; q < pairs_.size(); ++q) {
        if (row_[pairs_[q].first] != row_[pairs_[q].second]) equal[q] = false;
      }
      for_each_nonzero(x, i, [&](std::size_t j, double) { row_[j] = 0; });
    }
  }

  const Pairs& pairs_;
  std::vector<double> row_;  ///< all 0 between rows
};

/// What a row holds, to be compared with another.
using RowContent = std::vector<std::pair<std::size_t, double>>;

RowContent content_of(const RowBlock& block, std::size_t i, std::size_t target_width) {
  RowContent content;
  for (std::size_t k = 0; k < target_width; ++k) content.emplace_back(k, block.target[i * target_width + k]);
  std::visit(
      [&](const auto& x) { for_each_nonzero(x, i, [&](std::size_t j, double c) { content.emplace_back(j, c); }); },
      block.x);
  return content;
}

/// The hashes that more than one row has.
std::vector<std::uint64_t> repeated(const Buffer<std::uint64_t>& hash, std::size_t rows) {
  std::vector<std::uint64_t> sorted(hash.begin(), hash.begin() + rows);
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::uint64_t> twice;
  for (std::size_t q = 1; q < sorted.size(); ++q) {
    const bool again = sorted[q] == sorted[q - 1] && sorted[q] != 0;
    if (again && (twice.empty() || twice.back() != sorted[q])) twice.push_back(sorted[q]);
  }
  return twice;
}

class RowComparison final {
 public:
  RowComparison(std::size_t most_named, std::size_t target_width) : most_named_(most_named), width_(target_width) {}

  void see(const RowBlock& block, std::size_t i, std::size_t row, std::uint64_t hash) {
    auto place = originals_.find(hash);
    if (place == originals_.end()) {
      Original original{row, {}, bytes_ < kMostBytes};
      if (original.kept) {
        original.content = content_of(block, i, width_);
        bytes_ += original.content.size() * sizeof(RowContent::value_type);
      }
      originals_.emplace(hash, std::move(original));
      return;
    }
    if (!place->second.kept) {
      ++found_.unconfirmed;
    } else if (content_of(block, i, width_) != place->second.content) {
      return;
    }
    ++found_.count;
    if (found_.rows.size() == most_named_) return;
    found_.rows.push_back(row);
    found_.originals.push_back(place->second.row);
  }

  DuplicateRows take() { return std::move(found_); }

 private:
  struct Original {
    std::size_t row = 0;
    RowContent content;
    bool kept = false;
  };

  std::size_t most_named_, width_, bytes_ = 0;
  std::unordered_map<std::uint64_t, Original> originals_;
  DuplicateRows found_;
};

}  // namespace

DuplicateColumns find_duplicate_columns(RowSource& source, const std::vector<std::uint64_t>& hash,
                                        const std::vector<bool>& passed, Progress& progress) {
  const Pairs pairs = equal_by_hash(hash, passed);
  if (pairs.empty()) return {};
  const auto root = reduce_rows<ComparePartial>(source, leaf_rows_for(source.columns()), progress, [&] {
    return std::make_unique<ComparePartial>(pairs, source.columns());
  });
  std::map<std::size_t, std::vector<std::size_t>> sets;
  for (std::size_t q = 0; q < pairs.size(); ++q) {
    if (!root->equal[q]) continue;
    std::vector<std::size_t>& set = sets[pairs[q].first];
    if (set.empty()) set.push_back(pairs[q].first);
    set.push_back(pairs[q].second);
  }
  DuplicateColumns duplicates;
  for (auto& [first, set] : sets) duplicates.push_back(std::move(set));
  return duplicates;
}

DuplicateRows find_duplicate_rows(RowSource& source, const Buffer<std::uint64_t>& hash, std::size_t most_named,
                                  Progress& progress) {
  const std::vector<std::uint64_t> twice = repeated(hash, source.rows());
  if (twice.empty()) return {};
  RowComparison comparison(most_named, source.target_width());
  source.rewind();
  std::size_t first = 0;
  for (RowBlock block; source.next(block); first += block.rows) {
    if (progress.cancelled()) throw Cancelled();
    for (std::size_t i = 0; i < block.rows; ++i) {
      const std::uint64_t h = hash[first + i];
      if (h != 0 && std::binary_search(twice.begin(), twice.end(), h)) comparison.see(block, i, first + i, h);
    }
  }
  return comparison.take();
}

}  // namespace plumbline
