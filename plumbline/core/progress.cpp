#include "plumbline/core/progress.hpp"

namespace plumbline {

void Progress::advance(std::string_view /*stage*/, std::uint64_t /*done*/, std::uint64_t /*total*/) {}
void Progress::say(std::string_view /*sentence*/) {}
bool Progress::cancelled() const { return false; }

Progress& silent_progress() {
  static Progress silent;
  return silent;
}

}  // namespace plumbline
