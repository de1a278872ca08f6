#!/usr/bin/env python3
"""Keeps the include direction of docs/architecture.md: a file may include its own room and rooms before it.

Also: only kernels/ includes Highway, only parallel/ includes oneTBB, our own headers are included by their full path
("plumbline/room/file.hpp") and exist, and every header starts with #pragma once.
"""

import pathlib
import re
import sys

ROOMS = ("core kernels parallel linalg data losses autodiff objective network solvers inference diagnostics metrics "
         "calibration conformal decision models pipeline report cli").split()
ONLY_IN = {"hwy": "kernels", "tbb": "parallel", "oneapi": "parallel"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
ROOT = pathlib.Path(__file__).resolve().parent.parent


def problem_with(room, quote, target):
    """What is wrong with an include of `target` in a file of `room`, or None."""
    parts = target.split("/")
    owner = ONLY_IN.get(parts[0])
    if owner and owner != room:
        return f"only {owner}/ may include <{target}>"
    if quote == "<" or owner:
        return None
    if parts[0] != "plumbline" or len(parts) < 3:
        return f'write "{target}" as "plumbline/room/file.hpp"'
    if parts[1] not in ROOMS:
        return f"{parts[1]}/ is not a room (ROOMS in scripts/check_includes.py)"
    if ROOMS.index(parts[1]) > ROOMS.index(room):
        return f"{room}/ may not include {parts[1]}/, which stands below it"
    return None if (ROOT / target).exists() else f"{target} does not exist"


def problems_of(path):
    room = path.relative_to(ROOT).parts[1]
    if room not in ROOMS:
        yield f"{path}: {room}/ is not a room (ROOMS in scripts/check_includes.py)"
        return
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".hpp" and "#pragma once" not in text:
        yield f"{path}: no #pragma once"
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        problem = match and problem_with(room, *match.groups())
        if problem:
            yield f"{path}:{number}: {problem}"


def main():
    files = sorted(path for path in (ROOT / "plumbline").rglob("*") if path.suffix in (".hpp", ".cpp"))
    problems = [problem for path in files for problem in problems_of(path)]
    print("\n".join([*problems, f"{len(files)} files, {len(problems)} problems"]))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
