#!/usr/bin/env python3
"""Independent optima of every loss on two tables each of examples/data, to far more digits than a double holds.

    /usr/bin/python3 tests/reference/loss_optima.py          (python3-scipy, python3-mpmath; half a minute)

Writes loss_optima.json beside this script. Nothing here shares code with plumbline. All rows, no split, no
standardisation, intercept b never penalised, n = rows; the cells are the doubles that the CSV text reads as. The
objective is (1/n) sum_i loss_i + (l2/2) sum W^2 over all outputs' coefficients in the table's own units; the positive
class of two is the second of the sorted labels. The null model has W = 0 and the best intercepts.

Smooth losses. Their formulas (loss_formulas.py) run in double precision and in 50 digits. From the null model scipy's
trust-exact, with a Hessian of differences of slopes, finds the neighbourhood of an optimum in coordinates of scaled
features; then V <- V - H^-1 g with the gradient g in 50 digits until 1/2 g' H^-1 g, the distance to the optimum, is
below 1e-30 of the objective. H must be positive definite there: the optimum is isolated.

Losses that are not convex (focal, Brier, squared on sigmoid, heteroscedastic): only a local optimum is claimed, the one
that a descent from the null model reaches. The same is tried from ten random starts; the file keeps how many of them
end at the same objective, and how many lower. Without a penalty the heteroscedastic likelihood has no bound: l2 > 0
there. Gaussian: sigma is one more parameter, and of descents from nine values of it the best counts.

Losses with kinks. With slopes u_i in [-below, above] the optimum has (1/n) sum u_i a_i = l2 w, u_i at an end of the
interval off the kink. l2 = 0: HiGHS solves the linear program; l2 > 0: Newton's method on the smoothed problem with
ever less smoothing. Either only says which rows are on the kink: the rest is a linear system solved in 50 digits, and
the conditions, which prove a convex optimum whatever led to it, are checked there: slopes strictly inside the interval
on the kink, residuals of the right sign off it. That makes the optimum unique, too. "relative_gap" is here what the
conditions are off by, elsewhere 1/2 g' H^-1 g, beside the objective.
"""

import csv
import json
import pathlib

import mpmath
import numpy as np
from mpmath import mp, mpf
from scipy.optimize import linprog, minimize

from loss_formulas import (Double, Precise, brier_of_classes, check_slopes, cloglog, focal, focal_of_classes,
                           heteroscedastic, huber, logit, precise, probit, softmax, squared, squared_hinge,
                           squared_probability)

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parent.parent / "examples" / "data"
RANDOM_STARTS = 10


