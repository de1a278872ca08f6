#pragma once

// Included before Highway by every source that is compiled once a target. The register blocks here are arrays of
// vectors, which targets whose vectors have no size at compile time (SVE, RVV) cannot form: those processors run the
// next best target instead.
#include "hwy/detect_targets.h"  // only macros so far: HWY_TARGETS is expanded later

#undef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
