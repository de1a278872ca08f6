#!/usr/bin/env python3
"""Optima of absolute, quantile and hinge loss by an independent solver of linear programs.

    /usr/bin/python3 tests/reference/linear_programs.py          (python3-scipy, HiGHS; seconds)

Writes linear_programs.json beside this script: small tables with the minimum of (1/sum s) sum s_i l(y_i, x_i w + b),
without penalty, as scipy.optimize.linprog finds it. Nothing here shares code with plumbline. Cells are rounded to one
to three decimals, so that they mean the same in any language. Tables:
  noisy        five features, weights of 0, 1, 2 and 3
  ties         cells and targets of few values: many rows on the kink, many optima
  dependent    the third feature is the sum of the first two: many optima
  wide         more features than rows: every residual is 0
"""

import json
import pathlib

import numpy as np
from scipy.optimize import linprog

HERE = pathlib.Path(__file__).resolve().parent
LOSSES = [("absolute", 0.5), ("quantile", 0.1), ("quantile", 0.5), ("quantile", 0.95), ("hinge", 0.5)]


def table(name, rows, features, decimals, draws):
    x = np.round(draws.normal(size=(rows, features)), decimals)
    if name == "dependent":
        x[:, 2] = np.round(x[:, 0] + x[:, 1], decimals)
    y = np.round(x @ draws.normal(size=features) + 0.5 + 1.5 * draws.standard_t(3, size=rows), decimals)
    weight = draws.integers(0, 4, size=rows) if name == "noisy" else np.ones(rows, dtype=int)
    return x, y, weight


def optimum(x, y, weight, loss, level):
    """Variables: w, b free; one or two distances >= 0 a row."""
    rows, features = x.shape
    a = np.hstack([x, np.ones((rows, 1))])
    free = [(None, None)] * (features + 1)
    share = weight / weight.sum()
    if loss == "hinge":
        side = np.where(y > 0, 1.0, -1.0)
        cost = np.concatenate([np.zeros(features + 1), share])
        got = linprog(cost, A_ub=-np.hstack([side[:, None] * a, np.eye(rows)]), b_ub=-np.ones(rows),
                      bounds=free + [(0, None)] * rows, method="highs-ds")
    else:
        above, below = (1, 1) if loss == "absolute" else (level, 1 - level)
        cost = np.concatenate([np.zeros(features + 1), above * share, below * share])
        got = linprog(cost, A_eq=np.hstack([a, np.eye(rows), -np.eye(rows)]), b_eq=y,
                      bounds=free + [(0, None)] * (2 * rows), method="highs-ds")
    assert got.status == 0, got.message
    # The value at the vertex itself, not the solver's sum over its tolerances.
    eta = a @ got.x[: features + 1]
    if loss == "hinge":
        value = share @ np.maximum(0, 1 - side * eta)
    else:
        value = share @ np.where(y > eta, above * (y - eta), below * (eta - y))
    return float(value)


def main():
    draws = np.random.default_rng(3)
    result = []
    for name, rows, features, decimals in [("noisy", 60, 5, 3), ("ties", 50, 2, 0), ("dependent", 40, 4, 1),
                                           ("wide", 8, 12, 2)]:
        x, y, weight = table(name, rows, features, decimals, draws)
        optima = [{"loss": loss, "level": level, "objective": optimum(x, y, weight, loss, level)}
                  for loss, level in LOSSES]
        result.append({"name": name, "x": x.tolist(), "y": y.tolist(), "weight": weight.tolist(), "optima": optima})
    text = ",\n".join(json.dumps(entry) for entry in result)
    (HERE / "linear_programs.json").write_text(f"[\n{text}\n]\n")


if __name__ == "__main__":
    main()
