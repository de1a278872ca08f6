#include "plumbline/cli/terminal_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "plumbline/cli/signals.hpp"

namespace plumbline {
namespace {

constexpr std::chrono::milliseconds kRedraw{100};
constexpr std::uint64_t kBarWidth = 24;

bool is_terminal(const std::ostream& stream) { return &stream == &std::cerr && ::isatty(STDERR_FILENO) == 1; }

std::string bar_text(std::string_view stage, std::uint64_t done, std::uint64_t total) {
  if (total == 0) return fmt::format("{} {}", stage, done);
  const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto filled = static_cast<std::size_t>(part * static_cast<double>(kBarWidth));
  return fmt::format("{} [{}{}] {:3.0f} %", stage, std::string(filled, '#'), std::string(kBarWidth - filled, '.'),
                     100 * part);
}

}  // namespace

TerminalProgress::TerminalProgress(std::ostream& err, bool quiet)
    : err_(err), quiet_(quiet), bar_(!quiet && is_terminal(err)), last_(std::chrono::steady_clock::now()) {}

void TerminalProgress::advance(std::string_view stage, std::uint64_t done, std::uint64_t total) {
  if (!bar_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < kRedraw) return;
  last_ = now;
  const std::string text = bar_text(stage, done, total);
  err_ << '\r' << text << std::string(drawn_ > text.size() ? drawn_ - text.size() : 0, ' ') << std::flush;
  drawn_ = std::max(drawn_, text.size());
}

void TerminalProgress::say(std::string_view sentence) {
  if (quiet_) return;
  erase();
  err_ << sentence << std::endl;
}

bool TerminalProgress::cancelled() const { return interrupt_requested(); }

void TerminalProgress::erase() {
  if (drawn_ == 0) return;
  err_ << '\r' << std::string(drawn_, ' ') << '\r' << std::flush;
  drawn_ = 0;
}

}  // namespace plumbline
