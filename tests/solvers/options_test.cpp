// Which option goes with which solver, and what is said of one that does not.
#include "plumbline/solvers/options.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "plumbline/core/errors.hpp"

namespace plumbline::testing {
namespace {

std::string refusal(SolverChoice solver, const SolverOptions& options) {
  try {
    validate(solver, options);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

struct Flag {
  const char* name;
  std::function<void(SolverOptions&)> set;
  std::vector<SolverChoice> takers;
};

std::vector<Flag> flags() {
  using S = SolverChoice;
  return {
      {"--max-iterations",
       [](SolverOptions& o) { o.max_iterations = 5; },
       {S::newton, S::newton_cg, S::lbfgs, S::interior_point, S::gd, S::momentum, S::nesterov}},
      {"--tolerance",
       [](SolverOptions& o) { o.tolerance = 1e-3; },
       {S::newton, S::newton_cg, S::lbfgs, S::gd, S::momentum, S::nesterov}},
      {"--step-size", [](SolverOptions& o) { o.step_size = 0.1; }, {S::gd, S::momentum, S::nesterov, S::sgd, S::adam}},
      {"--momentum", [](SolverOptions& o) { o.momentum = 0.5; }, {S::momentum, S::nesterov, S::sgd, S::adam}},
      {"--schedule", [](SolverOptions& o) { o.schedule = Schedule::cosine; }, {S::sgd, S::adam}},
      {"--batch-size", [](SolverOptions& o) { o.batch_size = 8; }, {S::sgd, S::adam}},
      {"--epochs", [](SolverOptions& o) { o.epochs = 3; }, {S::sgd, S::adam}},
  };
}

TEST(SolverOptions, GoWithTheSolversThatTakeThemAndAreRefusedByTheOthers) {
  for (const Flag& flag : flags()) {
    SolverOptions options;
    flag.set(options);
    for (const SolverChoice solver : kSolvers) {
      if (solver == SolverChoice::automatic) continue;
      const std::string said = refusal(solver, options);
      const bool takes = std::find(flag.takers.begin(), flag.takers.end(), solver) != flag.takers.end();
      EXPECT_EQ(said.empty(), takes) << flag.name << " " << name_of(solver) << ": " << said;
      if (takes) continue;
      EXPECT_NE(said.find(flag.name), std::string::npos) << said;
      for (const SolverChoice taker : flag.takers) EXPECT_NE(said.find(name_of(taker)), std::string::npos) << said;
    }
  }
}

// What newton and lbfgs take is fine; a step size is not, since automatic never picks gd.
TEST(SolverOptions, OfAutomaticAreThoseOfWhatItMayPick) {
  SolverOptions options;
  options.max_iterations = 7;
  options.tolerance = 1e-4;
  EXPECT_EQ(refusal(SolverChoice::automatic, options), "");
  options.step_size = 0.1;
  EXPECT_EQ(refusal(SolverChoice::automatic, options),
            "--step-size means nothing to --solver auto: it goes with gd, momentum, nesterov, sgd, adam");
}

TEST(SolverOptions, AreInRange) {
  const double infinity = std::numeric_limits<double>::infinity();
  const auto refused = [](auto change) {
    SolverOptions options;
    change(options);
    EXPECT_NE(refusal(SolverChoice::sgd, options), "");
    EXPECT_NE(refusal(SolverChoice::momentum, options), "");
  };
  for (const double bad : {0.0, -1.0, std::nan(""), infinity}) {
    refused([&](SolverOptions& o) { o.step_size = bad; });
    refused([&](SolverOptions& o) { o.tolerance = bad; });
  }
  for (const double bad : {-0.1, 1.0, std::nan(""), infinity}) refused([&](SolverOptions& o) { o.momentum = bad; });
  refused([](SolverOptions& o) { o.max_iterations = 0; });
  refused([](SolverOptions& o) { o.batch_size = 0; });
  refused([](SolverOptions& o) { o.epochs = 0; });
  SolverOptions fine;
  fine.momentum = 0;
  EXPECT_EQ(refusal(SolverChoice::sgd, fine), "");
}

TEST(SolverNames, AreAllDifferentAndAsTheUserSpellsThem) {
  std::vector<std::string> names;
  for (const SolverChoice solver : kSolvers) names.emplace_back(name_of(solver));
  const std::vector<std::string> expected{"auto", "normal-inverse", "cholesky",  "qr",    "svd",
                                          "dual", "newton",         "newton-cg", "lbfgs", "interior-point",
                                          "gd",   "momentum",       "nesterov",  "sgd",   "adam"};
  EXPECT_EQ(names, expected);
}

}  // namespace
}  // namespace plumbline::testing
