"""The GET routes. Handlers take a Request and return an Answer."""
import json
import re

from . import filters, wire
from .rows import decode_cursor, encode_cursor, expose, latest_attempts
from .status import run_status


class Request:
    """What a handler needs: the double's state, the ids in the path by their letter, the query, the body."""

    def __init__(self, source, version, clock, ids, query=(), body=b""):
        self.source, self.version, self.clock = source, version, clock
        self.ids, self.query, self.body = ids, list(query), body

    def get(self, name):
        return next((value for key, value in self.query if key == name), None)

    def path(self, letters):
        return [self.ids[letter] for letter in letters]


# -- lists and pages --

def shown(request, kind, row, run):
    """A row as this version shows it; runs get what the newest adds."""
    grafted = run if kind in ("step", "task", "artifact") and request.version.run_tags else None
    out = expose(kind, row, grafted, request.version.heartbeats)
    if kind == "run" and request.version.pages:
        if "status" in row:
            out["status"] = row["status"]
        owner = verified_user(row)
        if owner is not None:
            out["user"] = owner
    return out


def verified_user(run):
    name = run["user_name"]
    return name if name is not None and "user:%s" % name in (run["system_tags"] or ()) else None


def list_all(request, rows, run=None, versioned=True):
    """The complete list. Ready text is good enough where nothing has to be added or left out."""
    ready = rows.kind not in ("run", "task") or (rows.kind == "task" and request.version.heartbeats)

    def texts():
        for row, text in rows.scrambled():
            if row is None and ready:
                yield text
                continue
            yield json.dumps(shown(request, rows.kind, row or dict(json.loads(text), run_id=None, task_name=None), run))
    return wire.reply_rows(texts(), versioned=versioned)


def page(request, rows, run=None, tests=(), derive=None):
    """One page of a list, newest first. `derive` adds columns to a row before the tests see it."""
    cursor, limit = request.get("_cursor"), request.get("_limit")
    end = len(rows)
    if cursor:
        try:
            end = rows.below(decode_cursor(rows.kind, cursor))
        except (ValueError, KeyError):
            return wire.bad("Invalid cursor")
        except TypeError as error:
            raise wire.Failure(str(error), "TypeError")
    try:
        limit = min(int(limit), 500) if limit else 50
    except ValueError as error:
        raise wire.Failure(str(error), "ValueError")
    if limit < -1:
        raise wire.paged_failure()
    found = []
    for i in range(end - 1, -1, -1):
        if len(found) == limit + 1 and (limit >= 0 or rows.kind == "artifact"):
            break  # one more than asked for tells whether there is a next page; -1 asks for no limit
        row = rows.row(i)
        if derive:
            row = derive(row)
        if all(test(row) for test in tests):
            found.append(row)
    headers = {"X-Limit": str(limit)}
    if len(found) > limit:
        if len(found) > 1:
            headers["X-Next-Cursor"] = encode_cursor(rows.kind, found[-2])
        found = found[:limit]
    return wire.reply_rows((json.dumps(shown(request, rows.kind, row, run)) for row in found), headers)


def wants_page(request):
    return request.version.pages and (request.get("_limit") is not None or request.get("_cursor") is not None)


def paged(answer):
    """Refused statements surface differently where a page was asked for."""
    try:
        return answer()
    except wire.DbError:
        raise wire.paged_failure()


def one(request, kind, row, run=None):
    return wire.reply(shown(request, kind, row, run)) if row is not None else wire.missing()


# -- objects --

def flows(request):
    rows = request.source.flows()
    return page(request, rows) if wants_page(request) else list_all(request, rows)


def flow(request):
    return one(request, "flow", request.source.flow(*request.path("F")))


def unreadable_runs():
    return wire.DbError('column "run_id" is not known to this release', "42703")


def runs(request):
    source, (f,) = request.source, request.path("F")
    if not request.version.pages:
        rows = source.runs(f)
        if len(rows) and not request.version.reads_runs:
            raise unreadable_runs()
        return list_all(request, rows)
    try:
        filters.validate(request.query, filters.RUN_FIELDS)
    except filters.Invalid as error:
        return wire.bad(str(error))

    def filtered():
        tests, used = filters.compile_filters(request.query, filters.RUN_FIELDS, True)
        if not tests and not wants_page(request):
            return list_all(request, source.runs(f))

        def derive(row):
            row = Derived(row)
            if "user" in used:
                row["user"] = verified_user(row)
            if "status" in used:
                row["status"] = run_status(row, source.facts(f, str(row["run_number"]), "end"), request.clock.now())
            return row
        return page(request, source.runs(f), None, tests, derive if used & {"user", "status"} else None)
    return paged(filtered)


class Derived(dict):
    """A row with more columns; what is looked up late in the original stays late."""

    def __init__(self, row):
        super().__init__(row)
        self.original = row

    def __missing__(self, column):
        return self.original[column]


