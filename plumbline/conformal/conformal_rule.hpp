#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace plumbline {

/// What the nonconformity of a row is, and with it what a prediction set looks like.
enum class ConformalMethod : std::uint8_t { lac, aps, raps, absolute, scaled, cqr, jackknife_plus };

inline constexpr std::array kConformalMethods{
    ConformalMethod::lac,    ConformalMethod::aps, ConformalMethod::raps,          ConformalMethod::absolute,
    ConformalMethod::scaled, ConformalMethod::cqr, ConformalMethod::jackknife_plus};

const char* name_of(ConformalMethod method);

/// Whether its sets are of classes (lac, aps, raps) or intervals (the others).
bool gives_class_sets(ConformalMethod method);

/// What is asked of prediction sets.
struct ConformalOptions {
  ConformalMethod method = ConformalMethod::lac;
  double miscoverage = 0.1;        ///< α, in (0, 1)
  bool class_conditional = false;  ///< a threshold for each class, by the rows of that class (Mondrian; Vovk 2003)
  /// Ties are broken by a draw a row: coverage is then exactly ⌈(n+1)(1−α)⌉/(n+1), whatever the scores.
  bool randomized = false;
  bool allow_empty = false;    ///< else a set that would be empty holds the classes of the largest score
  double raps_penalty = 0.01;  ///< λ >= 0 and
  double raps_free = 5;        ///< k_reg >= 0: as published (Angelopoulos et al. 2021, ImageNet), not tuned
};

/// Throws std::invalid_argument naming `function` for an α outside (0, 1), constants of RAPS that are negative or not
/// finite, and class_conditional or randomized beside a method of intervals.
void validate(const ConformalOptions& options, const char* function);

/// A conformal predictor's whole state: immutable, part of the model file. A class (or a value of y) is in the set
/// where its nonconformity is at most the threshold; with draws, where (nonconformity, draw) is, in lexical order.
struct ConformalRule {
  ConformalOptions options;
  std::size_t classes = 0;  ///< m; 0 for intervals
  /// (1), or (m) class-conditional: quantile of the nonconformity, +∞ where there are too few rows. jackknife+: empty.
  std::vector<double> threshold;
  std::vector<double> tie;   ///< as long as threshold, in [0, 1): the draw that breaks ties with it; 1: all are within
  std::vector<double> rows;  ///< as long as threshold: Σs of the rows that set it

  double threshold_of(std::size_t k) const { return threshold[threshold.size() == 1 ? 0 : k]; }
  double tie_of(std::size_t k) const { return tie[tie.size() == 1 ? 0 : k]; }
};

}  // namespace plumbline
