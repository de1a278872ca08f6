#include "plumbline/calibration/brier_parts.hpp"

#include "plumbline/core/errors.hpp"

namespace plumbline {

void MomentSums::merge(const MomentSums& other) {
  sums.weight += other.sums.weight;
  sums.probability += other.sums.probability;
  sums.happened += other.sums.happened;
  square += other.square;
  product += other.product;
}

void BrierParts::add(const BrierParts& other) {
  reliability += other.reliability;
  resolution += other.resolution;
  uncertainty += other.uncertainty;
  spread += other.spread;
  covariance += other.covariance;
}

BrierParts brier_parts(const MomentBins& bins) {
  double total = 0, happened = 0;
  for (const MomentSums& bin : bins) {
    total += bin.sums.weight;
    happened += bin.sums.happened;
  }
  BrierParts parts;
  if (!(total > 0)) return parts;
  const double base = happened / total;
  parts.uncertainty = base * (1 - base);
  for (const MomentSums& bin : bins) {
    if (!(bin.sums.weight > 0)) continue;
    const double p = bin.sums.confidence(), o = bin.sums.accuracy(), share = bin.sums.weight / total;
    parts.reliability += share * (p - o) * (p - o);
    parts.resolution += share * (o - base) * (o - base);
    parts.spread += (bin.square - bin.sums.probability * p) / total;
    parts.covariance += (bin.product - bin.sums.probability * o) / total;
  }
  return parts;
}

BrierParts brier_parts(const std::vector<MomentBins>& classes) {
  BrierParts parts;
  for (const MomentBins& bins : classes) parts.add(brier_parts(bins));
  return parts;
}

MomentBins moment_bins(const Events& events, std::size_t bins) {
  require(bins >= 1, "moment_bins", "bins", "at least 1");
  MomentBins result(bins);
  const EqualWidthBins bin_of(bins);
  for (std::size_t i = 0; i < events.size(); ++i) {
    result[bin_of(events.probability[i])].add(events.weight_at(i), events.probability[i], events.happened[i] != 0);
  }
  return result;
}

Bins plain_bins(const MomentBins& bins) {
  Bins result;
  result.reserve(bins.size());
  for (const MomentSums& bin : bins) result.push_back(bin.sums);
  return result;
}

}  // namespace plumbline
