/* What the service and the gateways in front of it mean by a reply that is no success (service-api.md §1.11). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "../codec/json.h"
#include "service.h"

enum { SECRET_MIN = 6 /* what is shorter is found in plain words */, SAID_MAX = 1000 };

bool service_is_page(const char *text, size_t n)
{
	size_t i = 0;
	while (i < n && isspace((unsigned char)text[i]))
		i++;
	return i < n && text[i] == '<';
}

/* The most telling text of a body: detail, message, err_msg; of anything else its first line. */
static const char *detail(struct arena *a, const char *text, size_t n, bool *is_json)
{
	struct mf_value *v, *inner;
	*is_json = json_parse(&v, a, text, n, NULL) == MF_OK;
	if (*is_json && v->kind == MF_STRING && json_parse(&inner, a, v->u.s.p, v->u.s.n, NULL) == MF_OK)
		v = inner;
	if (*is_json && v->kind == MF_STRING)
		return arena_strndup(a, v->u.s.p, v->u.s.n);
	if (*is_json && v->kind == MF_DICT) {
		static const char *const keys[] = {"detail", "message", "Message", "err_msg", "error"};
		const struct mf_value *e = mf_value_get(v, "err_msg"), *diag = mf_value_get(e, "diag");
		const char *s = record_str(a, diag, "message_primary");
		if (!s)
			s = record_str(a, e, "pgerror");
		for (size_t i = 0; !s && i < ARRAY_SIZE(keys); i++)
			s = record_str(a, v, keys[i]);
		return s;
	}
	size_t line = 0;
	while (line < n && text[line] != '\n' && text[line] != '\r')
		line++;
	return line && !service_is_page(text, n) ? arena_strndup(a, text, line) : NULL;
}

/* The database's own code of a failed statement, "" if there is none. */
static const char *database_code(struct arena *a, const char *text, size_t n)
{
	struct mf_value *v, *inner;
	if (json_parse(&v, a, text, n, NULL) < 0)
		return "";
	if (v->kind == MF_STRING && json_parse(&inner, a, v->u.s.p, v->u.s.n, NULL) == MF_OK)
		v = inner;
	const char *code = record_str(a, mf_value_get(v, "err_msg"), "pgcode");
	return code ? code : "";
}

int service_too_old(struct mf_client *c, const char *feature, const char *needed, struct mf_error *err)
{
	char version[32];
	service_version(c, version, sizeof(version));
	err_at(err, MF_EUNSUPPORTED, c->service->shown, "%s needs a newer metadata service: %s or later; this one is %s", feature,
		needed, *version ? version : "of an unknown version");
	err_hint(err, "ask whoever runs it to upgrade");
	return MF_EUNSUPPORTED;
}

static int denied(int status, const char *said, const char *where, struct mf_error *err)
{
	err_at(err, MF_EACCESS, where, "access was refused (HTTP %d)%s%.200s", status, said ? ": " : "", said ? said : "");
	err_hint(err, "the service itself asks for nothing, a gateway does: check METAFLOW_SERVICE_AUTH_KEY, "
		      "METAFLOW_SERVICE_HEADERS or MFCTL_SERVICE_HEADERS_COMMAND");
	return MF_EACCESS;
}

static int failed(struct arena *a, int status, const char *text, size_t n, const char *said, const char *what,
	const char *where, struct mf_error *err)
{
	const char *code = database_code(a, text, n);
	/* a number that no id can be (service-api.md §1.2) */
	if (str_eq(code, "22003") || (said && strstr(said, " is out of range for type ")))
		return err_at(err, MF_ENOTFOUND, what, "“%s” not found", what);
	if (str_eq(code, "42703") || str_eq(code, "42P01")) {
		err_at(err, MF_ENETWORK, where, "the service and its database do not fit together (HTTP %d): %.200s", status,
			said ? said : code);
		err_hint(err, "a migration of the database is under way, or was left out; `mfctl doctor` tells more");
	} else if (!said && n && memmem(text, n, "err_msg", strlen("err_msg"))) {
		err_at(err, MF_ENETWORK, where, "the service cannot reach its database (HTTP %d)", status);
		err_hint(err, "it recovers by itself when the database is back; try again");
	} else {
		err_at(err, MF_ENETWORK, where, "the service failed (HTTP %d)%s%.300s", status, said ? ": " : "",
			said ? said : "");
	}
	return MF_ENETWORK;
}

static int not_found(bool is_json, const char *said, const char *what, const char *where, struct mf_error *err)
{
	/* one known server has JSON for routes that it does not know, too */
	if (is_json && !(said && str_eq(said, "Not Found")))
		return err_at(err, MF_ENOTFOUND, what, "“%s” not found", what);
	err_at(err, MF_EUNSUPPORTED, where, "the service does not know this request");
	err_hint(err, "it is too old for it, or the URL lacks a path prefix; `mfctl doctor` tells more");
	return MF_EUNSUPPORTED;
}

