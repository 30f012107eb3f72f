from metaflow import FlowSpec, step


class FanFlow(FlowSpec):
    """A foreach of twelve, so that index 1 is a prefix of 10 and 11; and a step after each."""

    @step
    def start(self):
        self.letters = ["item %s" % c for c in "abcdefghijkl"]
        self.next(self.work, foreach="letters")

    @step
    def work(self):
        self.mine = self.input.upper()
        print("working on", self.input)
        self.next(self.polish)

    @step
    def polish(self):
        self.done = self.mine + "!"
        self.next(self.join)

    @step
    def join(self, inputs):
        self.all = sorted(i.done for i in inputs)
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    FanFlow()
