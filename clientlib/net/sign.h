/* net/sign.h: signatures of requests, pure functions: the same input gives the same text, no clock, no environment. */
#ifndef MF_NET_SIGN_H
#define MF_NET_SIGN_H

#include "../base/buf.h"
#include "../mf.h"

/* A name and its value; for queries as they are before any encoding. */
struct sign_pair {
	const char *name, *value;
};

/* A request as it will be sent. */
struct sign_request {
	const char *method;              /* "GET" */
	const char *host;                /* with ":port" where that is not the scheme's own */
	const char *path;                /* percent-encoded (sign_path), starts with '/' */
	const struct sign_pair *query;   /* raw; in any order */
	size_t n_query;
	const struct sign_pair *headers; /* that are to be signed, besides those that the scheme adds; any case, any order */
	size_t n_headers;
};

/* Append a path percent-encoded: unreserved characters of RFC 3986 and '/' stay. */
void sign_path(struct buf *b, const char *path);
/* Append "?a=b&c=d", sorted by name and value and percent-encoded; nothing for none. */
void sign_query(struct buf *b, const struct sign_pair *query, size_t n);

/* ---- AWS Signature Version 4 (sign_s3.c) ---- */

struct sign_aws {
	const char *key_id, *secret, *token; /* token NULL: none */
	const char *region, *service;        /* "us-east-1", "s3" */
	const char *payload;                 /* SHA-256 of the body in hex, or "UNSIGNED-PAYLOAD"; NULL: of an empty body */
	int64_t now;                         /* ms since 1970 */
};
/* Append the headers to send, "Name: value\n" each: x-amz-date, x-amz-content-sha256 (service s3), x-amz-security-token,
 * Authorization. All of them, Host, and r->headers are signed. */
int sign_aws(struct buf *out, const struct sign_request *r, const struct sign_aws *s, struct mf_error *err);

/* ---- Azure SharedKey (sign_azure.c) ---- */

/* Append "Authorization: SharedKey account:…\n". r->headers has all that will be sent and counts: x-ms-date, x-ms-version,
 * Range, If-Match, Content-Length …; r->path includes the account where the endpoint has it in its path. */
int sign_azure(struct buf *out, const struct sign_request *r, const char *account, const char *key_base64, struct mf_error *err);

/* ---- JSON web tokens, RS256 (sign_jwt.c) ---- */

/* Append "header.claims.signature". header, claims: JSON texts. pem: an RSA private key in PEM (PKCS#8 or PKCS#1; `password`
 * NULL: not encrypted). MF_ECORRUPT: no such key; MF_EUNSUPPORTED: libcrypto is not installed. */
int sign_jwt(struct buf *out, const char *header, const char *claims, const char *pem, size_t pem_n, const char *password,
	struct mf_error *err);
/* Thumbprints of the first certificate in PEM: base64url of the SHA-1 and SHA-256 of its DER form. MF_ECORRUPT: there is none. */
int sign_cert_thumbprint(const char *pem, size_t n, char sha1[32], char sha256[64], struct mf_error *err);

#endif
