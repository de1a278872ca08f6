#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace plumbline {

/// The built program in a process of its own: `plumbline ARGUMENTS…`, its streams going to /dev/null unless `prepare`,
/// which runs in the child before the program starts, says otherwise.
class Child final {
 public:
  explicit Child(const std::vector<std::string>& arguments, const std::function<void()>& prepare = {}) {
    std::vector<char*> pointers{const_cast<char*>(PLUMBLINE_PROGRAM)};
    for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    process_ = ::fork();
    if (process_ != 0) return;
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int stream : {0, 1, 2}) ::dup2(nothing, stream);
    if (prepare) prepare();
    ::execv(PLUMBLINE_PROGRAM, pointers.data());
    ::_exit(127);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (process_ <= 0 || ended_) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  void interrupt(int signal = SIGINT) const { ::kill(process_, signal); }

  /// Its exit code, 128 + the signal that ended it, or −1 if it still runs after `limit`.
  int wait(std::chrono::milliseconds limit = std::chrono::seconds(60)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    int status = 0;
    while (::wait4(process_, &status, WNOHANG, &usage_) == 0) {
      if (std::chrono::steady_clock::now() > end) return -1;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    ended_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  /// Largest resident set, after wait().
  double peak_megabytes() const { return static_cast<double>(usage_.ru_maxrss) / 1024; }

 private:
  pid_t process_ = -1;
  bool ended_ = false;
  struct rusage usage_ {};
};

/// For `prepare`: stream `stream` becomes the file at `path`.
inline void redirect(int stream, const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
  ::dup2(file, stream);
}

}  // namespace plumbline
