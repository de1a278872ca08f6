#!/usr/bin/env python3
"""Independent optima of the example tables, to far more digits than a double holds.

    /usr/bin/python3 tests/reference/optimum.py          (python3-numpy, python3-mpmath; under a minute)

Writes one JSON file a problem beside this script. Nothing here shares code, or a numerical method, with plumbline.

Problems. All rows, no split, no standardisation, intercept b never penalised, n = rows; the cells are the doubles
that the CSV text reads as:
  squared   (1/n) sum 1/2 (x w + b - y)^2                      + (l2/2) |w|^2      diabetes, l2 = 0 and 0.01
  logistic  (1/n) sum log(1 + exp(-z)), z = +-(x w + b)        + (l2/2) |w|^2      breast cancer, l2 = 1/n and 0.01
  softmax   (1/n) sum log sum_k exp(eta_k) - eta_y             + (l2/2) |W|^2      iris, wine, digits, the same two l2
"1/n" is the double nearest to 1/n. The positive class of the binary table is the second of its sorted labels
(malignant); softmax classes are sorted numerically when all are numbers, else bytewise. Softmax coefficients sum to
zero over the classes by themselves (l2 > 0); the intercepts are shifted so that they do.

Method. squared: the normal equations in 60-digit arithmetic, solved by mpmath's LU. The others: damped Newton in double
precision on centred and scaled features finds the neighbourhood of the optimum; then w <- w - P^-1 g, with the gradient
g of the problem as stated in 60-digit arithmetic and P the double-precision Hessian there (each step gains some ten
digits), until |g| <= 1e-25. The gradient norm that the file reports is that of the printed problem in the raw units of
the table, before rounding to 17 digits.
"""

import csv
import json
import pathlib

import mpmath
import numpy as np
from mpmath import mp, mpf

mp.dps = 60
GRADIENT_GOAL = mpf(10) ** -25
HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent.parent / "examples" / "data"


