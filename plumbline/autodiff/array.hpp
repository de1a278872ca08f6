#pragma once

#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "plumbline/core/errors.hpp"

namespace plumbline::autodiff {

struct Shape {
  std::size_t rows = 0;
  std::size_t columns = 0;

  constexpr std::size_t size() const { return rows * columns; }
  friend constexpr bool operator==(const Shape& a, const Shape& b) = default;
};

/// "3 x 4", for messages.
inline std::string describe(const Shape& shape) {
  return std::to_string(shape.rows) + " x " + std::to_string(shape.columns);
}

/// require() whose message is put together only when it is needed: text() gives "expected, got …". A tape that runs
/// warm must not build strings.
template <class Text>
void require_that(bool holds, const char* function, const char* argument, const Text& text) {
  if (!holds) require(false, function, argument, text());
}

/// A look at a matrix, row-major without gaps; must not outlive it. Empty (false) where there is nothing to see.
template <class T>
struct View {
  T* data = nullptr;
  Shape shape;

  explicit operator bool() const { return data != nullptr; }
  std::size_t size() const { return shape.size(); }
  T* row(std::size_t i) const { return data + i * shape.columns; }
  T& operator()(std::size_t i, std::size_t j) const { return data[i * shape.columns + j]; }
  T* begin() const { return data; }
  T* end() const { return data + size(); }
};

/// A matrix that owns its cells, row-major, zero at first.
template <class T>
struct Array {
  Shape shape;
  std::vector<T> cells;

  Array() = default;
  explicit Array(const Shape& shape_) : shape(shape_), cells(shape_.size()) {}
  /// Throws std::invalid_argument unless there are as many cells as the shape says.
  Array(const Shape& shape_, std::vector<T> cells_) : shape(shape_), cells(std::move(cells_)) {
    require(cells.size() == shape.size(), "Array", "cells",
            describe(shape) + " numbers, got " + std::to_string(cells.size()));
  }

  T& operator()(std::size_t i, std::size_t j) { return cells[i * shape.columns + j]; }
  const T& operator()(std::size_t i, std::size_t j) const { return cells[i * shape.columns + j]; }
  View<const T> view() const { return {cells.data(), shape}; }
  View<T> writable() { return {cells.data(), shape}; }
};

template <class T>
using Arrays = std::vector<Array<T>>;

}  // namespace plumbline::autodiff
