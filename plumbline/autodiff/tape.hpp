#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "plumbline/autodiff/arena.hpp"
#include "plumbline/autodiff/array.hpp"
#include "plumbline/autodiff/dual.hpp"
#include "plumbline/autodiff/primitive.hpp"

namespace plumbline::autodiff {

/// A matrix on a tape: what formulas are written with (operations.hpp). Cheap to copy; good until the tape is cleared.
template <class S>
class Var final {
 public:
  using Scalar = S;

  Var() = default;
  Var(Tape<S>& tape, std::uint32_t index) : tape_(&tape), index_(index) {}

  Tape<S>& tape() const { return *tape_; }
  std::uint32_t index() const { return index_; }
  const Shape& shape() const { return tape_->node(index_).shape; }
  View<const S> value() const { return {tape_->node(index_).value, shape()}; }
  /// Mode::forward: the derivative along the direction that the variables were given; empty (zero) if none reaches it.
  View<const S> tangent() const { return {tape_->node(index_).tangent, shape()}; }
  /// After backward(), of a variable: the derivative of the result by it; empty (zero) where nothing depends on it.
  View<const S> adjoint() const { return {tape_->node(index_).adjoint, shape()}; }

 private:
  Tape<S>* tape_ = nullptr;
  std::uint32_t index_ = 0;
};

/// What a tape is to carry along with values.
enum class Mode : std::uint8_t {
  values,   ///< nothing: f alone
  reverse,  ///< a record of all operations, for backward() (subject N6.3)
  forward   ///< tangents along one direction (subject N6.2)
};

/// What backward() leaves behind. With `release` it takes memory back as it goes, which blocks that are recomputed then
/// use again: no values may be read afterwards, nor backward() called again, before clear().
enum class Afterwards : std::uint8_t { keep, release };

/// What was done since the tape was made; peak_bytes and growths speak of memory.
struct TapeCounters {
  std::size_t operations = 0;         ///< primitives evaluated, recomputed ones included
  std::size_t block_evaluations = 0;  ///< blocks of checkpoint.hpp run forward, recomputed ones included
  std::size_t recomputed_blocks = 0;  ///< of which in the backward pass
  std::size_t peak_bytes = 0;         ///< of values, adjoints and what primitives saved, at any time since clear()
  std::size_t growths = 0;            ///< times that memory was asked for; a warm step adds none
};

/// A record of operations on matrices, in the order in which they were done (a Wengert list). Values are computed at
/// once; backward() walks the list from its end and adds up adjoints. S: float, double, or a Dual of those. clear()
/// takes everything back and keeps the memory, so that a step like the one before allocates nothing. One thread at a
/// time; large products use plumbline's threads, with the same bits for any number of them.
template <class S>
class Tape final {
 public:
  explicit Tape(Mode mode = Mode::reverse) : mode_(mode) {}
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  Mode mode() const { return mode_; }
  /// Forgets all matrices; Vars made so far may not be used any more.
  void clear();

  /// A matrix that derivatives are wanted by. The cells stay the caller's and must not change before clear(). If
  /// `adjoint` is given, backward() adds into it (the caller zeroes it) instead of into memory of the tape.
  Var<S> variable(View<const S> value, View<S> adjoint = {});
  /// Mode::forward: a variable with its direction, of the same shape.
  Var<S> moving(View<const S> value, View<const S> tangent);
  /// A matrix that does not move; the caller's cells as well.
  Var<S> constant(View<const S> value) { return leaf(value); }
  /// The same from real numbers, copied.
  template <class T>
  requires(ScalarTraits<S>::is_dual&& std::is_same_v<T, Base<S>>) Var<S> constant(View<const T> value);
  /// A 1 x 1 constant.
  Var<S> scalar(Base<S> value);

  /// Applies a primitive (primitive.hpp) and records it. Throws std::invalid_argument where shapes do not go together
  /// or an input belongs to another tape.
  template <class P>
  Var<S> apply(const P& primitive, std::span<const Var<S>> inputs);
  template <class P>
  Var<S> apply(const P& primitive, std::initializer_list<Var<S>> inputs) {
    return apply(primitive, std::span<const Var<S>>(inputs.begin(), inputs.size()));
  }

  /// Derivatives of a 1 x 1 result, or of Σ seed·result, by the variables it depends on. Adjoints of an earlier call
  /// are forgotten, except in memory that the caller gave. Throws std::invalid_argument unless mode() is reverse and
  /// the shapes fit. Cost: a few times that of the values; a product costs two.
  void backward(const Var<S>& result, Afterwards afterwards = Afterwards::keep);
  void backward(const Var<S>& result, View<const S> seed, Afterwards afterwards = Afterwards::keep);

  const TapeCounters& counters() const { return counters_; }

  // What primitives and checkpoints work with.

  using Node = TapeNode<S>;
  const Node& node(std::size_t index) const { return nodes_[index]; }
  /// The adjoint of a node, zero at first; null if nothing that moves reaches the node.
  S* adjoint_of(std::uint32_t index);
  /// Memory until the next clear() (or the end of the verb that asked, for scratch).
  template <class U>
  U* allocate(std::size_t count);
  /// How far the tape has come.
  struct Place {
    std::size_t nodes = 0;
    Arena::Mark values;
  };
  Place here() const { return {nodes_.size(), values_.mark()}; }
  /// Drops what was recorded since `place` and puts one node there instead: the value of `kept`, with the adjoint of
  /// `primitive`.
  template <class P>
  Var<S> replace(const Place& place, const Var<S>& kept, const P& primitive, std::span<const Var<S>> inputs);
  /// Runs the adjoints of what was recorded since `place`, where the result has the adjoint `seed`, and drops it. The
  /// cells of `seed` must stay until then.
  void backward_since(const Place& place, const Var<S>& result, View<S> seed);
  void count_block(bool again);

 private:
  Var<S> push(const Node& node);
  Var<S> leaf(View<const S> value);
  template <class P>
  void store_primitive(const P& primitive, Node& node);
  void store_inputs(std::span<const Var<S>> inputs, Node& node);
  void run_adjoints(std::size_t first, Afterwards afterwards);
  void forget_adjoint(Node& node);
  void note_memory();

  Mode mode_;
  std::vector<Node> nodes_;
  Arena values_;
  Arena adjoints_;  ///< apart from values, which are taken back in another order
  /// Adjoints that have been passed on, to be used again: (cells, memory).
  std::vector<std::pair<std::size_t, S*>> free_adjoints_;
  bool released_ = false;
  TapeCounters counters_;
};

}  // namespace plumbline::autodiff

#include "plumbline/autodiff/tape_inline.hpp"
