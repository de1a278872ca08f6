#pragma once

// The bodies of tape.hpp, which includes this.

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include "plumbline/autodiff/tape.hpp"

namespace plumbline::autodiff {

template <class S>
void Tape<S>::clear() {
  nodes_.clear();
  values_.release_all();
  adjoints_.release_all();
  free_adjoints_.clear();
  released_ = false;
  counters_.peak_bytes = 0;
}

template <class S>
template <class U>
U* Tape<S>::allocate(std::size_t count) {
  static_assert(std::is_trivially_copyable_v<U> && std::is_trivially_destructible_v<U>);
  U* memory = static_cast<U*>(values_.allocate(count * sizeof(U)));  // such types live in any memory of their size
  note_memory();
  return memory;
}

template <class S>
void Tape<S>::note_memory() {
  counters_.peak_bytes = std::max(counters_.peak_bytes, values_.used() + adjoints_.used());
  counters_.growths = values_.growths() + adjoints_.growths();
}

template <class S>
Var<S> Tape<S>::push(const Node& node) {
  nodes_.push_back(node);
  nodes_.back().end = values_.mark();
  return Var<S>(*this, static_cast<std::uint32_t>(nodes_.size() - 1));
}

template <class S>
Var<S> Tape<S>::leaf(View<const S> value) {
  Node node;
  node.shape = value.shape;
  node.value = value.data;
  return push(node);
}

template <class S>
Var<S> Tape<S>::variable(View<const S> value, View<S> adjoint) {
  require_that(!adjoint || adjoint.shape == value.shape, "Tape::variable", "adjoint",
               [&] { return describe(value.shape) + ", got " + describe(adjoint.shape); });
  const Var<S> made = leaf(value);
  Node& node = nodes_.back();
  node.moves = mode_ == Mode::reverse;
  node.adjoint = adjoint.data;
  node.given_adjoint = static_cast<bool>(adjoint);
  return made;
}

template <class S>
Var<S> Tape<S>::moving(View<const S> value, View<const S> tangent) {
  require_that(mode_ == Mode::forward, "Tape::moving", "mode()",
               [&] { return std::string("Mode::forward, got another"); });
  require_that(tangent.shape == value.shape, "Tape::moving", "tangent",
               [&] { return describe(value.shape) + ", got " + describe(tangent.shape); });
  const Var<S> made = leaf(value);
  nodes_.back().tangent = tangent.data;
  nodes_.back().moves = true;
  return made;
}

template <class S>
template <class T>
requires(ScalarTraits<S>::is_dual&& std::is_same_v<T, Base<S>>) Var<S> Tape<S>::constant(View<const T> value) {
  S* copy = allocate<S>(value.size());
  std::transform(value.begin(), value.end(), copy, [](const T& x) { return S(x); });
  return leaf({copy, value.shape});
}

template <class S>
Var<S> Tape<S>::scalar(Base<S> value) {
  S* copy = allocate<S>(1);
  *copy = S(value);
  return leaf({copy, {1, 1}});
}

template <class S>
void Tape<S>::store_inputs(std::span<const Var<S>> inputs, Node& node) {
  auto* indices = allocate<std::uint32_t>(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    require_that(&inputs[i].tape() == this, "Tape::apply", "inputs",
                 [&] { return "on this tape, got input " + std::to_string(i) + " from another"; });
    indices[i] = inputs[i].index();
    node.moves = node.moves || this->node(indices[i]).moves;
  }
  node.inputs = indices;
  node.input_count = static_cast<std::uint32_t>(inputs.size());
}

template <class S>
template <class P>
void Tape<S>::store_primitive(const P& primitive, Node& node) {
  static_assert(std::is_trivially_copyable_v<P> && std::is_trivially_destructible_v<P>,
                "the tape keeps primitives as bytes");
  static_assert(alignof(P) <= 64);
  node.primitive = new (values_.allocate(sizeof(P))) P(primitive);
  node.run_adjoint = [](const void* stored, const Step<S>& step) { static_cast<const P*>(stored)->adjoint(step); };
}

template <class S>
template <class P>
Var<S> Tape<S>::apply(const P& primitive, std::span<const Var<S>> inputs) {
  Node node;
  store_inputs(inputs, node);
  Shape* shapes = allocate<Shape>(inputs.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) shapes[i] = inputs[i].shape();
  const std::span<const Shape> in(shapes, inputs.size());
  node.shape = primitive.shape(in);
  node.out = allocate<S>(node.shape.size());
  node.value = node.out;
  if constexpr (SavesSomething<P>) node.saved = allocate<S>(primitive.saved(in));
  if (mode_ == Mode::forward && node.moves) node.tangent = node.out_tangent = allocate<S>(node.shape.size());
  if (mode_ == Mode::reverse && node.moves) store_primitive(primitive, node);
  const Arena::Mark scratch = values_.mark();
  const Step<S> step(*this, node);
  primitive.value(step);
  if (node.tangent != nullptr) primitive.tangent(step);
  values_.release(scratch);
  ++counters_.operations;
  return push(node);
}

template <class S>
S* Tape<S>::adjoint_of(std::uint32_t index) {
  Node& node = nodes_[index];
  if (!node.moves || node.adjoint != nullptr) return node.adjoint;
  const std::size_t cells = node.shape.size();
  const auto same = std::find_if(free_adjoints_.begin(), free_adjoints_.end(),
                                 [cells](const std::pair<std::size_t, S*>& each) { return each.first == cells; });
  if (same != free_adjoints_.end()) {
    node.adjoint = same->second;
    *same = free_adjoints_.back();
    free_adjoints_.pop_back();
  } else {
    node.adjoint = static_cast<S*>(adjoints_.allocate(cells * sizeof(S)));
  }
  std::fill_n(node.adjoint, cells, S{});
  note_memory();
  return node.adjoint;
}

/// Once a node has passed its adjoint on, an earlier one may have the memory.
template <class S>
void Tape<S>::forget_adjoint(Node& node) {
  if (node.adjoint == nullptr || node.given_adjoint) return;
  free_adjoints_.emplace_back(node.shape.size(), node.adjoint);
  node.adjoint = nullptr;
}

template <class S>
void Tape<S>::backward(const Var<S>& result, Afterwards afterwards) {
  require_that(result.shape() == Shape{1, 1}, "Tape::backward", "result",
               [&] { return "1 x 1 (or give a seed), got " + describe(result.shape()); });
  const S one = S(1);
  backward(result, {&one, {1, 1}}, afterwards);
}

template <class S>
void Tape<S>::backward(const Var<S>& result, View<const S> seed, Afterwards afterwards) {
  require_that(mode_ == Mode::reverse && !released_, "Tape::backward", "tape",
               [&] { return std::string("in Mode::reverse and not released, got another"); });
  require_that(seed.shape == result.shape(), "Tape::backward", "seed",
               [&] { return describe(result.shape()) + ", got " + describe(seed.shape); });
  for (Node& node : nodes_) {
    if (!node.given_adjoint) node.adjoint = nullptr;
  }
  adjoints_.release_all();
  free_adjoints_.clear();
  released_ = afterwards == Afterwards::release;
  S* adjoint = adjoint_of(result.index());
  if (adjoint == nullptr) return;
  for (std::size_t c = 0; c < seed.size(); ++c) adjoint[c] += seed.data[c];
  run_adjoints(0, afterwards);
}

/// From the last node back to `first`: by the time that a node's turn comes, all that used it have added their share.
template <class S>
void Tape<S>::run_adjoints(std::size_t first, Afterwards afterwards) {
  for (std::size_t i = nodes_.size(); i-- > first;) {
    if (nodes_[i].run_adjoint == nullptr || nodes_[i].adjoint == nullptr) continue;
    const Arena::Mark rest = afterwards == Afterwards::release ? nodes_[i].end : values_.mark();
    values_.release(rest);
    const Step<S> step(*this, nodes_[i]);
    nodes_[i].run_adjoint(nodes_[i].primitive, step);
    values_.release(rest);
    forget_adjoint(nodes_[i]);
  }
}

template <class S>
template <class P>
Var<S> Tape<S>::replace(const Place& place, const Var<S>& kept, const P& primitive, std::span<const Var<S>> inputs) {
  const Node before = nodes_[kept.index()];
  Node node;
  node.shape = before.shape;
  nodes_.resize(place.nodes);
  values_.release(place.values);
  S* value = allocate<S>(node.shape.size());
  // What was released has not been written over yet.
  std::memmove(static_cast<void*>(value), before.value, node.shape.size() * sizeof(S));
  node.value = value;
  store_inputs(inputs, node);
  node.moves = before.moves;
  if (node.moves) store_primitive(primitive, node);
  return push(node);
}

template <class S>
void Tape<S>::backward_since(const Place& place, const Var<S>& result, View<S> seed) {
  if (Node& node = nodes_[result.index()]; node.moves && result.index() >= place.nodes && node.adjoint == nullptr) {
    node.adjoint = seed.data;  // no second copy; nothing behind the result adds to it
    node.given_adjoint = true;
  } else if (S* adjoint = adjoint_of(result.index())) {
    for (std::size_t c = 0; c < seed.size(); ++c) adjoint[c] += seed.data[c];
  }
  run_adjoints(place.nodes, Afterwards::release);
  for (std::size_t i = place.nodes; i < nodes_.size(); ++i) forget_adjoint(nodes_[i]);
  nodes_.resize(place.nodes);
  values_.release(place.values);
}

template <class S>
void Tape<S>::count_block(bool again) {
  ++counters_.block_evaluations;
  if (again) ++counters_.recomputed_blocks;
}

}  // namespace plumbline::autodiff
