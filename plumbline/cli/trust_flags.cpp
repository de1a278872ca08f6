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

void add_conformal_flags(FlagGroup& group, TrustOptions& options) {
  ConformalChoice& choice = options.conformal;
  const std::string methods = "auto|none|lac|aps|raps|absolute|scaled|cqr|jackknife+";
  group.add({"--conformal", methods,
             "prediction sets (lac, aps, raps: of classes; the others: intervals), by the other calibration rows", ""},
            "auto", [&choice, methods](const std::string& text) {
              choice.none = text == "none";
              choice.method = from_name(kConformalMethods, text);
              if (!choice.method && !choice.none && text != "auto")
                throw UsageError(fmt::format("--conformal must be {}, got '{}'", methods, text));
            });
  group.number({"--miscoverage", "A", "how often a set may miss the truth", ""}, {0, false, 1, false},
               choice.options.miscoverage);
  group.toggle("--class-conditional", "a threshold for each class: cover the rows of every class as often",
               [&choice] { choice.options.class_conditional = true; });
  group.toggle("--randomized", "break ties by a draw a row (aps, raps: smaller sets), for exact coverage",
               [&choice] { choice.options.randomized = true; });
  group.toggle("--allow-empty", "let sets be empty; else the most probable class is in them",
               [&choice] { choice.options.allow_empty = true; });
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
