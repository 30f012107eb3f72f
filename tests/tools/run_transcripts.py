#!/usr/bin/env python3
"""Replays the transcripts tests/cli/*.t against mfctl, each in a fresh copy of the demo history.

usage: MFCTL=build/mfctl run_transcripts.py [-v] [FILE.t...]

A transcript is a series of blocks:

    $ command            run by sh in the folder that holds .metaflow
    text                 what it prints on standard output
    ! text               what it prints on standard error
    = N                  its exit code, when it is not 0

A line of output that would look like one of these, a comment or nothing has a backslash before it; a last line without
newline is followed by a line that is \\c. Bytes that cannot be shown are \\xNN. Lines that start with # are comments.
The folder itself is written as $DIR, the home directory as $HOME. Within a transcript later commands see what earlier ones changed.

    @service [options]   from here on a double of the metadata service is the default provider: of the folder's history, or of
                         what the options of service_double.py say. Its port is written as PORT, and the command
                         `double NAME [JSON]` asks its control routes.
    @store KIND [SCENARIO] [options]
                         the folder's history becomes a recorded one whose data is in an object store (default remote_KIND),
                         and a double of that store serves it; options of store_double.py. `store NAME [JSON]` asks its
                         controls, $STORE_URL and $TOKENS_URL are where it is, $SECRETS is a file of all its secrets, one a
                         line. None of these may be printed, nor be in the home directory when the transcript ends.

GENERATE=1 rewrites what is expected; look at the difference.
"""
import datetime
import difflib
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
MARKS = ("$ ", "! ", "= ", "#", "@service", "@store", "\\")
NOW = "2026-11-22T12:00:00Z"
sys.path.insert(0, os.path.join(TOP, "tests"))

import store_data  # noqa: E402
from double.process import Service  # noqa: E402
from store_double_process import Stores  # noqa: E402


def shown(data, folder):
    home = os.path.join(os.path.dirname(folder), "home")
    data = re.sub(rb"((?:127\.0\.0\.1|localhost):)\d{4,5}\b", rb"\1PORT", data)
    data = re.sub(rb"/\S*/mfkit-stores-\w+", b"$DOUBLE", data)
    text = data.replace(folder.encode(), b"$DIR").replace(home.encode(), b"$HOME").decode("utf-8", "backslashreplace")
    return re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]",
                  lambda m: "\\x%02x" % ord(m.group()) if ord(m.group()) < 256 else "\\u%04x" % ord(m.group()), text)


def lines_of(data, folder):
    text = shown(data, folder)
    if not text:
        return []
    cut = not text.endswith("\n")
    lines = text.split("\n") if cut else text[:-1].split("\n")
    return [("\\" if line.startswith(MARKS) or line in ("", "!") else "") + line for line in lines] + (["\\c"] if cut else [])


