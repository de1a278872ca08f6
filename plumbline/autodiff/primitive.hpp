#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <type_traits>

#include "plumbline/autodiff/arena.hpp"
#include "plumbline/autodiff/array.hpp"
#include "plumbline/autodiff/dual.hpp"

namespace plumbline::autodiff {

template <class S>
class Tape;
template <class S>
class Step;

// A primitive is a small, trivially copyable struct (the tape keeps a copy) with, side by side,
//
//   Shape shape(std::span<const Shape> in) const;                   // of the result; throws where inputs do not fit
//   template <class S> void value(const Step<S>& step) const;       // step.out() = f(step.in(0), …)
//   template <class S> void tangent(const Step<S>& step) const;     // out_tangent = Σ_i (∂f/∂in_i) in_tangent(i)
//   template <class S> void adjoint(const Step<S>& step) const;     // in_adjoint(i) += (∂f/∂in_i)ᵀ out_adjoint
//
// and, if the backward pass needs more than inputs and result, std::size_t saved(std::span<const Shape> in) const: the
// number of scalars that value() may leave in step.saved(). S is float, double or a Dual of those; a body written with
// S alone (S(1), not 1.0) serves all, and with duals the adjoint gives second derivatives. Functions of one element, or
// of two with broadcasting, are written shorter: elementwise.hpp.

template <class P>
concept SavesSomething = requires(const P& primitive, std::span<const Shape> in) {
  { primitive.saved(in) } -> std::convertible_to<std::size_t>;
};

/// What a tape keeps of one operation or leaf.
template <class S>
struct TapeNode {
  Shape shape;
  const S* value = nullptr;
  S* out = nullptr;  ///< value, while it may be written
  S* saved = nullptr;
  const S* tangent = nullptr;
  S* out_tangent = nullptr;
  S* adjoint = nullptr;
  bool given_adjoint = false;  ///< adjoint is the caller's memory
  bool moves = false;          ///< a variable is among what it depends on
  const void* primitive = nullptr;
  void (*run_adjoint)(const void* primitive, const Step<S>& step) = nullptr;
  const std::uint32_t* inputs = nullptr;
  std::uint32_t input_count = 0;
  Arena::Mark end;  ///< all that stands in the arena of values behind this belongs to later nodes
};

/// What a primitive sees of the operation it takes part in. Inputs count from 0.
template <class S>
class Step final {
 public:
  Step(Tape<S>& tape, const TapeNode<S>& node) : tape_(tape), node_(node) {}

  std::size_t inputs() const { return node_.input_count; }
  View<const S> in(std::size_t i) const { return {input(i).value, input(i).shape}; }
  View<S> out() const { return {node_.out, node_.shape}; }
  /// The result, where it may only be read: in tangent() and adjoint().
  View<const S> result() const { return {node_.value, node_.shape}; }
  S* saved() const { return node_.saved; }
  /// Empty where the input does not move; at least one does.
  View<const S> in_tangent(std::size_t i) const { return {input(i).tangent, input(i).shape}; }
  View<S> out_tangent() const { return {node_.out_tangent, node_.shape}; }
  /// To be added to; empty where the input does not move and nothing is wanted.
  View<S> in_adjoint(std::size_t i) const { return {tape_.adjoint_of(node_.inputs[i]), input(i).shape}; }
  View<const S> out_adjoint() const { return {node_.adjoint, node_.shape}; }
  /// Memory until the verb returns, not zeroed.
  template <class U>
  U* scratch(std::size_t count) const {
    return tape_.template allocate<U>(count);
  }

  Tape<S>& tape() const { return tape_; }
  const TapeNode<S>& node() const { return node_; }

 private:
  const TapeNode<S>& input(std::size_t i) const { return tape_.node(node_.inputs[i]); }

  Tape<S>& tape_;
  TapeNode<S> node_;  ///< a copy: the tape's own may move while a checkpoint records
};

}  // namespace plumbline::autodiff
