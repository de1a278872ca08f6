// Published outputs of a deep net (../shared/data/calibration/SOURCE): the temperature to every digit given.
#include <gtest/gtest.h>

#include <cstring>

#include "calibration/calibrator_support.hpp"
#include "pipeline/real_data.hpp"
#include "plumbline/data/read_table.hpp"
#include "plumbline/metrics/calibration_bins.hpp"

namespace plumbline {
namespace {

TEST(Lenet5OnCifar10, TemperatureAndWhatItRepairs) {
  PLUMBLINE_NEEDS_DATA("calibration/lenet5_cifar10/probs.npy");
  ReadOptions options;
  const Table scores = read_table(shared_data("calibration/lenet5_cifar10/probs.npy"), options);
  const Table labels = read_table(shared_data("calibration/lenet5_cifar10/labels.npy"), options);
  ASSERT_EQ(scores.width, 10U);
  ASSERT_EQ(scores.chunks.size(), 1U);
  std::vector<std::uint32_t> label;
  for (const TableChunk& chunk : labels.chunks) {
    for (std::size_t i = 0; i < chunk.rows; ++i) {
      double y = 0;
      if (labels.scalar == Scalar::byte) {
        y = static_cast<double>(chunk.cells.data()[i]);
      } else {
        std::memcpy(&y, chunk.cells.data() + i * sizeof(double), sizeof(double));
      }
      label.push_back(static_cast<std::uint32_t>(y));
    }
  }
  ClassOutputs outputs;
  outputs.scores = {scores.chunks[0].cells.data(), scores.rows, 10, 10, scores.scalar, 1.0};
  outputs.kind = OutputKind::probabilities;
  outputs.label = label.data();
  const CalibratorFit fit = fit_temperature(outputs);
  EXPECT_NEAR(fit.calibrator.temperature, 1.396779, 5e-7);  // half a unit of the last digit

  std::vector<std::size_t> all(outputs.rows());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  const OutputRows rows = take_rows(outputs, all);
  Calibrator none;
  none.classes = 10;
  EXPECT_NEAR(testing::log_loss(none, rows), 1.36987, 5e-6);
  EXPECT_NEAR(testing::log_loss(fit.calibrator, rows), 1.31150, 5e-6);
  const std::vector<double> p = testing::calibrated(fit.calibrator, rows);
  CalibrationBins bins(15);
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double* row = p.data() + 10 * i;
    const auto top = static_cast<std::size_t>(std::max_element(row, row + 10) - row);
    bins.add(row[top], top == rows.label[i], 1);
  }
  EXPECT_NEAR(bins.expected_error(), 0.01296, 5e-6);
}

}  // namespace
}  // namespace plumbline
