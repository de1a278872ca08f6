#include "plumbline/cli/network_flags.hpp"

#include <filesystem>

#include "plumbline/cli/choices.hpp"
#include "plumbline/solvers/network_training.hpp"

namespace plumbline {

namespace {

constexpr std::uint64_t kMostEpochsAsked = std::uint64_t{1} << 53;
constexpr std::uint64_t kWidest = std::uint64_t{1} << 24;
constexpr const char* kStateEnding = ".state";

}  // namespace

void add_network_flags(CLI::App& command, NetworkChoice& choice) {
  FlagGroup group(command, "network");
  group.add({"--hidden", "N[,N…]", "widths of hidden layers: a network in place of a linear model", "none"}, "",
            [&choice](const std::string& text) {
              choice.hidden.clear();
              for (const std::string& width : parse_list("--hidden", text))
                choice.hidden.push_back(static_cast<std::size_t>(parse_count("--hidden", width, 1, kWidest)));
            });
  group.choice({"--activation", "", "between the layers", name_of(Activation::relu)}, kActivations, choice.activation);
  group.choice({"--dtype", "", "what the network is computed in", "f32; f64 for lbfgs and newton-cg"}, kNetworkScalars,
               choice.scalar);
  group.number({"--validation", "F", "fraction of the rows, out of train, on which the best epoch is chosen", "0"},
               {0, true, 1, false}, choice.validation_fraction);
  group.count({"--patience", "E", "stop after so many epochs without a better validation loss", "never"}, 1,
              kMostEpochsAsked, choice.patience);
  group.count({"--save-every", "E", "save the training's state every so many epochs, to MODEL.json.state", "never"}, 1,
              kMostEpochsAsked, choice.save_every);
  group.text({"--resume", "FILE", "continue an interrupted training from its state", ""}, choice.resume_path);
  group.count(
      {"--recompute", "K", "gradient checkpointing: compute so many hidden layers again instead of keeping them", "0"},
      0, kMostEpochsAsked, choice.recompute);
}

void place_state(const std::string& output, NetworkChoice& choice) {
  if (choice.save_every > 0) {
    if (output.empty()) throw UsageError("--save-every needs -o MODEL.json: the state goes to MODEL.json.state");
    choice.state_path = output + kStateEnding;
  }
  std::error_code ignored;  // a path that cannot be looked at is one that cannot be read: said there
  if (!choice.resume_path.empty() && std::filesystem::exists(choice.resume_path + kStateEnding, ignored))
    choice.resume_path += kStateEnding;
}

}  // namespace plumbline
