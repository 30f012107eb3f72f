"""Where clouds hand out credentials, each checked as far as a client can get it wrong.

    POST /token                            Google: a service account's signed token (JWT) for an access token
    GET  /computeMetadata/v1/...           Google: the metadata server
    GET  /msi/token                        Azure: managed identity of App Service
    GET  /metadata/identity/oauth2/token   Azure: managed identity of a machine
    POST /TENANT/oauth2/v2.0/token         Azure: client secret
    PUT, GET /latest/...                   AWS: instance metadata, version 2 only
    GET  /container                        AWS: credentials of a container
    POST /                                 AWS: STS AssumeRole (signed), AssumeRoleWithWebIdentity, GetCallerIdentity
"""
import base64
import binascii
import datetime
import json
import os
import subprocess
import tempfile
import urllib.parse

import store_double_s3
from store_double_http import Answer, reply

EMAIL = "double@test.iam.gserviceaccount.com"
GOOGLE = "https://oauth2.googleapis.com/token"      # what Google's own library names as audience
LIFE = 3600
IDENTITY_HEADER = "d0uble-identity-header"
CLIENT_SECRET = "d0uble~client~secret"
CONTAINER_TOKEN = "d0uble-container-authorization"
WEB_IDENTITY = "d0uble.web.identity"
TENANT = "00000000-0000-0000-0000-000000000001"
IMDS_TOKEN = "d0uble-imds-session-token=="


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Tokens:
    kind = "tokens"
    objects = None

    def __init__(self, clock, options, keys, azure, google, secrets, folder):
        self.clock, self.options, self.keys, self.secrets, self.folder = clock, options, keys, secrets, folder
        self.azure, self.google = azure, google     # {token: seconds of its end}
        self.account = os.path.join(folder, "service-account.json")
        self.url = None     # set when the port is known

    def error(self, status, code="", message="", request=None):
        return reply({"error": code or "server_error", "error_description": message or "status %d" % status}, status)

    def name(self, request):
        request.what = request.path

    def answer(self, request):
        self.name(request)
        if request.path == "/" and request.method == "GET":     # "is this such a server?"
            return self._google_metadata(request)
        routes = [("/computeMetadata/", self._google_metadata), ("/token", self._google_grant), ("/msi/token", self._app_service),
                  ("/metadata/identity/oauth2/token", self._machine), ("/latest/", self._imds), ("/container", self._container)]
        for prefix, route in routes:
            if request.path.startswith(prefix):
                return route(request)
        if request.path.endswith("/oauth2/v2.0/token"):
            return self._client_secret(request)
        return self._sts(request) if request.path == "/" and request.method == "POST" else reply({"error": "not_found"}, 404)

    def _issue(self, prefix):
        """A token of Google's."""
        token = "%s%d" % (prefix, len(self.google))
        self.google[token] = self.clock.now() + LIFE
        self.secrets.append(token)
        return token

    # -- Google ------------------------------------------------------------------
    def make_account(self):
        """The file of a service account."""
        path = self.options.key or os.path.join(self.folder, "private.pem")
        if not os.path.exists(path):
            subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", path], check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(path, encoding="ascii") as f:
            key = f.read()
        public = subprocess.run(["openssl", "pkey", "-pubout"], input=key.encode(), check=True, stdout=subprocess.PIPE).stdout
        with open(os.path.join(self.folder, "public.pem"), "wb") as f:
            f.write(public)
        with open(os.open(self.account, os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
            json.dump({"type": "service_account", "project_id": "test", "private_key_id": "double-key", "private_key": key,
                       "client_email": EMAIL, "client_id": "1", "token_uri": self.url + "/token"}, f)
        self.secrets.append(key.split("\n")[1])

    def _refusal(self, jwt):
        try:
            signed, _, signature = jwt.rpartition(".")
            head, claims = (json.loads(unbase64(part)) for part in signed.split("."))
            signature = unbase64(signature)
        except (ValueError, binascii.Error):
            return "Invalid JWT: three base64url parts are wanted"
        if head.get("alg") != "RS256":
            return "Invalid JWT: alg must be RS256"
        with tempfile.NamedTemporaryFile(dir=self.folder) as f:
            f.write(signature)
            f.flush()
            if subprocess.run(["openssl", "dgst", "-sha256", "-verify", os.path.join(self.folder, "public.pem"), "-signature",
                               f.name], input=signed.encode(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
                return "Invalid JWT Signature."
        now = self.clock.now()
        if claims.get("iss") != EMAIL:
            return "Invalid grant: account not found"
        if claims.get("aud") not in (GOOGLE, self.url + "/token"):
            return "Invalid JWT: Failed audience check. The right audience is " + GOOGLE
        issued, ends = claims.get("iat", 0), claims.get("exp", 0)
        if not (issued <= now + 300 and now < ends <= issued + LIFE):
            return "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
        return None if claims.get("scope") else "Invalid OAuth scope or ID token audience provided."

    def _google_grant(self, request):
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return self.error(400, "unsupported_grant_type", "Invalid grant_type")
        why = self._refusal(form.get("assertion", ""))
        if why:
            return self.error(400, "invalid_grant", why)
        return reply({"access_token": self._issue("ya29.d0uble-account-"), "expires_in": LIFE - 1,
                      "token_type": "Bearer"})

    def _google_metadata(self, request):
        flavor = {"Metadata-Flavor": "Google"}
        if request.header("metadata-flavor") != "Google":
            return Answer(403, "Missing Metadata-Flavor:Google header", "text/html", flavor)
        rest = request.path[len("/computeMetadata/v1/"):].rstrip("/")
        if rest.endswith("/token"):
            return reply({"access_token": self._issue("ya29.d0uble-machine-"), "expires_in": LIFE - 1,
                          "token_type": "Bearer"}, headers=flavor)
        if rest == "project/project-id":
            return Answer(200, "test", "application/text", flavor)
        if rest.startswith("instance/service-accounts/"):
            return reply({"aliases": ["default"], "email": EMAIL, "scopes": ["https://www.googleapis.com/auth/cloud-platform"]},
                         headers=flavor)
        return Answer(200 if not rest else 404, "", "application/text", flavor)

    # -- Azure -------------------------------------------------------------------
    def _azure_token(self, request, resource):
        if resource.rstrip("/") not in ("https://storage.azure.com", "https://storage.azure.com/.default"):
            return self.error(400, "invalid_resource", "The resource %s is not known" % resource)
        now = int(self.clock.now())
        ends = now + LIFE
        # made like a real one: emulators look into it
        claims = {"aud": "https://storage.azure.com", "iss": "https://sts.windows.net/%s/" % TENANT, "tid": TENANT, "iat": now - 60,
                  "nbf": now - 60, "exp": ends, "jti": str(len(self.azure))}
        token = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()
                         for part in ({"typ": "JWT", "alg": "RS256", "kid": "double"}, claims)) + ".c2lnbmF0dXJl"
        self.azure[token] = ends
        self.secrets.append(token)
        return reply({"access_token": token, "expires_on": str(ends), "expires_in": LIFE,
                      "resource": resource, "token_type": "Bearer"})

    def _app_service(self, request):
        if request.header("x-identity-header") != IDENTITY_HEADER:
            return reply({"statusCode": 400, "message": "X-IDENTITY-HEADER is missing or wrong"}, 400)
        return self._azure_token(request, request.get("resource", ""))

    def _machine(self, request):
        if request.header("metadata", "").lower() != "true":
            return self.error(400, "invalid_request", "Required metadata header not specified")
        return self._azure_token(request, request.get("resource", ""))

    def _client_secret(self, request):
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        if form.get("client_secret") != CLIENT_SECRET:
            return self.error(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
        return self._azure_token(request, form.get("scope", ""))

    # -- AWS ---------------------------------------------------------------------
    def _credentials(self):
        key, secret, token = self.keys.issue(self.secrets)
        ends = datetime.datetime.fromtimestamp(self.clock.now() + LIFE, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"AccessKeyId": key, "SecretAccessKey": secret, "Token": token, "Expiration": ends, "Code": "Success",
                "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z"}

    def _imds(self, request):
        if request.path == "/latest/api/token":
            if request.method != "PUT" or not request.header("x-aws-ec2-metadata-token-ttl-seconds", "").isdigit():
                return Answer(400, "", "text/plain")
            return Answer(200, IMDS_TOKEN, "text/plain", {"X-aws-ec2-metadata-token-ttl-seconds": "21600"})
        if request.header("x-aws-ec2-metadata-token") != IMDS_TOKEN:
            return Answer(401, "", "text/plain")
        folder = "/latest/meta-data/iam/security-credentials/"
        if request.path == folder or request.path + "/" == folder:
            return Answer(200, "double-role", "text/plain")
        if request.path == folder + "double-role":
            return reply(self._credentials())
        if request.path == "/latest/meta-data/placement/region":
            return Answer(200, self.options.region[""], "text/plain")
        return Answer(404, "", "text/plain")

    def _container(self, request):
        if request.header("authorization") != CONTAINER_TOKEN:
            return reply({"code": "AccessDenied", "message": "wrong authorization"}, 403)
        return reply(self._credentials())

    def _sts_error(self, status, code, message):
        return Answer(status, '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>%s'
                      "</Code><Message>%s</Message></Error><RequestId>0</RequestId></ErrorResponse>" % (code, message), "text/xml")

    def _sts(self, request):
        form = dict(urllib.parse.parse_qsl(request.body.decode()))
        action = form.get("Action")
        if action == "AssumeRoleWithWebIdentity":
            if form.get("WebIdentityToken") != WEB_IDENTITY:
                return self._sts_error(400, "InvalidIdentityToken", "Couldn't retrieve verification key from your identity provider")
        else:
            if "authorization" not in request.headers:
                return self._sts_error(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
            region = request.header("authorization").split("/")[2:3]
            try:
                store_double_s3.verify(request, self.keys, region[0] if region else "", "sts", self.clock.now())
            except store_double_s3.Refused as r:
                return self._sts_error(403, {"InvalidAccessKeyId": "InvalidClientTokenId"}.get(r.code, r.code),
                                       r.message or store_double_s3.MESSAGES.get(r.code, r.code))
        if action == "GetCallerIdentity":
            result = "<Arn>arn:aws:iam::123456789012:user/double</Arn><UserId>AIDADOUBLE</UserId><Account>123456789012</Account>"
        elif action in ("AssumeRole", "AssumeRoleWithWebIdentity"):
            if "denied" in form.get("RoleArn", ""):
                return self._sts_error(403, "AccessDenied", "User: arn:aws:iam::123456789012:user/double is not authorized to "
                                       "perform: sts:%s on resource: %s" % (action, form["RoleArn"]))
            c = self._credentials()
            result = ("<Credentials><AccessKeyId>%(AccessKeyId)s</AccessKeyId><SecretAccessKey>%(SecretAccessKey)s</SecretAccessKey>"
                      "<SessionToken>%(Token)s</SessionToken><Expiration>%(Expiration)s</Expiration></Credentials>" % c)
        else:
            return self._sts_error(400, "InvalidAction", "Could not find operation %s" % action)
        return Answer(200, '<%sResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><%sResult>%s</%sResult></%sResponse>' % (
            (action,) * 2 + (result,) + (action,) * 2), "text/xml")
