#include "plumbline/calibration/fit_calibrator.hpp"

#include "plumbline/calibration/logit_tiles.hpp"

namespace plumbline {

CalibratorFit fit_calibrator(CalibrationMethod method, const ClassOutputs& outputs) {
  switch (method) {
    case CalibrationMethod::none:
      break;
    case CalibrationMethod::temperature:
      return fit_temperature(outputs);
    case CalibrationMethod::vector:
      return fit_vector_scaling(outputs);
    case CalibrationMethod::platt:
      return fit_platt(outputs);
    case CalibrationMethod::isotonic:
      return fit_isotonic(outputs);
  }
  check_outputs(outputs, "fit_calibrator");
  CalibratorFit fit;
  fit.calibrator.classes = outputs.classes();
  return fit;
}

}  // namespace plumbline
