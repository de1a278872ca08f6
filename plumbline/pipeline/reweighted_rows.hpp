#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "plumbline/data/class_weights.hpp"
#include "plumbline/data/row_source.hpp"

namespace plumbline {

/// The rows with each weight times that of the class.
class ReweightedRows final : public RowSource {
 public:
  ReweightedRows(RowSource& rows, std::vector<double> multiplier)
      : rows_(rows), multiplier_(std::move(multiplier)), weights_(rows.rows()) {
    rows_.rewind();
    for (RowBlock block; rows_.next(block);) {
      double* weight = weights_.data() + block.first_row;
      for (std::size_t i = 0; i < block.rows; ++i) weight[i] = block.row_weight == nullptr ? 1 : block.row_weight[i];
      multiply_by_class(multiplier_, block.target, block.rows, weight);
    }
  }
  std::size_t rows() const override { return rows_.rows(); }
  std::size_t columns() const override { return rows_.columns(); }
  std::size_t target_width() const override { return rows_.target_width(); }
  bool sparse() const override { return rows_.sparse(); }
  void rewind() override { rows_.rewind(); }
  bool next(RowBlock& block) override {
    if (!rows_.next(block)) return false;
    block.row_weight = weights_.data() + block.first_row;
    return true;
  }

 private:
  RowSource& rows_;
  std::vector<double> multiplier_;
  std::vector<double> weights_;  ///< (n)
};

}  // namespace plumbline
