"""Runs the demo flows with the real Metaflow and asks its client about them.

usage: make_demo.py TOP

TOP/demo receives the flow sources and the history (.metaflow), TOP/oracle.json
the answers of the Python client. Called by make_demo.sh.
"""
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.abspath(sys.argv[1])
DEMO = os.path.join(TOP, "demo")
PY = sys.executable
problems = []


def env(user, **extra):
    e = {k: v for k, v in os.environ.items() if not k.startswith("METAFLOW_")}
    e.update(METAFLOW_USER=user, METAFLOW_DEFAULT_METADATA="local", METAFLOW_DEFAULT_DATASTORE="local",
             METAFLOW_HOME=os.path.join(TOP, "home"), METAFLOW_CLIENT_CACHE_PATH=os.path.join(TOP, "cache"),
             TZ="UTC", LANG="C.UTF-8", PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", PYTHONIOENCODING="utf-8")
    e.update(extra)
    return e


def call(user, args, expect=0, log=None, **extra):
    with open(os.path.join(TOP, (log or args[0]) + ".log"), "a") as f:
        p = subprocess.run([PY] + list(args), cwd=DEMO, env=env(user, **extra),
                           stdin=subprocess.DEVNULL, stdout=f, stderr=subprocess.STDOUT)
    if (p.returncode == 0) != (expect == 0):
        problems.append("%s: exit %d" % (" ".join(args), p.returncode))


def run(user, flow, *args, **kw):
    top = kw.pop("top", ())
    call(user, (flow, "--no-pylint") + tuple(top) + ("run", "--max-workers", "6") + args, **kw)


def runs_of(flow):
    """Run ids, oldest first."""
    d = os.path.join(DEMO, ".metaflow", flow)
    return sorted(x for x in os.listdir(d) if x.isdigit())


def train():
    f = "train_flow.py"
    run("alice", f)
    run("alice", f, "--learning-rate", "0.1", "--tag", "baseline")
    run("bob", f, "--learning-rate", "1.0", "--epochs", "40", PARAMETER_SERVER="unstable")
    run("bob", f, "--learning-rate", "4000", "--epochs", "30", "--tag", "experiment", expect=1)
    run("alice", f, "--epochs", "60", "--tag", "experiment", "--tag", "team:growth")
    run("bob", f, "--learning-rate", "1.5", "--model", '{"kind": "logistic", "l2": 0.05, "threshold": 0.4}')
    stopped()
    run("alice", f, "--learning-rate", "0.8", "--epochs", "80", "--tag", "team:growth")
    run("bob", f, "--learning-rate", "1.2", "--epochs", "30", "--model",
        '{"kind": "logistic", "l2": 0.01, "threshold": 0.6, "schedule": [{"from": 0, "rate": 1.2}, {"from": 20, "rate": 0.6}]}')
    run("alice", f, "--learning-rate", "1.8", "--epochs", "50", "--tag", "release-candidate")
    run("bob", "report_flow.py")
    run("alice", "report_flow.py", "--title", "Churn model, week 48 – Zürich edition", "--tag", "weekly")


def stopped():
    """A run whose scheduler and worker vanish in the middle of a step."""
    before = runs_of("TrainFlow")
    p = subprocess.Popen([PY, "train_flow.py", "--no-pylint", "run", "--epochs", "200"], cwd=DEMO, env=env("alice"),
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                         start_new_session=True)
    deadline = time.time() + 60
    d = os.path.join(DEMO, ".metaflow", "TrainFlow")
    while time.time() < deadline:
        time.sleep(0.2)
        t = os.path.join(d, runs_of("TrainFlow")[-1], "train")
        if runs_of("TrainFlow") != before and os.path.isdir(t) and any(os.path.exists(os.path.join(t, x, "0.task_begin")) for x in os.listdir(t)):
            break
    time.sleep(1.5)
    os.killpg(p.pid, signal.SIGKILL)
    p.wait()


def others():
    run("alice", "router_flow.py", "--words", "120")
    run("bob", "forecast_flow.py", "--shops", "8", "--tag", "trial")
    etl = "nightly_etl_flow.py"
    warehouse = os.path.join(DEMO, "warehouse")
    os.makedirs(warehouse)

    def partition(day):
        with open(os.path.join(warehouse, day + ".partition"), "w") as f:
            f.write("".join("%05d\n" % i for i in range(500)))

    partition("2026-11-18")
    partition("2026-11-19")
    run("alice", etl, "--day", "2026-11-18", "--sample", "8", "--tag", "nightly")
    run("bob", etl, "--day", "2026-11-19", "--sample", "10", "--tag", "nightly")
    run("alice", etl, "--day", "2026-11-20", "--tag", "nightly", expect=1)
    partition("2026-11-20")
    call("bob", (etl, "--no-pylint", "resume", "--tag", "nightly", "--tag", "repaired"))
    run("bob", etl, "--day", "2026-11-21", "--sample", "5", "--tag", "nightly", expect=1)
    run("alice", "forecast_flow.py", "--tag", "weekly")
    run("bob", "router_flow.py", "--words", "2400", "--target", "0.97")
    run("alice", "nested_sweep_flow.py")
    run("bob", "nested_sweep_flow.py", "--penalties", "0.5,5")
    run("alice", "router_flow.py", "--age-days", "4000", "--tag", "backlog")


def tag():
    ids = runs_of("TrainFlow")
    call("alice", ("train_flow.py", "tag", "add", "--run-id", ids[4], "reviewed"), log="tag")
    call("alice", ("train_flow.py", "tag", "replace", "--run-id", ids[-1], "--remove", "release-candidate",
                   "--add", "release", "--add", "v1.4"), log="tag")
    call("bob", ("train_flow.py", "tag", "add", "--run-id", ids[3], "do not repeat", "Läuft aus dem Ruder"), log="tag")


def main():
    shutil.rmtree(DEMO, ignore_errors=True)
    os.makedirs(os.path.join(TOP, "home"), exist_ok=True)
    shutil.copytree(os.path.join(HERE, "flows"), DEMO, ignore=shutil.ignore_patterns("__pycache__"))
    os.makedirs(os.path.join(DEMO, ".metaflow"))
    t0 = time.time()
    lanes = [threading.Thread(target=train), threading.Thread(target=others)]
    for t in lanes:
        t.start()
    for t in lanes:
        t.join()
    tag()
    subprocess.run([PY, os.path.join(HERE, "..", "oracle", "oracle.py"), DEMO, os.path.join(TOP, "oracle.json")],
                   cwd="/", env=env("alice"), check=True)
    sys.stderr.write("make_demo: %d s\n" % (time.time() - t0))
    for p in problems:
        sys.stderr.write("make_demo: unexpected: %s\n" % p)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
