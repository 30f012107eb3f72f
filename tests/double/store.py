"""Flows, runs, steps and tasks in memory, with their metadata and artifacts: what the routes ask and write.

A source answers with database rows (rows.py). Unknown parents give empty lists; a segment of digits that does not fit
its column raises DbError. MemorySource is also the base of sources that read their nodes late: a node's loaders fill it
when its children, its metadata or its artifacts are first asked for.
"""
from . import wire
from .rows import Rows, exposed_run, exposed_task, latest_attempts, latest_names, text_value

WAIT = 10  # seconds until a heartbeat may follow another


class Node:
    """A row and what is below it. Children are found by number or name (`kids`), or by their string id (`named`)."""
    __slots__ = ("row", "_parts", "_loaders")

    def __init__(self, row, **loaders):
        """A loader (kids, metadata, artifacts) gets the node and fills what it is for: (kids, named), or a list."""
        self.row = row
        self._parts = {"kids": ({}, {}), "metadata": [], "artifacts": []}
        self._loaders = loaders

    def _part(self, name):
        loader = self._loaders.pop(name, None)
        if loader:
            loader(self, self._parts[name])
        return self._parts[name]

    @property
    def kids(self):
        return self._part("kids")[0]

    @property
    def named(self):
        return self._part("kids")[1]

    @property
    def metadata(self):
        return self._part("metadata")

    @property
    def artifacts(self):
        return self._part("artifacts")


def is_number(text):
    return text.isascii() and text.isdigit()


