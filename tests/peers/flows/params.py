from metaflow import FlowSpec, IncludeFile, JSONType, Parameter, step


class ParamsFlow(FlowSpec):
    """Parameters of every kind."""

    CONSTANT = 42
    text = Parameter("text", default="plain")
    whole = Parameter("whole", default=3)
    real = Parameter("real", default=0.1)
    flag = Parameter("flag", default=False)
    settings = Parameter("settings", type=JSONType, default='{"deep": [1, {"x": null}]}')
    words = Parameter("words", separator=",", default="a,b")
    notes = IncludeFile("notes", default="notes.txt")

    @step
    def start(self):
        print(self.text, self.whole, self.real, self.flag, self.settings, self.words, len(self.notes))
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    ParamsFlow()
