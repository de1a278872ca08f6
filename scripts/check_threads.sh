#!/usr/bin/env bash
# The tests of the rooms that use threads, under clang's thread sanitizer.
set -euo pipefail
cd "$(dirname "$0")/.."
rooms=()
for room in parallel data objective solvers pipeline; do
  if compgen -G "tests/$room/*_test.cpp" >/dev/null; then rooms+=("test_$room"); fi
done
if [ ${#rooms[@]} -eq 0 ]; then
  echo "no tests of these rooms yet"
  exit 0
fi
cmake --preset tsan
cmake --build --preset tsan -j "${JOBS:-$(nproc)}" --target "${rooms[@]}"
ctest --preset tsan -j "${JOBS:-$(nproc)}"
