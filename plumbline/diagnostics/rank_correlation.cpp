#include "plumbline/diagnostics/rank_correlation.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace plumbline {

namespace {

/// Values by their order: `skip` weight lies between the negative ones and the others, `mean` is that of the ranks.
struct OrderedValues {
  const std::vector<double>& value;
  const std::vector<std::size_t>& order;
  const std::vector<double>& weight_in_order;
  double skip = 0, mean = 0;
};

/// Calls visit(first, last, rank) for each run of equal values, with its middle rank about the mean.
template <class Visit>
void for_each_tie(const OrderedValues& values, Visit visit) {
  const auto& [value, order, weight_in_order, skip, mean] = values;
  double below = 0;
  bool skipped = false;
  for (std::size_t first = 0; first < order.size();) {
    if (!skipped && value[order[first]] >= 0) {
      below += skip;
      skipped = true;
    }
    std::size_t last = first;
    double tied = 0;
    while (last < order.size() && value[order[last]] == value[order[first]]) tied += weight_in_order[last++];
    visit(first, last, below + tied / 2 - mean);
    below += tied;
    first = last;
  }
}

std::vector<std::size_t> order_of(const std::vector<double>& value) {
  std::vector<std::size_t> order(value.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return std::pair(value[a], a) < std::pair(value[b], b); });
  return order;
}

}  // namespace

TargetRanks::TargetRanks(const std::vector<double>& target, std::vector<double> weights)
    : rank(target.size()), weight(std::move(weights)) {
  const std::vector<std::size_t> order = order_of(target);
  std::vector<double> weight_in_order;
  for (const std::size_t i : order) weight_in_order.push_back(weight[i]);
  weight_sum = std::accumulate(weight.begin(), weight.end(), 0.0);
  for_each_tie({target, order, weight_in_order, 0, weight_sum / 2}, [&](std::size_t first, std::size_t last, double r) {
    for (std::size_t q = first; q < last; ++q) {
      rank[order[q]] = r;
      squares += weight_in_order[q] * r * r;
    }
  });
}

double squared_rank_correlation(const SparseColumn& column, const TargetRanks& target) {
  const std::vector<std::size_t> order = order_of(column.value);
  std::vector<double> weight;
  double zeros = target.weight_sum, negative = 0;
  for (const std::size_t q : order) {
    weight.push_back(target.weight[column.row[q]]);
    zeros -= weight.back();
    negative += column.value[q] < 0 ? weight.back() : 0;
  }
  zeros = std::max(zeros, 0.0);
  const double of_zeros = negative + zeros / 2 - target.weight_sum / 2;
  double squares = zeros * of_zeros * of_zeros, products = 0, others = 0;
  for_each_tie({column.value, order, weight, zeros, target.weight_sum / 2},
               [&](std::size_t first, std::size_t last, double r) {
                 for (std::size_t q = first; q < last; ++q) {
                   const double of_target = target.rank[column.row[order[q]]];
                   squares += weight[q] * r * r;
                   products += weight[q] * r * of_target;
                   others -= weight[q] * of_target;  // ranks about their mean sum to 0
                 }
               });
  products += of_zeros * others;
  if (!(squares > 0) || !(target.squares > 0)) return 0;
  return products * products / (squares * target.squares);
}

}  // namespace plumbline
