#pragma once

#include <cstddef>

namespace plumbline {

/// One step of Adam for neighbouring parameters (Kingma and Ba 2015) with decoupled decay (Loshchilov and Hutter 2019):
///
///   m ← λm + (1 − λ)g,   v ← β₂v + (1 − β₂)g²,   w ← w − η(c₁m/(√(c₂v) + ε) + l2·w)
template <class T>
struct AdamStep {
  T* w = nullptr;
  const T* g = nullptr;
  T* m = nullptr;
  T* v = nullptr;
  std::size_t count = 0;
  T step{};                       ///< η
  T momentum{}, rest{};           ///< λ, 1 − λ
  T second{}, second_rest{};      ///< β₂, 1 − β₂
  T first_bias{}, second_bias{};  ///< c₁ = 1/(1 − λᵗ), c₂ = 1/(1 − β₂ᵗ)
  T epsilon{};
  T l2{};
};

/// Takes it on the calling thread. A parameter's new value has the same bits wherever it stands.
void take(const AdamStep<float>& step);
void take(const AdamStep<double>& step);

}  // namespace plumbline
