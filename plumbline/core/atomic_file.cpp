#include "plumbline/core/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kWriteSize = std::size_t{1} << 20;
constexpr int kMostTemporaryNames = 1000;

/// Where the file that `path` names really stands, so that a link survives the rename.
std::string resolved(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string text(real);
  std::free(real);
  return text;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

}  // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)), target_(resolved(path_)) {
  if (path_ == "-") {
    path_ = "standard output";
    descriptor_ = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    if (descriptor_ < 0) fail();
    return;
  }
  struct stat status {};
  const bool exists = ::stat(target_.c_str(), &status) == 0;
  if (!exists && errno != ENOENT) fail();  // a name that is too long, a folder that is a file
  if (exists && S_ISDIR(status.st_mode)) throw FileError(path_, "cannot be written: it is a directory");
  if (exists && !S_ISREG(status.st_mode)) {
    open_in_place();
    return;
  }
  // The rename would also replace a file that its owner made read-only.
  if (exists && ::access(target_.c_str(), W_OK) != 0) fail();
  open_temporary();
  if (exists) ::fchmod(descriptor_, status.st_mode & 07777);  // as far as the file system can
}

AtomicFile::~AtomicFile() {
  close_descriptor();
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::open_in_place() {
  descriptor_ = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor_ < 0) fail();
}

void AtomicFile::open_temporary() {
  // A short name of its own: path + ".tmp" could be longer than a name may be.
  const std::string stem = folder_of(target_) + ".plumbline-" + std::to_string(::getpid()) + "-";
  for (int number = 0; number < kMostTemporaryNames && descriptor_ < 0; ++number) {
    const std::string name = stem + std::to_string(number) + ".tmp";
    descriptor_ = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ >= 0) temporary_ = name;
    if (descriptor_ < 0 && errno != EEXIST) break;
  }
  if (descriptor_ < 0) fail();
}

void AtomicFile::write(std::string_view text) {
  pending_.append(text);
  if (pending_.size() >= kWriteSize) flush();
}

void AtomicFile::flush() {
  const char* next = pending_.data();
  std::size_t left = pending_.size();
  while (left > 0) {
    const ssize_t written = ::write(descriptor_, next, left);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail();
    next += written;
    left -= static_cast<std::size_t>(written);
  }
  pending_.clear();
}

void AtomicFile::finish() {
  if (finished_) return;
  flush();
  // What is written in place may be a pipe, which cannot be synced; there close() is what reports a late error.
  if (!temporary_.empty() && ::fsync(descriptor_) != 0) fail();
  if (::close(std::exchange(descriptor_, -1)) != 0) fail();
  finished_ = true;
}

void AtomicFile::commit() {
  finish();
  if (temporary_.empty()) return;
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail();
  temporary_.clear();
}

void AtomicFile::close_descriptor() {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void AtomicFile::fail() {
  const int error = errno;
  // The destructor does not run when the constructor throws.
  close_descriptor();
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
  throw FileError(path_, std::string("cannot be written: ") + std::strerror(error));
}

}  // namespace plumbline