def run(command, folder, env, store=None):
    try:
        p = subprocess.run(["sh", "-c", command], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        code, out, err = p.returncode, p.stdout, p.stderr
    except subprocess.TimeoutExpired as e:
        code, out, err = "timeout", e.stdout or b"", e.stderr or b""
    block = lines_of(out, folder)
    block += ["! " + s.removeprefix("\\") if s != "\\c" else "! \\c" for s in lines_of(err, folder)]
    if code != 0:
        block.append("= %s" % code)
    if store:
        block += ["! a secret was printed: %s" % s for s in store.control("secrets") if s.encode() in out + err]
    return block


def parse(path):
    """[(lines before, command, expected)], lines after."""
    blocks, before, command, expected = [], [], None, []
    with open(path, encoding="utf-8") as f:
        for line in f.read().split("\n"):
            if line.startswith("$ "):
                if command is not None:
                    blocks.append((head, command, expected))
                head, before, command, expected = before, [], line[2:], []
            elif line == "" or line.startswith(("#", "@service", "@store")):
                before.append(line)
            else:
                expected.append(line)
    if command is not None:
        blocks.append((head, command, expected))
    while before and not before[-1]:
        before.pop()
    return blocks, before


def environment(tools, home):
    env = {"PATH": tools + ":/usr/bin:/bin", "HOME": home, "TZ": "UTC", "LC_ALL": "C.UTF-8", "USER": "alice",
           "MFKIT_NOW": NOW, "TERM": "dumb"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"):
        if name in os.environ:
            env[name] = os.environ[name]
    return env


def serve(line, folder, tools):
    """The double of a directive, at the time of all transcripts, and the command that controls it."""
    options = shlex.split(line)[1:]
    if not {"--root", "--synthetic"} & set(options):
        options += ["--root", os.path.join(folder, ".metaflow")]
    now = datetime.datetime.strptime(NOW, "%Y-%m-%dT%H:%M:%S%z").timestamp()
    service = Service("--now", "%d" % (now * 1000), *options)
    with open(os.path.join(tools, "double"), "w") as f:
        f.write('#!/bin/sh\nexec %s %s %s "$@"\n' % tuple(map(shlex.quote, (
            sys.executable, os.path.join(TOP, "tests", "double", "process.py"), service.url))))
    os.chmod(f.name, 0o755)
    return service


class Store:
    """The double of a directive, and what has to be different for it."""

    def __init__(self, line, top, folder, env):
        options = shlex.split(line)[1:]
        kind = options.pop(0)
        scenario = options.pop(0) if options and not options[0].startswith("-") else "remote_" + kind
        data = os.path.join(top, "stores")
        if not os.path.isdir(data):
            store_data.unpack(data)
        if kind == "gs":
            options += ["--key", os.path.join(top, "key.pem")]
        self.double = Stores(*options, "tokens", "%s=%s" % (kind, os.path.join(data, scenario, kind)))
        self.control = self.double.control
        self.home, self.secrets = os.path.join(top, "home"), os.path.join(top, "secrets")
        with open(self.secrets, "w") as f:
            f.write("".join(s + "\n" for s in self.control("secrets")))
        shutil.rmtree(os.path.join(folder, ".metaflow"))
        shutil.copytree(os.path.join(data, scenario, ".metaflow"), os.path.join(folder, ".metaflow"))
        shutil.rmtree(os.path.join(self.home, ".cache"), ignore_errors=True)
        self.env = dict(self.double.env(kind), STORE_URL=self.double.urls[kind], TOKENS_URL=self.double.urls["tokens"],
                        SECRETS=self.secrets)
        env.update(self.env)
        with open(os.path.join(top, "bin", "store"), "w") as f:
            f.write('#!/bin/sh\nexec %s %s %s "$@"\n' % tuple(map(shlex.quote, (
                sys.executable, os.path.join(HERE, "store_double_process.py"), self.double.urls["control"]))))
        os.chmod(f.name, 0o755)

    def close(self, env):
        """The files below the home directory that hold a secret."""
        secrets, found = [s.encode() for s in self.control("secrets")], []
        self.double.close()
        for name in self.env:
            env.pop(name, None)
        for where, _, names in os.walk(self.home):
            for name in names:
                with open(os.path.join(where, name), "rb") as f:
                    data = f.read()
                found += [os.path.join(where, name)] if any(s in data for s in secrets) else []
        return found


def main():
    args = [a for a in sys.argv[1:] if a != "-v"]
    verbose, generate = "-v" in sys.argv, os.environ.get("GENERATE")
    mfctl = os.path.abspath(os.environ.get("MFCTL", os.path.join(TOP, "build", "mfctl")))
    if not os.access(mfctl, os.X_OK):
        sys.exit("run_transcripts: no program %s (MFCTL names it)" % mfctl)
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="mfkit-cli-") as top:
        top = os.path.realpath(top)
        tools, home = os.path.join(top, "bin"), os.path.join(top, "home")
        os.mkdir(tools)
        os.mkdir(home)
        os.symlink(mfctl, os.path.join(tools, "mfctl"))
        subprocess.run([os.path.join(HERE, "unpack_demo.sh"), os.path.join(top, "data")], check=True)
        for path in args or sorted(glob.glob(os.path.join(TOP, "tests", "cli", "*.t"))):
            folder = os.path.join(top, "work")
            # linked, not copied: whoever changes a file puts a new one in its place
            shutil.copytree(os.path.join(top, "data", "demo"), folder, copy_function=os.link)
            blocks, tail = parse(path)
            text, service, store, env, leaks = [], None, None, environment(tools, home), []
            for before, command, expected in blocks:
                for line in before:
                    if line.startswith("@service"):
                        if service:
                            service.close()
                        service = serve(line, folder, tools)
                        env.update(METAFLOW_DEFAULT_METADATA="service", METAFLOW_SERVICE_URL=service.url)
                    elif line.startswith("@store"):
                        leaks += store.close(env) if store else []
                        store = Store(line, top, folder, env)
                got = run(command, folder, env, store)
                text += before + ["$ " + command] + got
                if got == expected:
                    passed += 1
                    if verbose:
                        print("ok      %s: %s" % (os.path.basename(path), command))
                elif not generate:
                    failed += 1
                    print("FAILED  %s: %s" % (os.path.basename(path), command))
                    for line in difflib.unified_diff(expected, got, "expected", "got", lineterm=""):
                        print("    " + line)
                else:
                    passed += 1
            if service:
                service.close()
            leaks += store.close(env) if store else []
            failed += len(leaks)
            for leak in leaks:
                print("FAILED  %s: a secret is in %s" % (os.path.basename(path), leak))
            if generate:
                with open(path, "w", encoding="utf-8") as f:
                    f.write("\n".join(text + tail) + "\n")
            shutil.rmtree(folder)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
