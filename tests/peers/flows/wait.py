"""A flow that stops in the middle until a file appears.

It writes its process id to ready-<mode> when it gets there, and goes on when
go-<mode> appears.
"""
import os
import time

from metaflow import FlowSpec, Parameter, current, retry, step


class WaitFlow(FlowSpec):
    mode = Parameter("mode", default="plain")

    @step
    def start(self):
        print("about to wait")
        self.next(self.hold)

    @retry(times=1, minutes_between_retries=0)
    @step
    def hold(self):
        if self.mode == "retry" and current.retry_count == 0:
            raise ValueError("the first attempt fails")
        with open("ready.tmp", "w") as f:
            f.write(str(os.getpid()))
        os.rename("ready.tmp", "ready-" + self.mode)
        deadline = time.time() + 120
        while not os.path.exists("go-" + self.mode) and time.time() < deadline:
            time.sleep(0.05)
        self.next(self.end)

    @step
    def end(self):
        print("over")


if __name__ == "__main__":
    WaitFlow()
