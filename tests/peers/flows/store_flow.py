import random
import sys
import time

from metaflow import FlowSpec, IncludeFile, Parameter, card, current, retry, step


class StoreFlow(FlowSpec):
    """What readers of object stores come across: a large artifact, an array, a card, an included file, a retry, a failure."""

    broken = Parameter("broken", default=False)
    notes = IncludeFile("notes", default="notes.txt")

    @step
    def start(self):
        self.items = ["a", "b c", "\u00e9"]
        self.none = None
        for i in range(50):
            print("line", i)
            time.sleep(0.002)   # a time of its own for each
        print("to stderr", file=sys.stderr)
        self.next(self.work, foreach="items")

    @retry(times=1, minutes_between_retries=0)
    @step
    def work(self):
        self.upper = self.input.upper()
        print("working on", self.input)
        if self.broken and self.index == 1:
            raise RuntimeError("broken, as asked for")
        if self.index == 2 and current.retry_count == 0:
            raise OSError("not yet")
        self.next(self.join)

    @card(type="blank", id="words")
    @step
    def join(self, inputs):
        from metaflow.cards import Markdown
        self.words = [i.upper for i in inputs]
        current.card.append(Markdown("# The words are " + ", ".join(self.words)))
        self.merge_artifacts(inputs, include=["notes"])
        self.next(self.end)

    @step
    def end(self):
        import numpy
        self.array = numpy.arange(400000, dtype="<f8").reshape(1000, 400)
        # it does not become smaller by compression, and comes in several parts
        self.big = random.Random(7).randbytes(22 << 20)
        print("done,", len(self.big))


if __name__ == "__main__":
    StoreFlow()
