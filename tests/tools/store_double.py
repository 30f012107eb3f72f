#!/usr/bin/env python3
"""Doubles of object stores, on 127.0.0.1: Amazon S3, Azure Blob Storage, Google Cloud Storage, and where clouds hand out
credentials.

    store_double.py [options] KIND[=DIR]...      KIND: s3, azure, gs, tokens

Google's tokens come from `tokens`, which gs brings along. DIR holds objects.json and objects/<key>, as recorded; the same
kind may be named again for more. What is written is kept in memory. Prints one line of JSON first: the URL of each kind and
of the controls, the environment in which programs find them and are let in, and all secrets. Ends on SIGTERM or SIGINT.
Faults and controls: see store_double_http.py.

Options:
    --tls                   https for the stores, with a certificate made for this start (needs openssl)
    --now MS                a fixed clock
    --skew SECONDS          the clock is ahead by so much
    --region NAME           where buckets are (default us-east-1)
    --bucket-region B=NAME  bucket B is there; who signs for another region is told
    --redirect B            the same by a redirect (301) of bucket B, which --bucket-region places
    --deny REGEX            "bucket/key" that nobody may read
    --deny-list             nobody may list; S3 then tells nobody what is missing
    --archived REGEX        keys that have to be restored first
    --requester-pays B      of bucket B
    --anonymous KIND        no credentials are needed
    --page N                names in a page of a list, at most
    --key FILE              the private key of Google's service account; made if it is not there (needs openssl)
    --fault JSON            a fault; again for more
    --port KIND=N           default: any free one
    --until-stdin-closes    end then as well
"""
import argparse
import json
import os
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import store_double_azure  # noqa: E402
import store_double_http  # noqa: E402
import store_double_tokens as endpoints  # noqa: E402
from store_double_gs import Gs  # noqa: E402
from store_double_s3 import S3, Keys  # noqa: E402

KINDS = ("s3", "azure", "gs", "tokens")


def parse_arguments(argv):
    def kind(text):
        name, _, directory = text.partition("=")
        if name not in KINDS:
            raise argparse.ArgumentTypeError("%s: not one of %s" % (name, ", ".join(KINDS)))
        if directory and not os.path.exists(os.path.join(directory, "objects.json")):
            raise argparse.ArgumentTypeError("%s: no objects.json" % directory)
        return name, directory

    def pair(text):
        if "=" not in text:
            raise argparse.ArgumentTypeError("%s: NAME=VALUE is wanted" % text)
        return tuple(text.split("=", 1))
    p = argparse.ArgumentParser(usage=__doc__, add_help=False)
    p.add_argument("--tls", action="store_true")
    p.add_argument("--now", type=int)
    p.add_argument("--skew", type=float, default=0)
    p.add_argument("--region", default="us-east-1")
    p.add_argument("--bucket-region", type=pair, action="append", default=[])
    p.add_argument("--redirect", action="append", default=[])
    p.add_argument("--deny")
    p.add_argument("--deny-list", action="store_true")
    p.add_argument("--archived")
    p.add_argument("--requester-pays", action="append", default=[])
    p.add_argument("--anonymous", action="append", default=[])
    p.add_argument("--page", type=int)
    p.add_argument("--key")
    p.add_argument("--fault", type=json.loads, action="append", default=[])
    p.add_argument("--port", type=pair, action="append", default=[])
    p.add_argument("--until-stdin-closes", action="store_true")
    p.add_argument("kinds", nargs="+", type=kind)
    options = p.parse_args(argv)
    options.region = dict([("", options.region)] + options.bucket_region)
    return options


