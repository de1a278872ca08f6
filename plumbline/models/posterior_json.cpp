#include "plumbline/models/posterior_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plumbline/core/errors.hpp"
#include "plumbline/models/json_values.hpp"

namespace plumbline {
PosteriorShape posterior_shape(const LinearModel& model) {
  const std::size_t features = model.predictor.features, outputs = model.outputs();
  const std::size_t width = features + (model.predictor.has_intercept ? 1 : 0);
  const bool mixes = outputs > 1 && model.loss.kind == LossKind::softmax;
  return {features, mixes ? 1 : outputs, mixes ? outputs * width : width};
}

nlohmann::ordered_json posterior_json(const SavedPosterior& posterior) {
  nlohmann::ordered_json roots = nlohmann::ordered_json::array();
  for (const std::vector<double>& root : posterior.roots) roots.push_back(finite_json(root, "posterior.roots"));
  finite_json({posterior.noise_variance}, "posterior.noise_variance");
  return {{"center", finite_json(posterior.center, "posterior.center")},
          {"scale", finite_json(posterior.scale, "posterior.scale")},
          {"noise_variance", posterior.noise_variance},
          {"roots", roots}};
}

SavedPosterior read_posterior(JsonReader object, const PosteriorShape& shape) {
  SavedPosterior posterior;
  posterior.center = object.member("center").numbers(shape.features);
  const JsonReader scale = object.member("scale");
  posterior.scale = scale.numbers(shape.features);
  for (const double value : posterior.scale) {
    if (value < 0) scale.refuse("must not be negative");
  }
  posterior.noise_variance = object.member("noise_variance").number_from(0);
  const JsonReader roots = object.member("roots");
  for (const JsonReader& root : roots.elements()) {
    // No wider than the coefficients that stand in the file, so that this cannot overflow.
    posterior.roots.push_back(root.numbers(shape.rows * (shape.rows + 1) / 2));
  }
  if (posterior.roots.size() != shape.blocks) {
    roots.refuse(fmt::format("must hold {} triangles, not {}", shape.blocks, posterior.roots.size()));
  }
  object.finish();
  return posterior;
}

}  // namespace plumbline
