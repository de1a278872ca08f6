#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "plumbline/models/network_predictor.hpp"

namespace plumbline {

/// What must be the same for a run to continue, by name: "--epochs" and "20".
using TrainingSettings = std::vector<std::pair<std::string, std::string>>;

/// A training run between two epochs as its file holds it, in double or float as `scalar` says. Every number comes back
/// to the last bit.
struct SavedTraining {
  TrainingSettings settings;
  std::uint64_t fingerprint = 0;  ///< of the rows
  std::size_t epoch = 0;          ///< finished
  std::size_t best_epoch = 0;
  double best_loss = 0;                               ///< may be infinite
  NetworkParameters parameters, first, second, best;  ///< all of one type; second and best may be empty
};

/// One line of JSON, then the arrays as little-endian bytes; a checksum guards both. Written atomically (temporary
/// file, fsync, rename): after a power cut there is the old state or the new one. Throws FileError.
void save_training(const SavedTraining& saved, const std::string& path);

/// Throws FileError where the file is none of ours, cut off or damaged.
SavedTraining load_training(const std::string& path);
/// Ignored only where bytes are made up on purpose: by the fuzz target, which could not get past it.
enum class Checksum : std::uint8_t { required, ignored };

/// The same from the bytes; `path` is for messages.
SavedTraining training_from_bytes(const std::string& bytes, const std::string& path,
                                  Checksum checksum = Checksum::required);

/// The first setting in which two runs differ: "--epochs is 30, and was 20"; empty: none.
std::string first_difference(const TrainingSettings& was, const TrainingSettings& is);

}  // namespace plumbline
