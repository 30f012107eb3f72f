import os
import time

import numpy as np

from metaflow import FlowSpec, IncludeFile, JSONType, Parameter, card, current, retry, step
from metaflow.cards import Markdown, Table, VegaChart


def read_csv(text):
    """Header and float columns of a small CSV text."""
    lines = text.strip().split("\n")
    names = lines[0].split(",")
    rows = np.array([[float(x) for x in line.split(",")] for line in lines[1:]])
    return {name: rows[:, i] for i, name in enumerate(names)}


def standardise(x):
    return (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-9)


def gradient_step(weights, x, y, rate, l2):
    with np.errstate(over="ignore"):
        p = 1.0 / (1.0 + np.exp(-(x @ weights)))
    grad = x.T @ (p - y) / len(y) + l2 * weights
    return check_finite(weights - rate * grad, grad), p


def check_finite(weights, grad):
    norm = float(np.linalg.norm(weights))
    if norm > 1e3:
        raise FloatingPointError(
            "weights exploded (norm %.3g)\n"
            "  gradient norm: %.3g\n"
            "  hint: lower --learning-rate, it should be below 2.0" % (norm, float(np.linalg.norm(grad))))
    return weights


class TrainFlow(FlowSpec):
    """
    Predict which customers are about to leave.

    Trains a logistic regression on a table of customer activity and keeps
    the weights, the loss curve and the metrics of every run.
    """

    learning_rate = Parameter("learning-rate", help="Step size of the gradient descent", default=0.5)
    epochs = Parameter("epochs", help="Passes over the training set", default=20)
    model = Parameter("model", help="Model settings as JSON", type=JSONType,
                      default='{"kind": "logistic", "l2": 0.001, "threshold": 0.5}')
    customers = IncludeFile("customers", help="Customer table (CSV)", default="customers.csv")

    @step
    def start(self):
        """Read the customer table and split it."""
        table = read_csv(self.customers)
        self.columns = [c for c in table if c != "churned"]
        self.y = table["churned"].astype("i1")
        self.n_rows = len(self.y)
        rng = np.random.default_rng(7)
        self.train_rows = np.sort(rng.permutation(self.n_rows)[: int(self.n_rows * 0.8)])
        print("%d customers, %d columns, %.1f%% churned" % (self.n_rows, len(self.columns), 100 * self.y.mean()))
        self.next(self.numeric, self.behaviour)

    @step
    def numeric(self):
        """Scale tenure, charges and usage."""
        table = read_csv(self.customers)
        self.numbers = standardise(np.column_stack([table[c] for c in self.columns]))
        print("scaled", ", ".join(self.columns))
        self.next(self.features)

    @step
    def behaviour(self):
        """Derive ratios that tell a habit from an accident."""
        t = read_csv(self.customers)
        self.ratios = standardise(np.column_stack([
            t["calls"] / (t["tenure"] + 1), t["charges"] / (t["usage"] + 1), np.log1p(t["tenure"])]))
        time.sleep(0.3)
        print("3 ratios")
        self.next(self.features)

    @step
    def features(self, inputs):
        """Join both feature tables."""
        self.x = np.hstack([inputs.numeric.numbers, inputs.behaviour.ratios, np.ones((len(inputs.numeric.y), 1))])
        self.merge_artifacts(inputs, exclude=["numbers", "ratios"])
        print("feature matrix", self.x.shape, self.x.dtype)
        self.next(self.train)

    @retry(times=1, minutes_between_retries=0)
    @step
    def train(self):
        """Fit the model by gradient descent."""
        if os.environ.get("PARAMETER_SERVER") == "unstable" and current.retry_count == 0:
            time.sleep(0.8)
            raise ConnectionResetError(104, "Connection reset by peer: parameter-server-2:7077")
        x, y = self.x[self.train_rows], self.y[self.train_rows]
        w = np.zeros(x.shape[1])
        self.losses = []
        for epoch in range(self.epochs):
            w, p = gradient_step(w, x, y, self.learning_rate, self.model["l2"])
            p = np.clip(p, 1e-12, 1 - 1e-12)
            self.losses.append(float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))))
            print("epoch %3d  loss %.4f" % (epoch + 1, self.losses[-1]))
            time.sleep(0.08)
        self.weights = w
        self.next(self.evaluate)

    @card(type="default", id="metrics")
    @step
    def evaluate(self):
        """Measure the model on customers it has not seen."""
        test = np.setdiff1d(np.arange(self.n_rows), self.train_rows)
        p = 1.0 / (1.0 + np.exp(-(self.x[test] @ self.weights)))
        guess = p >= self.model["threshold"]
        truth = self.y[test].astype(bool)
        tp, fp = int((guess & truth).sum()), int((guess & ~truth).sum())
        fn, tn = int((~guess & truth).sum()), int((~guess & ~truth).sum())
        self.accuracy = (tp + tn) / len(test)
        self.metrics = {
            "accuracy": round(self.accuracy, 4),
            "precision": round(tp / max(1, tp + fp), 4),
            "recall": round(tp / max(1, tp + fn), 4),
            "confusion": [[tn, fp], [fn, tp]],
            "by_feature": {c: round(float(w), 4) for c, w in zip(self.columns, self.weights)},
        }
        c = current.card["metrics"]
        c.append(Markdown("# Churn model\n\nLearning rate **%g**, %d epochs, final loss *%.4f*."
                          % (self.learning_rate, self.epochs, self.losses[-1])))
        c.append(Table([[k, v] for k, v in self.metrics.items() if isinstance(v, float)], headers=["metric", "value"]))
        c.append(VegaChart({
            "data": {"values": [{"epoch": i + 1, "loss": round(v, 5)} for i, v in enumerate(self.losses)]},
            "mark": "line",
            "encoding": {"x": {"field": "epoch", "type": "quantitative"},
                         "y": {"field": "loss", "type": "quantitative"}}}))
        print("accuracy %(accuracy).3f  precision %(precision).3f  recall %(recall).3f" % self.metrics)
        self.next(self.end)

    @step
    def end(self):
        """Say how it went."""
        print("run %s: accuracy %.1f%%" % (current.run_id, 100 * self.accuracy))


if __name__ == "__main__":
    TrainFlow()
