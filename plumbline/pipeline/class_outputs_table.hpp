#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "plumbline/calibration/class_outputs.hpp"
#include "plumbline/core/buffer.hpp"
#include "plumbline/pipeline/fit.hpp"

namespace plumbline {

/// A classifier's outputs and the truth, as read from two files: once, in the type of the file.
struct ClassOutputsTable {
  Buffer<std::byte> cells;      ///< (n, m) row-major of `scalar`
  Scalar scalar = Scalar::f64;  ///< f32 or f64
  OutputKind kind = OutputKind::logits;
  std::size_t rows = 0, classes = 0;
  std::vector<std::uint32_t> label;  ///< (n)
  std::vector<std::string> names;    ///< (m): the header's, or 0, 1, …
  std::size_t zeros = 0;             ///< cells of probability 0
  std::vector<std::string> notes;

  /// A look at rows [begin, begin + count).
  ClassOutputs view(std::size_t begin, std::size_t count) const;
  ClassOutputs view() const { return view(0, rows); }
};

/// Reads one column a class from `path` (.npy float32 or float64, CSV or TSV with or without header, each also .gz),
/// and the true classes from options.labels_path (.npy or CSV of one column): class indices from 0, or where the header
/// names the classes and every label is such a name, names. Throws DataError with the record for a missing or infinite
/// cell, one column, labels that are missing, no class, or as many as there are rows; for probabilities also for one
/// below 0 and a row whose sum is not 1 within 1e-4. FileError and UsageError as read_table. Memory: the cells in the
/// file's type, 12 bytes a row, and what reading CSV takes.
ClassOutputsTable read_class_outputs(const std::string& path, OutputKind kind, const TableOptions& options,
                                     Progress& progress = silent_progress());

}  // namespace plumbline
