"""Servers of object stores for stores.py: installed by the names of their packages, started on 127.0.0.1, ended by process.

usage: stores_servers.py install      what is missing below SERVERS_PREFIX (default build/servers)

What cannot be installed here is told in a line, and its checks are skipped.
"""
import glob
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PREFIX = os.path.abspath(os.environ.get("SERVERS_PREFIX") or os.path.join(TOP, "build", "servers"))
GO = {
    "versitygw": ("github.com/versity/versitygw/cmd/versitygw", "v1.8.0"),
    "fake-gcs-server": ("github.com/fsouza/fake-gcs-server", "v1.56.1"),
    "minio": ("github.com/minio/minio", "latest"),
}
NPM = {"azurite-blob": ("azurite", "3.35.0")}
GO_LEAST = (1, 21)      # from then on it fetches the newer one that a module asks for
NODE_LEAST = 18
WANTED = ["versitygw", "azurite-blob", "fake-gcs-server"] + (["minio"] if os.environ.get("PEERS_MINIO") else [])


def program(name):
    """Where an installed server is, None if it is not."""
    path = os.path.join(PREFIX, "bin", name) if name in GO else os.path.join(PREFIX, "npm", "node_modules", ".bin", name)
    return path if os.access(path, os.X_OK) else None


# -- installing ------------------------------------------------------------------

def version_of(*command):
    """The first number of what a program says about itself as a tuple; None where it is not there."""
    try:
        text = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.decode()
    except (OSError, subprocess.CalledProcessError):
        return None
    m = re.search(r"(\d+)\.(\d+)", text)
    return (int(m.group(1)), int(m.group(2))) if m else None


def go_install(name):
    package, version = GO[name]
    have = version_of("go", "version")
    if have is None or have < GO_LEAST:
        return "%s needs Go %d.%d or newer to be built; %s" % (
            (name,) + GO_LEAST + ("there is none" if have is None else "this is %d.%d" % have,))
    caches = os.path.join(PREFIX, "cache-" + name)      # gigabytes while it is built
    env = dict(os.environ, GOBIN=os.path.join(PREFIX, "bin"), GOMODCACHE=os.path.join(caches, "mod"),
               GOCACHE=os.path.join(caches, "build"), GOFLAGS="-trimpath -modcacherw", CGO_ENABLED="0")
    try:
        return run(["go", "install", "-ldflags=-s -w", "%s@%s" % (package, version)], env, name)
    finally:
        shutil.rmtree(caches, ignore_errors=True)


def npm_install(name):
    package, version = NPM[name]
    have = version_of("node", "--version")
    if have is None or have[0] < NODE_LEAST or not shutil.which("npm"):
        return "%s needs npm and Node %d or newer" % (package, NODE_LEAST)
    folder = os.path.join(PREFIX, "npm")
    os.makedirs(folder, exist_ok=True)
    return run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--omit=dev", "%s@%s" % (package, version)],
               dict(os.environ), name)


def run(command, env, name):
    """None, or why it failed."""
    try:
        p = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=900)
    except subprocess.TimeoutExpired:
        return "%s: its installation took more than a quarter of an hour" % name
    if p.returncode == 0:
        return None
    lines = p.stdout.decode("utf-8", "replace").strip().split("\n")
    return "%s could not be installed: %s" % (name, lines[-1][:200])


def install():
    """{name: why not} of what is not there afterwards."""
    missing = [n for n in WANTED if not program(n)]
    why = {}
    if missing:
        os.makedirs(PREFIX, exist_ok=True)
        print("installing: " + " ".join(missing), flush=True)

        def each(names, how):
            for name in names:
                why[name] = how(name)
        # both at the same time; the compilers of Go one after another
        lanes = [threading.Thread(target=each, args=([n for n in missing if n in table], how))
                 for table, how in ((GO, go_install), (NPM, npm_install))]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
    return {n: w for n, w in why.items() if w}


# -- running -----------------------------------------------------------------------

ACCOUNT = "devstoreaccount1"
# the key of every Azurite, as its manual has it
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
S3_KEY, S3_SECRET, S3_REGION = "mfkitpeersaccess", "mfkit/peers+secret", "eu-central-1"


