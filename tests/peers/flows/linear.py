from metaflow import FlowSpec, card, step


class LinearFlow(FlowSpec):
    """Three steps in a row."""

    @step
    def start(self):
        self.numbers = [1, 2.5, -3]
        print("one line")
        self.next(self.middle)

    @step
    def middle(self):
        self.table = {"a": [1, None, True], "b": {"c": "é☃"}}
        print("\x1b[31mred\x1b[0m and a tab\t|")
        self.next(self.end)

    @card(id="sum")
    @card(type="blank", id="plain")
    @step
    def end(self):
        self.total = sum(self.numbers)


if __name__ == "__main__":
    LinearFlow()
