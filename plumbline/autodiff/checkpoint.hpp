#pragma once

#include "plumbline/autodiff/tape.hpp"

namespace plumbline::autodiff {

/// Whether what a block computes on the way to its result stays on the tape, or is computed again when the backward
/// pass comes by.
enum class Storage : std::uint8_t { keep, recompute };

/// What stands on the tape in place of a block that is recomputed.
template <class Block>
struct Recomputed {
  Block block;

  template <class S>
  void adjoint(const Step<S>& step) const {
    Tape<S>& tape = step.tape();
    auto* inputs = step.template scratch<Var<S>>(step.inputs());
    for (std::size_t i = 0; i < step.inputs(); ++i) inputs[i] = Var<S>(tape, step.node().inputs[i]);
    const typename Tape<S>::Place place = tape.here();
    const Var<S> result = block(std::span<const Var<S>>(inputs, step.inputs()));
    tape.count_block(true);
    tape.backward_since(place, result, {step.node().adjoint, step.node().shape});
  }
};

/// Runs block(inputs), a function of matrices on a tape to one of them, and counts it. With Storage::recompute the
/// tape keeps its inputs and its result alone (gradient checkpointing, subject N6.3, E6.1; Griewank and Walther 2000):
/// memory falls by what stands in between, and the backward pass runs the block once more, so that one of four equal
/// blocks recomputed makes 5/4 of the forward work. The same bits either way, as long as the block does the same
/// operations again. Blocks may hold blocks. A block is trivially copyable: a lambda over sizes, pointers, Vars.
template <class S, class Block>
Var<S> run_block(Storage storage, std::span<const Var<S>> inputs, const Block& block) {
  require_that(!inputs.empty(), "run_block", "inputs", [&] { return std::string("one or more, got none"); });
  Tape<S>& tape = inputs[0].tape();
  const typename Tape<S>::Place place = tape.here();
  const Var<S> result = block(inputs);
  tape.count_block(false);
  if (storage == Storage::keep || tape.mode() != Mode::reverse) return result;
  return tape.replace(place, result, Recomputed<Block>{block}, inputs);
}

template <class S, class Block>
Var<S> run_block(Storage storage, std::initializer_list<Var<S>> inputs, const Block& block) {
  return run_block(storage, std::span<const Var<S>>(inputs.begin(), inputs.size()), block);
}

}  // namespace plumbline::autodiff
