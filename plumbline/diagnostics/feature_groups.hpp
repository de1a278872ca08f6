#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "plumbline/data/encoding.hpp"

namespace plumbline {

/// Features that are one column of the user's table in other words: levels of a text column, powers of a number.
struct FeatureGroup {
  std::string name;
  std::size_t begin = 0, count = 1;  ///< features [begin, begin + count)
  bool categorical = false;
  bool every_level = false;  ///< categorical: no level is without a column, so that the columns sum to 1
};

/// One group a column of the table, in the order of the features: levels, powers and the "(missing)" indicator
/// together. Without columns in the encoder each feature stands alone, named x0, x1, … (LIBSVM: as the encoder names
/// them).
std::vector<FeatureGroup> column_groups(const Encoder& encoder, std::size_t features);

/// The same, but the feature that says where a number is missing is a group of its own.
std::vector<FeatureGroup> feature_groups(const Encoder& encoder, std::size_t features);

/// Text columns with one level that is the reference: they have no feature.
std::vector<std::string> columns_without_features(const Encoder& encoder);

/// (p): which group each feature belongs to.
std::vector<std::size_t> group_of_features(const std::vector<FeatureGroup>& groups);

/// (p)
std::vector<std::string> doctor_feature_names(const Encoder& encoder, std::size_t features);

}  // namespace plumbline
