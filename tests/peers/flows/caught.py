from metaflow import FlowSpec, catch, step


class CaughtFlow(FlowSpec):
    """An exception that is caught."""

    @catch(var="why", print_exception=False)
    @step
    def start(self):
        raise KeyError("lost")
        self.next(self.end)

    @step
    def end(self):
        print(self.why is not None)


if __name__ == "__main__":
    CaughtFlow()
