#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "plumbline/core/buffer.hpp"
#include "plumbline/data/input.hpp"

namespace plumbline {

/// How much text is taken at once. Tests make these tiny so that every boundary is crossed.
struct TextLimits {
  std::size_t block_bytes = std::size_t{1} << 20;  ///< text of a block: stays in the second-level cache while parsed
  std::size_t most_record_bytes = std::size_t{64} << 20;  ///< a longer record (or line) is bad data
  std::size_t sample_bytes = std::size_t{1} << 16;        ///< looked at to find the delimiter
};

/// Whole records of a text file. The byte after the last one is '\n', so that scans need not watch the end, and
/// kReadableAfterText bytes may be read there.
struct RecordBlock {
  Buffer<char> text;
  std::size_t size = 0;
  bool last = false;           ///< nothing follows
  bool overlong = false;       ///< the block is the start of a record longer than the limit
  std::uint64_t position = 0;  ///< bytes of the file read when the block was complete, for progress
};

/// What ends a record.
struct RecordSyntax {
  char delimiter = ',';
  bool quotes = true;  ///< false: every line end ends a record
  /// A block never ends in empty lines unless it is the last, so that one can tell which ones end the file.
  bool keep_empty_lines_together = false;
};

/// Position after the last line end in text[begin, end), 0 if there is none. A '\r' in the last of `size` bytes is not
/// taken for one, because a '\n' may follow.
std::size_t after_last_line_end(const char* text, std::size_t begin, std::size_t end, std::size_t size);

/// Length of the longest prefix of `text` that consists of whole records, when more text may follow; 0 if none is
/// complete. The text starts at a record. O(size).
std::size_t whole_records(std::string_view text, const RecordSyntax& syntax);

/// Cuts a file into blocks at the ends of records. O(bytes); memory: one block and what is left over of it.
class RecordReader final {
 public:
  RecordReader(ByteInput& input, const TextLimits& limits) : input_(input), limits_(limits) {}

  /// The next bytes without taking them: at least `count` unless the file ends before.
  std::string_view peek(std::size_t count);
  /// Takes bytes that were peeked at.
  void consume(std::size_t count) { begin_ += count; }
  /// Whether what was peeked at last is all there is.
  bool at_end() const { return at_end_; }
  /// The next block, false after the last. A file always has a last block, which may have no bytes.
  bool next(RecordBlock& block, const RecordSyntax& syntax);
  void rewind();

 private:
  void extend(RecordBlock& block, std::size_t target);
  void put_back(std::string_view tail);

  ByteInput& input_;
  TextLimits limits_;
  std::string pending_;  ///< read, but not yet handed out, from begin_
  std::size_t begin_ = 0;
  bool at_end_ = false;    ///< of the input
  bool finished_ = false;  ///< the last block was handed out
};

}  // namespace plumbline
