"""The rows that the service would have, had a local history been made with it.

Nodes are filled when they are asked for: a listing of runs reads no steps, a listing of tasks no metadata. Ids stay what
they are, so that pathspecs agree: ids of digits are numbers, others names, which get a hidden number. Local run ids are
microseconds, so run_number is wider here than in a real database.
"""
import json
import os
import re
import zlib

from .rows import metadata_id, text_value
from .store import MemorySource, Node, is_number

ARTIFACT = re.compile(r"(\d+)_artifact_(.*)\.json\Z", re.S)
HIDDEN = 2**40
SYSMETA = re.compile(r"sysmeta_.*_(\d+)\.json\Z", re.S)


class LateRow(dict):
    """A row whose heartbeat is looked up when somebody wants it."""

    beat = None  # a function

    def __missing__(self, column):
        if column != "last_heartbeat_ts":
            raise KeyError(column)
        self[column] = value = self.beat()
        return value


def read_json(path):
    """A record, or None: files of others may come and go."""
    try:
        with open(path, "rb") as f:
            record = json.loads(f.read().decode("utf-8", "surrogatepass"))
    except (OSError, ValueError):
        return None
    return record if isinstance(record, dict) else None


def listing(path):
    try:
        return sorted(os.listdir(path))
    except OSError:
        return []


def objects_in(path):
    """(name, record) of the objects directly below a directory."""
    for name in listing(path):
        record = read_json(os.path.join(path, name, "_meta", "_self.json"))
        if record is not None:
            yield name, record


def milliseconds(record):
    ts = record.get("ts_epoch")
    return ts if isinstance(ts, int) else 0


class HistorySource(MemorySource):
    run_limit = 2**63 - 1

    def __init__(self, clock, path, beats=True):
        super().__init__(clock)
        self.path = path
        self.beats = beats
        self.sequences["task"] = 10**9  # beyond the tasks that are there
        self.root = Node(None, kids=self._load_flows)

    def _load_flows(self, _, parts):
        for name, record in objects_in(self.path):
            row = {"flow_id": name, "user_name": None, "ts_epoch": milliseconds(record), "tags": None,
                   "system_tags": None}
            path = os.path.join(self.path, name)
            parts[0][name] = Node(row, kids=lambda node, parts, path=path: self._load_runs(node, parts, path))

    @staticmethod
    def _columns(record):
        return {"user_name": record.get("user_name"), "ts_epoch": milliseconds(record), "tags": record.get("tags"),
                "system_tags": record.get("system_tags")}

    def _place(self, parts, columns, hidden, found, beat, **loaders):
        """Put objects among their parent's children; those with a name get a hidden number.

        `found` holds (name, row, path); `beat` and the loaders get the node, and the loaders the path, of their object.
        """
        kids, named = parts
        taken = {int(name) for name, _, _ in found if is_number(name)}
        for name, row, path in found:
            number, string_id = (int(name), None) if is_number(name) else (hidden(name), name)
            while string_id is not None and number in taken:
                number += 1
            taken.add(number)
            node = kids[number] = Node(LateRow(row), **{
                part: lambda node, out, path=path, load=load: load(node, out, path) for part, load in loaders.items()})
            node.row.update(zip(columns, (number, string_id)))
            node.row.beat = lambda node=node, path=path: beat(node, path)
            if string_id is not None:
                named[string_id] = node

    def _load_runs(self, flow, parts, path):
        found = [(name, dict(self._columns(record), flow_id=flow.row["flow_id"]), os.path.join(path, name))
                 for name, record in objects_in(path)]
        self._place(parts, ("run_number", "run_id"), lambda name: 1, found, self._run_beat, kids=self._load_steps)

    def _load_steps(self, run, parts, path):
        above = {column: run.row[column] for column in ("flow_id", "run_number", "run_id")}
        for name, record in objects_in(path):
            parts[0][name] = Node(dict(self._columns(record), step_name=name, **above),
                                  kids=lambda step, parts, path=os.path.join(path, name): self._load_tasks(step, parts, path))

    def _load_tasks(self, step, parts, path):
        above = {column: step.row[column] for column in ("flow_id", "run_number", "run_id", "step_name")}
        found = [(name, dict(self._columns(record), **above), os.path.join(path, name, "_meta"))
                 for name, record in objects_in(path)]

        def hidden(name):
            # not the number of a task of another step: their rows meet in lists of the run
            return HIDDEN + zlib.crc32(os.fsencode(path + name))
        self._place(parts, ("task_id", "task_name"), hidden, found, self._task_beat, metadata=self._load_metadata,
                    artifacts=self._load_artifacts)

    def _load_metadata(self, task, out, meta):
        fields = []
        for name in listing(meta):
            record = read_json(os.path.join(meta, name)) if SYSMETA.match(name) else None
            if record is not None:
                fields.append((milliseconds(record), name, record))
        fields.sort(key=lambda field: field[:2])
        same, last = 0, None
        for ts, name, record in fields:
            same = same + 1 if ts == last else 0
            last = ts
            row = self.below_task(task, record)
            for column in ("field_name", "value", "type"):
                row[column] = text_value(record.get(column, " "))
            if None in (row["field_name"], row["value"], row["type"]):
                continue  # the database takes no null, and no object
            row["system_tags"] = None
            row["ts_epoch"] = ts
            row["id"] = metadata_id(ts, task.row["task_id"], same)
            out.append(row)

    def _load_artifacts(self, task, out, meta):
        for name in listing(meta):
            match = ARTIFACT.match(name)
            record = read_json(os.path.join(meta, name)) if match else None
            if record is not None:
                out.append(self._artifact(task, record, int(match.group(1)), match.group(2)))

    def _artifact(self, task, record, attempt, name):
        row = self.below_task(task, record)
        row.update((column, record.get(column, " ")) for column in ("location", "ds_type", "sha", "type", "content_type"))
        row["name"] = record.get("name", name)
        row["attempt_id"] = record.get("attempt_id", attempt)
        row["ts_epoch"] = milliseconds(record)
        return row

    # -- heartbeats, which local histories do not have --

    def _task_beat(self, task, meta):
        """Seconds of the newest of a task's records, reading two of them: names end in almost the time they hold."""
        if not self.beats:
            return None
        newest, artifact, ts = None, None, task.row["ts_epoch"]
        for name in listing(meta):
            match = SYSMETA.match(name)
            if match:
                newest = max(newest or (0, ""), (int(match.group(1)), name))
            elif ARTIFACT.match(name):
                artifact = max(artifact or (-1, ""), (int(name.split("_", 1)[0]), name))
        for found in (newest, artifact):
            record = read_json(os.path.join(meta, found[1])) if found else None
            if record:
                ts = max(ts, milliseconds(record))
        return ts // 1000

    def _run_beat(self, run, path):
        if not self.beats:
            return None
        beats = [step.row["ts_epoch"] // 1000 for step in run.kids.values()]
        beats += [task.row["last_heartbeat_ts"] for step in run.kids.values() for task in step.kids.values()]
        return max(beats or [run.row["ts_epoch"] // 1000])

    def new_metadata_id(self, task, ts):
        same = sum(1 for row in task.metadata if row["ts_epoch"] == ts)
        return metadata_id(ts, task.row["task_id"], same)
