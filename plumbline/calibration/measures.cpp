#include "plumbline/calibration/measures.hpp"

#include <cmath>

#include "plumbline/calibration/class_sums.hpp"
#include "plumbline/calibration/smooth_error.hpp"
#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

BootstrapOptions bootstrap_options(const MeasureOptions& options) {
  return {options.bins, options.resamples, options.level, options.seed};
}

std::vector<ReliabilityBin> table_of(const Bins& bins, double level) {
  std::vector<ReliabilityBin> table;
  const double count = static_cast<double>(bins.size());
  for (std::size_t b = 0; b < bins.size(); ++b) {
    const double edge = static_cast<double>(b);
    // Sums of weights may leave the successes an ulp above the trials.
    const double happened = std::fmin(bins[b].happened, bins[b].weight);
    table.push_back({edge / count, (edge + 1) / count, bins[b], clopper_pearson(happened, bins[b].weight, level)});
  }
  return table;
}

/// What the top label and any other event have in common.
EventMeasures shared_measures(const Events& events, const MeasureOptions& options) {
  EventMeasures measures;
  CalibrationFigures& figures = measures.figures;
  const MomentBins moments = moment_bins(events, options.bins);
  const Bins width = plain_bins(moments), mass = equal_mass_bins(events, options.bins);
  double happened = 0;
  for (const BinSums& bin : width) happened += bin.happened;
  figures.accuracy = happened / events.total;
  figures.ece = expected_error(width);
  figures.mce = maximum_error(width);
  figures.ece_equal_mass = expected_error(mass);
  figures.ece_debiased = debiased_error(mass);
  figures.ece_debiased_l1 = debiased_absolute_error(mass);
  figures.ece_smooth = smooth_error(residual_grid(events));
  measures.table = table_of(width, options.level);
  measures.spiegelhalter = spiegelhalter_test(events);
  measures.grouped = grouped_test(events, options.bins);
  measures.brier = brier_parts(moments);
  return measures;
}

}  // namespace

EventMeasures measure_events(const Events& events, const MeasureOptions& options) {
  EventMeasures measures = shared_measures(events, options);
  const double least = smallest_probability(Scalar::f64);
  double surprise = 0, squares = 0;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const double p = events.probability[i], s = events.weight_at(i);
    const bool happened = events.happened[i] != 0;
    const double missed = happened ? 1 - p : p;
    surprise -= s * (happened ? std::log(std::fmax(p, least)) : p < 1 ? std::log1p(-p) : std::log(least));
    squares += s * missed * missed;
  }
  measures.figures.log_loss = surprise / events.total;
  measures.figures.brier = squares / events.total;
  return measures;
}

ClassMeasures measure_classes(const ClassOutputs& outputs, const Calibrator* calibrator,
                              const MeasureOptions& options) {
  const ProbabilityRows rows(outputs, calibrator);
  ClassSums sums = sum_classes(rows, options.bins);
  Events events = sorted_events({sums.confidence.data(), sums.correct.data(), outputs.weight, outputs.rows()});
  sums.confidence.release();
  sums.correct.release();
  EventMeasures top = shared_measures(events, options);
  ClassMeasures measures;
  measures.rows = outputs.rows();
  measures.figures = top.figures;
  measures.figures.log_loss = sums.surprise / sums.weight;
  measures.figures.brier = sums.squares / sums.weight;
  measures.figures.ece_classwise = classwise_error(sums.classes);
  measures.table = std::move(top.table);
  measures.spiegelhalter = top.spiegelhalter;
  measures.grouped = top.grouped;
  measures.brier = brier_parts(sums.classes);
  for (const MomentBins& moments : sums.classes) {
    const Bins bins = plain_bins(moments);
    measures.class_ece.push_back(expected_error(bins));
    measures.class_table.push_back(table_of(bins, options.level));
  }
  measures.intervals = bootstrap_intervals(events, &rows, measures.figures, bootstrap_options(options));
  return measures;
}

MultilabelMeasures measure_labels(const MultilabelOutputs& outputs, const MeasureOptions& options) {
  require(outputs.n >= 1 && outputs.labels >= 1, "measure_labels", "outputs", "of at least one row and label");
  MultilabelMeasures measures;
  std::vector<double> p(outputs.n);
  std::vector<std::uint8_t> y(outputs.n);
  for (std::size_t l = 0; l < outputs.labels; ++l) {
    for (std::size_t i = 0; i < outputs.n; ++i) {
      const double truth = outputs.y[i * outputs.labels + l];
      require(truth == 0 || truth == 1, "measure_labels", "y", "0 or 1");
      p[i] = outputs.p[i * outputs.labels + l];
      y[i] = truth == 1 ? 1 : 0;
    }
    const Events events = sorted_events({p.data(), y.data(), outputs.weight, outputs.n});
    measures.labels.push_back(measure_events(events, options));
    measures.intervals.push_back(
        bootstrap_intervals(events, nullptr, measures.labels.back().figures, bootstrap_options(options)));
  }
  for (const NamedFigure& figure : kCalibrationFigures) {
    double sum = 0;
    for (const EventMeasures& label : measures.labels) sum += label.figures.*figure.value;
    const bool adds = figure.value == &CalibrationFigures::log_loss || figure.value == &CalibrationFigures::brier;
    measures.mean.*figure.value = adds ? sum : sum / static_cast<double>(outputs.labels);
  }
  return measures;
}

}  // namespace plumbline
