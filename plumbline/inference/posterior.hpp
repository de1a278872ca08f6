#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/inference/posterior_curvature.hpp"
#include "plumbline/linalg/types.hpp"
#include "plumbline/losses/loss.hpp"
#include "plumbline/objective/empirical_risk.hpp"

namespace plumbline {

/// What is known of the weights after the fit, if the penalty is read as a Gaussian prior: the objective times n = Σs
/// is −log posterior (times σ² for least squares). l2 then is a prior of variance 1/(n·l2·factor_j) (least squares:
/// σ²/(n·l2·factor_j)) on weight j in the risk's coordinates; the intercept, features of factor 0, and all at l2 = 0
/// have the flat prior.
///
/// - Least squares and ridge: exactly N(w, σ² A⁻¹), given σ² (LeastSquaresRoot::residual_variance, from the fit: its
/// own
///   uncertainty is not in here, which Student's t would add).
/// - Logistic (also multilabel), softmax, probit, cloglog: Laplace's approximation N(w, (n·H)⁻¹), H = ∇²f(w): exact as
///   n grows; skewness is not in here. (MacKay 1992; Bishop 2006, 4.5)
struct Posterior {
  Loss loss;
  Coordinates coordinates;
  Vector mean;                ///< (K·d): w
  CurvatureRoot root;         ///< covariance = B Bᵀ
  double noise_variance = 0;  ///< least squares: σ²; else 0
  /// False: columns depend on each other under a flat prior, no degree of freedom is left for σ², or the Hessian is
  /// singular: there is no posterior, and nothing below means anything.
  bool proper = true;
};

/// `risk`: squared loss; `root` made of it.
Posterior least_squares_posterior(const EmpiricalRisk& risk, const LeastSquaresRoot& root);

/// `risk` at its optimum w: logistic, softmax, probit or cloglog (else std::invalid_argument). One pass over X.
Posterior laplace_posterior(EmpiricalRisk& risk, const Vector& w);

/// (K·d, draws): draw t is mean + B z_t, B from the Cholesky factor of the precision, z_t standard normal by Box and
/// Muller (1958) from stream t of `seed`: the same seed gives the same bits, and more draws begin with the same ones.
/// O(draws·(K·d)²).
Matrix posterior_draws(const Posterior& posterior, std::size_t draws, std::uint64_t seed);

/// What the posterior says of each row: of E[y] for least squares, of the probability of each class (softmax), label,
/// or of class 1 (one output).
struct PosteriorPrediction {
  std::size_t rows = 0, width = 1;
  std::vector<double> mean;  ///< (rows, width): averaged over the posterior
  std::vector<double> sd;    ///< (rows, width): the spread over the posterior: what more data would take away
  /// (rows), least squares: sqrt(sd² + σ²), the spread of a new y. Else empty: the probability is the spread.
  std::vector<double> sd_with_noise;
  /// (rows, width), with draws: standard errors of `mean` and `sd` by the finite number of draws; sd/√N, and for the sd
  /// by the delta method from the fourth moment. In closed form: `mean_error` is what the probit-scaled mean is off the
  /// integral (logistic; 0 for the others, which are exact), `sd_error` is empty.
  std::vector<double> mean_error, sd_error;
};

/// Averages over `draws` >= 2 draws: for each row the mean and sd of eta (least squares) or of the probabilities over
/// the models drawn. One pass over `rows` in parallel for all draws, 2·rows·d·K·draws flops, K·d·draws doubles. The
/// same bits for any threads and block size. Targets and weights of `rows` are not looked at.
PosteriorPrediction predict_by_draws(RowSource& rows, const Posterior& posterior, std::size_t draws, std::uint64_t seed,
                                     Progress& progress = silent_progress());

/// The same without draws. With eta ~ N(m, v), v = ‖Bᵀx̃‖²:
/// - least squares: mean m, sd √v, both exact;
/// - logistic, multilabel: mean σ(m/√(1 + πv/8)), probit-scaled (MacKay 1992; Bishop 2006, 4.153). Against the integral
///   ∫σ(eta) N(eta; m, v) d eta it is off by at most 0.018 for any m and v, by 0.005 for v <= 1, by 0.0007 for v <=
///   0.1; `mean_error` has how much it is for each row. The sd is that of the integral, by the trapezoid rule;
/// - probit: mean Φ(a), a = m/√(1 + v), and sd² = (1/π)∫_b^1 exp(−a²(1 + x²)/2)/(1 + x²) dx, b = 1/√(1 + 2v) (Owen
/// 1956),
///   both exact for normal eta;
/// - cloglog: both integrals by the trapezoid rule, to rounding for √v up to some hundreds.
/// Softmax has no closed form: UsageError. One pass over `rows`, 2·rows·d²·K flops. The same bits for any threads.
PosteriorPrediction predict_in_closed_form(RowSource& rows, const Posterior& posterior,
                                           Progress& progress = silent_progress());

}  // namespace plumbline
