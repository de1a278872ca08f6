#include "plumbline/inference/distributions.hpp"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

using boost::math::complement;

/// Nothing is thrown from a formula, and everything is done in double.
using Quiet =
    boost::math::policies::policy<boost::math::policies::domain_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::pole_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::evaluation_error<boost::math::policies::ignore_error>,
                                  boost::math::policies::promote_double<false>>;

void require_level(double level, const char* function) {
  require(level > 0 && level < 1, function, "level", "between 0 and 1");
}

}  // namespace

double two_sided_normal(double z) { return std::erfc(std::fabs(z) / std::sqrt(2.0)); }

double two_sided_t(double t, double degrees_of_freedom) {
  if (std::isnan(t) || !(degrees_of_freedom > 0)) return kNaN;
  if (std::isinf(t)) return 0;
  if (std::isinf(degrees_of_freedom)) return two_sided_normal(t);
  return 2 * cdf(complement(boost::math::students_t_distribution<double, Quiet>(degrees_of_freedom), std::fabs(t)));
}

double upper_chi_squared(double x, double degrees_of_freedom) {
  if (std::isnan(x) || !(degrees_of_freedom > 0)) return kNaN;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  return cdf(complement(boost::math::chi_squared_distribution<double, Quiet>(degrees_of_freedom), x));
}

double upper_f(double x, double numerator_degrees, double denominator_degrees) {
  if (std::isnan(x) || !(numerator_degrees > 0 && denominator_degrees > 0)) return kNaN;
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  return cdf(complement(boost::math::fisher_f_distribution<double, Quiet>(numerator_degrees, denominator_degrees), x));
}

double central_t(double level, double degrees_of_freedom) {
  require_level(level, "central_t");
  if (!(degrees_of_freedom > 0)) return kNaN;
  const double tail = (1 - level) / 2;
  if (std::isinf(degrees_of_freedom)) {
    return quantile(complement(boost::math::normal_distribution<double, Quiet>(), tail));
  }
  return quantile(complement(boost::math::students_t_distribution<double, Quiet>(degrees_of_freedom), tail));
}

double chi_squared_quantile(double level, double degrees_of_freedom) {
  require_level(level, "chi_squared_quantile");
  if (!(degrees_of_freedom > 0)) return kNaN;
  return quantile(boost::math::chi_squared_distribution<double, Quiet>(degrees_of_freedom), level);
}

}  // namespace plumbline
