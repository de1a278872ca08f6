#include "plumbline/cli/trust_flags.hpp"

namespace plumbline {

void add_calibrate_flag(FlagGroup& group, TrustOptions& options) {
  const std::string methods = "auto|none|temperature|vector|platt|isotonic";
  group.add({"--calibrate", methods, "what repairs the probabilities, fitted on half of the calibration rows", ""},
            "auto", [&options, methods](const std::string& text) {
              options.calibrate = from_name(kCalibrationMethods, text);
              if (!options.calibrate && text != "auto")
                throw UsageError(fmt::format("--calibrate must be {}, got '{}'", methods, text));
            });
}

void add_cost_flags(FlagGroup& group, TrustOptions& options) {
  group.text(
      {"--costs", "FILE", "CSV of costs with labels, rows decided and columns true: take the cheapest decision", ""},
      options.costs_path);
  NumberRange any;
  any.least = -std::numeric_limits<double>::infinity();
  any.least_included = false;
  any.most_included = false;
  group.add(
      {"--abstain", "COST", "what it costs not to decide (without --costs: 1 for a wrong decision, 0 for a right)", ""},
      "", [&options, any](const std::string& text) { options.abstain = parse_number("--abstain", text, any); });
}

}  // namespace plumbline
