"""The double as a process of its own, for tests that drive programs.

    with Service("--root", path) as service:
        run("mfctl", "--metadata", "service@" + service.url)

It ends with its parent, however that ends. As a program it asks the control routes of one that runs:

    process.py URL NAME [JSON]
"""
import http.client
import json
import os
import subprocess
import sys
import urllib.parse

PROGRAM = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "tools", "service_double.py")


def control(port, name, value=None):
    """GET a control route, or POST a value to it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET" if value is None else "POST", "/__" + name, None if value is None else json.dumps(value))
        answer = connection.getresponse()
        text = answer.read().decode("utf-8")
        if answer.status != 200:
            raise RuntimeError("/__%s: %s" % (name, text))
        return json.loads(text)
    finally:
        connection.close()


class Service:
    def __init__(self, *options):
        self.process = subprocess.Popen([sys.executable, PROGRAM, "--until-stdin-closes"] + list(options),
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        word, _, port = self.process.stdout.readline().decode("ascii", "replace").strip().partition(" ")
        if word != "port":
            self.close()
            raise RuntimeError("service_double.py %s did not start" % " ".join(options))
        self.port = int(port)
        self.url = "http://127.0.0.1:%d" % self.port

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def control(self, name, value=None):
        return control(self.port, name, value)

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
    print(json.dumps(control(urllib.parse.urlsplit(url).port, name, json.loads(argv[2]) if argv[2:] else None)))


if __name__ == "__main__":
    main(sys.argv[1:])
