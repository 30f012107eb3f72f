"""Histories of any size that are computed from an index: SynFlow with `runs` runs, each a foreach of `tasks` tasks.

Run r of R (R is the newest): the newest is running and its tasks are in every state; otherwise every tenth failed in its
foreach, every tenth (offset 5) in its step `end`, the others completed. Of the tasks of the foreach each 50th (offset 21)
was retried; in a running run each 50th failed (7), is running (13), is running again after a failure (33).
A task of the foreach has 18 rows of metadata and 13 more when retried, and 14 artifacts, of which a failed attempt has
one under another name.
"""
import json

from . import wire
from .rows import EPOCH, Computed, Rows, metadata_id, shuffled
from .store import is_number

FLOW = "SynFlow"
ROOT = "/srv/synthetic/.metaflow"
VERSION = "2.19.38"
USERS = ("alice", "bob")
SYSTEM_TAGS = '["runtime:dev", "user:%s", "python_version:3.11.7", "metaflow_version:' + VERSION + '"]'
MINUTE = 60000
MAX_TASKS = 250000  # their index must fit into an id (rows.metadata_id)
ARTIFACTS = ("_current_step", "_exception", "_foreach_num_splits", "_foreach_stack", "_foreach_values", "_foreach_var",
             "_graph_info", "_iteration_stack", "_success", "_task_ok", "_transition", "_unbounded_foreach", "input",
             "name", "x")

RUN = ('{"flow_id": "%s", "run_number": %d, "user_name": "%s", "ts_epoch": %d, "tags": %s, "system_tags": %s, '
       '"last_heartbeat_ts": %d}')
STEP = '{"flow_id": "%s", "run_number": "%d", "step_name": "%s", "user_name": "%s", "ts_epoch": %d, "tags": %s, "system_tags": %s}'
TASK = ('{"flow_id": "%s", "run_number": %d, "step_name": "%s", "task_id": %d, "user_name": "%s", "ts_epoch": %d, '
        '"tags": %s, "system_tags": %s, "last_heartbeat_ts": %d}')
METADATA = ('{"id": %d, "flow_id": "%s", "run_number": %d, "step_name": "%s", "task_id": %d, "field_name": "%s", '
            '"value": "%s", "type": "%s", "user_name": "%s", "ts_epoch": %d, "tags": ["attempt_id:%d"], "system_tags": null}')
ARTIFACT = ('{"flow_id": "%s", "run_number": %d, "step_name": "%s", "task_id": %d, "name": "%s", '
            '"location": ":root:' + ROOT + '", "ds_type": "local", "sha": "%040x", "type": "metaflow.artifact", '
            '"content_type": "pickle-v4", "user_name": "%s", "attempt_id": %d, "ts_epoch": %d, "tags": %s, "system_tags": %s}')


