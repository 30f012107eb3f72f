#!/usr/bin/env python3
"""A double of Metaflow's metadata service, on 127.0.0.1.

    service_double.py [options] --root DIR/.metaflow        a local history as the service would show it
    service_double.py [options] --synthetic runs=100000     flow SynFlow; also tasks=50000, or both: runs=20,tasks=500
    service_double.py [options] --writable                  empty, for flows that register themselves

Prints `port N` first. Ends on SIGTERM or SIGINT.

Options:
    --port N               default: any free one
    --version V            new (pages and filters), or a release: 2.5.1, 2.5.0, 2.4.13, 2.3.0, 2.1.0, 2.0.6, 2.0.5, 1.0.1
    --writable             take POST and PATCH too, in memory (not with --synthetic)
    --prefix /path         the path prefix under which it answers
    --require-header H     'x-api-key: k': refuse requests without it, as a gateway does
    --now MS               a fixed clock
    --heartbeats none|auto whether objects of --root get heartbeats, made from their newest rows (default auto)
    --fault JSON           a fault; again for more. See tests/double/server.py for these and for the control routes
    --counts FILE          write the number of requests of each route there at the end
    --until-stdin-closes   end then as well
"""
import argparse
import json
import os
import signal
import sys
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from double import server  # noqa: E402
from double.history import HistorySource  # noqa: E402
from double.store import MemorySource  # noqa: E402
from double.synthetic import SyntheticSource  # noqa: E402


def synthetic_sizes(text):
    sizes = {}
    for part in text.split(","):
        name, _, number = part.partition("=")
        if name not in ("runs", "tasks") or not number.isdigit():
            raise argparse.ArgumentTypeError("runs=N and tasks=N are known, not %s" % part)
        sizes[name] = int(number)
    return sizes


def checked(parse):
    """A type for argparse that shows the error's own words."""
    def convert(text):
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error))
    return convert


def parse_arguments(argv):
    p = argparse.ArgumentParser(usage=__doc__, add_help=False)
    p.add_argument("-h", "--help", action="store_true")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--version", default="new", type=checked(lambda text: server.Version(text).name))
    p.add_argument("--root")
    p.add_argument("--synthetic", type=synthetic_sizes)
    p.add_argument("--writable", action="store_true")
    p.add_argument("--prefix", default="")
    p.add_argument("--require-header", type=checked(server.parse_header))
    p.add_argument("--now", type=int)
    p.add_argument("--heartbeats", choices=("none", "auto"), default="auto")
    p.add_argument("--fault", action="append", default=[], type=checked(lambda text: server.Fault(json.loads(text)).spec))
    p.add_argument("--counts")
    p.add_argument("--until-stdin-closes", action="store_true")
    args = p.parse_args(argv)
    if args.help:
        print(__doc__.strip())
        raise SystemExit(0)
    if args.root and args.synthetic or not (args.root or args.synthetic or args.writable):
        p.error("one of --root, --synthetic, --writable is needed")
    if args.synthetic and args.writable:
        p.error("--synthetic cannot be written to")
    if args.root and not os.path.isdir(args.root):
        p.error("%s: not a directory" % args.root)
    return args


def main(argv):
    args = parse_arguments(argv)

    def make_source(clock):
        if args.root:
            return HistorySource(clock, args.root, args.heartbeats == "auto")
        if args.synthetic:
            return SyntheticSource(clock, **args.synthetic)
        return MemorySource(clock)
    try:
        double = server.Double(make_source, args.version, args.writable, args.prefix, args.require_header, args.now, args.fault)
        httpd = server.make_server(double, args.port)
    except (ValueError, OSError) as error:
        print("service_double.py: %s" % error, file=sys.stderr)
        return 2
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    threading.Thread(target=httpd.serve_forever, daemon=True).start()
    print("port %d" % httpd.server_address[1], flush=True)
    if args.until_stdin_closes:
        def watch():
            while os.read(0, 4096):
                pass
            ended.set()
        threading.Thread(target=watch, daemon=True).start()
    ended.wait()
    httpd.shutdown()
    if args.counts:
        with open(args.counts, "w") as f:
            f.write(server.counts_text(double))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