def make_certificate(folder):
    """A context of a certificate for 127.0.0.1 and localhost; its file is ca.pem."""
    if not shutil.which("openssl"):
        sys.exit("store_double.py: --tls needs openssl")
    cert, key = os.path.join(folder, "ca.pem"), os.path.join(folder, "key.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7",
                    "-keyout", key, "-out", cert, "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1"], check=True, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def environment(urls, keys, account, ca):
    """Variables of each kind, in which a program finds the double and is let in."""
    key = next(iter(keys.known))
    env = {}
    if "s3" in urls:
        env["s3"] = {"METAFLOW_S3_ENDPOINT_URL": urls["s3"], "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": keys.known[key][0],
                     "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        if ca:
            env["s3"]["AWS_CA_BUNDLE"] = ca
    if "azure" in urls:
        env["azure"] = {"METAFLOW_AZURE_STORAGE_BLOB_SERVICE_ENDPOINT": urls["azure"],
                        "AZURE_STORAGE_ACCOUNT": store_double_azure.ACCOUNT, "AZURE_STORAGE_KEY": store_double_azure.KEY}
    if "gs" in urls:
        env["gs"] = {"STORAGE_EMULATOR_HOST": urls["gs"]}
        if account:
            env["gs"]["GOOGLE_APPLICATION_CREDENTIALS"] = account
        else:
            env["gs"]["GCE_METADATA_HOST"] = env["gs"]["GCE_METADATA_IP"] = urls["tokens"][len("http://"):]
    for kind in env:
        if ca:
            env[kind]["SSL_CERT_FILE"] = ca
    if "tokens" in urls:
        env["tokens"] = {"IDENTITY_ENDPOINT": urls["tokens"] + "/msi/token", "IDENTITY_HEADER": endpoints.IDENTITY_HEADER}
        if account:
            env["tokens"]["GOOGLE_APPLICATION_CREDENTIALS"] = account
    return env


def main(argv):
    options = parse_arguments(argv)
    folder = tempfile.mkdtemp(prefix="mfkit-stores-")
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        clock = store_double_http.Clock(options.now)
        clock.offset = options.skew * 1000
        double = store_double_http.Double(clock, options, options.fault)
        keys = Keys()
        forever = 1e12
        azure_tokens, google_tokens = {"eyJ.d0uble-azure-token": forever}, {"ya29.d0uble-google-token": forever}
        double.secrets += [s for k in keys.known.values() for s in k[:2] if s] + list(azure_tokens) + list(google_tokens)
        double.secrets += [store_double_azure.KEY, endpoints.IDENTITY_HEADER, endpoints.CLIENT_SECRET, endpoints.CONTAINER_TOKEN,
                           endpoints.WEB_IDENTITY, endpoints.IMDS_TOKEN]
        named = {name for name, _ in options.kinds}
        wanted = [k for k in KINDS if k in named or (k == "tokens" and "gs" in named)]
        make = {"s3": lambda: S3(clock, options, keys), "azure": lambda: store_double_azure.Azure(clock, options, azure_tokens),
                "gs": lambda: Gs(clock, options, google_tokens),
                "tokens": lambda: endpoints.Tokens(clock, options, keys, azure_tokens, google_tokens, double.secrets, folder)}
        double.backends = {k: make[k]() for k in wanted}
        for name, directory in options.kinds:
            if directory:
                double.backends[name].objects.load(directory)
        context = make_certificate(folder) if options.tls else None
        ports = {k: int(v) for k, v in options.port}
        urls, servers, account = {}, [], None
        for k in wanted + ["control"]:
            tls = context if k in ("s3", "azure", "gs") else None
            servers.append(store_double_http.make_server(double, double.backends.get(k), ports.get(k, 0), tls))
            urls[k] = "http%s://127.0.0.1:%d" % ("s" if tls else "", servers[-1].server_address[1])
        if "azure" in urls:
            urls["azure"] += "/" + store_double_azure.ACCOUNT
        if "tokens" in urls:
            double.backends["tokens"].url = urls["tokens"]
            if shutil.which("openssl") and ("gs" in urls or options.key):
                double.backends["tokens"].make_account()
                account = double.backends["tokens"].account
        for server in servers:
            threading.Thread(target=server.serve_forever, daemon=True).start()
        ca = os.path.join(folder, "ca.pem") if options.tls else None
        print(json.dumps({"urls": urls, "env": environment(urls, keys, account, ca), "folder": folder,
                          "secrets": double.secrets}), flush=True)
        if options.until_stdin_closes:
            def watch():
                while os.read(0, 4096):
                    pass
                ended.set()
            threading.Thread(target=watch, daemon=True).start()
        ended.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
