#!/usr/bin/env python3
"""What statsmodels and R say of models on example tables, for tests/inference.

    pip install statsmodels; apt-get install r-base-core r-cran-sandwich
    python3 tests/reference/inference.py                   (a minute; writes inference.json beside this script)

Made with statsmodels 0.15.0, scipy 1.17.1, R 4.2.2, sandwich 3.0-2. Nothing here shares code with plumbline. Rows are
those of the table in order, features those named, target 0/1 or a number; the constant comes last in every list here
(R and statsmodels put it first; reordered). Clusters: 7·row mod 23. Confidence level 0.9.

Newton's method is run on to gradients of rounding size before statsmodels is asked, since 1e-8 is below its own
tolerance: it starts from that optimum and changes nothing. So does R's glm, whose scoring steps for probit and cloglog
come nearer by a constant factor only: left to itself it stops some 1e-10 away, which robust errors magnify to 1e-8.

Conventions that differ, each kept under a name of its own:
- probit, cloglog: statsmodels' Probit and GLM(observed) invert the observed information, R's glm the expected one.
  For logit they are the same matrix.
- HC1: n/(n-k) in R and in statsmodels' OLS; statsmodels' discrete models give HC0 under that name.
- softmax with robust errors: the sandwich is written out here, on statsmodels' Hessian and scores of MNLogit.
- clusters: statsmodels takes G/(G-1)·(n-1)/(n-k) everywhere, R's vcovCL with type="HC1" the same.
- t or z with robust errors: statsmodels is asked with use_t for least squares; with clusters it then uses G-1 degrees
  of freedom.
- AIC and BIC of least squares: R counts sigma as a parameter, statsmodels does not.
- softmax: MNLogit's contrasts to the first class; those that sum to zero over the classes are its covariance mapped
  linearly.
- profile likelihood: not R's confint, which interpolates with splines (right to some 1e-4), but the ends themselves, by
  bracketing on refits of the other coefficients with an offset.
"""

import json
import pathlib
import subprocess
import tempfile

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import optimize, stats
from scipy.special import log_expit

HERE = pathlib.Path(__file__).resolve().parent
TABLES = HERE.parent.parent / "examples" / "data"
LEVEL = 0.9
CELLS = ["mean texture", "mean smoothness", "mean symmetry", "mean fractal dimension", "texture error"]
WINE = ["malic_acid", "ash", "alcalinity_of_ash", "magnesium"]


def last(values):
    """The constant from first to last place."""
    values = np.asarray(values, dtype=float)
    return np.append(values[1:], values[:1]).tolist()


def clusters(n):
    return (np.arange(n) * 7) % 23


def read(name, features, target, positive=None):
    table = pd.read_csv(TABLES / name)
    y = table[target]
    y = y.to_numpy(float) if positive is None else (y == positive).to_numpy(float)
    return table[features].to_numpy(float), y


def ask_r(x, y, family, start=()):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        columns = {f"x{j}": x[:, j] for j in range(x.shape[1])}
        pd.DataFrame({**columns, "y": y}).to_csv(file.name, index=False, float_format="%.17g")
        given = ",".join(f"{value:.17g}" for value in start)
        text = subprocess.run(["Rscript", HERE / "inference.R", file.name, family, given], check=True,
                              capture_output=True, text=True).stdout
    answers = {}
    for line in text.splitlines():
        name, *numbers = line.split()
        numbers = [float(number) for number in numbers]
        answers[name] = last(numbers) if len(numbers) > 1 else numbers[0]
    return answers


def errors_of(fit, kind, n, **options):
    if kind == "cluster":
        options["cov_kwds"] = {"groups": clusters(n)}
    return fit(cov_type=kind, **options)


def table_of(result):
    limits = result.conf_int(alpha=1 - LEVEL)
    return {"errors": last(result.bse), "statistic": last(result.tvalues), "p_value": last(result.pvalues),
            "lower": last(limits[:, 0]), "upper": last(limits[:, 1])}


