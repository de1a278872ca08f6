#!/usr/bin/env python3
"""Runs the commands of docs/tour.md, or of another page, and compares what they print with what stands there.

    docs/refresh_tour.py [--write] [--page docs/tour.md] [--program build/plumbline] [--data FOLDER]

A command is a line of a ```console block that starts with "$ ", with the lines after it that start with "> "; all else
in the block is output. The commands run in bash, in order, in one temporary folder, in which examples/ is the one of this
tree. The program's own folder comes first on the path, so that the other programs built beside it are found too.
Everything in --data FOLDER can be reached by its name: FOLDER/mnist as mnist. Standard error counts as output, and an
exit code other than 0 is a last line of it.

```console needs=A,B marks a block that not everybody can run: A is a file (mnist/x.gz), a program (lessons) or
python:MODULE of the system's python3. What is absent is said, the block skipped and, with --write, left as it is.

Without --write nothing is written; the first difference is shown, and the exit code is 1. Not compared are
- times ("12 ms", "0.3 s") and the width of spaces;
- numbers beyond 1 part in 1,000, or beyond 1e-9 where both are that small;
- the count before "iteration(s)" beyond 1 in 10 or 2, whichever is more;
- how far below the proof's bound a proved gap is ("the best possible to the last digit" or a number).
"""

import argparse
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOUR = ROOT / "docs" / "tour.md"
SYSTEM_PYTHON = "/usr/bin/python3"
TIME = re.compile(r"\b\d+(\.\d+)? ?(ms|s|seconds)\b")
PROVED = re.compile(r"(\boptimal after .*), (the best possible to the last digit|at most \S+ above the best possible)")
ITERATIONS = re.compile(r"\b(\d+) iterations?\b")
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


class Block:
    """A ```console block: what it needs, and its commands with the lines that each prints."""

    def __init__(self, fence):
        self.needs = [need for word in fence.split() if word.startswith("needs=") for need in word[6:].split(",")]
        self.fence = fence
        self.commands = []

    def add(self, line):
        if line.startswith("$ "):
            self.commands.append(([line], []))
            return
        if not self.commands:
            sys.exit(f"output before a command: {line}")
        command, output = self.commands[-1]
        (command if line.startswith("> ") and not output else output).append(line)

    def lines(self):
        return [self.fence, *(line for both in self.commands for part in both for line in part), "```"]


def read_page(page):
    """The lines of a page, with a Block in the place of each."""
    parts, block = [], None
    for line in page.read_text(encoding="utf-8").splitlines():
        if block is not None and line == "```":
            block = None
        elif block is not None:
            block.add(line)
        elif line.startswith("```console"):
            block = Block(line)
            parts.append(block)
        else:
            parts.append(line)
    return parts


def is_there(need, folder, path):
    if need.startswith("python:"):
        if not os.access(SYSTEM_PYTHON, os.X_OK):
            return False
        look = [SYSTEM_PYTHON, "-c", f"import {need[7:]}"]
        return subprocess.run(look, check=False, capture_output=True).returncode == 0
    return (folder / need).exists() or ("/" not in need and shutil.which(need, path=path) is not None)


def run(command, folder, path):
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    text = "\n".join(line[2:] for line in command)
    done = subprocess.run(["bash", "-c", text], cwd=folder, env=environment, encoding="utf-8", errors="replace",
                          check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return lines + ([f"(exit code {done.returncode})"] if done.returncode else [])


def same_number(a, b):
    return math.isclose(float(a), float(b), rel_tol=1e-3, abs_tol=1e-9)


def same_count(a, b):
    return abs(int(a) - int(b)) <= max(2, 0.1 * max(int(a), int(b)))


def same(a, b):
    """Whether two lines agree in what the docstring says is compared."""
    a, b = (PROVED.sub(r"\1, PROVED", TIME.sub("TIME", " ".join(line.split()))) for line in (a, b))
    counts = [ITERATIONS.findall(line) for line in (a, b)]
    a, b = (ITERATIONS.sub("COUNT", line) for line in (a, b))
    if NUMBER.sub("#", a) != NUMBER.sub("#", b) or len(counts[0]) != len(counts[1]):
        return False
    return all(map(same_count, *counts)) and all(map(same_number, NUMBER.findall(a), NUMBER.findall(b)))


def without_times(lines):
    return [TIME.sub("TIME", line) for line in lines]


def first_difference(before, after):
    """None, or the two lines."""
    for i in range(max(len(before), len(after))):
        old = before[i] if i < len(before) else "(nothing)"
        new = after[i] if i < len(after) else "(nothing)"
        if not same(old, new):
            return old, new
    return None


def refresh(parts, folder, path, write):
    """Runs every block that can be run. With `write` its outputs are the new ones afterwards, where more than times
    have changed; without, the first difference that counts ends the program."""
    for block in parts:
        if isinstance(block, str):
            continue
        absent = [need for need in block.needs if not is_there(need, folder, path)]
        if absent:
            print(f"skipped, no {', '.join(absent)}: {block.commands[0][0][0]}")
            continue
        for command, output in block.commands:
            after = run(command, folder, path)
            difference = first_difference(output, after)
            if difference:
                print("\n".join([*command, f"- {difference[0]}", f"+ {difference[1]}"]))
                if not write:
                    sys.exit(1)
            if without_times(output) != without_times(after):
                output[:] = after


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--write", action="store_true", help="put the outputs into the page instead of comparing")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build" / "plumbline")
    parser.add_argument("--data", type=pathlib.Path, help="folder whose entries the commands find by name")
    parser.add_argument("--page", type=pathlib.Path, default=TOUR, help="what is run")
    return parser.parse_args()


def main():
    given = arguments()
    program = given.program.resolve()
    if program.name != "plumbline" or not os.access(program, os.X_OK):
        sys.exit(f"no program {given.program}: run `make build` first")
    parts = read_page(given.page)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "examples").symlink_to(ROOT / "examples")
        for entry in given.data.iterdir() if given.data else ():
            (folder / entry.name).symlink_to(entry.resolve())
        refresh(parts, folder, f"{program.parent}{os.pathsep}{os.environ['PATH']}", given.write)
    if given.write:
        lines = [line for part in parts for line in ([part] if isinstance(part, str) else part.lines())]
        given.page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
