#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "plumbline/core/progress.hpp"

namespace plumbline {

/// The bytes of a file, standard input, a decompressed .gz or a piece of memory, in order, as often as it is rewound.
class ByteInput {
 public:
  explicit ByteInput(std::string path) : path_(std::move(path)) {}
  ByteInput(const ByteInput&) = delete;
  ByteInput& operator=(const ByteInput&) = delete;
  virtual ~ByteInput() = default;

  /// Up to `count` further bytes; fewer only at the end. Throws FileError, and DataError for a gzip that is not one.
  virtual std::size_t read(char* into, std::size_t count) = 0;
  virtual void rewind() = 0;
  /// Bytes of the file itself taken so far, and in all (0: unknown): before decompression, for progress.
  virtual std::uint64_t position() const = 0;
  virtual std::uint64_t total() const = 0;
  /// Bytes that `read` will give in all, where that is known beforehand; else 0.
  virtual std::uint64_t size() const = 0;

  const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// Opens a path, or standard input for "-"; a name ending in .gz (any case) is decompressed, members one after another
/// as gzip(1) does. Read by read(2), never mapped. What cannot be rewound (a pipe) is copied on the way to an unlinked
/// temporary file in TMPDIR; while a pipe is silent, `progress` (may be null) is asked whether to stop. Throws
/// FileError for what is missing, a directory or not readable, and Cancelled.
std::unique_ptr<ByteInput> open_input(const std::string& path, const Progress* progress = nullptr);

/// The given bytes, which must outlive the input; `path` is only for messages.
std::unique_ptr<ByteInput> memory_input(std::string_view bytes, const std::string& path);

/// The gzip members in `compressed`, decompressed on the way.
std::unique_ptr<ByteInput> gzip_input(std::unique_ptr<ByteInput> compressed);

/// Throws DataError: what is wrong with the file, or with a record of it (counted from 1).
[[noreturn]] void refuse(const ByteInput& input, const std::string& problem, std::uint64_t record = 0);

/// Tells `progress` (may be null) how far the reading is. Throws Cancelled if the user wants to stop.
void report_reading(Progress* progress, std::uint64_t done, std::uint64_t total);

}  // namespace plumbline
