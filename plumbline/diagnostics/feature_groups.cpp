#include "plumbline/diagnostics/feature_groups.hpp"

namespace plumbline {

std::vector<std::string> doctor_feature_names(const Encoder& encoder, std::size_t features) {
  if (!encoder.columns.empty() || encoder.sparse) return encoder.feature_names();
  std::vector<std::string> names;
  for (std::size_t j = 0; j < features; ++j) names.push_back("x" + std::to_string(j));
  return names;
}

std::vector<FeatureGroup> column_groups(const Encoder& encoder, std::size_t features) {
  std::vector<FeatureGroup> groups;
  std::size_t next = 0;
  for (const ColumnEncoding& column : encoder.columns) {
    const std::size_t width = column.width();
    if (width > 0) {
      groups.push_back({column.name, next, width, column.categorical, column.categorical && !column.reference});
    }
    next += width;
  }
  if (!groups.empty()) return groups;
  for (const std::string& name : doctor_feature_names(encoder, features)) {
    groups.push_back({name, next++, 1, false, false});
  }
  return groups;
}

std::vector<std::string> columns_without_features(const Encoder& encoder) {
  std::vector<std::string> names;
  for (const ColumnEncoding& column : encoder.columns) {
    if (column.width() == 0) names.push_back(column.name);
  }
  return names;
}

std::vector<FeatureGroup> feature_groups(const Encoder& encoder, std::size_t features) {
  std::vector<FeatureGroup> groups;
  auto column = encoder.columns.begin();
  for (FeatureGroup& group : column_groups(encoder, features)) {
    while (column != encoder.columns.end() && column->width() == 0) ++column;
    const bool indicator = column != encoder.columns.end() && !column->categorical && column->indicator;
    if (column != encoder.columns.end()) ++column;
    if (indicator) --group.count;
    groups.push_back(group);
    if (indicator) groups.push_back({group.name + " (missing)", group.begin + group.count, 1, false, false});
  }
  return groups;
}

std::vector<std::size_t> group_of_features(const std::vector<FeatureGroup>& groups) {
  std::vector<std::size_t> of;
  for (std::size_t g = 0; g < groups.size(); ++g) of.insert(of.end(), groups[g].count, g);
  return of;
}

}  // namespace plumbline
