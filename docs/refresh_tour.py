#!/usr/bin/env python3
"""Runs every command of docs/tour.md and puts what it prints below it.

    docs/refresh_tour.py [--check] [--mnist FOLDER] [--program build/plumbline]

A command is a line of a ```console block that starts with "$ "; everything else in such a block is output. The commands
run in bash, in order, in one temporary folder that has links to examples/ and to FOLDER as mnist/ (by default
../shared/data/mnist); the program comes first on the path. An exit code other than 0 is added as a last line. Commands
that name mnist/ keep what they have where there is no such folder. --check writes nothing and ends with 1 where an
output differs: in its text, or in a number by more than 1 part in 1,000 (1e-9 where it is that small); times ("12 ms",
"0.3 s") are not compared.
"""

import argparse
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOUR = ROOT / "docs" / "tour.md"
TIME = re.compile(r"\b\d+(\.\d+)?(e[-+]\d+)? ?(ms|s|seconds)\b")
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
RELATIVE, ABSOLUTE = 1e-3, 1e-9


def run(command, folder, program):
    environment = {**os.environ, "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1",
                   "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    return lines + ([f"(exit code {done.returncode})"] if done.returncode else [])


def same_number(a, b):
    return math.isclose(float(a), float(b), rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def same(before, after):
    """Whether two outputs agree but for times, spaces and the last digits."""
    before, after = (" ".join(TIME.sub("TIME", "\n".join(lines)).split()) for lines in (before, after))
    if NUMBER.sub("#", before) != NUMBER.sub("#", after):
        return False
    return all(map(same_number, NUMBER.findall(before), NUMBER.findall(after)))


def commands(lines):
    """Yields (text, None) for a line of prose or a fence, (command, its output) for a command."""
    inside, command, output = False, None, []
    for line in lines:
        fence = line.startswith("```")
        if command is not None and (fence or line.startswith("$ ")):
            yield command, output
            command, output = None, []
        if fence:
            inside = line == "```console"
        if inside and line.startswith("$ "):
            command = line
        elif command is not None:
            output.append(line)
        else:
            yield line, None


def refreshed(lines, folder, program):
    """The new lines, and the commands whose output changed."""
    result, changed = [], []
    for line, before in commands(lines):
        result.append(line)
        if before is None:
            continue
        if "mnist/" in line and not (folder / "mnist").exists():
            print(f"kept, no mnist/: {line}", file=sys.stderr)
            after = before
        else:
            after = run(line[2:], folder, program)
        if not same(before, after):
            changed.append(line)
        result += after
    return result, changed


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--mnist", type=pathlib.Path, default=ROOT.parent / "shared" / "data" / "mnist")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build" / "plumbline")
    return parser.parse_args()


def main():
    given = arguments()
    program = given.program.absolute()
    if not os.access(program, os.X_OK) or program.name != "plumbline":
        sys.exit(f"no program {given.program}: run `make build` first")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "examples").symlink_to(ROOT / "examples")
        if given.mnist.is_dir():
            (folder / "mnist").symlink_to(given.mnist.resolve())
        lines, changed = refreshed(TOUR.read_text(encoding="utf-8").splitlines(), folder, program)
    for command in changed:
        print(f"{'differs' if given.check else 'changed'}: {command}")
    if given.check:
        sys.exit(1 if changed else 0)
    TOUR.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
