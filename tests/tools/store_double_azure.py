"""Azure Blob Storage as far as readers use it: SharedKey, shared access signatures, bearer tokens."""
import base64
import binascii
import datetime
import hashlib
import hmac
import re
import urllib.parse
from xml.sax.saxutils import escape

from store_double_http import Answer, http_date, parse_date
from store_double_objects import Objects, condition, parse_range

ACCOUNT = "doubleaccount"
KEY = base64.b64encode(hashlib.sha512(b"the key of the double's account").digest()).decode()
SKEW = 15 * 60
STANDARD = ("content-encoding", "content-language", "content-length", "content-md5", "content-type", "date", "if-modified-since",
            "if-match", "if-none-match", "if-unmodified-since", "range")
AUTHENTICATION = ("Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly "
                  "including the signature.")
MESSAGES = {
    "AuthenticationFailed": AUTHENTICATION,
    "InvalidAuthenticationInfo": "Server failed to authenticate the request. Please refer to the information in the "
                                 "www-authenticate header.",
    "NoAuthenticationInformation": "Server failed to authenticate the request. Please refer to the information in the "
                                   "www-authenticate header.",
    "AuthorizationPermissionMismatch": "This request is not authorized to perform this operation using this permission.",
    "ContainerNotFound": "The specified container does not exist.",
    "BlobNotFound": "The specified blob does not exist.",
    "BlobArchived": "This operation is not permitted on an archived blob.",
    "InvalidRange": "The range specified is invalid for the current size of the resource.",
    "ConditionNotMet": "The condition specified using HTTP conditional header(s) is not met.",
    "ServerBusy": "The server is busy.",
    "OutOfRangeQueryParameterValue": "One of the query parameters specified in the request URI is outside the permissible range.",
    "InvalidHeaderValue": "The value for one of the HTTP headers is not in the correct format.",
    "UnsupportedHttpVerb": "The resource doesn't support specified Http Verb.",
}


class Refused(Exception):
    def __init__(self, status, code, detail="", headers=None):
        super().__init__(code)
        self.status, self.code, self.detail, self.headers = status, code, detail, headers


def sign(text):
    return base64.b64encode(hmac.new(base64.b64decode(KEY), text.encode(), hashlib.sha256).digest()).decode()


