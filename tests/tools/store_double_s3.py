"""Amazon S3 as far as readers use it. What AWS checks is checked: the signature and all that it covers."""
import base64
import binascii
import datetime
import hashlib
import hmac
import re
import urllib.parse
from xml.sax.saxutils import escape

from store_double_http import Answer, http_date
from store_double_objects import Objects, condition, parse_range

EMPTY = hashlib.sha256(b"").hexdigest()
SKEW = 15 * 60
MESSAGES = {
    "AccessDenied": "Access Denied",
    "NoSuchBucket": "The specified bucket does not exist",
    "NoSuchKey": "The specified key does not exist.",
    "InvalidAccessKeyId": "The AWS Access Key Id you provided does not exist in our records.",
    "SignatureDoesNotMatch": "The request signature we calculated does not match the signature you provided. Check your key and "
                             "signing method.",
    "ExpiredToken": "The provided token has expired.",
    "InvalidToken": "The provided token is malformed or otherwise invalid.",
    "RequestTimeTooSkewed": "The difference between the request time and the current time is too large.",
    "PermanentRedirect": "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all "
                         "future requests to this endpoint.",
    "InvalidObjectState": "The operation is not valid for the object's storage class",
    "InvalidRange": "The requested range is not satisfiable",
    "PreconditionFailed": "At least one of the pre-conditions you specified did not hold",
    "SlowDown": "Please reduce your request rate.",
    "XAmzContentSHA256Mismatch": "The provided 'x-amz-content-sha256' header does not match what was computed.",
    "NotImplemented": "A header you provided implies functionality that is not implemented",
    "InvalidArgument": "The continuation token provided is incorrect",
}


class Keys:
    """The access keys that are known: id -> (secret, session token or None, whether it has expired)."""

    def __init__(self):
        self.known = {
            "AKIADOUBLE0000000001": ("d0uble/Secret+Key/of/the/first/user/0001", None, False),
            "ASIADOUBLE0000000002": ("d0uble/Secret+Key/of/a/short/session/0002", "d0ubleSessionToken/valid==", False),
            "ASIADOUBLE0000000003": ("d0uble/Secret+Key/of/an/old/session/0003", "d0ubleSessionToken/expired==", True),
        }

    def issue(self, secrets):
        """A new temporary key."""
        n = len(self.known) + 1
        key = "ASIADOUBLE%010d" % n
        self.known[key] = ("d0uble/Secret+Key/issued/number/%08d" % n, "d0ubleSessionToken/issued/%d==" % n, False)
        secrets.extend(self.known[key][:2])
        return (key,) + self.known[key][:2]


class Refused(Exception):
    def __init__(self, status, code, message=None, more="", headers=None):
        super().__init__(code)
        self.status, self.code, self.message, self.more, self.headers = status, code, message, more, headers


def encode(text, safe=""):
    return urllib.parse.quote(text, safe=safe + "-_.~")


