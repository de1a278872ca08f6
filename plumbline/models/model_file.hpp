#pragma once

#include <cstdint>
#include <string>

#include "plumbline/models/linear_model.hpp"

namespace plumbline {

/// The layout of the model file that this version writes and reads.
inline constexpr std::uint64_t kModelSchema = 1;

/// The model as versioned JSON ("schema": 1): no code, every double exactly, keys that say what they are. A figure that
/// is not finite (r2 of a constant target) is null with "<key>_reason" beside it; text that is not UTF-8 is
/// {"bytes":"<hex>"}. Coefficients, centres and scales must be finite, and classes in their order
/// (std::invalid_argument).
std::string to_json(const LinearModel& model);

/// The inverse of to_json. Everything is validated before the model is used: known schema and version, known names,
/// shapes with checked multiplication, finite numbers, classes in their order, distinct features, encoder and predictor
/// of one width, and no key that this version does not know (a later version's file must not be half understood).
/// Throws FileError naming `path` and the key that is wrong.
LinearModel model_from_json(const std::string& text, const std::string& path);

/// Writes atomically: temporary file beside `path`, fsync, rename; a device or pipe is written in place. Throws
/// FileError.
void save_model(const LinearModel& model, const std::string& path);

/// Throws FileError.
LinearModel load_model(const std::string& path);

}  // namespace plumbline
