#!/usr/bin/env python3
"""The other side of every comparison, as a program of the same interface as build/bench_in_memory:

    peer.py least-squares DIR REPEATS
    peer.py logistic DIR ITERATIONS REPEATS
    peer.py read FILE.csv REPEATS
    peer.py csv-logistic FILE.csv ITERATIONS REPEATS

DIR holds x.npy and y.npy, loaded untimed. Prints one JSON object: "seconds" (a list, one for each repeat after an
untimed warm-up), and for fits "coefficients" and "intercept". l2 = 1/n, no standardisation, intercept unpenalised.
Importing the libraries is not timed.
"""

import json
import pathlib
import sys
import time
import warnings

import numpy as np


def timed(work, repeats):
    result = work()
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        seconds.append(time.perf_counter() - start)
    return seconds, result


def load(folder):
    folder = pathlib.Path(folder)
    return np.load(folder / "x.npy"), np.load(folder / "y.npy")


def normal_equations(x, y):
    """Centred in algebra, not in memory: X is read once, by numpy's symmetric product."""
    n = len(x)
    mean, y_mean = np.ones(n) @ x / n, y.mean()
    gram = x.T @ x - n * np.outer(mean, mean)
    w = np.linalg.solve(gram, x.T @ y - n * mean * y_mean)
    return w, y_mean - mean @ w


def lbfgs(x, y, iterations):
    from sklearn.linear_model import LogisticRegression
    model = LogisticRegression(C=1.0, solver="lbfgs", tol=1e-14, max_iter=iterations)  # C = 1/(n l2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "did not converge": it was told when to stop
        model.fit(x, y)
    return model.coef_[0], model.intercept_[0]


def read(path):
    import pandas
    return pandas.read_csv(path)


def fit_csv(path, iterations):
    table = read(path)
    y = table.pop("y").to_numpy()
    return lbfgs(table.to_numpy(), y, iterations)


def blas():
    from threadpoolctl import threadpool_info
    return [f"{info['internal_api']} {info['version']} {info.get('architecture')} x{info['num_threads']}"
            for info in threadpool_info() if info["user_api"] == "blas"]


def main():
    problem, place, *numbers = sys.argv[1:]
    *iterations, repeats = map(int, numbers)
    if problem == "least-squares":
        x, y = load(place)
        seconds, fit = timed(lambda: normal_equations(x, y), repeats)
    elif problem == "logistic":
        x, y = load(place)
        seconds, fit = timed(lambda: lbfgs(x, y, *iterations), repeats)
    elif problem == "read":
        seconds, _ = timed(lambda: read(place), repeats)
        fit = None
    elif problem == "csv-logistic":
        seconds, fit = timed(lambda: fit_csv(place, *iterations), repeats)
    else:
        sys.exit(f"peer.py: unknown problem {problem}")
    result = {"seconds": seconds, "blas": blas()}
    if fit is not None:
        result.update(coefficients=list(fit[0]), intercept=float(fit[1]))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
