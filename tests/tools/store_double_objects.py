"""Objects of a double: recorded ones on disk, written ones in memory; lists, ranges, conditions."""
import base64
import bisect
import datetime
import hashlib
import json
import os
import re


def crc32c(data):
    """Castagnoli's, as Google has it: base64 of four bytes, the high one first."""
    table = crc32c.__dict__.setdefault("table", [])
    if not table:
        for n in range(256):
            for _ in range(8):
                n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
            table.append(n)
    c = 0xFFFFFFFF
    for byte in data:
        c = c >> 8 ^ table[(c ^ byte) & 0xFF]
    return base64.b64encode((c ^ 0xFFFFFFFF).to_bytes(4, "big")).decode()


class Object:
    """A row of objects.json, and where its bytes are."""

    def __init__(self, row, path=None, data=None):
        self.key, self.etag, self.path, self.data = row["key"], row.get("etag") or "", path, data
        self.kind = row.get("content_type") or "application/octet-stream"
        self.metadata = row.get("metadata") or {}
        self.generation, self.crc32c, self.md5 = row.get("generation"), row.get("crc32c"), row.get("md5")
        self.size = os.path.getsize(path) if data is None else len(data)
        self.modified = datetime.datetime.fromisoformat(row["last_modified"].replace("Z", "+00:00")).timestamp()

    def read(self):
        if self.data is not None:
            return self.data
        with open(self.path, "rb") as f:
            return f.read()


class Objects:
    def __init__(self, clock):
        self.clock = clock
        self.buckets = {}       # name -> {key: Object}
        self.sorted = {}        # name -> keys in order of their bytes
        self.written = 0

    def load(self, directory):
        """A directory with objects.json and objects/<key>."""
        with open(os.path.join(directory, "objects.json"), encoding="utf-8") as f:
            rows = json.load(f)
        for row in rows:
            bucket = self.buckets.setdefault(row["bucket"], {})
            bucket[row["key"]] = Object(row, os.path.join(directory, "objects", row["key"]))
        self.sorted.clear()

    def put(self, bucket, key, data, metadata, kind=None):
        self.written += 1
        now = datetime.datetime.fromtimestamp(self.clock.now(), datetime.timezone.utc)
        digest = hashlib.md5(data, usedforsecurity=False)
        row = {"key": key, "etag": '"%s"' % digest.hexdigest(), "metadata": metadata, "content_type": kind,
               "last_modified": now.isoformat(), "generation": "%d" % (now.timestamp() * 1e6 + self.written),
               "md5": base64.b64encode(digest.digest()).decode(), "crc32c": crc32c(data) if len(data) < 1 << 20 else None}
        self.buckets.setdefault(bucket, {})[key] = Object(row, data=data)
        self.sorted.pop(bucket, None)
        return self.buckets[bucket][key]

    def remove(self, bucket, key):
        del self.buckets[bucket][key]
        self.sorted.pop(bucket, None)

    def list(self, bucket, prefix, delimiter, after, limit):
        """(objects, prefixes, name to go on after or None): names behind `after`, limit of both together."""
        keys = self.sorted.get(bucket)
        if keys is None:
            keys = self.sorted[bucket] = sorted((k.encode() for k in self.buckets[bucket]))
        start = prefix.encode()
        objects, prefixes, last = [], [], None
        i = bisect.bisect_left(keys, start)
        if after is not None:
            i = max(i, bisect.bisect_right(keys, after.encode()))
        while i < len(keys) and keys[i].startswith(start):
            cut = keys[i].find(delimiter.encode(), len(start)) if delimiter else -1
            name = keys[i] if cut < 0 else keys[i][:cut + len(delimiter.encode())]
            if after is not None and cut >= 0 and after.encode().startswith(name):
                i = bisect.bisect_left(keys, name[:-1] + bytes([name[-1] + 1]))
                continue
            if len(objects) + len(prefixes) == limit:
                return objects, prefixes, last
            last = name.decode()
            if cut < 0:
                objects.append(self.buckets[bucket][last])
                i += 1
            else:
                prefixes.append(last)
                i = bisect.bisect_left(keys, name[:-1] + bytes([name[-1] + 1]))
        return objects, prefixes, None


def parse_range(text, size):
    """(first, last) of one range that can be served, "beyond" for one that cannot, None where there is none to obey."""
    m = re.match(r"bytes=(\d*)-(\d*)$", text or "")
    if not m or m.groups() == ("", ""):
        return None
    if m.group(1) == "":
        n = int(m.group(2))
        return (max(0, size - n), size - 1) if n and size else "beyond"
    first, last = int(m.group(1)), int(m.group(2)) if m.group(2) else size - 1
    if m.group(2) and last < first:
        return None
    return (first, min(last, size - 1)) if first < size else "beyond"


def condition(request, obj):
    """412 or 304 where a condition of the request says so, else None."""
    def matches(text):
        return text.strip() == "*" or obj.etag in [t.strip() for t in text.split(",")]
    if request.header("if-match") and not matches(request.header("if-match")):
        return 412
    if request.header("if-none-match") and matches(request.header("if-none-match")):
        return 304
    return None
