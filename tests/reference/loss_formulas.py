"""The smooth losses for loss_optima.py: value and slope of each, once, as array formulas that run in double precision
(L = Double) and in 50 digits (L = Precise). Written from the definitions, not from plumbline's code."""

import numpy as np
from mpmath import mp, mpf
from scipy.special import log_ndtr

mp.dps = 50


class Double:
    exp, log, log1p, expm1, log_ndtr = np.exp, np.log, np.log1p, np.expm1, log_ndtr
    half_log_two_pi = 0.5 * np.log(2 * np.pi)


class Precise:
    exp, log, log1p, expm1, log_ndtr = (
        np.frompyfunc(f, 1, 1) for f in (mp.exp, mp.log, mp.log1p, mp.expm1, lambda x: mp.log(mp.ncdf(x))))
    half_log_two_pi = mp.log(2 * mp.pi) / 2


# Each loss: (y, eta, L) -> (values (n), slopes (n, K)); y (n, 1) numbers, or 0/1, or one-hot (n, m).


def softplus(x, L):
    return np.maximum(x, 0 * x) + L.log1p(L.exp(-abs(x)))


def sides(formula):
    """A loss of the margin u = z eta: (u, L) -> (value, d value/du)."""

    def loss(y, eta, L):
        z = 2 * y - 1
        value, slope = formula(z * eta, L)
        return value[:, 0], z * slope

    return loss


def shares(eta, L):
    """log p, p."""
    top = eta.max(axis=1)[:, None]
    log_sum = top + L.log(L.exp(eta - top).sum(axis=1)[:, None])
    return eta - log_sum, L.exp(eta - log_sum)


def squared(y, eta, L):
    """Of numbers (K = 1), and summed over one-hot targets."""
    return ((eta - y) ** 2).sum(axis=1) / 2, eta - y


def huber(delta):
    def loss(y, eta, _):
        e = eta - y
        outside, sign = abs(e) > delta, np.where(e > 0, 1, -1)
        return np.where(outside, delta * (abs(e) - delta / 2), e * e / 2)[:, 0], np.where(outside, delta * sign, e)

    return loss


def heteroscedastic(y, eta, L):
    e, v = eta[:, :1] - y, eta[:, 1:]
    z2 = e * e * L.exp(-v)
    return (L.half_log_two_pi + v / 2 + z2 / 2)[:, 0], np.hstack([e * L.exp(-v), (1 - z2) / 2])


@sides
def logit(u, L):
    return softplus(-u, L), -L.exp(-softplus(u, L))


@sides
def probit(u, L):
    log_p = L.log_ndtr(u)
    return -log_p, -L.exp(-u * u / 2 - L.half_log_two_pi - log_p)


def cloglog(y, eta, L):
    mu = L.exp(eta)
    no, yes = (1 - y) * mu, -L.log(-L.expm1(-mu))
    return (no + y * yes)[:, 0], no - y * mu / L.expm1(mu)


@sides
def squared_hinge(u, L):
    short_by = np.maximum(1 - u, 0 * u)
    return short_by**2, -2 * short_by


def focal(gamma):
    @sides
    def loss(u, L):
        log_q, r = -softplus(-u, L), L.exp(-softplus(u, L))
        q = L.exp(log_q)
        return -(r**gamma) * log_q, r**gamma * (gamma * q * log_q - r)

    return loss


def focal_of_classes(gamma):
    def loss(y, eta, L):
        log_p, p = shares(eta, L)
        log_q, q = (y * log_p).sum(axis=1)[:, None], (y * p).sum(axis=1)[:, None]
        r = 1 - q
        pull = gamma * q * r ** (gamma - 1) * log_q - r**gamma
        return (-(r**gamma) * log_q)[:, 0], (y - p) * pull

    return loss


def squared_probability(factor):
    """factor (1 - q)^2."""

    @sides
    def loss(u, L):
        q, r = L.exp(-softplus(-u, L)), L.exp(-softplus(u, L))
        return factor * r * r, -2 * factor * r * r * q

    return loss


def brier_of_classes(y, eta, L):
    _, p = shares(eta, L)
    e = p - y
    return (e * e).sum(axis=1), 2 * p * (e - (p * e).sum(axis=1)[:, None])


def softmax(y, eta, L):
    log_p, p = shares(eta, L)
    return -(y * log_p).sum(axis=1), p - y


def check_slopes():
    """Against differences in 50 digits, at a few places on either side of every kink."""
    ones = [squared, huber(0.75), logit, probit, cloglog, squared_hinge, focal(2), focal(1.5), squared_probability(2)]
    several = [softmax, brier_of_classes, focal_of_classes(2), focal_of_classes(1.5), squared]
    places = [(loss, [[y]], [[eta]]) for loss in ones for y in (0, 1) for eta in ("-1.7", "0.2", "2.3")]
    places += [(loss, [y], [["0.3", "-1.1", "1.9"]]) for loss in several for y in ([1, 0, 0], [0, 0, 1])]
    places += [(heteroscedastic, [["1.25"]], [["0.4", "-0.7"]])]
    step = mpf(10) ** -15
    for loss, y, eta in places:
        y, eta = precise(y), precise(eta)
        slopes = loss(y, eta, Precise)[1]
        for k in range(eta.shape[1]):
            move = precise(np.zeros(eta.shape))
            move[0, k] = step
            difference = (loss(y, eta + move, Precise)[0][0] - loss(y, eta - move, Precise)[0][0]) / (2 * step)
            assert abs(difference - slopes[0, k]) < mpf(10) ** -25, (loss, eta, difference, slopes)


def precise(array):
    """The same values, exactly, as 50-digit numbers."""
    return np.vectorize(mpf, otypes=[object])(array)
