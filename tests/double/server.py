"""HTTP for the double: requests, faults, counts and the other controls.

Control routes, outside of the service's names and counted nowhere:

    GET  /__counts    {"GET /flows/F/runs": 1, ...}: requests by route; "GET ?" are unknown paths
    GET  /__log       the last requests: method, path, query, headers, status
    POST /__fault     a fault, or a list of them; {} or [] ends all faults
    POST /__version   {"version": "2.4.13"}
    POST /__now       {"now": MS}, {"advance": MS} or {"now": null} for the real time
    POST /__reset     as at the start; a history is read again

A fault is an object:

    match        regular expression searched in "METHOD PATH?QUERY" (default: all)
    times        how many requests it is for (default: all); `after` so many are let through first
    delay        seconds before the answer
    close        close the connection instead of answering
    status, body, type      an answer as of a gateway in between
    retry_after  a Retry-After header, with status 503 if no other is given
    headers      more headers, on this answer or on the real one
    cut          send only so many bytes of the body, then close
    gzip         compress the real answer as a proxy may
"""
import gzip
import http.server
import json
import re
import sys
import threading
import time

from . import routes, wire
from .versions import Version

LIMIT = 8190  # bytes of the request line and of each header
LOGGED = 10000
SERVER = "Python/3.11 aiohttp/3.8.4"
FAULT = {"match", "times", "after", "delay", "close", "status", "body", "type", "retry_after", "headers", "cut", "gzip"}


class Clock:
    def __init__(self, now=None):
        self.fixed = now

    def now(self):
        """Milliseconds since 1970."""
        return int(time.time() * 1000) if self.fixed is None else self.fixed


class Fault:
    def __init__(self, spec):
        unknown = set(spec) - FAULT
        if unknown:
            raise ValueError("unknown in a fault: %s" % ", ".join(sorted(unknown)))
        self.spec = spec
        self.match = re.compile(spec.get("match", ""))
        self.after = spec.get("after", 0)
        self.times = spec.get("times")

    def takes(self, request):
        if self.times == 0 or not self.match.search(request):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is not None:
            self.times -= 1
        return True

    def answer(self, real):
        """The answer instead of the real one, or the real one changed."""
        spec = self.spec
        status = spec.get("status", 503 if "retry_after" in spec and "body" not in spec else None)
        if status is None and "body" not in spec:
            answer = real()
        else:
            body = spec.get("body", json.dumps({"message": "status %s" % status}))
            if not isinstance(body, str):
                body = json.dumps(body)
            answer = wire.Answer(status or 200, body, spec.get("type", "text/html" if body.startswith("<") else wire.JSON),
                                 versioned=False)
        answer.headers.update(spec.get("headers", {}))
        if "retry_after" in spec:
            answer.headers["Retry-After"] = str(spec["retry_after"])
        if spec.get("gzip"):
            answer.pieces = [gzip.compress(b"".join(answer.pieces), 1)]
            answer.headers["Content-Encoding"] = "gzip"
        return answer


