#!/usr/bin/env bash
# Runs every fuzz target for FUZZ_SECONDS (15) each, starting from fuzz/corpus/NAME; new inputs and crashes go to the
# build folder, never to the repository.   scripts/run_fuzz.sh BUILD_DIR [NAME…]
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
shift
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  mapfile -t names < <(find fuzz -maxdepth 1 -name '*_fuzz.cpp' -printf '%f\n' | sed 's/_fuzz\.cpp$//' | sort)
fi
if [ ${#names[@]} -eq 0 ]; then
  echo "no fuzz targets yet"
  exit 0
fi

fuzz() {
  build=$1 name=$2
  out=$build/fuzz/$name
  mkdir -p "$out/corpus"
  corpora=("$out/corpus")
  if [ -d "fuzz/corpus/$name" ]; then corpora+=("fuzz/corpus/$name"); fi
  options=(-max_total_time="${FUZZ_SECONDS:-15}" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1
    -artifact_prefix="$out/")
  if [ -f "fuzz/$name.dict" ]; then options+=(-dict="fuzz/$name.dict"); fi
  if "$build/fuzz_$name" "${options[@]}" "${corpora[@]}" >"$out/log" 2>&1; then
    echo "fuzz_$name: $(sed -n 's/stat::number_of_executed_units: *//p' "$out/log") inputs, clean"
  else
    echo "fuzz_$name FAILED; the input is in $out, the end of its log:"
    tail -n 40 "$out/log"
    exit 1
  fi
}
export -f fuzz
printf '%s\0' "${names[@]}" | xargs -0 -n 1 -P "${JOBS:-$(nproc)}" bash -c 'fuzz "$0" "$1"' "$build"
