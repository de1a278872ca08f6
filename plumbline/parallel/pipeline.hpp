#pragma once

#include <cstddef>
#include <functional>

namespace plumbline {

/// The three stages of an ordered pipeline. They speak of slots 0 … count − 1, in each of which the caller keeps one
/// unit of work (a block of a file, say); a slot is filled again only after it was drained.
struct PipelineStages {
  std::function<bool(std::size_t slot)> fill;   ///< serial, in order; false: there is no more, the slot stays empty
  std::function<void(std::size_t slot)> work;   ///< on any thread, at the same time as other slots and other stages
  std::function<void(std::size_t slot)> drain;  ///< serial, in the order in which the slots were filled
};

/// How many slots keep all threads of now busy while units wait for their turn.
std::size_t pipeline_slots();

/// Reads serially, works in parallel, consumes serially in order. At most `slots` units are alive. The order in which
/// units are drained does not depend on threads. Exceptions from any stage stop the work and are rethrown.
void ordered_pipeline(std::size_t slots, const PipelineStages& stages);

}  // namespace plumbline
