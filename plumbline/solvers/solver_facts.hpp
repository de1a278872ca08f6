#pragma once

#include <string>
#include <vector>

#include "plumbline/solvers/options.hpp"

namespace plumbline {

/// What there is to know of a solver beside its code; docs/solvers.md is made of these.
struct SolverFacts {
  SolverChoice solver;
  const char* method;    ///< in one line
  const char* cost;      ///< flops, n rows, d coordinates, K outputs
  const char* stops;     ///< when it stops by itself
  std::string settings;  ///< the flags it takes with their defaults, from its options struct
  const char* source;    ///< labels of the subject, or the paper
};

/// All solvers that can be named, in the order of kSolvers without `auto`.
std::vector<SolverFacts> all_solver_facts();

}  // namespace plumbline
