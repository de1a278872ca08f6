"""Deterministic data for the benchmarks, made once and kept in a scratch folder.

A problem's folder holds x.npy (n, p) float64 in row order, and y.npy (n) float64. Features have a common factor, so
that they are correlated (0.2) and Newton and L-BFGS have something to do; the target comes from a linear model with
coefficients that fall off.
"""

import numpy as np


def features(rows, columns, rng):
    x = rng.standard_normal((rows, columns))
    x += 0.5 * rng.standard_normal((rows, 1))
    return x


def linear_predictor(x):
    columns = x.shape[1]
    coefficients = np.cos(np.arange(columns)) / np.sqrt(1 + np.arange(columns))
    return x @ coefficients + 0.3


def make(folder, kind, rows, columns):
    """Writes x.npy and y.npy of a "least-squares" or "logistic" problem unless they are there; returns the folder."""
    path = folder / f"{kind}-{rows}x{columns}"
    if not (path / "done").exists():
        path.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(20240601)
        x = features(rows, columns, rng)
        eta = linear_predictor(x)
        if kind == "least-squares":
            y = eta + rng.standard_normal(rows)
        else:
            y = (rng.random(rows) < 1 / (1 + np.exp(-eta))).astype(np.float64)
        np.save(path / "x.npy", x)
        np.save(path / "y.npy", y)
        (path / "done").touch()
    return path


def make_csv(folder):
    """data.csv beside x.npy and y.npy: columns x0, x1, … and y; numbers with all the digits of a double."""
    path = folder / "data.csv"
    if not path.exists():
        x, y = np.load(folder / "x.npy"), np.load(folder / "y.npy")
        unfinished = folder / "data.csv.unfinished"
        with open(unfinished, "w", encoding="ascii") as file:
            file.write(",".join([f"x{j}" for j in range(x.shape[1])] + ["y"]) + "\n")
            for row, target in zip(x.tolist(), y.tolist()):
                file.write(",".join(map(repr, row)) + f",{target:g}\n")
        unfinished.rename(path)
    return path


def make_numeric_csv(folder, megabytes):
    """A numeric table as measurements are stored: half the columns rounded to 4 decimals, a quarter integers, a
    quarter with all the digits of a double; 20 columns and a target."""
    path = folder / f"numeric-{megabytes}MB.csv"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(7)
        unfinished = path.with_suffix(".unfinished")
        with open(unfinished, "w", encoding="ascii") as file:
            file.write(",".join([f"x{j}" for j in range(20)] + ["y"]) + "\n")
            while file.tell() < megabytes * 1_000_000:
                x = rng.standard_normal((5000, 21)) * 100
                x[:, :10] = x[:, :10].round(4)
                rows = x.tolist()
                counts = rng.integers(0, 100_000, (5000, 5)).tolist()
                for row, count in zip(rows, counts):
                    row[10:15] = count
                file.write("".join(",".join(map(repr, row)) + "\n" for row in rows))
        unfinished.rename(path)
    return path
