#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plumbline {

/// An output file that appears whole or not at all: text goes to a temporary file in the same folder, and commit()
/// makes it durable (fsync) and puts it in the place of `path` in one step (rename). Until then an older file stays
/// as it is; without commit() the temporary file is removed. A symbolic link is followed, the mode of an older file
/// kept. What is no regular file (a device, a pipe, a terminal) is written in place, and "-" is standard output.
/// Every failure (no such folder, no permission, disk full, file size limit) is a FileError. The file size limit is
/// one only if the program ignores SIGXFSZ.
class AtomicFile final {
 public:
  /// Opens for writing, so that a path that cannot be written is known before any work is done.
  explicit AtomicFile(std::string path);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  /// Appends; collected in memory and written a megabyte at a time.
  void write(std::string_view text);
  /// Ends the writing: everything is on disk, under its temporary name. Nothing may be written afterwards.
  void finish();
  /// finish(), and the file is in its place.
  void commit();

 private:
  void open_in_place();
  void open_temporary();
  void flush();
  void close_descriptor();
  [[noreturn]] void fail();

  std::string path_;       ///< as the user spelled it
  std::string target_;     ///< symbolic links resolved
  std::string temporary_;  ///< empty when written in place
  int descriptor_ = -1;
  std::string pending_;
  bool finished_ = false;
};

}  // namespace plumbline
