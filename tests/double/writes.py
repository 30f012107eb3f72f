"""The POST and PATCH routes."""
import json
import re

from . import wire
from .rows import expose
from .store import is_number


def read_body(request):
    try:
        return json.loads(request.body.decode("utf-8"))
    except ValueError as error:
        raise wire.Failure(str(error), "json.decoder.JSONDecodeError")


def read_object(request):
    body = read_body(request)
    if not isinstance(body, dict):
        raise wire.Failure("'%s' object has no attribute 'get'" % type(body).__name__, "AttributeError")
    return body


def beats(system_tags):
    """Whether the client of these system tags sends heartbeats."""
    if not isinstance(system_tags, list):
        return True
    for tag in system_tags:
        if isinstance(tag, str) and tag.startswith("metaflow_version:"):
            match = re.match(r"\d+(\.\d+)*", tag.partition(":")[2])
            if not match:
                return True
            number = tuple(int(part) for part in match.group().split("."))
            return number >= (1, 14) if number[0] == 1 else number >= (2, 2, 12)
    return False


def new_name(value):
    """The string id in a body, None without one."""
    if not value:
        return None
    if not isinstance(value, str):
        raise wire.Failure("'%s' object has no attribute 'isnumeric'" % type(value).__name__, "AttributeError")
    return value


def create_flow(request):
    return wire.reply(expose("flow", request.source.add_flow(request.ids["F"], read_object(request))))


def create_run(request):
    body = read_object(request)
    name = new_name(body.get("run_number"))
    if name is not None and is_number(name):
        raise wire.Failure("provided run_id may not be a numeric")
    row = request.source.add_run(request.ids["F"], name, body, beats(body.get("system_tags")))
    return wire.reply(expose("run", row, None, request.version.heartbeats))


def known_run(request):
    """The run that a new step or task belongs to; the service trips over an unknown one."""
    try:
        run = request.source.find_run(*request.path("FR"))
    except wire.DbError:
        raise wire.Failure("string indices must be integers, not 'str'", "TypeError")
    if run is None:
        raise wire.Failure("'run_number'", "KeyError")
    return run


def grafted(request, kind, row, run):
    return wire.reply(expose(kind, row, run.row if request.version.run_tags else None, request.version.heartbeats))


def create_step(request):
    body = read_object(request)
    run = known_run(request)
    return grafted(request, "step", request.source.add_step(run, request.ids["S"], body), run)


def create_task(request):
    body = read_object(request)
    name = new_name(body.get("task_id"))
    if name is not None and is_number(name):
        return wire.crashed()
    run = known_run(request)
    row = request.source.add_task(run, request.ids["S"], name, body, beats(body.get("system_tags")))
    return grafted(request, "task", row, run)


def register(add, result):
    """POST of metadata or artifacts: row by row, what the database refuses is only not counted."""
    def answer(request):
        try:
            items = read_body(request)
        except wire.Failure:
            return wire.crashed()
        try:
            task = request.source.find_task(*request.path("FRST"))
        except wire.DbError:
            task = None
        if task is None:
            return wire.reply({"message": "need to register run_id and task_id first"}, 400, versioned=False)
        if not isinstance(items, (list, dict, str)) or any(not isinstance(item, dict) for item in items):
            return wire.crashed()
        return wire.reply({result: sum(getattr(request.source, add)(task, item) for item in items)}, versioned=False)
    return answer


def beat_answer(done):
    return wire.reply(wire.WAIT, 200 if done else 404)


def run_heartbeat(request):
    run = request.source.find_run(*request.path("FR"))
    return beat_answer(run is not None and request.source.beat(run))


def task_heartbeat(request):
    run, task = request.source.find_run(*request.path("FR")), request.source.find_task(*request.path("FRST"))
    if run is not None:
        request.source.beat(run)
    return beat_answer(task is not None and request.source.beat(task))


def mutate_tags(request):
    body = read_object(request)
    add, remove = body.get("tags_to_add", []), body.get("tags_to_remove", [])
    for name, tags in (("tags_to_add", add), ("tags_to_remove", remove)):
        if not isinstance(tags, list):
            return wire.bad(name + " must be a list")
    if not all(isinstance(tag, str) for tag in add + remove):
        return wire.bad("All tag values must be strings")
    run = request.source.find_run(*request.path("FR"))
    if run is None:
        return wire.missing()
    row = run.row
    if row["tags"] is None or row["system_tags"] is None:
        return wire.reply(json.dumps({"err_msg": "'NoneType' object is not iterable"}), 500)
    tags, system = set(row["tags"]), set(row["system_tags"])
    locked = set(remove) & system
    if locked:
        return wire.reply("Cannot remove tags that are existing system tags {%s}" % ", ".join(
            repr(tag) for tag in sorted(locked)), 422)
    wanted = (tags - set(remove)) | (set(add) - system)
    if wanted != tags:
        if any("\0" in tag for tag in wanted):
            raise wire.DbError("unsupported Unicode escape sequence", "22P05", "\\u0000 cannot be converted to text.")
        row["tags"] = sorted(wanted)
    return wire.reply({"tags": sorted(wanted)})
