#include "plumbline/losses/link_functions.hpp"

#include <cmath>
#include <string>

#include "plumbline/core/constants.hpp"
#include "plumbline/core/errors.hpp"

namespace plumbline {

namespace {

void require_temperature(double temperature, const char* function) {
  require(temperature >= 0, function, "temperature", "at least 0, got " + std::to_string(temperature));
}

/// An exponent in two parts: high + low, low what rounding took away. Without it exp would turn the half ulp of an
/// exponent near 700 into 500 ulp of the result.
struct Exponent {
  double high = 0, low = 0;
  double exp() const { return std::exp(high) * (1 + low); }
};

/// (z − reference)/τ for finite z and reference and 0 < τ < ∞.
Exponent quotient_of_difference(double z, double reference, double temperature) {
  const double difference = z - reference;
  if (std::isinf(difference)) return {(0.5 * z - 0.5 * reference) / temperature * 2, 0};  // huge, of unlike signs
  const double back = difference - z;
  const double lost = (z - (difference - back)) - (reference + back);
  const double high = difference / temperature;
  const double low = (std::fma(-high, temperature, difference) + lost) / temperature;
  return {high, std::isfinite(low) ? low : 0};
}

/// Where the limit is reached: `member` classes share everything, the others have nothing.
Exponent limit(double z, bool member) {
  if (std::isnan(z)) return {z, 0};
  return {member ? 0 : -kInfinity, 0};
}

/// The exponent of z relative to the largest logit of its row.
Exponent relative_exponent(double z, double largest, double temperature) {
  if (largest == -kInfinity) return {std::numeric_limits<double>::quiet_NaN(), 0};
  if (temperature == 0 || largest == kInfinity) return limit(z, z == largest);
  if (z == -kInfinity || temperature == kInfinity) return limit(z, z != -kInfinity);
  return quotient_of_difference(z, largest, temperature);
}

/// The exponents of one row, relative to its largest, and the sum of their exp but for the 1 of the largest itself.
class Row {
 public:
  void set(std::span<const double> logits, double temperature) {
    std::size_t at = 0;
    for (std::size_t k = 0; k < logits.size(); ++k) {
      if (logits[k] > logits[at]) at = k;
    }
    exponents_.resize(logits.size());
    for (std::size_t k = 0; k < logits.size(); ++k) {
      exponents_[k] = relative_exponent(logits[k], logits[at], temperature);
    }
    others_ = exponents_[at].high;  // 0, or NaN
    for (std::size_t k = 0; k < logits.size(); ++k) others_ += k == at ? 0.0 : exponents_[k].exp();
  }

  void softmax(double* p) const {
    for (const Exponent& exponent : exponents_) *p++ = exponent.exp() / (1 + others_);
  }

  void log_softmax(double* log_p) const {
    const double log_sum = std::log1p(others_);
    for (const Exponent& exponent : exponents_) *log_p++ = exponent.high + (exponent.low - log_sum);
  }

 private:
  std::vector<Exponent> exponents_;
  double others_ = 0;
};

template <class Write>
std::vector<double> row_by_row(const ClassRows& logits, double temperature, const Write& write) {
  std::vector<double> result(logits.cells().size());
  Row row;
  for (std::size_t i = 0; i < logits.rows(); ++i) {
    row.set(logits.row(i), temperature);
    write(row, result.data() + i * logits.classes());
  }
  return result;
}

/// z/τ with the limits: 0/0 stands for the middle of the step, ∞/∞ for the value of every finite τ.
Exponent tempered(double z, double temperature) {
  if (z == 0 || std::isinf(z)) return {z, 0};
  if (temperature == 0) return {std::copysign(kInfinity, z) + z, 0};
  if (temperature == kInfinity) return {std::isnan(z) ? z : 0, 0};
  return quotient_of_difference(z, 0, temperature);
}

}  // namespace

double sigmoid(double z, double temperature) {
  require_temperature(temperature, "sigmoid");
  const Exponent exponent = tempered(-std::fabs(z), temperature);
  return z >= 0 ? 1 / (1 + exponent.exp()) : exponent.exp() / (1 + exponent.exp());
}

double log_sigmoid(double z, double temperature) {
  require_temperature(temperature, "log_sigmoid");
  const Exponent exponent = tempered(-std::fabs(z), temperature);
  return (z >= 0 ? 0.0 : exponent.high) + ((z >= 0 ? 0.0 : exponent.low) - std::log1p(exponent.exp()));
}

std::vector<double> softmax(std::span<const double> logits, double temperature) {
  return softmax(ClassRows(logits, logits.size()), temperature);
}

std::vector<double> softmax(const ClassRows& logits, double temperature) {
  require_temperature(temperature, "softmax");
  return row_by_row(logits, temperature, [](const Row& row, double* p) { row.softmax(p); });
}

std::vector<double> log_softmax(std::span<const double> logits, double temperature) {
  return log_softmax(ClassRows(logits, logits.size()), temperature);
}

std::vector<double> log_softmax(const ClassRows& logits, double temperature) {
  require_temperature(temperature, "log_softmax");
  return row_by_row(logits, temperature, [](const Row& row, double* log_p) { row.log_softmax(log_p); });
}

}  // namespace plumbline
