#include "plumbline/data/levels.hpp"

#include <cstring>
#include <utility>

#include "plumbline/core/random.hpp"

namespace plumbline {

namespace {

std::uint64_t hash(std::string_view text) {
  std::uint64_t state = text.size();
  while (text.size() >= sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), sizeof word);
    state = mix(state ^ word);
    text.remove_prefix(sizeof word);
  }
  std::uint64_t rest = 0;
  std::memcpy(&rest, text.data(), text.size());
  return mix(state ^ rest);
}

}  // namespace

std::uint32_t Levels::code(std::string_view text) {
  if (2 * (names_.size() + 1) > slots_.size()) grow();
  const std::uint64_t wanted = hash(text);
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = wanted & mask;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const std::uint32_t candidate = slots_[slot] - 1;
    if (hashes_[candidate] == wanted && names_[candidate] == text) return candidate;
  }
  names_.emplace_back(text);
  hashes_.push_back(wanted);
  slots_[slot] = static_cast<std::uint32_t>(names_.size());
  return slots_[slot] - 1;
}

void Levels::grow() {
  slots_.assign(slots_.empty() ? 16 : 2 * slots_.size(), 0);
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = 0; i < hashes_.size(); ++i) {
    std::size_t slot = hashes_[i] & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

std::vector<std::string> Levels::take_names() {
  std::vector<std::string> names = std::move(names_);
  clear();
  return names;
}

void Levels::clear() {
  names_.clear();
  hashes_.clear();
  slots_.clear();
}

}  // namespace plumbline
