#!/usr/bin/env python3
"""Compare what mfctl says about histories whose data is in object stores with what Metaflow's Python client said.

    store_facts.py --mfctl PATH [--jobs N] DIR...

Each DIR is a scenario as store_data.py unpacks it. Doubles serve its objects; its records are local, and those of some are
asked once more of the double of the metadata service. Lists come in pages of a few names. Prints a line for each question
and a last line "N passed, N failed".
"""
import argparse
import concurrent.futures
import os
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, os.pardir)]

from compare_oracle import Comparison  # noqa: E402
from double.process import Service  # noqa: E402
from store_data import kind_of  # noqa: E402
from store_double_process import Stores  # noqa: E402

BY_SERVICE = ("remote_s3", "remote_azure", "remote_gs")


def compare(directory, by_service, options):
    name, kind = os.path.basename(os.path.abspath(directory)), kind_of(directory)
    with Stores("--page", "7", "%s=%s" % (kind, os.path.join(directory, kind))) as stores:
        if by_service:
            with Service("--root", os.path.join(os.path.abspath(directory), ".metaflow")) as service:
                c = Comparison(directory, options.mfctl, jobs=1, metadata="service@" + service.url, store_env=stores.env()).go()
        else:
            c = Comparison(directory, options.mfctl, jobs=1, store_env=stores.env()).go()
        counts = stores.control("counts")
        refused = [r for r in stores.control("requests") if r["status"] >= 400 and r["status"] not in (404, 416)]
    lines = ["%s%s: %d facts, %d deviations, %d requests for objects, %d for lists" % (
        name, " by the service" if by_service else "", sum(c.facts.values()), len(c.deviations),
        counts.get(kind + " GET object", 0), counts.get(kind + " GET list", 0))]
    lines += ["  %s %s: %s" % deviation[1:] for deviation in c.deviations[:options.show]]
    if len(c.deviations) > options.show:
        lines.append("  ... %d more" % (len(c.deviations) - options.show))
    lines += ["  refused: %(method)s %(path)s: %(status)d" % r for r in refused[:3]]
    return bool(c.facts) and not c.deviations and not refused and bool(counts), lines


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--mfctl", default=os.environ.get("MFCTL", "build/mfctl"))
    p.add_argument("--jobs", type=int, default=2, help="scenarios at the same time")
    p.add_argument("--show", type=int, default=5)
    p.add_argument("dirs", nargs="+")
    options = p.parse_args()
    options.mfctl = os.path.abspath(options.mfctl)
    if not os.access(options.mfctl, os.X_OK):
        p.error("%s: no such program" % options.mfctl)
    questions = [(d, s) for d in options.dirs for s in (False, True)
                 if not s or os.path.basename(os.path.abspath(d)) in BY_SERVICE]
    results = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for good, lines in pool.map(lambda q: compare(*q, options), questions):
            results.append(good)
            print("\n".join(lines), flush=True)
    print("%d passed, %d failed" % (results.count(True), results.count(False)))
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
