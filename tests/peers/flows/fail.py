import os

from metaflow import FlowSpec, step


class FailFlow(FlowSpec):
    """Fails until a file appears; resumed afterwards."""

    @step
    def start(self):
        self.items = [3, 1, 2]
        print("start ran")
        self.next(self.work, foreach="items")

    @step
    def work(self):
        self.x = self.input * 10
        print("work on", self.input)
        if self.input == 2 and not os.path.exists("fixed"):
            raise RuntimeError("item 2 is\nbroken in two lines")
        self.next(self.join)

    @step
    def join(self, inputs):
        self.xs = [i.x for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FailFlow()
