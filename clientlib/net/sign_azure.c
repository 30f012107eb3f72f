/* Azure's SharedKey, as versions of the service from 2015-02-21 on want it. */
#include <stdlib.h>
#include <strings.h>

#include "../base/err.h"
#include "../codec/base64.h"
#include "../codec/digest.h"
#include "sign_parts.h"

enum { TEXT_MAX = 4 << 20, KEY_MAX = 4096 };

/* In this order, each on its line, an absent one as an empty line. */
static const char *const standard[] = {"Content-Encoding", "Content-Language", "Content-Length",
	"Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match", "If-None-Match",
	"If-Unmodified-Since", "Range"};

static int order_names(const struct sign_pair *a, const struct sign_pair *b)
{
	return strcasecmp(a->name, b->name);
}

/* By name, and those of the same name by value. */
static int order_query(const struct sign_pair *a, const struct sign_pair *b)
{
	int names = strcasecmp(a->name, b->name);
	return names ? names : strcmp(a->value ? a->value : "", b->value ? b->value : "");
}

static void add_lower(struct buf *b, const char *s)
{
	for (; *s; s++)
		buf_addc(b, *s >= 'A' && *s <= 'Z' ? (char)(*s + 32) : *s);
}

static void add_trimmed(struct buf *b, const char *s)
{
	s += strspn(s, " \t");
	size_t n = strlen(s);
	while (n && strchr(" \t", s[n - 1]))
		n--;
	buf_add(b, s, n);
}

static const char *header(const struct sign_request *r, const char *name)
{
	for (size_t i = 0; i < r->n_headers; i++)
		if (strcasecmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return NULL;
}

static void add_standard(struct buf *b, const struct sign_request *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(standard); i++) {
		const char *value = header(r, standard[i]);
		bool left_out =
			(str_eq(standard[i], "Content-Length") && value && str_eq(value, "0")) ||
			(str_eq(standard[i], "Date") && header(r, "x-ms-date"));
		if (value && !left_out)
			add_trimmed(b, value);
		buf_addc(b, '\n');
	}
}

/* Headers of x-ms-, "name:value\n" each; v has room for all. */
static void add_headers(struct buf *b, const struct sign_request *r, const struct sign_pair **v)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n_headers; i++)
		if (strncasecmp(r->headers[i].name, "x-ms-", 5) == 0)
			v[n++] = &r->headers[i];
	sign_sort(v, n, order_names);
	for (size_t i = 0; i < n; i++) {
		add_lower(b, v[i]->name);
		buf_addc(b, ':');
		add_trimmed(b, v[i]->value);
		buf_addc(b, '\n');
	}
}

/* The query as it is before any encoding, "\nname:value" each. */
static void add_query(struct buf *b, const struct sign_request *r, const struct sign_pair **v)
{
	for (size_t i = 0; i < r->n_query; i++)
		v[i] = &r->query[i];
	sign_sort(v, r->n_query, order_query);
	for (size_t i = 0; i < r->n_query; i++) {
		if (i && order_names(v[i - 1], v[i]) == 0) {
			buf_addc(b, ',');
		} else {
			buf_addc(b, '\n');
			add_lower(b, v[i]->name);
			buf_addc(b, ':');
		}
		buf_adds(b, v[i]->value ? v[i]->value : "");
	}
}

static int decode_key(struct buf *key, const char *text, struct mf_error *err)
{
	int rc = base64_decode(key, text, strlen(text), 0, NULL);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	if (rc < 0 || !key->n) {
		err_set(err, MF_EUSAGE, "the key of the Azure storage account is not base64");
		err_hint(err, "copy it again, whole: `az storage account keys list`");
		return MF_EUSAGE;
	}
	return MF_OK;
}

int sign_azure(struct buf *out, const struct sign_request *r, const char *account,
	const char *key_base64, struct mf_error *err)
{
	struct buf key = BUF_INIT(KEY_MAX), text = BUF_INIT(TEXT_MAX);
	unsigned char mac[HMAC_SHA256];
	size_t room = r->n_headers > r->n_query ? r->n_headers : r->n_query;
	const struct sign_pair **v = NULL;
	int rc;
	if (!*account || sign_has_control(account))
		TRY(err_set(err, MF_EUSAGE, "the name of the Azure storage account is not one"));
	TRY(decode_key(&key, key_base64, err));
	v = calloc(room + 1, sizeof(*v));
	if (!v)
		TRY(err_nomem(err));
	buf_addf(&text, "%s\n", r->method);
	add_standard(&text, r);
	add_headers(&text, r, v);
	buf_addf(&text, "/%s%s", account, r->path);
	add_query(&text, r, v);
	TRY(buf_err(&text, err));
	hmac_sha256(mac, key.p, key.n, text.p, text.n);
	buf_addf(out, "Authorization: SharedKey %s:", account);
	base64_add(out, mac, sizeof(mac), false);
	buf_addc(out, '\n');
	rc = buf_err(out, err);
done:
	if (key.cap)
		explicit_bzero(key.p, key.cap);
	buf_release(&key);
	buf_release(&text);
	free(v);
	return rc;
}
