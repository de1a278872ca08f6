#pragma once

namespace plumbline {

/// The version of library and program, as `--version`, JSON results and model files give it.
inline constexpr const char* kVersion = "0.1.0";

}  // namespace plumbline
