#include "plumbline/report/predictions_csv.hpp"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <cmath>
#include <iterator>

#include "plumbline/core/csv_cell.hpp"
#include "plumbline/report/labels.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kPieceSize = std::size_t{1} << 20;

/// Formats rows one after another into a buffer.
class RowWriter final {
 public:
  RowWriter(const LinearModel& model, const Predictions& predictions)
      : task_(model.task),
        labels_(probability_labels(model)),
        classes_(model.classes.size()),
        heteroscedastic_(model.task == Task::regression && model.outputs() == 2),
        costs_(model.costs ? &*model.costs : nullptr),
        sets_(predictions.sets ? &*predictions.sets : nullptr),
        class_labels_(model.classes),
        predictions_(predictions) {
    for (const std::string& label : model.classes) cells_.push_back(csv_cell(label));
    if (predictions.spread) spread_names_ = spread_columns(model, *predictions.spread);
  }

  std::string header(const std::string& id_column) const {
    std::string line = fmt::format("{},prediction", predictions_.ids.empty() ? "row" : csv_cell(id_column));
    for (const std::string& label : labels_) line.append(",").append(csv_cell(fmt::format("p_{}", label)));
    if (heteroscedastic_) line.append(",sd");
    if (sets_ != nullptr) line.append(classes_ > 0 ? ",set" : ",lower,upper");
    if (costs_ != nullptr) line.append(",decision,expected_cost");
    for (const std::string& name : spread_names_) line.append(",").append(csv_cell(name));
    return line.append("\n");
  }

  void append(std::size_t i, fmt::memory_buffer& buffer) const {
    if (predictions_.ids.empty()) {
      fmt::format_to(std::back_inserter(buffer), FMT_COMPILE("{},"), i + 1);
    } else {
      put(csv_cell(predictions_.ids[i]), buffer);
      buffer.push_back(',');
    }
    if (std::isnan(predictions_.eta[i * predictions_.outputs])) {
      const std::size_t empty_cells =
          (heteroscedastic_ ? 1 : labels_.size()) + set_columns() + (costs_ != nullptr ? 2 : 0) + spread_names_.size();
      for (std::size_t k = 0; k < empty_cells; ++k) buffer.push_back(',');
    } else {
      append_prediction(i, buffer);
      if (sets_ != nullptr) append_set(i, buffer);
      if (costs_ != nullptr) append_decision(predictions_.p.data() + i * classes_, buffer);
      if (predictions_.spread) append_spread(*predictions_.spread, i, buffer);
    }
    buffer.push_back('\n');
  }

 private:
  /// Mean and sd of each quantity; the spread of a new y where it has noise of its own.
  static std::vector<std::string> spread_columns(const LinearModel& model, const PredictedSpread& spread) {
    std::vector<std::string> names;
    for (const std::string& label : output_labels(model)) {
      const std::string suffix = spread.width == 1 ? "" : "_" + label;
      names.push_back("posterior_mean" + suffix);
      names.push_back("posterior_sd" + suffix);
    }
    if (!spread.sd_with_noise.empty()) names.emplace_back("posterior_sd_with_noise");
    return names;
  }

  static void append_spread(const PredictedSpread& spread, std::size_t i, fmt::memory_buffer& buffer) {
    for (std::size_t c = i * spread.width; c < (i + 1) * spread.width; ++c) {
      fmt::format_to(std::back_inserter(buffer), FMT_COMPILE(",{},{}"), spread.mean[c], spread.sd[c]);
    }
    if (!spread.sd_with_noise.empty())
      fmt::format_to(std::back_inserter(buffer), FMT_COMPILE(",{}"), spread.sd_with_noise[i]);
  }

  static void put(const std::string& text, fmt::memory_buffer& buffer) {
    buffer.append(text.data(), text.data() + text.size());
  }

  void append_prediction(std::size_t i, fmt::memory_buffer& buffer) const {
    const double* p = predictions_.p.data() + i * (task_ == Task::multilabel ? labels_.size() : classes_);
    switch (task_) {
      case Task::regression:
        append_number(i, buffer);
        break;
      case Task::multilabel:
        put(csv_cell(joined_labels(p)), buffer);
        break;
      default:
        put(cells_[predicted_class(p, classes_)], buffer);
    }
    for (std::size_t k = 0; k < labels_.size(); ++k)
      fmt::format_to(std::back_inserter(buffer), FMT_COMPILE(",{}"), p[k]);
  }

  std::size_t set_columns() const { return sets_ == nullptr ? 0 : classes_ > 0 ? 1 : 2; }

  /// An empty set, or interval, is an empty cell.
  void append_set(std::size_t i, fmt::memory_buffer& buffer) const {
    buffer.push_back(',');
    if (classes_ > 0) {
      std::string joined;
      for (std::size_t k = 0; k < classes_; ++k) {
        if (sets_->classes[i * classes_ + k] != 0) joined += (joined.empty() ? "" : "|") + class_labels_[k];
      }
      put(csv_cell(joined), buffer);
    } else if (std::isnan(sets_->intervals[i].lower)) {
      buffer.push_back(',');
    } else {
      fmt::format_to(std::back_inserter(buffer), FMT_COMPILE("{},{}"), sets_->intervals[i].lower,
                     sets_->intervals[i].upper);
    }
  }

  void append_decision(const double* p, fmt::memory_buffer& buffer) const {
    const Decision decision = decide(*costs_, p);
    buffer.push_back(',');
    put(decision.action == classes_ ? "abstain" : cells_[decision.action], buffer);
    fmt::format_to(std::back_inserter(buffer), FMT_COMPILE(",{}"), decision.expected_cost);
  }

  void append_number(std::size_t i, fmt::memory_buffer& buffer) const {
    const double* eta = predictions_.eta.data() + i * predictions_.outputs;
    fmt::format_to(std::back_inserter(buffer), FMT_COMPILE("{}"), eta[0]);
    if (heteroscedastic_) fmt::format_to(std::back_inserter(buffer), FMT_COMPILE(",{}"), std::exp(eta[1] / 2));
  }

  std::string joined_labels(const double* p) const {
    std::string joined;
    for (std::size_t l = 0; l < labels_.size(); ++l) {
      if (p[l] > 0.5) joined += (joined.empty() ? "" : "|") + labels_[l];
    }
    return joined;
  }

  Task task_;
  std::vector<std::string> labels_;
  std::vector<std::string> cells_;  ///< the classes as CSV
  std::vector<std::string> spread_names_;
  std::size_t classes_;
  bool heteroscedastic_;
  const CostMatrix* costs_;     ///< or null
  const PredictionSets* sets_;  ///< or null
  const std::vector<std::string>& class_labels_;
  const Predictions& predictions_;
};

}  // namespace

void write_predictions(const LinearModel& model, const Predictions& predictions, const std::string& id_column,
                       const TextSink& sink) {
  const RowWriter writer(model, predictions);
  sink(writer.header(id_column));
  fmt::memory_buffer buffer;
  for (std::size_t i = 0; i < predictions.rows; ++i) {
    writer.append(i, buffer);
    if (buffer.size() >= kPieceSize || i + 1 == predictions.rows) {
      sink(std::string_view(buffer.data(), buffer.size()));
      buffer.clear();
    }
  }
}

}  // namespace plumbline
