#include "plumbline/data/csv.hpp"

#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/csv_assembler.hpp"
#include "plumbline/data/csv_header.hpp"
#include "plumbline/parallel/pipeline.hpp"

namespace plumbline {

namespace {

/// What stays the same when the file is read a second time.
struct Reading {
  ByteInput& input;
  const ReadOptions& options;
  RecordReader reader;
  CsvStart start;
  CsvSchema schema;

  Reading(ByteInput& bytes, const ReadOptions& wanted, const TextLimits& limits)
      : input(bytes),
        options(wanted),
        reader(bytes, limits),
        start(read_csv_start(reader, bytes.path(), wanted, limits)),
        schema(start.delimiter, checked_names(), wanted) {}

  const std::vector<std::string>& checked_names() const {
    if (options.on_header) options.on_header(start.names);
    return start.names;
  }
};

/// Blocks are cut serially, parsed in parallel and put together in order.
CsvAssembler read_records(Reading& reading) {
  CsvAssembler assembler(reading.schema, reading.input.path(), reading.start.first_line);
  std::vector<CsvBlock> slots(pipeline_slots());
  PipelineStages stages;
  stages.fill = [&](std::size_t slot) { return reading.reader.next(slots[slot].raw, reading.schema.syntax()); };
  stages.work = [&](std::size_t slot) { parse_csv_block(reading.schema, slots[slot]); };
  stages.drain = [&](std::size_t slot) {
    report_reading(reading.options.progress, slots[slot].raw.position, reading.input.total());
    assembler.add(slots[slot]);
  };
  ordered_pipeline(slots.size(), stages);
  assembler.check_finite();
  return assembler;
}

}  // namespace

Table read_csv(ByteInput& input, const ReadOptions& options, const TextLimits& limits) {
  Reading reading(input, options, limits);
  std::optional<CsvAssembler> assembled(read_records(reading));
  if (assembled->needs_second_reading()) {
    reading.reader.rewind();
    (void)read_csv_start(reading.reader, input.path(), options, limits);
    assembled.emplace(read_records(reading));
  }
  if (assembled->needs_second_reading())
    throw DataError({input.path(), 0, 0, ""}, "the file changed while it was read");
  Table table = assembled->finish();
  if (table.rows == 0) throw DataError({input.path(), 0, 0, ""}, "there are no rows below the header");
  return table;
}

}  // namespace plumbline
