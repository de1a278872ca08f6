#include "plumbline/cli/signals.hpp"

#include <csignal>

namespace plumbline {
namespace {

// The one piece of global state: a signal handler can reach nothing else.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t interrupt_flag = 0;

extern "C" void remember_interrupt(int /*signal*/) { interrupt_flag = 1; }

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = remember_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

bool interrupt_requested() { return interrupt_flag != 0; }

}  // namespace plumbline
