#include <string.h>
#include <strings.h>

#include "bigint.h"
#include "pytime.h"
#include "render.h"

/* The classes of knownclasses.def whose value is a text: what str() or isoformat() gives. */

bool known_datetime(struct buf *out, const struct mf_value *v)
{
	char text[PYTIME_SIZE];
	size_t n = pytime_datetime(text, v);
	buf_add(out, text, n);
	return n > 0;
}

bool known_date(struct buf *out, const struct mf_value *v)
{
	char text[PYTIME_SIZE];
	size_t n = pytime_date(text, v);
	buf_add(out, text, n);
	return n > 0;
}

bool known_time(struct buf *out, const struct mf_value *v)
{
	char text[PYTIME_SIZE];
	size_t n = pytime_time(text, v);
	buf_add(out, text, n);
	return n > 0;
}

bool known_decimal(struct buf *out, const struct mf_value *v)
{
	const struct mf_value *text = known_arg(v, 0);
	if (known_args(v) != 1 || text->kind != MF_STRING)
		return false;
	buf_add(out, text->u.s.p, text->u.s.n);
	return true;
}

static bool add_integer(struct buf *out, const struct mf_value *v)
{
	if (v->kind == MF_INT)
		buf_addf(out, "%lld", (long long)v->u.i);
	else if (v->kind != MF_BIGINT || v->u.s.n > BIGINT_MAX_BYTES)
		return false;
	else if (bigint_format(out, v->u.s.p, v->u.s.n) < 0 && !out->failed)
		out->failed = MF_ENOMEM;
	return true;
}

/* ("3/4",) up to Python 3.11, (3, 4) since. str() of a whole number has no denominator. */
bool known_fraction(struct buf *out, const struct mf_value *v)
{
	const struct mf_value *first = known_arg(v, 0), *second = known_arg(v, 1);
	size_t before = out->n;

	if (known_args(v) == 1 && first->kind == MF_STRING) {
		buf_add(out, first->u.s.p, first->u.s.n);
		if (first->u.s.n && !memchr(first->u.s.p, '/', first->u.s.n))
			buf_adds(out, "/1");
		return true;
	}
	if (known_args(v) != 2 || !add_integer(out, first))
		return false;
	buf_addc(out, '/');
	if (add_integer(out, second))
		return true;
	out->n = before;
	return false;
}

bool known_uuid(struct buf *out, const struct mf_value *v)
{
	const struct mf_value *number = mf_value_get(v->u.obj->state, "int");
	unsigned char bytes[16] = {0};

	if (mf_value_kind(number) == MF_INT && number->u.i >= 0) {
		for (unsigned i = 0; i < 8; i++)
			bytes[15 - i] = (unsigned char)(number->u.i >> 8 * i);
	} else if (mf_value_kind(number) == MF_BIGINT &&
		   !bigint_negative(number->u.s.p, number->u.s.n) && number->u.s.n <= 17) {
		if (number->u.s.n == 17 && number->u.s.p[16])
			return false;
		for (size_t i = 0; i < number->u.s.n && i < 16; i++)
			bytes[15 - i] = (unsigned char)number->u.s.p[i];
	} else {
		return false;
	}
	for (size_t i = 0; i < 16; i++)
		buf_addf(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", bytes[i]);
	return true;
}

/* ---- paths ----
 *
 * The arguments are the parts; up to Python 3.12 as pathlib had split them, since then as they were
 * given. They are joined and normalised as pathlib does: no empty parts, no single dots, an
 * absolute part starts anew. */

static bool texts_only(const struct mf_value *v)
{
	for (size_t i = 0; i < known_args(v); i++)
		if (known_arg(v, i)->kind != MF_STRING)
			return false;
	return !v->u.obj->items && !v->u.obj->dict;
}

/* Append the names of a path without its root, `sep` between them. */
static void add_names(struct buf *out, const char *p, size_t n, char sep, bool *any)
{
	for (size_t i = 0; i < n;) {
		size_t from = i;
		while (i < n && p[i] != '/' && (p[i] != '\\' || sep == '/'))
			i++;
		size_t len = i - from;
		if (len && !(len == 1 && p[from] == '.')) {
			if (*any)
				buf_addc(out, sep);
			buf_add(out, p + from, len);
			*any = true;
		}
		i++;
	}
}

bool known_posix_path(struct buf *out, const struct mf_value *v)
{
	size_t n = known_args(v), first = 0, start = out->n;
	bool any = false;

	if (!texts_only(v))
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct mf_value *part = known_arg(v, i);
		if (part->u.s.n && part->u.s.p[0] == '/')
			first = i;
	}
	for (size_t i = first; i < n; i++) {
		const char *p = known_arg(v, i)->u.s.p;
		size_t len = known_arg(v, i)->u.s.n;
		/* Exactly two slashes at the start mean something of their own in POSIX. */
		if (i == first && len && p[0] == '/')
			buf_adds(out,
				len > 1 && p[1] == '/' && !(len > 2 && p[2] == '/') ? "//" : "/");
		add_names(out, p, len, '/', &any);
	}
	if (out->n == start)
		buf_addc(out, '.');
	return true;
}

static bool is_slash(const char *p, size_t n, size_t i)
{
	return i < n && (p[i] == '/' || p[i] == '\\');
}

/* Bytes of the drive: "c:" or "\\server\share"; 0 if there is none. */
static size_t drive_length(const char *p, size_t n)
{
	if (n > 1 && p[1] == ':')
		return 2;
	if (!is_slash(p, n, 0) || !is_slash(p, n, 1) || is_slash(p, n, 2))
		return 0;
	size_t i = 2;
	for (int names = 0; names < 2; names++) {
		while (i < n && !is_slash(p, n, i))
			i++;
		if (i < n && names == 0)
			i++;
	}
	return i;
}

bool known_windows_path(struct buf *out, const struct mf_value *v)
{
	size_t n = known_args(v), start = out->n, first = 0, drive_n = 0, root = 0;
	const char *drive = NULL;
	bool any = false;

	if (!texts_only(v))
		return false;
	/* The drive of the last part that has one, and what follows the last root on that drive. */
	for (size_t i = 0; i < n; i++) {
		const char *p = known_arg(v, i)->u.s.p;
		size_t len = known_arg(v, i)->u.s.n, d = drive_length(p, len);
		bool same = d && d == drive_n && strncasecmp(p, drive, d) == 0;
		if (same)
			drive = p; /* the last one's case is kept */
		if (d && !same) {
			drive = p;
			drive_n = d;
			first = i;
			root = is_slash(p, len, d) || d > 2;
		} else if (is_slash(p, len, d)) {
			first = i;
			root = 1;
		}
	}
	for (size_t i = 0; i < drive_n; i++)
		buf_addc(out, drive[i] == '/' ? '\\' : drive[i]);
	if (root)
		buf_addc(out, '\\');
	for (size_t i = first; i < n; i++) {
		const char *p = known_arg(v, i)->u.s.p;
		size_t len = known_arg(v, i)->u.s.n, d = drive_length(p, len);
		add_names(out, p + d, len - d, '\\', &any);
	}
	if (out->n == start)
		buf_addc(out, '.');
	return true;
}
