/* s3_case.h: replies of S3, and the check that what is signed is what was sent, for the tests of
 * store/s3.c. */
#ifndef S3_CASE_H
#define S3_CASE_H

#include "../../../clientlib/store/s3.h"
#include "store_case.h"

#define LIST(inner)                                                                                \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "                           \
	"xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bkt</Name>" inner                 \
	"</ListBucketResult>"
#define ERROR(code, message)                                                                       \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" code                           \
	"</Code><Message>" message "</Message><RequestId>X</RequestId></Error>"

static inline char *s3_decoded(const char *p, size_t n)
{
	char *out = calloc(1, n + 1), *to = out;
	for (size_t i = 0; out && i < n; i++) {
		unsigned byte = (unsigned char)p[i];
		if (p[i] == '%' && sscanf(p + i + 1, "%2x", &byte) == 1)
			i += 2;
		*to++ = (char)byte;
	}
	return out;
}

/* The signature of a request that was seen, made anew from what has arrived. */
static inline void check_signature(struct store_case *c, size_t i, const char *region)
{
	static const char *const others[] = {
		"Range", "If-Match", "If-None-Match", "x-amz-request-payer"};
	const char *line = sc_line(c, i) + strlen("GET "), *query = strchrnul(line, '?');
	const char *token = sc_header(c, i, "x-amz-security-token");
	struct sign_pair pairs[16], headers[4];
	struct sign_request req = {.method = "GET",
		.host = sc_header(c, i, "Host"),
		.path = textf("%.*s", (int)(query - line), line),
		.query = pairs,
		.headers = headers};
	for (const char *p = query + (*query == '?'); *p;) {
		size_t n = strcspn(p, "&"), eq = strcspn(p, "=");
		pairs[req.n_query++] =
			(struct sign_pair){s3_decoded(p, eq), s3_decoded(p + eq + 1, n - eq - 1)};
		p += n + (p[n] == '&');
	}
	for (size_t k = 0; k < ARRAY_SIZE(others); k++)
		if (*sc_header(c, i, others[k]))
			headers[req.n_headers++] = (struct sign_pair){
				others[k], textf("%s", sc_header(c, i, others[k]))};
	struct tm tm = {0};
	CHECK(strptime(sc_header(c, i, "x-amz-date"), "%Y%m%dT%H%M%SZ", &tm) != NULL);
	struct sign_aws sign = {.key_id = SC_ID,
		.secret = SC_SECRET,
		.token = *token ? token : NULL,
		.region = region,
		.service = "s3",
		.now = (int64_t)timegm(&tm) * 1000};
	struct buf b = BUF_INIT(1 << 16);
	CHECK_INT(sign_aws(&b, &req, &sign, NULL), MF_OK);
	const char *want = strstr(b.p, "Authorization: ");
	CHECK_FATAL(want != NULL);
	CHECK_STR(
		textf("%s\n", sc_header(c, i, "Authorization")), want + strlen("Authorization: "));
	buf_release(&b);
	for (size_t k = 0; k < req.n_query; k++) {
		free((char *)(uintptr_t)pairs[k].name);
		free((char *)(uintptr_t)pairs[k].value);
	}
}

#endif
