"""Least-squares influence figures by statsmodels for tests/diagnostics/influence_least_squares_test.cpp.

  python3 tests/reference/influence.py

writes tests/reference/influence_{diabetes,wine}.json: OLS with an intercept of the target on the other columns.
"""

import csv
import json
import pathlib

import numpy as np
import statsmodels
import statsmodels.api as sm

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TABLES = {"diabetes": "progression", "wine": "alcohol"}


def read(name, target):
    with open(ROOT / "examples" / "data" / f"{name}.csv", newline="") as file:
        rows = list(csv.reader(file))
    header = rows[0]
    numeric = [j for j in range(len(header)) if all(is_number(row[j]) for row in rows[1:])]
    columns = [j for j in numeric if header[j] != target]
    at = header.index(target)
    x = np.array([[float(row[j]) for j in columns] for row in rows[1:]])
    y = np.array([float(row[at]) for row in rows[1:]])
    return [header[j] for j in columns], x, y


def is_number(cell):
    try:
        float(cell)
        return True
    except ValueError:
        return False


def main():
    for name, target in TABLES.items():
        features, x, y = read(name, target)
        # Centred columns span the same space as the raw ones, without their rounding; the intercept's DFBETAS is that
        # of the raw design and is left out.
        fit = sm.OLS(y, sm.add_constant((x - x.mean(axis=0)) / x.std(axis=0), prepend=False)).fit()
        influence = fit.get_influence()
        result = {
            "command": "python3 tests/reference/influence.py",
            "statsmodels": statsmodels.__version__,
            "table": f"examples/data/{name}.csv",
            "target": target,
            "features": features,
            "leverage": influence.hat_matrix_diag.tolist(),
            "studentised": influence.resid_studentized_internal.tolist(),
            "externally": influence.resid_studentized_external.tolist(),
            "cooks_distance": influence.cooks_distance[0].tolist(),
            "left_out_prediction": (y - influence.resid_press).tolist(),
            "dfbetas_of_first_rows": influence.dfbetas[:5, :-1].tolist(),
        }
        with open(ROOT / "tests" / "reference" / f"influence_{name}.json", "w") as file:
            json.dump(result, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
