#!/usr/bin/env python3
"""Writes the example tables of examples/data/ from scikit-learn's data sets (Debian: python3-sklearn).

    /usr/bin/python3 examples/export.py [FOLDER]

Every number is written as the shortest text that reads back as the same double, without a trailing ".0"; feature names
are the data set's own. The features are those of scikit-learn's loaders, the diabetes table in its raw units
(scaled=False). After writing, it prints rows x columns and the sha256 of each file, as PROVENANCE.md lists them.
"""

import csv
import hashlib
import pathlib
import sys

from sklearn import datasets


def number(value):
    """The shortest decimal that reads back as the same double."""
    text = repr(float(value))
    return text[:-2] if text.endswith(".0") else text


def class_names(bunch):
    return [str(bunch.target_names[code]) for code in bunch.target]


def numbers(bunch):
    return [number(value) for value in bunch.target]


TABLES = [
    # file, data set, name of the target column, how the target is written
    ("iris", datasets.load_iris(), "species", class_names),
    ("digits", datasets.load_digits(), "digit", numbers),
    ("breast_cancer", datasets.load_breast_cancer(), "diagnosis", class_names),
    ("diabetes", datasets.load_diabetes(scaled=False), "progression", numbers),
    ("wine", datasets.load_wine(), "cultivar", class_names),
]


def write(folder, name, bunch, target_name, spell):
    path = folder / f"{name}.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*map(str, bunch.feature_names), target_name])
        for row, label in zip(bunch.data, spell(bunch)):
            writer.writerow([*map(number, row), label])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"{path.name}: {len(bunch.data)} x {bunch.data.shape[1] + 1}, sha256 {digest}")


def main():
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        write(folder, *table)


if __name__ == "__main__":
    main()
