#include "plumbline/inference/covariance.hpp"

#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/core/index.hpp"
#include "plumbline/inference/robust.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

class CovarianceMaker final {
 public:
  CovarianceMaker(const FittedLinear& fitted, const CovarianceOptions& options, Progress& progress)
      : fitted_(fitted),
        options_(options),
        progress_(progress),
        squared_(is_least_squares(fitted.loss)),
        risk_(*fitted.source, fitted.coordinates, fitted.loss, 0, fitted.weight_sum),
        w_(solver_weights(fitted)) {
    risk_.listen_to(progress);
    result_.outputs_covary = mixes_outputs(fitted.loss);
  }

  CoefficientCovariance make() {
    const bool quadratic = squared_ || std::holds_alternative<GaussianLoss>(fitted_.loss);
    if (quadratic && fitted_.least_squares && options_.kind == CovarianceKind::classical) {
      take_root_of_solver(*fitted_.least_squares);
      return std::move(result_);
    }
    const InformationRoot inverse = invert_information(risk_, w_, options_.information, progress_);
    take_shape(inverse);
    if (inverse.singular) {
      give_up("the information is singular to working precision: the likelihood is flat in some direction");
      return std::move(result_);
    }
    if (options_.kind == CovarianceKind::classical) {
      take_classical(inverse);
    } else {
      take_sandwich(inverse);
    }
    hide_undetermined();
    return std::move(result_);
  }

 private:
  double degrees_left() const { return fitted_.weight_sum - static_cast<double>(result_.parameters); }

  /// A full-rank design whose normal matrix the solver has inverted.
  void take_root_of_solver(const LeastSquaresInference& solved) {
    const Coordinates& at = fitted_.coordinates;
    result_.state = determined_coordinates(at, Matrix::Zero(index(at.dimension()), 0));
    for (const Undetermined state : result_.state) result_.rank += state == Undetermined::no ? 1 : 0;
    result_.parameters = result_.rank;
    result_.degrees_of_freedom = squared_ ? solved.degrees_of_freedom : kInfinity;
    result_.residual_sd = squared_ ? solved.residual_sd : 0;
    const auto* gaussian = std::get_if<GaussianLoss>(&fitted_.loss);
    result_.roots = {solved.root * (gaussian != nullptr ? gaussian->sigma : solved.residual_sd)};
    if (squared_ && !(solved.degrees_of_freedom > 0)) lose_degrees_of_freedom();
    hide_undetermined();
  }

  void take_shape(const InformationRoot& inverse) {
    result_.rank = inverse.rank;
    const std::size_t shared = result_.outputs_covary ? risk_.outputs() - (risk_.is_shift_invariant() ? 1 : 0) : 1;
    result_.parameters = inverse.rank * shared;
    result_.state = determined_coordinates(fitted_.coordinates, inverse.null_space);
    result_.degrees_of_freedom = squared_ ? degrees_left() : kInfinity;
    if (!squared_) return;
    const double residual_squares = 2 * fitted_.weight_sum * risk_.along(w_, w_, 0).value;
    result_.residual_sd = degrees_left() > 0 ? std::sqrt(residual_squares / degrees_left()) : kNaN;
  }

  void take_classical(const InformationRoot& inverse) {
    if (squared_ && !(degrees_left() > 0)) lose_degrees_of_freedom();
    for (const Matrix& root : inverse.blocks) append_roots(squared_ ? Matrix(root * result_.residual_sd) : root);
  }

  void take_sandwich(const InformationRoot& inverse) {
    const ScoreScatter scatter = options_.kind == CovarianceKind::cluster
                                     ? cluster_scatter(risk_, w_, options_.clusters, progress_)
                                     : row_scatter(risk_, w_, inverse, {options_.information, correction()}, progress_);
    if (scatter.full_leverage) {
      give_up("a row has leverage 1, so that its residual is 0 whatever it says: HC2 and HC3 divide by 0");
      return;
    }
    result_.clusters = scatter.clusters;
    if (options_.kind == CovarianceKind::cluster && scatter.clusters < 2) {
      give_up("there are fewer than two clusters");
      return;
    }
    if (options_.kind == CovarianceKind::cluster && squared_) {
      result_.degrees_of_freedom = static_cast<double>(scatter.clusters) - 1;
    }
    const double factor = small_sample_factor(static_cast<double>(scatter.clusters));
    if (!std::isfinite(factor)) lose_degrees_of_freedom();
    for (std::size_t q = 0; q < inverse.blocks.size(); ++q) {
      append_roots(sandwich_root(inverse.blocks[q], scatter.blocks[q]) * std::sqrt(factor));
    }
  }

  LeverageCorrection correction() const {
    if (options_.kind == CovarianceKind::hc2) return LeverageCorrection::once;
    return options_.kind == CovarianceKind::hc3 ? LeverageCorrection::twice : LeverageCorrection::none;
  }

  double small_sample_factor(double clusters) const {
    const double n = fitted_.weight_sum;
    if (options_.kind != CovarianceKind::hc1 && options_.kind != CovarianceKind::cluster) return 1;
    if (!(degrees_left() > 0)) return kNaN;
    if (options_.kind == CovarianceKind::hc1) return n / degrees_left();
    return clusters / (clusters - 1) * ((n - 1) / degrees_left());
  }

  /// The rows of one root, output by output, in the user's units.
  void append_roots(const Matrix& root) {
    const Index d = index(risk_.width());
    for (Index begin = 0; begin < root.rows(); begin += d) {
      result_.roots.push_back(root_in_user_units(fitted_.coordinates, root.middleRows(begin, d)));
    }
  }

  void lose_degrees_of_freedom() {
    result_.reason = "there are no more rows than coefficients: none are left over for the variance";
    for (Undetermined& state : result_.state) {
      if (state == Undetermined::no) state = Undetermined::no_degrees_of_freedom;
    }
  }

  void give_up(const std::string& reason) {
    result_.reason = reason;
    for (Undetermined& state : result_.state) {
      if (state == Undetermined::no) state = Undetermined::singular;
    }
    result_.roots.assign(risk_.outputs(), Matrix::Constant(index(risk_.width()), 1, kNaN));
  }

  void hide_undetermined() {
    for (Matrix& root : result_.roots) {
      for (std::size_t j = 0; j < result_.state.size(); ++j) {
        if (result_.state[j] != Undetermined::no) root.row(index(j)).setConstant(kNaN);
      }
    }
  }

  const FittedLinear& fitted_;
  const CovarianceOptions& options_;
  Progress& progress_;
  bool squared_;
  EmpiricalRisk risk_;
  Vector w_;
  CoefficientCovariance result_;
};

}  // namespace

Vector CoefficientCovariance::contrast_errors(std::size_t k, std::size_t reference) const {
  require(outputs_covary, "contrast_errors", "k", "an output that covaries with the others");
  return (roots[k] - roots[reference]).rowwise().norm();
}

CoefficientCovariance coefficient_covariance(const FittedLinear& fitted, const CovarianceOptions& options,
                                             Progress& progress) {
  const std::string refusal = inference_refusal(fitted.loss, fitted.coordinates.dimension());
  require(refusal.empty(), "coefficient_covariance", "fitted", "one with standard errors: " + refusal);
  return CovarianceMaker(fitted, options, progress).make();
}

}  // namespace plumbline
