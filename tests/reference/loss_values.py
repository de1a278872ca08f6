#!/usr/bin/env python3
"""Values, gradients and curvatures of every loss, to 50 digits, for tests/losses/loss_values_test.cpp.

Every smooth loss is written here as its textbook formula of the linear predictors, and nothing else: derivatives are
central differences of that formula. With 1,500 digits and a step of 1e-200 neither 1 - sigma(800) nor a difference at
1e308 loses anything: the truncation is 1e-400, the rounding below 1e-1000. Losses with kinks have their slopes written
out. Needs mpmath (Debian: python3-mpmath) and two to four minutes.

    python3 tests/reference/loss_values.py > tests/reference/loss_values.json
"""
import itertools
import json
import sys

import mpmath as mp

mp.mp.dps = 1500
STEP = mp.mpf(10) ** -200
LARGEST = mp.mpf(sys.float_info.max) * (1 + mp.mpf(2) ** -54)
SMALLEST = mp.mpf(10) ** -330


# --- textbook formulas: f(y, eta) with eta a list of predictors -------------------------------------------------------

def softplus(z):
    return mp.log(1 + mp.exp(z)) if z < 0 else z + mp.log(1 + mp.exp(-z))


def sigmoid(z):
    return 1 / (1 + mp.exp(-z))


def softmax(eta):
    top = max(eta)
    powers = [mp.exp(e - top) for e in eta]
    return [power / sum(powers) for power in powers]


def log_softmax(eta, k):
    top = max(eta)
    return (eta[k] - top) - mp.log(sum(mp.exp(e - top) for e in eta))


def log_normal_cdf(u):
    t = abs(u)
    if t < 100:
        tail = mp.erfc(t / mp.sqrt(2)) / 2
    else:  # the asymptotic series of the upper tail, whose smallest term is exp(-t^2/2): 1e-2170 and less
        term, series, k = mp.mpf(1), mp.mpf(1), 1
        while k < t * t / 2 and abs(term) > mp.mpf(10) ** -mp.mp.dps:
            term *= -(2 * k - 1) / (t * t)
            series += term
            k += 1
        log_tail = -t * t / 2 - mp.log(2 * mp.pi) / 2 - mp.log(t) + mp.log(series)
        if u < 0:
            return log_tail
        tail = mp.exp(log_tail)
    return mp.log(tail) if u < 0 else mp.log(1 - tail)


def squared(y, eta):
    return (eta[0] - y) ** 2 / 2


def gaussian(sigma):
    return lambda y, eta: mp.log(2 * mp.pi) / 2 + mp.log(mp.mpf(sigma)) + ((eta[0] - y) / mp.mpf(sigma)) ** 2 / 2


def heteroscedastic(y, eta):
    return mp.log(2 * mp.pi) / 2 + eta[1] / 2 + (eta[0] - y) ** 2 * mp.exp(-eta[1]) / 2


def logistic(smoothing):
    def value(y, eta):
        target = (1 - mp.mpf(smoothing)) * y + mp.mpf(smoothing) / 2
        return target * softplus(-eta[0]) + (1 - target) * softplus(eta[0])
    return value


def cross_entropy(smoothing):
    def value(y, eta):
        share = mp.mpf(smoothing) / len(eta)
        return -sum(((1 - mp.mpf(smoothing)) * (k == y) + share) * log_softmax(eta, k) for k in range(len(eta)))
    return value


def probit(y, eta):
    return -log_normal_cdf(eta[0] if y == 1 else -eta[0])


def cloglog(y, eta):
    mu = mp.exp(eta[0])
    if y == 0:
        return mu
    if mu > 10 ** 6:
        return mp.mpf(0)  # less than exp(-10^6)
    return -mp.log(1 - mp.exp(-mu)) if mu > mp.mpf(10) ** -700 else -eta[0] + mu / 2


def focal(gamma):
    def value(y, eta):
        if len(eta) == 1:
            u = eta[0] if y == 1 else -eta[0]
            surprise, missed = softplus(-u), sigmoid(-u)
        else:
            surprise = -log_softmax(eta, y)
            missed = sum(p for k, p in enumerate(softmax(eta)) if k != y)
        return missed ** mp.mpf(gamma) * surprise
    return value


def brier(y, eta):
    if len(eta) == 1:
        return 2 * (sigmoid(eta[0]) - y) ** 2
    return sum((p - (k == y)) ** 2 for k, p in enumerate(softmax(eta)))


def squared_on_sigmoid(y, eta):
    return (sigmoid(eta[0]) - y) ** 2 / 2


def one_hot_squared(y, eta):
    return sum((e - (k == y)) ** 2 for k, e in enumerate(eta)) / 2


# --- losses with kinks: (value, slope, curvature) of one predictor ----------------------------------------------------

def absolute(y, eta):
    return abs(eta - y), mp.sign(eta - y), 0


def quantile(level):
    def parts(y, eta):
        q, e = mp.mpf(level), y - eta
        return (q * e, -q, 0) if e > 0 else ((q - 1) * e, 1 - q if e < 0 else 0, 0)
    return parts


def huber(delta):
    def parts(y, eta):
        d, e = mp.mpf(delta), eta - y
        return (e * e / 2, e, 1) if abs(e) <= d else (d * (abs(e) - d / 2), mp.sign(e) * d, 0)
    return parts


