#pragma once

#include <array>
#include <limits>

namespace plumbline {

/// The summaries of a classifier's probabilities, each one number. NaN: not asked for or not defined.
struct CalibrationFigures {
  double accuracy = std::numeric_limits<double>::quiet_NaN();         ///< share with the top label right
  double log_loss = std::numeric_limits<double>::quiet_NaN();         ///< −mean log p of the true class
  double brier = std::numeric_limits<double>::quiet_NaN();            ///< mean Σ_k (p_k − [y = k])², 0 to 2
  double ece = std::numeric_limits<double>::quiet_NaN();              ///< top label, bins of equal width (E.4.21)
  double ece_equal_mass = std::numeric_limits<double>::quiet_NaN();   ///< top label, parts of equal size
  double ece_debiased = std::numeric_limits<double>::quiet_NaN();     ///< debiased_error() of the parts of equal size
  double ece_debiased_l1 = std::numeric_limits<double>::quiet_NaN();  ///< debiased_absolute_error() of the same
  double ece_smooth = std::numeric_limits<double>::quiet_NaN();       ///< smooth_error()
  double ece_classwise = std::numeric_limits<double>::quiet_NaN();    ///< classwise_error()
  double mce = std::numeric_limits<double>::quiet_NaN();              ///< the largest gap of the bins of equal width
};

struct NamedFigure {
  const char* name;
  double CalibrationFigures::*value;
};

inline constexpr std::array kCalibrationFigures{
    NamedFigure{"accuracy", &CalibrationFigures::accuracy},
    NamedFigure{"log_loss", &CalibrationFigures::log_loss},
    NamedFigure{"ece", &CalibrationFigures::ece},
    NamedFigure{"ece_equal_mass", &CalibrationFigures::ece_equal_mass},
    NamedFigure{"ece_debiased", &CalibrationFigures::ece_debiased},
    NamedFigure{"ece_debiased_l1", &CalibrationFigures::ece_debiased_l1},
    NamedFigure{"ece_smooth", &CalibrationFigures::ece_smooth},
    NamedFigure{"ece_classwise", &CalibrationFigures::ece_classwise},
    NamedFigure{"mce", &CalibrationFigures::mce},
    NamedFigure{"brier", &CalibrationFigures::brier},
};

}  // namespace plumbline
