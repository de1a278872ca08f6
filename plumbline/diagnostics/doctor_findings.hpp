#pragma once

#include <string>
#include <vector>

#include "plumbline/diagnostics/collinearity.hpp"
#include "plumbline/diagnostics/design_factor.hpp"
#include "plumbline/diagnostics/doctor.hpp"
#include "plumbline/diagnostics/duplicates.hpp"
#include "plumbline/diagnostics/feature_groups.hpp"
#include "plumbline/diagnostics/leakage.hpp"
#include "plumbline/diagnostics/outlying_rows.hpp"

namespace plumbline {

// What was measured, as findings: one function a kind, or few that belong together. No finding: an empty list.

std::vector<Finding> missing_findings(const DoctorInput& input, std::size_t records, const DoctorOptions& options);
/// Of columns that were left out already.
std::vector<Finding> left_out_findings(const DoctorInput& input, std::size_t records);
std::vector<Finding> identifier_findings(const std::vector<std::size_t>& features,
                                         const std::vector<std::string>& names);
/// By name: features, and text columns with one level, which is the reference and no feature.
std::vector<Finding> constant_findings(std::vector<std::string> columns);
std::vector<Finding> duplicate_column_findings(const DuplicateColumns& sets, const std::vector<std::string>& names);
std::vector<Finding> leak_findings(const std::vector<Leak>& leaks, const std::vector<FeatureGroup>& groups,
                                   const DoctorInput& input, const DoctorOptions& options);
std::vector<Finding> balance_findings(const TargetFacts& facts, const DoctorInput& input, const DoctorOptions& options);
/// Exact and near sets, near-duplicates that are in no exact set, and VIFs of columns that none of these names.
std::vector<Finding> collinearity_findings(const Collinearity& found, const std::vector<CorrelatedPair>& pairs,
                                           const CollinearityInput& input, const DoctorOptions& options);
std::vector<Finding> duplicate_row_findings(const DuplicateRows& rows, const DoctorOptions& options);
std::vector<Finding> outlying_row_findings(std::vector<OutlyingRow> rows, double threshold,
                                           const DoctorOptions& options);

}  // namespace plumbline
