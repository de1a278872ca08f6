#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plumbline {

/// How a fit ended (cli.md, "The JSON of fit"). Only `optimal` is a proof.
enum class Verdict {
  optimal,
  completed,
  iteration_limit,
  line_search_failed,
  precision_limit,
  non_finite,
  separated,
  rank_deficient,
  cancelled
};

/// The verdict as it is spelled in JSON and on the command line.
const char* name_of(Verdict verdict);

/// What a solver says of its run. All values are those of the printed objective.
struct SolveReport {
  std::string solver;
  Verdict verdict = Verdict::iteration_limit;
  std::size_t iterations = 0;
  double objective = std::numeric_limits<double>::quiet_NaN();
  double null_objective = std::numeric_limits<double>::quiet_NaN();  ///< of the intercept-only model
  double gradient_norm = std::numeric_limits<double>::quiet_NaN();   ///< Euclidean, in the solver's coordinates
  std::optional<double> gap;  ///< proved upper bound on objective − optimum; none: no certificate exists
  std::string gap_reason;     ///< why there is no gap
  std::optional<double>
      condition;       ///< estimate of the 2-norm condition number of the (standardised) design, where computed
  std::string advice;  ///< what to try next; empty when there is nothing to say
  std::vector<std::vector<std::string>> collinear;  ///< sets of features that depend on each other
  struct Separation {
    std::string feature;
    char direction = '+';  ///< the sign in which the coefficient runs off to infinity
    std::string label;     ///< towards this class
  };
  std::vector<Separation> separated;
  /// A direction along which no row's loss rises and some rows' falls for ever: x·coefficients + intercept is >= 0 on
  /// the rows of the class and <= 0 on the others (several outputs: that of the true class is the largest), in the
  /// user's units, up to the rounding of these numbers. Checked on every training row; not kept in model files.
  struct Witness {
    std::string label;            ///< the class or label it speaks for; empty: all classes together
    bool complete = false;        ///< every row is strictly on its side; else some are on the plane
    std::size_t strict_rows = 0;  ///< rows strictly on their side
    std::size_t outputs = 1;
    std::vector<double> coefficients;  ///< (p, outputs)
    std::vector<double> intercept;     ///< (outputs), at x = 0
  };
  std::vector<Witness> witnesses;
  bool local = false;  ///< the objective is not convex; the verdict is about a local optimum
  double seconds = 0;
};

/// One line of `--trace`.
struct TracePoint {
  std::size_t iteration = 0;
  double objective = 0;
  double train_loss = 0;  ///< risk on the training rows, without the penalty
  std::optional<double> test_loss;
  double gradient_norm = 0;
  double step = 0;
};

}  // namespace plumbline
