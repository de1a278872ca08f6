#!/usr/bin/env python3
"""Names in unnamed namespaces differ within a room, because builds compile several files of a room as one.

A type or a constant must have its name for itself, an alias unless it stands for the same in both files, a function
its name with the types of its parameters.
Names that only the compiler can tell apart it finds by itself (cmake/unity.cmake).
"""

import pathlib
import re
import sys

UNNAMED = re.compile(r"^namespace \{\n(.*?)^\}  // namespace\n", re.MULTILINE | re.DOTALL)
TYPE = re.compile(r"^(?:struct|class|enum class|using) (\w+)(?: final)?(?: [{:]|;| = (?P<alias>[^;]*);)", re.MULTILINE)
VARIABLE = re.compile(r"^(?:constexpr|const) [^()=\n]*?(\w+)(?: =|\{|\[\w*\] =)", re.MULTILINE)
FUNCTION = re.compile(r"^(?!using)[\w\[][^()=;\n]*?[ &*](\w+)\(([^{};]*?)\)(?: noexcept)? \{", re.MULTILINE)
PARAMETER_NAME = re.compile(r"(?<=[ &*>])\w+(?:\[\w*\])?(?: = .*)?$")
ROOT = pathlib.Path(__file__).resolve().parent.parent


def types_of(parameters):
    """The parameters without names and defaults; commas within <> or () do not part them."""
    depth, part, parts = 0, "", []
    for c in parameters + ",":
        depth += (c in "<({") - (c in ">)}")
        if c == "," and depth == 0:
            parts.append(PARAMETER_NAME.sub("", " ".join(part.split())).strip())
            part = ""
        else:
            part += c
    return ", ".join(parts)


def names_of(path):
    """(name, what it is an alias of, line) of what the file declares in unnamed namespaces."""
    text = path.read_text(encoding="utf-8")
    if "foreach_target" in text:
        return  # Highway compiles it alone
    for block in UNNAMED.finditer(text):
        for pattern in (TYPE, VARIABLE, FUNCTION):
            for found in pattern.finditer(block.group(1)):
                if pattern is FUNCTION:
                    name, meaning = f"{found.group(1)}({types_of(found.group(2))})", None
                else:
                    name, meaning = found.group(1), found.groupdict().get("alias")
                yield name, meaning, text.count("\n", 0, block.start(1) + found.start(1)) + 1


def main():
    files = [path for folder in ("plumbline", "tests") for path in sorted((ROOT / folder).rglob("*.cpp"))]
    first, problems = {}, []
    for path in files:
        for name, meaning, line in names_of(path):
            place = f"{path.relative_to(ROOT)}:{line}"
            other, alias, there = first.setdefault((path.parent, name), (path, meaning, place))
            if other != path and (meaning is None or meaning != alias):  # the same alias twice is no problem
                problems.append(f"{place}: {name} is a name of {there} too; share it or rename one of them")
    print("\n".join([*problems, f"{len(files)} files, {len(problems)} problems"]))
    sys.exit(1 if problems else 0)


main()