def read(table, target, drop):
    with open(DATA / f"{table}.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    kept = [j for j, name in enumerate(header) if name != target and name not in drop]
    x = np.array([[float(row[j]) for j in kept] for row in rows])
    return [header[j] for j in kept], x, [row[header.index(target)] for row in rows]


def sorted_classes(labels):
    try:
        return sorted(set(labels), key=float)
    except ValueError:
        return sorted(set(labels), key=lambda label: label.encode())


class Design:
    """Scaled features and the intercept, in double and in 50 digits; V (p + 1, K) are its coefficients."""

    def __init__(self, x, l2):
        self.x, self.l2 = x, l2
        self.n, self.p = x.shape
        self.center, self.scale = x.mean(axis=0), x.std(axis=0)
        assert (self.scale > 0).all()
        self.z = np.hstack([(x - self.center) / self.scale, np.ones((self.n, 1))])
        self.penalty = np.append(l2 / self.scale**2, 0.0)[:, None]
        center, self.scale_precise = precise(self.center), precise(self.scale)
        self.center_precise = center
        self.z_precise = np.hstack([(precise(x) - center) / self.scale_precise, precise(np.ones((self.n, 1)))])
        self.penalty_precise = np.append(mpf(l2) / self.scale_precise**2, mpf(0))[:, None]

    def raw(self, v):
        w = v[:-1] / self.scale_precise[:, None]
        return w, v[-1] - (self.center_precise[:, None] * w).sum(axis=0)


class Smooth:
    def __init__(self, design, y, loss, outputs, shift_invariant=False, constant_variance=False):
        self.at, self.y, self.loss, self.outputs = design, y, loss, outputs
        self.y_precise = precise(y)
        self.flat = shift_invariant  # along a common shift of all intercepts
        self.free = np.ones((design.p + 1, outputs), dtype=bool)
        if constant_variance:
            self.free[:-1, 1] = False

    def value_gradient(self, v):
        with np.errstate(over="ignore", invalid="ignore"):  # a step too far: the value says so
            values, slopes = self.loss(self.y, self.at.z @ v, Double)
        value = values.mean() + 0.5 * (self.at.penalty * v**2).sum()
        gradient = self.at.z.T @ slopes / self.at.n + self.at.penalty * v
        if self.flat:  # 0 at an optimum whose intercepts sum to 0
            value += 0.5 * v[-1].sum() ** 2 / self.outputs
            gradient[-1] += v[-1].sum() / self.outputs
        return (value if np.isfinite(value) else 1e300), np.where(np.isfinite(gradient), gradient, 0)

    def unpack(self, free):
        v = np.zeros(self.free.shape)
        v[self.free] = free
        return v

    def f(self, free):
        value, gradient = self.value_gradient(self.unpack(free))
        return value, gradient[self.free]

    def hessian(self, free, step=1e-5):
        columns = []
        for j in range(free.size):
            move = np.zeros(free.size)
            move[j] = step
            columns.append((self.f(free + move)[1] - self.f(free - move)[1]) / (2 * step))
        return (np.array(columns) + np.array(columns).T) / 2

    def descend(self, v):
        found = minimize(self.f, v[self.free], jac=True, hess=self.hessian, method="trust-exact",
                         options={"gtol": 1e-9, "maxiter": 2000})
        return self.unpack(found.x)

    def precise_value_gradient(self, v):
        values, slopes = self.loss(self.y_precise, self.at.z_precise.dot(v), Precise)
        value = mp.fsum(values) / self.at.n + mp.fsum((self.at.penalty_precise * v**2).ravel()) / 2
        return value, self.at.z_precise.T.dot(slopes) / self.at.n + self.at.penalty_precise * v

    def polish(self, v):
        h = self.hessian(v[self.free])
        size = 1 / np.sqrt(np.abs(np.diag(h)))
        eigenvalues = np.linalg.eigvalsh(size[:, None] * h * size)
        assert eigenvalues[0] > 1e-9, f"no isolated optimum: {eigenvalues[0]}"
        inverse = np.linalg.inv(h)
        v = precise(v)
        for _ in range(60):
            value, gradient = self.precise_value_gradient(v)
            g = gradient[self.free]
            norm = mp.sqrt(mp.fsum(g * g))
            if norm == 0:
                return v, value, mpf(0)
            step = precise(inverse @ np.array([float(c / norm) for c in g])) * norm
            gap = mp.fsum(g * step) / 2
            if gap <= mpf(10) ** -30 * abs(value):
                return v, value, gap / abs(value)
            v = v.copy()
            v[self.free] = v[self.free] - step
        raise RuntimeError("the refinement stands still")

    def first(self):
        """Zero; mean and log variance of the target where both are wanted."""
        v = np.zeros(self.free.shape)
        if self.loss is heteroscedastic:
            v[-1] = [self.y.mean(), np.log(self.y.var())]
        return v

    def solve(self, start):
        """The optimum that a descent from the start reaches; with one variance, the best from many of them."""
        starts = [start]
        if not self.free.all():
            starts = [np.column_stack([start[:, 0], start[:, 1] + np.append(np.zeros(self.at.p), -shift)])
                      for shift in range(9)]
        reached = [self.descend(v) for v in starts]
        v, value, gap = self.polish(min(reached, key=lambda v: self.value_gradient(v)[0]))
        if self.flat:
            v[-1] = v[-1] - v[-1].sum() / self.outputs
        return v, value, gap

    def other_starts(self, value):
        """How many random starts end at this objective, and how many lower."""
        draws = np.random.default_rng(7)
        ends = [self.value_gradient(self.descend(self.first() + draws.normal(size=self.free.shape)))[0] / float(value)
                for _ in range(RANDOM_STARTS)]
        assert value > 0
        return {"random_starts": RANDOM_STARTS, "ending_here": sum(bool(abs(end - 1) < 1e-8) for end in ends),
                "ending_lower": sum(bool(end < 1 - 1e-8) for end in ends)}


class Kinked:
    """(1/n) sum_i max(above r_i, -below r_i) + penalty, r_i = t_i - a_i theta."""

    def __init__(self, design, y, above, below, hinge):
        self.at, self.above, self.below = design, above, below
        side = 2 * y - 1 if hinge else np.ones_like(y)
        self.a, self.t = side * design.z, (np.ones_like(y) if hinge else y)[:, 0]
        self.a_precise = precise(side) * design.z_precise
        self.t_precise = precise(self.t)

    def null(self):
        """The objective is linear between kinks: the best of them."""
        n = self.at.n
        rows = list(zip(self.t_precise, self.a_precise[:, -1]))
        return min(mp.fsum(self.row(t - a * b) for t, a in rows) / n for b in {t / a for t, a in rows})

    def row(self, r):
        return max(mpf(self.above) * r, -mpf(self.below) * r)

    def rows_on_the_kink(self):
        if self.at.l2 > 0:
            return self.by_smoothing()
        n, d = self.a.shape
        cost = np.concatenate([np.zeros(d), np.full(n, self.above), np.full(n, self.below)])
        got = linprog(cost, A_eq=np.hstack([self.a, np.eye(n), -np.eye(n)]), b_eq=self.t,
                      bounds=[(None, None)] * d + [(0, None)] * (2 * n), method="highs-ds")
        assert got.status == 0, got.message
        return np.abs(self.t - self.a @ got.x[:d]) < 1e-8 * np.abs(self.t).max(), got.x[:d]

    def by_smoothing(self):
        """Slopes clip(r/width): piecewise quadratic, minimised by Newton's method with a line search."""
        n, d = self.a.shape
        theta = np.zeros(d)
        width = np.abs(self.t).max()
        penalty = self.at.penalty[:, 0]

        def value(v, r):
            u = np.clip(r / width, -self.below, self.above)
            return (u * r - width * u * u / 2).mean() + 0.5 * (penalty * v * v).sum(), u

        for _ in range(32):
            for _ in range(200):
                r = self.t - self.a @ theta
                now, u = value(theta, r)
                inside = (u > -self.below) & (u < self.above)
                gradient = -self.a.T @ u / n + penalty * theta
                h = self.a[inside].T @ self.a[inside] / (n * width) + np.diag(penalty + 1e-12)
                step = -np.linalg.solve(h, gradient)
                slope, length = gradient @ step, 1.0
                if -slope <= 1e-16 * abs(now):
                    break
                while value(theta + length * step, self.t - self.a @ (theta + length * step))[0] > (
                        now + 1e-4 * length * slope) and length > 1e-12:
                    length /= 2
                theta = theta + length * step
            width /= 2
        return inside, theta

    def solve(self):
        on, theta = self.rows_on_the_kink()
        n, d = self.a.shape
        above, below = mpf(self.above), mpf(self.below)
        r = self.t - self.a @ theta
        u = np.where(r > 0, above, -below)
        pull = self.a_precise[~on].T.dot(u[~on]) / n
        kink = self.a_precise[on]
        count = int(on.sum())
        system = mp.zeros(d + count)
        for j in range(d):
            system[j, j] = self.at.penalty_precise[j, 0]
            for i in range(count):
                system[j, d + i] = -kink[i, j] / n
                system[d + i, j] = kink[i, j]
        solution = mpmath.lu_solve(system, mp.matrix(list(pull) + list(self.t_precise[on])))
        theta = np.array([solution[j] for j in range(d)], dtype=object)
        slopes = [solution[d + i] for i in range(count)]
        r = self.t_precise - self.a_precise.dot(theta)
        assert all(-below < slope < above for slope in slopes), "a slope outside the interval"
        assert all((r[i] > 0) == (u[i] == above) and r[i] != 0 for i in np.flatnonzero(~on)), "a residual's sign"
        value = mp.fsum(self.row(0 if on[i] else r[i]) for i in range(n)) / n
        value += mp.fsum(self.at.penalty_precise[:, 0] * theta**2) / 2
        error = mp.norm(list(self.a_precise[~on].T.dot(u[~on]) / n + kink.T.dot(np.array(slopes, dtype=object)) / n -
                             self.at.penalty_precise[:, 0] * theta))
        assert error < mpf(10) ** -35 and (count >= d or self.at.l2 > 0)
        return theta[:, None], value, error / value


FORMULAS = {
    "squared": lambda c: squared, "huber": lambda c: huber(c["huber_delta"]), "gaussian": lambda c: heteroscedastic,
    "heteroscedastic": lambda c: heteroscedastic, "logit": lambda c: logit, "probit": lambda c: probit,
    "cloglog": lambda c: cloglog, "squared-hinge": lambda c: squared_hinge, "softmax": lambda c: softmax,
    "focal": lambda c: focal(c["focal_gamma"]), "focal of classes": lambda c: focal_of_classes(c["focal_gamma"]),
    "brier": lambda c: squared_probability(2), "brier of classes": lambda c: brier_of_classes,
    "squared-on-sigmoid": lambda c: squared_probability(0.5),
}
KINKS = {"absolute": lambda c: (1, 1), "quantile": lambda c: (c["quantile"], 1 - c["quantile"]),
         "hinge": lambda c: (1, 0)}
NUMBERS = [("diabetes", "progression", []), ("wine", "alcohol", ["cultivar"])]
TWO = [("diabetes", "sex", []), ("breast_cancer", "diagnosis", [])]
SEVERAL = [("iris", "species", []), ("wine", "cultivar", [])]
LOCAL = ("heteroscedastic", "focal", "focal of classes", "brier", "brier of classes", "squared-on-sigmoid")

# Formula, task, tables, what is said to each table's fit.
CASES = [
    ("squared", "regression", NUMBERS, [{"l2": 0}, {"l2": 0.01}]),
    ("absolute", "regression", NUMBERS, [{"l2": 0}, {"l2": 0.01}]),
    ("quantile", "regression", NUMBERS, [{"l2": 0.01, "quantile": 0.3}, {"l2": 0, "quantile": 0.3}]),
    ("huber", "regression", NUMBERS, [{"l2": 0, "huber_delta": 20}, {"l2": 0.01, "huber_delta": 0.3}]),
    ("gaussian", "regression", NUMBERS, [{"l2": 0}, {"l2": 0.1}]),
    ("heteroscedastic", "regression", NUMBERS,
     [{"l2": 0.0001, "variance": "linear"}, {"l2": 0.01, "variance": "linear"}]),
    ("logit", "binary", TWO, [{"l2": 0}, {"l2": 0.01}]),
    ("probit", "binary", TWO, [{"l2": 0, "link": "probit"}, {"l2": 0.01, "link": "probit"}]),
    ("cloglog", "binary", TWO, [{"l2": 0, "link": "cloglog"}, {"l2": 0.01, "link": "cloglog"}]),
    ("hinge", "binary", TWO, [{"l2": 0}, {"l2": 0.01}]),
    ("squared-hinge", "binary", TWO, [{"l2": 0}, {"l2": 0.01}]),
    ("focal", "binary", TWO, [{"l2": 0.001, "focal_gamma": 2}, {"l2": 0.01, "focal_gamma": 1.5}]),
    ("brier", "binary", TWO, [{"l2": 0.001}, {"l2": 0.01}]),
    ("squared-on-sigmoid", "binary", TWO, [{"l2": 0.001}, {"l2": 0.01}]),
    ("softmax", "multiclass", SEVERAL, [{"l2": 0.001}, {"l2": 0.01}]),
    ("squared", "multiclass", SEVERAL, [{"l2": 0}, {"l2": 0.01}]),
    ("focal of classes", "multiclass", SEVERAL, [{"l2": 0.01, "focal_gamma": 2}, {"l2": 0.01, "focal_gamma": 1.5}]),
    ("brier of classes", "multiclass", SEVERAL, [{"l2": 0.01}, {"l2": 0.01}]),
]


def number(value):
    return float(mp.nstr(value, 25))  # the nearest double; json prints the shortest text that reads back as it


def solve_case(form, task, table, settings):
    features, x, labels = read(*table)
    classes = [] if task == "regression" else sorted_classes(labels)
    if task == "regression":
        y = np.array([[float(label)] for label in labels])
    elif task == "binary":
        y = np.array([[float(classes.index(label))] for label in labels])
    else:
        y = np.eye(len(classes))[[classes.index(label) for label in labels]]
    design, facts = Design(x, settings["l2"]), {}
    if form in KINKS:
        problem = Kinked(design, y, *KINKS[form](settings), form == "hinge")
        null, (v, value, gap) = problem.null(), problem.solve()
    else:
        loss = FORMULAS[form](settings)
        outputs = 2 if loss is heteroscedastic else y.shape[1]
        flat = task == "multiclass" and form != "squared"
        constant = form == "gaussian"
        alone = Smooth(Design(x[:, :0], 0.0), y, loss, outputs, flat, constant)
        start, null, _ = alone.solve(alone.first())
        problem = Smooth(design, y, loss, outputs, flat, constant)
        v, value, gap = problem.solve(np.vstack([np.zeros((design.p, outputs)), start.astype(float)]))
        if form in LOCAL:
            facts = problem.other_starts(value)
        if constant:
            facts = {"sigma": number(mp.exp(v[-1, 1] / 2))}
            v = v[:, :1]
    w, b = design.raw(v)
    loss_name = {"logit": "logistic", "probit": "logistic", "cloglog": "logistic",
                 "heteroscedastic": "gaussian"}.get(form, form.replace(" of classes", ""))
    return {"table": f"examples/data/{table[0]}.csv", "target": table[1], "drop": table[2], "task": task,
            "loss": loss_name, **settings, "rows": len(x), "classes": classes, "features": features,
            "local": form in LOCAL, **facts, "relative_gap": number(gap), "objective": number(value),
            "objective_null": number(null), "intercept": [number(c) for c in b],
            "coefficients": [[number(c) for c in row] for row in w]}


def main():
    check_slopes()
    found = []
    for form, task, tables, settings in CASES:
        for table, said in zip(tables, settings):
            case = solve_case(form, task, table, said)
            found.append(",\n ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in case.items()))
            print(form, *table[:2], case["objective"], case["relative_gap"], flush=True)
    text = ",\n".join("{" + case + "}" for case in found)
    (HERE / "loss_optima.json").write_text(f"[\n{text}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main()
