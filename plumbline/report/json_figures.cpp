#include "plumbline/report/json_figures.hpp"

#include <cmath>

#include "plumbline/report/labels.hpp"

namespace plumbline {
namespace {

std::string reason_for(const std::string& figure, std::size_t rows) {
  if (rows == 0) return "there are no rows";
  for (const char* of_probabilities : {"log_loss", "brier", "ece", "mce"}) {
    if (figure == of_probabilities) return "this loss gives no probabilities";
  }
  if (figure == "r2") return "the target is constant";
  if (figure == "auc") return "only one class is present";
  if (figure == "log_likelihood") return "the residual standard deviation is zero or not known";
  return "the value is not finite";
}

/// A count as users expect it, 12 and not 12.0; a sum of fractional weights stays as it is.
OrderedJson count_json(double count) {
  constexpr double kExact = 9007199254740992.0;  // 2^53
  if (count >= 0 && count < kExact && count == std::floor(count)) return static_cast<std::uint64_t>(count);
  return count;
}

}  // namespace

void put_number(OrderedJson& object, const std::string& key, double value, const std::string& reason) {
  if (std::isfinite(value)) {
    object[key] = value;
    return;
  }
  object[key] = nullptr;
  object[key + "_reason"] = reason;
}

OrderedJson figures_json(const MetricSet& metrics) {
  OrderedJson object = OrderedJson::object();
  for (const auto& [name, value] : metrics.figures) put_number(object, name, value, reason_for(name, metrics.rows));
  return object;
}

OrderedJson confusion_json(const LinearModel& model, const std::vector<std::vector<double>>& counts) {
  if (counts.empty()) return nullptr;
  OrderedJson rows = OrderedJson::array();
  for (const auto& predicted : counts) {
    OrderedJson row = OrderedJson::array();
    for (const double count : predicted) row.push_back(count_json(count));
    rows.push_back(std::move(row));
  }
  return {{"labels", model.classes}, {"counts", std::move(rows)}};
}

std::string printed(const OrderedJson& object) {
  return object.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace plumbline
