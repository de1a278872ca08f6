#include "plumbline/models/model_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "plumbline/core/atomic_file.hpp"
#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

class InputFile final {
 public:
  explicit InputFile(const std::string& path) : path_(path), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) fail();
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile() { ::close(descriptor_); }

  /// Appends up to `most` bytes to `text`; false at the end.
  bool read_some(std::string& text, std::size_t most) {
    const std::size_t size = text.size();
    text.resize(size + most);
    ssize_t got = ::read(descriptor_, text.data() + size, most);
    while (got < 0 && errno == EINTR) got = ::read(descriptor_, text.data() + size, most);
    if (got < 0) fail();
    text.resize(size + static_cast<std::size_t>(got));
    return got > 0;
  }

 private:
  [[noreturn]] void fail() const { throw FileError(path_, std::string("cannot be read: ") + std::strerror(errno)); }

  const std::string& path_;
  int descriptor_;
};

}  // namespace

void save_model(const LinearModel& model, const std::string& path) {
  AtomicFile file(path);
  file.write(to_json(model));
  file.commit();
}

LinearModel load_model(const std::string& path) {
  constexpr std::size_t kReadSize = std::size_t{1} << 20;
  if (path == "-") throw FileError(path, "a model is read from a file");
  InputFile file(path);
  std::string text;
  while (file.read_some(text, kReadSize)) {
    // A device without end, or a table given by mistake, shows itself by its first byte.
    if (text.front() != '{' && text.size() >= kReadSize) break;
  }
  return model_from_json(text, path);
}

}  // namespace plumbline
