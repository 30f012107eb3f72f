#include "render.h"

#include <math.h>
#include <string.h>

#include "../base/err.h"
#include "pyfloat.h"

/* The text of the JSON printer: brackets, separators, scalars, colours. It knows at every time
 * where in the document it is, which is what the paths of cycles are made from. */

/* Colours, as SGR parameters. */
#define COLOR_KEY "34;1"
#define COLOR_STRING "32"
#define COLOR_NUMBER "36"
#define COLOR_LITERAL "35"

void render_fail(struct printer *p, int code, const char *message)
{
	if (!p->rc)
		p->rc = err_set(p->err, code, "%s", message);
}

void render_nomem(struct printer *p)
{
	render_fail(p, MF_ENOMEM, "out of memory");
}

void render_flush(struct printer *p)
{
	if (p->n && !p->rc) {
		int rc = p->sink->write(p->sink->self, p->out, p->n);
		if (rc < 0)
			render_fail(p, rc, "the output was refused");
	}
	p->n = 0;
}

static void put(struct printer *p, const char *s, size_t n)
{
	if (n > sizeof(p->out) - p->n) {
		render_flush(p);
		if (n > sizeof(p->out)) {
			int rc = p->rc ? p->rc : p->sink->write(p->sink->self, s, n);
			if (rc < 0)
				render_fail(p, rc, "the output was refused");
			return;
		}
	}
	memcpy(p->out + p->n, s, n);
	p->n += n;
}

static void putch(struct printer *p, char c)
{
	if (p->n == sizeof(p->out))
		render_flush(p);
	p->out[p->n++] = c;
}

static void color(struct printer *p, const char *sgr)
{
	if (!(p->flags & MF_PRINT_COLOR))
		return;
	put(p, "\x1b[", 2);
	put(p, sgr, strlen(sgr));
	putch(p, 'm');
}

static void newline(struct printer *p)
{
	if (!(p->flags & MF_PRINT_INDENT))
		return;
	putch(p, '\n');
	for (size_t i = 0; i < p->places.n; i++)
		put(p, "  ", 2);
}

void render_raw(struct printer *p, const char *s, size_t n)
{
	if (!p->rc)
		put(p, s, n);
}

void render_open(struct printer *p, char bracket)
{
	struct render_place place = {.key = NULL};

	if (p->rc)
		return;
	putch(p, bracket);
	p->fresh = true;
	if (!vec_push(&p->places, place))
		render_nomem(p);
}

void render_close(struct printer *p, char bracket)
{
	if (p->rc)
		return;
	p->places.n--;
	if (!p->fresh)
		newline(p);
	p->fresh = false;
	putch(p, bracket);
}

/* The comma before everything but the first. */
static struct render_place *separate(struct printer *p)
{
	struct render_place *place = &p->places.v[p->places.n - 1];
	if (!p->fresh) {
		putch(p, ',');
		place->index++;
	}
	p->fresh = false;
	newline(p);
	return place;
}

void render_next(struct printer *p)
{
	if (!p->rc)
		separate(p);
}

void render_key(struct printer *p, const char *key, size_t n)
{
	if (p->rc)
		return;
	struct render_place *place = separate(p);
	place->key = key;
	place->n = n;
	bool colored = p->flags & MF_PRINT_COLOR;
	color(p, COLOR_KEY);
	p->flags &= ~(unsigned)MF_PRINT_COLOR;
	render_string(p, key, n);
	if (colored) {
		p->flags |= MF_PRINT_COLOR;
		color(p, "0");
	}
	putch(p, ':');
	if (p->flags & MF_PRINT_INDENT)
		putch(p, ' ');
}

void render_member(struct printer *p, const char *key)
{
	render_key(p, key, strlen(key));
}

void render_literal(struct printer *p, const char *s, size_t n)
{
	if (p->rc)
		return;
	color(p, COLOR_LITERAL);
	put(p, s, n);
	color(p, "0");
}

void render_number(struct printer *p, const char *s, size_t n)
{
	if (p->rc)
		return;
	color(p, COLOR_NUMBER);
	put(p, s, n);
	color(p, "0");
}

void render_null(struct printer *p)
{
	render_literal(p, "null", 4);
}

void render_int(struct printer *p, int64_t i)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t u = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;

	do {
		digits[--at] = (char)('0' + u % 10);
		u /= 10;
	} while (u);
	if (i < 0)
		digits[--at] = '-';
	render_number(p, digits + at, sizeof(digits) - at);
}

