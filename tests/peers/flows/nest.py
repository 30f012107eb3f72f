from metaflow import FlowSpec, step


class NestFlow(FlowSpec):
    """A foreach inside a foreach."""

    @step
    def start(self):
        self.outer = ["x", "y", "z"]
        self.next(self.middle, foreach="outer")

    @step
    def middle(self):
        self.row = self.input
        self.inner = list(range(2))
        self.next(self.cell, foreach="inner")

    @step
    def cell(self):
        self.where = (self.row, self.input)
        self.next(self.join_inner)

    @step
    def join_inner(self, inputs):
        self.cells = [i.where for i in inputs]
        self.next(self.join_outer)

    @step
    def join_outer(self, inputs):
        self.rows = [i.cells for i in inputs]
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    NestFlow()
