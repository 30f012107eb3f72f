"""Recorded exchanges with the real service, and the state of a double that must answer the same."""
import json
import re
import tarfile

from .store import MemorySource, Node, is_number

PATH = re.compile(r"/flows/([^/]+)/runs/(\d+)\Z")


def read_exchanges(path):
    """name → exchange of the metadata service and its old releases, and of the one that the UI backend embeds."""
    found = {}
    with tarfile.open(path) as tar:
        for member in tar:
            name = member.name.rpartition("/")[2]
            if member.isfile() and re.match(r"\d+[a-z]?_.*\.json\Z", name):
                exchange = json.loads(tar.extractfile(member).read().decode())
                if exchange["service"].startswith("metadata") or exchange["request"]["path"].startswith("/metadata/"):
                    found[name[:-5]] = exchange
    return dict(sorted(found.items()))


def kind_of(row):
    for kind, key in (("artifact", "sha"), ("metadata", "field_name"), ("task", "task_id"), ("step", "step_name"),
                      ("run", "run_number"), ("flow", "flow_id")):
        if key in row:
            return kind
    return None


def rows_in(exchange):
    """(kind, row) of every object in an answer."""
    try:
        body = json.loads(exchange["response"]["body"] or "null")
    except ValueError:
        return
    for row in body if isinstance(body, list) else [body]:
        if isinstance(row, dict) and kind_of(row):
            yield kind_of(row), row


class RecordedSource(MemorySource):
    """A database of all rows that recorded answers show. What is only implied (the run of a task) is made up."""

    def __init__(self, clock, exchanges):
        super().__init__(clock)
        self.hidden = {}
        for exchange in exchanges.values():
            match = PATH.match(exchange["request"]["path"])
            for kind, row in rows_in(exchange):
                if match and kind == "run" and not isinstance(row["run_number"], int):
                    self.hidden[row["run_number"]] = int(match.group(2))
        answers = [exchange for exchange in exchanges.values() if exchange["request"]["method"] == "GET"]
        for exchange in answers:
            for kind, row in rows_in(exchange):
                self.put(kind, row)
        for exchange in answers:
            for kind, row in rows_in(exchange):
                if row.get("status") == "completed":
                    self._complete(row)

    def _place(self, node, shown, columns, number_column, name_column, first):
        """The child with an id as the service shows it, made if it is not there."""
        if isinstance(shown, int) or is_number(shown):
            number, name = int(shown), None
        else:
            number, name = self.hidden.setdefault(shown, first + len(self.hidden)), shown
        if number not in node.kids:
            node.kids[number] = Node(dict(columns))
            node.kids[number].row.update({number_column: number, name_column: name})
            if name is not None:
                node.named[name] = node.kids[number]
        return node.kids[number]

    def node(self, row):
        """The node of a row, with all above it."""
        base = {column: row.get(column) for column in ("flow_id", "user_name", "ts_epoch", "tags", "system_tags")}
        flow = self.root.kids.setdefault(row["flow_id"], Node(dict(base, user_name=None, tags=None, system_tags=None)))
        if "run_number" not in row:
            return flow
        base["last_heartbeat_ts"] = None
        run = self._place(flow, row["run_number"], base, "run_number", "run_id", 10**6)
        if "step_name" not in row:
            return run
        base.update({column: run.row[column] for column in ("run_number", "run_id")}, step_name=row["step_name"])
        step = run.kids.setdefault(row["step_name"], Node(dict(base)))
        if "task_id" not in row:
            return step
        return self._place(step, row["task_id"], base, "task_id", "task_name", 10**9)

    def put(self, kind, row):
        """Know a row. What a later answer tells of an object replaces what an earlier one told."""
        node = self.node(row)
        if kind in ("metadata", "artifact"):
            rows = node.metadata if kind == "metadata" else node.artifacts
            key = ("id",) if kind == "metadata" else ("name", "attempt_id")
            full = self.below_task(node, row)
            full.update((column, row[column]) for column in row if column not in full)
            for i, other in enumerate(rows):
                if all(other[column] == row[column] for column in key):
                    rows[i] = full
                    break
            else:
                rows.append(full)
        else:
            for column in ("user_name", "ts_epoch", "last_heartbeat_ts", "tags", "system_tags"):
                if column in row:
                    node.row[column] = row[column]
        if kind in ("step", "task", "artifact"):  # these show the run's tags
            run = self.node({column: row[column] for column in ("flow_id", "run_number")})
            run.row["tags"], run.row["system_tags"] = row["tags"], row["system_tags"]

    def _complete(self, run):
        """The metadata that makes a run completed, where no answer shows it."""
        if any(field == "attempt_ok" for field, *_ in self.facts(run["flow_id"], str(run["run_number"]), "end")):
            return
        end = dict(run, step_name="end")
        step = self.node(end)
        task = next(iter(step.kids.values()), None) or self.node(dict(end, task_id=10**8))
        row = self.below_task(task, {"user_name": None, "tags": ["attempt_id:0"]})
        row.update(field_name="attempt_ok", value="True", type="internal_attempt_status", id=10**9,
                   ts_epoch=run["ts_epoch"] + 1000)
        task.metadata.append(row)
