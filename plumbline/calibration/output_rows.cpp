#include "plumbline/calibration/output_rows.hpp"

#include "plumbline/calibration/logit_tiles.hpp"

namespace plumbline {

ClassOutputs OutputRows::view() const {
  ClassOutputs outputs;
  outputs.scores = {logits.data(), label.size(), classes, classes, Scalar::f64, 1.0};
  outputs.label = label.data();
  outputs.weight = weight.empty() ? nullptr : weight.data();
  return outputs;
}

OutputRows take_rows(const ClassOutputs& outputs, const std::vector<std::size_t>& rows) {
  OutputRows taken;
  taken.classes = outputs.classes();
  taken.logits.resize(rows.size() * taken.classes);
  taken.label.reserve(rows.size());
  for (std::size_t q = 0; q < rows.size(); ++q) {
    load_logits(outputs, rows[q], 1, taken.logits.data() + q * taken.classes);
    taken.label.push_back(outputs.label[rows[q]]);
    if (outputs.weight != nullptr) taken.weight.push_back(outputs.weight[rows[q]]);
  }
  return taken;
}

}  // namespace plumbline
