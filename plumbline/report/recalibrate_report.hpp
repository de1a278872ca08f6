#pragma once

#include <string>

#include "plumbline/pipeline/recalibrate.hpp"

namespace plumbline {

/// {"command":"calibrate","data":{…},"calibration":{…},"conformal":…,"costs":{…},"output":"…","notes":[…]}.
std::string recalibrate_json(const RecalibrateResult& result, const std::string& output_path);

/// The same in a few lines for reading.
std::string recalibrate_text(const RecalibrateResult& result, const std::string& output_path);

}  // namespace plumbline
