#!/usr/bin/env python3
"""Independent optima of Firth's penalised likelihood on example tables, to far more digits than a double holds.

    /usr/bin/python3 tests/reference/firth.py          (python3-numpy, python3-mpmath; under a minute)

Writes one JSON file a problem beside this script. Nothing here shares code with plumbline.

    maximise  sum_i [y_i eta_i - log(1 + exp(eta_i))] + 1/2 log det(A' diag(p (1 - p)) A),   A = [x 1], eta = A v
(Firth 1993, Biometrika 80). Problems: all rows, raw units, no other penalty. y = 1 for the class named `positive`, 0
for all others:
  iris, virginica            the classes overlap
  iris, setosa               completely separated: the maximum of the likelihood itself is at infinity
  breast cancer, malignant   completely separated, 30 features, badly conditioned in raw units

Method. Fisher scoring with halved steps in double precision on centred and scaled features finds the neighbourhood.
Then v <- v - P^-1 g with the gradient g of the problem as stated in 60-digit arithmetic and P the Jacobian of the
double-precision gradient there by central differences, until |g| <= 1e-25. `objective` is minus the maximum over n, in
raw units; `objective_null` is 0 and means nothing.
"""

import json
import pathlib

import mpmath
import numpy as np
from mpmath import mp, mpf

from optimum import norm, number, precise, read, sorted_classes

mp.dps = 60
HERE = pathlib.Path(__file__).resolve().parent


class Firth:
    def __init__(self, x, y):
        self.y = y
        self.center, self.scale = x.mean(axis=0), x.std(axis=0)
        self.a = np.hstack([(x - self.center) / self.scale, np.ones((len(x), 1))])
        self.a_precise = np.hstack([precise(x), np.full((len(x), 1), mpf(1))])

    def parts(self, v):
        p = 1 / (1 + np.exp(-np.clip(self.a @ v, -700, 700)))
        weight = p * (1 - p)
        information = self.a.T @ (weight[:, None] * self.a)
        return p, weight, information

    def value(self, v):
        eta = self.a @ v
        sign, log_det = np.linalg.slogdet(self.parts(v)[2])
        return np.sum(np.logaddexp(0, eta) - self.y * eta) - log_det / 2 if sign > 0 else np.inf

    def gradient(self, v):
        p, weight, information = self.parts(v)
        leverage = weight * np.einsum("ij,ji->i", self.a, np.linalg.solve(information, self.a.T))
        return -self.a.T @ (self.y - p + leverage * (0.5 - p))

    def neighbourhood(self):
        v = np.zeros(self.a.shape[1])
        for _ in range(2000):
            step = -np.linalg.solve(self.parts(v)[2], self.gradient(v))
            length = 1.0
            while self.value(v + length * step) > self.value(v) and length > 1e-6:
                length /= 2
            v = v + length * step
            if np.linalg.norm(step) < 1e-9 * (1 + np.linalg.norm(v)) or length <= 1e-6:
                break
        return v

    def jacobian(self, v, h=1e-5):
        columns = []
        for k in range(len(v)):
            up, down = v.copy(), v.copy()
            up[k] += h
            down[k] -= h
            columns.append((self.gradient(up) - self.gradient(down)) / (2 * h))
        return np.array(columns).T

    def precise_parts(self, v):
        """Minus the penalised log-likelihood and its gradient, in 60 digits, raw units."""
        eta = self.a_precise.dot(v)
        p = np.array([1 / (1 + mp.exp(-value)) for value in eta], dtype=object)
        weight = p * (1 - p)
        information = mp.matrix(self.a_precise.T.dot(weight[:, None] * self.a_precise).tolist())
        inverse = np.array((information**-1).tolist(), dtype=object)
        leverage = weight * (self.a_precise.dot(inverse) * self.a_precise).sum(axis=1)
        y = precise(self.y)
        gradient = -self.a_precise.T.dot(y - p + leverage * (mpf(1) / 2 - p))
        losses = [mp.log(1 + mp.exp(-value if truth else value)) for value, truth in zip(eta, self.y)]
        return mp.fsum(losses) - mp.log(mp.det(information)) / 2, gradient

    def solve(self):
        v = self.neighbourhood()
        inverse = np.linalg.inv(self.jacobian(v))
        center, scale = precise(self.center), precise(self.scale)
        raw = precise(v)
        raw[:-1] = raw[:-1] / scale
        raw[-1] = raw[-1] - (center * raw[:-1]).sum()
        for _ in range(60):
            value, gradient = self.precise_parts(raw)
            size = norm(gradient)
            print(f"    |gradient| = {mp.nstr(size, 3)}", flush=True)
            if size <= mpf(10) ** -25:
                return raw, value / len(self.y), size / len(self.y)
            scaled = np.append((gradient[:-1] - center * gradient[-1]) / scale, gradient[-1])
            factor = norm(scaled)
            step = precise(inverse @ np.array([float(entry / factor) for entry in scaled])) * factor
            change = step[:-1] / scale
            raw[:-1] = raw[:-1] - change
            raw[-1] = raw[-1] - step[-1] + (center * change).sum()
        raise RuntimeError("the refinement stands still")


def main():
    for table, target, positive in (("iris", "species", "virginica"), ("iris", "species", "setosa"),
                                    ("breast_cancer", "diagnosis", "malignant")):
        features, x, labels = read(table, target)
        classes = sorted_classes(labels)
        v, objective, size = Firth(x, np.array([float(label == positive) for label in labels])).solve()
        facts = {"table": f"examples/data/{table}.csv", "target": target, "loss": "logistic", "l2": 0,
                 "rows": len(x), "classes": classes, "positive": classes.index(positive), "features": features,
                 "objective": number(objective), "objective_null": 0, "gradient_norm": number(size),
                 "intercept": [number(v[-1])], "coefficients": [[number(value)] for value in v[:-1]]}
        lines = [f"{json.dumps(key)}: {json.dumps(value)}".replace("], [", "],\n  [") for key, value in facts.items()]
        (HERE / f"{table}_firth_{positive}.json").write_text("{" + ",\n ".join(lines) + "}\n", encoding="utf-8")
        print(f"{table} {positive}: objective {mpmath.nstr(objective, 17)}", flush=True)


if __name__ == "__main__":
    main()
