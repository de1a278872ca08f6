#!/usr/bin/env python3
"""Values of the link and loss functions of plumbline/losses/functions.hpp, to far more digits than a double holds.

    /usr/bin/python3 tests/reference/loss_functions.py          (python3-mpmath; a few seconds)

Writes loss_functions.json beside this script: arguments as the doubles they are, values rounded once to a double from
120-digit arithmetic on the definitions (50 would do, but for what cancels). Infinities, and values beyond the doubles,
are the texts "inf" and "-inf". Nothing here shares code with plumbline.
"""

import itertools
import json
import pathlib
import random

from mpmath import exp, inf, isinf, log, log1p, mp, mpf

mp.dps = 120
HERE = pathlib.Path(__file__).resolve().parent
LARGEST = mpf(2) ** 1024 - mpf(2) ** 971

LOGITS = [0.0, 5e-324, 1e-300, 1e-17, 1e-8, 0.1, 0.7, 1.0, 2.5, 10.0, 36.7, 37.5, 100.0, 700.0, 709.8, 745.0, 1e5,
          1e300, 1e308]
LOGITS += [-z for z in LOGITS if z]
TEMPERATURES = [1e-300, 1e-3, 0.5, 1.0, 3.0, 100.0, 1e300, 1e308]
ROWS = [
    [0.3], [0.0, 0.0], [1.0, 2.0, 3.0], [-1.5, 0.25, 7.0, 7.0], [1e308, -1e308, 0.0], [1e308, 1e308, 1e308],
    [1.7e308, -1.7e308], [1e308, 9.9e307, 0.5], [-1e308, -1e308, -1.1e308], [40.0, 0.0, 0.0], [0.0, -745.0, -700.0],
    [1000.0, 1001.0, 999.5], [-1000.0, -1001.0, -1745.0], [1e-300, -1e-300, 0.0], [5e-324, 0.0],
    [0.1, 0.2, 0.30000000000000004, 1e-17], [1e16, 1e16 + 2, 1e16 - 4], [-0.6931471805599453, -0.6931471805599453],
    [3.0, float("-inf"), 2.0], [700.123, -0.321, 3.0],
]
PROBABILITIES = [0.0, 5e-324, 1e-310, 1e-300, 1e-17, 1e-8, 0.1, 0.5, 0.7, 1 - 1e-8, 1 - 2 ** -53, 1.0]
SHARES = [0.0, 1e-300, 0.25, 0.5, 0.9, 1.0]


def spelled(value):
    """A double for JSON."""
    if isinf(value) or abs(value) > LARGEST:
        return "inf" if value > 0 else "-inf"
    return float(value)


def softplus(z):
    return log1p(exp(z)) if z < 0 else z + log1p(exp(-z))


def log_softmax(row, temperature=1):
    largest = max(range(len(row)), key=row.__getitem__)
    scaled = [(mpf(z) - mpf(row[largest])) / mpf(temperature) for z in row]
    log_sum = log1p(sum((exp(z) for k, z in enumerate(scaled) if k != largest), mpf(0)))
    return [z - log_sum for z in scaled]


def logsumexp(row):
    return max(row) - log_softmax(row)[row.index(max(row))]


def surprises(p):
    """-log(1 - p) and -log p."""
    return -log1p(-p) if p < 1 else inf, -log(p) if p > 0 else inf


def weighted(weights, shares, costs):
    """sum_k w_k q_k c_k with 0 times infinity = 0."""
    return sum((w * q * c for w, q, c in zip(weights, shares, costs) if w and q), mpf(0))


def smoothed(shares, smoothing):
    e = mpf(smoothing)
    return [(1 - e) * mpf(q) + e / len(shares) for q in shares]


def reduced(cost_rows, share_rows, weights, smoothing):
    """The losses of the rows, their sum, and their mean by the weights that were used."""
    weights = [mpf(w) for w in weights]
    share_rows = [smoothed(shares, smoothing) for shares in share_rows]
    losses = [weighted(weights, shares, costs) for shares, costs in zip(share_rows, cost_rows)]
    used = sum(weighted(weights, shares, [1] * len(shares)) for shares in share_rows)
    total = sum(losses)
    return {"none": [spelled(loss) for loss in losses], "sum": spelled(total), "mean": spelled(total / used)}


def links():
    one = [{"z": z, "temperature": t, "sigmoid": spelled(exp(-softplus(-mpf(z) / mpf(t)))),
            "log_sigmoid": spelled(-softplus(-mpf(z) / mpf(t)))} for z in LOGITS for t in TEMPERATURES]
    many = []
    for row, t in itertools.product(ROWS, TEMPERATURES):
        log_p = log_softmax(row, t)
        many.append({"row": [spelled(mpf(z)) for z in row], "temperature": t,
                     "softmax": [spelled(exp(v)) for v in log_p], "log_softmax": [spelled(v) for v in log_p]})
    return {"softplus": [{"z": z, "value": spelled(softplus(mpf(z)))} for z in LOGITS], "sigmoid": one, "softmax": many,
            "logsumexp": [{"row": [spelled(mpf(z)) for z in row], "value": spelled(logsumexp(row))}
                          for row in ROWS]}


