#!/usr/bin/env python3
"""No source file over 400 lines or 120 columns. (clang-tidy sees to the length of functions.)"""

import pathlib
import sys

MOST_LINES = 400
MOST_COLUMNS = 120
FOLDERS = ("plumbline", "tests", "fuzz", "bench", "examples", "scripts", "cmake")
SUFFIXES = (".hpp", ".cpp", ".py", ".sh", ".cmake")
ROOT = pathlib.Path(__file__).resolve().parent.parent


def problems_of(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > MOST_LINES:
        yield f"{path}: {len(lines)} lines, at most {MOST_LINES}: split it by concept"
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_COLUMNS:
            yield f"{path}:{number}: {len(line)} columns, at most {MOST_COLUMNS}"


def main():
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.suffix in SUFFIXES]
    problems = [problem for path in files for problem in problems_of(path)]
    print("\n".join([*problems, f"{len(files)} files, {len(problems)} problems"]))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
