/* AWS Signature Version 4. The path is taken as it is, as S3 wants it; services that want it
 * encoded twice are asked at "/". */
#include <stdlib.h>
#include <strings.h>
#include <time.h>

#include "../base/err.h"
#include "../codec/digest.h"
#include "sign_parts.h"

enum { TEXT_MAX = 4 << 20, DATE_SIZE = 17 };

static const char empty_body[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/* What is signed beside the headers of the request: host and four of x-amz-. */
enum { OWN_HEADERS = 4 };

static int order_names(const struct sign_pair *a, const struct sign_pair *b)
{
	return strcasecmp(a->name, b->name);
}

/* A value without blanks at its ends, and with single ones inside. */
static void add_value(struct buf *b, const char *s)
{
	static const char blanks[] = " \t\r\n\v\f";
	s += strspn(s, blanks);
	while (*s) {
		size_t n = strcspn(s, blanks);
		buf_add(b, s, n);
		s += n;
		s += strspn(s, blanks);
		if (*s)
			buf_addc(b, ' ');
	}
}

static void add_lower(struct buf *b, const char *s)
{
	for (; *s; s++)
		buf_addc(b, *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s);
}

/* Append "name:value\n" of each, sorted; values of the same name are one list. */
static void add_headers(struct buf *b, const struct sign_pair *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool same = i && order_names(v[i - 1], v[i]) == 0;
		if (i)
			buf_addc(b, same ? ',' : '\n');
		if (!same) {
			add_lower(b, v[i]->name);
			buf_addc(b, ':');
		}
		add_value(b, v[i]->value);
	}
	buf_addc(b, '\n');
}

static void add_names(struct buf *b, const struct sign_pair *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (i && order_names(v[i - 1], v[i]) == 0)
			continue;
		if (i)
			buf_addc(b, ';');
		add_lower(b, v[i]->name);
	}
}

static void add_digest(struct buf *b, const char *p, size_t n)
{
	struct digest d;
	char hex[DIGEST_HEX];
	digest_init(&d, true);
	digest_update(&d, p, n);
	digest_hex(&d, hex);
	buf_adds(b, hex);
}

/* The key of a day, region and service, and with it the signature in hex. */
static int add_signature(struct buf *out, const struct sign_aws *s, const char *day,
	const struct buf *text, struct mf_error *err)
{
	unsigned char mac[HMAC_SHA256];
	char hex[2 * HMAC_SHA256 + 1];
	size_t n = strlen(s->secret);
	char *key = malloc(n + sizeof("AWS4"));
	if (!key)
		return err_nomem(err);
	memcpy(key, "AWS4", 4);
	memcpy(key + 4, s->secret, n);
	hmac_sha256(mac, key, n + 4, day, 8);
	hmac_sha256(mac, mac, sizeof(mac), s->region, strlen(s->region));
	hmac_sha256(mac, mac, sizeof(mac), s->service, strlen(s->service));
	hmac_sha256(mac, mac, sizeof(mac), "aws4_request", strlen("aws4_request"));
	hmac_sha256(mac, mac, sizeof(mac), text->p, text->n);
	bytes_hex(hex, mac, sizeof(mac));
	buf_adds(out, hex);
	explicit_bzero(key, n + 4);
	explicit_bzero(mac, sizeof(mac));
	free(key);
	return MF_OK;
}

/* "20150830T123600Z" */
static int format_date(char out[DATE_SIZE], int64_t ms, struct mf_error *err)
{
	struct tm tm;
	time_t t = (time_t)(ms / 1000);
	if (ms < 0 || !gmtime_r(&t, &tm) || tm.tm_year > 9999 - 1900 ||
		!strftime(out, DATE_SIZE, "%Y%m%dT%H%M%SZ", &tm))
		return err_set(
			err, MF_EUSAGE, "no request can be signed for the time of this clock");
	return MF_OK;
}

/* What ends up in headers and in the scope must not break out of them. What it is, is not told. */
static int check(const struct sign_aws *s, struct mf_error *err)
{
	const struct {
		const char *name, *text;
	} all[] = {{"access key id", s->key_id}, {"secret access key", s->secret},
		{"session token", s->token}, {"region", s->region}};
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		if (all[i].text && sign_has_control(all[i].text)) {
			err_set(err, MF_EUSAGE,
				"the AWS %s holds a line break or another control character",
				all[i].name);
			err_hint(err, "set it anew, without a line break at its end");
			return MF_EUSAGE;
		}
	return MF_OK;
}

int sign_aws(struct buf *out, const struct sign_request *r, const struct sign_aws *s,
	struct mf_error *err)
{
	struct buf canonical = BUF_INIT(TEXT_MAX), names = BUF_INIT(TEXT_MAX),
		   text = BUF_INIT(TEXT_MAX);
	const char *payload = s->payload ? s->payload : empty_body;
	char date[DATE_SIZE];
	size_t n = 0, room;
	const struct sign_pair **v = NULL;
	int rc = check(s, err);
	if (rc == MF_OK)
		rc = format_date(date, s->now, err);
	if (rc < 0)
		return rc;
	const struct sign_pair own[OWN_HEADERS] = {{"host", r->host}, {"x-amz-date", date},
		{"x-amz-content-sha256", str_eq(s->service, "s3") ? payload : NULL},
		{"x-amz-security-token", s->token}};
	if (!size_add(r->n_headers, OWN_HEADERS, &room) || !(v = calloc(room, sizeof(*v))))
		TRY(err_nomem(err));
	for (size_t i = 0; i < r->n_headers; i++)
		v[n++] = &r->headers[i];
	for (size_t i = 0; i < OWN_HEADERS; i++)
		if (own[i].value)
			v[n++] = &own[i];
	sign_sort(v, n, order_names);

	add_names(&names, v, n);
	buf_addf(&canonical, "%s\n%s\n", r->method, r->path);
	sign_query_text(&canonical, r->query, r->n_query);
	buf_addc(&canonical, '\n');
	add_headers(&canonical, v, n);
	buf_addf(&canonical, "\n%s\n%s", names.p, payload);
	TRY(buf_err(&names, err));
	TRY(buf_err(&canonical, err));

	buf_addf(&text, "AWS4-HMAC-SHA256\n%s\n%.8s/%s/%s/aws4_request\n", date, date, s->region,
		s->service);
	add_digest(&text, canonical.p, canonical.n);
	TRY(buf_err(&text, err));

	for (size_t i = 1; i < OWN_HEADERS; i++)
		if (own[i].value)
			buf_addf(out, "%s: %s\n", own[i].name, own[i].value);
	buf_addf(out,
		"Authorization: AWS4-HMAC-SHA256 Credential=%s/%.8s/%s/%s/aws4_request, "
		"SignedHeaders=%s, Signature=",
		s->key_id, date, s->region, s->service, names.p);
	TRY(add_signature(out, s, date, &text, err));
	buf_addc(out, '\n');
	rc = buf_err(out, err);
done:
	if (canonical.cap)
		explicit_bzero(canonical.p, canonical.cap); /* it has the token */
	buf_release(&canonical);
	buf_release(&names);
	buf_release(&text);
	free(v);
	return rc;
}
