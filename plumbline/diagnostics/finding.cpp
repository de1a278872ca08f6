#include "plumbline/diagnostics/finding.hpp"

namespace plumbline {

namespace {

struct Words {
  const char* name;
  const char* effect;
  const char* advice;
};

constexpr std::array<Words, kFindingKinds.size()> kWords{{
    {"separation",
     "without a penalty the likelihood has no maximum: the named coefficients run off to infinity, and their standard "
     "errors and p-values mean nothing",
     "keep l2 > 0, or use --firth (binary), or ask whether the named features know the answer"},
    {"leak", "the fit will lean on this column alone and look better than it can be where the column is not yet known",
     "ask whether it is known before the target is; if not, leave it out with --drop"},
    {"collinear_set",
     "predictions are the same, but at l2 = 0 the coefficients are not unique: the solution of minimum norm is "
     "returned, without standard errors",
     "leave out one column of the set with --drop"},
    {"more_columns",
     "at l2 = 0 the training rows are fitted exactly, whatever the target is, and nothing can be tested",
     "use l2 > 0 (--l2 auto), or fewer columns"},
    {"duplicate_columns", "they share one coefficient's worth of effect in any proportion: rank is lost",
     "keep one of them"},
    {"constant_columns", "their coefficient is 0", "nothing need be done; --drop makes the model smaller"},
    {"near_duplicate",
     "the two coefficients are large with opposite signs, or move a lot with a few rows; predictions are hardly "
     "touched",
     "keep one of them, or use their mean and their difference"},
    {"near_collinear_set",
     "the coefficients of the set have wide confidence intervals and may change sign from sample to sample; "
     "predictions "
     "are hardly touched",
     "leave out or combine columns of the set, or use l2 > 0"},
    {"inflated_variance",
     "the variance of this coefficient is so many times what it would be if the column were uncorrelated with the "
     "others",
     "do not read the coefficient by itself; leave out or combine columns, or use l2 > 0"},
    {"missing_values",
     "unless asked otherwise, missing numbers become the training mean with an indicator column, missing categories a "
     "level of their own",
     "ask why they are missing; --missing drop leaves such rows out, --missing error refuses them"},
    {"identifier", "it says which row it is, not what the row is like: a fit can only learn the training rows by heart",
     "leave it out with --drop, or name rows with it (--id); a time that matters may stay (--keep)"},
    {"class_imbalance",
     "accuracy is high for a model that never predicts the rare class, and coefficients rest on its few rows",
     "look at log loss and AUC rather than accuracy; --class-weights balanced or --costs say what a miss costs"},
    {"duplicate_rows",
     "standard errors are too small if they are copies, and copies on both sides of the split make the test too good",
     "remove copies, or count them once with a weight; equal rows are expected where columns hold few values"},
    {"outlying_rows", "each pulls the fit towards itself: coefficients may rest on these rows",
     "check these rows for slips; fit with and without them, and compare (explain gives their influence)"},
}};

const Words& words_of(FindingKind kind) { return kWords[static_cast<std::size_t>(kind)]; }

}  // namespace

const char* name_of(FindingKind kind) { return words_of(kind).name; }
const char* effect_of(FindingKind kind) { return words_of(kind).effect; }
const char* advice_of(FindingKind kind) { return words_of(kind).advice; }

}  // namespace plumbline
