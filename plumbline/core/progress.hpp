#pragma once

#include <cstdint>
#include <string_view>

namespace plumbline {

/// What a long computation tells its caller while it runs, and how the caller stops it. The default listener says
/// nothing and never stops. Calls come from one thread at a time.
class Progress {
 public:
  Progress() = default;
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  virtual ~Progress() = default;

  /// `done` of `total` units of `stage` ("reading", "fitting"); total = 0 where it is not known.
  virtual void advance(std::string_view stage, std::uint64_t done, std::uint64_t total);
  /// One finished sentence that the user should read.
  virtual void say(std::string_view sentence);
  /// True once the user wants to stop; checked between blocks of rows and between iterations, and while a pipe is
  /// silent: from any thread, at the same time as the other calls.
  virtual bool cancelled() const;
};

/// The listener that says nothing.
Progress& silent_progress();

}  // namespace plumbline
