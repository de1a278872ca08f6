#!/usr/bin/env bash
# Tests of rooms that use threads, under clang's thread sanitizer:   scripts/check_threads.sh [ROOM…]
# Without arguments those whose own code meets threads; `make test-long` adds the rooms that only call them.
set -euo pipefail
cd "$(dirname "$0")/.."
only=
if [ $# -eq 0 ]; then
  set -- parallel data
  only="core;kernels;parallel;linalg;data"  # all that these two need
fi
rooms=()
for room in "$@"; do
  if compgen -G "tests/$room/*_test.cpp" >/dev/null; then rooms+=("test_$room"); fi
done
if [ ${#rooms[@]} -eq 0 ]; then
  echo "no tests of these rooms yet"
  exit 0
fi
cmake --preset tsan -DPLUMBLINE_ROOMS="$only"
cmake --build --preset tsan -j "${JOBS:-$(nproc)}" --target "${rooms[@]}"
ctest --preset tsan -j "${JOBS:-$(nproc)}"
