#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../base/err.h"
#include "../codec/json.h"
#include "cred_ask.h"
#include "http.h"

/* ---- documents ---- */

int cred_doc_parse(struct cred_doc *d, char *text, size_t n, struct mf_error *err)
{
	struct mf_error local = MF_ERROR_INIT;
	*d = (struct cred_doc){.text = text, .n = n};
	arena_init(&d->arena, 0);
	int rc = json_parse(&d->v, &d->arena, text, n, &local);
	if (rc == MF_ENOMEM)
		return err_nomem(err);
	/* what is wrong is not repeated: it may be a secret */
	if (rc < 0 || d->v->kind != MF_DICT)
		return err_set(err, MF_ECORRUPT, "not an object in JSON");
	return MF_OK;
}

/* Strings with escapes have been decoded into the arena. */
static void wipe(const struct mf_value *v)
{
	if (v->kind == MF_STRING && v->u.s.n)
		explicit_bzero((void *)(uintptr_t)(const void *)v->u.s.p, v->u.s.n);
	if (v->kind == MF_LIST || v->kind == MF_DICT)
		for (size_t i = 0; i < v->u.list.n; i++)
			wipe(v->u.list.v[i]);
}

void cred_doc_release(struct cred_doc *d)
{
	if (d->v)
		wipe(d->v);
	for (size_t i = 0; i < d->copies.n; i++)
		cred_wipe(d->copies.v[i]);
	vec_release(&d->copies);
	if (d->text)
		explicit_bzero(d->text, d->n);
	free(d->text);
	arena_release(&d->arena);
	*d = (struct cred_doc){.text = NULL};
}

const char *cred_doc_text(struct cred_doc *d, const struct mf_value *object, const char *name)
{
	size_t n;
	const struct mf_value *v = mf_value_get(object, name);
	const char *p = mf_value_text(v, &n);
	if (mf_value_kind(v) != MF_STRING || !n || memchr(p, '\0', n))
		return NULL;
	char *copy = malloc(n + 1);
	if (!copy || !vec_push(&d->copies, copy)) {
		free(copy);
		d->failed = true;
		return NULL;
	}
	memcpy(copy, p, n);
	copy[n] = '\0';
	return copy;
}

bool cred_doc_number(const struct mf_value *object, const char *name, int64_t *out)
{
	const struct mf_value *v = mf_value_get(object, name);
	enum mf_kind kind = mf_value_kind(v);
	size_t n;
	int64_t sum = 0;
	if (kind == MF_INT || kind == MF_FLOAT) {
		double f = mf_value_float(v);
		*out = kind == MF_INT ? mf_value_int(v) : f > -1e15 && f < 1e15 ? (int64_t)f : -1;
		return *out >= 0;
	}
	const char *p = mf_value_text(v, &n);
	if (kind != MF_STRING || !n || n > 15)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)p[i]))
			return false;
		sum = sum * 10 + (p[i] - '0');
	}
	*out = sum;
	return true;
}

/* ---- other texts ---- */

void cred_form(struct buf *b, const char *name, const char *value)
{
	if (!value)
		return;
	if (b->n && !strchr("?&", b->p[b->n - 1]))
		buf_addc(b, '&');
	buf_addf(b, "%s=", name);
	http_escape(b, value, strlen(value));
}

void cred_json(struct buf *b, const char *s)
{
	buf_addc(b, '"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			buf_addf(b, "\\%c", *s);
		else if ((unsigned char)*s < ' ')
			buf_addf(b, "\\u%04x", (unsigned char)*s);
		else
			buf_addc(b, *s);
	}
	buf_addc(b, '"');
}

char *cred_path(const struct cred_context *x, const char *path)
{
	struct buf b = BUF_INIT(CRED_ASK_MAX);
	if (*path != '/' && x->cwd)
		buf_addf(&b, "%s/", x->cwd);
	buf_adds(&b, path);
	return buf_take(&b);
}

bool cred_token_valid(const char *token)
{
	for (const char *p = token; *p; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return *token;
}

/* Names of this machine alone; a name that is only like one is another machine. */
static bool is_loopback(const char *host, size_t n)
{
	if ((n == 9 && strncasecmp(host, "localhost", n) == 0) ||
		(n == 5 && strncmp(host, "[::1]", n) == 0))
		return true;
	int dots = 0;
	for (size_t i = 0; i < n; i++) {
		if (host[i] == '.' && i && host[i - 1] != '.')
			dots++;
		else if (!isdigit((unsigned char)host[i]))
			return false;
	}
	return dots == 3 && strncmp(host, "127.", 4) == 0;
}

bool cred_url_safe(const char *url)
{
	for (const char *p = url; *p; p++)
		if (*p <= ' ' || *p > '~' || *p == '\\')
			return false;
	if (strncasecmp(url, "https://", 8) == 0)
		return url[8] && !strchr("/?#:@", url[8]);
	if (strncasecmp(url, "http://", 7) != 0)
		return false;
	const char *host = url + 7, *end = host + strcspn(host, "/?#");
	if (memchr(host, '@', (size_t)(end - host)))
		return false;
	const char *port = *host == '[' ? memchr(host, ']', (size_t)(end - host)) : NULL;
	port = memchr(port ? port : host, ':', (size_t)(end - (port ? port : host)));
	return is_loopback(host, (size_t)((port ? port : end) - host));
}
