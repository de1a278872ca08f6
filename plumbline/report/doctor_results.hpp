#pragma once

#include <string>

#include "plumbline/pipeline/doctor.hpp"

namespace plumbline {

/// For reading: one line for a clean table; else that line, and for each kind of finding what was found, what it does
/// to a fit and what to do.
std::string doctor_text(const DoctorResult& result, const std::string& data_path);

/// One line of JSON: all that was measured, the thresholds it was held against, and the findings.
std::string doctor_json(const DoctorResult& result, const DoctorOptions& options);

}  // namespace plumbline
