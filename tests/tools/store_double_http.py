"""HTTP for the doubles of object stores: requests, answers, faults, the log and the controls.

A fault is an object:

    match        regular expression searched in "KIND METHOD /path?query" (default: all)
    times        how many requests it is for (default: all); `after` so many are let through first
    delay        seconds before the answer
    status, code, message      an error in the words of the store: {"status": 503, "code": "SlowDown"}
    retry_after  a Retry-After header
    headers      more headers
    reset        send so many bytes of the body, then reset the connection
    cut          send so many bytes of the body, then close it
    length       added to what Content-Length says
    slow         bytes of body in a second
    silent       send nothing at all, and close after so many seconds

Control routes, on a port of their own:

    GET  /_double/requests     what was asked so far: kind, method, path, query, range, status, bytes
    GET  /_double/counts       {"s3 GET object": 3, ...}
    GET  /_double/secrets      what no program may ever print
    POST /_double/fault        a fault, or a list of them; [] ends all; also as a query: /_double/fault?times=2&status=503
    POST /_double/now          {"advance": MS}, {"now": MS} or {"now": null} for the real time
    POST /_double/set          changes options: {"deny": REGEX, "archived": REGEX, "region": {BUCKET: REGION}, ...}
    POST /_double/put          {"kind", "bucket", "key", "text", "metadata"}; "text": null removes the object
    POST /_double/sas          {"container", "permissions", "seconds", "blob"}: a shared access signature of Azure
    POST /_double/reset        no faults, no log
"""
import email.utils
import http.server
import json
import re
import select
import socket
import struct
import sys
import threading
import time
import urllib.parse

FAULT = {"match", "times", "after", "delay", "status", "code", "message", "retry_after", "headers", "reset", "cut", "length",
         "slow", "silent"}


class Request:
    def __init__(self, method, target, headers, body, secure):
        self.method, self.body, self.secure = method, body, secure
        self.path, _, self.query_text = target.partition("?")
        self.query = urllib.parse.parse_qsl(self.query_text, keep_blank_values=True)
        self.headers = {}
        for name, value in headers.items():
            name = name.lower()
            self.headers[name] = self.headers[name] + "," + value if name in self.headers else value
        self.what = "?"     # set by the backend: "object", "list", ...

    def get(self, name, default=None):
        """A value of the query."""
        return next((v for k, v in self.query if k == name), default)

    def header(self, name, default=None):
        return self.headers.get(name, default)


class Answer:
    def __init__(self, status=200, body=b"", kind="application/xml", headers=None):
        self.status, self.kind = status, kind
        self.body = body.encode() if isinstance(body, str) else body
        self.headers = dict(headers or {})


def reply(value, status=200, headers=None):
    return Answer(status, json.dumps(value), "application/json; charset=UTF-8", headers)


def http_date(seconds):
    return email.utils.formatdate(seconds, usegmt=True)


def parse_date(text):
    """Seconds since 1970 of an HTTP date, None for others."""
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError):
        return None


class Fault:
    def __init__(self, spec):
        unknown = set(spec) - FAULT
        if unknown:
            raise ValueError("unknown in a fault: %s" % ", ".join(sorted(unknown)))
        self.spec, self.match = spec, re.compile(spec.get("match", ""))
        self.after, self.times = spec.get("after", 0), spec.get("times")

    def takes(self, text):
        if self.times == 0 or not self.match.search(text):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Clock:
    def __init__(self, now=None):
        """now: milliseconds at which it stands still; None: the real time."""
        self.fixed, self.offset = now, 0

    def now(self):
        return (time.time() if self.fixed is None else self.fixed / 1000) + self.offset / 1000