def least_squares():
    features = ["age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6"]
    x, y = read("diabetes.csv", features, "progression")
    model = sm.OLS(y, sm.add_constant(x))
    plain = model.fit()
    result = {"table": "diabetes.csv", "features": features, "target": "progression",
              "coefficients": last(plain.params),
              "statsmodels": {"classical": table_of(plain)}}
    for kind in ("HC0", "HC1", "HC2", "HC3", "cluster"):
        result["statsmodels"][kind.lower()] = table_of(errors_of(model.fit, kind, len(y), use_t=True))
    result["summary"] = {"log_likelihood": plain.llf, "aic_without_sigma": plain.aic, "bic_without_sigma": plain.bic,
                         "r2": plain.rsquared, "adjusted_r2": plain.rsquared_adj, "f": plain.fvalue,
                         "f_p_value": plain.f_pvalue, "residual_sd": float(np.sqrt(plain.mse_resid)),
                         "null_log_likelihood": sm.OLS(y, np.ones(len(y))).fit().llf}
    result["r"] = ask_r(x, y, "lm")
    return result


def polished(model, start):
    """Newton's method on statsmodels' own score and Hessian until it no longer moves."""
    w = np.asarray(start, float)
    for _ in range(50):
        step = np.linalg.solve(model.hessian(w), model.score(w))
        w = w - step
        if np.max(np.abs(step) / (np.abs(w) + 1e-300)) < 1e-15:
            break
    return w


def binary(link):
    x, y = read("breast_cancer.csv", CELLS, "diagnosis", "malignant")
    a = sm.add_constant(x)
    glm_link = {"logit": sm.families.links.Logit, "probit": sm.families.links.Probit,
                "cloglog": sm.families.links.CLogLog}[link]()
    glm = sm.GLM(y, a, family=sm.families.Binomial(link=glm_link))
    discrete = {"logit": sm.Logit, "probit": sm.Probit}.get(link)
    discrete = discrete(y, a) if discrete else None
    start = glm.fit(tol=1e-12).params
    optimum = polished(discrete or glm, start)
    result = {"table": "breast_cancer.csv", "features": CELLS, "target": "diagnosis", "positive": "malignant",
              "coefficients": last(optimum), "statsmodels": {}}
    at = {"start_params": optimum, "maxiter": 0, "disp": 0}
    if discrete:
        for kind in ("nonrobust", "HC0", "HC1", "cluster"):
            fitted = errors_of(discrete.fit, kind, len(y), method="newton", warn_convergence=False, **at)
            np.testing.assert_allclose(fitted.params, optimum, rtol=1e-14)
            name = "classical" if kind == "nonrobust" else kind.lower()
            result["statsmodels"][name] = table_of(fitted)
        result["summary"] = {"log_likelihood": fitted.llf, "null_log_likelihood": discrete.fit(disp=0).llnull,
                             "aic": fitted.aic, "bic": fitted.bic, "lr": fitted.llr, "lr_p_value": fitted.llr_pvalue}
    else:
        observed = np.linalg.inv(-glm.hessian(optimum, observed=True))
        result["statsmodels"]["classical"] = {"errors": last(np.sqrt(np.diag(observed)))}
    expected = np.linalg.inv(-glm.hessian(optimum, observed=False))
    result["statsmodels"]["expected"] = {"errors": last(np.sqrt(np.diag(expected)))}
    if link == "logit":
        result["profile"] = profile(x, y, optimum)
    result["r"] = ask_r(x, y, link, optimum)
    return result


def profile(x, y, optimum):
    """Ends of the profile-likelihood interval of each coefficient, the constant last."""
    center, scale = x.mean(axis=0), x.std(axis=0)
    z = np.hstack([(x - center) / scale, np.ones((len(x), 1))])
    back = np.diag(np.append(1 / scale, 1.0))
    back[-1, :-1] = -center / scale  # raw = back @ standardised
    signs = 2 * y - 1

    def loss(w):
        return -np.sum(log_expit(signs * (z @ w)))

    def constrained(functional, value, w):
        """The least loss where functional @ w = value: Newton on the null space of the functional."""
        basis = np.linalg.svd(functional[None, :])[2][1:].T
        w = w + functional * (value - functional @ w) / (functional @ functional)
        for _ in range(200):
            p = 1 / (1 + np.exp(-(z @ w)))
            gradient = basis.T @ (z.T @ (p - y))
            hessian = basis.T @ (z.T @ ((p * (1 - p))[:, None] * z)) @ basis
            step = -basis @ np.linalg.solve(hessian, gradient)
            t = 1.0
            while loss(w + t * step) > loss(w) + 1e-12 and t > 1e-8:
                t /= 2
            w = w + t * step
            if np.max(np.abs(step)) < 1e-14:
                break
        return w

    best = np.linalg.solve(back, np.append(optimum[1:], optimum[0]))
    p = 1 / (1 + np.exp(-(z @ best)))
    covariance = np.linalg.inv(z.T @ ((p * (1 - p))[:, None] * z))
    threshold = stats.chi2.ppf(LEVEL, 1)
    ends = []
    for functional in back:
        error = float(np.sqrt(functional @ covariance @ functional))
        estimate = float(functional @ best)

        def excess(distance):
            return 2 * (loss(constrained(functional, estimate + distance, best)) - loss(best)) - threshold

        ends.append([estimate + optimize.brentq(excess, -6 * error, 0, xtol=1e-13 * error, rtol=1e-15),
                     estimate + optimize.brentq(excess, 0, 6 * error, xtol=1e-13 * error, rtol=1e-15)])
    return {"lower": [end[0] for end in ends], "upper": [end[1] for end in ends]}


