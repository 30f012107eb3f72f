from metaflow import FlowSpec, step


class BranchFlow(FlowSpec):
    """Two branches and a join that merges."""

    @step
    def start(self):
        self.common = "shared"
        self.next(self.left, self.right)

    @step
    def left(self):
        self.l = 1
        self.next(self.join)

    @step
    def right(self):
        self.r = 2
        self.next(self.join)

    @step
    def join(self, inputs):
        self.merge_artifacts(inputs)
        self.next(self.end)

    @step
    def end(self):
        print(self.common, self.l + self.r)


if __name__ == "__main__":
    BranchFlow()
