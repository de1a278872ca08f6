#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "plumbline/data/moments.hpp"
#include "plumbline/data/standardization.hpp"
#include "plumbline/diagnostics/doctor_options.hpp"
#include "plumbline/diagnostics/feature_groups.hpp"
#include "plumbline/linalg/types.hpp"

namespace plumbline {

/// A column that is a combination of others.
struct CollinearSet {
  std::vector<std::size_t> columns;  ///< features, in file order
  /// Of an exact set: what the others leave of the last column, relative to its spread. Of a near one: the largest
  /// condition index while the set was whole.
  double value = 0;
  std::string relation;  ///< "total = a + b"
};

/// How the columns of X hang together. Empty, duplicate and constant columns are not in it.
struct Collinearity {
  std::size_t rank = 0, columns = 0;  ///< columns counts the intercept, and the duplicates among them
  std::vector<CollinearSet> sets;     ///< dependent to DoctorOptions::dependent
  /// σ_1/σ_k of [1 X] with columns of length 1, not centred (Belsley, Kuh and Welsch 1980), ascending; of the columns
  /// that are left when each dependent one is taken out.
  std::vector<double> condition_indices;
  std::vector<double> vif;  ///< (p): 1/(1 − R²) on all other columns; +∞ in a set, NaN where the column is not in it
  /// (groups): generalised over the features of a group, GVIF^(1/df) (Fox and Monette 1992): VIF where there is one.
  std::vector<double> group_vif;
  std::vector<CollinearSet> near_sets;
  Matrix inverse_root;  ///< (d, rank): B with (X̃ᵀSX̃)⁺ = B Bᵀ on the independent columns, 0 elsewhere
};

struct CollinearityInput {
  const Matrix& factor;  ///< (d, d) with RᵀR = X̃ᵀSX̃; empty columns where the scale is 0
  const Coordinates& at;
  const Moments& moments;
  const std::vector<FeatureGroup>& groups;
  const std::vector<std::string>& names;
  /// (p) columns that are named elsewhere already (near-duplicates of an earlier one): in no near set.
  const std::vector<bool>& named;
  double weight_sum = 0;
  bool name_sets = true;  ///< false: rank and VIFs only, where rows are too few to say more
};

/// Independent columns are chosen in file order, the intercept first, by orthogonalisation of the factor: a column is
/// dependent when √(1 − R²) on those before it is at most options.dependent, and its set is the combination that gives
/// it, without coefficients below 1e-6 (of standardised columns).
/// A near set is named while the largest condition index is at least options.condition_index and two columns or more,
/// of different groups, have variance proportions of at least options.variance_proportion at large indices together and
/// VIFs of at least options.vif: of these, the one with the largest VIF and those that explain it; it is then taken
/// out. (An index shared with the intercept alone is an offset, which a fit takes away.) VIFs are held against the
/// threshold with R² adjusted for degrees of freedom, so that few rows invent nothing. O(d³).
Collinearity find_collinearity(const CollinearityInput& input, const DoctorOptions& options);

/// 1/(1 − adjusted R²) for a VIF from a regression on `others` columns (and an intercept) over Σs rows.
double adjusted_vif(double vif, double weight_sum, double others);

}  // namespace plumbline
