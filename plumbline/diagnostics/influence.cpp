#include "plumbline/diagnostics/influence.hpp"

#include <algorithm>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/inference/posterior_tiles.hpp"
#include "plumbline/objective/row_verbs.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// What the leaves of one pass share.
struct InfluenceShared {
  EmpiricalRisk* risk = nullptr;
  const double* slope = nullptr;
  std::size_t quantities = 0;
  bool sparse = false;
  VerbWeights w, solved;
  double* effect = nullptr;
};

class InfluenceWorker final {
 public:
  explicit InfluenceWorker(const InfluenceShared& shared)
      : shared_(shared),
        outputs_(shared.risk->outputs()),
        project_(shared.risk->coordinates(), outputs_ * shared.quantities, shared.sparse,
                 rows_with(outputs_ * shared.quantities)),
        predict_(shared.risk->coordinates(), outputs_, shared.sparse, project_.most_rows()),
        eta_(project_.most_rows() * outputs_),
        slope_(eta_.size()),
        projected_(eta_.size() * shared.quantities) {}
  std::size_t most_rows() const { return project_.most_rows(); }
  void reset() {}
  void merge(const InfluenceWorker&) {}

  void add(const RowBlock& rows) {
    project_.load(rows);
    project_.multiply(shared_.solved, projected_.data());
    const double* slope = slopes_of(rows);
    for (std::size_t i = 0; i < rows.rows; ++i) {
      const double s = rows.row_weight == nullptr ? 1 : rows.row_weight[i];
      const double share = std::min(s, 1.0) / shared_.risk->weight_sum();
      const double* along = projected_.data() + i * shared_.quantities * outputs_;
      double* effect = shared_.effect + (rows.first_row + i) * shared_.quantities;
      for (std::size_t q = 0; q < shared_.quantities; ++q) {
        double sum = 0;
        for (std::size_t k = 0; k < outputs_; ++k) sum += along[q * outputs_ + k] * slope[i * outputs_ + k];
        effect[q] = s == 0 ? 0 : share * sum;
      }
    }
  }

 private:
  const double* slopes_of(const RowBlock& rows) {
    if (shared_.slope != nullptr) return shared_.slope + rows.first_row * outputs_;
    predict_.load(rows);
    predict_.multiply(shared_.w, eta_.data());
    evaluate(shared_.risk->loss(), rows.target, eta_.data(), rows.rows, {nullptr, slope_.data(), nullptr});
    return slope_.data();
  }

  const InfluenceShared& shared_;
  std::size_t outputs_;
  RowVerbs project_, predict_;
  std::vector<double> eta_, slope_, projected_;
};

}  // namespace

Matrix predictor_directions(const EmpiricalRisk& risk, const Vector& query) {
  const auto d = static_cast<Index>(risk.width()), outputs = static_cast<Index>(risk.outputs());
  require(query.size() == d, "predictor_directions", "query", "d long");
  Matrix directions = Matrix::Zero(d * outputs, outputs);
  for (Index k = 0; k < outputs; ++k) directions.col(k).segment(k * d, d) = query;
  return directions;
}

Vector held_out_direction(const EmpiricalRisk& risk, const Vector& w, RowSource& held_out, Progress& progress) {
  double weight_sum = 0;
  held_out.rewind();
  for (RowBlock block; held_out.next(block);) {
    for (std::size_t i = 0; i < block.rows; ++i) weight_sum += block.row_weight == nullptr ? 1 : block.row_weight[i];
  }
  EmpiricalRisk other(held_out, risk.coordinates(), risk.loss(), 0, weight_sum);
  other.listen_to(progress);
  Vector gradient;
  (void)other.value_gradient(w, gradient);
  return gradient;
}

Buffer<double> influence_of_rows(EmpiricalRisk& risk, const InfluenceRequest& request, Progress& progress) {
  const Matrix& directions = *request.directions;
  require(directions.rows() == risk.dimension(), "influence_of_rows", "directions", "K·d rows");
  Buffer<double> effect(risk.source().rows() * static_cast<std::size_t>(directions.cols()));
  Matrix solved(directions.rows(), directions.cols());
  for (Index q = 0; q < directions.cols(); ++q) solved.col(q) = request.curvature->solve(directions.col(q));
  InfluenceShared shared;
  shared.risk = &risk;
  shared.slope = request.slope;
  shared.quantities = static_cast<std::size_t>(directions.cols());
  shared.sparse = risk.source().sparse();
  shared.effect = effect.data();
  RowVerbs(risk.coordinates(), risk.outputs(), shared.sparse, 1).translate(request.w->data(), shared.w);
  RowVerbs(risk.coordinates(), risk.outputs() * shared.quantities, shared.sparse, 1)
      .translate(solved.data(), shared.solved);
  (void)reduce_tiles<InfluenceWorker>(risk.source(), progress, [&] { return InfluenceWorker(shared); });
  return effect;
}

}  // namespace plumbline