def binary_cases(costs_of, predictions):
    cases = []
    for x in predictions:
        for y, (weights, smoothing) in itertools.product(SHARES, [((1, 1), 0), ((0.3, 2.5), 0), ((3, 1), 0.1)]):
            result = reduced([costs_of(mpf(x))], [[1 - mpf(y), mpf(y)]], weights, smoothing)
            cases.append({"x": x, "y": y, "weights": weights, "smoothing": smoothing, "value": result["none"][0]})
    return cases


def distribution(random_source, classes):
    """A soft target of doubles that sum to 1 but for rounding."""
    draws = [random_source.random() ** 4 for _ in range(classes)]
    return [draw / sum(draws) for draw in draws]


def tables(random_source):
    """Rows of logits of 3 classes with soft targets; the last tables hold extremes."""
    wide = [[random_source.gauss(0, 1) * 10 ** random_source.uniform(-2, 2) for _ in range(3)] for _ in range(9)]
    extreme = [[1e308, -1e308, 0.0], [1.7e308, 1.7e308, -1.7e308], [0.0, -745.0, 40.0], [1e308, 0.0, 1e-308]]
    sure = [[40.0, 0.0, -3.0], [-1.0, 60.0, 2.0], [0.0, 1.0, 700.0]]
    soft = {name: [distribution(random_source, 3) for _ in rows]
            for name, rows in (("wide", wide), ("extreme", extreme), ("sure", sure))}
    return [(wide, soft["wide"]), (extreme, soft["extreme"]), (sure, soft["sure"]),
            (extreme, [[0.5, 0.25, 0.25], [0.75, 0.25, 0.0], [1.0, 0.0, 0.0], [1e-300, 1.0, 0.0]])]


def cross_entropies(random_source):
    cases = []
    for rows, soft in tables(random_source):
        indices = [max(range(3), key=shares.__getitem__) for shares in soft]
        one_hot = [[float(k == index) for k in range(3)] for index in indices]
        costs = [[-v for v in log_softmax(row)] for row in rows]
        for weights, smoothing in itertools.product([(1, 1, 1), (0.5, 2, 3.5), (1e-300, 1e-300, 1e-301), (0, 1, 1)],
                                                    [0, 0.1, 1]):
            cases.append({"logits": rows, "indices": indices, "soft": soft, "weights": weights, "smoothing": smoothing,
                          "hard": reduced(costs, one_hot, weights, smoothing),
                          "softly": reduced(costs, soft, weights, smoothing)})
    return cases


def divergences(random_source):
    pairs = [([0.5, 0.5], [0.5, 0.5]), ([1.0, 0.0], [0.5, 0.5]), ([0.0, 1.0], [1.0, 0.0]), ([0.5, 0.5], [1.0, 0.0]),
             ([0.25, 0.75], [0.25 + 2 ** -40, 0.75 - 2 ** -40]), ([1.0, 1e-310], [1e-310, 1.0]),
             ([1e-300, 1.0], [1e-17, 1.0]), ([0.75, 0.25], [0.5, 0.5]), ([0.375, 0.625], [0.25, 0.75])]
    for scale in (1.0, 1e-2, 1e-5, 1e-9):
        for _ in range(5):
            p = distribution(random_source, 4)
            moved = [share * (1 + scale * random_source.uniform(-0.5, 0.5)) for share in p]
            pairs.append((p, [share / sum(moved) for share in moved]))
    return [{"p": p, "q": q, "value": spelled(sum((mpf(a) * (log(mpf(a)) - log(mpf(b)) if b else inf)
                                                   for a, b in zip(p, q) if a), mpf(0)))} for p, q in pairs]


def main():
    random_source = random.Random(3)
    cases = {
        **links(),
        "binary_cross_entropy": binary_cases(surprises, PROBABILITIES),
        "binary_cross_entropy_with_logits": binary_cases(lambda z: (softplus(z), softplus(-z)), LOGITS),
        "cross_entropy": cross_entropies(random_source),
        "kl_divergence": divergences(random_source),
    }
    with open(HERE / "loss_functions.json", "w", encoding="utf-8") as file:
        lines = []
        for name, values in cases.items():
            lines.append(f"{json.dumps(name)}: [\n" + ",\n".join(json.dumps(value) for value in values) + "\n]")
        file.write("{\n" + ",\n".join(lines) + "\n}\n")
    print({name: len(values) for name, values in cases.items()})


if __name__ == "__main__":
    main()
