#pragma once

#include "plumbline/autodiff/arithmetic.hpp"
#include "plumbline/autodiff/elementwise.hpp"
#include "plumbline/autodiff/loss_primitive.hpp"
#include "plumbline/autodiff/matrix_product.hpp"
#include "plumbline/autodiff/rearrange.hpp"
#include "plumbline/autodiff/reduce.hpp"
#include "plumbline/autodiff/tape.hpp"

namespace plumbline::autodiff {

// Formulas on matrices as one writes them. Each is the primitive of the same name, which says what it does; those of
// one number act on every cell, those of two repeat a row, a column or a single number to the size of the other.

template <class S, class F>
Var<S> elementwise(const F& f, const Var<S>& x) {
  return x.tape().apply(Elementwise<F>{f}, {x});
}
template <class S, class F>
Var<S> broadcast(const F& f, const Var<S>& a, const Var<S>& b) {
  return a.tape().apply(Broadcast<F>{f}, {a, b});
}

template <class S>
Var<S> exp(const Var<S>& x) {
  return elementwise(Exp{}, x);
}
template <class S>
Var<S> log(const Var<S>& x) {
  return elementwise(Log{}, x);
}
template <class S>
Var<S> sqrt(const Var<S>& x) {
  return elementwise(Sqrt{}, x);
}
template <class S>
Var<S> square(const Var<S>& x) {
  return elementwise(Square{}, x);
}
template <class S>
Var<S> abs(const Var<S>& x) {
  return elementwise(Absolute{}, x);
}
template <class S>
Var<S> tanh(const Var<S>& x) {
  return elementwise(Tanh{}, x);
}
template <class S>
Var<S> sigmoid(const Var<S>& x) {
  return elementwise(Sigmoid{}, x);
}
template <class S>
Var<S> softplus(const Var<S>& x) {
  return elementwise(Softplus{}, x);
}
template <class S>
Var<S> relu(const Var<S>& x) {
  return elementwise(Relu{}, x);
}
template <class S>
Var<S> leaky_relu(const Var<S>& x, double slope_below = 0.01) {
  return elementwise(LeakyRelu{slope_below}, x);
}
template <class S>
Var<S> elu(const Var<S>& x) {
  return elementwise(Elu{}, x);
}
/// slopes: (1, columns), one for each column of x.
template <class S>
Var<S> prelu(const Var<S>& x, const Var<S>& slopes) {
  return broadcast(LearnedSlope{}, x, slopes);
}
template <class S>
Var<S> maximum(const Var<S>& a, const Var<S>& b) {
  return broadcast(Larger{}, a, b);
}

template <class S>
Var<S> operator+(const Var<S>& a, const Var<S>& b) {
  return broadcast(Add{}, a, b);
}
template <class S>
Var<S> operator-(const Var<S>& a, const Var<S>& b) {
  return broadcast(Subtract{}, a, b);
}
template <class S>
Var<S> operator*(const Var<S>& a, const Var<S>& b) {
  return broadcast(Times{}, a, b);
}
template <class S>
Var<S> operator/(const Var<S>& a, const Var<S>& b) {
  return broadcast(Divide{}, a, b);
}
template <class S>
Var<S> operator-(const Var<S>& x) {
  return elementwise(Linear{-1, 0}, x);
}
template <class S>
Var<S> operator+(const Var<S>& x, double shift) {
  return elementwise(Linear{1, shift}, x);
}
template <class S>
Var<S> operator+(double shift, const Var<S>& x) {
  return x + shift;
}
template <class S>
Var<S> operator-(const Var<S>& x, double shift) {
  return x + -shift;
}
template <class S>
Var<S> operator-(double from, const Var<S>& x) {
  return elementwise(Linear{-1, from}, x);
}
template <class S>
Var<S> operator*(const Var<S>& x, double factor) {
  return elementwise(Linear{factor, 0}, x);
}
template <class S>
Var<S> operator*(double factor, const Var<S>& x) {
  return x * factor;
}
template <class S>
Var<S> operator/(const Var<S>& x, double divisor) {
  return x * (1 / divisor);
}

template <class S>
Var<S> matmul(const Var<S>& a, const Var<S>& b, std::size_t batches = 1) {
  return a.tape().apply(MatrixProduct{false, false, batches}, {a, b});
}
template <class S>
Var<S> affine(const Var<S>& x, const Var<S>& w, const Var<S>& b) {
  return x.tape().apply(Affine{}, {x, w, b});
}

template <class S>
Var<S> sum(const Var<S>& x, Axis axis = Axis::all) {
  return x.tape().apply(Sum{axis, false}, {x});
}
template <class S>
Var<S> mean(const Var<S>& x, Axis axis = Axis::all) {
  return x.tape().apply(Sum{axis, true}, {x});
}
template <class S>
Var<S> log_sum_exp(const Var<S>& x) {
  return x.tape().apply(LogSumExp{}, {x});
}
template <class S>
Var<S> softmax(const Var<S>& x) {
  return x.tape().apply(Softmax{}, {x});
}
template <class S>
Var<S> log_softmax(const Var<S>& x) {
  return x - log_sum_exp(x);
}

template <class S>
Var<S> transpose(const Var<S>& x) {
  return x.tape().apply(Transpose{}, {x});
}
template <class S>
Var<S> gather_rows(const Var<S>& x, std::span<const std::size_t> index) {
  return x.tape().apply(GatherRows{index.data(), index.size()}, {x});
}
template <class S>
Var<S> pick(const Var<S>& x, std::span<const std::size_t> index) {
  return x.tape().apply(Pick{index.data(), index.size()}, {x});
}
template <class S>
Var<S> columns(const Var<S>& x, std::size_t first, std::size_t count) {
  return x.tape().apply(Columns{first, count}, {x});
}
template <class S>
Var<S> concatenate(std::initializer_list<Var<S>> parts, Axis axis) {
  require_that(parts.size() > 0, "concatenate", "parts", [&] { return std::string("one or more, got none"); });
  return parts.begin()->tape().apply(Concatenate{axis}, parts);
}

/// The loss of each row of eta, (n, 1). The caller keeps `loss` and `target`, (n, target_width(loss)).
template <class S>
Var<S> row_losses(const Loss& loss, const Var<S>& eta, std::span<const double> target) {
  const std::size_t rows = eta.shape().rows, width = target_width(loss);
  require_that(target.size() == rows * width, "row_losses", "target",
               [&] { return std::to_string(rows * width) + " numbers, got " + std::to_string(target.size()); });
  return eta.tape().apply(RowLosses{&loss, target.data(), rows}, {eta});
}

}  // namespace plumbline::autodiff
