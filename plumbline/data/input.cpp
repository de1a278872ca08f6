#include "plumbline/data/input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/text.hpp"

namespace plumbline {

namespace {

std::string system_message(int code) { return std::generic_category().message(code); }

/// A file descriptor, closed at the end unless it is standard input.
class Descriptor final {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ > STDIN_FILENO) (void)::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

/// read(2) until `count` bytes are there or the end is.
std::size_t read_fully(int descriptor, char* into, std::size_t count, const std::string& path) {
  std::size_t got = 0;
  while (got < count) {
    const ssize_t step = ::read(descriptor, into + got, count - got);
    if (step == 0) break;
    if (step < 0 && errno == EINTR) continue;
    if (step < 0) throw FileError(path, "cannot be read: " + system_message(errno));
    got += static_cast<std::size_t>(step);
  }
  return got;
}

class FileInput final : public ByteInput {
 public:
  FileInput(const std::string& path, Descriptor descriptor, std::uint64_t start, std::uint64_t size)
      : ByteInput(path), descriptor_(std::move(descriptor)), start_(start), size_(size) {}

  std::size_t read(char* into, std::size_t count) override {
    const std::size_t got = read_fully(descriptor_.number(), into, count, path());
    position_ += got;
    return got;
  }
  void rewind() override {
    if (::lseek(descriptor_.number(), static_cast<off_t>(start_), SEEK_SET) < 0) {
      throw FileError(path(), "cannot be read again from its start: " + system_message(errno));
    }
    position_ = 0;
  }
  std::uint64_t position() const override { return position_; }
  std::uint64_t total() const override { return size_; }
  std::uint64_t size() const override { return size_; }

 private:
  Descriptor descriptor_;
  std::uint64_t start_;
  std::uint64_t size_;
  std::uint64_t position_ = 0;
};

Descriptor unlinked_temporary_file() {
  const char* folder = std::getenv("TMPDIR");
  std::string name = std::string(folder != nullptr && *folder != '\0' ? folder : "/tmp") + "/plumbline-XXXXXX";
  const int number = ::mkstemp(name.data());
  if (number < 0) throw FileError(name, "a temporary file cannot be made: " + system_message(errno));
  (void)::unlink(name.c_str());
  return Descriptor(number);
}

void stop_if_cancelled(const Progress* progress) {
  if (progress != nullptr && progress->cancelled()) throw Cancelled();
}

/// A pipe: what was read is kept in a temporary file, from which it is read again.
class PipeInput final : public ByteInput {
 public:
  PipeInput(const std::string& path, Descriptor pipe, const Progress* progress)
      : ByteInput(path), pipe_(std::move(pipe)), kept_(unlinked_temporary_file()), progress_(progress) {}

  std::size_t read(char* into, std::size_t count) override {
    const std::size_t again = static_cast<std::size_t>(std::min<std::uint64_t>(count, kept_bytes_ - position_));
    if (again > 0 && read_fully(kept_.number(), into, again, path()) != again) {
      throw FileError(path(), "its temporary copy is shorter than it was written");
    }
    const std::size_t fresh = read_pipe(into + again, count - again);
    keep(into + again, fresh);
    position_ += again + fresh;
    return again + fresh;
  }
  void rewind() override {
    if (::lseek(kept_.number(), 0, SEEK_SET) < 0) throw FileError(path(), system_message(errno));
    position_ = 0;
  }
  std::uint64_t position() const override { return position_; }
  std::uint64_t total() const override { return 0; }
  std::uint64_t size() const override { return 0; }

 private:
  /// Until `count` bytes are there or the end is. A writer may fall silent for ever, and the signal with which the user
  /// gives up may reach any thread: so the wait for bytes is cut into short ones.
  std::size_t read_pipe(char* into, std::size_t count) {
    std::size_t got = 0;
    while (got < count) {
      stop_if_cancelled(progress_);
      pollfd ready{pipe_.number(), POLLIN, 0};
      if (::poll(&ready, 1, kPatience) <= 0) continue;
      const ssize_t step = ::read(pipe_.number(), into + got, count - got);
      if (step == 0) break;
      if (step < 0 && errno == EINTR) continue;
      if (step < 0) throw FileError(path(), "cannot be read: " + system_message(errno));
      got += static_cast<std::size_t>(step);
    }
    return got;
  }

  void keep(const char* bytes, std::size_t count) {
    std::size_t done = 0;
    while (done < count) {
      const ssize_t step = ::write(kept_.number(), bytes + done, count - done);
      if (step < 0 && errno == EINTR) continue;
      if (step < 0) throw FileError(path(), "cannot be copied to a temporary file: " + system_message(errno));
      done += static_cast<std::size_t>(step);
    }
    kept_bytes_ += count;
  }

  static constexpr int kPatience = 100;  ///< milliseconds

  Descriptor pipe_;
  Descriptor kept_;
  const Progress* progress_;
  std::uint64_t kept_bytes_ = 0;
  std::uint64_t position_ = 0;
};

class MemoryInput final : public ByteInput {
 public:
  MemoryInput(std::string_view bytes, const std::string& path) : ByteInput(path), bytes_(bytes) {}

  std::size_t read(char* into, std::size_t count) override {
    const std::size_t got = bytes_.copy(into, count, position_);
    position_ += got;
    return got;
  }
  void rewind() override { position_ = 0; }
  std::uint64_t position() const override { return position_; }
  std::uint64_t total() const override { return bytes_.size(); }
  std::uint64_t size() const override { return bytes_.size(); }

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;
};

std::unique_ptr<ByteInput> open_plain(const std::string& path, const Progress* progress) {
  const bool standard_input = path == "-";
  Descriptor descriptor(standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.number() < 0 && errno == EINTR) stop_if_cancelled(progress);
  if (descriptor.number() < 0) throw FileError(path, "cannot be opened: " + system_message(errno));
  struct stat status = {};
  if (::fstat(descriptor.number(), &status) != 0) throw FileError(path, system_message(errno));
  if (S_ISDIR(status.st_mode)) throw FileError(path, "is a directory, not a file");
  const off_t start = S_ISREG(status.st_mode) ? ::lseek(descriptor.number(), 0, SEEK_CUR) : -1;
  if (start < 0) return std::make_unique<PipeInput>(path, std::move(descriptor), progress);
  const std::uint64_t size = status.st_size > start ? static_cast<std::uint64_t>(status.st_size - start) : 0;
  return std::make_unique<FileInput>(path, std::move(descriptor), static_cast<std::uint64_t>(start), size);
}

}  // namespace

std::unique_ptr<ByteInput> open_input(const std::string& path, const Progress* progress) {
  std::unique_ptr<ByteInput> plain = open_plain(path, progress);
  const bool compressed = path.size() > 3 && equals_lower(std::string_view(path).substr(path.size() - 3), ".gz");
  return compressed ? gzip_input(std::move(plain)) : std::move(plain);
}

std::unique_ptr<ByteInput> memory_input(std::string_view bytes, const std::string& path) {
  return std::make_unique<MemoryInput>(bytes, path);
}

void refuse(const ByteInput& input, const std::string& problem, std::uint64_t record) {
  throw DataError({input.path(), record, 0, ""}, problem);
}

void report_reading(Progress* progress, std::uint64_t done, std::uint64_t total) {
  stop_if_cancelled(progress);
  if (progress != nullptr) progress->advance("reading", done, total);
}

}  // namespace plumbline
