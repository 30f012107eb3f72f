"""The doubles of object stores as a process of their own, for tests that drive programs.

    with Stores("s3=DIR") as stores:
        run("mfctl", "ls", env=stores.env("s3"))

It ends with its parent, however that ends. As a program it asks the controls of one that runs:

    store_double_process.py URL NAME [JSON]
"""
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "store_double.py")


def control(url, name, value=None):
    """GET a control route, or POST a value to it."""
    data = None if value is None else json.dumps(value).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request("%s/_double/%s" % (url, name), data), timeout=30) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise RuntimeError("/_double/%s: %s" % (name, error.read().decode()))


class Stores:
    def __init__(self, *options):
        self.process = subprocess.Popen([sys.executable, PROGRAM, "--until-stdin-closes"] + list(options),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line.startswith(b"{"):
            self.close()
            raise RuntimeError("store_double.py %s did not start" % " ".join(options))
        started = json.loads(line)
        self.urls, self.environments, self.folder = started["urls"], started["env"], started["folder"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def env(self, *kinds):
        return {k: v for kind in kinds or self.environments for k, v in self.environments[kind].items()}

    def control(self, name, value=None):
        return control(self.urls["control"], name, value)

    def close(self):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()


def main(argv):
    url, name = argv[:2]
    try:
        value = control(url, name, json.loads(argv[2]) if argv[2:] else None)
    except RuntimeError as error:
        sys.exit("store: %s" % error)
    if value != {}:
        print(json.dumps(value))


if __name__ == "__main__":
    main(sys.argv[1:])
