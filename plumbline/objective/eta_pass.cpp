#include "plumbline/objective/eta_pass.hpp"

#include <algorithm>
#include <memory>

#include "plumbline/core/constants.hpp"
#include "plumbline/data/reduce_rows.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kTileRows = 256;

/// The margins of one row: how far it is on the right side, for each output by itself, or of the true class before all
/// others.
void lower_margins(bool by_class, const double* y, const double* eta, std::vector<double>& margin,
                   std::size_t outputs) {
  if (!by_class) {
    for (std::size_t k = 0; k < outputs; ++k) margin[k] = std::min(margin[k], y[k] > 0.5 ? eta[k] : -eta[k]);
    return;
  }
  const auto truth = static_cast<std::size_t>(*y);
  for (std::size_t k = 0; k < outputs; ++k) {
    if (k != truth) margin[0] = std::min(margin[0], eta[truth] - eta[k]);
  }
}

class EtaPartial final : public Partial {
 public:
  EtaPartial(const EtaPassRequest& request, std::size_t outputs, std::size_t target_width)
      : request_(request),
        outputs_(outputs),
        target_width_(target_width),
        pairs_(curvature_blocks_of(*request.loss).size()),
        has_margins_(traits_of(*request.loss).classification),
        by_class_(outputs > 1 && target_width == 1),
        eta_(kTileRows * outputs),
        value_(kTileRows),
        slope_(kTileRows * outputs),
        curvature_(request.curvature ? kTileRows * pairs_ : 0) {
    reset();
  }

  void reset() override {
    sums = EtaSums{};
    sums.gradient.assign(outputs_, 0);
    sums.curvature.assign(request_.curvature ? pairs_ : 0, 0);
    sums.margin.assign(by_class_ ? 1 : outputs_, kInfinity);
  }

  void merge(Partial& right) override {
    const EtaSums& other = static_cast<const EtaPartial&>(right).sums;
    sums.loss += other.loss;
    sums.slope += other.slope;
    for (std::size_t k = 0; k < outputs_; ++k) sums.gradient[k] += other.gradient[k];
    for (std::size_t q = 0; q < sums.curvature.size(); ++q) sums.curvature[q] += other.curvature[q];
    for (std::size_t k = 0; k < sums.margin.size(); ++k) sums.margin[k] = std::min(sums.margin[k], other.margin[k]);
  }

  void add(const RowBlock& leaf) {
    for (std::size_t begin = 0; begin < leaf.rows; begin += kTileRows) {
      add_tile(leaf.slice(begin, std::min(kTileRows, leaf.rows - begin), target_width_));
    }
  }

  EtaSums sums;

 private:
  void move_predictors(std::size_t first, std::size_t cells) {
    for (std::size_t c = 0; c < cells; ++c) {
      double eta = request_.from[first + c];
      if (request_.to != nullptr) eta += request_.t * (request_.to[first + c] - request_.from[first + c]);
      if (request_.shift != nullptr) eta += request_.shift[c % outputs_];
      eta_[c] = eta;
    }
  }

  void add_tile(const RowBlock& rows) {
    const std::size_t first = rows.first_row * outputs_, cells = rows.rows * outputs_;
    move_predictors(first, cells);
    const LossTile out{value_.data(), slope_.data(), request_.curvature ? curvature_.data() : nullptr};
    evaluate(*request_.loss, rows.target, eta_.data(), rows.rows, out);
    for (std::size_t i = 0; i < rows.rows; ++i) add_row(i, rows, first);
  }

  void add_row(std::size_t i, const RowBlock& rows, std::size_t first) {
    const double s = rows.row_weight == nullptr ? 1 : rows.row_weight[i];
    if (s == 0) return;
    if (has_margins_)
      lower_margins(by_class_, rows.target + i * target_width_, eta_.data() + i * outputs_, sums.margin, outputs_);
    sums.loss += s * value_[i];
    for (std::size_t k = 0; k < outputs_; ++k) {
      const std::size_t c = i * outputs_ + k;
      sums.gradient[k] += s * slope_[c];
      if (request_.to != nullptr) sums.slope += s * slope_[c] * (request_.to[first + c] - request_.from[first + c]);
    }
    for (std::size_t q = 0; q < sums.curvature.size(); ++q) sums.curvature[q] += s * curvature_[q * rows.rows + i];
  }

  const EtaPassRequest& request_;
  std::size_t outputs_, target_width_, pairs_;
  bool has_margins_, by_class_;
  std::vector<double> eta_, value_, slope_, curvature_;
};

}  // namespace

EtaSums run_eta_pass(RowSource& source, const EtaPassRequest& request, Progress& progress) {
  const std::size_t outputs = outputs_of(*request.loss);
  return reduce_rows<EtaPartial>(source, leaf_rows_for(1), progress,
                                 [&] { return std::make_unique<EtaPartial>(request, outputs, source.target_width()); })
      ->sums;
}

}  // namespace plumbline
