import time

import numpy as np

from metaflow import FlowSpec, Parameter, step


class NestedSweepFlow(FlowSpec):
    """
    Grid search: every model with every penalty.

    The outer foreach goes over the models, the inner one over the penalties.
    """

    penalties = Parameter("penalties", help="Penalties to try, separated by commas", separator=",",
                          default="0.01,0.1,1,10")

    @step
    def start(self):
        """List the models."""
        self.models = ["ridge", "lasso", "elastic-net"]
        self.next(self.model, foreach="models")

    @step
    def model(self):
        """Choose the penalties of one model."""
        self.kind = self.input
        self.grid = ["%s=%s" % ("l1" if self.kind == "lasso" else "l2", p) for p in self.penalties]
        print("%s: %d candidates" % (self.kind, len(self.grid)))
        self.next(self.fit, foreach="grid")

    @step
    def fit(self):
        """Fit one candidate."""
        penalty = float(self.input.split("=")[1])
        rng = np.random.default_rng(len(self.kind))
        x = rng.normal(size=(200, 8))
        y = x @ np.array([3, -2, 0, 0, 1, 0, 0, 0.5]) + rng.normal(0, 0.5, 200)
        w = np.linalg.solve(x.T @ x + penalty * np.eye(8), x.T @ y)
        if self.kind != "ridge":
            w = np.sign(w) * np.maximum(np.abs(w) - penalty / 20, 0)
        time.sleep(0.2 + 0.1 * len(self.kind) / (1 + penalty))
        self.coefficients = w
        self.r2 = float(1 - ((y - x @ w) ** 2).sum() / ((y - y.mean()) ** 2).sum())
        print("%-12s %-8s R2 %.4f" % (self.kind, self.input, self.r2))
        self.next(self.best_of_model)

    @step
    def best_of_model(self, inputs):
        """Keep the best penalty of one model."""
        best = max(inputs, key=lambda t: t.r2)
        self.kind = best.kind
        self.best = {"model": best.kind, "penalty": best.input, "r2": round(best.r2, 5)}
        self.coefficients = best.coefficients
        self.next(self.compare)

    @step
    def compare(self, inputs):
        """Compare the models."""
        self.ranking = sorted((t.best for t in inputs), key=lambda b: -b["r2"])
        for place, b in enumerate(self.ranking, 1):
            print("%d. %-12s %-8s %.5f" % (place, b["model"], b["penalty"], b["r2"]))
        self.next(self.end)

    @step
    def end(self):
        """Name the winner."""
        self.winner = self.ranking[0]["model"]
        print("winner:", self.winner)


if __name__ == "__main__":
    NestedSweepFlow()