def read(table, target):
    """Feature names, x (n, p) as doubles, and the target's texts."""
    with open(DATA / f"{table}.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    at = header.index(target)
    x = np.array([[float(cell) for j, cell in enumerate(row) if j != at] for row in rows])
    return [name for name in header if name != target], x, [row[at] for row in rows]


def sorted_classes(labels):
    try:
        return sorted(set(labels), key=float)
    except ValueError:
        return sorted(set(labels), key=lambda label: label.encode())


def norm(values):
    return mp.sqrt(mp.fsum(value * value for value in np.ravel(values)))


def precise(array):
    """An array of doubles as an object array of 60-digit numbers of the same value."""
    return np.vectorize(mpf, otypes=[object])(array)


class Classification:
    """Logistic (K = 1) or softmax (K = m) risk with an l2 penalty, in double and in 60-digit arithmetic."""

    def __init__(self, x, codes, classes, l2):
        self.n, self.p = x.shape
        self.outputs = 1 if classes == 2 else classes
        one_hot = np.eye(classes)[codes]
        self.y = one_hot[:, 1:] if classes == 2 else one_hot
        self.l2 = l2
        self.x = x
        self.center = x.mean(axis=0)
        spread = x.std(axis=0)
        self.scale = np.where(spread > 0, spread, 1.0)
        self.z = np.hstack([(x - self.center) / self.scale, np.ones((self.n, 1))])
        self.penalty = np.append(l2 / self.scale**2, 0.0)  # of the coefficients of the scaled features
        self.x_precise = precise(x)

    # In double precision; v is (p + 1, K): coefficients of the centred, scaled features, then the intercept.

    def probabilities(self, eta):
        full = np.hstack([np.zeros((self.n, 1)), eta]) if self.outputs == 1 else eta
        full = full - full.max(axis=1, keepdims=True)
        likelihood = np.exp(full)
        likelihood /= likelihood.sum(axis=1, keepdims=True)
        return likelihood[:, 1:] if self.outputs == 1 else likelihood

    def value(self, v):
        eta = self.z @ v
        if self.outputs == 1:
            losses = np.logaddexp(0, eta) - self.y * eta
        else:
            top = eta.max(axis=1, keepdims=True)
            losses = top[:, 0] + np.log(np.exp(eta - top).sum(axis=1)) - (self.y * eta).sum(axis=1)
        return losses.sum() / self.n + 0.5 * (self.penalty[:, None] * v**2).sum()

    def gradient(self, v):
        return self.z.T @ (self.probabilities(self.z @ v) - self.y) / self.n + self.penalty[:, None] * v

    def hessian(self, v):
        """((p + 1) K, (p + 1) K), index (feature, output); regular also along "all intercepts plus a constant"."""
        prob = self.probabilities(self.z @ v)
        size, outputs = self.p + 1, self.outputs
        h = np.zeros((size, outputs, size, outputs))
        for k in range(outputs):
            for other in range(outputs):
                weight = prob[:, k] * ((k == other) - prob[:, other]) / self.n
                h[:, k, :, other] = self.z.T @ (weight[:, None] * self.z)
            h[range(size), k, range(size), k] += self.penalty
        if outputs > 1:
            h[-1, :, -1, :] += 1.0 / outputs
        return h.reshape(size * outputs, size * outputs)

    def newton(self):
        v = np.zeros((self.p + 1, self.outputs))
        value = self.value(v)
        for _ in range(200):
            gradient = self.gradient(v)
            step = -np.linalg.solve(self.hessian(v), gradient.ravel()).reshape(v.shape)
            decrement = -(gradient * step).sum()
            length = 1.0
            while self.value(v + length * step) > value - 1e-4 * length * decrement and length > 1e-8:
                length /= 2
            v = v + length * step
            value = self.value(v)
            if decrement < 1e-20 or length <= 1e-8:
                break
        return v

    # In 60 digits; w (p, K) and b (K) in the table's own units.

    def precise_losses(self, w, b, with_values):
        """Residuals (n, K), probability minus truth, and the mean loss where it is asked for."""
        eta = self.x_precise.dot(w) + b
        residual = np.empty_like(eta)
        losses = []
        for i in range(self.n):
            full = [mpf(0), eta[i, 0]] if self.outputs == 1 else list(eta[i])
            top = max(full)
            likelihood = [mp.exp(value - top) for value in full]
            total = mp.fsum(likelihood)
            kept = likelihood[1:] if self.outputs == 1 else likelihood
            residual[i] = [value / total - mpf(truth) for value, truth in zip(kept, self.y[i])]
            if with_values:
                truth = mp.fsum(mpf(t) * e for t, e in zip(self.y[i], eta[i]))
                losses.append(top + mp.log(total) - truth)
        return residual, (mp.fsum(losses) / self.n if with_values else None)

    def precise_gradient(self, w, b):
        residual, _ = self.precise_losses(w, b, with_values=False)
        return self.x_precise.T.dot(residual) / self.n + mpf(self.l2) * w, residual.sum(axis=0) / self.n

    def refine(self, v):
        inverse = np.linalg.inv(self.hessian(v))
        center, scale = precise(self.center)[:, None], precise(self.scale)[:, None]
        w = precise(v[:-1]) / scale
        b = precise(v[-1]) - (center * w).sum(axis=0)
        for _ in range(40):
            gradient_w, gradient_b = self.precise_gradient(w, b)
            size = norm(np.vstack([gradient_w, gradient_b[None, :]]))
            print(f"    |gradient| = {mp.nstr(size, 3)}", flush=True)
            if size <= GRADIENT_GOAL:
                break
            scaled = np.vstack([(gradient_w - center * gradient_b) / scale, gradient_b[None, :]])
            factor = norm(scaled)  # the doubles below see numbers near 1 only
            step = inverse @ np.array([float(value / factor) for value in scaled.ravel()])
            step = precise(step.reshape(scaled.shape)) * factor
            change = step[:-1] / scale
            w = w - change
            b = b - step[-1] + (center * change).sum(axis=0)
        else:
            raise RuntimeError("the refinement stands still")
        if self.outputs > 1:
            b = b - b.sum() / self.outputs
        return w, b, size

    def solve(self):
        w, b, size = self.refine(self.newton())
        _, risk = self.precise_losses(w, b, with_values=True)
        counts = list(self.y.sum(axis=0)) if self.outputs > 1 else [self.y.sum(), self.n - self.y.sum()]
        null = -mp.fsum(mpf(count) / self.n * mp.log(mpf(count) / self.n) for count in counts)
        objective = risk + mpf(self.l2) / 2 * mp.fsum(value * value for value in w.ravel())
        return w, b, objective, null, size


def least_squares(x, y, l2):
    n, p = x.shape
    a = np.hstack([precise(x), np.full((n, 1), mpf(1))])
    y = precise(y)[:, None]
    gram = a.T.dot(a) / n
    gram[range(p), range(p)] += mpf(l2)
    right = a.T.dot(y) / n
    solution = np.array(mpmath.lu_solve(mp.matrix(gram.tolist()), mp.matrix(right.tolist())).tolist(), dtype=object)
    residual = a.dot(solution) - y
    w, b = solution[:-1], solution[-1]
    gradient = a.T.dot(residual) / n
    gradient[:-1] += mpf(l2) * w
    objective = (residual**2).sum() / (2 * n) + mpf(l2) / 2 * (w**2).sum()
    null = ((y - y.sum() / n) ** 2).sum() / (2 * n)
    return w, b, objective, null, norm(gradient)


def number(value):
    return float(mp.nstr(value, 25))  # the nearest double; json prints the shortest text that reads back as it


def save(name, facts, solution):
    w, b, objective, null, size = solution
    facts.update(
        objective=number(objective),
        objective_null=number(null),
        gradient_norm=number(size),
        intercept=[number(value) for value in b],
        coefficients=[[number(value) for value in row] for row in w],
    )
    lines = [f"{json.dumps(key)}: {json.dumps(value)}".replace("], [", "],\n  [") for key, value in facts.items()]
    (HERE / f"{name}.json").write_text("{" + ",\n ".join(lines) + "}\n", encoding="utf-8")
    print(f"{name}: objective {mp.nstr(objective, 17)}, null {mp.nstr(null, 17)}", flush=True)


def facts_of(table, target, loss, l2, features, rows, classes):
    return {"table": f"examples/data/{table}.csv", "target": target, "loss": loss, "l2": l2, "rows": rows,
            "classes": classes, "features": features}


def main():
    features, x, labels = read("diabetes", "progression")
    y = np.array([float(label) for label in labels])
    for l2, suffix in ((0.0, "l2_0"), (0.01, "l2_0.01")):
        facts = facts_of("diabetes", "progression", "squared", l2, features, len(x), [])
        save(f"diabetes_squared_{suffix}", facts, least_squares(x, y, l2))
    for table, target, loss in (("breast_cancer", "diagnosis", "logistic"), ("iris", "species", "softmax"),
                                ("wine", "cultivar", "softmax"), ("digits", "digit", "softmax")):
        features, x, labels = read(table, target)
        classes = sorted_classes(labels)
        codes = [classes.index(label) for label in labels]
        for l2, suffix in ((1 / len(x), "l2_1_over_n"), (0.01, "l2_0.01")):
            facts = facts_of(table, target, loss, l2, features, len(x), classes)
            save(f"{table}_{loss}_{suffix}", facts, Classification(x, codes, len(classes), l2).solve())


if __name__ == "__main__":
    main()
