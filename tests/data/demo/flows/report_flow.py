import struct
import time
import zlib

import numpy as np

from metaflow import Flow, FlowSpec, IncludeFile, Parameter, card, current, namespace, step
from metaflow.cards import Artifact, Image, Markdown, ProgressBar, PythonCode, Table, ValueBox, VegaChart


def png(pixels):
    """A PNG of an array of shape (height, width, 3)."""
    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    h, w, _ = pixels.shape
    rows = b"".join(b"\0" + pixels[y].tobytes() for y in range(h))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b""))


class ReportFlow(FlowSpec):
    """
    The weekly report about the churn model.

    Reads the latest runs of TrainFlow and writes a card for the people who
    decide which model goes to production.
    """

    title = Parameter("title", help="Title of the report", default="Churn model, week 47")
    template = IncludeFile("template", help="Text of the report", default="report.md")

    @card
    @step
    def start(self):
        """Collect the results of the latest training runs."""
        namespace(None)
        self.results = []
        for run in Flow("TrainFlow"):
            if run.successful:
                self.results.append({
                    "run": run.id, "user": [t for t in run.tags if t.startswith("user:")][0][5:],
                    "learning_rate": run.data.learning_rate, "accuracy": run.data.metrics["accuracy"]})
        self.results.sort(key=lambda r: r["run"])
        print(len(self.results), "successful runs")
        self.next(self.analyse)

    @step
    def analyse(self):
        """Find out what matters."""
        acc = np.array([r["accuracy"] for r in self.results])
        self.accuracy = acc
        self.summary = {
            "best": float(acc.max()), "mean": round(float(acc.mean()), 4),
            "range": (float(acc.min()), float(acc.max())),
            "users": {r["user"] for r in self.results},
            "histogram": [[float(e), int(n)] for n, e in zip(*np.histogram(acc, bins=4))],
        }
        y, x = np.mgrid[0:24, 0:48]
        self.heatmap = (np.stack([x * 5, y * 10, 255 - x * 5], axis=-1)).astype("u1")
        self.next(self.write)

    @card(type="default", id="weekly")
    @card(type="blank", id="short")
    @step
    def write(self):
        """Write the report."""
        c = current.card["weekly"]
        best = max(self.results, key=lambda r: r["accuracy"])
        c.append(Markdown("# %s\n\n%s" % (self.title, self.template)))
        bar = ProgressBar(max=5, label="sections", unit="of 5")
        c.append(bar, id="progress")
        c.append(ValueBox(title="Best accuracy", value=best["accuracy"], subtitle="run " + best["run"], theme="success"))
        bar.update(1)
        c.append(Table([[r["run"], r["user"], r["learning_rate"], r["accuracy"]] for r in self.results],
                       headers=["run", "user", "learning rate", "accuracy"]))
        bar.update(2)
        c.append(VegaChart({
            "data": {"values": [{"rate": r["learning_rate"], "accuracy": r["accuracy"]} for r in self.results]},
            "mark": "point",
            "encoding": {"x": {"field": "rate", "type": "quantitative"},
                         "y": {"field": "accuracy", "type": "quantitative"}}}))
        bar.update(3)
        c.refresh()
        time.sleep(0.5)
        c.append(Image(png(self.heatmap), "correlation of the features"))
        c.append(Artifact(self.summary, "summary"))
        bar.update(4)
        c.append(PythonCode(code_string="from metaflow import Run\n\nrun = Run('TrainFlow/%s')\nprint(run.data.metrics)\n" % best["run"]))
        bar.update(5)
        current.card["short"].append(Markdown("**%s**: best accuracy %.1f%%" % (self.title, 100 * best["accuracy"])))
        print("recommended: run", best["run"])
        self.recommended = best
        self.next(self.end)

    @step
    def end(self):
        """Send it."""
        print("report '%s' written" % self.title)


if __name__ == "__main__":
    ReportFlow()
