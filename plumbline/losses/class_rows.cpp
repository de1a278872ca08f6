#include "plumbline/losses/class_rows.hpp"

#include <string>

#include "plumbline/core/errors.hpp"

namespace plumbline {

ClassRows::ClassRows(std::span<const double> cells, std::size_t classes) : cells_(cells), classes_(classes) {
  require(classes > 0, "ClassRows", "classes", "at least 1, got 0");
  require(cells.size() % classes == 0, "ClassRows", "cells",
          "rows of " + std::to_string(classes) + ", got " + std::to_string(cells.size()) + " numbers");
}

}  // namespace plumbline
