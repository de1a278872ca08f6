// The tape itself: what it refuses, what it forgets, what it recomputes and what it never allocates.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <vector>

#include "any_function.hpp"
#include "plumbline/autodiff/checkpoint.hpp"
#include "plumbline/parallel/parallel.hpp"

namespace {
std::atomic<std::size_t> allocations = 0;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): operator new's
}

// Counts what this program asks operator new for.
void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace plumbline::autodiff {
namespace {

constexpr std::size_t kWidth = 24, kTapeRows = 40;

/// Layers tanh(h·W_i), four of them, `again` of which are recomputed.
struct Chain {
  std::vector<Storage> storage = std::vector<Storage>(4, Storage::keep);

  template <class S>
  Var<S> operator()(std::span<const Var<S>> in) const {
    Var<S> h = in[0];
    for (std::size_t i = 0; i < storage.size(); ++i) {
      h = run_block(storage[i], {h, in[i + 1]},
                    [](std::span<const Var<S>> x) { return tanh(softplus(matmul(x[0], x[1])) - 0.5); });
    }
    return mean(square(h));
  }
};

Arrays<double> chain_inputs() {
  Arrays<double> at{random_array({kTapeRows, kWidth}, 1)};
  for (std::uint64_t i = 0; i < 4; ++i) at.push_back(random_array({kWidth, kWidth}, 2 + i));
  return at;
}

TapeCounters counters_of(const Chain& chain) {
  const Arrays<double> at = chain_inputs();
  Tape<double> tape;
  std::vector<Var<double>> in;
  for (const Array<double>& each : at) in.push_back(tape.variable(each.view()));
  tape.backward(chain(std::span<const Var<double>>(in)), Afterwards::release);
  return tape.counters();
}

TEST(Checkpointing, OneBlockOfFourCostsAQuarterMoreForwardWork) {
  const TapeCounters kept = counters_of({});
  EXPECT_EQ(kept.block_evaluations, 4U);
  EXPECT_EQ(kept.recomputed_blocks, 0U);
  const Storage k = Storage::keep, r = Storage::recompute;
  const TapeCounters one = counters_of({{k, r, k, k}});
  EXPECT_EQ(one.block_evaluations, 5U);
  EXPECT_EQ(static_cast<double>(one.block_evaluations) / 4, 1.25);
  EXPECT_EQ(one.recomputed_blocks, 1U);
  EXPECT_LT(one.peak_bytes, kept.peak_bytes);
  const TapeCounters all = counters_of({{r, r, r, r}});
  EXPECT_EQ(all.block_evaluations, 8U);
  // Sixteen matrices stand where all is kept; else the four results and, one block at a time, the four of a block.
  EXPECT_LE(all.peak_bytes + 6 * kTapeRows * kWidth * sizeof(double), kept.peak_bytes);
}

TEST(Checkpointing, ChangesNoBit) {
  const Arrays<double> at = chain_inputs(), along = random_like(at, 50);
  const Storage k = Storage::keep, r = Storage::recompute;
  const Hvp<double> expected = hvp(Chain{}, at, along);
  for (const std::vector<Storage>& storage : {std::vector<Storage>{k, r, k, r}, std::vector<Storage>{r, r, r, r}}) {
    const Hvp<double> got = hvp(Chain{storage}, at, along);
    EXPECT_EQ(got.value, expected.value);
    for (std::size_t i = 0; i < at.size(); ++i) {
      EXPECT_EQ(got.gradient[i].cells, expected.gradient[i].cells);
      EXPECT_EQ(got.product[i].cells, expected.product[i].cells);
    }
    EXPECT_EQ(jvp(Chain{storage}, at, along).tangent.cells, jvp(Chain{}, at, along).tangent.cells);
  }
}

/// A block in a block, one that uses a matrix it captured, and one that gives back what it was given.
struct Nested {
  Storage storage;

  template <class S>
  Var<S> operator()(std::span<const Var<S>> in) const {
    const Var<S> shift = sigmoid(in[1]);
    const auto block = [storage = storage, shift](std::span<const Var<S>> x) {
      const Var<S> inner = run_block(storage, {tanh(x[0])}, [](std::span<const Var<S>> y) { return exp(y[0]) * y[0]; });
      const Var<S> same = run_block(storage, {inner}, [](std::span<const Var<S>> y) { return y[0]; });
      return same + shift;
    };
    const Var<S> h = run_block(storage, {in[0]}, block);
    return sum(square(run_block(storage, {h}, block)) * shift);
  }
};

TEST(Checkpointing, WorksNestedAndWithCaptures) {
  const Arrays<double> at{random_array({3, 4}, 1), random_array({1, 4}, 2)};
  const Gradient<double> kept = gradient(Nested{Storage::keep}, at);
  const Gradient<double> again = gradient(Nested{Storage::recompute}, at);
  EXPECT_EQ(kept.value, again.value);
  // Where a matrix is used twice, its two shares may be added in another order.
  for (std::size_t i = 0; i < at.size(); ++i) expect_close(again.gradient[i], kept.gradient[i], 1e-15);
  EXPECT_LT(check_derivatives(Nested{Storage::recompute}, at).largest_error, 1e-8);
}

/// A step of training as far as the tape goes; the loss as a network has it.
template <class S>
struct Warm {
  Array<S> x{{64, 20}}, w{{20, 30}}, b{{1, 30}}, v{{30, 3}}, c{{1, 3}};
  Array<S> gw{w.shape}, gb{b.shape}, gv{v.shape}, gc{c.shape};
  std::vector<double> y = std::vector<double>(64, 1);
  Loss loss = SoftmaxLoss{3};
  Tape<S> tape;

  S step() {
    tape.clear();
    for (Array<S>* each : {&gw, &gb, &gv, &gc}) std::fill(each->cells.begin(), each->cells.end(), S(0));
    const Var<S> hidden = run_block(
        Storage::recompute,
        {tape.constant(x.view()), tape.variable(w.view(), gw.writable()), tape.variable(b.view(), gb.writable())},
        [](std::span<const Var<S>> in) { return tanh(affine(in[0], in[1], in[2])); });
    const Var<S> eta = affine(hidden, tape.variable(v.view(), gv.writable()), tape.variable(c.view(), gc.writable()));
    const Var<S> risk = mean(row_losses(loss, eta, y));
    tape.backward(risk);
    return risk.value().data[0];
  }
};

template <class S>
void expect_warm_steps_to_allocate_nothing() {
  Warm<S> warm;
  for (std::size_t c = 0; c < warm.x.cells.size(); ++c) warm.x.cells[c] = static_cast<S>(random_unit(1, 2, c));
  for (std::size_t c = 0; c < warm.v.cells.size(); ++c) warm.v.cells[c] = static_cast<S>(random_unit(1, 3, c));
  const S cold = warm.step();
  const Array<S> gradient = warm.gw;
  const std::size_t growths = warm.tape.counters().growths, before = allocations;
  for (int i = 0; i < 20; ++i) EXPECT_EQ(warm.step(), cold);
  EXPECT_EQ(allocations - before, 0U);
  EXPECT_EQ(warm.tape.counters().growths, growths);
  EXPECT_EQ(warm.gw.cells, gradient.cells);
}

TEST(Memory, AWarmStepAllocatesNothing) {
  expect_warm_steps_to_allocate_nothing<double>();
  expect_warm_steps_to_allocate_nothing<float>();
}

TEST(Memory, TheCounterCounts) {
  const std::size_t before = allocations;
  const std::vector<int> something(10);
  EXPECT_EQ(allocations - before, 1U);
}

TEST(Threads, ChangeNoBit) {
  const Arrays<double> at{random_array({150, 120}, 1), random_array({120, 90}, 2)};
  const auto f = [](auto in) { return sum(tanh(matmul(in[0], in[1]))); };
  const Gradient<double> expected = gradient(f, at);
  for (const std::size_t threads : {1U, 2U, 5U}) {
    const ThreadLimit limit(threads);
    const Gradient<double> got = gradient(f, at);
    EXPECT_EQ(got.value, expected.value);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(got.gradient[i].cells, expected.gradient[i].cells);
  }
}

TEST(TapeContract, RefusesWhatDoesNotFit) {
  const Array<double> a = random_array({2, 3}, 1), b = random_array({2, 2}, 2);
  Tape<double> tape, other;
  const Var<double> x = tape.variable(a.view()), y = tape.variable(b.view()), elsewhere = other.variable(a.view());
  EXPECT_THROW(matmul(x, y), std::invalid_argument);
  EXPECT_THROW(matmul(x, y, 3), std::invalid_argument);
  EXPECT_THROW(x + y, std::invalid_argument);
  EXPECT_THROW(x + elsewhere, std::invalid_argument);
  EXPECT_THROW(affine(y, x, y), std::invalid_argument);
  EXPECT_THROW(columns(x, 2, 2), std::invalid_argument);
  EXPECT_THROW(concatenate({x, y}, Axis::rows), std::invalid_argument);
  const std::vector<std::size_t> far{0, 7};
  EXPECT_THROW(gather_rows(x, far), std::invalid_argument);
  EXPECT_THROW(pick(x, far), std::invalid_argument);
  EXPECT_THROW(tape.backward(x), std::invalid_argument);
  EXPECT_THROW(tape.backward(x, b.view()), std::invalid_argument);
  EXPECT_THROW(tape.moving(a.view(), a.view()), std::invalid_argument);
  Tape<double> values(Mode::values);
  EXPECT_THROW(values.backward(sum(values.variable(a.view()))), std::invalid_argument);
  const Var<double> total = sum(x);
  tape.backward(total, Afterwards::release);
  EXPECT_THROW(tape.backward(total), std::invalid_argument);
  EXPECT_THROW(Array<double>({2, 2}, {1.0}), std::invalid_argument);
}

TEST(TapeContract, BackwardTwiceStartsAfresh) {
  const Array<double> a = random_array({2, 3}, 1);
  Tape<double> tape;
  const Var<double> x = tape.variable(a.view()), unused = tape.variable(a.view());
  const Var<double> result = sum(square(x)), fixed = sum(tape.constant(a.view()));
  for (int i = 0; i < 2; ++i) {
    tape.backward(result);
    for (std::size_t c = 0; c < 6; ++c) EXPECT_EQ(x.adjoint().data[c], 2 * a.cells[c]);
  }
  EXPECT_FALSE(unused.adjoint());
  tape.backward(fixed);  // nothing moves: nothing to do
  EXPECT_FALSE(x.adjoint());
}

/// x² with half the slope that it has.
struct Wrong {
  template <class S>
  S value(const S& x) const {
    return x * x;
  }
  template <class S>
  S slope(const S& x, const S&) const {
    return x;
  }
};

TEST(DerivativeCheckTest, FindsAWrongDerivative) {
  const Arrays<double> at{Array<double>({1, 2}, {0.0, 3.0})};
  const DerivativeCheck<double> worst = check_derivatives([](auto in) { return sum(elementwise(Wrong{}, in[0])); }, at);
  EXPECT_EQ(worst.input, 1U);
  EXPECT_NEAR(worst.largest_error, 0.5, 1e-8);
  EXPECT_NEAR(worst.numerical, 6, 1e-8);
}

}  // namespace
}  // namespace plumbline::autodiff