class Double:
    """The state that all connections share."""

    def __init__(self, make_source, version="new", writable=False, prefix="", required=None, now=None, faults=()):
        self.lock = threading.Lock()  # the service has one event loop: one request at a time
        self.make_source = make_source
        self.first = version, now, list(faults)
        self.writable, self.prefix, self.required = writable, prefix.rstrip("/"), required
        self.reset()

    def reset(self):
        version, now, faults = self.first
        self.version = Version(version)
        self.clock = Clock(now)
        self.faults = [Fault(spec) for spec in faults]
        self.counts, self.log = {}, []
        self.source = self.make_source(self.clock)

    def serve(self, method, path, query, headers, body):
        """(answer or None for a closed connection, bytes of its body to send or None for all)."""
        with self.lock:
            fault = next((fault for fault in self.faults if fault.takes("%s %s?%s" % (method, path, query))), None)

        def real():
            with self.lock:
                return self._real(method, path, query, headers, body)
        if fault is None:
            answer = real()
        else:
            time.sleep(fault.spec.get("delay", 0))
            answer = None if fault.spec.get("close") else fault.answer(real)
        with self.lock:
            pattern = self._pattern(method, path) or "?"
            name = "%s %s" % (method, pattern)
            self.counts[name] = self.counts.get(name, 0) + 1
            self.log.append({"method": method, "path": path, "query": query, "headers": dict(headers.items()),
                             "status": answer.status if answer else None})
            del self.log[:-LOGGED]
        return answer, fault.spec.get("cut") if fault else None

    def _below(self, path):
        """The path without the prefix, None outside of it."""
        if not self.prefix:
            return path
        return path[len(self.prefix):] if path.startswith(self.prefix + "/") else None

    def _pattern(self, method, path):
        below = self._below(path)
        return None if below is None else routes.find(self.version, method, below, self.writable)[0]

    def _real(self, method, path, query, headers, body):
        if self.required and headers.get(self.required[0]) != self.required[1]:
            return wire.Answer(403, '{"message":"Forbidden"}', wire.JSON, versioned=False)
        below = self._below(path)
        if below is None:
            return wire.framework(404, "404: Not Found")
        return routes.answer(self.source, self.version, self.clock, method, below, query, body, self.writable)[1]

    def control(self, method, path, body):
        """(status, value) of a control route."""
        with self.lock:
            try:
                value = json.loads(body or b"{}") if method == "POST" else None
                return self._control(method, path, value)
            except (ValueError, KeyError, TypeError, AttributeError, re.error) as error:
                return 400, {"error": "%s: %s" % (type(error).__name__, error)}

    def _control(self, method, path, value):
        name = "%s %s" % (method, path)
        if name == "GET /__counts":
            return 200, self.counts
        if name == "GET /__log":
            return 200, self.log
        if name == "POST /__fault":
            specs = value if isinstance(value, list) else [value] if value else []
            if not specs:
                self.faults = []
            self.faults += [Fault(spec) for spec in specs]
        elif name == "POST /__version":
            self.version = Version(value["version"])
        elif name == "POST /__now":
            self.clock.fixed = self.clock.now() + value["advance"] if "advance" in value else value["now"]
        elif name == "POST /__reset":
            self.reset()
        else:
            return 404, {"error": "no such control"}
        return 200, {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 75  # of an idle connection
    wbufsize = 1 << 16  # one segment for head and body of a small answer
    disable_nagle_algorithm = True
    double = None  # set by make_server

    def version_string(self):
        return SERVER

    def date_time_string(self, timestamp=None):
        """The Date header follows the double's clock."""
        return super().date_time_string(self.double.clock.now() / 1000 if timestamp is None else timestamp)

    def log_message(self, *args):
        pass

    def parse_request(self):
        if len(self.raw_requestline) > LIMIT:
            self._refuse("Got more than %d bytes (%d) when reading Status line is too long." %
                         (LIMIT, len(self.raw_requestline)))
            return False
        if not super().parse_request():
            return False
        for name, value in self.headers.items():
            if len(name) + len(value) > LIMIT:
                self._refuse("Got more than %d bytes (%d) when reading Header value is too long." % (LIMIT, len(value)))
                return False
        return True

    def _refuse(self, text):
        self.command = self.command or "GET"
        self.request_version = "HTTP/1.1"
        self.close_connection = True
        self._send(wire.framework(400, text, close=True))

    def _read_body(self):
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            body = b""
            while True:
                size = int(self.rfile.readline(LIMIT).split(b";")[0], 16)
                body += self.rfile.read(size)
                self.rfile.readline(LIMIT)
                if size == 0:
                    break
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if (self.headers.get("Content-Encoding") or "").lower() == "gzip":
            body = gzip.decompress(body)
        return body

    def _handle(self):
        try:
            body = self._read_body()
        except (ValueError, OSError, EOFError):
            return self._refuse("Bad request body")
        path, _, query = self.path.partition("?")
        if path.startswith("/__"):
            status, value = self.double.control(self.command, path, body)
            return self._send(wire.Answer(status, json.dumps(value), wire.JSON, versioned=False))
        answer, cut = self.double.serve(self.command, path, query, self.headers, body)
        if answer is None:
            self.close_connection = True
            return None
        return self._send(answer, cut)

    def _send(self, answer, cut=None):
        total = sum(len(piece) for piece in answer.pieces)
        self.send_response(answer.status)
        if answer.versioned:
            self.send_header("METADATA_SERVICE_VERSION", self.double.version.announced)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(total))
        if answer.close:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            for piece in answer.pieces if cut is None else [b"".join(answer.pieces)[:cut]]:
                self.wfile.write(piece)
        if cut is not None:
            self.close_connection = True
        self.wfile.flush()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """Clients may go away in the middle; other errors are the double's own and must be seen."""

        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def make_server(double, port=0):
    handler = type("BoundHandler", (Handler,), {"double": double})
    return Server(("127.0.0.1", port), handler)


def parse_header(text):
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise ValueError("not a header: %s" % text)
    return name.strip(), value.strip()


def counts_text(double):
    with double.lock:
        return json.dumps(double.counts, sort_keys=True, indent=1) + "\n"