class Azure:
    kind = "azure"

    def __init__(self, clock, options, tokens):
        self.clock, self.options, self.tokens = clock, options, tokens   # tokens: {bearer token: seconds of its end}
        self.objects = Objects(clock)
        self.requests = 0

    def error(self, status, code, message="", request=None, detail="", headers=None):
        code = code or {429: "TooManyRequests", 500: "InternalError", 503: "ServerBusy"}.get(status, "AuthenticationFailed")
        text = ('\ufeff<?xml version="1.0" encoding="utf-8"?><Error><Code>%s</Code><Message>%s\nRequestId:%s\nTime:%s</Message>%s'
                "</Error>" % (code, escape(message or MESSAGES.get(code, code)), self._id(), self._time(self.clock.now()),
                              "<AuthenticationErrorDetail>%s</AuthenticationErrorDetail>" % escape(detail) if detail else ""))
        return Answer(status, text, headers=dict(headers or {}, **{"x-ms-error-code": code, "x-ms-request-id": self._id()}))

    def _id(self):
        return "00000000-0000-0000-0000-%012d" % self.requests

    @staticmethod
    def _time(seconds):
        return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")

    def place(self, request):
        """Container and blob: the account is the first part of the path, or of the host."""
        path = urllib.parse.unquote(request.path)[1:]
        if not request.header("host", "").startswith(ACCOUNT + "."):
            account, _, path = path.partition("/")
            if account != ACCOUNT:
                raise Refused(404, "ResourceNotFound")
        container, _, blob = path.partition("/")
        return container, blob

    def name(self, request):
        container, blob = self.place(request)
        request.what = "object" if blob else "list" if request.get("comp") == "list" else "container"
        return container, blob

    # -- who is asking -----------------------------------------------------------
    def _shared_key(self, request, given):
        account, _, signature = given.partition(":")
        if account != ACCOUNT:
            raise Refused(403, "AuthenticationFailed", "The account %s is not known." % account)
        date = parse_date(request.header("x-ms-date") or request.header("date"))
        if date is None:
            raise Refused(403, "AuthenticationFailed", "Request date header not specified")
        if abs(date - self.clock.now()) > SKEW:
            raise Refused(403, "AuthenticationFailed", "Request date header too old: '%s'" % request.header("x-ms-date"))
        h = dict(request.headers)
        if h.get("content-length") == "0":
            h["content-length"] = ""
        if "x-ms-date" in h:
            h["date"] = ""
        names = {}
        for k, v in request.query:
            names.setdefault(k.lower(), []).append(v)
        text = request.method + "\n" + "".join(h.get(n, "") + "\n" for n in STANDARD)
        text += "".join("%s:%s\n" % (n, h[n].strip()) for n in sorted(h) if n.startswith("x-ms-"))
        text += "/" + ACCOUNT + request.path + "".join("\n%s:%s" % (k, ",".join(sorted(v))) for k, v in sorted(names.items()))
        if not hmac.compare_digest(sign(text), signature):
            raise Refused(403, "AuthenticationFailed", "The MAC signature found in the HTTP request is not the same as any "
                          "computed signature.")

    def _bearer(self, request, token):
        challenge = {"WWW-Authenticate": "Bearer authorization_uri=https://login.microsoftonline.com/double/oauth2/authorize "
                                         "resource_id=https://storage.azure.com"}
        if request.header("x-ms-version", "") < "2017-11-09":
            raise Refused(403, "AuthenticationFailed", "A bearer token needs x-ms-version 2017-11-09 or later")
        if self.tokens.get(token, 0) <= self.clock.now():
            raise Refused(401, "InvalidAuthenticationInfo", "Signature validation failed.", challenge)

    @staticmethod
    def _sas_text(q, container, blob):
        """What a signature covers, for a service's or an account's."""
        def get(*names):
            return [q.get(n, "") for n in names]
        if "srt" in q:
            return "\n".join([ACCOUNT] + get("sp", "ss", "srt", "st", "se", "sip", "spr", "sv", "ses") + [""])
        resource = "/blob/%s/%s" % (ACCOUNT, container) + ("/" + blob if q.get("sr") == "b" else "")
        return "\n".join(get("sp", "st", "se") + [resource] + get("si", "sip", "spr", "sv", "sr", "snapshot", "ses", "rscc", "rscd",
                                                                  "rsce", "rscl", "rsct"))

    def make_sas(self, container, permissions="rl", seconds=3600, blob=None):
        q = {"sv": "2021-12-02", "sr": "b" if blob else "c", "sp": permissions, "se": self._time(self.clock.now() + seconds)}
        q["sig"] = sign(self._sas_text(q, container, blob))
        return urllib.parse.urlencode(q)

    def _sas(self, request, container, blob):
        q = dict(request.query)
        if not hmac.compare_digest(sign(self._sas_text(q, container, blob)), q["sig"]):
            raise Refused(403, "AuthenticationFailed", "Signature did not match.")
        now = self._time(self.clock.now())
        if not q.get("se") or q["se"] <= now or q.get("st", "") > now:
            raise Refused(403, "AuthenticationFailed", "Signature not valid in the specified time frame")
        need = "w" if request.method == "PUT" else "r" if blob else "l"
        if need not in q.get("sp", "") or ("srt" in q and ("o" if blob else "c") not in q["srt"]):
            raise Refused(403, "AuthorizationPermissionMismatch")

    def _authenticate(self, request, container, blob):
        scheme, _, given = request.header("authorization", "").partition(" ")
        if request.get("sig") is not None:
            return self._sas(request, container, blob)
        if scheme == "SharedKey":
            return self._shared_key(request, given)
        if scheme == "Bearer":
            return self._bearer(request, given)
        if scheme or "azure" not in self.options.anonymous:
            raise Refused(401, "NoAuthenticationInformation", "", {"WWW-Authenticate": "Bearer resource_id=https://storage.azure.com"})

    # -- answers ---------------------------------------------------------------
    def answer(self, request):
        self.requests += 1
        try:
            container, blob = self.name(request)
            answer = self._answer(request, container, blob)
        except Refused as r:
            answer = self.error(r.status, r.code, "", request, r.detail, r.headers)
        answer.headers["x-ms-version"] = request.header("x-ms-version", "2009-09-19")
        return answer

    def _answer(self, request, container, blob):
        version = request.header("x-ms-version")
        if version is not None and not re.match(r"20\d\d-\d\d-\d\d$", version):
            raise Refused(400, "InvalidHeaderValue")
        self._authenticate(request, container, blob)
        if self.options.deny and re.search(self.options.deny, "%s/%s" % (container, blob)):
            raise Refused(403, "AuthorizationPermissionMismatch")
        if request.method == "PUT":
            return self._put(request, container, blob)
        if container not in self.objects.buckets:
            raise Refused(404, "ContainerNotFound")
        if request.method not in ("GET", "HEAD"):
            raise Refused(405, "UnsupportedHttpVerb")
        if blob:
            return self._blob(request, container, blob)
        if request.get("restype") != "container" or request.get("comp") != "list":
            raise Refused(400, "OutOfRangeQueryParameterValue")
        if self.options.deny_list:
            raise Refused(403, "AuthorizationPermissionMismatch")
        return self._list(request, container)

    def _put(self, request, container, blob):
        if not blob:
            self.objects.buckets.setdefault(container, {})
            return Answer(201)
        if container not in self.objects.buckets:
            raise Refused(404, "ContainerNotFound")
        if request.header("x-ms-blob-type") != "BlockBlob":
            raise Refused(400, "InvalidHeaderValue")
        metadata = {h[len("x-ms-meta-"):]: v for h, v in request.headers.items() if h.startswith("x-ms-meta-")}
        obj = self.objects.put(container, blob, request.body, metadata, request.header("content-type"))
        return Answer(201, headers={"ETag": obj.etag})

    def _blob(self, request, container, blob):
        obj = self.objects.buckets[container].get(blob)
        if obj is None:
            raise Refused(404, "BlobNotFound")
        if self.options.archived and re.search(self.options.archived, blob):
            raise Refused(409, "BlobArchived")
        headers = {"ETag": obj.etag, "Last-Modified": http_date(obj.modified), "Accept-Ranges": "bytes",
                   "x-ms-blob-type": "BlockBlob", "x-ms-request-id": self._id()}
        headers.update(("x-ms-meta-" + k, v) for k, v in obj.metadata.items())
        why = condition(request, obj)
        if why == 412:
            raise Refused(412, "ConditionNotMet")
        if why:
            return Answer(304, headers={"ETag": obj.etag})
        text = request.header("x-ms-range") or request.header("range")
        if text and not re.match(r"bytes=\d+-\d*$", text):  # no ranges from the end, and one at a time
            raise Refused(400, "InvalidHeaderValue")
        wanted = parse_range(text, obj.size)
        if wanted == "beyond":
            raise Refused(416, "InvalidRange", headers={"Content-Range": "bytes */%d" % obj.size})
        if request.method == "HEAD":
            return Answer(200, b"", obj.kind, dict(headers, **{"Content-Length": str(obj.size)}))
        if not wanted:
            return Answer(200, obj.read(), obj.kind, headers)
        headers["Content-Range"] = "bytes %d-%d/%d" % (wanted + (obj.size,))
        return Answer(206, obj.read()[wanted[0]:wanted[1] + 1], obj.kind, headers)

    def _list(self, request, container):
        prefix, delimiter = request.get("prefix", ""), request.get("delimiter", "")
        limit = request.get("maxresults", "5000")
        if not limit.isdigit() or int(limit) == 0:
            raise Refused(400, "OutOfRangeQueryParameterValue")
        limit, after = min(int(limit), self.options.page or 5000), None
        if request.get("marker"):
            try:
                after = base64.urlsafe_b64decode(request.get("marker")).decode()
                if not after.startswith("2!"):
                    raise ValueError
                after = after[2:]
            except (ValueError, binascii.Error):
                raise Refused(400, "OutOfRangeQueryParameterValue")
        objects, prefixes, last = self.objects.list(container, prefix, delimiter, after, limit)
        rows = [(o.key, "<Blob><Name>%s</Name><Properties><Last-Modified>%s</Last-Modified><Etag>%s</Etag><Content-Length>%d"
                 "</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>" % (
                     escape(o.key), http_date(o.modified), o.etag.strip('"'), o.size)) for o in objects]
        rows += [(p, "<BlobPrefix><Name>%s</Name></BlobPrefix>" % escape(p)) for p in prefixes]
        marker = base64.urlsafe_b64encode(b"2!" + last.encode()).decode() if last else ""
        return Answer(200, '\ufeff<?xml version="1.0" encoding="utf-8"?><EnumerationResults ContainerName="%s"><Prefix>%s</Prefix>'
                      "<Blobs>%s</Blobs><NextMarker>%s</NextMarker></EnumerationResults>" % (
                          escape(container), escape(prefix), "".join(text for _, text in sorted(rows)), marker))
