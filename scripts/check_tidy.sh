#!/usr/bin/env bash
# clang-tidy over every source of the library and the program; the flags come from BUILD_DIR/compile_commands.json.
#   scripts/check_tidy.sh BUILD_DIR [FILE…]
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
shift
if [ $# -gt 0 ]; then sources=("$@"); else mapfile -t sources < <(find plumbline -name '*.cpp' | sort); fi
# Prints a file's report only when there is one: clang-tidy also counts the warnings that it hides.
tidy() {
  report=$(clang-tidy -p "$1" --quiet "$2" 2>&1) || { printf '%s\n' "$report" | grep -v 'warnings generated'; exit 1; }
}
export -f tidy
printf '%s\0' "${sources[@]}" | xargs -0 -n 1 -P "${JOBS:-$(nproc)}" bash -c 'tidy "$0" "$1"' "$build"
echo "${#sources[@]} files"
