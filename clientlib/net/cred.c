#include "cred.h"

#include <fcntl.h>
#include <stdlib.h>

#include "../base/buf.h"
#include "../base/err.h"
#include "../base/fmt.h"
#include "../base/fs.h"

enum { FILE_MAX = 1 << 20 };

/* ---- secrets in memory ---- */

void cred_wipe(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void cred_wipe_buf(struct buf *b)
{
	if (b->cap)
		explicit_bzero(b->p, b->cap);
	buf_release(b);
}

void cred_release(struct cred *c)
{
	cred_wipe(c->id);
	cred_wipe(c->secret);
	cred_wipe(c->token);
	free(c->source);
	*c = (struct cred)CRED_INIT;
}

static bool copy_text(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return !from || *to;
}

int cred_set(struct cred *to, enum cred_kind kind, const char *id, const char *secret,
	const char *token, const char *source, int64_t expires, struct mf_error *err)
{
	struct cred c = {.kind = kind, .expires = expires};
	/* all are tried, so that a failed one leaves no member undefined */
	bool ok = copy_text(&c.id, id);
	ok = copy_text(&c.secret, secret) && ok;
	ok = copy_text(&c.token, token) && ok;
	ok = copy_text(&c.source, source) && ok;
	cred_release(to);
	if (!ok) {
		cred_release(&c);
		return err_nomem(err);
	}
	*to = c;
	return MF_OK;
}

int cred_copy(struct cred *to, const struct cred *from, struct mf_error *err)
{
	return cred_set(to, from->kind, from->id, from->secret, from->token, from->source,
		from->expires, err);
}

/* ---- what sources look at ---- */

const char *cred_env(const struct cred_context *x, const char *name)
{
	size_t n = strlen(name);
	for (const char *const *e = x->environ; e && *e; e++)
		if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
			return (*e)[n + 1] ? *e + n + 1 : NULL;
	return NULL;
}

int64_t cred_now(const struct cred_context *x)
{
	return x->now ? x->now : clock_now_ms();
}

int cred_read_file(char **out, size_t *n, const char *path, struct mf_error *err)
{
	struct buf b = BUF_INIT(FILE_MAX);
	*out = NULL;
	*n = 0;
	int rc = fs_read_buf(AT_FDCWD, path, &b, path, err);
	size_t got = b.n;
	if (rc == MF_OK && !(*out = buf_take(&b)))
		rc = err_nomem(err);
	if (rc == MF_OK)
		*n = got;
	cred_wipe_buf(&b);
	return rc;
}

int64_t cred_time(const char *text, size_t n)
{
	char s[48];
	int64_t ms;
	if (n < strlen("2026-11-21T01:33Z") || n >= sizeof(s) - 1 || memchr(text, '\0', n))
		return MF_NO_TIME;
	memcpy(s, text, n);
	s[n] = '\0';
	if (s[10] != 'T' && s[10] != 't' && s[10] != ' ')
		return MF_NO_TIME;
	if (str_eq(s + n - 3, "UTC")) { /* as old versions of the AWS CLI wrote it */
		s[n - 3] = 'Z';
		s[n - 2] = '\0';
	}
	if (!strpbrk(s + 16, "Zz+-")) /* a time of no known zone says nothing */
		return MF_NO_TIME;
	return parse_time(s, 0, &ms) ? ms : MF_NO_TIME;
}
