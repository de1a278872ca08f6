"""The one outside judge of every fit: the objective, its optimum and how far a fit is from it, in numpy doubles.

objective = mean log-loss + (l2/2) |w|^2, the intercept unpenalised; suboptimality = (f - f*) / (f(null) - f*) with null
the intercept-only model.
"""

import numpy as np

BLOCK = 50_000


class LogisticJudge:
    def __init__(self, x, y, l2):
        self.x, self.y, self.l2 = x, y, l2
        self.best = self.optimum()
        share = y.mean()
        self.null = -(share * np.log(share) + (1 - share) * np.log(1 - share))

    def objective(self, w, b):
        total = 0.0
        for start in range(0, len(self.y), BLOCK):
            x, y = self.x[start:start + BLOCK], self.y[start:start + BLOCK]
            total += np.logaddexp(0, np.where(y == 1, -1, 1) * (x @ w + b)).sum()
        return total / len(self.y) + 0.5 * self.l2 * (w @ w)

    def derivatives(self, w, b):
        p = self.x.shape[1]
        gradient, hessian = np.zeros(p + 1), np.zeros((p + 1, p + 1))
        for start in range(0, len(self.y), BLOCK):
            x, y = self.x[start:start + BLOCK], self.y[start:start + BLOCK]
            x = np.hstack([x, np.ones((len(x), 1))])
            probability = 1 / (1 + np.exp(-(x[:, :p] @ w + b)))
            gradient += x.T @ (probability - y)
            hessian += x.T @ ((probability * (1 - probability))[:, None] * x)
        gradient, hessian = gradient / len(self.y), hessian / len(self.y)
        gradient[:p] += self.l2 * w
        hessian[range(p), range(p)] += self.l2
        return gradient, hessian

    def optimum(self):
        """Undamped Newton; the benchmark's problems are mild enough, and a decrement of 1e-20 proves it."""
        w, b = np.zeros(self.x.shape[1]), 0.0
        for _ in range(30):
            gradient, hessian = self.derivatives(w, b)
            step = np.linalg.solve(hessian, gradient)
            w, b = w - step[:-1], b - step[-1]
            if gradient @ step < 1e-20:
                return self.objective(w, b)
        raise RuntimeError("the evaluator's Newton did not converge")

    def suboptimality(self, coefficients, intercept):
        value = self.objective(np.asarray(coefficients, float), float(intercept))
        return (value - self.best) / (self.null - self.best)


def least_squares_mismatch(result, reference):
    """Largest difference of two solutions' coefficients, relative to the largest coefficient."""
    a, b = np.asarray(result["coefficients"], float), np.asarray(reference["coefficients"], float)
    return float(np.abs(a - b).max() / np.abs(b).max())
