#include "plumbline/data/libsvm.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/libsvm_block.hpp"
#include "plumbline/parallel/pipeline.hpp"

namespace plumbline {

namespace {

/// Puts blocks together in their order.
class LibsvmAssembler final {
 public:
  explicit LibsvmAssembler(std::string path) {
    table_.path = std::move(path);
    table_.sparse = true;
    table_.can_be_missing = false;
  }

  void add(LibsvmBlock& block) {
    if (block.failure) {
      throw DataError({table_.path, table_.rows + block.failure->row + 1, line_ + block.failure->line, ""},
                      block.failure->problem);
    }
    if (block.rows > 0) add_chunk(block);
    line_ += block.lines;
  }

  Table finish() {
    Table::Labels labels;
    labels.column.name = "label";
    labels.column.spellings = spellings_.take();
    labels.values = Buffer<double>(table_.rows);
    double* next = labels.values.data();
    for (const Buffer<double>& part : labels_) next = std::copy_n(part.data(), part.size(), next);
    table_.labels = std::move(labels);
    return std::move(table_);
  }

 private:
  void add_chunk(LibsvmBlock& block) {
    TableChunk chunk;
    chunk.first_row = table_.rows;
    chunk.rows = block.rows;
    chunk.offsets = std::exchange(block.offsets, Buffer<std::uint64_t>());
    chunk.indices = std::exchange(block.indices, Buffer<std::uint32_t>());
    chunk.values = std::exchange(block.values, Buffer<double>());
    chunk.first_line = line_ + block.record_lines.first_line();
    chunk.line_of_row = block.record_lines.take();
    table_.chunks.push_back(std::move(chunk));
    table_.rows += block.rows;
    table_.width = std::max<std::size_t>(table_.width, block.width);
    labels_.push_back(std::exchange(block.labels, Buffer<double>()));
    spellings_.merge(block.spellings);
  }

  Table table_;
  Spellings spellings_;
  std::vector<Buffer<double>> labels_;
  std::uint64_t line_ = 1;  ///< physical line of the next block's start
};

void skip_mark_of_libsvm(RecordReader& reader, const std::string& path) {
  const std::string_view start = reader.peek(3);
  if (start.empty()) throw DataError({path, 0, 0, ""}, "the file is empty");
  if (start == "\xEF\xBB\xBF") reader.consume(3);
}

}  // namespace

Table read_libsvm(ByteInput& input, const ReadOptions& options, const TextLimits& limits) {
  RecordReader reader(input, limits);
  skip_mark_of_libsvm(reader, input.path());
  LibsvmAssembler assembler(input.path());
  std::vector<LibsvmBlock> slots(pipeline_slots());
  PipelineStages stages;
  stages.fill = [&](std::size_t slot) { return reader.next(slots[slot].raw, {' ', false, false}); };
  stages.work = [&](std::size_t slot) { parse_libsvm_block(slots[slot]); };
  stages.drain = [&](std::size_t slot) {
    report_reading(options.progress, slots[slot].raw.position, input.total());
    assembler.add(slots[slot]);
  };
  ordered_pipeline(slots.size(), stages);
  Table table = assembler.finish();
  if (table.rows == 0) throw DataError({input.path(), 0, 0, ""}, "there are no rows");
  return table;
}

}  // namespace plumbline