def certificate(folder):
    """ca.pem and key.pem for 127.0.0.1 in a folder."""
    cert, key = os.path.join(folder, "ca.pem"), os.path.join(folder, "key.pem")
    if not os.path.exists(cert):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7",
                        "-keyout", key, "-out", cert, "-subj", "/CN=localhost", "-addext",
                        "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
    return cert, key


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """One process. make(port) gives its command and what of the environment is changed; path is asked until it answers."""

    def __init__(self, folder, make, path, tls=False, any_status=False):
        self.port = free_port()
        self.url = "http%s://127.0.0.1:%d" % ("s" if tls else "", self.port)
        command, env = make(self.port)
        self.log = os.path.join(folder, os.path.basename(command[0]) + "-%d.log" % self.port)
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=dict(os.environ, **env), stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT, start_new_session=True)
        try:
            self._await(path, any_status)
        except BaseException:
            self.stop()
            raise

    def _await(self, path, any_status):
        unchecked = ssl._create_unverified_context()
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=unchecked))
        deadline = time.time() + 60
        while time.time() < deadline and self.process.poll() is None:
            try:
                opener.open(self.url + path, timeout=5).close()
                return
            except urllib.error.HTTPError as error:
                error.close()
                if any_status:
                    return
            except OSError:
                pass
            time.sleep(0.1)
        with open(self.log, errors="replace") as f:
            raise RuntimeError("%s did not start: %s" % (os.path.basename(self.log), f.read()[-300:].strip()))

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def kill_tree(process):
    """A process and all that it has started: Metaflow's tasks outlive what started them for a while."""
    parents, found = {}, [process.pid]
    for d in os.listdir("/proc"):
        if d.isdigit():
            try:
                with open("/proc/%s/stat" % d) as f:
                    parents.setdefault(int(f.read().rsplit(")", 1)[1].split()[1]), []).append(int(d))
            except OSError:
                pass
    for pid in found:
        found += parents.get(pid, [])
    for pid in found:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    process.wait()


def s3_server(folder, tls):
    """versitygw, or MinIO with PEERS_MINIO. Several may serve one folder."""
    cert, key = certificate(folder)
    data = os.path.join(folder, "s3")
    os.makedirs(data, exist_ok=True)

    def versity(port):
        command = [program("versitygw"), "--port", "127.0.0.1:%d" % port, "--region", S3_REGION, "--health", "/health", "--quiet"]
        return command + (["--cert", cert, "--key", key] if tls else []) + ["posix", data], \
            {"ROOT_ACCESS_KEY": S3_KEY, "ROOT_SECRET_KEY": S3_SECRET}

    def minio(port):
        certs = os.path.join(folder, "minio-certs" if tls else "minio-none")
        os.makedirs(certs, exist_ok=True)
        if tls:
            shutil.copy(cert, os.path.join(certs, "public.crt"))
            shutil.copy(key, os.path.join(certs, "private.key"))
        return [program("minio"), "server", "--quiet", "--address", "127.0.0.1:%d" % port, "--certs-dir", certs, data], \
            {"MINIO_ROOT_USER": S3_KEY, "MINIO_ROOT_PASSWORD": S3_SECRET, "MINIO_REGION": S3_REGION, "MINIO_BROWSER": "off"}
    if os.environ.get("PEERS_MINIO"):
        return Server(folder, minio, "/minio/health/ready", tls)
    return Server(folder, versity, "/health", tls)


def azure_server(folder):
    """Azurite with TLS, where it takes tokens as well."""
    cert, key = certificate(folder)

    def make(port):
        return [program("azurite-blob"), "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location",
                os.path.join(folder, "azure"), "--skipApiVersionCheck", "--disableTelemetry", "--silent", "--cert", cert, "--key", key,
                "--oauth", "basic"], {"AZURITE_ACCOUNTS": "%s:%s" % (ACCOUNT, ACCOUNT_KEY)}
    return Server(folder, make, "/%s?comp=list" % ACCOUNT, True, True)


def gs_server(folder):
    def make(port):
        return [program("fake-gcs-server"), "-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-backend", "memory",
                "-external-url", "http://127.0.0.1:%d" % port, "-public-host", "127.0.0.1:%d" % port, "-log-level", "warn"], {}
    return Server(folder, make, "/_internal/healthcheck")


def main(argv):
    if argv != ["install"]:
        sys.exit(__doc__)
    for why in install().values():
        print("skipped: " + why)
    for left in glob.glob(os.path.join(PREFIX, "cache-*")):
        shutil.rmtree(left, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