class Run:
    """One run: when its tasks started, in which state they are."""

    def __init__(self, source, number):
        self.number = number
        self.user = USERS[number % 7 == 3]
        self.tags = '["nightly"]' if number % 4 == 0 else "[]"
        self.system_tags = SYSTEM_TAGS % self.user
        self.width = source.width
        self.base = (number - 1) * (self.width + 4) + 1  # the first of its task ids
        age = source.count - number
        self.ts = source.anchor - 60 * MINUTE - age * 10 * MINUTE
        self.gap = min(200, 400000 // max(self.width, 1))
        self.clock = source.clock
        if age == 0:
            self.state = "running"
        else:
            self.state = {0: "failed", 5: "end-failed"}.get(number % 10, "completed")
        self.joined = self.ts + 2000 + self.width * self.gap + 60000

    def steps(self):
        names = ["_parameters", "start", "work"]
        return names + ["join", "end"] if self.state in ("completed", "end-failed") else names

    def step_of(self, i):
        """The step of the run's i-th task."""
        if i < 2:
            return ("_parameters", "start")[i]
        return "work" if i < 2 + self.width else ("join", "end")[i - 2 - self.width]

    def tasks_of(self, step):
        first = {"_parameters": 0, "start": 1, "work": 2, "join": 2 + self.width, "end": 3 + self.width}
        if step not in self.steps():
            return range(0)
        return range(first[step], first[step] + (self.width if step == "work" else 1))

    def all_tasks(self):
        return range(self.width + (4 if "end" in self.steps() else 2))

    def started(self, i):
        if i < 2:
            return self.ts + 40 + i * 500
        if i < 2 + self.width:
            return self.ts + 2000 + (i - 2) * self.gap
        return self.joined + (i - 2 - self.width) * 3000

    def attempts(self, i):
        """What became of each attempt: True, False, or None while it runs."""
        if not 2 <= i < 2 + self.width:
            return (not (self.state == "end-failed" and i == 3 + self.width),)
        if self.state == "failed" and i == 2:
            return (False,)
        outcome = {21: (False, True)}
        if self.state == "running":
            outcome.update({7: (False,), 13: (None,), 33: (False, None)})
        return outcome.get((i - 2) % 50, (True,))

    def duration(self, i, attempt):
        return 1000 + (i * 7919 + attempt * 31) % 97 * 200 if 2 <= i < 2 + self.width else 900

    def ends(self, i):
        """Start and end of each attempt, the end None while it runs."""
        out, start = [], self.started(i) + 320
        for attempt, ok in enumerate(self.attempts(i)):
            end = start + self.duration(i, attempt)
            out.append((start, None if ok is None else end, ok))
            start = end + 1000
        return out

    def task_beat(self, i):
        end = self.ends(i)[-1][1]
        return self.clock.now() // 1000 - i % 9 if end is None else end // 1000

    def beat(self):
        if self.state == "running":
            return self.clock.now() // 1000 - 3
        last = self.width + 3 if "end" in self.steps() else 2
        return self.ends(last)[-1][1] // 1000

    def metadata(self, i):
        """(time, field, value, type, attempt) of a task, oldest first."""
        system = (("runtime", "dev"), ("python_version", "3.11.7"), ("metaflow_version", VERSION), ("user", self.user),
                  ("script-name", "synflow.py"))
        rows = [(self.started(i) + n, field, value, field, 0) for n, (field, value) in enumerate(system)]
        if i == 0:
            return rows + [(self.started(i) + 20, "attempt-done", "0", "attempt-done", 0)]
        for attempt, (start, end, ok) in enumerate(self.ends(i)):
            rows += [(start - 20 + n, field, value, field, attempt) for n, (field, value) in enumerate(system)]
            own = [("attempt", str(attempt)), ("origin-run-id", "None"), ("ds-type", "local"), ("ds-root", ROOT)]
            if 2 <= i < 2 + self.width:
                own += [("foreach-stack", "{items=%d}" % (i - 2)), ("foreach-execution-path", "work:%d" % (i - 2))]
            rows += [(start + n // 2, field, value, field, attempt) for n, (field, value) in enumerate(own)]
            if end is not None:
                rows.append((end, "attempt_ok", str(ok), "internal_attempt_status", attempt))
                rows.append((end + 10, "attempt-done", str(attempt), "attempt-done", attempt))
        return rows

    def artifacts(self, i):
        """(time, index of the name, attempt) of a task."""
        return [(end + 11 + n, n, attempt) for attempt, (_, end, ok) in enumerate(self.ends(i)) if end is not None
                for n, name in enumerate(ARTIFACTS) if name != ("x" if not ok else "_exception")]

    # -- JSON --

    def text(self):
        return RUN % (FLOW, self.number, self.user, self.ts, self.tags, self.system_tags, self.beat())

    def row(self):
        return {"flow_id": FLOW, "run_number": self.number, "run_id": None, "user_name": self.user, "ts_epoch": self.ts,
                "tags": json.loads(self.tags), "system_tags": json.loads(self.system_tags),
                "last_heartbeat_ts": self.beat()}

    def task_text(self, i):
        return TASK % (FLOW, self.number, self.step_of(i), self.base + i, self.user, self.started(i), self.tags,
                       self.system_tags, self.task_beat(i))

    def metadata_text(self, i, n, rows=None):
        ts, field, value, kind, attempt = (rows or self.metadata(i))[n]
        return METADATA % (metadata_id(ts, i, n), FLOW, self.number, self.step_of(i), self.base + i, field, value, kind,
                           self.user, ts, attempt)

    def artifact_text(self, i, ts, n, attempt):
        task = self.base + i
        sha = (task * 1000003 + n * 7919 + attempt) * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**160
        return ARTIFACT % (FLOW, self.number, self.step_of(i), task, ARTIFACTS[n], sha, self.user, attempt, ts, self.tags,
                           self.system_tags)

    def picked(self, i, pick):
        """artifacts() of a task as store.MemorySource.artifacts picks them."""
        found = self.artifacts(i)
        if pick == "all" or not found or found[-1][2] == 0:
            return found
        if pick == "latest":
            return [artifact for artifact in found if artifact[2] == found[-1][2]]
        return sorted({n: (ts, n, attempt) for ts, n, attempt in found}.values())


class SyntheticSource:
    """Answers like store.MemorySource, of a flow that is nowhere."""

    def __init__(self, clock, runs=1, tasks=2):
        if not (1 <= runs < 2**31 and 0 <= tasks <= MAX_TASKS):
            raise ValueError("1 to 2^31 runs of at most %d tasks" % MAX_TASKS)
        self.clock = clock
        self.count, self.width = runs, tasks
        self.anchor = clock.now()
        self.orders = {}  # of lists of a whole run, which must be sorted first

    def _run(self, f, r):
        if is_number(r) and int(r) > 2**31 - 1:
            raise wire.out_of_range(r, "integer")
        if f == FLOW and is_number(r) and 1 <= int(r) <= self.count:
            return Run(self, int(r))
        return None

    def _tasks(self, f, r, s, t):
        """The run and the indices of the tasks that a path names."""
        run = self._run(f, r)
        if t is not None and is_number(t) and int(t) > 2**63 - 1:
            raise wire.out_of_range(t, "bigint")
        if run is None:
            return None, range(0)
        tasks = run.all_tasks() if s is None else run.tasks_of(s)
        if t is not None:
            i = int(t) - run.base if is_number(t) else -1
            tasks = range(i, i + 1) if i in tasks else range(0)
        return run, tasks

    def flow(self, f):
        return self.flows().row(0) if f == FLOW else None

    def flows(self):
        return Rows("flow", [{"flow_id": FLOW, "user_name": None, "ts_epoch": Run(self, 1).ts - 5, "tags": None,
                              "system_tags": None}])

    def runs(self, f):
        return Computed("run", self.count if f == FLOW else 0, lambda i: (Run(self, i + 1).ts, i + 1),
                        lambda i: Run(self, i + 1).text(), row=lambda i: Run(self, i + 1).row())

    def run(self, f, r):
        run = self._run(f, r)
        return run.row() if run else None

    def steps(self, f, r):
        run = self._run(f, r)
        rows = []
        for s in run.steps() if run else ():
            row = json.loads(STEP % (FLOW, run.number, s, run.user, run.started(run.tasks_of(s)[0]) - 4 if len(run.tasks_of(s))
                                     else run.ts + 1900, run.tags, run.system_tags))
            rows.append(dict(row, run_number=run.number, run_id=None))
        return Rows("step", rows)

    def step(self, f, r, s):
        rows = self.steps(f, r)
        return next((rows.row(i) for i in range(len(rows)) if rows.row(i)["step_name"] == s), None)

    def tasks(self, f, r, s):
        run, tasks = self._tasks(f, r, s, None)
        return Computed("task", len(tasks), lambda n: (run.started(tasks[n]), run.base + tasks[n]),
                        lambda n: run.task_text(tasks[n]))

    def task(self, f, r, s, t):
        run, tasks = self._tasks(f, r, s, t)
        return dict(json.loads(run.task_text(tasks[0])), run_id=None, task_name=None) if len(tasks) else None

    def metadata(self, f, r, s=None, t=None):
        run, tasks = self._tasks(f, r, s, t)

        def key(k):
            return (order[k] >> 24) + EPOCH, order[k]

        def text(k):
            return run.metadata_text(order[k] >> 6 & 0x3ffff, order[k] & 0x3f)

        def texts():
            for i in shuffled(len(tasks)):
                rows = run.metadata(tasks[i])
                yield from (run.metadata_text(tasks[i], n, rows) for n in shuffled(len(rows)))
        order = self._ordered(("metadata", run and run.number, tasks), lambda: sorted(
            metadata_id(row[0], i, n) for i in tasks for n, row in enumerate(run.metadata(i))))
        return Computed("metadata", len(order), key, text, texts)

    def facts(self, f, r, s):
        run, tasks = self._tasks(f, r, s, None)
        for i in tasks:
            for ts, field, value, _, _ in run.metadata(i):
                yield field, value, ts, run.base + i, run.number, run.base + i

    def artifacts(self, f, r, s=None, t=None, pick="all"):
        run, tasks = self._tasks(f, r, s, t)

        def key(k):
            return (order[k] >> 24) + EPOCH, run.base + (order[k] >> 6 & 0x3ffff), ARTIFACTS[order[k] >> 1 & 0x1f]

        def text(k):
            return run.artifact_text(order[k] >> 6 & 0x3ffff, (order[k] >> 24) + EPOCH, order[k] >> 1 & 0x1f, order[k] & 1)

        def texts():
            for attempt in (1, 0):
                for i in shuffled(len(tasks)):
                    yield from (run.artifact_text(tasks[i], *artifact) for artifact in run.picked(tasks[i], pick)
                                if artifact[2] == attempt)
        order = self._ordered(("artifacts", pick, run and run.number, tasks), lambda: sorted(
            metadata_id(ts, i, n << 1 | attempt) for i in tasks for ts, n, attempt in run.picked(i, pick)))
        return Computed("artifact", len(order), key, text, texts)

    def _ordered(self, what, build):
        """Where each row of a list is, as numbers of time, task and row; the last few are kept."""
        if what not in self.orders:
            if len(self.orders) > 3:
                self.orders.pop(next(iter(self.orders)))
            self.orders[what] = build()
        return self.orders[what]
