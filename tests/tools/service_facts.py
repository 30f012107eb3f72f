#!/usr/bin/env python3
"""Compare what mfctl says about a history behind a metadata service with what Metaflow's Python client said.

    service_facts.py --mfctl PATH [--jobs N] DIR...

Each DIR is a scenario, .metaflow and oracle.json. The double serves its records; values, logs and cards are read from the
directory, as from any datastore. Some scenarios are asked again of releases of the service that lack pages, filters, or
whole routes. Prints what compare_oracle.py prints, and a last line "N passed, N failed".

Left out: `damaged`, whose damage is of records as files, which a service does not have; what is in other object stores.
"""
import argparse
import concurrent.futures
import os
import sys

sys.dont_write_bytecode = True
sys.path[:0] = [os.path.dirname(os.path.abspath(__file__)), os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)]

from compare_oracle import Comparison  # noqa: E402
from double.process import Service  # noqa: E402

LEFT_OUT = {"damaged"}
# Also asked of these releases, and what they cannot tell: 2.0.5 has no artifacts by attempt.
OLD = {"2.5.1": (), "2.0.5": ("attempts",)}
ALSO_OLD = {"retry", "nested"}


def compare(directory, version, skipped, options):
    name = os.path.basename(os.path.abspath(directory))
    history = os.path.join(os.path.abspath(directory), ".metaflow")
    with Service("--root", history, "--version", version) as service:
        c = Comparison(directory, options.mfctl, skip_groups=skipped, jobs=1,
                       extra=["--datastore-root", history], metadata="service@" + service.url).go()
    lines = ["%s of %s: %d facts, %d deviations" % (name, version, sum(c.facts.values()), len(c.deviations))]
    lines += ["  %s %s: %s" % deviation[1:] for deviation in c.deviations[:options.show]]
    if len(c.deviations) > options.show:
        lines.append("  ... %d more" % (len(c.deviations) - options.show))
    return bool(c.facts) and not c.deviations, lines


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
    questions = []
    for directory in options.dirs:
        name = os.path.basename(os.path.abspath(directory))
        if name not in LEFT_OUT:
            questions.append((directory, "new", ()))
            questions += [(directory, version, OLD[version]) for version in OLD if name in ALSO_OLD]
    results = []
    # scenarios side by side rather than the runs of one: most have one or two
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for good, lines in pool.map(lambda q: compare(*q, options), questions):
            results.append(good)
            print("\n".join(lines), flush=True)
    print("%d passed, %d failed" % (results.count(True), results.count(False)))
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
