#!/usr/bin/env python3
"""Softmax regression by plumbline beside a decision tree and k nearest neighbours, on the same rows (subject §4.3.4).

    /usr/bin/python3 examples/compare_with_tree_and_knn.py [DATA TARGET]

Tree and neighbours are scikit-learn's (Debian: python3-sklearn), an example and no dependency: without it the script
says so and ends. DATA is a CSV whose features are all numbers, by default examples/data/digits.csv with the target
digit. plumbline splits the rows (`--save-split`), so that all three train and are tested on the same ones.
"""

import csv
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

EXAMPLES = pathlib.Path(__file__).resolve().parent


def program():
    """The one on the path, else build/plumbline of this tree."""
    built = EXAMPLES.parent / "build" / "plumbline"
    found = shutil.which("plumbline") or (str(built) if os.access(built, os.X_OK) else None)
    if found is None:
        sys.exit("no plumbline: run `make build` first")
    return found


def read(path, target):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    features = [[float(cell) for name, cell in row.items() if name != target] for row in rows]
    return features, [row[target] for row in rows]


def fit_plumbline(path, target):
    """Its accuracy and log loss on the test rows, and the part of each record."""
    with tempfile.TemporaryDirectory() as folder:
        split = pathlib.Path(folder) / "split.csv"
        command = [program(), "fit", path, "--target", target, "--calibration", "0", "--save-split", str(split)]
        result = json.loads(subprocess.run([*command, "--json", "-q"], check=True, stdout=subprocess.PIPE).stdout)
        with open(split, newline="", encoding="utf-8") as file:
            parts = [row["part"] for row in csv.DictReader(file)]
    return result["metrics"]["test"], parts


def figures(classifier, train, test):
    """Accuracy and mean -log p(true class); infinite where a true class was given no chance at all."""
    classifier.fit(*train)
    features, truth = test
    predicted, shares = classifier.predict(features), classifier.predict_proba(features)
    column = {label: k for k, label in enumerate(classifier.classes_)}
    p_true = [row[column[label]] for row, label in zip(shares, truth)]
    surprise = sum(-math.log(p) if p > 0 else math.inf for p in p_true)
    return {"accuracy": sum(a == b for a, b in zip(predicted, truth)) / len(truth), "log_loss": surprise / len(truth)}


def main():
    try:
        from sklearn.neighbors import KNeighborsClassifier
        from sklearn.tree import DecisionTreeClassifier
    except ImportError:
        print("This example compares with scikit-learn, which is not installed (Debian: python3-sklearn).")
        return
    path, target = sys.argv[1:3] if len(sys.argv) == 3 else (str(EXAMPLES / "data" / "digits.csv"), "digit")
    softmax, parts = fit_plumbline(path, target)
    features, labels = read(path, target)

    def rows_of(part):
        chosen = [i for i, name in enumerate(parts) if name == part]
        return [features[i] for i in chosen], [labels[i] for i in chosen]

    train, test = rows_of("train"), rows_of("test")
    print(f"{len(train[1])} rows to train, {len(test[1])} to test")
    print(f"{'':28}accuracy  log_loss")
    for name, result in (("plumbline, softmax", softmax),
                         ("decision tree", figures(DecisionTreeClassifier(random_state=0), train, test)),
                         ("5 nearest neighbours", figures(KNeighborsClassifier(5), train, test))):
        print(f"{name:28}{result['accuracy']:8.4f}  {result['log_loss']:8.4f}")


if __name__ == "__main__":
    main()
