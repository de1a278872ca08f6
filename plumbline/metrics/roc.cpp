#include "plumbline/metrics/roc.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

#include "plumbline/metrics/weighted.hpp"

namespace plumbline {

double area_under_roc(const double* y, const double* score, const double* weight, std::size_t n) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return score[a] < score[b]; });

  double positives = 0, negatives = 0, won = 0;
  for (std::size_t begin = 0; begin < n;) {
    double tied_positives = 0, tied_negatives = 0;
    std::size_t end = begin;
    for (; end < n && !(score[order[begin]] < score[order[end]]); ++end) {
      (y[order[end]] == 1 ? tied_positives : tied_negatives) += weight_of(weight, order[end]);
    }
    won += tied_positives * (negatives + 0.5 * tied_negatives);
    positives += tied_positives;
    negatives += tied_negatives;
    begin = end;
  }
  return share(won, positives * negatives);
}

}  // namespace plumbline
