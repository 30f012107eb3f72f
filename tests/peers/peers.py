"""mfctl and Metaflow's Python client asked the same questions about fresh runs.

usage: peers.py [--keep]      (called by run.sh; environment: MFCTL)

Writes runs of the flows in flows/ with the real Metaflow into a temporary
directory, looks at some of them while they run, and compares every object,
field by field. Prints one line per group of checks and a last line
"N passed, N failed".
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path.insert(0, os.path.join(TESTS, "tools"))
import compare_oracle  # noqa: E402
import values  # noqa: E402

MFCTL = os.environ["MFCTL"]
PY = sys.executable
TOP = tempfile.mkdtemp(prefix="mfkit-peers-")
PROJECT = os.path.join(TOP, "project")
started = []            # every process of ours that may still be alive
workers = []            # process ids of steps that wait for a file
results = {"passed": 0, "failed": 0}


def env(user="alice"):
    e = {k: v for k, v in os.environ.items() if not k.startswith(("METAFLOW", "MFCTL"))}
    e.update(METAFLOW_USER=user, METAFLOW_DEFAULT_METADATA="local", METAFLOW_DEFAULT_DATASTORE="local",
             METAFLOW_HOME=os.path.join(TOP, "home"), METAFLOW_CLIENT_CACHE_PATH=os.path.join(TOP, "cache"),
             HOME=os.path.join(TOP, "home"), XDG_CACHE_HOME=os.path.join(TOP, "xdg"), TZ="UTC", LC_ALL="C.UTF-8",
             PYTHONDONTWRITEBYTECODE="1", PYTHONIOENCODING="utf-8")
    return e


# -- reporting ---------------------------------------------------------------

class Group(object):
    """One line of the report; everything that is wrong is told below it."""

    def __init__(self, name):
        self.name, self.checks, self.wrong = name, 0, []

    def __enter__(self):
        return self

    def equal(self, what, want, got):
        self.checks += 1
        if want != got:
            self.wrong.append("%s: wanted %r, got %r" % (what, want, got))
        return want == got

    def true(self, what, got):
        return self.equal(what, True, bool(got))

    def __exit__(self, kind, error, tb):
        if kind is not None and not issubclass(kind, Exception):
            return False
        if error is not None:
            self.wrong.append("%s: %s" % (kind.__name__, error))
        good = not self.wrong
        results["passed" if good else "failed"] += 1
        print("%s %s (%d checks)" % ("ok  " if good else "FAIL", self.name, self.checks))
        for w in self.wrong[:12]:
            print("     " + w[:600])
        if len(self.wrong) > 12:
            print("     ... %d more" % (len(self.wrong) - 12))
        sys.stdout.flush()
        return True


# -- processes -----------------------------------------------------------------

def python(*args, **kw):
    """Run a command of Metaflow to its end; its exit status."""
    user = kw.get("user", "alice")
    with open(os.path.join(TOP, "metaflow.log"), "a") as log:
        p = subprocess.Popen([PY] + list(args), cwd=PROJECT, env=env(user), stdin=subprocess.DEVNULL,
                             stdout=log, stderr=subprocess.STDOUT)
        started.append(p)
        try:
            return p.wait(timeout=180)
        except subprocess.TimeoutExpired:
            p.kill()
            return p.wait()


def flow(script, *args, **kw):
    return python(script, "--no-pylint", kw.pop("command", "run"), *args, **kw)


def background(script, *args):
    log = open(os.path.join(TOP, "metaflow.log"), "a")
    p = subprocess.Popen([PY, script, "--no-pylint", "run"] + list(args), cwd=PROJECT, env=env(),
                         stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    log.close()
    started.append(p)
    return p


def wait_for(name, seconds=90):
    """The process id a flow left in a file."""
    path = os.path.join(PROJECT, name)
    deadline = time.time() + seconds
    while time.time() < deadline:
        if os.path.exists(path):
            with open(path) as f:
                return int(f.read())
        time.sleep(0.05)
    raise RuntimeError("%s did not appear within %d s" % (name, seconds))


def touch(name):
    with open(os.path.join(PROJECT, name), "w"):
        pass


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def gone(pid, seconds=20):
    deadline = time.time() + seconds
    while time.time() < deadline:
        try:
            with open("/proc/%d/stat" % pid) as f:
                if f.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False


def run_ids(name):
    d = os.path.join(PROJECT, ".metaflow", name)
    return sorted((x for x in os.listdir(d) if x.isdigit()), key=int) if os.path.isdir(d) else []


def mfctl(*args, **kw):
    """Exit status, standard output, standard error."""
    p = subprocess.run([MFCTL, "--metadata", "local@" + PROJECT] + list(args), cwd=TOP, env=env("carol"),
                       stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=kw.get("timeout", 120))
    return p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")


def show(pathspec):
    rc, out, err = mfctl("show", pathspec, "-o", "json")
    if rc not in (0, 6):
        raise RuntimeError("mfctl show %s: exit %d: %s" % (pathspec, rc, err.strip()))
    return json.loads(out)


# -- the runs --------------------------------------------------------------------

def write_runs(problems):
    """Runs that are over before anybody looks."""
    def lane(jobs):
        for want, args, kw in jobs:
            rc = flow(*args, **kw)
            if (rc == 0) != (want == 0):
                problems.append("%s: exit %d" % (" ".join(args), rc))

    one = [
        (0, ("linear.py",), {}),
        (0, ("linear.py", "--tag", "nightly", "--tag", "team:core"), {"user": "bob"}),
        (0, ("linear.py", "--tag", "old name"), {}),
        (0, ("fan.py",), {}),
        (0, ("retry.py",), {}),
        (0, ("params.py",), {}),
        (0, ("params.py", "--text", "Zoë \"x\"", "--whole", "-7", "--real", "1e-9", "--flag", "True",
             "--settings", "[1, 12345678901234567890]", "--words", "one,two,three"), {"user": "bob"}),
    ]
    two = [
        (0, ("nest.py",), {}),
        (0, ("branch.py",), {}),
        (0, ("choose.py",), {}),
        (0, ("choose.py", "--way", "long"), {"user": "bob"}),
        (0, ("caught.py",), {}),
        (1, ("fail.py",), {}),
    ]
    threads = [threading.Thread(target=lane, args=(j,)) for j in (one, two)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    touch("fixed")
    lane([(0, ("fail.py",), {"command": "resume"}), (0, ("gang.py",), {})])


# -- looking at living runs --------------------------------------------------------

def reason_ok(g, what, obj):
    r = obj.get("status_reason")
    if g.true(what + " has a reason", isinstance(r, dict)):
        for k in ("code", "text"):
            g.true("%s: reason has %s" % (what, k), isinstance(r.get(k), str) and r.get(k))
        for k in ("at", "evidence"):
            g.true("%s: reason has %s" % (what, k), k in r)


def living(mode, look):
    """Start a run and look at it while it waits."""
    known = run_ids("WaitFlow")
    p = background("wait.py", "--mode", mode)
    pid = wait_for("ready-" + mode)
    workers.append(pid)
    run = "WaitFlow/" + max(set(run_ids("WaitFlow")) - set(known), key=int)
    look(run, p, pid)


def check_running():
    def look(run, p, pid):
        with Group("a running run") as g:
            r = show(run)
            g.equal("status", "running", r["status"])
            reason_ok(g, "run", r)
            g.equal("finished", False, r["finished"])
            g.equal("finished_at", None, r["finished_at"])
            g.equal("steps", {"start", "hold"}, {s["id"] for s in r["steps"]})
            counts = {s["id"]: s["task_counts"] for s in r["steps"]}
            g.equal("task_counts", {"start": {"completed": 1}, "hold": {"running": 1}}, counts)
            task = run + "/hold/" + next(s["tasks"][0] for s in r["steps"] if s["id"] == "hold") \
                if isinstance(r["steps"][0].get("tasks"), list) else \
                json.loads(mfctl("ls", run + "/hold", "-o", "json")[1])[0]["pathspec"]
            t = show(task)
            g.equal("task status", "running", t["status"])
            reason_ok(g, "task", t)
            g.equal("current_attempt", 0, t["current_attempt"])
            rc, out, _ = mfctl("ls", "WaitFlow", "--status", "running", "-o", "json")
            g.equal("ls --status running", [run], [x["pathspec"] for x in json.loads(out)])
            g.equal("latest-running", run, show("WaitFlow/latest-running")["pathspec"])
            rc, _, _ = mfctl("wait", run, "--timeout", "1s")
            g.equal("wait --timeout on a running run", 124, rc)
        with Group("a run that ends while it is waited for") as g:
            w = subprocess.Popen([MFCTL, "--metadata", "local@" + PROJECT, "wait", run, "--timeout", "90s"],
                                 cwd=TOP, env=env("carol"), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            started.append(w)
            time.sleep(1)
            g.equal("wait returned too early", None, w.poll())
            touch("go-plain")
            g.equal("the run", 0, p.wait(timeout=90))
            g.equal("exit status of wait", 0, w.wait(timeout=60))
            r = show(run)
            g.equal("status", "completed", r["status"])
            g.equal("successful", True, r["successful"])
            g.equal("wait for a completed run", 0, mfctl("wait", run, "--for", "completed")[0])
            g.equal("wait for a failure that never came", 7, mfctl("wait", run, "--for", "failed")[0])
    living("plain", look)


def check_killed():
    def look(run, p, pid):
        kill(p.pid)
        kill(pid)
        p.wait(timeout=30)
        with Group("a run whose processes were killed") as g:
            g.true("the worker is gone", gone(pid))
            r = show(run)
            g.true("status is %s" % r["status"], r["status"] in ("failed", "unknown"))
            reason_ok(g, "run", r)
            g.equal("finished", False, r["finished"])
            g.equal("end_task", None, r["end_task"])
            rc, out, _ = mfctl("ls", run + "/hold", "-o", "json")
            t = json.loads(out)[0]
            g.true("task status is %s" % t["status"], t["status"] in ("failed", "unknown"))
            reason_ok(g, "task", t)
            rc, out, _ = mfctl("ls", "WaitFlow", "--status", "running", "-o", "json")
            g.equal("ls --status running", [], [x["pathspec"] for x in json.loads(out) if x["pathspec"] == run])
    living("killed", look)


def check_retry():
    def look(run, p, pid):
        with Group("a task in its second attempt") as g:
            rc, out, _ = mfctl("ls", run + "/hold", "-o", "json")
            t = json.loads(out)[0]
            g.equal("current_attempt", 1, t["current_attempt"])
            g.equal("attempts", [0, 1], t["attempts"])
            g.equal("status", "running", t["status"])
            g.equal("finished", False, t["finished"])
            first = json.loads(mfctl("show", t["pathspec"], "--attempt", "0", "-o", "json")[1])
            g.equal("status of attempt 0", "failed", first["status"])
            g.equal("exception of attempt 0", "the first attempt fails", (first["exception"] or {}).get("message"))
            g.equal("status of the run", "running", show(run)["status"])
            c = client("t = Task(%r)\nprint(json.dumps([t.current_attempt, t.finished, t.exception.exception]))" % t["pathspec"])
            g.equal("the client's view", c, [t["current_attempt"], t["finished"], (t["exception"] or {}).get("message")])
            touch("go-retry")
            g.equal("the run", 0, p.wait(timeout=90))
            t = show(t["pathspec"])
            g.equal("afterwards", ("completed", True, 1), (t["status"], t["finished"], t["current_attempt"]))
    living("retry", look)


# -- tags ------------------------------------------------------------------------------

def client(code, user="alice"):
    """Runs code with the Python client; what it prints, as JSON."""
    head = ("import json\nfrom metaflow import *\nmetadata('local@%s')\nnamespace(None)\n" % PROJECT)
    p = subprocess.run([PY, "-c", head + code], cwd=PROJECT, env=env(user), stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    if p.returncode != 0:
        raise RuntimeError("client: " + p.stderr.decode("utf-8", "replace").strip().split("\n")[-1])
    return json.loads(p.stdout.decode("utf-8")) if p.stdout.strip() else None


def python_tags():
    """Tags changed from the Python side before the comparison."""
    a, b, c = run_ids("LinearFlow")
    client("Run('LinearFlow/%s').add_tags(['later', 'with space', 'uni\\u00e9'])" % a, "bob")
    client("Run('LinearFlow/%s').remove_tag('nightly')" % b)
    client("Run('LinearFlow/%s').replace_tag('old name', 'new name')" % c)


def check_tags():
    run = "LinearFlow/" + run_ids("LinearFlow")[-1]
    look = ("r = Run(%r)\nprint(json.dumps([sorted(r.user_tags), sorted(r.system_tags), r._object['ts_epoch'], "
            "r._object['user_name']]))" % run)

    def step(g, what, args, change, status=0):
        before = client(look)
        rc, out, err = mfctl("tag", *(args + ["-o", "json"]))
        g.equal(what + ": exit status", status, rc)
        after = client(look)
        want = sorted((set(before[0]) - set(change.get("gone", ()))) | set(change.get("new", ())))
        g.equal(what + ": the client's user_tags", want, after[0])
        g.equal(what + ": system_tags", before[1], after[1])
        g.equal(what + ": ts_epoch of the record", before[2], after[2])
        g.equal(what + ": user_name of the record", before[3], after[3])
        if rc == 0:
            j = json.loads(out)
            g.equal(what + ": printed", [run, want, before[1], sorted(set(want) | set(before[1]))],
                    [j["pathspec"], j["user_tags"], j["system_tags"], j["tags"]])

    with Group("tags written by mfctl, read by the client") as g:
        latest = "print(json.dumps(Flow('LinearFlow').latest_run.pathspec))"
        newest = client(latest)
        created = client("print(json.dumps(Run(%r).created_at.isoformat()))" % run)
        step(g, "add", ["add", run, "from mfctl", "ümläut", "two"], {"new": ["from mfctl", "ümläut", "two"]})
        step(g, "add again", ["add", run, "two"], {})
        step(g, "remove", ["remove", run, "two"], {"gone": ["two"]})
        step(g, "remove what is not there", ["remove", run, "never was"], {})
        step(g, "replace", ["replace", run, "from mfctl", "renamed"], {"gone": ["from mfctl"], "new": ["renamed"]})
        step(g, "replace several", ["replace", run, "--remove", "renamed", "--remove", "ümläut", "--add", "a", "--add", "b"],
             {"gone": ["renamed", "ümläut"], "new": ["a", "b"]})
        step(g, "remove a system tag", ["remove", run, "user:alice"], {}, 1)
        step(g, "an empty tag", ["add", run, ""], {}, 1)
        step(g, "a tag of 501 characters", ["add", run, "x" * 501], {}, 1)
        step(g, "a tag of 500 characters", ["add", run, "x" * 500], {"new": ["x" * 500]})
        step(g, "replace with nothing", ["replace", run], {}, 2)
        g.equal("created_at", created, client("print(json.dumps(Run(%r).created_at.isoformat()))" % run))
        g.equal("the client's latest_run", newest, client(latest))
    with Group("tags written by the client, read by mfctl") as g:
        client("Run(%r).add_tag('by python')" % run, "bob")
        rc, out, _ = mfctl("tag", "list", run, "-o", "json")
        g.equal("exit status", 0, rc)
        j = json.loads(out)
        c = client("r = Run(%r)\nprint(json.dumps([sorted(r.tags), sorted(r.user_tags), sorted(r.system_tags)]))" % run)
        g.equal("tag list", c, [j["tags"], j["user_tags"], j["system_tags"]])
        rc, out, _ = mfctl("ls", "LinearFlow", "--tag", "by python", "-o", "json")
        g.equal("ls --tag", [run], [x["pathspec"] for x in json.loads(out)])
        want = client("print(json.dumps([r.pathspec for r in Flow('LinearFlow').runs('a', 'by python')]))")
        rc, out, _ = mfctl("ls", "LinearFlow", "--tag", "a", "--tag", "by python", "-o", "json")
        g.equal("ls --tag twice", want, [x["pathspec"] for x in json.loads(out)])
        want = client("namespace('user:bob')\nprint(json.dumps(sorted(r.pathspec for r in Flow('LinearFlow'))))")
        rc, out, _ = mfctl("-n", "user:bob", "ls", "LinearFlow", "-o", "json")
        g.equal("a namespace", want, sorted(x["pathspec"] for x in json.loads(out)))


# -- every object ------------------------------------------------------------------------

TITLES = (
    ("flows", "flows"), ("runs", "runs"), ("namespaces", "namespaces"), ("steps", "steps"), ("tasks", "tasks"),
    ("metadata", "task metadata"), ("lineage", "parents and children of tasks"), ("attempts", "attempts"),
    ("logs", "logs"), ("cards", "cards"), ("artifacts", "artifacts"), ("values", "values of artifacts"),
)


def check_objects():
    oracle = os.path.join(PROJECT, "oracle.json")
    with Group("answers of the Python client") as g:
        p = subprocess.run([PY, os.path.join(TESTS, "data", "oracle", "oracle.py"), PROJECT, oracle], cwd=TOP, env=env(),
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        g.equal("oracle.py: " + p.stderr.decode("utf-8", "replace").strip()[-300:], 0, p.returncode)
    if not os.path.exists(oracle):
        return
    c = compare_oracle.Comparison(PROJECT, MFCTL, extra=[]).go()
    for name, title in TITLES:
        with Group("all " + title) as g:
            g.checks = c.facts[name]
            g.wrong = ["%s %s: %s" % (w, f, t) for n, w, f, t in c.deviations if n == name]
            g.true("anything to compare", c.facts[name])
    seen = set(t[0] for t in TITLES)
    rest = [d for d in c.deviations if d[0] not in seen]
    if rest:
        with Group("the rest") as g:
            g.wrong = ["%s %s: %s" % d[1:] for d in rest]


def check_values():
    """Values of every kind, among them those of numpy, pandas, scikit-learn: also other ones with PEERS_SEED=N."""
    seed = os.environ.get("PEERS_SEED", "1")
    with Group("values of every kind (seed %s)" % seed) as g:
        g.equal("values.py: exit", 0, flow("values_flow.py", "--seed", seed))
        root = os.path.join(PROJECT, ".metaflow", "ValuesFlow")
        run = open(os.path.join(root, "latest_run")).read().strip()
        task = "ValuesFlow/%s/start/%s" % (run, [t for t in os.listdir(os.path.join(root, run, "start")) if t != "_meta"][0])
        p = subprocess.run([PY, os.path.join(HERE, "values.py"), PROJECT, task], cwd=TOP, env=env(), stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        g.equal("the client: " + p.stderr.decode("utf-8", "replace").strip()[-300:], 0, p.returncode)
        want = json.loads(p.stdout.decode("ascii"))
        m = subprocess.run([MFCTL, "--metadata", "local@" + PROJECT, "cat", task, "-o", "ndjson"], cwd=TOP, env=env(),
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        g.equal("mfctl: exit; stderr", (0, b""), (m.returncode, m.stderr[-300:]))
        got = {json.loads(line)["name"]: line.split('"value":', 1)[1][:-1] for line in m.stdout.decode("ascii").splitlines()}
        g.equal("names", sorted(want), sorted(got))
        for name in sorted(set(want) & set(got)):
            if want[name].startswith("!") or want[name] == got[name] or values.same(json.loads(want[name]), json.loads(got[name])):
                g.checks += not want[name].startswith("!")
            else:
                g.equal(name, want[name][:1500], got[name][:1500])
        g.true("most have a rendering", sum(t.startswith("!") for t in want.values()) * 10 < len(want))


def main():
    t0 = time.time()
    for d in ("home", "cache", "xdg"):
        os.makedirs(os.path.join(TOP, d))
    shutil.copytree(os.path.join(HERE, "flows"), PROJECT, ignore=shutil.ignore_patterns("__pycache__"))
    os.makedirs(os.path.join(PROJECT, ".metaflow"))
    try:
        with Group("runs written by Metaflow") as g:
            problems = []
            write_runs(problems)
            python_tags()
            g.equal("unexpected", [], problems)
        for check in (check_running, check_killed, check_retry):
            try:
                check()
            except Exception as e:
                with Group(check.__name__) as g:
                    raise e
        check_values()
        check_objects()
        check_tags()
    finally:
        for p in started:
            if p.poll() is None:
                p.kill()
                p.wait()
        for pid in workers:
            try:
                if os.readlink("/proc/%d/cwd" % pid).startswith(TOP):
                    kill(pid)
            except OSError:
                pass
        if "--keep" in sys.argv:
            print("kept: " + TOP)
        else:
            shutil.rmtree(TOP, ignore_errors=True)
    print("%d seconds" % (time.time() - t0))
    print("%d passed, %d failed" % (results["passed"], results["failed"]))
    return 1 if results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
