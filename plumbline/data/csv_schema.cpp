#include "plumbline/data/csv_schema.hpp"

namespace plumbline {

CsvSchema::CsvSchema(char delimiter, const std::vector<std::string>& names, const ReadOptions& options)
    : scanner_(delimiter),
      missing_(options.missing_values),
      max_levels_(options.max_levels),
      known_text_(std::make_unique<std::atomic<bool>[]>(names.size())),
      spellings_full_(std::make_unique<std::atomic<bool>[]>(names.size())) {
  columns_.reserve(names.size());
  for (const std::string& name : names) {
    const ColumnUse use = options.use ? options.use(name) : ColumnUse::automatic;
    if (use == ColumnUse::text) found_text(columns_.size());
    columns_.push_back({name, use, width_});
    if (use != ColumnUse::skip) ++width_;
  }
}

}  // namespace plumbline
