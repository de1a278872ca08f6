#pragma once

#include <string>

#include "plumbline/autodiff/operations.hpp"

namespace plumbline::autodiff {

// Derivatives of a function of matrices. f is called as f(inputs), inputs a std::span<const Var<S>> of as many
// matrices as `at` has, and returns a Var<S>; a generic lambda, [](auto in) { return sum(tanh(matmul(in[0], in[1])));
// }, is called with the S that a derivative needs. Each call makes a tape of its own; a loop that is to reuse memory
// holds a Tape itself. Throw std::invalid_argument where shapes do not go together.

namespace detail {

template <class S>
std::vector<Var<S>> variables_of(Tape<S>& tape, const Arrays<S>& at) {
  std::vector<Var<S>> variables;
  for (const Array<S>& each : at) variables.push_back(tape.variable(each.view()));
  return variables;
}

template <class S>
Array<S> copied(const View<const S>& from, const Shape& shape) {
  Array<S> copy(shape);
  if (from) std::copy(from.begin(), from.end(), copy.cells.begin());
  return copy;
}

template <class S>
Arrays<S> adjoints_of(const std::vector<Var<S>>& variables) {
  Arrays<S> adjoints;
  for (const Var<S>& each : variables) adjoints.push_back(copied(each.adjoint(), each.shape()));
  return adjoints;
}

template <class T>
void require_directions(const char* function, const Arrays<T>& at, const Arrays<T>& along) {
  require(along.size() == at.size(), function, "along",
          std::to_string(at.size()) + " matrices, got " + std::to_string(along.size()));
}

template <class S, class F>
Var<S> call(const F& f, const std::vector<Var<S>>& inputs) {
  return f(std::span<const Var<S>>(inputs));
}

/// Number `cell` of all inputs, counted through.
template <class T>
T& cell_of(Arrays<T>& arrays, std::size_t cell) {
  std::size_t i = 0;
  for (; cell >= arrays[i].cells.size(); ++i) cell -= arrays[i].cells.size();
  return arrays[i].cells[cell];
}

template <class T>
std::size_t cells_in(const Arrays<T>& arrays) {
  std::size_t cells = 0;
  for (const Array<T>& each : arrays) cells += each.cells.size();
  return cells;
}

}  // namespace detail

/// f(at).
template <class T, class F>
Array<T> value(const F& f, const Arrays<T>& at) {
  Tape<T> tape(Mode::values);
  const Var<T> result = detail::call(f, detail::variables_of(tape, at));
  return detail::copied(result.value(), result.shape());
}

template <class T>
struct Gradient {
  T value{};
  Arrays<T> gradient;  ///< of the shapes of the inputs
};

/// Value and gradient of an f with a 1 x 1 result, in reverse mode (subject N6.3): a few evaluations, however many
/// inputs there are.
template <class T, class F>
Gradient<T> gradient(const F& f, const Arrays<T>& at) {
  Tape<T> tape;
  const std::vector<Var<T>> variables = detail::variables_of(tape, at);
  const Var<T> result = detail::call(f, variables);
  tape.backward(result);
  return {result.value().data[0], detail::adjoints_of(variables)};
}

template <class T>
struct Jvp {
  Array<T> value;
  Array<T> tangent;
};

/// f(at) and J·along, the derivative along one direction, in forward mode (subject N6.2): about two evaluations.
template <class T, class F>
Jvp<T> jvp(const F& f, const Arrays<T>& at, const Arrays<T>& along) {
  detail::require_directions("jvp", at, along);
  Tape<T> tape(Mode::forward);
  std::vector<Var<T>> variables;
  for (std::size_t i = 0; i < at.size(); ++i) variables.push_back(tape.moving(at[i].view(), along[i].view()));
  const Var<T> result = detail::call(f, variables);
  return {detail::copied(result.value(), result.shape()), detail::copied(result.tangent(), result.shape())};
}

template <class T>
struct Vjp {
  Array<T> value;
  Arrays<T> adjoints;
};

/// f(at) and Jᵀ·seed, in reverse mode; seed has the shape of the result.
template <class T, class F>
Vjp<T> vjp(const F& f, const Arrays<T>& at, const Array<T>& seed) {
  Tape<T> tape;
  const std::vector<Var<T>> variables = detail::variables_of(tape, at);
  const Var<T> result = detail::call(f, variables);
  tape.backward(result, seed.view());
  return {detail::copied(result.value(), result.shape()), detail::adjoints_of(variables)};
}

template <class T>
struct Hvp {
  T value{};
  Arrays<T> gradient;
  Arrays<T> product;
};

/// Value, gradient and Hessian times `along` of an f with a 1 x 1 result: reverse mode over duals, which is forward
/// over reverse (Pearlmutter 1994), about twice to three times the cost of a gradient. f is called with Var<Dual<T>>.
/// Where f has a kink, the second derivative is that of one side.
template <class T, class F>
Hvp<T> hvp(const F& f, const Arrays<T>& at, const Arrays<T>& along) {
  detail::require_directions("hvp", at, along);
  Arrays<Dual<T>> moving;
  for (std::size_t i = 0; i < at.size(); ++i) {
    require(along[i].shape == at[i].shape, "hvp", "along", describe(at[i].shape) + ", got " + describe(along[i].shape));
    Array<Dual<T>>& each = moving.emplace_back(at[i].shape);
    for (std::size_t c = 0; c < each.cells.size(); ++c) each.cells[c] = {at[i].cells[c], along[i].cells[c]};
  }
  const Gradient<Dual<T>> dual = gradient(f, moving);
  Hvp<T> result{dual.value.value, {}, {}};
  for (const Array<Dual<T>>& each : dual.gradient) {
    Array<T>& of_value = result.gradient.emplace_back(each.shape);
    Array<T>& of_tangent = result.product.emplace_back(each.shape);
    for (std::size_t c = 0; c < each.cells.size(); ++c) {
      of_value.cells[c] = each.cells[c].value;
      of_tangent.cells[c] = each.cells[c].tangent;
    }
  }
  return result;
}

/// All first derivatives, (cells of the result, cells of all inputs one after the other): row i is output i (subject
/// N2.2). Mode::forward takes an evaluation an input, Mode::reverse one backward pass an output.
template <class T, class F>
Array<T> jacobian(const F& f, const Arrays<T>& at, Mode mode) {
  require(mode != Mode::values, "jacobian", "mode", "forward or reverse, got values");
  const std::size_t inputs = detail::cells_in(at);
  if (mode == Mode::forward) {
    Array<T> result({value(f, at).cells.size(), inputs});
    Arrays<T> along;
    for (const Array<T>& each : at) along.emplace_back(each.shape);
    for (std::size_t j = 0; j < inputs; ++j) {
      detail::cell_of(along, j) = T(1);
      const Array<T> column = jvp(f, at, along).tangent;
      for (std::size_t i = 0; i < column.cells.size(); ++i) result(i, j) = column.cells[i];
      detail::cell_of(along, j) = T(0);
    }
    return result;
  }
  Tape<T> tape;
  const std::vector<Var<T>> variables = detail::variables_of(tape, at);
  const Var<T> output = detail::call(f, variables);
  Array<T> seed(output.shape()), result({seed.cells.size(), inputs});
  for (std::size_t i = 0; i < seed.cells.size(); ++i) {
    seed.cells[i] = T(1);
    tape.backward(output, seed.view());
    std::size_t j = 0;
    for (const Array<T>& each : detail::adjoints_of(variables)) {
      for (const T& cell : each.cells) result(i, j++) = cell;
    }
    seed.cells[i] = T(0);
  }
  return result;
}

}  // namespace plumbline::autodiff
