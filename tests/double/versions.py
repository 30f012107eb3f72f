"""What a release of the service can do."""

# The tree that pages and filters announces the version of the release before it.
NEWEST = "2.5.1"
# This tag announces another version than its own.
ANNOUNCED = {"2.2.5": "2.2.3"}


class Version:
    def __init__(self, name):
        self.name = name
        self.announced = NEWEST if name == "new" else ANNOUNCED.get(name, name)
        try:
            number = (99,) if name == "new" else tuple(int(part) for part in name.split("."))
        except ValueError:
            raise ValueError("no such version: %s" % name)
        self.pages = name == "new"  # cursors, filters, `user` and `status`, metadata newest first
        self.filters_tasks = number >= (2, 5, 0)
        self.run_tags = number >= (2, 2, 5)  # tag/mutate; steps, tasks and artifacts show the run's tags
        self.attempts = number >= (2, 0, 6)
        self.heartbeats = number >= (2, 0, 4)
        self.reads_runs = number >= (2, 0, 0)  # 1.0.1 cannot read the runs table of later schemas
        self.admin = number >= (2, 0, 0)
