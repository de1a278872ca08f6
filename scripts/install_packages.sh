#!/usr/bin/env bash
# Installs what is missing of the named sections of packages.txt:   scripts/install_packages.sh build test
# Touches neither the network nor apt when nothing is missing.
set -euo pipefail
cd "$(dirname "$0")/.."

# The packages under "# SECTION" lines of packages.txt for the sections given.
packages_of() {
  awk -v wanted=" $* " '/^#/ { inside = index(wanted, " " $2 " ") > 0; next } inside && NF { print $1 }' packages.txt
}

installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if ! command -v dpkg-query >/dev/null; then
  echo "install_packages: not a Debian or Ubuntu system; assuming that what packages.txt names is there" >&2
  exit 0
fi

missing=()
for package in $(packages_of "$@"); do
  installed "$package" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

echo "installing: ${missing[*]}" >&2
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! command -v sudo >/dev/null; then
    echo "install_packages: neither root nor sudo here; please have an administrator run" >&2
    echo "    apt-get update && apt-get install -y ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2