class Double:
    """What all ports share: faults, the log, the clock, the options that can be changed."""

    def __init__(self, clock, options, faults=()):
        self.lock = threading.RLock()
        self.clock, self.options = clock, options
        self.first_faults = list(faults)
        self.backends = {}
        self.secrets = []
        self.reset()

    def reset(self):
        with self.lock:
            self.faults = [Fault(spec) for spec in self.first_faults]
            self.log = []

    def serve(self, backend, request):
        """(answer, the fault that changes how it is sent)."""
        target = request.path + ("?" + request.query_text if request.query_text else "")
        with self.lock:
            fault = next((f for f in self.faults if f.takes("%s %s %s" % (backend.kind, request.method, target))), None)
        spec = fault.spec if fault else {}
        time.sleep(spec.get("delay", 0))
        if "status" in spec:
            backend.name(request)
            answer = backend.error(spec["status"], spec.get("code", ""), spec.get("message", ""), request)
        else:
            answer = backend.answer(request)
        answer.headers.update(spec.get("headers", {}))
        if "retry_after" in spec:
            answer.headers["Retry-After"] = str(spec["retry_after"])
        row = {"kind": backend.kind, "what": request.what, "method": request.method,
               "path": urllib.parse.unquote(request.path), "query": dict(request.query),
               "range": request.header("x-ms-range") or request.header("range"),
               "status": None if "silent" in spec else answer.status, "bytes": len(answer.body)}
        row["query"].pop("sig", None)
        with self.lock:
            self.log.append(row)
        return answer, spec

    def counts(self):
        counts = {}
        for row in self.log:
            name = "%(kind)s %(method)s %(what)s" % row
            counts[name] = counts.get(name, 0) + 1
        return counts

    def control(self, method, name, query, value):
        with self.lock:
            if name == "requests":
                return [row for row in self.log if not query or all(row.get(k) == v for k, v in query.items())]
            if name == "counts":
                return self.counts()
            if name == "secrets":
                return self.secrets
            if name == "fault":
                if query:
                    value = {k: int(v) if v.isdigit() else v for k, v in query.items()}
                specs = value if isinstance(value, list) else [value] if value else []
                self.faults = ([] if not specs else self.faults) + [Fault(spec) for spec in specs]
            elif name == "now":
                if "now" in value:
                    self.clock.fixed, self.clock.offset = value["now"], 0
                self.clock.offset += value.get("advance", 0)
            elif name == "set":
                for k, v in value.items():
                    if not hasattr(self.options, k):
                        raise ValueError("no option %s" % k)
                    setattr(self.options, k, v)
            elif name == "put":
                objects = self.backends[value["kind"]].objects
                if value["text"] is None:
                    objects.remove(value["bucket"], value["key"])
                else:
                    objects.put(value["bucket"], value["key"], value["text"].encode(), value.get("metadata", {}))
            elif name == "sas":
                return self.backends["azure"].make_sas(**value)
            elif name == "reset":
                self.reset()
            else:
                raise KeyError(name)
        return {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60            # of an idle connection
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    double = backend = None     # set by make_server

    def log_message(self, *args):
        pass

    def handle_expect_100(self):
        return super().handle_expect_100()

    def _body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _handle(self):
        request = Request(self.command, self.path, self.headers, self._body(), self.server.secure)
        answer, spec = self.double.serve(self.backend, request)
        if "silent" in spec:
            # until the other side gives up, or the time is over
            select.select([self.connection], [], [], spec["silent"])
            self.close_connection = True
            return
        self._send(answer, spec)

    def _send(self, answer, spec):
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Date", http_date(self.double.clock.now()))
        if answer.status not in (204, 304):
            if answer.body or answer.kind:
                self.send_header("Content-Type", answer.kind)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.body) + spec.get("length", 0)))
        self.end_headers()
        ends = [n for n in ("reset", "cut") if n in spec]
        body = b"" if self.command == "HEAD" or answer.status in (204, 304) else answer.body
        if ends:
            body = body[:spec[ends[0]]]
        if "slow" in spec:
            # in tenths of a second
            step = max(1, spec["slow"] // 10)
            for i in range(0, len(body), step):
                self.wfile.write(body[i:i + step])
                self.wfile.flush()
                time.sleep(0.1)
        else:
            self.wfile.write(body)
        self.wfile.flush()
        if "reset" in spec:
            # what was sent is to arrive: then the reset
            time.sleep(0.05)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if ends or spec.get("length"):
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _handle


class Control(Handler):
    def _handle(self):
        body = self._body()
        path, _, query = self.path.partition("?")
        try:
            value = json.loads(body) if body else {}
            if not path.startswith("/_double/"):
                raise KeyError(path)
            answer = reply(self.double.control(self.command, path[len("/_double/"):], dict(urllib.parse.parse_qsl(query)), value))
        except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
            answer = reply({"error": "%s: %s" % (type(error).__name__, error)}, 400)
        self._send(answer, {})

    do_GET = do_POST = _handle


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    secure = False
    context = None

    def finish_request(self, request, address):
        if self.context:    # in the connection's own thread
            request = self.context.wrap_socket(request, server_side=True)
        super().finish_request(request, address)

    def shutdown_request(self, request):
        """A reset must not be preceded by an orderly end."""
        try:
            linger = struct.unpack("ii", request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))
            if not linger[0]:
                request.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        self.close_request(request)

    def handle_error(self, request, client_address):
        """Clients may go away in the middle; other errors are the double's own and must be seen."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def make_server(double, backend, port=0, context=None):
    """Of a backend; of the controls where that is None."""
    name = Handler if backend else Control
    server = Server(("127.0.0.1", port), type("Bound" + name.__name__, (name,), {"double": double, "backend": backend}))
    server.context, server.secure = context, context is not None
    return server
