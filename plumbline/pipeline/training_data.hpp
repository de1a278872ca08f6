#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plumbline/core/progress.hpp"
#include "plumbline/data/dataset.hpp"
#include "plumbline/data/encode.hpp"
#include "plumbline/data/split.hpp"
#include "plumbline/data/target.hpp"
#include "plumbline/diagnostics/doctor.hpp"
#include "plumbline/pipeline/fit.hpp"
#include "plumbline/pipeline/fit_rows.hpp"

namespace plumbline {

/// A table made ready for a fit: what the target means, which rows are in which part, and the encoded rows in the order
/// of the parts.
struct TrainingData {
  RowsMeaning meaning;
  ClassLabels labels;       ///< classification
  bool standardize = true;  ///< the default for this format
  std::size_t records = 0;  ///< read from the file
  std::size_t dropped_rows = 0;
  std::vector<LeftOut> left_out;
  std::vector<std::string> notes;
  /// Of `notes`: those that no finding of the doctor repeats (rows dropped, columns taken for text).
  std::vector<std::string> row_notes;
  std::vector<ColumnFacts> columns;  ///< as they were read: features and what was left out
  std::vector<std::string> ids;      ///< (records) with an id column
  std::vector<Part> part;            ///< (records); meaningless where used[i] is false
  std::vector<bool> used;            ///< (records)
  std::size_t train_rows = 0, validation_rows = 0, calibration_rows = 0,
              test_rows = 0;  ///< test rows: in `data`, or all of `test` with --test-data
  Dataset data;
  Dataset test;  ///< with --test-data
  std::uint64_t fingerprint = 0;
};

/// Reads the table(s), decides the task, splits, learns the encoder from the training rows and encodes. Throws
/// UsageError, DataError, FileError.
TrainingData prepare_training_data(const std::string& path, const FitOptions& options, Progress& progress);

}  // namespace plumbline
