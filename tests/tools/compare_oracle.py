#!/usr/bin/env python3
"""Compare what mfctl says about a history with what Metaflow's Python client said.

    compare_oracle.py --mfctl PATH [options] DIR...

Each DIR is a scenario: .metaflow and oracle.json, the recorded answers of the
Python client about every object in it. mfctl is asked the same questions and
every field is one fact. Prints one line per scenario, its deviations, and a
last line "N passed, N failed" about the scenarios; the exit status is 1 when
one failed.

The client is not always right. Where the data model says that it is wrong, the
comparison expects what is true instead; KNOWN lists those cases, each with its
reason, and their number is printed with --known.

Options:
    --mfctl PATH         the program (default: $MFCTL, or build/mfctl)
    --show N             deviations to print per scenario (default 20)
    --known              print how often each known difference was met
    --skip-classes A,B   count values of these kinds as skipped instead of
                         comparing them: numpy, pandas, sklearn
    --skip-groups A,B    leave out groups of facts (runs, steps, tasks, metadata,
                         lineage, logs, cards, artifacts, values, attempts,
                         namespaces, code)
    --groups             print the facts and deviations of every group
    --metadata SPEC      ask this provider about the directories' histories: local@DIR, service@URL, datastore@ROOT
                         (default: local@DIR of each)
    --datastore-root     read each directory's .metaflow whatever root its records name
    --jobs N             questions asked at the same time (default 2)
"""
import argparse
import collections
import concurrent.futures
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import threading

sys.setrecursionlimit(20000)
if hasattr(sys, "set_int_max_str_digits"):
    sys.set_int_max_str_digits(0)

KNOWN = {
    "client-error": "the client raises; what is true is printed instead",
    "origin-none": "the client says Flow/None for a run that was never resumed",
    "tagged-time": "tagging resets the record of a local run; its time is then taken from the run id",
    "order-tie": "objects created in the same millisecond have no defined order in the client",
    "custom-end": "a resumed run has no end_step metadata, so the client looks for a step called 'end'",
    "lineage": "the client matches foreach paths by prefix, mixes the rounds of a recursive step, and finds no children "
               "in a switch inside a foreach",
    "untaken": "the client raises for the neighbours of a step when one of them never ran; the graph knows them",
    "clone-log": "a clone has no logs in the client; the program shows those of its origin",
    "no-log": "the client says one empty line for a task without a log",
    "log-ties": "the client orders lines of the same microsecond by a random id, and lines without a stamp bytewise "
                "with their newline doubled",
    "metadata-tie": "metadata_dict of the client takes any of several values of the same millisecond",
    "no-cards": "the client has no list where it cannot find the card store",
    "class-less": "what json-values.md section 9 allows",
    "size-unknown": "the client cannot tell the size",
    "flow-time": "a datastore does not tell when a flow was first run",
}


# -- JSON -----------------------------------------------------------------

