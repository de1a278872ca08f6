#!/usr/bin/env bash
# .clang-format as clang-format 14 (Debian 12) understands it is the law; later versions break some lines elsewhere,
# so there a difference is shown but is no error.
set -euo pipefail
cd "$(dirname "$0")/.."
mapfile -t sources < <(find plumbline tests fuzz bench -name '*.cpp' -o -name '*.hpp' | sort)
version=$(clang-format --version | sed -E 's/.*version ([0-9]+).*/\1/')
if [ "$version" = 14 ]; then
  clang-format --dry-run --Werror "${sources[@]}"
else
  clang-format --dry-run "${sources[@]}"
  echo "clang-format $version: differences from version 14 are no errors"
fi
echo "${#sources[@]} files"
