#include "plumbline/diagnostics/collinearity.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "plumbline/core/constants.hpp"
#include "plumbline/diagnostics/column_basis.hpp"
#include "plumbline/diagnostics/relation.hpp"
#include "plumbline/linalg/decompositions.hpp"

namespace plumbline {

namespace {

using Eigen::Index;

/// Of standardised columns in a combination: below the largest of them by this, rounding.
constexpr double kNamed = 1e-6;
/// In a near set, coefficients (standardised) below this share of the largest are noise.
constexpr double kNearlyNamed = 0.1;
/// To which coefficients of a near set are worth printing.
constexpr double kNearPrecision = 5e-3;
constexpr std::size_t kMostNearSets = 50;

std::size_t at(Index j) { return static_cast<std::size_t>(j); }

/// What condition indices say of some columns.
struct Conditioning {
  std::vector<double> indices;  ///< ascending
  Vector proportion;            ///< (columns): of the variance, at indices that are large
};

class CollinearityFinder final {
 public:
  CollinearityFinder(const CollinearityInput& input, const DoctorOptions& options)
      : input_(input),
        options_(options),
        p_(static_cast<Index>(input.at.features())),
        groups_(group_of_features(input.groups)) {}

  Collinearity run() {
    std::vector<Index> order;
    if (input_.at.intercept) order.push_back(p_);
    for (Index j = 0; j < p_; ++j) order.push_back(j);
    const ColumnBasis basis(input_.factor, order, input_.at.intercept, options_.dependent);
    result_.rank = basis.kept().size();
    result_.columns = basis.kept().size() + basis.dependent().size();
    result_.vif.assign(at(p_), kNaN);
    result_.group_vif.assign(input_.groups.size(), kNaN);
    inflate(basis);
    if (!input_.name_sets) return std::move(result_);
    for (const DependentColumn& column : basis.dependent()) name_set(basis, column);
    std::vector<Index> features;
    for (const Index j : basis.kept()) {
      if (j < p_) features.push_back(j);
    }
    result_.condition_indices = conditioning(features).indices;
    name_near_sets(std::move(features));
    return std::move(result_);
  }

 private:
  /// VIFs of the independent columns, from the rows of T⁻¹.
  void inflate(const ColumnBasis& basis) {
    const std::vector<Index>& kept = basis.kept();
    const auto k = static_cast<Index>(kept.size());
    const Matrix inverse = basis.triangle().triangularView<Eigen::Upper>().solve(Matrix::Identity(k, k));
    result_.inverse_root = Matrix::Zero(input_.factor.cols(), k);
    std::vector<std::vector<Index>> members(input_.groups.size());
    for (Index q = 0; q < k; ++q) {
      result_.inverse_root.row(kept[at(q)]) = inverse.row(q);
      if (kept[at(q)] == p_) continue;
      const double length = basis.lengths()[at(q)];
      result_.vif[at(kept[at(q)])] = inverse.row(q).squaredNorm() * length * length;
      members[groups_[at(kept[at(q)])]].push_back(q);
    }
    for (std::size_t g = 0; g < members.size(); ++g) {
      if (!members[g].empty()) result_.group_vif[g] = generalised(basis, inverse, members[g]);
    }
  }

  /// GVIF = det(C_gg) det((C⁻¹)_gg) with C the correlations of all columns.
  double generalised(const ColumnBasis& basis, const Matrix& inverse, const std::vector<Index>& members) const {
    if (members.size() == 1) return result_.vif[at(basis.kept()[at(members[0])])];
    const auto m = static_cast<Index>(members.size());
    const Matrix triangle = basis.triangle();
    Matrix c(m, m), c_inverse(m, m);
    for (Index a = 0; a < m; ++a) {
      for (Index b = 0; b < m; ++b) {
        const Index u = members[at(a)], v = members[at(b)], skip = input_.at.intercept ? 1 : 0;
        const double lengths = basis.lengths()[at(u)] * basis.lengths()[at(v)];
        c(a, b) =
            triangle.col(u).tail(triangle.rows() - skip).dot(triangle.col(v).tail(triangle.rows() - skip)) / lengths;
        c_inverse(a, b) = inverse.row(u).dot(inverse.row(v)) * lengths;
      }
    }
    return std::pow(c.determinant() * c_inverse.determinant(), 1 / static_cast<double>(m));
  }

  /// The relation x̃_left = Σ β x̃ (+ constant) in the user's units.
  LinearRelation relation(Index left, const std::vector<std::pair<Index, double>>& terms) const {
    LinearRelation relation;
    const auto add = [&](Index j, double beta) {
      if (j == p_) {
        relation.constant += beta;
        return;
      }
      const double coefficient = beta * input_.at.scale[at(j)];
      relation.columns.push_back(at(j));
      relation.coefficient.push_back(coefficient);
      relation.constant -= coefficient * input_.at.center[at(j)];
      relation.size.push_back(std::fabs(input_.moments.mean[at(j)]) + input_.moments.sd[at(j)]);
    };
    add(left, -1);
    for (const auto& [j, beta] : terms) add(j, beta);
    return relation;
  }

  void name_set(const ColumnBasis& basis, const DependentColumn& column) {
    std::vector<std::pair<Index, double>> terms;
    double largest = 0;
    for (Index q = 0; q < column.on_earlier.size(); ++q) {
      if (basis.kept()[at(q)] != p_) largest = std::max(largest, std::fabs(column.on_earlier[q]));
    }
    CollinearSet set;
    set.value = column.left;
    for (Index q = 0; q < column.on_earlier.size(); ++q) {
      const Index j = basis.kept()[at(q)];
      if (j != p_ && std::fabs(column.on_earlier[q]) <= kNamed * largest) continue;
      terms.emplace_back(j, column.on_earlier[q]);
      if (j != p_) set.columns.push_back(at(j));
    }
    set.columns.push_back(at(column.column));
    set.relation = relation_text(relation(column.column, terms), input_.names);
    for (const std::size_t j : set.columns) result_.vif[j] = result_.group_vif[groups_[j]] = kInfinity;
    result_.sets.push_back(std::move(set));
  }

