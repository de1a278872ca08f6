#pragma once

#include "plumbline/losses/loss.hpp"

namespace plumbline {

/// P(y = 1) of a loss of two classes and one output at eta (logistic: of any one label), to full
/// relative accuracy: exp(−l(1, eta)).
double probability_of_one(const Loss& loss, double eta);

struct NormalMoments {
  double mean = 0, sd = 0;
  double mean_error = 0;  ///< logistic: how far the probit-scaled mean is from the integral
};

/// Mean and sd of what a loss predicts (eta, or the probability of 1) where eta ~ N(mean, variance), variance >= 0: the
/// closed forms of predict_in_closed_form. Squared, logistic, probit, cloglog.
NormalMoments moments_of(const Loss& loss, double mean, double variance);

/// The same of the probability of 1, for any loss of two classes, by the trapezoid rule over ±9 sd in steps of at most
/// 1/(4 max(1, sd)) sd, which is as good as exact for integrands that are analytic within π/2 of the axis (logistic:
/// π). Some 72·max(1, sd) evaluations.
NormalMoments integrate_probability(const Loss& loss, double mean, double variance);

}  // namespace plumbline
