"""Rows as the database has them, and as the service shows them.

A row is a dict of the columns of its table. An object that was registered with a name has both the hidden number
(run_number, task_id) and the name (run_id, task_name); the service shows the name then.
"""
import base64
import json

COLUMNS = {
    "flow": ("flow_id", "user_name", "ts_epoch", "tags", "system_tags"),
    "run": ("flow_id", "run_number", "user_name", "ts_epoch", "tags", "system_tags", "last_heartbeat_ts"),
    "step": ("flow_id", "run_number", "step_name", "user_name", "ts_epoch", "tags", "system_tags"),
    "task": ("flow_id", "run_number", "step_name", "task_id", "user_name", "ts_epoch", "tags", "system_tags",
             "last_heartbeat_ts"),
    "metadata": ("id", "flow_id", "run_number", "step_name", "task_id", "field_name", "value", "type", "user_name",
                 "ts_epoch", "tags", "system_tags"),
    "artifact": ("flow_id", "run_number", "step_name", "task_id", "name", "location", "ds_type", "sha", "type",
                 "content_type", "user_name", "attempt_id", "ts_epoch", "tags", "system_tags"),
}
EPOCH = 1500000000000  # of ids that are made of times
# What orders rows, and makes up a cursor.
ORDER = {
    "flow": ("ts_epoch", "flow_id"),
    "run": ("ts_epoch", "run_number"),
    "step": ("ts_epoch", "step_name"),
    "task": ("ts_epoch", "task_id"),
    "metadata": ("ts_epoch", "id"),
    "artifact": ("ts_epoch", "task_id", "name"),
}


def key_of(kind, row):
    return tuple(row[column] for column in ORDER[kind])


def exposed_run(row):
    return row["run_number"] if row.get("run_id") is None else row["run_id"]


def exposed_task(row):
    return row["task_id"] if row.get("task_name") is None else row["task_name"]


def expose(kind, row, run=None, heartbeats=True):
    """The object that the service shows; with a run's row its tags replace the object's own."""
    out = {}
    for column in COLUMNS[kind]:
        if column == "run_number":
            value = exposed_run(row)
            out[column] = str(value) if kind == "step" else value
        elif column == "task_id":
            out[column] = exposed_task(row)
        elif column == "last_heartbeat_ts" and not heartbeats:
            continue
        else:
            out[column] = row[column]
    if run is not None:
        out["tags"] = run["tags"]
        out["system_tags"] = run["system_tags"]
    return out


class Rows:
    """Rows of one kind, oldest first."""

    def __init__(self, kind, rows):
        self.kind = kind
        self.rows = sorted(rows, key=lambda row: key_of(kind, row))

    def __len__(self):
        return len(self.rows)

    def row(self, i):
        return self.rows[i]

    def key(self, i):
        return key_of(self.kind, self.rows[i])

    def text(self, i):
        """The shown object as JSON where that is cheaper than the row, else None."""
        return None

    def scrambled(self):
        """(row, text) of all, one of them None, in the order of an unpaged list: none, but artifacts of later attempts first."""
        order = shuffled(len(self))
        if self.kind == "artifact":
            order = sorted(order, key=lambda i: -self.rows[i]["attempt_id"])
        return ((self.rows[i], None) for i in order)

    def below(self, key):
        """How many rows come before the key."""
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.key(middle) < key:
                low = middle + 1
            else:
                high = middle
        return low


class Computed(Rows):
    """Rows that are computed from their index."""

    def __init__(self, kind, count, key, text, texts=None, row=None):
        """`texts` makes the scrambled texts where that is cheaper than one by one, `row` a row likewise."""
        self.kind = kind
        self.count = count
        self.key = key
        self.text = text
        self.texts = texts or (lambda: (text(i) for i in shuffled(count)))
        if row:
            self.row = row

    def __len__(self):
        return self.count

    def row(self, i):
        row = json.loads(self.text(i))
        row["run_id"] = row["task_name"] = None
        return row

    def scrambled(self):
        return ((None, text) for text in self.texts())


def shuffled(count):
    """The indices in an order that nobody can mistake for a sorted one, the same every time."""
    if count < 2:
        return range(count)
    step = max(1, int(count * 0.618))
    while _gcd(step, count) != 1:
        step += 1
    if step % count == 1:  # a rotation would look sorted
        return range(count - 1, -1, -1)
    return ((count // 2 + i * step) % count for i in range(count))


def _gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def encode_cursor(kind, row):
    fields = {column: row[column] for column in ORDER[kind]}
    return base64.b64encode(json.dumps(fields).encode()).decode()


def decode_cursor(kind, text):
    """The key of a cursor. ValueError and KeyError mean that it is none; others are the service's own failures."""
    fields = json.loads(base64.b64decode(text).decode())
    if "ts_epoch" not in fields:
        raise ValueError("no time")
    types = {"flow_id": str, "name": str}
    return tuple(types.get(column, int)(fields[column]) for column in ORDER[kind])


def latest_attempts(rows):
    """Artifacts of each task's highest attempt that has any, attempts descending: the unpaged lists."""
    highest = {}
    for row in rows:
        task = row["task_id"]
        highest[task] = max(row["attempt_id"], highest.get(task, 0))
    return [row for row in rows if row["attempt_id"] == highest[row["task_id"]]]


def latest_names(rows):
    """The newest artifact of every name of each task, whatever its attempt: the paged lists."""
    newest = {}
    for row in rows:
        key = row["task_id"], row["name"]
        if key not in newest or newest[key]["ts_epoch"] < row["ts_epoch"]:
            newest[key] = row
    return list(newest.values())


def text_value(value):
    """What the text column of the database keeps of a JSON value; None when it refuses the value."""
    if value is True or value is False:
        return "true" if value else "false"
    if isinstance(value, str):
        return None if "\0" in value else value
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, list):
        return _array(value)
    return None


def _array(values):
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) > 1 or kinds & {dict}:
        return None
    if kinds == {list} and len({len(value) for value in values}) != 1:
        return None
    parts = []
    for value in values:
        if value is None:
            part = "NULL"
        elif isinstance(value, list):
            part = _array(value)
        elif isinstance(value, bool):
            part = "t" if value else "f"
        elif isinstance(value, str):
            if "\0" in value:
                return None
            part = _element(value)
        else:
            part = str(value)
        if part is None:
            return None
        parts.append(part)
    return "{%s}" % ",".join(parts)


def _element(text):
    plain = text and text.upper() != "NULL" and not any(c in text for c in '{},"\\') and not any(c.isspace() for c in text)
    return text if plain else '"%s"' % text.replace("\\", "\\\\").replace('"', '\\"')


def metadata_id(ts, task, row):
    """An id that grows with time and is the same whatever was read before: 38 bits of time, 18 of task, 6 of row."""
    return ((ts - EPOCH) << 24) | ((task & 0x3ffff) << 6) | (row & 0x3f)
