#!/usr/bin/env python3
"""Compare what mfctl prints for pickles with the answers recorded from Python.

    pickle_corpus.py [--skip-classes numpy,pandas,scipy,sklearn] [--jobs N] MFCTL DIRECTORY [NAME...]

DIRECTORY holds <name>.pkl and <name>.json (the pickles of the corpus). For each, `MFCTL cat --pickle-file FILE -o json`
must print the rendering byte for byte; what a reader without the classes cannot know is forgiven (json-values.md §9),
nothing else. Hostile streams must end in time and without a crash. Prints "N passed, N failed" and the failures; exit
status 1 if there are any. Cases of the classes to skip are run and counted, and not failures.
"""
import argparse
import concurrent.futures
import hashlib
import json
import os
import resource
import subprocess
import sys

TIMEOUT = 10
MEMORY = 1 << 30
VALUE, ERROR, PARTIAL = 0, 1, 6


def load(text):
    """JSON as nested values in which integers, floats and the order of keys stay apart."""
    return json.loads(text, object_pairs_hook=lambda pairs: ("object", pairs),
                      parse_float=lambda s: ("float", s))


def plain(value):
    """A value as load() gives it, from one that json.load() gave."""
    return load(json.dumps(value, ensure_ascii=True))


def members(node):
    return dict(node[1]) if is_object(node) else {}


def is_object(node):
    return isinstance(node, tuple) and node[0] == "object"


def may_be_set_of_sets(want, case):
    """Sets and lists look the same in JSON; frozensets do not hide in the stream."""
    sets = "FROZENSET" in case.get("opcodes", []) or "frozenset" in json.dumps(case.get("globals"))
    return sets and all(isinstance(x, list) for x in want)


def same(want, got, case):
    if want == got and type(want) is type(got):
        return True
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        if all(same(w, g, case) for w, g in zip(want, got)):
            return True
        # Sets of sets are only partially ordered: compare as multisets.
        return may_be_set_of_sets(want, case) and sorted(map(repr, want)) == sorted(map(repr, got))
    if not (is_object(want) and is_object(got)):
        return False
    if [k for k, _ in want[1]] == [k for k, _ in got[1]] \
            and all(same(w, g, case) for (_, w), (_, g) in zip(want[1], got[1])):
        return True
    return forgiven(want, got, case)


def forgiven(want, got, case):
    """The table of json-values.md §9."""
    w, g = members(want), members(got)
    name = w.get("$object")
    if not isinstance(name, str):
        return False
    state = w.get("state")
    value = members(g.get("state")).get("args") if is_object(g.get("state")) else None
    # an Enum member: its name, or its value as an argument
    if set(w) == {"$object", "state"}:
        if list(g) == ["$ref"] and g["$ref"].rpartition(".")[0] == name:
            return True
        if g.get("$object") == name and isinstance(value, list) and len(value) == 1 \
                and same(state, value[0], case):
            return True
        # several flags
        if g.get("$object") == "_operator.or_" and isinstance(value, list):
            return all(members(x).get("$ref", name + ".").startswith(name + ".") for x in value)
        # a namedtuple
        if g.get("$object") == name and isinstance(state, list) and same(state, value, case):
            return True
    # made by a callable that only Python could follow to the class
    if "via" in w and "via" not in g and g.get("$object") == w["via"]:
        return same(state, g.get("state"), case)
    old = case.get("protocol", 9) <= 2
    # exceptions that Python 2 did not have
    if old and name.startswith("builtins.") and g.get("$object") == "builtins.OSError":
        return same(state, g.get("state"), case)
    # the arguments of __getnewargs_ex__ are not in protocols 0 and 1
    if case.get("protocol", 9) <= 1 and g.get("$object") == name:
        parts = members(state)
        if set(parts) <= {"args", "kwargs", "state"} and "state" in parts:
            return same(parts["state"], g.get("state"), case)
    return False


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(args, path):
    bounded = None if args.sanitized else limit_memory
    try:
        p = subprocess.run([args.mfctl, "cat", "--pickle-file", path, "-o", "json"], capture_output=True,
                           timeout=TIMEOUT * (6 if args.sanitized else 1), preexec_fn=bounded)
    except subprocess.TimeoutExpired:
        return None, "", "took more than %d s" % TIMEOUT
    return p.returncode, p.stdout.decode("ascii", "replace"), p.stderr.decode("utf-8", "replace")


