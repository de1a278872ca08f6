#pragma once

#include <gtest/gtest.h>

#include <cstdint>

#include "hwy/highway.h"

namespace plumbline {

/// Runs `check` once with each instruction set that this processor has and the library was compiled for, the
/// fallback without vectors included.
template <class Check>
void for_every_target(const Check& check) {
  const auto use = [](std::int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  };
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    SCOPED_TRACE(hwy::TargetName(target));
    use(target);
    check();
    use(0);
  }
}

}  // namespace plumbline
