"""Filters in the query of runs and tasks: field:op=value, and _tags."""
import json
import re

from .wire import DbError, not_a_number, out_of_range

RUN_FIELDS = {"flow_id": "text", "run_number": "integer", "run_id": "text", "user_name": "text", "ts_epoch": "bigint",
              "last_heartbeat_ts": "bigint", "tags": "jsonb", "system_tags": "jsonb", "user": "text", "status": "text"}
TASK_FIELDS = {"task_id": "bigint", "task_name": "text", "user_name": "text", "ts_epoch": "bigint",
               "last_heartbeat_ts": "bigint"}
TIMES = {"ts_epoch", "last_heartbeat_ts"}
STATUSES = {"running", "completed", "failed"}
COMPARE = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b,
    "lt": lambda a, b: a < b, "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
}
LIKE = {"co": "%{}%", "sw": "{}%", "ew": "%{}", "li": "{}"}


class Invalid(Exception):
    """A filter that the service refuses with a 400."""


def like(pattern, ignore_case=True):
    """SQL's LIKE as a compiled regular expression."""
    out, escaped = [], False
    for c in pattern:
        if escaped:
            out.append(re.escape(c))
            escaped = False
        elif c == "\\":
            escaped = True
        else:
            out.append({"%": ".*", "_": "."}.get(c, re.escape(c)))
    return re.compile("".join(out), re.S | (re.I if ignore_case else 0))


def validate(query, fields):
    """Raise Invalid for what the service checks before it looks for rows."""
    for name, value in query:
        field, _, op = name.partition(":")
        if name.startswith("_") or field not in fields:
            continue
        if (op or "eq") not in COMPARE and (op or "eq") not in LIKE and op != "is":
            raise Invalid("unsupported operator '%s' for field '%s'" % (op, field))
        for part in value.split(","):
            if part == "null":
                continue
            if field == "status" and part not in STATUSES:
                raise Invalid("unsupported status filter: %s" % part)
            if field in TIMES:
                try:
                    int(part)
                except ValueError:
                    raise Invalid("invalid %s: expected integer epoch milliseconds, got '%s'" % (field, part))


def _number(text, kind):
    limit = 2**31 if kind == "integer" else 2**63
    try:
        value = int(text)
    except ValueError:
        raise not_a_number(text, kind)
    if not -limit <= value < limit:
        raise out_of_range(text, kind)
    return value


def _json_key(value):
    """The order of the database's JSON values: null, text, numbers, booleans, arrays by length, objects by size."""
    if value is None:
        return (0,)
    if isinstance(value, str):
        return 1, value
    if isinstance(value, bool):
        return 3, value
    if isinstance(value, (int, float)):
        return 2, value
    if isinstance(value, list):
        return 4, len(value), [_json_key(item) for item in value]
    return 5, len(value), sorted((name, _json_key(item)) for name, item in value.items())


def _test(field, kind, op, text):
    """A function of a row, for one value of one parameter."""
    if text == "null":
        return lambda row: row[field] is None
    if op == "is":
        raise DbError('syntax error at or near "\'%s\'"' % text, "42601")
    if op in LIKE:
        if kind != "text":
            raise DbError("operator does not exist: %s ~~* unknown" % kind, "42883")
        pattern = like(LIKE[op].format(text))
        return lambda row: row[field] is not None and pattern.fullmatch(row[field]) is not None
    if kind == "jsonb":
        try:
            wanted = json.loads(text)
        except ValueError:
            raise not_a_number(text, "json")
        compare, wanted = COMPARE[op], _json_key(wanted)
        return lambda row: compare(_json_key(row[field]), wanted)  # a stored null is JSON's
    compare = COMPARE[op]
    wanted = text if kind == "text" else _number(text, kind)
    return lambda row: row[field] is not None and compare(row[field], wanted)


def _tags_test(op, values):
    """_tags looks at user and system tags together."""
    if op in ("likeany", "likeall"):
        patterns = [like("%" + value + "%", False) for value in values]
        every = all if op == "likeall" else any

        def matches(row):
            if row["tags"] is None or row["system_tags"] is None:
                return False
            text = "".join(json.dumps(row[column], ensure_ascii=False) for column in ("tags", "system_tags"))
            return every(pattern.fullmatch(text) for pattern in patterns)
        return matches
    every = any if op == "any" else all

    def has(row):
        if row["tags"] is None or row["system_tags"] is None:
            return False
        tags = set(row["tags"]) | set(row["system_tags"])
        return every(value in tags for value in values)
    return has


def compile_filters(query, fields, tags):
    """The tests that a row must all pass, and the fields they use."""
    tests, used = [], set()
    for name, value in query:
        field, colon, op = name.partition(":")
        if tags and field == "_tags":
            tests.append(_tags_test(op if colon else None, value.split(",")))
            continue
        if name.startswith("_") or field not in fields:
            continue
        if colon and not op:  # `field:=x` passes the check but names no operator: not a condition
            continue
        used.add(field)
        parts = [_test(field, fields[field], op or "eq", part) for part in value.split(",")]
        tests.append(parts[0] if len(parts) == 1 else lambda row, parts=parts: any(part(row) for part in parts))
    return tests, used