/* Bytes at p that are the value of a header we send; 0: none. */
static size_t secret_at(const char *const *headers, const char *p)
{
	for (size_t i = 0; headers && headers[i]; i++) {
		const char *value = strchr(headers[i], ':') + 1;
		value += strspn(value, " ");
		const char *token = strrchr(value, ' '); /* of "Bearer TOKEN" */
		value = token ? token + 1 : value;
		size_t n = strlen(value);
		if (n >= SECRET_MIN && strncmp(p, value, n) == 0)
			return n;
	}
	return 0;
}

/* Some gateways repeat in their complaint what they were sent: no text of an error holds a value of our headers, or the user
 * and password of the URL in the form that they are sent in. Cut at what an error shows. */
static const char *without_secrets(struct mf_client *c, struct arena *a, const char *said)
{
	struct service *s = c->service;
	struct buf b = BUF_INIT(SAID_MAX + 8);
	if (!said)
		return NULL;
	pthread_mutex_lock(&s->lock);
	const char *const *headers = s->headers;
	pthread_mutex_unlock(&s->lock);
	while (*said && b.n < SAID_MAX) {
		size_t n = secret_at(headers, said);
		bool basic = b.n >= 6 && memcmp(b.p + b.n - 6, "Basic ", 6) == 0;
		if (!n && basic)
			n = strspn(said, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=");
		if (n)
			buf_adds(&b, "…");
		else
			buf_addc(&b, *said);
		said += n ? n : 1;
	}
	if (b.failed)
		a->full = true;
	const char *text = b.failed ? NULL : arena_strndup(a, b.p, b.n);
	buf_release(&b);
	return text;
}

int service_refused(struct mf_client *c, int status, const char *text, size_t n, const struct http_response *r,
	const char *what, struct mf_error *err)
{
	const char *where = c->service->shown;
	char to[300], host[200];
	struct arena a;
	bool is_json;
	int rc;
	arena_init(&a, 0);
	const char *said = without_secrets(c, &a, detail(&a, text, n, &is_json));
	if (a.full) { /* what was said cannot be known */
		arena_release(&a);
		return err_nomem(err);
	}
	if (status / 100 == 3) {
		const char *target = http_header(r, "Location", to, sizeof(to));
		const char *from = target ? strstr(target, "//") : NULL;
		size_t len = from ? strcspn(from += 2, "/?#") : 0;
		const char *user = len ? memrchr(from, '@', len) : NULL; /* "user:password@" stays hidden */
		if (user) {
			len -= (size_t)(user + 1 - from);
			from = user + 1;
		}
		snprintf(host, sizeof(host), "%.*s", len < sizeof(host) ? (int)len : 0, from ? from : "");
		rc = err_at(err, MF_EACCESS, where, "the service's address redirects (HTTP %d) to %s", status,
			*host ? host : "another page");
		err_hint(err, "a login page, most likely: give METAFLOW_SERVICE_HEADERS, or the address behind it");
	} else if (status == 401 || status == 403 || status == 407) {
		rc = denied(status, said, where, err);
	} else if (service_is_page(text, n)) {
		rc = err_at(err, MF_ENETWORK, where, "a web page came where the metadata service should answer (HTTP %d)", status);
		err_hint(err, "a login page, a gateway's error page, or the address of something else");
	} else if (status == 404) {
		rc = not_found(is_json, said, what, where, err);
	} else if (status == 429) {
		rc = err_at(err, MF_ENETWORK, where, "too many requests (HTTP 429)%s%.200s", said ? ": " : "", said ? said : "");
		err_hint(err, "try again in a while");
	} else if (status == 502 || status == 503 || status == 504) {
		rc = err_at(err, MF_ENETWORK, where, "a gateway cannot reach the metadata service (HTTP %d)%s%.200s", status,
			said ? ": " : "", said ? said : "");
		err_hint(err, "the service is down, restarting, or too slow for the gateway; try again");
	} else if (status >= 500) {
		rc = failed(&a, status, text, n, said, what, where, err);
	} else if (status >= 400) {
		rc = err_at(err, MF_EFAILED, where, "the service refused the request (HTTP %d)%s%.300s", status, said ? ": " : "",
			said ? said : "");
	} else {
		rc = err_at(err, MF_ENETWORK, where, "an unexpected reply (HTTP %d)", status);
	}
	if (err && err->code == rc) {
		err->http_status = status;
		err->retriable = rc != MF_ENOTFOUND && (status == 429 || status >= 500);
	}
	arena_release(&a);
	return rc;
}