def canon(x):
    return json.dumps(x, ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def is_error(x):
    return isinstance(x, dict) and "$error" in x


def iso_ms(text):
    """Milliseconds since 1970 of an ISO time, naive = UTC; None for null; the thing itself if it is no time."""
    if text is None:
        return None
    m = isinstance(text, str) and re.match(
        r"(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?$", text)
    if not m:
        return text
    d = datetime.date(int(m.group(1)), int(m.group(2)), int(m.group(3))).toordinal() - 719163
    frac = ((m.group(7) or "") + "000000")[:6]
    ms = ((d * 24 + int(m.group(4))) * 60 + int(m.group(5))) * 60000 + int(m.group(6)) * 1000
    zone = m.group(8)
    if zone and zone != "Z":
        off = (int(zone[1:3]) * 60 + int(zone[4:6])) * 60000
        ms -= off if zone[0] == "+" else -off
    return ms + int(frac) // 1000


RFC3339 = re.compile(r"\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

PY3_ERRORS = {"builtins." + n for n in (
    "BlockingIOError ChildProcessError ConnectionError BrokenPipeError ConnectionAbortedError ConnectionRefusedError "
    "ConnectionResetError FileExistsError FileNotFoundError InterruptedError IsADirectoryError NotADirectoryError "
    "PermissionError ProcessLookupError TimeoutError").split()}


def is_object(x):
    return isinstance(x, dict) and "$object" in x


def refs_of(x, cls):
    """Is x only references to members of cls, perhaps joined by or?"""
    if isinstance(x, dict) and set(x) == {"$ref"}:
        return x["$ref"].startswith(cls + ".")
    if is_object(x) and x["$object"] in ("_operator.or_", "operator.or_"):
        return all(refs_of(a, cls) for a in (x.get("state") or {}).get("args", [None]))
    return False


def same_value(want, got, forgiven):
    """Equal, or different in one of the ways a reader without the classes must differ."""
    if type(want) is not type(got):
        return False
    if isinstance(want, list):
        if len(want) == len(got) and all(same_value(a, b, forgiven) for a, b in zip(want, got)):
            return True
        # sets of sets are only partially ordered
        if len(want) == len(got) and want and all(isinstance(a, list) for a in want):
            if sorted(map(canon, want)) == sorted(map(canon, got)):
                forgiven.append("set of sets")
                return True
        return False
    if not isinstance(want, dict):
        return canon(want) == canon(got)
    if is_object(want):
        cls, state = want["$object"], want.get("state")
        if refs_of(got, cls):
            forgiven.append("enum")
            return True
        if is_object(got):
            other = got["$object"]
            gs = got.get("state")
            if other == cls and isinstance(gs, dict) and set(gs) == {"args"} and isinstance(gs["args"], list):
                if isinstance(state, list) and same_value(state, gs["args"], forgiven):
                    forgiven.append("namedtuple")
                    return True
                if len(gs["args"]) == 1 and same_value(state, gs["args"][0], forgiven):
                    forgiven.append("enum")
                    return True
            if "via" in want and want["via"] == other and "via" not in got and same_value(state, gs, forgiven):
                forgiven.append("via")
                return True
            if cls in PY3_ERRORS and other == "builtins.OSError" and same_value(state, gs, forgiven):
                forgiven.append("OSError")
                return True
            if other == cls and isinstance(state, dict) and "state" in state and set(state) <= {"args", "kwargs", "state"} \
                    and canon(gs) == canon(state["state"]):
                forgiven.append("getnewargs_ex")
                return True
    return list(want) == list(got) and all(same_value(want[k], got[k], forgiven) for k in want)


VALUE_KINDS = (
    ("sklearn", ("sklearn.", "scipy.")),
    ("pandas", ("$dataframe", "$series", "pandas.")),
    ("numpy", ("$ndarray", "$npscalar", "numpy.", "array(")),
)


def value_kind(art):
    text = art.get("pytype", "") + " " + (art.get("repr") or "") + " " + canon(art.get("json"))
    for kind, marks in VALUE_KINDS:
        if any(m in text for m in marks):
            return kind
    return None


# -- logs as they are stored --------------------------------------------------

MFLOG = re.compile(rb"^(\[!)?\[MFLOG\|(0)\|(.+?)Z\|(.+?)\|(.+?)\](.*)$", re.S)
STAMP = re.compile(rb"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}$")


def merged_log(sources, as_client):
    """The text of one stream from its stored sources: as the client merges it, or by time and line number."""
    rows, loose = [], []
    for nr, data in enumerate(sources):
        lines = data.split(b"\n")
        for line_nr, line in enumerate(lines):
            last = line_nr == len(lines) - 1
            if last and not line:
                continue
            m = MFLOG.match(line)
            if m and STAMP.match(m.group(3)):
                key = (m.group(3), m.group(1) or b"", m.group(4), m.group(5), m.group(6)) if as_client \
                    else (m.group(3), nr, line_nr)
                rows.append((key, m.group(6)))
            else:
                loose.append(line + b"\n" if as_client and not last else line)
    rows.sort(key=lambda r: r[0])
    lines = [r[1] for r in rows]
    if as_client:
        lines += sorted(loose)
    else:
        lines += loose
    return b"".join(x + b"\n" for x in lines)


def as_service_text(v):
    """A metadata value as the service keeps it: always text, lists in PostgreSQL's form."""
    if v is None or isinstance(v, str):
        return v
    if isinstance(v, list):
        items = []
        for x in v:
            x = as_service_text(x)
            if x == "" or x.upper() == "NULL" or re.search(r'[{},"\\\s]', x):
                x = '"%s"' % x.replace("\\", "\\\\").replace('"', '\\"')
            items.append(x)
        return "{%s}" % ",".join(items)
    return json.dumps(v)


# -- asking mfctl -------------------------------------------------------------

class Mfctl(object):
    def __init__(self, program, metadata, extra=(), env=None):
        self.base = [program, "--metadata", metadata] + list(extra)
        self.home = tempfile.TemporaryDirectory(prefix="mfkit-compare-")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(("METAFLOW", "MFCTL", "AWS_"))}
        self.env.update(HOME=self.home.name, XDG_CACHE_HOME=os.path.join(self.home.name, "cache"), TZ="UTC",
                        LC_ALL="C.UTF-8", METAFLOW_USER="nobody", **env or {})
        self.starts = 0

    def run(self, *args):
        self.starts += 1
        p = subprocess.run(self.base + list(args), env=self.env, cwd=self.home.name, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
        return p.returncode, p.stdout, p.stderr.decode("utf-8", "replace").strip()


class Comparison(object):
    """Facts and deviations of one scenario."""

    def __init__(self, directory, program, skip_classes=(), skip_groups=(), jobs=2, oracle=None, extra=None, metadata=None,
                 store_env=None):
        """store_env: variables in which mfctl finds the object stores; without it a remote scenario's objects are read as files."""
        self.dir = os.path.abspath(directory)
        self.name = os.path.basename(self.dir)
        with open(oracle or os.path.join(self.dir, "oracle.json"), encoding="ascii") as f:
            self.oracle = json.load(f)
        self.skip_classes, self.skip_groups = set(skip_classes), set(skip_groups)
        self.datastore = bool(metadata) and metadata.startswith("datastore@")
        if metadata and metadata.startswith("service@"):
            for t in [t for f in self.oracle["flows"].values() for r in f["runs"].values()
                      for s in r.get("steps", {}).values() for t in s.get("tasks", {}).values()]:
                for m in t.get("metadata") or []:
                    m["value"] = as_service_text(m["value"])
                t["metadata_dict"] = {k: as_service_text(v) for k, v in (t.get("metadata_dict") or {}).items()}
        for store in ("s3", "azure", "gs"):
            root = os.path.join(self.dir, store, "objects", "metaflow")
            if extra is None and os.path.isdir(root):
                self.store_root = root
                extra = ["--datastore-root", root] if store_env is None else []
        self.ctl = Mfctl(program, metadata or "local@" + self.dir, extra or [], store_env)
        self.lock = threading.Lock()
        self.facts = collections.Counter()
        self.deviations = []            # (group, where, field, text)
        self.known = collections.Counter()
        self.skipped = collections.Counter()
        self.jobs = jobs

    # -- recording --------------------------------------------------------
    def count(self, group, n=1):
        with self.lock:
            self.facts[group] += n

    def note(self, reason, table=None):
        with self.lock:
            (self.known if table is None else table)[reason] += 1

    def deviate(self, group, where, field, text):
        with self.lock:
            self.deviations.append((group, where, field, text))

    @staticmethod
    def short(x):
        t = x if isinstance(x, str) and not x.startswith("{") else json.dumps(x, ensure_ascii=False, default=str)
        return t if len(t) <= 240 else t[:200] + "… (%d characters)" % len(t)

    def fact(self, group, where, field, want, got, known=None):
        """One field. `known`: {reason: value that is right as well}."""
        if group in self.skip_groups:
            return
        self.count(group)
        if is_error(want):
            self.note("client-error")
            return
        if canon_eq(want, got):
            return
        for reason, other in (known or {}).items():
            if canon_eq(other, got):
                self.note(reason)
                return
        self.deviate(group, where, field, "client %s, mfctl %s" % (self.short(want), self.short(got)))

    def when(self, group, where, field, want, obj, key):
        """A time that mfctl must give as RFC 3339 in UTC with milliseconds."""
        got = obj.get(key, "(no key)")
        if isinstance(got, str) and not RFC3339.match(got):
            self.count(group)
            self.deviate(group, where, field, "not RFC 3339 with milliseconds: %s" % got)
            return
        self.fact(group, where, field, want, iso_ms(got))

    def ask(self, group, where, *args, **kw):
        """Parsed output (list for ndjson, object for json); None, and one deviation, if there is none."""
        rc, out, err = self.ctl.run(*args)
        ok = kw.get("ok", (0, 6))
        if rc not in ok:
            if group not in self.skip_groups:
                self.count(group)
                self.deviate(group, where, "mfctl " + " ".join(args), "exit %d: %s" % (rc, err.split("\n")[0]))
            return None
        try:
            text = out.decode("utf-8")
            if "ndjson" in args:
                return [json.loads(line) for line in text.split("\n") if line]
            return json.loads(text)
        except ValueError as e:
            self.count(group)
            self.deviate(group, where, "mfctl " + " ".join(args), "no JSON: %s" % e)
            return None

    def order(self, group, where, field, want_keys, got):
        """Newest first; equal times in any order. want_keys: id -> time."""
        self.fact(group, where, field + " (which)", sorted(want_keys), sorted(got))
        known = [i for i in got if i in want_keys]
        times = [want_keys[i] for i in known]
        self.count(group)
        if times != sorted(times, reverse=True):
            self.deviate(group, where, field, "not newest first: %s" % self.short(
                ["%s@%s" % (i, want_keys[i]) for i in known]))
        elif len(set(times)) < len(times):
            self.note("order-tie")

    # -- what is true -------------------------------------------------------
    @staticmethod
    def run_time(run):
        """Milliseconds at which a run was created: its record, or its id where tagging has reset the record."""
        ms = run["ts_epoch"]
        if re.match(r"\d{16,}$", run["id"]) and ms - int(run["id"]) / 1000.0 > 1000:
            return int(run["id"]) // 1000, True
        return ms, False

    def whole_run(self, flow, run):
        r = self.oracle["flows"][flow]["runs"].get(run)
        return None if r is None or is_error(r) else r

    def task_of(self, pathspec):
        f, r, s, t = pathspec.split("/")
        try:
            return self.oracle["flows"][f]["runs"][r]["steps"][s]["tasks"][t]
        except KeyError:
            return None

    def origin_of(self, task):
        """The task that wrote what a clone shows."""
        seen = set()
        while task and isinstance(task.get("origin_pathspec"), str) and task["pathspec"] not in seen:
            seen.add(task["pathspec"])
            nxt = self.task_of(task["origin_pathspec"])
            if nxt is None:
                break
            task = nxt
        return task

    @staticmethod
    def artifact_json(task, name):
        arts = task.get("artifacts")
        if not isinstance(arts, list):
            return None
        for a in arts:
            if a["name"] == name:
                return a.get("json")
        return None

    # -- everything -----------------------------------------------------------
    def go(self):
        flows = self.ask("flows", self.name, "ls", "-o", "ndjson", "--fields",
                         "id,pathspec,created_at,ts_epoch,latest_run,latest_successful_run")
        if flows is not None:
            self.fact("flows", self.name, "flows", sorted(self.oracle["flows"]), sorted(f.get("id") for f in flows))
        by_id = {f.get("id"): f for f in flows or []}
        for flow in sorted(self.oracle["flows"]):
            self.flow(flow, by_id.get(flow))
        if "namespaces" not in self.skip_groups:
            self.namespaces()
        self.deviations.sort(key=lambda d: d[1])
        return self

    def flow(self, flow, got):
        o = self.oracle["flows"][flow]
        runs = {r: x for r, x in o["runs"].items() if not is_error(x)}
        times = {r: self.run_time(x)[0] for r, x in runs.items()}
        if got is not None:
            if self.datastore and got.get("created_at", "") is None:
                self.count("flows")
                self.note("flow-time")
            else:
                self.when("flows", flow, "created_at", iso_ms(o["created_at"]), got, "created_at")
            newest = max(times.values()) if times else None
            want = {flow + "/" + r for r in times if times[r] == newest} or {None}
            if len(runs) == len(o["runs"]):
                if not any(self.run_time(x)[1] for x in runs.values()) and isinstance(o["latest_run"], str) \
                        and flow + "/" + o["latest_run"] not in want:
                    self.deviate("flows", flow, "latest_run", "the client's %s is not the newest" % o["latest_run"])
                self.fact("flows", flow, "latest_run", True, got.get("latest_run", "(no key)") in want or
                          [sorted(map(str, want)), got.get("latest_run", "(no key)")])
                good = {r: times[r] for r in times if self.truly_successful(runs[r])}
                newest = max(good.values()) if good else None
                want = {flow + "/" + r for r in good if good[r] == newest} or {None}
                self.fact("flows", flow, "latest_successful_run", True, got.get("latest_successful_run", "(no key)") in want
                          or [sorted(map(str, want)), got.get("latest_successful_run", "(no key)")])
        listed = self.ask("runs", flow, "ls", flow, "-o", "ndjson")
        listed_ids = []
        if listed is not None:
            listed_ids = [x.get("id") or str(x.get("pathspec", "")).split("/")[-1] for x in listed]
            if not is_error(o["run_order"]):
                for r in o["runs"]:
                    if r not in times and r in listed_ids:      # the client could not read it
                        listed_ids.remove(r)
                self.order("runs", flow, "run order", times, listed_ids)
        brief = {x.get("id"): x for x in listed or []}
        with concurrent.futures.ThreadPoolExecutor(self.jobs) as pool:
            for f in [pool.submit(self.run, flow, r, brief.get(r)) for r in sorted(o["runs"])]:
                f.result()

    def namespaces(self):
        for ns, flows in sorted(self.oracle["namespaces"].items()):
            if is_error(flows):
                continue
            got = self.ask("namespaces", ns, "-n", ns, "ls", "-o", "ndjson")
            if got is None:
                continue
            self.fact("namespaces", ns, "flows", sorted(flows), sorted(x.get("id") for x in got))
            for flow, ids in sorted(flows.items()):
                got = self.ask("namespaces", ns + " " + flow, "-n", ns, "ls", flow, "-o", "ndjson")
                if got is None:
                    continue
                runs = self.oracle["flows"][flow]["runs"]
                times = {r: self.run_time(runs[r])[0] for r in ids if not is_error(runs[r])}
                self.order("namespaces", ns + " " + flow, "runs", times,
                           [x.get("id") for x in got if not is_error(runs.get(x.get("id"), {}))])

    # -- runs ---------------------------------------------------------------
    def end_step(self, run):
        g = run.get("graph_info") or {}
        return g.get("end_step") or "end"

    def truly_successful(self, run):
        if run["successful"] is True:
            return True
        if self.wrong_end(run):
            tasks = run["steps"][self.end_step(run)]["tasks"]
            return any(t.get("successful") is True for t in tasks.values())
        return False

    def wrong_end(self, run):
        end = self.end_step(run)
        return run["end_task"] is None and end != "end" and end in run["steps"]

    def run(self, flow, rid, brief):
        run = self.whole_run(flow, rid)
        where = flow + "/" + rid
        if run is None:
            rc, _, err = self.ctl.run("show", where, "-o", "json")
            self.count("runs")
            if rc not in (0, 3, 6):
                self.deviate("runs", where, "show", "exit %d: %s" % (rc, err))
            return
        got = self.ask("runs", where, "show", where, "-o", "json", "--all")
        if got is None:
            return
        ms, tagged = self.run_time(run)
        if tagged:
            self.note("tagged-time")
        for name, obj in (("", got), (" (ls)", brief)):
            if obj is None:
                continue
            self.fact("runs", where, "id" + name, rid, obj.get("id"))
            self.fact("runs", where, "pathspec" + name, where, obj.get("pathspec"))
            self.when("runs", where, "created_at" + name, ms, obj, "created_at")
            self.fact("runs", where, "ts_epoch" + name, ms, obj.get("ts_epoch"))
            if self.wrong_end(run):
                self.note("custom-end")
                end = run["steps"][self.end_step(run)]["tasks"]
                t = next(iter(end.values()))
                want = (t["finished"], t["successful"], t["finished_at"], t["pathspec"],
                        [run["graph_info"].get("start_step", "start"), self.end_step(run)])
            else:
                want = (run["finished"], run["successful"], run["finished_at"], run["end_task"], run["graph_endpoints"])
            self.fact("runs", where, "finished" + name, want[0], obj.get("finished", "(no key)"))
            self.fact("runs", where, "successful" + name, want[1], obj.get("successful", "(no key)"))
            self.when("runs", where, "finished_at" + name, iso_ms(want[2]), obj, "finished_at")
            self.fact("runs", where, "end_task" + name, want[3], obj.get("end_task", "(no key)"))
            self.fact("runs", where, "graph_endpoints" + name, want[4], obj.get("graph_endpoints", "(no key)"))
            for k in ("tags", "user_tags", "system_tags"):
                self.fact("runs", where, k + name, run[k], obj.get(k, "(no key)"))
            origin = run["origin_pathspec"]
            if isinstance(origin, str) and origin.split("/", 1)[1] in ("None", ""):
                self.note("origin-none")
                origin = None
            self.fact("runs", where, "origin_pathspec" + name, origin, obj.get("origin_pathspec", "(no key)"))
            self.code("runs", where, "code" + name, run["code"], obj)
            self.trigger(where, "trigger" + name, run["trigger"], obj.get("trigger", "(no key)"))
            if want[1] is True:
                self.fact("runs", where, "status" + name, "completed", obj.get("status"))
            self.count("runs")
            if obj.get("status") not in ("completed", "failed", "running", "pending", "unknown"):
                self.deviate("runs", where, "status" + name, "is %s" % self.short(obj.get("status")))
        if run["code"] and "code" not in self.skip_groups and not is_error(run["code"]):
            self.code_text(where, run["code"])
        # steps
        if is_error(run["step_order"]):
            return
        steps = got.get("steps")
        if not isinstance(steps, list):
            self.deviate("steps", where, "steps", "is %s" % self.short(steps))
            steps = []
        by_id = {s.get("id"): s for s in steps}
        hidden = set(run["steps"]) - set(run["step_order"])
        self.order("steps", where, "step order",
                   {s: iso_ms(run["steps"][s]["created_at"]) for s in run["step_order"]},
                   [s.get("id") for s in steps if s.get("id") not in hidden])
        self.fact("steps", where, "hidden steps", sorted(hidden), sorted(i for i in by_id if str(i).startswith("_")))
        tasks = self.listing("tasks", where, "ls", "/*", "/_parameters", hidden, run)
        arts = self.listing("artifacts", where, "ls --all", "/*/*", "/_parameters/*", hidden, run)
        values = None
        if "values" not in self.skip_groups:
            values = self.values(where, hidden, run)
        for sid, step in sorted(run["steps"].items()):
            if sid in by_id:
                self.step(run, step, where + "/" + sid, by_id[sid], tasks)
            for tid, task in sorted(step["tasks"].items()):
                if is_error(task):
                    continue
                self.task(run, sid, task, tasks)
                self.artifacts(task, arts, values)

    def listing(self, group, where, how, every, hidden_path, hidden, run):
        """pathspec -> object for all steps of a run, in the order of the output."""
        out = collections.OrderedDict()
        if group in self.skip_groups:
            return out
        flags = ["--all"] if "--all" in how else []
        for path in [every] + ([hidden_path] if hidden else []):
            if path == hidden_path and any("/_parameters/" in p for p in out):
                continue
            empty_ok = (0, 3, 6) if not run["step_order"] else (0, 6)
            for x in self.ask(group, where + path, "ls", *(flags + [where + path, "-o", "ndjson"]), ok=empty_ok) or []:
                out[x.get("pathspec")] = x
        return out

    def values(self, where, hidden, run):
        out = {}
        for path in ["/*/*/*"] + (["/_parameters/*/*"] if hidden else []):
            if path.startswith("/_p") and any("/_parameters/" in p for p in out):
                continue
            if path == "/*/*/*" and not run["step_order"]:
                continue
            rc, text, err = self.ctl.run("cat", where + path, "--private", "-o", "ndjson")
            if rc not in (0, 6):
                self.count("values")
                self.deviate("values", where + path, "mfctl cat", "exit %d: %s" % (rc, err.split("\n")[0]))
                continue
            for line in text.split(b"\n"):
                if line:
                    try:
                        x = json.loads(line.decode("utf-8"))
                        out[x["pathspec"]] = (x, line)
                    except (ValueError, KeyError, TypeError, RecursionError) as e:
                        self.count("values")
                        self.deviate("values", where + path, "mfctl cat", "bad line %r: %s" % (line[:100], e))
        return out

    def code(self, group, where, field, want, obj):
        got = obj.get("code", "(no key)")
        if want is None or is_error(want) or not isinstance(got, dict):
            self.fact(group, where, field, want, got)
            return
        for k in ("sha", "ds_type", "location", "script_name", "info"):
            self.fact(group, where, "%s.%s" % (field, k), want[k], got.get(k, "(no key)"))

    def code_text(self, where, want):
        rc, out, err = self.ctl.run("code", "show", where)
        if rc == 2 and "is not a command" in err:       # not built yet
            return
        self.count("code")
        if rc != 0:
            self.deviate("code", where, "mfctl code show", "exit %d: %s" % (rc, err.split("\n")[0]))
        else:
            self.fact("code", where, "flowspec sha256", want["flowspec_sha256"], hashlib.sha256(out).hexdigest())

    def trigger(self, where, field, want, got):
        if want is None or is_error(want) or not isinstance(got, dict):
            self.fact("runs", where, field, want, got)
            return
        events = [[e["id"], e["name"], e["type"], iso_ms(e["timestamp"])] for e in want["events"] or []]
        mine = [[e.get("id"), e.get("name"), e.get("type"), iso_ms(e.get("timestamp"))] for e in got.get("events") or []]
        self.fact("runs", where, field + ".events", events, mine)
        runs = want["runs"]
        if is_error(runs):
            self.note("client-error")
            runs = ["/".join(e["id"].split("/")[:2]) for e in want["events"] or [] if e["type"] == "run"]
        self.fact("runs", where, field + ".runs", runs or [], got.get("runs"))

    # -- steps ----------------------------------------------------------------
    def step(self, run, step, where, got, tasks):
        self.when("steps", where, "created_at", iso_ms(step["created_at"]), got, "created_at")
        finished = step["finished_at"]
        if is_error(finished) and not step["task_order"]:
            finished = None
        self.when("steps", where, "finished_at", iso_ms(finished) if not is_error(finished) else finished, got, "finished_at")
        graph = (run.get("graph_info") or {}).get("steps") or {}
        sid = step["id"]
        for k in ("parent_steps", "child_steps"):
            want, known = step[k], None
            if graph and sid in graph:
                want = sorted(set(graph[sid].get("next") or [])) if k == "child_steps" else \
                    sorted(s for s in graph if sid in (graph[s].get("next") or []))
                if is_error(step[k]):
                    self.note("untaken")
                elif sorted(set(step[k])) != want:
                    known = {"client-error": sorted(set(step[k]))}
            elif graph and sid.startswith("_"):
                want, known = [], {"client-error": None}
            self.fact("steps", where, k, want, got.get(k, "(no key)"), known)
        self.fact("steps", where, "environment_info", step["environment_info"], got.get("environment_info", "(no key)"))
        self.fact("steps", where, "control_tasks", step["control_tasks"], got.get("control_tasks", "(no key)"))
        self.fact("steps", where, "n_tasks", step["n_tasks"], got.get("n_tasks"))
        if tasks:
            prefix = where + "/"
            self.order("steps", where, "task order",
                       {t: iso_ms(x["created_at"]) for t, x in step["tasks"].items() if not is_error(x)},
                       [p[len(prefix):] for p in tasks if p and p.startswith(prefix)
                        and not is_error(step["tasks"].get(p[len(prefix):], {}))])
        counts = got.get("task_counts")
        if isinstance(counts, dict):
            self.fact("steps", where, "sum of task_counts", step["n_tasks"], sum(counts.values()))

    # -- tasks ------------------------------------------------------------------
    def exception(self, group, where, field, want, got):
        if isinstance(want, dict) and not is_error(want) and "exception" in want:
            trace = want.get("stacktrace")
            want = {"type": want.get("type"), "message": want["exception"], "stacktrace": None if trace == "None" else trace}
            if isinstance(got, dict):
                got = {k: got.get(k, "(no key)") for k in want}
        self.fact(group, where, field, want, got)

    def task(self, run, sid, task, tasks):
        where = task["pathspec"]
        got = tasks.get(where)
        if got is None:
            if "tasks" not in self.skip_groups:
                self.count("tasks")
                self.deviate("tasks", where, "task", "not listed")
            return
        g = "tasks"
        miss = "(no key)"
        self.fact(g, where, "id", task["id"], got.get("id"))
        ms = task["ts_epoch"]
        ms = {int(ms), int(round(ms))} if isinstance(ms, float) else {ms}
        self.fact(g, where, "ts_epoch", True, got.get("ts_epoch") in ms or [sorted(ms), got.get("ts_epoch")])
        self.when(g, where, "created_at", iso_ms(task["created_at"]), got, "created_at")
        self.when(g, where, "finished_at", iso_ms(task["finished_at"]), got, "finished_at")
        for k in ("finished", "successful", "current_attempt", "attempts", "runtime_name", "index", "tags",
                  "origin_pathspec", "environment_info"):
            want = task[k]
            if k == "origin_pathspec" and isinstance(want, str) and "/None" in want:
                self.note("origin-none")
                want = None
            self.fact(g, where, k, want, got.get(k, miss))
        self.exception(g, where, "exception", task["exception"], got.get("exception", miss))
        self.code(g, where, "code", task["code"], got)
        visible = task["visible_artifacts"]
        if isinstance(visible, list):
            visible = [a for a in visible if a != "name"]
        shown = got.get("artifacts", miss)
        self.fact(g, where, "artifacts", visible, sorted(shown) if isinstance(shown, list) else shown)
        self.metadata(task, where, got)
        self.cards(task, where, got)
        self.lineage(run, sid, task, where, got)
        if "logs" not in self.skip_groups:
            for stream in ("stdout", "stderr"):
                self.log("logs", task, task, where, stream, None)
                origin = self.origin_of(task)
                want, size = task[stream + "_size"], got.get(stream + "_size", miss)
                self.fact("logs", where, stream + "_size", want, size,
                          {"clone-log": origin[stream + "_size"]} if origin is not task else None)
        if "by_attempt" in task and "attempts" not in self.skip_groups:
            for n, x in sorted(task["by_attempt"].items()):
                self.attempt(task, where, n, x)

    def metadata(self, task, where, got):
        g = "metadata"
        mine = got.get("metadata")
        if not isinstance(mine, list):
            self.fact(g, where, "metadata", len(task["metadata"]), mine)
            return
        want = collections.Counter(canon([m["name"], m["value"], m["type"], m["created_at"]]) for m in task["metadata"])
        have = collections.Counter(canon([m.get("name"), m.get("value"), m.get("type"), m.get("ts_epoch")]) for m in mine)
        if g not in self.skip_groups:
            self.count(g, len(task["metadata"]))
            for x in (want - have).elements():
                self.deviate(g, where, "metadata", "missing: %s" % x)
            for x in (have - want).elements():
                self.deviate(g, where, "metadata", "not in the client: %s" % x)
        for m in mine:
            if iso_ms(m.get("created_at")) != m.get("ts_epoch"):
                self.deviate(g, where, "metadata", "created_at is not ts_epoch: %s" % self.short(m))
                break
        d = got.get("metadata_dict")
        if not isinstance(d, dict):
            self.fact(g, where, "metadata_dict", task["metadata_dict"], d)
            return
        self.fact(g, where, "metadata_dict (keys)", sorted(task["metadata_dict"]), sorted(d))
        for k, v in task["metadata_dict"].items():
            rows = [m for m in task["metadata"] if m["name"] == k]
            newest = max(m["created_at"] for m in rows) if rows else None
            tied = [m["value"] for m in rows if m["created_at"] == newest]
            known = {"metadata-tie": d[k]} if k in d and d[k] in tied and len(tied) > 1 else None
            self.fact(g, where, "metadata_dict." + k, v, d.get(k, "(no key)"), known)

    def cards(self, task, where, got):
        want, mine = task["cards"], got.get("cards", "(no key)")
        if not isinstance(want, list) or not isinstance(mine, list):
            self.fact("cards", where, "cards", want, mine, {"no-cards": []} if want is None else None)
            return
        self.fact("cards", where, "cards", sorted([c["type"], c["id"] or "", c["hash"]] for c in want),
                  sorted([c.get("type"), c.get("id") or "", c.get("hash")] for c in mine))

    # -- lineage: the exact rule of the data model ----------------------------
    def lineage_tables(self, run):
        if "_lineage" in run:
            return run["_lineage"]
        graph = (run.get("graph_info") or {}).get("steps") or {}
        parents, children = collections.defaultdict(set), collections.defaultdict(set)
        info = {}
        for sid, step in run["steps"].items():
            for tid, t in step["tasks"].items():
                if is_error(t):
                    continue
                path = t["metadata_dict"].get("foreach-execution-path")
                if isinstance(path, str):
                    frames = path.split(",") if path else []
                else:
                    stack = self.artifact_json(t, "_foreach_stack") or []
                    frames = ["%s:%s" % (f[0], f[4] if len(f) > 4 else None) if len(f) < 4 else "%s:%s" % (f[0], f[3])
                              for f in stack if isinstance(f, list)]
                transition = self.artifact_json(t, "_transition")
                nxt = transition[0] if isinstance(transition, list) and transition else None
                rounds = self.artifact_json(t, "_iteration_stack") or []
                info[t["pathspec"]] = (sid, frames, nxt, rounds[-1] if rounds else None)
        closes = {}
        for u in graph:
            if any(x.get("matching_join") == u for x in graph.values()):
                closes[u] = any(x.get("matching_join") == u and x["type"] in ("split-foreach", "split-parallel")
                                for x in graph.values())
            else:
                preds = [s for s in graph if u in (graph[s].get("next") or [])]
                has = any("matching_join" in x for x in graph.values())
                closes[u] = not has and graph[u].get("type") == "join" and len(preds) == 1
        by_step = collections.defaultdict(list)
        for p, x in info.items():
            by_step[x[0]].append(p)
        for s in graph:
            for u in set(graph[s].get("next") or []):
                for c in by_step[s]:
                    _, fc, nxt, round_c = info[c]
                    if nxt is not None and u not in nxt:
                        continue
                    for t in by_step[u]:
                        _, ft, _, round_t = info[t]
                        if graph[s]["type"] in ("split-foreach", "split-parallel"):
                            ok = fc == ft[:-1] and ft
                        elif closes[u]:
                            ok = fc[:-1] == ft and fc
                        else:
                            ok = fc == ft
                        if ok and s == u:
                            ok = (round_c or 0) == (round_t or 0) - 1
                        elif ok and round_t:
                            ok = False
                        if ok:
                            parents[t].add(c)
                            children[c].add(t)
        run["_lineage"] = (graph, parents, children)
        return run["_lineage"]

    def lineage(self, run, sid, task, where, got):
        graph, parents, children = self.lineage_tables(run)
        for k, table in (("parent_tasks", parents), ("child_tasks", children)):
            client, mine = task[k], got.get(k, "(no key)")
            if sid.startswith("_"):
                self.fact("lineage", where, k, True, mine is None or isinstance(mine, list))
                continue
            if not graph:
                self.fact("lineage", where, k, client, mine, {"client-error": None})
                continue
            want = sorted(table.get(where, ()))
            if not is_error(client) and client != want:
                self.note("lineage")
            self.fact("lineage", where, k, want, mine)

    # -- logs -------------------------------------------------------------------
    def stored_log(self, pathspec, stream, attempt):
        roots = [os.path.join(self.dir, ".metaflow")] + ([self.store_root] if hasattr(self, "store_root") else [])
        out = []
        for root in roots:
            for source in ("runtime", "task"):
                p = os.path.join(root, pathspec, "%s.%s_%s.log" % (attempt, source, stream))
                if os.path.isfile(p):
                    with open(p, "rb") as f:
                        out.append(f.read())
        return out

    def log(self, group, task, entry, where, stream, attempt):
        want = entry[stream]
        args = ["logs", where, "--" + stream] + (["--attempt", attempt] if attempt is not None else [])
        rc, out, err = self.ctl.run(*args)
        self.count(group)
        if rc not in (0, 6):
            self.deviate(group, where, "mfctl " + " ".join(args), "exit %d: %s" % (rc, err.split("\n")[0]))
            return
        sha = hashlib.sha256(out).hexdigest()
        if want.get("sha256", want.get("raw_sha256")) == sha:
            return
        origin = self.origin_of(task)
        if origin is not task and attempt is None and sha == origin[stream].get("sha256", origin[stream].get("raw_sha256")):
            self.note("clone-log")
            return
        if want.get("chars") == 1 and out == b"":
            self.note("no-log")
            return
        n = attempt if attempt is not None else task["current_attempt"]
        sources = self.stored_log(origin["pathspec"] if origin is not task else where, stream, n)
        client = hashlib.sha256(merged_log(sources, True)).hexdigest()
        if sources and out == merged_log(sources, False) and (
                client == want.get("sha256", want.get("raw_sha256")) or origin is not task):
            self.note("log-ties" if origin is task else "clone-log")
            return
        if "sha256" not in want and "raw_sha256" not in want:
            self.note("client-error")
            return
        have = out.decode("utf-8", "replace").split("\n")
        lines = want.get("first_lines")
        at = next((i for i, (a, b) in enumerate(zip(lines or [], have)) if a != b[:200]), None)
        self.deviate(group, where, stream + (" of attempt %s" % attempt if attempt is not None else ""),
                     "client %s bytes, mfctl %d bytes%s" % (
                         want.get("utf8_bytes", want.get("raw_bytes")), len(out),
                         "" if at is None else "; line %d: %s / %s" % (at + 1, self.short(lines[at]), self.short(have[at]))))

    # -- attempts -----------------------------------------------------------------
    def attempt(self, task, where, n, want):
        g = "attempts"
        at = "%s attempt %s" % (where, n)
        got = self.ask(g, at, "show", where, "--attempt", n, "-o", "json")
        if got is None:
            return
        self.fact(g, at, "finished", want["finished"], got.get("finished", "(no key)"))
        self.fact(g, at, "successful", want["successful"], got.get("successful", "(no key)"))
        self.when(g, at, "finished_at", iso_ms(want["finished_at"]) if not is_error(want["finished_at"])
                  else want["finished_at"], got, "finished_at")
        self.exception(g, at, "exception", want["exception"], got.get("exception", "(no key)"))
        self.fact(g, at, "current_attempt", int(n), got.get("current_attempt"))
        arts = self.ask(g, at, "ls", "--all", where, "--attempt", n, "-o", "ndjson")
        if arts is not None and not is_error(want["artifacts"]):
            mine = {a.get("name"): a for a in arts}
            self.fact(g, at, "artifacts", sorted(a["name"] for a in want["artifacts"]), sorted(mine))
            for a in want["artifacts"]:
                if a["name"] in mine:
                    self.artifact(g, at + "/" + a["name"], a, mine[a["name"]])
        if "logs" not in self.skip_groups:
            for stream in ("stdout", "stderr"):
                self.log(g, task, want, where, stream, n)

    # -- artifacts ----------------------------------------------------------------
    def artifact(self, g, where, want, got):
        for k in ("name", "sha", "ds_type", "location", "content_type", "attempt", "ts_epoch"):
            self.fact(g, where, k, want[k], got.get(k, "(no key)"))
        self.when(g, where, "created_at", iso_ms(want["created_at"]), got, "created_at")
        self.when(g, where, "finished_at", iso_ms(want["created_at"]), got, "finished_at")
        if is_error(want["size"]) or want["size"] is None:
            self.count(g)
            self.note("size-unknown")
        else:
            self.fact(g, where, "size", want["size"], got.get("size", "(no key)"))

    def artifacts(self, task, arts, values):
        where = task["pathspec"]
        if is_error(task["artifacts"]):
            self.note("client-error")
            return
        if "artifacts" not in self.skip_groups:
            mine = sorted(p[len(where) + 1:] for p in arts if p and p.startswith(where + "/"))
            self.fact("artifacts", where, "artifacts", sorted(a["name"] for a in task["artifacts"]), mine)
        for a in task["artifacts"]:
            p = a["pathspec"]
            if "artifacts" not in self.skip_groups and p in arts:
                if is_error(arts[p]):
                    self.count("artifacts")
                    self.deviate("artifacts", p, "artifact", self.short(arts[p]))
                else:
                    self.artifact("artifacts", p, a, arts[p])
            if values is not None:
                self.value(p, a, values.get(p))

    def value(self, where, art, entry):
        kind = value_kind(art)
        if kind in self.skip_classes:
            self.note(kind, self.skipped)
            return
        self.count("values")
        if entry is None:
            self.deviate("values", where, "value", "not printed")
            return
        got, line = entry
        if "load_error" in art:
            if art["load_error"]["$error"] in ("ModuleNotFoundError", "ImportError", "AttributeError"):
                self.note("client-error")
            elif "$error" not in got and not is_error(got.get("value")):
                self.deviate("values", where, "value", "client raises %s, mfctl prints %s" % (
                    art["load_error"]["$error"], self.short(got.get("value"))))
            return
        if "$error" in got or "value" not in got:
            self.deviate("values", where, "value", "client reads it (%s), mfctl says %s" % (
                art.get("pytype"), self.short(got.get("$error", got))))
            return
        v = got["value"]
        for k, want in (("name", art["name"]), ("sha", art["sha"])):
            self.fact("values", where, k, want, got.get(k, "(no key)"))
        text = canon(v)
        if ('"value":' + text).encode("ascii") not in line:
            raw = line.decode("utf-8", "replace").split('"value":', 1)[-1]
            at = next((i for i, (a, b) in enumerate(zip(raw, text)) if a != b), min(len(raw), len(text)))
            self.deviate("values", where, "value", "not the canonical text: %s, should be %s" % (
                raw[max(0, at - 30):at + 40], text[max(0, at - 30):at + 40]))
            return
        cls = art.get("json_class")
        if cls in ("strict-hash", "extended-hash"):
            self.fact("values", where, "json_sha256", art["json_sha256"], hashlib.sha256(text.encode("ascii")).hexdigest())
        elif cls in ("strict", "extended"):
            if canon(art["json"]) == text:
                return
            forgiven = []
            if same_value(art["json"], v, forgiven):
                self.note("class-less")
            else:
                self.deviate("values", where, "value", "expected %s, mfctl %s" % difference(art["json"], v))
        elif "json_cyclic" in art:
            forgiven = []
            if not same_value(art["json_cyclic"], v, forgiven):
                self.deviate("values", where, "value", "expected %s, mfctl %s" % difference(art["json_cyclic"], v))


def difference(want, got, path=""):
    """The first place where two values differ, as a pair of texts."""
    if isinstance(want, dict) and isinstance(got, dict) and list(want) == list(got):
        for k in want:
            if canon(want[k]) != canon(got[k]):
                return difference(want[k], got[k], path + "/" + k)
    if isinstance(want, list) and isinstance(got, list) and len(want) == len(got):
        for i, (a, b) in enumerate(zip(want, got)):
            if canon(a) != canon(b):
                return difference(a, b, "%s/%d" % (path, i))
    at = " at " + path if path else ""
    return Comparison.short(canon(want)) + at, Comparison.short(canon(got))


def canon_eq(a, b):
    if a is b:
        return True
    try:
        return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)
    except (TypeError, ValueError):
        return False


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--mfctl", default=os.environ.get("MFCTL", "build/mfctl"))
    p.add_argument("--show", type=int, default=20)
    p.add_argument("--known", action="store_true")
    p.add_argument("--groups", action="store_true")
    p.add_argument("--skip-classes", default="")
    p.add_argument("--skip-groups", default="")
    p.add_argument("--metadata")
    p.add_argument("--datastore-root", action="store_true")
    p.add_argument("--jobs", type=int, default=2)
    p.add_argument("dirs", nargs="+")
    a = p.parse_args()
    if not os.access(a.mfctl, os.X_OK):
        p.error("%s: no such program" % a.mfctl)
    passed = failed = 0
    for d in a.dirs:
        if not os.path.exists(os.path.join(d, "oracle.json")):
            print("%s: no oracle.json, left out" % d)
            continue
        c = Comparison(d, os.path.abspath(a.mfctl), [x for x in a.skip_classes.split(",") if x],
                       [x for x in a.skip_groups.split(",") if x], a.jobs, metadata=a.metadata,
                       extra=["--datastore-root", os.path.join(os.path.abspath(d), ".metaflow")] if a.datastore_root else None
                       ).go()
        print("%s: %d facts, %d deviations%s" % (
            c.name, sum(c.facts.values()), len(c.deviations),
            ", skipped values: " + ", ".join("%d %s" % (n, k) for k, n in sorted(c.skipped.items())) if c.skipped else ""))
        if a.groups:
            bad = collections.Counter(x[0] for x in c.deviations)
            for g in sorted(c.facts):
                print("    %-11s %6d facts, %d deviations" % (g, c.facts[g], bad[g]))
        for group, where, field, text in c.deviations[:a.show]:
            print("  %s %s: %s" % (where, field, text))
        if len(c.deviations) > a.show:
            print("  ... %d more" % (len(c.deviations) - a.show))
        if a.known:
            for k, n in sorted(c.known.items()):
                print("  known: %5d %s: %s" % (n, k, KNOWN[k]))
        sys.stdout.flush()
        passed, failed = (passed + 1, failed) if not c.deviations else (passed, failed + 1)
    print("%d passed, %d failed" % (passed, failed))
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())
