from metaflow import FlowSpec, Parameter, step


class ChooseFlow(FlowSpec):
    """A switch with a branch that is not taken, and a step that repeats itself."""

    way = Parameter("way", default="short")

    @step
    def start(self):
        self.next({"short": self.short, "long": self.long}, condition="way")

    @step
    def short(self):
        self.n = 0
        self.next(self.again)

    @step
    def long(self):
        self.n = -2
        self.next(self.again)

    @step
    def again(self):
        self.n += 1
        self.more = "yes" if self.n < 3 else "no"
        self.next({"yes": self.again, "no": self.end}, condition="more")

    @step
    def end(self):
        print("n", self.n)


if __name__ == "__main__":
    ChooseFlow()