def hinge(y, eta):
    z = 1 if y == 1 else -1
    return (1 - z * eta, -z, 0) if z * eta < 1 else (0, 0, 0)


def squared_hinge(y, eta):
    z = 1 if y == 1 else -1
    short = 1 - z * eta
    return (short ** 2, -2 * z * short, 2) if short > 0 else (0, 0, 0)


# --- tables -----------------------------------------------------------------------------------------------------------

def by_differences(formula, y, eta):
    def moved(*moves):
        at = list(eta)
        for k, sign in moves:
            at[k] += sign * STEP
        return formula(y, at)

    def slope(k):
        return (moved((k, 1)) - moved((k, -1))) / (2 * STEP)

    def bend(j, k):
        return sum(a * b * moved((j, a), (k, b)) for a in (1, -1) for b in (1, -1)) / (4 * STEP ** 2)
    outputs = range(len(eta))
    return (formula(y, eta), [slope(k) for k in outputs],
            [bend(j, k) for j, k in itertools.combinations_with_replacement(outputs, 2)])


def digits(x):
    x = mp.mpf(x)
    if abs(x) > LARGEST:
        return "inf" if x > 0 else "-inf"
    return "0" if abs(x) < SMALLEST else mp.nstr(x, 50, min_fixed=-3, max_fixed=3)


def table(name, constants, parts, rows):
    case = {"loss": name, "constants": constants, "rows": []}
    for y, eta in rows:
        exact = [mp.mpf(e) for e in eta]
        value, gradient, curvature = parts(y, exact)
        case["rows"].append({"y": y, "eta": eta, "value": digits(value), "gradient": [digits(g) for g in gradient],
                             "curvature": [digits(h) for h in curvature]})
    return case


def smooth(formula):
    return lambda y, eta: by_differences(formula, mp.mpf(y) if isinstance(y, float) else y, eta)


def kinked(formula):
    def parts(y, eta):
        value, slope, curvature = formula(mp.mpf(y) if isinstance(y, float) else y, eta[0])
        return value, [slope], [curvature]
    return parts


SIZES = [1e-8, 0.7, 2.5, 6.25, 30, 800, 1e308]
GRID = [0] + [sign * size for size in SIZES for sign in (1, -1)]
NUMBERS = [(y, [eta]) for y in (0.25, -3.0) for eta in GRID]
FAR_NUMBERS = [(y, [eta]) for y in (0.25, -1e308) for eta in GRID]
SIDES = [(y, [eta]) for y in (0, 1) for eta in GRID]
SPREADS = [(y, [mean, v]) for y in (0.25, -1e308) for mean in (0.25, 1e-8, -30, 800, 1e308)
           for v in (0, 1e-8, -30, 30, -800, 800, -1400, 1400, -1e308, 1e308)]
TRIPLES = [[0, 0, 0], [0, 1e-8, -1e-8], [0.3, -1.5, 2], [30, -30, 0], [0, 1e-8, -800], [800, 0, 700],
           [1e6, 999998.5, 0], [1e308, 0, -1e308], [-1e308, -1e308, 3], [40, 0, 1e-8]]
CLASSES = [(y, eta) for eta in TRIPLES for y in range(3)]

TABLES = [
    ("squared", [], smooth(squared), NUMBERS), ("absolute", [], kinked(absolute), NUMBERS),
    ("quantile", [0.25], kinked(quantile(0.25)), FAR_NUMBERS), ("huber", [0.5], kinked(huber(0.5)), FAR_NUMBERS),
    ("huber", [1.345], kinked(huber(1.345)), NUMBERS), ("gaussian", [0.125], smooth(gaussian(0.125)), NUMBERS),
    ("gaussian", [1e200], smooth(gaussian(1e200)), FAR_NUMBERS),
    ("heteroscedastic", [], smooth(heteroscedastic), SPREADS),
    ("logistic", [0], smooth(logistic(0)), SIDES), ("logistic", [0.1], smooth(logistic(0.1)), SIDES),
    ("probit", [], smooth(probit), SIDES), ("cloglog", [], smooth(cloglog), SIDES),
    ("hinge", [], kinked(hinge), SIDES), ("squared_hinge", [], kinked(squared_hinge), SIDES),
    ("focal", [2], smooth(focal(2)), SIDES), ("focal", [0.5], smooth(focal(0.5)), SIDES),
    ("brier", [], smooth(brier), SIDES), ("squared_on_sigmoid", [], smooth(squared_on_sigmoid), SIDES),
    ("softmax", [0], smooth(cross_entropy(0)), CLASSES), ("softmax", [0.1], smooth(cross_entropy(0.1)), CLASSES),
    ("focal", [2], smooth(focal(2)), CLASSES), ("focal", [0.5], smooth(focal(0.5)), CLASSES),
    ("brier", [], smooth(brier), CLASSES), ("one_hot_squared", [], smooth(one_hot_squared), CLASSES),
]

if __name__ == "__main__":
    lines = []
    for entry in TABLES:
        lines.append(json.dumps(table(*entry)).replace('{"y"', '\n  {"y"'))
        print(entry[0], entry[1], file=sys.stderr)
    print('{"digits": 50, "cases": [\n' + ",\n".join(lines) + "\n]}")
