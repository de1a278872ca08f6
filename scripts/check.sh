#!/usr/bin/env bash
# What `make check` runs, quickest first, so that small slips show early. JOBS and FUZZ_SECONDS may be set.
set -euo pipefail
cd "$(dirname "$0")/.."
jobs=${JOBS:-$(nproc)}

step() { printf '\n== %s\n' "$*"; }

step "format"
scripts/check_format.sh

step "include direction"
python3 scripts/check_includes.py

step "names in unnamed namespaces"
python3 scripts/check_names.py

step "sizes"
python3 scripts/check_sizes.py

step "clang, address and undefined-behaviour sanitizers: build"
cmake --preset asan-ubsan
cmake --build --preset asan-ubsan -j "$jobs"

step "clang-tidy"
JOBS=$jobs scripts/check_tidy.py build/asan-ubsan

step "address and undefined-behaviour sanitizers: tests"
ctest --preset asan-ubsan -j "$jobs"

step "fuzzing"
JOBS=$jobs scripts/run_fuzz.sh build/asan-ubsan

step "thread sanitizer"
JOBS=$jobs scripts/check_threads.sh

printf '\nmake check: all clean\n'
