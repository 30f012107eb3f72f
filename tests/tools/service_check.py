#!/usr/bin/env python3
"""Check the double of the metadata service against recorded exchanges with the real one.

    service_check.py [--verbose] [RECORDINGS]

The rows that the recorded answers show become the double's database; then every recorded request is sent to the double,
under the recorded version, and its answer compared with the recorded one: status, headers, and the body to the last key
and its place, up to the order of lists that have none and to texts of tracebacks. Writing requests are replayed in
their order on a database without their flow. After that come questions that no recording answers.

Prints each difference and a last line "N passed, N failed"; the exit status is 1 when something failed.
"""
import argparse
import http.client
import json
import os
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, os.pardir))

from double import server  # noqa: E402
from double.contract import CASES  # noqa: E402
from double.recorded import RecordedSource, read_exchanges, rows_in  # noqa: E402

RECORDINGS = os.path.join(HERE, os.pardir, "data", "service-recordings.tar.xz")
WRITTEN = "RecFlow"  # the flow that the recorded writes make
# Two writers at the same moment: the double has one at a time.
UNREPEATABLE = {"139c_tags_conflict_409"}
HEADERS = ("METADATA_SERVICE_VERSION", "X-Limit", "X-Next-Cursor", "Content-Type", "Allow", "Connection")


class Running:
    """A double behind a port."""

    def __init__(self, make_source, **options):
        self.double = server.Double(make_source, **options)
        self.httpd = server.make_server(self.double)
        threading.Thread(target=self.httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.connection = None

    def ask(self, method, path, query="", body=None, headers=None):
        """(status, headers, text) of an answer, on one connection as long as that lasts."""
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.httpd.server_address[1], timeout=20)
        data = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        try:
            self.connection.request(method, path + ("?" + query if query else ""), data, headers or {})
            response = self.connection.getresponse()
            text = response.read()
        except (http.client.HTTPException, OSError):
            self.connection.close()
            self.connection = None
            raise
        if response.will_close:
            self.connection.close()
            self.connection = None
        return response.status, response.headers, text

    def stop(self):
        self.httpd.shutdown()
        self.httpd.server_close()


# -- comparing --