  /// Singular values of the columns in the user's units, scaled to length 1, with the intercept.
  Conditioning conditioning(const std::vector<Index>& features) const {
    const bool intercept = input_.at.intercept;
    Matrix columns(input_.factor.rows(), static_cast<Index>(features.size()) + (intercept ? 1 : 0));
    for (Index q = 0; q < static_cast<Index>(features.size()); ++q) {
      const Index j = features[at(q)];
      columns.col(q) = input_.factor.col(j) / input_.at.scale[at(j)];
      if (intercept) columns.col(q) += input_.factor.col(p_) * input_.at.center[at(j)];
    }
    if (intercept) columns.col(columns.cols() - 1) = input_.factor.col(p_);
    if (columns.cols() == 0) return {};
    columns.colwise().normalize();
    const RightSingular svd = right_singular(columns);
    const Vector& sigma = svd.values;
    const Matrix share = svd.vectors * sigma.cwiseInverse().asDiagonal();
    Conditioning found;
    found.proportion = Vector::Zero(columns.cols());
    for (Index k = 0; k < sigma.size(); ++k) {
      found.indices.push_back(sigma[0] / sigma[k]);
      if (found.indices.back() >= options_.condition_index) found.proportion += share.col(k).cwiseAbs2();
    }
    found.proportion = found.proportion.cwiseQuotient(share.rowwise().squaredNorm());
    return found;
  }

  void name_near_sets(std::vector<Index> features) {
    std::erase_if(features, [&](Index j) { return input_.named[at(j)]; });
    for (std::size_t sets = 0; sets < kMostNearSets; ++sets) {
      const Conditioning now = conditioning(features);
      if (now.indices.empty() || now.indices.back() < options_.condition_index) return;
      const ColumnBasis basis = basis_of(features);
      const std::vector<double> vif = vif_of(basis);
      std::vector<Index> involved;
      for (std::size_t q = 0; q < features.size(); ++q) {
        const double adjusted = adjusted_vif(vif[q], input_.weight_sum, static_cast<double>(features.size()) - 1);
        if (now.proportion[static_cast<Index>(q)] >= options_.variance_proportion && adjusted >= options_.vif)
          involved.push_back(static_cast<Index>(q));
      }
      if (involved.empty()) return;
      const Index worst = *std::max_element(involved.begin(), involved.end(),
                                            [&](Index a, Index b) { return vif[at(a)] < vif[at(b)]; });
      name_near_set(basis, features, involved, worst, now.indices.back());
      features.erase(features.begin() + worst);
    }
  }

  ColumnBasis basis_of(const std::vector<Index>& features) const {
    std::vector<Index> order;
    order.reserve(features.size() + 1);
    if (input_.at.intercept) order.push_back(p_);
    for (const Index j : features) order.push_back(j);
    return {input_.factor, order, input_.at.intercept, 0};
  }

  std::vector<double> vif_of(const ColumnBasis& basis) const {
    const auto k = static_cast<Index>(basis.kept().size());
    const Matrix inverse = basis.triangle().triangularView<Eigen::Upper>().solve(Matrix::Identity(k, k));
    std::vector<double> vif;
    for (Index q = input_.at.intercept ? 1 : 0; q < k; ++q) {
      vif.push_back(inverse.row(q).squaredNorm() * basis.lengths()[at(q)] * basis.lengths()[at(q)]);
    }
    return vif;
  }

  /// Regresses features[worst] on the other ones: its row of the inverse normal matrix, −(C⁻¹)_wj/(C⁻¹)_ww.
  void name_near_set(const ColumnBasis& basis, const std::vector<Index>& features, const std::vector<Index>& involved,
                     Index worst, double index) {
    const auto k = static_cast<Index>(basis.kept().size());
    const Index first = input_.at.intercept ? 1 : 0;
    const Matrix inverse = basis.triangle().triangularView<Eigen::Upper>().solve(Matrix::Identity(k, k));
    const Vector row = inverse * inverse.row(worst + first).transpose();
    double largest = 0;
    for (const Index q : involved) {
      if (q != worst) largest = std::max(largest, std::fabs(row[q + first]));
    }
    std::vector<std::pair<Index, double>> terms;
    CollinearSet set;
    set.value = index;
    bool other_group = false;
    for (const Index q : involved) {
      const Index j = features[at(q)];
      if (q != worst && std::fabs(row[q + first]) < kNearlyNamed * largest) continue;
      set.columns.push_back(at(j));
      if (q == worst) continue;
      terms.emplace_back(j, -row[q + first] / row[worst + first]);
      other_group = other_group || groups_[at(j)] != groups_[at(features[at(worst)])];
    }
    if (!other_group) return;
    LinearRelation written = relation(features[at(worst)], terms);
    written.exact = false;
    written.precision = kNearPrecision;
    set.relation = relation_text(written, input_.names);
    result_.near_sets.push_back(std::move(set));
  }

  const CollinearityInput& input_;
  const DoctorOptions& options_;
  Index p_;
  std::vector<std::size_t> groups_;
  Collinearity result_;
};

}  // namespace

double adjusted_vif(double vif, double weight_sum, double others) {
  return std::max(vif * (weight_sum - 1 - others) / (weight_sum - 1), 0.0);
}

Collinearity find_collinearity(const CollinearityInput& input, const DoctorOptions& options) {
  return CollinearityFinder(input, options).run();
}

}  // namespace plumbline