def softmax():
    table = pd.read_csv(TABLES / "wine.csv")
    x, y = table[WINE].to_numpy(float), table["cultivar"].str[-1].to_numpy(int)
    a = sm.add_constant(x)
    model = sm.MNLogit(y, a)
    fitted = model.fit(method="newton", maxiter=100, disp=0)
    k, d = 3, a.shape[1]
    start = np.asarray(fitted.params).flatten("F")
    for _ in range(20):
        start = start - np.linalg.solve(model.hessian(start), model.score(start).ravel("F"))
    params = start.reshape((d, k - 1), order="F")
    result = {"table": "wine.csv", "features": WINE, "target": "cultivar", "classes": ["class_0", "class_1", "class_2"],
              "contrasts": [last(params[:, c]) for c in range(k - 1)], "statsmodels": {}}
    # theta_k = phi_k - mean(phi) with phi_0 = 0.
    center = np.eye(k)[:, 1:] - 1 / k
    mapping = np.kron(center, np.eye(d))
    result["coefficients"] = [last(row) for row in (mapping @ start).reshape(k, d)]
    for kind in ("nonrobust", "HC0", "HC1", "cluster"):
        covariance = softmax_covariance(model, start, kind, a, y)
        if kind == "nonrobust":
            np.testing.assert_allclose(covariance, fitted.cov_params(), rtol=1e-6)
        errors = np.sqrt(np.diag(covariance)).reshape(k - 1, d)
        centered = np.sqrt(np.diag(mapping @ covariance @ mapping.T)).reshape(k, d)
        name = "classical" if kind == "nonrobust" else kind.lower()
        result["statsmodels"][name] = {"contrasts": [last(row) for row in errors],
                                       "zero_sum": [last(row) for row in centered]}
    result["summary"] = {"log_likelihood": model.loglike(params), "null_log_likelihood": fitted.llnull,
                         "aic": fitted.aic, "bic": fitted.bic, "lr": fitted.llr, "lr_p_value": fitted.llr_pvalue}
    return result


def softmax_covariance(model, at, kind, a, y):
    """By statsmodels' Hessian, and its robust covariances' formulas on MNLogit's scores."""
    bread = np.linalg.inv(-model.hessian(at))
    if kind == "nonrobust":
        return bread
    n, size = len(y), len(at)
    eta = np.hstack([np.zeros((n, 1)), a @ at.reshape((a.shape[1], -1), order="F")])
    p = np.exp(eta - eta.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    residual = (np.eye(3)[y] - p)[:, 1:]
    scores = np.einsum("ik,ij->ikj", residual, a).reshape(n, size)
    np.testing.assert_allclose(scores.sum(axis=0), model.score(at).ravel("F"), atol=1e-8)
    factor = 1.0
    if kind == "HC1":
        factor = n / (n - size)
    if kind == "cluster":
        groups = clusters(n)
        scores = np.array([scores[groups == g].sum(axis=0) for g in np.unique(groups)])
        factor = len(scores) / (len(scores) - 1) * (n - 1) / (n - size)
    return factor * bread @ scores.T @ scores @ bread


def main():
    answers = {"least_squares": least_squares(), "logit": binary("logit"), "probit": binary("probit"),
               "cloglog": binary("cloglog"), "softmax": softmax()}
    (HERE / "inference.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main()
