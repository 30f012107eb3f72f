"""mfctl, Metaflow and its Python client on object stores: S3 (versitygw), Azure (Azurite), Google (fake-gcs-server).

usage: stores.py [--keep]      (called by run.sh; environment: MFCTL, SERVERS_PREFIX)

The real Metaflow writes runs to servers that others have written; its Python client and mfctl are asked about them, field by
field. Tokens for Azure and Google come from our own double of the endpoints that hand them out, which verifies what is sent.
A server that is not there is told and counted as skipped. Prints one line per group of checks and a last line
"N passed, N failed".
"""
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [HERE, TESTS, os.path.join(TESTS, "tools")]
# nothing of whoever runs this may lead to his own stores
for name in [n for n in os.environ if n.startswith(("AWS_", "AZURE_", "GOOGLE_", "GCE_", "STORAGE_", "IDENTITY_")) or
             n in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")]:
    del os.environ[name]
import peers  # noqa: E402
import stores_servers as servers  # noqa: E402
from double.process import Service  # noqa: E402
from peers import Group, MFCTL, PY, TOP, compare_oracle  # noqa: E402
from store_double_process import Stores  # noqa: E402

BUCKET = "mf-peers"
BIG = hashlib.sha256(random.Random(7).randbytes(22 << 20)).hexdigest()     # as flows/store_flow.py makes it
SECRETS = [servers.S3_SECRET, servers.ACCOUNT_KEY]
running = []        # servers and doubles, all with stop() or close()
TOKENS = []         # the double that hands out tokens
leaked = []
starting = threading.Lock()
ending = []         # anything: nothing more is started


class Lane:
    """A store: its servers, what Metaflow and mfctl need to find them, what went wrong in writing."""

    def __init__(self, kind):
        self.kind, self.problems, self.oracle = kind, [], os.path.join(TOP, "oracle-%s.json" % kind)
        self.folder, self.project = os.path.join(TOP, kind), os.path.join(TOP, "project-" + kind)
        self.writer = {}        # variables of Metaflow and its client
        self.readers = {}       # name -> variables of mfctl; the first is asked everything
        self.metadata = "local@" + self.project
        os.makedirs(self.folder)
        shutil.copytree(os.path.join(HERE, "flows"), self.project, ignore=shutil.ignore_patterns("__pycache__"))
        os.makedirs(os.path.join(self.project, ".metaflow"))

    def env(self):
        e = peers.env()
        e.update(self.writer, METAFLOW_CLIENT_CACHE_PATH=os.path.join(self.folder, "client-cache"))
        return e

    def run(self, *args):
        with open(os.path.join(self.folder, "metaflow.log"), "a") as log:
            with starting:
                if ending:
                    return 1
                p = subprocess.Popen([PY] + list(args), cwd=self.project, env=self.env(), stdin=subprocess.DEVNULL, stdout=log,
                                     stderr=subprocess.STDOUT)
                peers.started.append(p)
            try:
                return p.wait(timeout=180)
            except subprocess.TimeoutExpired:
                p.kill()
                return p.wait()

    def write(self):
        """Runs, and what the Python client says about them; in a thread of its own."""
        try:
            for what, args in ((0, []), (1, ["--broken", "True"])):
                rc = self.run("store_flow.py", "--no-pylint", "run", *args)
                if (rc == 0) != (what == 0):
                    self.problems.append("store_flow.py %s: exit %d: %s" % (" ".join(args), rc, self.last_line()))
            rc = self.run(os.path.join(TESTS, "data", "oracle", "oracle.py"), self.project, self.oracle)
            if rc:
                self.problems.append("oracle.py: exit %d: %s" % (rc, self.last_line()))
        except Exception as error:
            self.problems.append("%s: %s" % (type(error).__name__, error))

    def last_line(self):
        with open(os.path.join(self.folder, "metaflow.log"), errors="replace") as f:
            return (f.read().strip().split("\n") or [""])[-1][:200]

    def mfctl(self, reader, *args):
        """Exit status, bytes of standard output, text of standard error."""
        e = peers.env("carol")
        e.update(self.readers[reader])
        p = subprocess.run([MFCTL, "--metadata", self.metadata] + list(args), cwd=TOP, env=e, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        for secret in SECRETS + TOKENS[0].control("secrets"):
            if secret.encode() in p.stdout + p.stderr:
                leaked.append("%s: mfctl %s" % (self.kind, " ".join(args)))
        return p.returncode, p.stdout, p.stderr.decode("utf-8", "replace").strip()


# -- servers and how they are found ------------------------------------------------

def s3(lane, tokens):
    tls, plain = (servers.s3_server(lane.folder, t) for t in (True, False))
    running.extend([tls, plain])
    keys = {"AWS_ACCESS_KEY_ID": servers.S3_KEY, "AWS_SECRET_ACCESS_KEY": servers.S3_SECRET,
            "AWS_DEFAULT_REGION": servers.S3_REGION, "AWS_EC2_METADATA_DISABLED": "true"}
    ca = servers.certificate(lane.folder)[0]
    import boto3
    boto3.client("s3", endpoint_url=plain.url, aws_access_key_id=servers.S3_KEY, aws_secret_access_key=servers.S3_SECRET,
                 region_name=servers.S3_REGION).create_bucket(
                     Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": servers.S3_REGION})
    lane.writer = dict(keys, METAFLOW_DEFAULT_DATASTORE="s3", METAFLOW_S3_ENDPOINT_URL=tls.url, AWS_CA_BUNDLE=ca,
                       METAFLOW_DATASTORE_SYSROOT_S3="s3://%s/metaflow" % BUCKET, METAFLOW_DATATOOLS_S3ROOT="s3://%s/data" % BUCKET)
    lane.readers = {"plain": dict(keys, METAFLOW_S3_ENDPOINT_URL=plain.url),
                    "TLS": dict(keys, METAFLOW_S3_ENDPOINT_URL=tls.url, AWS_CA_BUNDLE=ca)}


def azure(lane, tokens):
    server = servers.azure_server(lane.folder)
    running.append(server)
    endpoint = "%s/%s" % (server.url, servers.ACCOUNT)
    ca = servers.certificate(lane.folder)[0]
    from azure.storage.blob import BlobServiceClient
    BlobServiceClient(endpoint, credential=servers.ACCOUNT_KEY, connection_verify=ca).create_container(BUCKET)
    identity = {k: v for k, v in tokens.env("tokens").items() if k.startswith("IDENTITY_")}
    where = {"METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT": endpoint, "REQUESTS_CA_BUNDLE": ca}
    lane.writer = dict(where, METAFLOW_DEFAULT_DATASTORE="azure", METAFLOW_DATASTORE_SYSROOT_AZURE=BUCKET + "/metaflow", **identity)
    lane.readers = {"SharedKey": dict(where, AZURE_STORAGE_ACCOUNT=servers.ACCOUNT, AZURE_STORAGE_KEY=servers.ACCOUNT_KEY),
                    "bearer token": dict(where, **identity)}


def gs(lane, tokens):
    server = servers.gs_server(lane.folder)
    running.append(server)
    body = json.dumps({"name": BUCKET}).encode()
    urllib.request.urlopen(urllib.request.Request(server.url + "/storage/v1/b?project=test", body,
                                                  {"Content-Type": "application/json"}), timeout=30).close()
    account = {"STORAGE_EMULATOR_HOST": server.url,
               "GOOGLE_APPLICATION_CREDENTIALS": tokens.env("tokens")["GOOGLE_APPLICATION_CREDENTIALS"]}
    machine = tokens.urls["tokens"][len("http://"):]
    # the records of this one are kept by a metadata service
    service = Service("--writable")
    running.append(service)
    lane.metadata = "service@" + service.url
    lane.writer = dict(account, METAFLOW_DEFAULT_DATASTORE="gs", METAFLOW_DATASTORE_SYSROOT_GS="gs://%s/metaflow" % BUCKET,
                       GOOGLE_CLOUD_PROJECT="test", METAFLOW_DEFAULT_METADATA="service", METAFLOW_SERVICE_URL=service.url,
                       ORACLE_METADATA=lane.metadata)
    lane.readers = {"a service account, metadata service": account,
                    "metadata server": {"STORAGE_EMULATOR_HOST": server.url, "GCE_METADATA_HOST": machine, "GCE_METADATA_IP": machine}}


LANES = {"s3": ("minio" if os.environ.get("PEERS_MINIO") else "versitygw", s3), "azure": ("azurite-blob", azure),
         "gs": ("fake-gcs-server", gs)}


# -- checks ------------------------------------------------------------------------

def check_objects(lane):
    first = next(iter(lane.readers))
    c = compare_oracle.Comparison(lane.project, MFCTL, oracle=lane.oracle, extra=[], metadata=lane.metadata,
                                  store_env=lane.readers[first]).go()
    for name, title in peers.TITLES:
        with Group("%s (%s): all %s" % (lane.kind, first, title)) as g:
            g.checks = c.facts[name]
            g.wrong = ["%s %s: %s" % (w, f, t) for n, w, f, t in c.deviations if n == name]
            g.true("anything to compare", c.facts[name])
    rest = [d for d in c.deviations if d[0] not in [t[0] for t in peers.TITLES]]
    if rest:
        with Group("%s: the rest" % lane.kind) as g:
            g.wrong = ["%s %s: %s" % d[1:] for d in rest]


def check_reader(lane, reader):
    """What is large, and the commands that look at everything."""
    run = "StoreFlow/latest-successful"
    with Group("%s (%s): large values, verify, export, cards, doctor" % (lane.kind, reader)) as g:
        end = task_of(lane, reader, run + "/end")
        rc, out, err = lane.mfctl(reader, "cat", end + "/big", "-o", "raw")
        g.equal("cat of 22 MB: " + err, (0, BIG), (rc, hashlib.sha256(out).hexdigest()))
        import numpy
        rc, out, err = lane.mfctl(reader, "cat", end + "/array", "-o", "npy")
        want = numpy.arange(400000, dtype="<f8").reshape(1000, 400)
        g.true("cat of an array: exit %d: %s" % (rc, err), rc == 0 and numpy.array_equal(numpy.load(io.BytesIO(out)), want))
        rc, out, err = lane.mfctl(reader, "--no-cache", "verify", "StoreFlow")
        g.equal("verify: " + err, (0, b""), (rc, out))
        folder = os.path.join(lane.folder, "export-" + reader.split()[0])
        rc, out, err = lane.mfctl(reader, "export", run, "-d", folder)
        g.equal("export: " + err, 0, rc)
        sums = [hashlib.sha256(open(os.path.join(d, f), "rb").read()).hexdigest()
                for d, _, names in os.walk(folder) for f in names if f == "big.bin"]
        g.equal("what was exported", [BIG], sums)
        rc, out, err = lane.mfctl(reader, "card", "show", run)
        g.true("card: exit %d: %s" % (rc, err), rc == 0 and "The words are A, B C, É" in out.decode())
        rc, out, err = lane.mfctl(reader, "doctor")
        g.equal("doctor: %s%s" % (out.decode("utf-8", "replace")[-400:] if rc else "", err), 0, rc)
        rc, out, err = lane.mfctl(reader, "--no-cache", "--debug=http", "--stats", "logs", run, "--stdout")
        g.true("logs: exit %d: %s" % (rc, err[-300:]), rc == 0 and b"line 49" in out and b"working on b c" in out)
        rc, out, err = lane.mfctl(reader, "config", "show")
        g.equal("config show", 0, rc)


def task_of(lane, reader, step):
    rc, out, err = lane.mfctl(reader, "ls", step, "-o", "name")
    if rc:
        raise RuntimeError("ls %s: exit %d: %s" % (step, rc, err))
    return out.decode().split()[0]


def main():
    t0 = time.time()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    for d in ("home", "cache", "xdg"):
        os.makedirs(os.path.join(TOP, d))
    skipped, lanes = [], []
    try:
        why = servers.install()
        tokens = Stores("tokens", "--key", os.path.join(TOP, "key.pem"))
        running.append(tokens)
        TOKENS.append(tokens)
        for kind, (name, set_up) in LANES.items():
            if not servers.program(name):
                skipped.append("%s: %s" % (kind, why.get(name, name + " is not installed")))
                continue
            lane = Lane(kind)
            try:
                set_up(lane, tokens)
                lanes.append(lane)
            except Exception as error:
                with Group("%s: the server" % kind):
                    raise error
        threads = [threading.Thread(target=lane.write, daemon=True) for lane in lanes]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        for lane in lanes:
            with Group("%s: runs written by Metaflow, and read by its client" % lane.kind) as g:
                g.equal("problems", [], lane.problems)
            if not os.path.exists(lane.oracle):
                continue
            for check, *args in [(check_objects,)] + [(check_reader, r) for r in lane.readers]:
                try:
                    check(lane, *args)
                except Exception as error:
                    with Group("%s: %s %s" % (lane.kind, check.__name__, " ".join(args))):
                        raise error
        if lanes:
            with Group("no secret was printed") as g:
                g.equal("by", [], leaked)
    finally:
        with starting:
            ending.append(True)
        for p in peers.started:
            if p.poll() is None:
                servers.kill_tree(p)
        for server in reversed(running):
            (server.stop if isinstance(server, servers.Server) else server.close)()
        if "--keep" in sys.argv:
            print("kept: " + TOP)
        else:
            shutil.rmtree(TOP, ignore_errors=True)
    for reason in skipped:
        print("skipped: " + reason)
    print("%d seconds" % (time.time() - t0))
    print("%d passed, %d failed%s" % (peers.results["passed"], peers.results["failed"],
                                      ", %d stores skipped" % len(skipped) if skipped else ""))
    return 1 if peers.results["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
