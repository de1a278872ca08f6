#!/usr/bin/env bash
# `make demo`: three real tables, from CSV to a tested, saved model, and one of the models at work on its table.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p build/demo

show() {
  printf '\n$ %s\n' "$*"
  "$@"
}

show build/plumbline fit examples/data/breast_cancer.csv --target diagnosis -o build/demo/breast_cancer.json
show build/plumbline fit examples/data/digits.csv --target digit -o build/demo/digits.json
show build/plumbline fit examples/data/diabetes.csv --target progression -o build/demo/diabetes.json
show build/plumbline predict build/demo/breast_cancer.json examples/data/breast_cancer.csv -o build/demo/predictions.csv
printf '\n$ head -n 4 build/demo/predictions.csv\n'
head -n 4 build/demo/predictions.csv