def run(request):
    row = request.source.run(*request.path("FR"))
    if row is not None and not request.version.reads_runs:
        raise unreadable_runs()
    return one(request, "run", row)


def steps(request):
    return list_all(request, request.source.steps(*request.path("FR")), request.source.run(*request.path("FR")))


def step(request):
    return one(request, "step", request.source.step(*request.path("FRS")), request.source.run(*request.path("FR")))


def tasks(request):
    path = request.path("FRS")

    def complete():
        return list_all(request, request.source.tasks(*path), request.source.run(*path[:2]))
    if not request.version.pages:
        return complete()
    try:
        filters.validate(request.query, filters.TASK_FIELDS)
    except filters.Invalid as error:
        return wire.bad(str(error))
    tests, wanted = [], wants_page(request)
    if any(key.partition(":")[0] in filters.TASK_FIELDS for key, _ in request.query):
        tests = paged(lambda: filters.compile_filters(request.query, filters.TASK_FIELDS, False)[0])
    if not tests and not wanted:
        return complete()
    return paged(lambda: page(request, request.source.tasks(*path), request.source.run(*path[:2]), tests))


def task(request):
    return one(request, "task", request.source.task(*request.path("FRST")), request.source.run(*request.path("FR")))


def filtered_tasks(request):
    field, pattern = request.get("metadata_field_name"), request.get("pattern")
    found = {}
    try:
        expression = re.compile(pattern) if pattern else None
        for name, value, _, number, run_id, task_id in request.source.facts(*request.path("FRS")):
            if (not field or name == field) and (not expression or expression.search(value)):
                found[number] = "%s/%s/%s/%s" % (request.ids["F"], run_id, request.ids["S"], task_id)
    except (re.error, wire.DbError):
        raise wire.Failure("not enough values to unpack (expected 6, got 1)", "ValueError")
    return wire.reply([found[number] for number in sorted(found)])


# -- metadata and artifacts, of a run, a step or a task --

def metadata(letters):
    def answer(request):
        path = request.path(letters)
        if wants_page(request):
            return paged(lambda: page(request, request.source.metadata(*path)))
        rows = request.source.metadata(*path)
        if request.version.pages and len(path) == 4:  # the only list with an order
            return wire.reply([shown(request, "metadata", rows.row(i), None) for i in range(len(rows) - 1, -1, -1)])
        return list_all(request, rows)
    return answer


def artifacts(letters):
    def answer(request):
        path = request.path(letters)
        parent = request.path("FR")
        if wants_page(request):
            return paged(lambda: page(request, request.source.artifacts(*path, pick="names"), request.source.run(*parent)))
        return list_all(request, request.source.artifacts(*path, pick="latest"), request.source.run(*parent))
    return answer


def task_artifacts(request):
    rows = request.source.artifacts(*request.path("FRST"))
    return [rows.row(i) for i in range(len(rows))]


def attempt_artifacts(request):
    try:
        rows = task_artifacts(request)
    except wire.DbError as error:
        return wire.reply([500, wire.Failure(error.body()).body()], 500, versioned=False)
    try:
        attempt = int(request.ids["N"])
    except ValueError:
        if rows:
            return wire.crashed()
        attempt = 0
    parent = request.source.run(*request.path("FR"))
    return wire.reply([shown(request, "artifact", row, parent) for row in rows if row["attempt_id"] == attempt],
                      versioned=False)


def one_artifact(request, rows, attempt):
    found = next((row for row in rows if row["name"] == request.ids["A"] and row["attempt_id"] == attempt), None)
    return one(request, "artifact", found, request.source.run(*request.path("FR")))


def artifact(request):
    """Of the latest attempt, which is found through the artifact that every attempt has."""
    rows = task_artifacts(request)
    names = latest_attempts([row for row in rows if row["name"] == "name"])
    return one_artifact(request, rows, names[0]["attempt_id"] if names else 0)


def artifact_of_attempt(request):
    try:
        attempt = int(request.ids["N"])
    except ValueError:
        raise wire.not_a_number(request.ids["N"], "smallint")
    if not -2**15 <= attempt < 2**15:
        raise wire.out_of_range(request.ids["N"], "smallint")
    return one_artifact(request, task_artifacts(request), attempt)


# -- administration --

def ping(request):
    return wire.Answer(200, "pong")


def version(request):
    return wire.Answer(200, request.version.announced, versioned=False)


def healthcheck(request):
    return wire.Answer(200, json.dumps(json.dumps({"status": "UP"})), wire.JSON)


def auth_token(request):
    return wire.reply({"err_msg": "Parameter validation failed:\nInvalid type for parameter RoleArn, value: None",
                       "traceback": "Traceback (most recent call last):\n"}, 500, versioned=False)