def well_formed(code, out, err):
    """What holds for every run: a reason, or None."""
    if code is None or code not in (VALUE, ERROR, PARTIAL):
        return "exit %s: %s" % (code, err.strip()[:300])
    if code == VALUE and err:
        return "messages: " + err[:300]
    if code != VALUE and not err:
        return "exit %d without a message" % code
    if code == ERROR:
        return "output with an error" if out.strip() else None
    if not out.endswith("\n") or out.count("\n") != 1:
        return "not one line"
    try:
        load(out)
    except ValueError as e:
        return "not JSON: %s" % e
    if code == PARTIAL and "$truncated" not in out and "$error" not in out:
        return "partial, but nothing is marked"
    return None


def check_value(case, code, out, err):
    render = case.get("render") or {}
    if code == PARTIAL and ("$error" in out or "$truncated" in out):
        return "partial: " + out[:300]
    if code != VALUE:
        return "exit %d: %s" % (code, err.strip()[:300])
    text = out[:-1]
    kind = render.get("json_class")
    if kind in ("strict-hash", "extended-hash"):
        same_hash = hashlib.sha256(text.encode()).hexdigest() == render["json_sha256"]
        return None if same_hash else "%d bytes (want %d) or another hash" % (len(text), render["json_len"])
    want = render.get("json")
    if kind == "none":
        want = render.get("json_cyclic")
    if want is None and "json" not in render and "json_cyclic" not in render:
        return None
    if kind != "none" and "json_sha256" in render \
            and hashlib.sha256(text.encode()).hexdigest() == render["json_sha256"]:
        return None
    if same(plain(want), load(text), case):
        return None
    return "\n    want %s\n    got  %s" % (json.dumps(want, separators=(",", ":"))[:600], text[:600])


def check(args, name):
    """A reason why the case fails, or None."""
    with open(os.path.join(args.directory, name + ".json"), encoding="utf-8") as f:
        case = json.load(f)
    code, out, err = run(args, os.path.join(args.directory, name + ".pkl"))
    expect = case["expect"]
    reason = well_formed(code, out, err)
    if not reason:
        if expect in ("value", "opaque"):
            reason = check_value(case, code, out, err)
        elif expect == "error":
            reason = None if code == ERROR else "no error: " + out[:300]
        elif expect == "unsafe":
            reason = None if code == VALUE else "not printed: " + err[:300]
        elif expect == "robust" and "json" in (case.get("cpython") or {}) and code == VALUE:
            reason = None if load(out) == plain(case["cpython"]["json"]) else "another value: " + out[:300]
    return name, reason, mentions(case, args.skip)


def mentions(case, classes):
    text = json.dumps([case.get("globals"), case.get("name")])
    return any(c in text for c in classes)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--skip-classes", default="", metavar="A,B", help="report these modules' values only")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--sanitized", action="store_true", help="no limit of address space, six times as long")
    parser.add_argument("mfctl")
    parser.add_argument("directory")
    parser.add_argument("names", nargs="*")
    args = parser.parse_args()
    args.skip = [c for c in args.skip_classes.split(",") if c]
    names = args.names or sorted(f[:-4] for f in os.listdir(args.directory) if f.endswith(".pkl"))
    passed, skipped, failures = 0, 0, []
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        for name, reason, skip in pool.map(lambda n: check(args, n), names):
            if reason is None:
                passed += 1
            elif skip:
                skipped += 1
            else:
                failures.append((name, reason))
    for name, reason in failures:
        print("FAILED %s: %s" % (name, reason))
    print("%d passed, %d failed%s" % (
        passed, len(failures), ", %d of skipped classes differ" % skipped if skipped else ""))
    return 1 if failures or not names else 0


if __name__ == "__main__":
    sys.exit(main())