void render_float(struct printer *p, double f)
{
	char digits[PYFLOAT_SIZE];
	size_t n = pyfloat_repr(digits, f);

	if (isfinite(f)) {
		render_number(p, digits, n);
		return;
	}
	render_open(p, '{');
	render_member(p, "$float");
	render_string(p, digits, n);
	render_close(p, '}');
}

static void escape_unit(struct printer *p, unsigned unit)
{
	static const char hex[] = "0123456789abcdef";
	char s[6] = {'\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15],
		hex[unit & 15]};
	put(p, s, sizeof(s));
}

/* The bytes of one character that is not ASCII; a byte that starts none is escaped as Python's
 * surrogateescape does. */
static size_t escape_utf8(struct printer *p, const unsigned char *s, size_t n)
{
	unsigned c = s[0];
	size_t len = c < 0xc2 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 1;
	bool whole = len > 1 && len <= n;

	for (size_t i = 1; i < len && whole; i++)
		whole = (s[i] & 0xc0) == 0x80;
	if (!whole) {
		escape_unit(p, 0xdc00 | c);
		return 1;
	}
	unsigned cp = c & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++)
		cp = cp << 6 | (s[i] & 0x3f);
	if (cp >= 0x10000) {
		escape_unit(p, 0xd800 | ((cp - 0x10000) >> 10 & 0x3ff));
		cp = 0xdc00 | (cp & 0x3ff);
	}
	escape_unit(p, cp);
	return len;
}

void render_string(struct printer *p, const char *text, size_t n)
{
	static const char short_form[0x60] = {['\b'] = 'b',
		['\f'] = 'f',
		['\n'] = 'n',
		['\r'] = 'r',
		['\t'] = 't',
		['"'] = '"',
		['\\'] = '\\'};
	const unsigned char *s = (const unsigned char *)text;

	if (p->rc)
		return;
	color(p, COLOR_STRING);
	putch(p, '"');
	for (size_t i = 0; i < n && !p->rc;) {
		size_t from = i;
		while (i < n && s[i] >= 0x20 && s[i] < 0x7f && s[i] != '"' && s[i] != '\\')
			i++;
		put(p, text + from, i - from);
		if (i == n)
			break;
		if (s[i] >= 0x80) {
			i += escape_utf8(p, s + i, n - i);
			continue;
		}
		if (s[i] < sizeof(short_form) && short_form[s[i]]) {
			putch(p, '\\');
			putch(p, short_form[s[i]]);
		} else {
			escape_unit(p, s[i]);
		}
		i++;
	}
	putch(p, '"');
	color(p, "0");
}

void render_str(struct printer *p, const char *s)
{
	render_string(p, s, strlen(s));
}

/* Base64 as it comes: what is left of a group of three waits. */
struct base64 {
	struct printer *p;
	unsigned char wait[3];
	size_t n;
};

static void put_group(struct base64 *b)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *s = b->wait;
	char four[4] = {digits[s[0] >> 2], digits[(s[0] & 3u) << 4 | s[1] >> 4],
		b->n > 1 ? digits[(s[1] & 15u) << 2 | s[2] >> 6] : '=',
		b->n > 2 ? digits[s[2] & 63u] : '='};

	put(b->p, four, sizeof(four));
	b->n = 0;
	memset(b->wait, 0, sizeof(b->wait));
}

static int put_base64(void *self, const char *bytes, size_t n)
{
	struct base64 *b = self;

	for (size_t i = 0; i < n && !b->p->rc; i++) {
		b->wait[b->n++] = (unsigned char)bytes[i];
		if (b->n == 3)
			put_group(b);
	}
	return b->p->rc;
}

void render_bytes(struct printer *p, const struct mf_value *v)
{
	struct base64 b = {.p = p};
	struct mf_sink sink = {put_base64, &b};

	render_open(p, '{');
	render_member(p, "$bytes");
	if (p->rc)
		return;
	color(p, COLOR_STRING);
	putch(p, '"');
	if (v->kind == MF_BLOB) {
		int rc = value_blob_read(v, 0, v->u.blob->n, &sink, p->err);
		if (rc < 0 && !p->rc)
			p->rc = rc;
	} else {
		put_base64(&b, v->u.s.p, v->u.s.n);
	}
	if (b.n && !p->rc)
		put_group(&b);
	putch(p, '"');
	color(p, "0");
	render_close(p, '}');
}
