#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>

#include "plumbline/models/json_reader.hpp"
#include "plumbline/models/saved_posterior.hpp"

namespace plumbline {

/// How many lower triangles the posterior of a model has, and their rows.
struct PosteriorShape {
  std::size_t features = 0;
  std::size_t blocks = 1, rows = 0;
};
PosteriorShape posterior_shape(const LinearModel& model);

/// {"center":[p],"scale":[p],"noise_variance":σ²,"roots":[[packed lower triangle, row by row]]}. All must be finite
/// (std::invalid_argument).
nlohmann::ordered_json posterior_json(const SavedPosterior& posterior);

/// The inverse, everything checked against the shape. Throws FileError.
SavedPosterior read_posterior(JsonReader object, const PosteriorShape& shape);

}  // namespace plumbline
