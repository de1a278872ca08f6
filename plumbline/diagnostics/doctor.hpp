#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/encoding.hpp"
#include "plumbline/data/features.hpp"
#include "plumbline/data/row_source.hpp"
#include "plumbline/data/table.hpp"
#include "plumbline/diagnostics/collinearity.hpp"
#include "plumbline/diagnostics/doctor_options.hpp"
#include "plumbline/diagnostics/feature_groups.hpp"
#include "plumbline/diagnostics/finding.hpp"
#include "plumbline/solvers/separation.hpp"

namespace plumbline {

/// A column of the user's table, as it was understood.
struct ColumnFacts {
  std::string name;
  bool categorical = false;
  std::size_t levels = 0;     ///< categorical
  std::uint64_t missing = 0;  ///< cells
  std::string left_out;       ///< why it is no feature; empty: it is one
};

/// The facts that reading the table has left behind, of the features and of what was left out. Looks at no cell.
std::vector<ColumnFacts> column_facts(const Table& table, const FeatureChoice& features);

/// What the rows of a source mean to the doctor.
struct DoctorInput {
  Encoder encoder;                   ///< its width must be the source's; empty: columns x0, x1, …
  std::vector<ColumnFacts> columns;  ///< may be empty
  std::size_t records = 0;           ///< that ColumnFacts::missing counts in; 0: the rows of the source
  std::vector<std::string> classes;  ///< the target is an index into it; empty: a number, or labels
  std::vector<std::string> labels;   ///< multilabel: names of the 0/1 targets
  bool intercept = true;
};

/// What was measured, and what of it is worth a word. `findings` is empty for a clean table.
struct DoctorReport {
  std::size_t rows = 0, features = 0;
  double weight_sum = 0;                       ///< Σs
  std::vector<std::string> feature_names;      ///< (p)
  std::vector<ColumnFacts> columns;            ///< as given
  std::vector<double> class_weight;            ///< (m): Σs by class; multilabel: of the ones of each label
  std::optional<Collinearity> collinearity;    ///< none for a table wider than DoctorOptions::widest
  std::optional<SeparationResult> separation;  ///< of classes and labels, if it was looked for
  std::vector<Finding> findings;               ///< in the order of FindingKind
  std::vector<std::string> notes;              ///< what was not looked at, and why
};

/// Looks a table over before a fit. Frequency weights: a weight of 2 counts a row twice (duplicate rows: once); rows of
/// weight 0 are passed over. X is read once each for moments, for hashes and sums against the target, for the Gram
/// matrix and for leverage, once more where columns nearly depend on each other (QR of the rows) and where equal hashes
/// or a leak are to be confirmed, and twice for a sample; separation iterates only where a sample cannot rule it out.
/// n·p² flops for Gram and leverage each (2·n·p² for QR). Memory: 8 bytes a row, p² doubles, the sample, and what
/// find_separation takes. The same bits for any threads and block size. Throws std::invalid_argument for a width that
/// is not the encoder's, thresholds out of range, or no row of positive weight; Cancelled.
DoctorReport examine(RowSource& rows, const DoctorInput& input, const DoctorOptions& options = {},
                     Progress& progress = silent_progress());

}  // namespace plumbline
