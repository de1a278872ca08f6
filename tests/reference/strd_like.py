#!/usr/bin/env python3
"""Writes tests/reference/strd_like/*.dat: regressions as hard as NIST's hardest, in NIST's file layout.

The values certified in the files are those of the doubles that the decimals are read as, so that all of the error that
is left is the solver's: found in exact rational arithmetic (normal equations over the fractions), rounded once, to 17
digits. Run it from anywhere; the seeds are fixed, so that it gives the same files again. With --decimals it prints
instead how many digits reading the decimals as doubles alone has cost: the ceiling of any solver in double.
"""

import decimal
import math
import pathlib
import random
import sys
from fractions import Fraction

decimal.getcontext().prec = 60


def rounded(value, places):
    """The decimal string of a float with so many places."""
    return f"{value:.{places}f}"


def solve_inverse(matrix):
    """The inverse over the fractions (Gauss-Jordan)."""
    size = len(matrix)
    rows = [list(row) + [Fraction(int(i == j)) for j in range(size)] for i, row in enumerate(matrix)]
    for k in range(size):
        pivot = next(i for i in range(k, size) if rows[i][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        head = rows[k][k]
        rows[k] = [value / head for value in rows[k]]
        for i in range(size):
            if i != k and rows[i][k] != 0:
                factor = rows[i][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k])]
    return [row[size:] for row in rows]


def as_decimal(fraction):
    return decimal.Decimal(fraction.numerator) / decimal.Decimal(fraction.denominator)


def digits(value):
    return f"{value:.16E}"


def certify(x_text, y_text, degree, intercept, number=lambda cell: Fraction(float(cell))):
    """Coefficients, standard errors, residual sd and R²; x^2 … x^degree follow a single predictor."""
    x = [[number(cell) for cell in row] for row in x_text]
    y = [number(cell) for cell in y_text]
    design = []
    for row in x:
        terms = [row[0] ** k for k in range(1, degree + 1)] if degree > 1 else list(row)
        design.append(([Fraction(1)] if intercept else []) + terms)
    size = len(design[0])
    normal = [[sum(row[a] * row[b] for row in design) for b in range(size)] for a in range(size)]
    right = [sum(row[a] * target for row, target in zip(design, y)) for a in range(size)]
    inverse = solve_inverse(normal)
    coefficients = [sum(inverse[a][b] * right[b] for b in range(size)) for a in range(size)]
    residual = sum((t - sum(c * v for c, v in zip(coefficients, row))) ** 2 for row, t in zip(design, y))
    mean = sum(y) / len(y) if intercept else Fraction(0)
    total = sum((t - mean) ** 2 for t in y)
    variance = residual / (len(y) - size)
    errors = [as_decimal(variance * inverse[a][a]).sqrt() for a in range(size)]
    return {
        "coefficients": [as_decimal(c) for c in coefficients],
        "errors": errors,
        "sd": as_decimal(variance).sqrt(),
        "r2": as_decimal(1 - residual / total),
    }


def write(name, x_text, y_text, degree=1, intercept=True):
    certified = certify(x_text, y_text, degree, intercept)
    if "--decimals" in sys.argv:
        exact = certify(x_text, y_text, degree, intercept, number=Fraction)["coefficients"]
        lost = max(abs(float((a - b) / b)) for a, b in zip(certified["coefficients"], exact))
        print(f"{name}: {-math.log10(max(lost, 1e-17)):.1f} digits")
        return
    predictors = len(x_text[0])
    first = 0 if intercept else 1
    parameters = [
        f"        B{first + i}    {digits(b)}    {digits(e)}"
        for i, (b, e) in enumerate(zip(certified["coefficients"], certified["errors"]))
    ]
    head = [f"Dataset Name:  {name} ({name}.dat), made by tests/reference/strd_like.py", ""]
    body = [
        f"Data:          1 Response Variable (y)",
        f"               {predictors} Predictor Variable (x)",
        f"               {len(y_text)} Observations",
        f"Model:         {len(parameters)} Parameters",
        "",
        *parameters,
        "",
        "     Residual",
        f"     Standard Deviation   {digits(certified['sd'])}",
        "",
        f"     R-Squared            {digits(certified['r2'])}",
        "",
    ]
    data = [" ".join([y, *row]) for y, row in zip(y_text, x_text)]
    begin = len(head) + 2 + len(body) + 2
    place = ["", f"               Data              (lines {begin} to {begin + len(data) - 1})"]
    lines = head + place + body + ["Data:  y  x"] + data
    path = pathlib.Path(__file__).parent / "strd_like" / f"{name}.dat"
    assert lines[begin - 1] == data[0]
    path.write_text("\n".join(lines) + "\n")


def main():
    draw = random.Random(20)
    # A polynomial of degree 10 on a narrow interval far from 0, coefficients of alternating size, small noise.
    x = sorted(rounded(-3.1 - 5.7 * draw.random(), 9) for _ in range(82))
    y = [rounded(0.85 + 0.05 * (float(v) + 6) - 0.02 * (float(v) + 6) ** 2 + draw.gauss(0, 0.003), 4) for v in x]
    write("Narrow10", [[v] for v in x], y, degree=10)
    x = sorted(rounded(2.0 + 1.5 * draw.random(), 4) for _ in range(60))
    y = [rounded(1 / float(v) + draw.gauss(0, 0.0001), 6) for v in x]
    write("Narrow8", [[v] for v in x], y, degree=8)
    # Σ x^k on 0 … 20 with noise 10 and 10,000 times as large as the lower terms.
    for name, noise in [("Noise4", 1e4), ("Noise5", 1e7)]:
        y = [str(sum(v**k for k in range(6)) + round(draw.gauss(0, noise))) for v in range(21)]
        write(name, [[str(v)] for v in range(21)], y, degree=5)
    # Six series that grow together for sixteen years.
    x, y = [], []
    for t in range(16):
        grow = 83 + 2.2 * t
        x.append(
            [
                rounded(grow + draw.gauss(0, 0.8), 1),
                str(round(234289 + 21000 * t + draw.gauss(0, 9000))),
                str(round(2356 + 150 * t + draw.gauss(0, 900))),
                str(round(1590 + 80 * t + draw.gauss(0, 700))),
                str(round(107608 + 1480 * t + draw.gauss(0, 120))),
                str(1947 + t),
            ]
        )
        y.append(str(round(60323 + 700 * t + draw.gauss(0, 400))))
    write("Series6", x, y)
    # A calendar: a cubic in the year itself.
    y = [rounded(14 + 0.01 * (t - 30) + 0.0003 * (t - 30) ** 2 + draw.gauss(0, 0.1), 2) for t in range(60)]
    write("Years3", [[str(1960 + t)] for t in range(60)], y, degree=3)
    # Nine digits of offset.
    x = [rounded(1e9 + 1000 * draw.random(), 3) for _ in range(40)]
    write("Offset", [[v] for v in x], [rounded(3.5 + 1e-6 * (float(v) - 1e9) + draw.gauss(0, 1e-4), 7) for v in x])
    # Without an intercept, two predictors that differ in the sixth digit, in units 1e12 apart.
    base = [100 + 10 * draw.random() for _ in range(25)]
    x = [[rounded(b * 1e6, 0), rounded((b + draw.gauss(0, 1e-4)) * 1e-6, 14)] for b in base]
    write("NoIntercept", x, [rounded(b * 3 + draw.gauss(0, 0.5), 3) for b in base], intercept=False)


if __name__ == "__main__":
    main()
