"""The JSON API of Google Cloud Storage as far as readers use it. Every request has to bring a known token."""
import base64
import binascii
import datetime
import email
import json
import re
import urllib.parse

from store_double_http import Answer, http_date, reply
from store_double_objects import Objects, parse_range

REASONS = {400: "invalid", 401: "authError", 403: "forbidden", 404: "notFound", 412: "conditionNotMet",
           416: "requestedRangeNotSatisfiable", 429: "rateLimitExceeded", 500: "backendError", 503: "backendError"}
WORDS = {412: "At least one of the pre-conditions you specified did not hold.",
         416: "Request range not satisfiable", 429: "The rate of requests exceeds the limit.",
         503: "We encountered an internal error. Please try again."}


class Gs:
    kind = "gs"

    def __init__(self, clock, options, tokens):
        self.clock, self.options, self.tokens = clock, options, tokens   # tokens: {bearer token: seconds of its end}
        self.objects = Objects(clock)

    def error(self, status, code="", message="", request=None, headers=None):
        message = message or WORDS.get(status, "status %d" % status)
        if request is not None and request.get("alt") == "media" and status in (404, 416):
            return Answer(status, message, "text/html; charset=UTF-8", headers)
        return reply({"error": {"code": status, "message": message, "errors": [
            {"message": message, "domain": "global", "reason": code or REASONS.get(status, "invalid")}]}}, status, headers)

    def name(self, request):
        """Bucket and key, None where there is none: a key's slashes are encoded."""
        m = re.match(r"/(?:download/)?storage/v1/b/([^/]+)(?:/o(?:/([^/]+))?)?$", request.path)
        up = re.match(r"/upload/storage/v1/b/([^/]+)/o$", request.path)
        if up:
            request.what = "upload"
            return urllib.parse.unquote(up.group(1)), None
        if not m:
            return None, None
        request.what = "object" if m.group(2) else "list"
        return urllib.parse.unquote(m.group(1)), urllib.parse.unquote(m.group(2)) if m.group(2) else None

    def _authenticate(self, request, permission, bucket):
        """An answer that refuses, or None."""
        scheme, _, token = request.header("authorization", "").partition(" ")
        if not scheme:
            if "gs" in self.options.anonymous:
                return None
            return self.error(401, "required", "Anonymous caller does not have %s access to the Google Cloud Storage object. "
                              "Permission '%s' denied on resource (or it may not exist)." % (permission, permission),
                              headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/"'})
        if scheme != "Bearer" or self.tokens.get(token, 0) <= self.clock.now():
            return self.error(401, "authError", "Invalid Credentials",
                              headers={"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'})
        if bucket in self.options.requester_pays and not (request.header("x-goog-user-project") or request.get("userProject")):
            return self.error(400, "required", "Bucket is a requester pays bucket but no user project provided.")
        return None

    def answer(self, request):
        bucket, key = self.name(request)
        if bucket is None:
            return Answer(404, "Not Found", "text/html; charset=UTF-8")
        permission = "storage.objects.create" if request.what == "upload" else \
            "storage.objects.get" if key else "storage.objects.list"
        refused = self._authenticate(request, permission, bucket)
        if refused:
            return refused
        denied = self.options.deny and re.search(self.options.deny, "%s/%s" % (bucket, key or ""))
        if denied or (request.what == "list" and self.options.deny_list):
            return self.error(403, "forbidden", "double@test.iam.gserviceaccount.com does not have %s access to the Google Cloud "
                              "Storage object. Permission '%s' denied on resource (or it may not exist)." % (permission, permission))
        if request.what == "upload":
            return self._upload(request, bucket)
        if bucket not in self.objects.buckets:
            return self.error(404, "notFound", "The specified bucket does not exist.", request)
        if request.method not in ("GET", "HEAD"):
            return self.error(405, "methodNotAllowed", "Method Not Allowed")
        return self._object(request, bucket, key) if key else self._list(request, bucket)

    def _upload(self, request, bucket):
        bucket = self.objects.buckets.setdefault(bucket, {}) is not None and bucket
        head, data = {"name": request.get("name")}, request.body
        if request.get("uploadType") == "multipart":
            message = email.message_from_bytes(b"Content-Type: " + request.header("content-type").encode() + b"\r\n\r\n" + data)
            first, second = message.get_payload()
            head, data = json.loads(first.get_payload(decode=True)), second.get_payload(decode=True)
        obj = self.objects.put(bucket, head["name"], data, head.get("metadata") or {}, head.get("contentType"))
        return reply(self._resource(bucket, obj))

    def _resource(self, bucket, obj):
        when = datetime.datetime.fromtimestamp(obj.modified, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return {"kind": "storage#object", "name": obj.key, "bucket": bucket, "generation": obj.generation, "metageneration": "1",
                "contentType": obj.kind, "size": str(obj.size), "md5Hash": obj.md5, "crc32c": obj.crc32c, "etag": obj.etag,
                "timeCreated": when, "updated": when, "storageClass": "STANDARD", "metadata": obj.metadata}

    def _object(self, request, bucket, key):
        obj = self.objects.buckets[bucket].get(key)
        wanted = request.get("generation")
        if obj is None or wanted not in (None, obj.generation):
            return self.error(404, "notFound", "No such object: %s/%s" % (bucket, key), request)
        if self.options.archived and re.search(self.options.archived, key):
            return self.error(403, "forbidden", "The object is not readable now.")
        if request.get("ifGenerationMatch") not in (None, obj.generation):
            return self.error(412)
        if request.get("ifGenerationNotMatch") == obj.generation:
            return Answer(304)
        if request.get("alt") != "media":
            return reply(self._resource(bucket, obj))
        headers = {"ETag": obj.etag, "Last-Modified": http_date(obj.modified), "x-goog-generation": obj.generation,
                   "x-goog-metageneration": "1", "x-goog-stored-content-encoding": "identity",
                   "x-goog-stored-content-length": str(obj.size), "x-goog-storage-class": "STANDARD"}
        if obj.crc32c:
            headers["x-goog-hash"] = "crc32c=%s,md5=%s" % (obj.crc32c, obj.md5)
        headers.update(("x-goog-meta-" + k, v) for k, v in obj.metadata.items())
        part = parse_range(request.header("range"), obj.size)
        if part == "beyond":
            return self.error(416, "requestedRangeNotSatisfiable", "Request range not satisfiable", request,
                              {"Content-Range": "bytes */%d" % obj.size})
        if not part:
            return Answer(200, obj.read(), obj.kind, headers)
        headers["Content-Range"] = "bytes %d-%d/%d" % (part + (obj.size,))
        return Answer(206, obj.read()[part[0]:part[1] + 1], obj.kind, headers)

    def _list(self, request, bucket):
        limit = request.get("maxResults", "1000")
        if not limit.isdigit():
            return self.error(400, "invalid", "Invalid unsigned integer value: '%s'." % limit)
        limit, after = min(int(limit) or 1000, self.options.page or 1000), None
        if request.get("pageToken"):
            try:
                after = base64.urlsafe_b64decode(request.get("pageToken")).decode()
                if not after.startswith("\n"):
                    raise ValueError
                after = after[1:]
            except (ValueError, binascii.Error):
                return self.error(400, "invalid", "Invalid argument.")
        objects, prefixes, last = self.objects.list(bucket, request.get("prefix", ""), request.get("delimiter", ""), after, limit)
        answer = {"kind": "storage#objects"}
        if last:
            answer["nextPageToken"] = base64.urlsafe_b64encode(b"\n" + last.encode()).decode()
        if prefixes:
            answer["prefixes"] = prefixes
        if objects:
            answer["items"] = [self._resource(bucket, o) for o in objects]
        return reply(chosen(answer, request.get("fields")))


def chosen(answer, fields):
    """Only what a mask like "items(name,size),nextPageToken" names."""
    if not fields:
        return answer
    mask = {m.group(1): m.group(2) for m in re.finditer(r"(\w+)(?:\(([^)]*)\)|/(\w+))?", fields)}
    out = {k: v for k, v in answer.items() if k in mask}
    if mask.get("items") and "items" in out:
        names = mask["items"].split(",")
        out["items"] = [{k: v for k, v in item.items() if k in names} for item in out["items"]]
    return out
