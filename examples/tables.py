#!/usr/bin/env python3
"""Writes one of the small made-up tables of docs/tour.md as CSV on standard output.

    examples/tables.py line|fan|wave|near|exact|sides|mail

Drawn with a fixed seed, so that they are the same everywhere. Below, N(s) is Gaussian noise of standard deviation s.
"""

import math
import random
import sys

draw = random.Random(1)


def noise(deviation):
    return draw.gauss(0, deviation)


def line():
    """y = 2x + 1 + N(0.1), ten points: noise of variance 0.01."""
    for x in sorted(draw.random() for _ in range(10)):
        yield {"x": x, "y": 2 * x + 1 + noise(0.1)}


def fan():
    """y = 2x + 1 + N(exp(x/2 - 1.5)): the log-variance is x - 3."""
    for x in (draw.uniform(0, 4) for _ in range(1000)):
        yield {"x": x, "y": 2 * x + 1 + noise(math.exp(x / 2 - 1.5))}


def wave():
    """y = sin(3x) + N(0.2), forty points evenly from -1 to 1."""
    for i in range(40):
        x = 2 * i / 39 - 1
        yield {"x": x, "y": math.sin(3 * x) + noise(0.2)}


def near():
    """y = 2a + N(1), and b = a + N(1e-5) beside it."""
    for a in (noise(1) for _ in range(50)):
        yield {"a": a, "b": a + noise(1e-5), "y": 2 * a + noise(1)}


def exact():
    """y = 3a + N(1), and b = 2a + 1 without noise."""
    for a in range(1, 21):
        yield {"a": a, "b": 2 * a + 1, "y": 3 * a + noise(1)}


def sides():
    """Twenty points, y = 1 right of 0, but for the two nearest to it, which are on the wrong side."""
    for i in range(20):
        x = i / 2 - 4.75
        yield {"x": x, "y": int(x > 0) if abs(x) > 0.5 else int(x < 0)}


def mail():
    """Three labels of a letter that do not exclude each other, by two properties."""
    for words, links in ((noise(1), noise(1)) for _ in range(300)):
        yield {"words": words, "links": links, "work": int(words + noise(1) > 0), "long": int(words + noise(0.5) > 0.5),
               "spam": int(links - words + noise(1) > 1)}


TABLES = {table.__name__: table for table in (line, fan, wave, near, exact, sides, mail)}


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in TABLES:
        sys.exit(f"usage: tables.py {'|'.join(TABLES)}")
    rows = list(TABLES[sys.argv[1]]())
    digits = 10 if sys.argv[1] == "near" else 4
    print(",".join(rows[0]))
    for row in rows:
        print(",".join(str(cell) if isinstance(cell, int) else f"{cell:.{digits}f}" for cell in row.values()))


if __name__ == "__main__":
    main()
