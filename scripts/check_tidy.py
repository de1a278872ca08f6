#!/usr/bin/env python3
"""clang-tidy over every source of the library and the program, with the flags of BUILD_DIR/compile_commands.json.

    scripts/check_tidy.py BUILD_DIR [FILE…]

Most of its time goes into the headers that a file includes. So the files of a room go through it together, as one
translation unit; where names of their own make that impossible (it is said then) in halves of it, and FILEs given by
name one by one.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

TOGETHER = 16
ROOT = pathlib.Path(__file__).resolve().parent.parent


def flags_of(command):
    """The compiler's flags without launcher, compiler, files and precompiled headers."""
    words = iter(command.split())
    flags = []
    for word in words:
        if word in ("-o", "-c", "-MT", "-MF"):
            next(words)
        elif word == "-Xclang":
            next(words)  # only precompiled headers come this way, and their names the same
        elif word.startswith("-") and word not in ("-MD", "-Winvalid-pch", "-Werror"):
            flags.append(word)
            if word == "-isystem":
                flags.append(next(words))
    return flags


def tidy(name, flags):
    """The report of clang-tidy on a file; empty: clean."""
    done = subprocess.run(["clang-tidy", "--quiet", str(name), "--", *flags], capture_output=True, text=True, cwd=ROOT)
    if done.returncode == 0:
        return ""
    lines = [line for line in (done.stdout + done.stderr).splitlines() if "warnings generated" not in line]
    return "\n".join(lines) + "\n"


def check(job):
    files, flags, folder = job
    if len(files) == 1:
        return tidy(files[0], flags)
    batch = folder / ("_".join(file.stem for file in files)[:100] + ".cpp")
    batch.write_text("".join(f'#include "{file}"\n' for file in files))
    report = tidy(batch, flags)
    if "clang-diagnostic-error" not in report:
        return report
    half = len(files) // 2  # names of theirs collide
    print(f"{files[0].parent.name}: {len(files)} files do not compile as one", flush=True)
    return "".join(check((part, flags, folder)) for part in (files[:half], files[half:]))


def jobs_of(build, given):
    entries = json.loads((build / "compile_commands.json").read_text())
    commands = {pathlib.Path(entry["file"]): entry["command"] for entry in entries}
    of_room = {path.parent.name: command for path, command in commands.items() if "unity/plumbline" in str(path)}
    files = [ROOT / file for file in given] or sorted((ROOT / "plumbline").rglob("*.cpp"))
    folder = build / "tidy"
    folder.mkdir(exist_ok=True)
    groups = {}
    for file in files:
        flags = tuple(flags_of(commands.get(file) or of_room[file.parent.name]))
        alone = bool(given) or re.search("foreach_target", file.read_text())  # compiled once for each processor
        groups.setdefault((file if alone else file.parent, flags), []).append(file)
    batches = []
    for (_, flags), members in groups.items():
        count = -(-len(members) // TOGETHER)
        batches += [(members[i::count], flags, folder) for i in range(count)]
    return batches, len(files)


def main():
    batches, count = jobs_of(pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:])
    workers = int(os.environ.get("JOBS") or os.cpu_count())
    failed = False
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for report in pool.map(check, batches):
            if report:
                print(report, end="", flush=True)
                failed = True
    print(f"{count} files")
    sys.exit(1 if failed else 0)


main()