class MemorySource:
    run_limit = 2**31 - 1
    task_limit = 2**63 - 1

    def __init__(self, clock):
        self.clock = clock
        self.root = Node(None)
        self.sequences = {"run": 0, "task": 0, "metadata": 0}

    # -- finding nodes --

    def _child(self, node, segment, limit, kind):
        if is_number(segment):
            if int(segment) > limit:
                raise wire.out_of_range(segment, kind)
            return node and node.kids.get(int(segment))
        return node and node.named.get(segment)

    def find_run(self, f, r):
        return self._child(self.root.kids.get(f), r, self.run_limit, "integer")

    def find_step(self, f, r, s):
        run = self.find_run(f, r)
        return run and run.kids.get(s)

    def find_task(self, f, r, s, t):
        return self._child(self.find_step(f, r, s), t, self.task_limit, "bigint")

    def _tasks_below(self, f, r, s, t):
        if t is not None:
            task = self.find_task(f, r, s, t)
            return [task] if task else []
        if s is not None:
            step = self.find_step(f, r, s)
            return list(step.kids.values()) if step else []
        run = self.find_run(f, r)
        return [task for step in run.kids.values() for task in step.kids.values()] if run else []

    # -- reading --

    def flows(self):
        return Rows("flow", [node.row for node in self.root.kids.values()])

    def flow(self, f):
        node = self.root.kids.get(f)
        return node and node.row

    def runs(self, f):
        node = self.root.kids.get(f)
        return Rows("run", [run.row for run in node.kids.values()] if node else [])

    def run(self, f, r):
        node = self.find_run(f, r)
        return node and node.row

    def steps(self, f, r):
        node = self.find_run(f, r)
        return Rows("step", [step.row for step in node.kids.values()] if node else [])

    def step(self, f, r, s):
        node = self.find_step(f, r, s)
        return node and node.row

    def tasks(self, f, r, s):
        node = self.find_step(f, r, s)
        return Rows("task", [task.row for task in node.kids.values()] if node else [])

    def task(self, f, r, s, t):
        node = self.find_task(f, r, s, t)
        return node and node.row

    def metadata(self, f, r, s=None, t=None):
        return Rows("metadata", [row for task in self._tasks_below(f, r, s, t) for row in task.metadata])

    def facts(self, f, r, s):
        """(field, value, time, task number, run id, task id) of a step's metadata, the ids as they are shown."""
        for task in self._tasks_below(f, r, s, None):
            ids = task.row["task_id"], exposed_run(task.row), exposed_task(task.row)
            for row in task.metadata:
                yield (row["field_name"], row["value"], row["ts_epoch"]) + ids

    def artifacts(self, f, r, s=None, t=None, pick="all"):
        """All artifacts, those of the `latest` attempts, or the newest of each name (`names`)."""
        rows = [row for task in self._tasks_below(f, r, s, t) for row in task.artifacts]
        if pick != "all":
            rows = latest_attempts(rows) if pick == "latest" else latest_names(rows)
        return Rows("artifact", rows)

    # -- writing --

    def _next(self, what):
        self.sequences[what] += 1
        return self.sequences[what]

    def _base(self, body):
        return {"user_name": body.get("user_name"), "ts_epoch": self.clock.now(), "tags": body.get("tags"),
                "system_tags": body.get("system_tags")}

    def _beat(self, beats):
        return self.clock.now() // 1000 if beats else None

    def add_flow(self, f, body):
        if f in self.root.kids:
            raise wire.duplicate("flows_v3_pkey", "flow_id", f)
        node = self.root.kids[f] = Node(dict(self._base(body), flow_id=f))
        return node.row

    def _free(self, what, taken):
        number = self._next(what)
        while number in taken:
            number = self._next(what)
        return number

    def add_run(self, f, name, body, beats):
        flow = self.root.kids.get(f)
        number = self._free("run", flow.kids if flow else ())
        if flow is None:
            raise wire.no_parent("runs_v3", "runs_v3_flow_id_fkey", "flow_id", f, "flows_v3")
        if name is not None and name in flow.named:
            raise wire.duplicate("runs_v3_flow_id_run_id_key", "flow_id, run_id", "%s, %s" % (f, name))
        node = Node(dict(self._base(body), flow_id=f, run_number=number, run_id=name,
                         last_heartbeat_ts=self._beat(beats)))
        flow.kids[number] = node
        if name is not None:
            flow.named[name] = node
        return node.row

    def add_step(self, run, s, body):
        if s in run.kids:
            raise wire.duplicate("steps_v3_pkey", "flow_id, run_number, step_name",
                                 "%s, %d, %s" % (run.row["flow_id"], run.row["run_number"], s))
        base = self._base(body)
        base["user_name"] = body.get("user_name", "")
        row = dict(base, flow_id=run.row["flow_id"], run_number=run.row["run_number"], run_id=run.row["run_id"],
                   step_name=s)
        run.kids[s] = Node(row)
        return row

    def add_task(self, run, s, name, body, beats):
        step = run.kids.get(s)
        number = self._free("task", step.kids if step else ())
        where = "%s, %d, %s" % (run.row["flow_id"], run.row["run_number"], s)
        if step is None:
            raise wire.no_parent("tasks_v3", "tasks_v3_flow_id_run_number_step_name_fkey",
                                 "flow_id, run_number, step_name", where, "steps_v3")
        if name is not None and name in step.named:
            raise wire.duplicate("tasks_v3_flow_id_run_number_step_name_task_name_key",
                                 "flow_id, run_number, step_name, task_name", "%s, %s" % (where, name))
        node = Node(dict(self._base(body), flow_id=run.row["flow_id"], run_number=run.row["run_number"],
                         run_id=run.row["run_id"], step_name=s, task_id=number, task_name=name,
                         last_heartbeat_ts=self._beat(beats)))
        step.kids[number] = node
        if name is not None:
            step.named[name] = node
        if beats:
            self.beat(run)
        return node.row

    def below_task(self, task, item):
        """The columns that metadata and artifacts of a task share."""
        row = task.row
        return {"flow_id": row["flow_id"], "run_number": row["run_number"], "run_id": row["run_id"],
                "step_name": row["step_name"], "task_id": row["task_id"], "task_name": row["task_name"],
                "user_name": item.get("user_name"), "tags": item.get("tags"), "system_tags": item.get("system_tags")}

    def new_metadata_id(self, task, ts):
        return self._next("metadata")

    def add_metadata(self, task, item):
        """False if the database refuses the row."""
        row = self.below_task(task, item)
        for column in ("field_name", "value", "type"):
            row[column] = text_value(item.get(column, " "))
            if row[column] is None:
                return False
        row["ts_epoch"] = self.clock.now()
        row["id"] = self.new_metadata_id(task, row["ts_epoch"])
        task.metadata.append(row)
        return True

    def add_artifact(self, task, item):
        row = self.below_task(task, item)
        for column in ("name", "location", "ds_type", "sha", "type", "content_type"):
            row[column] = text_value(item.get(column, " "))
            if row[column] is None or len(row[column]) > 255:
                return False
        attempt = item.get("attempt_id", 0)
        if isinstance(attempt, str) and is_number(attempt):
            attempt = int(attempt)
        if not isinstance(attempt, int) or isinstance(attempt, bool) or not -2**15 <= attempt < 2**15:
            return False
        if any(other["name"] == row["name"] and other["attempt_id"] == attempt for other in task.artifacts):
            return False
        row["attempt_id"] = attempt
        row["ts_epoch"] = self.clock.now()
        task.artifacts.append(row)
        return True

    def beat(self, node):
        """A heartbeat; False where it is too early."""
        now = self.clock.now() // 1000
        last = node.row["last_heartbeat_ts"]
        if last is not None and last > now - WAIT:
            return False
        node.row["last_heartbeat_ts"] = now
        return True
