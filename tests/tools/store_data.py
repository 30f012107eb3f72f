#!/usr/bin/env python3
"""The recorded histories whose data is in object stores: tests/data/stores.tar.xz.

    store_data.py unpack DIR        as DIR/<scenario>, if they are not there yet
    store_data.py pack CORPUS       makes the archive from the unpacked dev/ directory of the corpus

Each is .metaflow (records), oracle.json (what the Python client said), and s3, azure or gs: objects.json and objects/<key>.
Code packages are packed without their compression, which takes a third of the room; zlib makes the same bytes of them
again, and where it should not, unpack says so.
"""
import hashlib
import io
import lzma
import os
import struct
import sys
import tarfile
import zlib

ARCHIVE = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "data", "stores.tar.xz")
SCENARIOS = ("remote_s3", "remote_azure", "remote_gs", "argo_foreach", "sfn_linear")
HEADER = 10     # of a gzip stream as Metaflow writes it
LEVEL = 3
MARK = ".unzipped"


def zipped(header, raw):
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    return header + deflate.compress(raw) + deflate.flush() + struct.pack("<II", zlib.crc32(raw), len(raw) & 0xFFFFFFFF)


def pack(corpus):
    def clean(info):
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        return None if "__pycache__" in info.name else info
    new = ARCHIVE + ".new"
    filters = [{"id": 0x21, "preset": 9 | 1 << 31, "dict_size": 64 << 20}]
    with lzma.open(new, "wb", filters=filters) as out, tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for scenario in SCENARIOS:
            for folder, dirs, files in os.walk(os.path.join(corpus, scenario)):
                dirs.sort()
                for name in sorted(files):
                    path = os.path.join(folder, name)
                    info = clean(tar.gettarinfo(path, os.path.relpath(path, corpus)))
                    if info is None:
                        continue
                    with open(path, "rb") as f:
                        data = f.read()
                    if len(data) > 500000 and data[:3] == b"\x1f\x8b\x08" and data[3] == 0:
                        raw = zlib.decompress(data, 31)
                        if zipped(data[:HEADER], raw) != data:
                            sys.exit("store_data.py: %s is not what zlib makes of it" % path)
                        data = data[:HEADER] + raw
                        info.name += MARK
                        info.size = len(data)
                    tar.addfile(info, io.BytesIO(data))
    os.replace(new, ARCHIVE)
    print("%s: %d bytes" % (os.path.normpath(ARCHIVE), os.path.getsize(ARCHIVE)))


def unpack(directory):
    """0, or 1 where a code package could not be made again."""
    done = os.path.join(directory, ".complete")
    if os.path.exists(done) and os.path.getmtime(done) >= os.path.getmtime(ARCHIVE):
        return 0
    os.makedirs(directory, exist_ok=True)
    rc = 0
    with tarfile.open(ARCHIVE, "r:xz") as tar:
        for member in tar:
            if not member.isfile() or member.name.startswith("/") or ".." in member.name.split("/"):
                sys.exit("store_data.py: what is %s?" % member.name)
            data = tar.extractfile(member).read()
            path = os.path.join(directory, member.name)
            if path.endswith(MARK):
                path = path[:-len(MARK)]
                data = zipped(data[:HEADER], data[HEADER:])
                if hashlib.sha1(data, usedforsecurity=False).hexdigest() != os.path.basename(path):
                    print("store_data.py: this zlib compresses otherwise; no code package is %s" % os.path.basename(path))
                    rc = 1
                    continue
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(data)
            os.utime(path, (member.mtime, member.mtime))
    if rc == 0:
        with open(done, "w"):
            pass
    return rc


def kind_of(scenario):
    """"s3", "azure" or "gs": where the data of an unpacked scenario is."""
    return next(k for k in ("s3", "azure", "gs") if os.path.isdir(os.path.join(scenario, k)))


def main(argv):
    if len(argv) != 2 or argv[0] not in ("pack", "unpack"):
        sys.exit(__doc__)
    return pack(argv[1]) if argv[0] == "pack" else unpack(argv[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
