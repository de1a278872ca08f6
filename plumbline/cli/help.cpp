#include "plumbline/cli/help.hpp"

#include <fmt/format.h>

namespace plumbline {
namespace {

constexpr std::size_t kNameWidth = 28;

std::string entry(const std::string& name, const std::string& text) {
  if (name.size() < kNameWidth) return fmt::format("  {:<{}}{}\n", name, kNameWidth, text);
  return fmt::format("  {}\n  {:<{}}{}\n", name, "", kNameWidth, text);
}

std::string option_entry(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  const std::string value = option.get_items_expected_max() == 0 || type.empty() ? "" : " " + type;
  const std::string standard = option.get_default_str();
  return entry(option.get_name(false, true) + value,
               option.get_description() + (standard.empty() ? "" : " (default: " + standard + ")"));
}

std::string usage_line(const CLI::App& command, const std::string& full_name) {
  std::string usage = "usage: " + full_name;
  if (!command.get_subcommands(nullptr).empty()) return usage + " COMMAND …\n";
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional()) usage += " " + option->get_name(true);
  }
  return usage + " [options]\n";
}

std::string command_entries(const CLI::App& program) {
  std::string text;
  for (const CLI::App* command : program.get_subcommands(nullptr)) {
    text += entry(command->get_name(), command->get_description());
  }
  return text.empty() ? "" : "\ncommands\n" + text;
}

}  // namespace

std::string help_page(const CLI::App& command, const std::string& full_name) {
  std::string text = usage_line(command, full_name) + "\n" + command.get_description() + "\n";
  text += command_entries(command);
  std::string positionals;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_positional()) positionals += entry(option->get_name(true), option->get_description());
  }
  if (!positionals.empty()) text += "\n" + positionals;
  for (const std::string& group : command.get_groups()) {
    std::string entries;
    for (const CLI::Option* option : command.get_options()) {
      if (option->get_group() == group && !option->get_positional()) entries += option_entry(*option);
    }
    if (!entries.empty()) text.append("\n").append(group).append("\n").append(entries);
  }
  return text;
}

}  // namespace plumbline
