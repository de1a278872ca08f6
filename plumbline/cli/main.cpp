#include <iostream>

#include "plumbline/cli/run.hpp"
#include "plumbline/cli/signals.hpp"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  plumbline::install_signal_handlers();
  return plumbline::run(argc, argv, std::cout, std::cerr);
}