def parsed(text):
    """JSON, twice where it is JSON in a string; else the text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, str):
        try:
            inner = json.loads(value)
            return {"json in a string": inner} if isinstance(inner, dict) else value
        except ValueError:
            return value
    return value


def comparable(value):
    """A body without what depends on the machine, and with tags in order."""
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if not isinstance(value, dict):
        return value
    out = {}
    for key, item in value.items():
        if key == "traceback":
            out[key] = item.splitlines()[0] if isinstance(item, str) else item
        elif key == "pgerror":
            out[key] = [line for line in item.splitlines() if line.startswith(("ERROR", "DETAIL"))]
        elif key == "err_msg" and isinstance(item, str) and "RoleArn" in item:
            out[key] = item.partition(",")[0]
        elif key in ("tags", "system_tags") and isinstance(item, list):
            out[key] = sorted(item)
        else:
            out[key] = comparable(item)
    return out


def differences(exchange, answer, ordered):
    response, (status, headers, text) = exchange["response"], answer
    if status != response["status"]:
        yield "status %d, not %d" % (status, response["status"])
    for name in HEADERS:
        wanted = {key.lower(): value for key, value in response["headers"].items()}.get(name.lower())
        if headers.get(name) != wanted:
            yield "header %s: %s, not %s" % (name, headers.get(name), wanted)
    got, wanted = comparable(parsed(text.decode())), comparable(parsed(response["body"] or ""))
    if int(headers["Content-Length"]) != (len(text) if exchange["request"]["method"] != "HEAD" else 23):
        yield "Content-Length %s of %d bytes" % (headers["Content-Length"], len(text))
    if not text.isascii():
        yield "the body is not ASCII"
    if isinstance(got, list) and isinstance(wanted, list):
        got, wanted = [json.dumps(item) for item in got], [json.dumps(item) for item in wanted]  # with the order of keys
        if not ordered:
            got, wanted = sorted(got), sorted(wanted)
        if len(got) != len(wanted):
            yield "%d rows, not %d" % (len(got), len(wanted))
        for one, other in zip(got, wanted):
            if one != other:
                yield "row %s\n    not %s" % (one, other)
                break
    elif json.dumps(got) != json.dumps(wanted):
        yield "body %s\n  not %s" % (json.dumps(got), json.dumps(wanted))


def has_order(exchange):
    path, headers = exchange["request"]["path"], exchange["response"]["headers"]
    return "X-Limit" in headers or path.endswith("filtered_tasks") or ("/tasks/" in path and path.endswith("/metadata"))


# -- replaying --

def prepare(source, exchange, clock, latest):
    """Bring what changes with time to the moment of the recording: heartbeats, tags and the clock."""
    clock.fixed = latest
    for kind, row in rows_in(exchange):
        if kind != "metadata":
            source.put(kind, row)
        if row.get("status") == "running" and not any(
                fact[0] == "attempt_ok" for fact in source.facts(row["flow_id"], str(row["run_number"]), "end")):
            clock.fixed = (row["last_heartbeat_ts"] + 5) * 1000


def replay(exchanges, report):
    readable = {name: exchange for name, exchange in exchanges.items() if not is_write(exchange)}
    shown = [row for exchange in readable.values() for _, row in rows_in(exchange)]
    latest = max(row["ts_epoch"] for row in shown) + 86400000
    services = {"plain": Running(lambda clock: RecordedSource(clock, readable), writable=True),
                "embedded": Running(lambda clock: RecordedSource(clock, readable), prefix="/metadata")}
    for name, exchange in readable.items():
        service = services["plain" if exchange["service"].startswith("metadata") else "embedded"]
        old = exchange["service"].split()[1:2]
        service.double.version = server.Version(old[0] if old else "new")
        prepare(service.double.source, exchange, service.double.clock, latest)
        answer = send(service, exchange)
        report(name, list(differences(exchange, answer, has_order(exchange))))
    for service in services.values():
        service.stop()


def is_write(exchange):
    """A request that changes something, and is not one of those of an old release or of the read-only service."""
    return exchange["request"]["method"] in ("POST", "PATCH") and exchange["service"] == "metadata"


def send(service, exchange):
    request = exchange["request"]
    return service.ask(request["method"], request["path"], request["query"], request["body"], request["headers"])


def replay_writes(exchanges, report):
    before = {name: exchange for name, exchange in exchanges.items()
              if not is_write(exchange) and not any(row["flow_id"] == WRITTEN for _, row in rows_in(exchange))}
    service = Running(lambda clock: RecordedSource(clock, before), writable=True)
    source, clock = service.double.source, service.double.clock
    source.sequences = {"run": 31, "task": 752, "metadata": 13160}  # what the recorded writes met
    clock.fixed = 1795232043000
    for name, exchange in exchanges.items():
        if not is_write(exchange) or name in UNREPEATABLE:
            continue
        for _, row in rows_in(exchange):
            clock.fixed = row.get("ts_epoch", clock.fixed)
        if exchange["request"]["path"].endswith("/heartbeat") and exchange["response"]["status"] == 200:
            clock.fixed += 11000
        report(name, list(differences(exchange, send(service, exchange), True)))
    service.stop()


def main(argv):
    p = argparse.ArgumentParser(usage=__doc__)
    p.add_argument("--verbose", action="store_true")
    p.add_argument("recordings", nargs="?", default=RECORDINGS)
    args = p.parse_args(argv)
    passed = failed = 0

    def report(name, problems):
        nonlocal passed, failed
        passed, failed = passed + (not problems), failed + bool(problems)
        for problem in problems:
            print("%s: %s" % (name, problem if args.verbose else problem[:600]))
        if args.verbose and not problems:
            print("%s: ok" % name)

    exchanges = read_exchanges(args.recordings)
    replay(exchanges, report)
    replay_writes(exchanges, report)
    with tempfile.TemporaryDirectory() as scratch:
        for case in CASES:
            try:
                case(Running, scratch)
                problems = []
            except Exception as error:  # an assertion or whatever else went wrong is one failure
                line = error.__traceback__
                while line.tb_next:
                    line = line.tb_next
                problems = ["%s line %d: %r" % (os.path.basename(line.tb_frame.f_code.co_filename), line.tb_lineno, error)]
            report(case.__name__, problems)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