def signature(secret, day, region, service, text):
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def verify(request, keys, region, service, now):
    """Raises Refused, or returns the id of the key that signed."""
    text = request.header("authorization")
    m = re.match(r"AWS4-HMAC-SHA256 Credential=([^/, ]+)/(\d{8})/([^/]*)/([^/]*)/aws4_request, ?SignedHeaders=([^, ]+), ?"
                 r"Signature=([0-9a-f]{64})$", text)
    if not m:
        raise Refused(400, "AuthorizationHeaderMalformed", "The authorization header that you provided is not valid.")
    key, day, signed_region, signed_service, names, given = m.groups()
    names = names.split(";")
    if key not in keys.known:
        raise Refused(403, "InvalidAccessKeyId", more="<AWSAccessKeyId>%s</AWSAccessKeyId>" % escape(key))
    secret, token, expired = keys.known[key]
    if (request.header("x-amz-security-token") or None) != token:
        raise Refused(400, "InvalidToken") if request.header("x-amz-security-token") else Refused(403, "InvalidAccessKeyId")
    if expired:
        raise Refused(400, "ExpiredToken")
    if signed_region != region:
        raise Refused(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; the region '%s' is wrong; "
                      "expecting '%s'" % (signed_region, region), "<Region>%s</Region>" % region)
    if signed_service != service:
        raise Refused(400, "AuthorizationHeaderMalformed", "The authorization header is malformed; incorrect service \"%s\"."
                      % signed_service)
    stamp = request.header("x-amz-date", "")
    try:
        sent = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc).timestamp()
    except ValueError:
        raise Refused(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
    if abs(sent - now) > SKEW:
        raise Refused(403, "RequestTimeTooSkewed", more="<RequestTime>%s</RequestTime><ServerTime>%s</ServerTime>" % (
            stamp, datetime.datetime.fromtimestamp(now, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")))
    if stamp[:8] != day or names != sorted(names) or len(set(names)) != len(names):
        raise Refused(403, "SignatureDoesNotMatch")
    unsigned = [h for h in request.headers if (h == "host" or h.startswith("x-amz-")) and h not in names]
    if unsigned or any(h not in request.headers for h in names):
        raise Refused(403, "AccessDenied", "There were headers present in the request which were not signed",
                      "<HeadersNotSigned>%s</HeadersNotSigned>" % escape(", ".join(unsigned)))
    payload = request.header("x-amz-content-sha256", EMPTY if service == "s3" else hashlib.sha256(request.body).hexdigest())
    if service == "s3" and "x-amz-content-sha256" not in request.headers:
        raise Refused(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
    query = "&".join("%s=%s" % pair for pair in sorted((encode(k), encode(v)) for k, v in request.query))
    canonical = "\n".join([request.method, encode(urllib.parse.unquote(request.path), "/"), query,
                           "".join("%s:%s\n" % (h, re.sub(" +", " ", request.headers[h].strip())) for h in names),
                           ";".join(names), payload])
    to_sign = "\n".join(["AWS4-HMAC-SHA256", stamp, "%s/%s/%s/aws4_request" % (day, signed_region, service),
                         hashlib.sha256(canonical.encode()).hexdigest()])
    if not hmac.compare_digest(signature(secret, day, region, service, to_sign), given):
        raise Refused(403, "SignatureDoesNotMatch")
    if service == "s3" and payload != "UNSIGNED-PAYLOAD":
        if not re.match("[0-9a-f]{64}$", payload):
            raise Refused(501, "NotImplemented")
        if hashlib.sha256(request.body).hexdigest() != payload:
            raise Refused(400, "XAmzContentSHA256Mismatch")
    return key


class S3:
    kind = "s3"

    def __init__(self, clock, options, keys):
        self.clock, self.options, self.keys = clock, options, keys
        self.objects = Objects(clock)
        self.requests = 0

    # -- words ---------------------------------------------------------------
    def error(self, status, code, message="", request=None, more="", headers=None):
        code = code or {429: "TooManyRequests", 500: "InternalError", 503: "SlowDown"}.get(status, "AccessDenied")
        text = '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>%s</Code><Message>%s</Message>%s<RequestId>%s</RequestId>' \
               "<HostId>double</HostId></Error>" % (code, escape(message or MESSAGES.get(code, code)), more, self._id())
        answer = Answer(status, text, headers=headers)
        answer.headers["x-amz-request-id"] = self._id()
        return answer

    def _id(self):
        return "DOUBLE%010d" % self.requests

    def place(self, request):
        """Bucket and key: of the path, or with the bucket before the host."""
        path = urllib.parse.unquote(request.path)
        host = re.sub(r":\d+$", "", request.header("host", ""))
        if host.endswith(".localhost"):
            return host[:-len(".localhost")], path[1:]
        bucket, _, key = path[1:].partition("/")
        return bucket, key

    def name(self, request):
        bucket, key = self.place(request)
        request.what = "object" if key else "list" if request.get("list-type") else "bucket"
        return bucket, key

    # -- answers ---------------------------------------------------------------
    def answer(self, request):
        self.requests += 1
        bucket, key = self.name(request)
        try:
            return self._answer(request, bucket, key)
        except Refused as r:
            return self.error(r.status, r.code, r.message, request, r.more, r.headers)

    def _answer(self, request, bucket, key):
        region = self.options.region.get(bucket, self.options.region[""])
        here = {"x-amz-bucket-region": region} if bucket in self.objects.buckets else None
        if "authorization" in request.headers:
            signed = re.search(r"Credential=[^/]+/\d+/([^/]+)/", request.header("authorization"))
            if bucket in self.options.redirect and signed and signed.group(1) == self.options.region[""]:
                verify(request, self.keys, self.options.region[""], "s3", self.clock.now())
                raise Refused(301, "PermanentRedirect", None, "<Endpoint>%s.s3.%s.amazonaws.com</Endpoint><Bucket>%s</Bucket>" % (
                    bucket, region, bucket), here)
            verify(request, self.keys, region, "s3", self.clock.now())
        elif "s3" not in self.options.anonymous:
            raise Refused(403, "AccessDenied")
        if not bucket:
            raise Refused(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        denied = self.options.deny and re.search(self.options.deny, "%s/%s" % (bucket, key))
        if denied or (not key and self.options.deny_list):
            raise Refused(403, "AccessDenied", headers=here)
        if request.method == "PUT":
            return self._put(request, bucket, key)
        if bucket not in self.objects.buckets:
            raise Refused(404, "NoSuchBucket", None, "<BucketName>%s</BucketName>" % escape(bucket))
        if bucket in self.options.requester_pays and request.header("x-amz-request-payer") != "requester":
            raise Refused(403, "AccessDenied", headers=here)
        if request.method not in ("GET", "HEAD"):
            raise Refused(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
        if key:
            return self._object(request, bucket, key, here)
        if request.get("location") is not None:
            return Answer(200, '<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/'
                          '2006-03-01/">%s</LocationConstraint>' % ("" if region == "us-east-1" else region))
        if request.get("list-type") != "2":
            return Answer(200, b"", "application/xml", here) if request.method == "HEAD" else self.error(501, "NotImplemented")
        return self._list(request, bucket, here)

    def _put(self, request, bucket, key):
        if not key:
            self.objects.buckets.setdefault(bucket, {})
            return Answer(200)
        if bucket not in self.objects.buckets:
            raise Refused(404, "NoSuchBucket")
        metadata = {h[len("x-amz-meta-"):]: v for h, v in request.headers.items() if h.startswith("x-amz-meta-")}
        obj = self.objects.put(bucket, key, request.body, metadata, request.header("content-type"))
        return Answer(200, headers={"ETag": obj.etag})

    def _object(self, request, bucket, key, here):
        obj = self.objects.buckets[bucket].get(key)
        if obj is None:
            if self.options.deny_list:  # who must not list is not told what is missing
                raise Refused(403, "AccessDenied", headers=here)
            raise Refused(404, "NoSuchKey", None, "<Key>%s</Key>" % escape(key))
        if self.options.archived and re.search(self.options.archived, key):
            raise Refused(403, "InvalidObjectState", None, "<StorageClass>GLACIER</StorageClass>")
        headers = {"ETag": obj.etag, "Last-Modified": http_date(obj.modified), "Accept-Ranges": "bytes",
                   "x-amz-request-id": self._id()}
        headers.update(("x-amz-meta-" + k, v) for k, v in obj.metadata.items())
        why = condition(request, obj)
        if why == 412:
            raise Refused(412, "PreconditionFailed", None, "<Condition>If-Match</Condition>")
        if why:
            return Answer(304, headers={"ETag": obj.etag})
        wanted = parse_range(request.header("range"), obj.size)
        if wanted == "beyond":
            raise Refused(416, "InvalidRange", None, "<ActualObjectSize>%d</ActualObjectSize>" % obj.size)
        data = obj.read()
        if request.method == "HEAD":
            return Answer(200, b"", obj.kind, dict(headers, **{"Content-Length": str(obj.size)}))
        if not wanted:
            return Answer(200, data, obj.kind, headers)
        headers["Content-Range"] = "bytes %d-%d/%d" % (wanted + (obj.size,))
        return Answer(206, data[wanted[0]:wanted[1] + 1], obj.kind, headers)

    def _list(self, request, bucket, here):
        url = request.get("encoding-type") == "url"
        prefix, delimiter = request.get("prefix", ""), request.get("delimiter", "")
        limit = request.get("max-keys", "1000")
        if not limit.isdigit():
            raise Refused(400, "InvalidArgument", "Provided max-keys not an integer or within integer range")
        limit = min(int(limit), self.options.page or 1000)
        token, after = request.get("continuation-token"), request.get("start-after")
        if token is not None:
            try:
                after = base64.b64decode(token, validate=True).decode()
                if not after.startswith("1:"):
                    raise ValueError
                after = after[2:]
            except (ValueError, binascii.Error):
                raise Refused(400, "InvalidArgument")
        objects, prefixes, last = self.objects.list(bucket, prefix, delimiter, after, limit) if limit else ([], [], None)

        def text(name):
            return urllib.parse.quote_plus(name, safe="/*-_.") if url else escape(name)
        rows = ["<Name>%s</Name><Prefix>%s</Prefix><KeyCount>%d</KeyCount><MaxKeys>%d</MaxKeys>" % (
            escape(bucket), text(prefix), len(objects) + len(prefixes), limit)]
        if delimiter:
            rows.append("<Delimiter>%s</Delimiter>" % text(delimiter))
        if url:
            rows.append("<EncodingType>url</EncodingType>")
        rows.append("<IsTruncated>%s</IsTruncated>" % ("true" if last else "false"))
        if last:
            rows.append("<NextContinuationToken>%s</NextContinuationToken>" % base64.b64encode(b"1:" + last.encode()).decode())
        for o in objects:
            when = datetime.datetime.fromtimestamp(o.modified, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")
            rows.append("<Contents><Key>%s</Key><LastModified>%s</LastModified><ETag>%s</ETag><Size>%d</Size>"
                        "<StorageClass>STANDARD</StorageClass></Contents>" % (text(o.key), when, escape(o.etag, {'"': "&quot;"}), o.size))
        rows += ["<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>" % text(p) for p in prefixes]
        return Answer(200, '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
                      "%s</ListBucketResult>" % "".join(rows), headers=here)
