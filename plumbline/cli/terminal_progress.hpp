#pragma once

#include <chrono>
#include <iosfwd>
#include <string>

#include "plumbline/core/progress.hpp"

namespace plumbline {

/// Narration on standard error: sentences, and on a terminal one line of progress that is redrawn a few times a second
/// and erased at the end. Plain text without colour.
class TerminalProgress final : public Progress {
 public:
  TerminalProgress(std::ostream& err, bool quiet);
  ~TerminalProgress() override { erase(); }

  void advance(std::string_view stage, std::uint64_t done, std::uint64_t total) override;
  void say(std::string_view sentence) override;
  bool cancelled() const override;
  /// Takes the line of progress away.
  void erase();

 private:
  std::ostream& err_;
  bool quiet_;
  bool bar_;
  std::size_t drawn_ = 0;  ///< characters on the line
  std::chrono::steady_clock::time_point last_;
};

}  // namespace plumbline
