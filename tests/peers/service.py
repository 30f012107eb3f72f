"""mfctl, Metaflow and its Python client on one metadata service.

usage: service.py [--keep]      (called by run.sh; environment: MFCTL)

The real Metaflow writes runs to the double of the service (tests/double); its
Python client and mfctl are asked about them, field by field, also while they
run and after they were killed. Then mfctl reads a history through
metaflow-local-service, which answers only half of the questions. Prints one
line per group of checks and a last line "N passed, N failed".
"""
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [HERE, TESTS]
import peers  # noqa: E402
from double.process import Service  # noqa: E402
from peers import Group, MFCTL, PROJECT, PY, TOP, compare_oracle, flow, kill, touch  # noqa: E402

SERVICE = Service("--writable")
WHERE = "service@" + SERVICE.url
local_env = peers.env


def env(user="alice"):
    e = local_env(user)
    e.update(METAFLOW_DEFAULT_METADATA="service", METAFLOW_SERVICE_URL=SERVICE.url)
    return e


peers.env = env         # what peers starts asks the service, too


def mfctl(*args, **kw):
    """Exit status, standard output, standard error."""
    metadata = ["--metadata", kw.get("metadata", WHERE)]
    p = subprocess.run([MFCTL] + metadata + list(args), cwd=TOP, env=local_env("carol"), stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    return p.returncode, p.stdout.decode("utf-8", "replace"), p.stderr.decode("utf-8", "replace")


def ask(*args, **kw):
    """What mfctl prints, as JSON."""
    rc, out, err = mfctl(*(args + ("-o", "json")), **kw)
    if rc not in (0, 6):
        raise RuntimeError("mfctl %s: exit %d: %s" % (" ".join(args), rc, err.strip()))
    return json.loads(out)


def client(code, user="alice"):
    """Runs code with the Python client; what it prints, as JSON."""
    head = "import json\nfrom metaflow import *\nmetadata(%r)\nnamespace(None)\n" % WHERE
    p = subprocess.run([PY, "-c", head + code], cwd=PROJECT, env=env(user), stdin=subprocess.DEVNULL,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    if p.returncode != 0:
        raise RuntimeError("client: " + p.stderr.decode("utf-8", "replace").strip().split("\n")[-1])
    return json.loads(p.stdout.decode("utf-8")) if p.stdout.strip() else None


def runs(name):
    """Run ids of a flow, oldest first."""
    return sorted((r["id"] for r in ask("ls", name, "--fields", "id")), key=int)


# -- written by Metaflow ---------------------------------------------------------

def write_runs():
    with Group("runs written by Metaflow to the service") as g:
        def lane(jobs):
            for want, args, kw in jobs:
                rc = flow(*args, **kw)
                g.true("%s: exit %d" % (" ".join(args), rc), (rc == 0) == (want == 0))
        lanes = (
            [(0, ("linear.py",), {}),
             (0, ("linear.py", "--tag", "nightly", "--tag", "team:core"), {"user": "bob"}),
             (0, ("params.py", "--text", "Zoë \"x\"", "--whole", "-7", "--settings", "[1, 12345678901234567890]"),
              {"user": "bob"})],
            [(0, ("nest.py",), {}), (0, ("retry.py",), {}), (1, ("fail.py",), {})])
        threads = [threading.Thread(target=lane, args=(jobs,)) for jobs in lanes]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        touch("fixed")
        lane([(0, ("fail.py",), {"command": "resume"})])
        first = runs("LinearFlow")[0]
        client("Run('LinearFlow/%s').add_tags(['later', 'with space', 'uni\\u00e9'])" % first, "bob")


# There is no artifact of a chosen attempt on the oldest: the client cannot read a task that was retried, nor whose parent it is.
OLDEST = ("attempts", "lineage")


def check_objects(version, skipped=()):
    """Every object as the Python client sees it on a release of the service, and as mfctl does."""
    SERVICE.control("version", {"version": version})
    oracle = os.path.join(TOP, "oracle-%s.json" % version)
    with Group("version %s: answers of the Python client" % version) as g:
        p = subprocess.run([PY, os.path.join(TESTS, "data", "oracle", "oracle.py"), PROJECT, oracle], cwd=TOP,
                           env=dict(env(), ORACLE_METADATA=WHERE), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                           stderr=subprocess.PIPE)
        g.equal("oracle.py: " + p.stderr.decode("utf-8", "replace").strip()[-300:], 0, p.returncode)
        c = compare_oracle.Comparison(PROJECT, MFCTL, skip_groups=skipped, oracle=oracle, extra=[], metadata=WHERE)
        for run in [r for f in c.oracle["flows"].values() for r in f["runs"].values()]:
            for task in [t for s in run["steps"].values() for t in s["tasks"].values() if "tags" in t]:
                # a task has the tags of its run; an old service sends those it was made with
                task["tags"] = run["tags"]
        c.go()
    for name, title in peers.TITLES if g.wrong == [] else ():
        if name in skipped:
            continue
        with Group("version %s: all %s" % (version, title)) as g:
            g.checks = c.facts[name]
            g.wrong = ["%s %s: %s" % (w, f, t) for n, w, f, t in c.deviations if n == name]
            g.true("anything to compare", c.facts[name])
    SERVICE.control("version", {"version": "new"})


# -- while it runs -----------------------------------------------------------------

def living(mode, look):
    """Start a run and look at it while it waits."""
    p = peers.background("wait.py", "--mode", mode)
    pid = peers.wait_for("ready-" + mode)
    peers.workers.append(pid)
    look("WaitFlow/" + runs("WaitFlow")[-1], p, pid)


def counts_of(run):
    return {s["id"]: s["task_counts"] for s in ask("show", run)["steps"]}


def check_running():
    def look(run, p, pid):
        task = ask("ls", run + "/hold")[0]["pathspec"]
        with Group("a run at work") as g:
            r, t = ask("show", run), ask("show", task)
            g.equal("status", ("running", "heartbeat"), (r["status"], r["status_reason"]["code"]))
            g.equal("task status", ("running", "heartbeat"), (t["status"], t["status_reason"]["code"]))
            g.equal("finished", (False, None, None), (r["finished"], r["finished_at"], r["end_task"]))
            g.equal("task_counts", {"start": {"completed": 1}, "hold": {"running": 1}}, counts_of(run))
            g.equal("the client", [False, None], client("r = Run(%r)\nprint(json.dumps([r.finished, r.end_task]))" % run))
            g.equal("ls --status running", [run], [x["pathspec"] for x in ask("ls", "WaitFlow", "--status", "running")])
            g.equal("latest-running", run, ask("show", "WaitFlow/latest-running")["pathspec"])
            g.equal("log", "about to wait\n", mfctl("logs", run + "/start", "--stdout")[1])
            g.equal("wait --timeout", 124, mfctl("wait", run, "--timeout", "1s")[0])
        with Group("it ends while it is waited for") as g:
            w = subprocess.Popen([MFCTL, "--metadata", WHERE, "wait", run, "--timeout", "90s"], cwd=TOP, env=env("carol"),
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            peers.started.append(w)
            time.sleep(1)
            g.equal("wait returned too early", None, w.poll())
            touch("go-plain")
            g.equal("the run", 0, p.wait(timeout=90))
            g.equal("exit status of wait", 0, w.wait(timeout=60))
            r = ask("show", run)
            g.equal("status", ("completed", True), (r["status"], r["successful"]))
            g.equal("task_counts", {s: {"completed": 1} for s in ("start", "hold", "end")}, counts_of(run))
    living("plain", look)


def below(pid):
    """The processes that a process has started, and they have."""
    parents = {}
    for d in os.listdir("/proc"):
        if d.isdigit():
            try:
                with open("/proc/%s/stat" % d) as f:
                    parents.setdefault(int(f.read().rsplit(")", 1)[1].split()[1]), []).append(int(d))
            except OSError:
                pass
    found, todo = [], [pid]
    while todo:
        todo += parents.get(todo[0], [])
        found += parents.get(todo.pop(0), [])
    return found


def check_killed():
    def look(run, p, pid):
        def states():
            r, t = ask("show", run), ask("ls", run + "/hold")[0]
            return [(x["status"], x["status_reason"]["code"]) for x in (r, t)]
        # the processes that send heartbeats outlive their parents for a moment
        everybody = set(below(p.pid)) | set(below(pid)) | {p.pid, pid}
        for q in everybody:
            kill(q)
        p.wait(timeout=30)
        all_gone = all([peers.gone(q) for q in everybody])
        dead = ("failed", "heartbeat_expired")
        alive = ("running", "heartbeat")
        with Group("a run whose processes were killed") as g:
            g.true("all of them are gone", all_gone)
            g.equal("at once", [alive, alive], states())
            try:
                SERVICE.control("now", {"advance": 70000})
                g.equal("after 70 s", [alive, dead], states())
                g.equal("task_counts", {"start": {"completed": 1}, "hold": {"failed": 1}}, counts_of(run))
                SERVICE.control("now", {"advance": 330000})
                g.equal("after 400 s", [dead, dead], states())
                g.equal("wait", 7, mfctl("wait", run, "--for", "completed", "--timeout", "5s")[0])
                g.equal("latest-failed", run, ask("show", "WaitFlow/latest-failed")["pathspec"])
                g.equal("finished", False, ask("show", run)["finished"])
            finally:
                SERVICE.control("now", {"now": None})
    living("killed", look)


# -- tags --------------------------------------------------------------------------

def check_tags():
    run = "LinearFlow/" + runs("LinearFlow")[-1]
    look = ("r = Run(%r)\nprint(json.dumps([sorted(r.user_tags), sorted(r.system_tags), r._object['ts_epoch'], "
            "r._object['user_name']]))" % run)

    def step(g, what, args, gone=(), new=(), status=0):
        before = client(look)
        rc, out, _ = mfctl("tag", *(args + ["-o", "json"]))
        g.equal(what + ": exit status", status, rc)
        want = [sorted((set(before[0]) - set(gone)) | set(new))] + before[1:]
        g.equal(what + ": the client's view", want, client(look))
        if rc == 0:
            j = json.loads(out)
            g.equal(what + ": printed", [run] + want[:2], [j["pathspec"], j["user_tags"], j["system_tags"]])

    with Group("tags written by mfctl, read by the client") as g:
        step(g, "add", ["add", run, "from mfctl", "ümläut"], new=["from mfctl", "ümläut"])
        step(g, "remove", ["remove", run, "ümläut", "never was"], gone=["ümläut"])
        step(g, "replace", ["replace", run, "from mfctl", "renamed"], gone=["from mfctl"], new=["renamed"])
        step(g, "remove a system tag", ["remove", run, "user:bob"], status=1)
    with Group("tags written by the client, read by mfctl") as g:
        client("Run(%r).replace_tag('renamed', 'by python')" % run, "bob")
        want = client("r = Run(%r)\nprint(json.dumps([sorted(r.tags), sorted(r.user_tags)]))" % run)
        j = ask("tag", "list", run)
        g.equal("tag list", want, [j["tags"], j["user_tags"]])
        g.true("its tag", "by python" in j["user_tags"])
        want = client("print(json.dumps([r.pathspec for r in Flow('LinearFlow').runs('nightly', 'by python')]))")
        g.equal("ls --tag twice", want, [x["pathspec"] for x in ask("ls", "LinearFlow", "--tag", "nightly", "--tag", "by python")])
        for ns in ("user:alice", "user:bob"):
            want = client("namespace(%r)\nprint(json.dumps([r.pathspec for r in Flow('LinearFlow')]))" % ns)
            g.equal("namespace " + ns, want, [x["pathspec"] for x in ask("-n", ns, "ls", "LinearFlow")])
    with Group("eight who add a tag at once, three of them in each other's way") as g:
        SERVICE.control("fault", {"match": "^PATCH", "times": 3, "status": 409, "body": ""})
        codes = {}
        threads = [threading.Thread(target=lambda n=n: codes.update({n: mfctl("tag", "add", run, "one of %d" % n)[0]}))
                   for n in range(8)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        SERVICE.control("fault", [])
        g.equal("exit codes", {n: 0 for n in range(8)}, codes)
        tags = client("print(json.dumps(sorted(Run(%r).user_tags)))" % run)
        g.equal("tags", ["one of %d" % n for n in range(8)], [t for t in tags if t.startswith("one of")])


# -- metaflow-local-service ----------------------------------------------------------

def local_service(root):
    """The process and its URL, when it answers."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    log = open(os.path.join(TOP, "local-service.log"), "w")
    p = subprocess.Popen([PY, "-m", "metaflow_local_service.daemon", "--port", str(port), "--metaflow-root", root,
                          "--idle-timeout", "86400"], cwd=TOP, env=local_env(), stdin=subprocess.DEVNULL, stdout=log,
                         stderr=subprocess.STDOUT)
    log.close()
    peers.started.append(p)
    deadline = time.time() + 30
    while time.time() < deadline and p.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/ping")
            if connection.getresponse().status == 200:
                return p, "http://127.0.0.1:%d" % port
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("it did not start; see local-service.log")


def check_local_service():
    """A server that cannot answer everything: what it can is right, what it cannot is said, nothing crashes."""
    if subprocess.run([PY, "-c", "import metaflow_local_service"], stderr=subprocess.DEVNULL).returncode:
        print("skipped: metaflow-local-service is not installed, and the package index was not reached")
        return
    data = os.path.join(TOP, "data")
    subprocess.run([os.path.join(TESTS, "tools", "unpack_demo.sh"), data], check=True)
    root = os.path.join(data, "demo")
    process, url = local_service(root)
    there, here = "service@" + url, "local@" + root
    store = ("--datastore-root", os.path.join(root, ".metaflow"))

    def both(g, *args, **kw):
        (rc, out, err), want = mfctl(*(args + store), metadata=there), mfctl(*args, metadata=here)[1]
        if kw.get("sort"):
            out, want = sorted(out.splitlines()), sorted(want.splitlines())
        g.equal(" ".join(args) + (": " + err.strip() if rc else ""), (0, want), (rc, out))

    try:
        with Group("metaflow-local-service: what it knows is right") as g:
            for name in ("TrainFlow", "NightlyEtlFlow", "ForecastFlow"):
                both(g, "ls", name, "-o", "name", sort=True)
                both(g, "ls", name + "/latest", "--all", "-o", "name", sort=True)
                both(g, "ls", name + "/latest/*", "-o", "name", sort=True)
            both(g, "ls", "TrainFlow/latest/end/7", "-o", "name", sort=True)
            both(g, "show", "TrainFlow/latest", "--fields", "id,tags,user_tags,system_tags,user_name,ts_epoch", "-o", "json")
            both(g, "show", "NightlyEtlFlow/latest/load/7", "--fields", "metadata_dict,attempts,current_attempt", "-o", "json")
            both(g, "logs", "TrainFlow/latest/end/7", "--stdout")
            both(g, "tag", "list", "TrainFlow/latest", "-o", "json")
            both(g, "cat", "TrainFlow/latest/end/7/accuracy")
        with Group("metaflow-local-service: what it lacks is said") as g:
            questions = [("ls",), ("ls", "-o", "json"), ("ls", "TrainFlow"), ("show", "TrainFlow/latest"),
                         ("show", "TrainFlow/latest", "-o", "json"), ("show", "NightlyEtlFlow/latest/load/7"),
                         ("show", "NightlyEtlFlow/1795261405180928/load/7", "--attempt", "0"), ("show", "TrainFlow/1"),
                         ("dag", "TrainFlow/latest"), ("timeline", "TrainFlow/latest"), ("logs", "TrainFlow/latest"),
                         ("cat", "TrainFlow/latest/*/*/epochs", "-o", "ndjson"), ("cat", "TrainFlow/latest/end/7/nothing"),
                         ("ls", "ForecastFlow/latest/fit"), ("show", "NestedSweepFlow/latest/fit/@1"), ("ls", "NoFlow"),
                         ("card", "list", "ReportFlow/latest"), ("verify", "RouterFlow/latest"), ("code", "list", "TrainFlow/latest")]
            for args in questions:
                rc, out, err = mfctl(*(args + store), metadata=there)
                what = " ".join(args)
                g.true("%s: exit %d" % (what, rc), 0 <= rc <= 7)
                g.true("%s: exit %d, and nothing said" % (what, rc), rc == 0 or err.startswith("mfctl: "))
            rc, _, err = mfctl("ls", metadata=there)
            g.true("the missing list of flows: exit %d: %s" % (rc, err), rc != 0 and "does not know" in err)
            g.equal("it is still there", None, process.poll())
    finally:
        process.terminate()
        process.wait(timeout=30)


def main():
    t0 = time.time()
    for d in ("home", "cache", "xdg"):
        os.makedirs(os.path.join(TOP, d))
    shutil.copytree(os.path.join(HERE, "flows"), PROJECT, ignore=shutil.ignore_patterns("__pycache__"))
    os.makedirs(os.path.join(PROJECT, ".metaflow"))
    checks = [(write_runs,), (check_objects, "new"), (check_objects, "2.5.1"), (check_objects, "2.0.5", OLDEST),
              (check_running,), (check_killed,), (check_tags,), (check_local_service,)]
    try:
        for check, *args in checks:
            try:
                check(*args)
            except Exception as e:
                with Group(check.__name__):
                    raise e
    finally:
        for p in peers.started:
            if p.poll() is None:
                p.kill()
                p.wait()
        for pid in peers.workers:
            try:
                if os.readlink("/proc/%d/cwd" % pid).startswith(TOP):
                    kill(pid)
            except OSError:
                pass
        SERVICE.close()
        if "--keep" in sys.argv:
            print("kept: " + TOP)
        else:
            shutil.rmtree(TOP, ignore_errors=True)
    print("%d seconds" % (time.time() - t0))
    print("%d passed, %d failed" % (peers.results["passed"], peers.results["failed"]))
    return 1 if peers.results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
