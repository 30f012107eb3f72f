"""What the double must do where no recording says so: cases for tests/tools/service_check.py."""
import gzip
import http.client
import json
import os
import socket
import time
import urllib.parse

from . import server
from .history import HistorySource
from .rows import shuffled, text_value
from .store import MemorySource
from .synthetic import SyntheticSource

RUNS = "/flows/SynFlow/runs"
NOW = 1795282400000
CASES = []


def case(function):
    CASES.append(function)
    return function


class Asked:
    """A running double that is asked for JSON, and stopped in the end."""

    def __init__(self, running, make_source, **options):
        self.running = running(make_source, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.running.stop()

    def __call__(self, path, status=200, method="GET", body=None, headers=None):
        path, _, query = path.partition("?")
        got, self.headers, text = self.running.ask(method, path, query, body, headers)
        assert got == status, (path, query, got, text[:300])
        try:
            return json.loads(text)
        except ValueError:
            return text.decode()

    def walk(self, path):
        """All pages of a list."""
        rows, cursor = [], ""
        while True:
            rows += self(path + cursor)
            if self.headers["X-Next-Cursor"] is None:
                return rows
            cursor = "&_cursor=" + urllib.parse.quote(self.headers["X-Next-Cursor"], safe="")


def synthetic(running, version="new", **sizes):
    return Asked(running, lambda clock: SyntheticSource(clock, **sizes), version=version, now=NOW)


def put(path, record):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        json.dump(record, f)


def make_history(root):
    """A flow of one run with a string id; a retried task, and one with a name."""
    flow = {"flow_id": "F", "ts_epoch": 1700000000000}
    run = dict(flow, run_number="argo-x", user_name="ann", tags=["t"], system_tags=["user:ann"], ts_epoch=1700000001000)
    put(root + "/F/_meta/_self.json", flow)
    put(root + "/F/argo-x/_meta/_self.json", run)
    os.makedirs(root + "/F/data/ab", exist_ok=True)
    put(root + "/mf.cards/x.json", {})
    for n, step in enumerate(("start", "end")):
        put(root + "/F/argo-x/%s/_meta/_self.json" % step, dict(run, step_name=step, tags=["stale"], ts_epoch=1700000002000 + n))
    for step, task in (("start", "3"), ("end", "t-1")):
        own = dict(run, step_name=step, task_id=task, ts_epoch=1700000003000)
        meta = root + "/F/argo-x/%s/%s/_meta/" % (step, task)
        put(meta + "_self.json", own)
        fields = [("attempt", "0"), ("foreach-stack", ["a=x y", "b=1"]), ("parallel-world-size", 4), ("broken", None),
                  ("attempt_ok", "True")]
        for n, (field, value) in enumerate(fields):
            put(meta + "sysmeta_%s_%d.json" % (field, 1700000004000 + n), dict(
                own, field_name=field, value=value, type=field, ts_epoch=1700000004000 + n, tags=["attempt_id:0"]))
        for attempt, name in ((0, "name"), (0, "only_first"), (1, "name"), (1, "x")):
            put(meta + "%d_artifact_%s.json" % (attempt, name), dict(
                own, name=name, attempt_id=attempt, sha="0" * 40, ds_type="local", location=":root:/d",
                type="metaflow.artifact", content_type="pickle-v4", ts_epoch=1700000009000 + attempt))


@case
def history_rows(running, scratch):
    make_history(scratch + "/h")
    with Asked(running, lambda clock: HistorySource(clock, scratch + "/h"), now=NOW) as ask:
        assert ask("/flows") == [{"flow_id": "F", "user_name": None, "ts_epoch": 1700000000000, "tags": None, "system_tags": None}]
        run = ask("/flows/F/runs/argo-x")
        assert run["run_number"] == "argo-x" and run["user"] == "ann" and run["last_heartbeat_ts"] == 1700000009, run
        assert ask("/flows/F/runs/1") == run and ask("/flows/F/runs?status=completed")[0]["status"] == "completed"
        steps = ask("/flows/F/runs/argo-x/steps")
        assert sorted(step["step_name"] for step in steps) == ["end", "start"]
        assert all(step["tags"] == ["t"] for step in steps)
        task = ask("/flows/F/runs/argo-x/steps/start/tasks/3")
        assert task["task_id"] == 3 and task["last_heartbeat_ts"] == 1700000009
        assert ask("/flows/F/runs/argo-x/steps/end/tasks")[0]["task_id"] == "t-1"
        rows = ask("/flows/F/runs/argo-x/steps/start/tasks/3/metadata")
        assert [row["value"] for row in rows] == ["True", "4", '{"a=x y",b=1}', "0"], rows
        assert sorted((row["id"] for row in rows), reverse=True) == [row["id"] for row in rows]
        assert all(row["system_tags"] is None for row in rows)
        every = ask("/flows/F/runs/argo-x/artifacts")
        assert sorted((row["step_name"], row["name"]) for row in every) == [
            ("end", "name"), ("end", "x"), ("start", "name"), ("start", "x")]
        assert len(ask.walk("/flows/F/runs/argo-x/artifacts?_limit=2")) == 6
        assert ask("/flows/F/runs/argo-x/steps/end/filtered_tasks?pattern=Tr.e") == ["F/argo-x/end/t-1"]
    with Asked(running, lambda clock: HistorySource(clock, scratch + "/h", False), version="2.0.6") as ask:
        assert ask("/flows/F/runs")[0]["last_heartbeat_ts"] is None
        assert all(step["tags"] == ["stale"] for step in ask("/flows/F/runs/argo-x/steps"))


@case
def text_of_values(running, scratch):
    wanted = {"3": 3, "true": True, "1.5": 1.5, "{}": [], "{1,2}": [1, 2], "{t,NULL}": [True, None], '{"",a}': ["", "a"],
              '{"null","a\\"b","c\\\\d"}': ["null", 'a"b', "c\\d"], "{{a},{b}}": [["a"], ["b"]]}
    for text, value in wanted.items():
        assert text_value(value) == text, (value, text_value(value))
    assert all(text_value(value) is None for value in (None, {}, "a\0b", [1, "a"], [{}], [["a"], []]))


@case
def pages(running, scratch):
    with synthetic(running, runs=120, tasks=2) as ask:
        for limit in (1, 7, 500):
            rows = ask.walk(RUNS + "?_limit=%d" % limit)
            assert [row["run_number"] for row in rows] == list(range(120, 0, -1))
        assert len(ask(RUNS + "?_limit=")) == 50 and ask.headers["X-Limit"] == "50"
        assert len(ask(RUNS + "?_cursor=")) == 50
        assert len(ask(RUNS + "?_limit=-1")) == 119 and ask.headers["X-Next-Cursor"]
        assert "_replace" in ask(RUNS + "?_limit=-2", 500)["detail"]
        assert "int" in ask(RUNS + "?_cursor=MTIz", 500)["detail"]
        assert ask(RUNS + "?_cursor=e30%3D", 400) == "Invalid cursor"
        assert ask(RUNS + "/1/steps?_limit=1") and ask.headers["X-Limit"] is None
        assert ask(RUNS + "/1/artifacts?_limit=-1") == []
        # filters stay in force over pages, and are repeated by the client
        rows = ask.walk(RUNS + "?status=failed&_limit=5")
        assert len(rows) == 23 and {row["status"] for row in rows} == {"failed"}


@case
def filter_language(running, scratch):
    def ids(query, path=RUNS):
        return [row["run_number"] if path == RUNS else row["task_id"] for row in ask(path + "?" + query)]
    with synthetic(running, runs=12, tasks=60) as ask:
        assert ids("run_number=3,4") == [4, 3] and ids("run_number:ne=3,4") == list(range(12, 0, -1))
        assert ids("status=completed&status=failed") == [] and ids("status=running") == [12]
        assert ids("user=bob") == ids("user_name:co=BO") == ids("_tags=user:bob") == [10, 3]
        assert ids("user_name:sw=b_b") == [10, 3] and ids("user_name:li=%25ob") == [10, 3]
        assert ids("_tags=nightly,user:bob") == [] and ids("_tags:likeany=ightl") == [12, 8, 4]
        assert ids("_tags:any=nightly,user:bob") == [12, 10, 8, 4, 3]
        assert ids("last_heartbeat_ts:ge=%d" % (NOW // 1000 - 10)) == [12]
        assert len(ids("run_id=null")) == 12 and ids("run_id:ne=x") == []
        for query in ("run_number=abc", "ts_epoch:co=1", "tags:co=a", "run_number:is=3", "run_number=99999999999"):
            assert ask(RUNS + "?" + query, 500)["title"] == "Internal Server Error"
        assert ask(RUNS + "/99999999999", 500).startswith('{"err_msg"')
        work = RUNS + "/12/steps/work/tasks"
        first = min(row["task_id"] for row in ask(work))
        assert ids("task_id:lt=%d" % (first + 2), work) == [first + 1, first]
        assert len(ids("status=failed", work)) == 60 and ask.headers["X-Limit"] is None
        assert ask(work + "?task_id=x", 500) and ask(work + "?task_id:xx=1", 400)


@case
def synthetic_states(running, scratch):
    def names(rows):
        return {row["name"] for row in rows}

    def of(step, query):
        return {int(path.rpartition("/")[2]) for path in ask(RUNS + "/1/steps/%s/filtered_tasks?%s" % (step, query))}
    with synthetic(running, tasks=200) as ask:
        tasks = ask(RUNS + "/1/steps/work/tasks")
        assert len(tasks) == 200 and tasks != sorted(tasks, key=lambda row: row["ts_epoch"])
        ok, bad = of("work", "metadata_field_name=attempt_ok&pattern=True"), of("work", "metadata_field_name=attempt_ok&pattern=False")
        retried = of("work", "metadata_field_name=attempt&pattern=1")
        assert len(ok) == 188 and len(bad) == 12 and len(retried) == 8 and len(ok & bad) == 4
        whole = ask.walk(RUNS + "/1/metadata?_limit=500")
        assert [(row["ts_epoch"], row["id"]) for row in whole] == sorted(((row["ts_epoch"], row["id"]) for row in whole), reverse=True)
        assert len({row["id"] for row in whole}) == len(whole)
        assert sorted(map(str, whole)) == sorted(map(str, ask(RUNS + "/1/metadata")))
        plain = RUNS + "/1/steps/work/tasks/%d" % min(ok - bad)
        assert len(ask(plain + "/metadata")) == 18 and len(ask(plain + "/artifacts")) == 14
        twice = RUNS + "/1/steps/work/tasks/%d" % min(ok & bad)
        rows, pages = ask(twice + "/artifacts"), ask(twice + "/artifacts?_limit=50")
        assert {row["attempt_id"] for row in rows} == {1} and names(pages) - names(rows) == {"_exception"}
        assert ask(twice + "/artifacts/_exception", 404) == {} and ask(twice + "/artifacts/_exception/attempt/0")["attempt_id"] == 0
        assert len(ask(twice + "/attempt/0/artifacts")) == 14
        attempts = [row["attempt_id"] for row in ask(RUNS + "/1/artifacts")]
        assert attempts == sorted(attempts, reverse=True) and set(attempts) == {0, 1}
        paged = ask.walk(RUNS + "/1/steps/work/artifacts?_limit=500")
        assert len(paged) == len({(row["task_id"], row["name"]) for row in paged})


@case
def releases(running, scratch):
    with synthetic(running, "2.5.1", runs=20, tasks=4) as ask:
        rows = ask(RUNS + "?status=failed&_limit=3")
        assert len(rows) == 20 and ask.headers["X-Limit"] is None and "user" not in rows[0] and "status" not in rows[0]
        assert rows != sorted(rows, key=lambda row: row["run_number"])
        assert len(ask(RUNS + "/20/steps/work/tasks?task_id:lt=0&_limit=1")) == 4
        for version, filtered, attempt in (("2.5.0", 200, 200), ("2.4.13", 404, 200), ("2.0.6", 404, 200), ("2.0.5", 404, 404)):
            ask("/__version", method="POST", body={"version": version})
            ask(RUNS + "/20/steps/work/filtered_tasks", filtered)
            assert ask(RUNS + "/20/steps/work/tasks/3/artifacts/x/attempt/9", 404) == ({} if attempt == 200 else "404: Not Found")
            assert ask("/ping") == "pong" and ask.headers["METADATA_SERVICE_VERSION"] == version
        ask("/__version", method="POST", body={"version": "1.0.1"})
        ask("/version", 404), ask("/healthcheck", 404), ask(RUNS, 500)
        assert "last_heartbeat_ts" not in ask(RUNS + "/20/steps/work/tasks")[0]
        assert ask("/__version", 400, "POST", {"version": "x"})
        ask("/__reset", method="POST")
        assert ask("/version") == "2.5.1" and ask.headers["METADATA_SERVICE_VERSION"] is None
        assert ask("/__counts") == {"GET /version": 1}


@case
def paths_and_gateways(running, scratch):
    options = {"prefix": "/api/", "required": ("x-api-key", "k"), "writable": True}
    with Asked(running, MemorySource, **options) as ask:
        key = {"X-Api-Key": "k"}
        assert ask("/api/flows", 403) == {"message": "Forbidden"} and ask.headers["METADATA_SERVICE_VERSION"] is None
        assert ask("/api/flows", headers=key) == []
        for path in ("/flows", "/api/flows/", "/api//flows", "/apiflows", "/api"):
            assert ask(path, 404, headers=key) == "404: Not Found"
        ask("/api/flows/a%2Fb%20c", method="POST", body={}, headers=key)
        assert ask("/api/flows/a%2Fb%20c", headers=key)["flow_id"] == "a/b c"
        ask("/api/flows", 405, "PUT", headers=key)
        ask("/api/flows/x", 405, "OPTIONS", headers=key)
        assert ask.headers["Allow"] == "GET,POST"
        ask("/api/flows/" + "x" * 9000, 400, headers=key)


@case
def writing(running, scratch):
    with Asked(running, MemorySource, writable=True, now=NOW) as ask:
        def post(path, body, status=200):
            return ask(path, status, "POST", body)
        post("/flows/F", {})
        run = post("/flows/F/run", {"system_tags": ["user:u", "metaflow_version:1.13.0"], "tags": [], "user_name": "u"})
        assert run["last_heartbeat_ts"] is None and "user" not in run
        r = "/flows/F/runs/%d" % run["run_number"]
        post(r + "/steps/s/step", {})
        t = r + "/steps/s/tasks/%d" % post(r + "/steps/s/task", {})["task_id"]
        long, item = "x" * 256, {"name": "a", "attempt_id": 0}
        assert post(t + "/artifact", [item, item, {"name": long}, {"name": "b", "attempt_id": 40000}, {"name": "a", "attempt_id": 1},
                                      {"name": None}]) == {"artifacts_created": 2}
        assert post(t + "/metadata", [{"field_name": "f", "value": ["a", "b"]}, {"value": None}, {}]) == {"metadata_created": 2}
        rows = ask(t + "/metadata")
        assert [row["value"] for row in rows] == [" ", "{a,b}"] and [row["id"] for row in rows] == [2, 1]
        post(t + "/metadata", {"a": 1}, 500)
        assert ask.headers["Connection"] == "close"
        post(r + "/heartbeat", "", 404)  # the task that was made has refreshed the run
        post("/__now", {"advance": 9000})
        post(r + "/heartbeat", "", 404)
        post("/__now", {"advance": 1000})
        post(r + "/heartbeat", "")
        assert ask(r)["last_heartbeat_ts"] == NOW // 1000 + 10
        body = {"tags_to_add": ["a", "b", "user:u"], "tags_to_remove": ["b"]}
        assert sorted(ask(r + "/tag/mutate", method="PATCH", body=body)["tags"]) == ["a", "b"]
        assert ask(t)["tags"] == ["a", "b"] and ask(r + "/tag/mutate", method="PATCH", body={})["tags"]
        ask(r + "/tag/mutate", 500, "PATCH", {"tags_to_add": ["\0"]})
        ask(r + "/tag/mutate", 400, "PATCH", {"tags_to_add": None})
        compressed = gzip.compress(json.dumps({"tags_to_add": ["zip"]}).encode())
        connection = http.client.HTTPConnection("127.0.0.1", ask.running.httpd.server_address[1])
        connection.request("PATCH", r + "/tag/mutate", iter([compressed[:9], compressed[9:]]), {"Content-Encoding": "gzip"},
                           encode_chunked=True)
        assert "zip" in json.loads(connection.getresponse().read())["tags"]
        connection.close()


@case
def faults(running, scratch):
    with synthetic(running, runs=3) as ask:
        def fault(spec):
            ask("/__fault", method="POST", body=spec)
        fault({"match": "/runs", "status": 503, "times": 2, "retry_after": 1, "after": 1})
        ask(RUNS), ask(RUNS, 503)
        assert ask.headers["Retry-After"] == "1" and ask.headers["METADATA_SERVICE_VERSION"] is None
        ask(RUNS, 503), ask(RUNS)
        assert ask("/__counts")["GET /flows/F/runs"] == 4
        fault({"body": "<html>login</html>", "match": "GET /ping"})
        assert ask("/ping").startswith("<html>") and ask.headers["Content-Type"] == "text/html"
        fault({})
        fault([{"delay": 0.2, "times": 1, "headers": {"X-Proxy": "p"}}])
        begun = time.monotonic()
        assert len(ask(RUNS)) == 3 and time.monotonic() - begun >= 0.2 and ask.headers["X-Proxy"] == "p"
        for spec in ({"close": True}, {"cut": 5}):
            fault(dict(spec, times=1))
            try:
                ask(RUNS)
            except (http.client.HTTPException, OSError):
                pass
            else:
                raise AssertionError("the answer came whole")
        fault({"gzip": True, "times": 1})
        status, headers, text = ask.running.ask("GET", RUNS)
        assert headers["Content-Encoding"] == "gzip" and len(json.loads(gzip.decompress(text))) == 3
        assert ask("/__fault", 400, "POST", {"bogus": 1}) and ask("/__fault", 400, "POST", {"match": "("})
        assert [entry["path"] for entry in ask("/__log")][-1] == RUNS
        assert ask("/__bogus", 404)


@case
def connections(running, scratch):
    with synthetic(running, runs=1) as ask:
        with socket.create_connection(ask.running.httpd.server_address) as s:
            s.settimeout(5)
            s.sendall(b"GET /ping HTTP/1.1\r\nHost: h\r\n\r\nGET /version HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            text = b"".join(iter(lambda: s.recv(4096), b""))
        assert text.count(b"HTTP/1.1 200 OK") == 2 and text.endswith(b"2.5.1") and b"pong" in text
        with socket.create_connection(ask.running.httpd.server_address) as s:
            s.settimeout(5)
            s.sendall(b"GET /ping HTTP/1.0\r\n\r\n")
            assert b"".join(iter(lambda: s.recv(4096), b"")).endswith(b"pong")


@case
def shuffling(running, scratch):
    for count in range(60):
        order = list(shuffled(count))
        assert sorted(order) == list(range(count))
        assert count < 2 or order != list(range(count))
        assert count < 3 or order[0] != 0
    assert server.Version("2.2.5").announced == "2.2.3"
