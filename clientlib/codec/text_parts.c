#include "text_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../base/text.h"
#include "bigint.h"
#include "frame_text.h"
#include "numpy_text.h"
#include "pyfloat.h"
#include "pytime.h"
#include "render.h"
#include "robject.h"

size_t text_prefix(const char *p, size_t n, size_t max)
{
	if (n <= max)
		return n;
	size_t at = max;
	while (at > 0 && max - at < 4 && ((unsigned char)p[at] & 0xc0) == 0x80)
		at--;
	return max - at < 4 ? at : max;
}

/* ---- scalars ---- */

/* Quotes as Python chooses them; what could act on a terminal is escaped. */
static void add_quoted(struct buf *out, const char *p, size_t n)
{
	char quote = n && memchr(p, '\'', n) && !memchr(p, '"', n) ? '"' : '\'';
	size_t from = 0;

	buf_addc(out, quote);
	for (size_t i = 0; i < n; i++) {
		if (p[i] != quote && p[i] != '\\')
			continue;
		text_escape(out, p + from, i - from, 0);
		buf_addc(out, '\\');
		buf_addc(out, p[i]);
		from = i + 1;
	}
	text_escape(out, p + from, n - from, 0);
	buf_addc(out, quote);
}

enum { SHOWN = 64 }; /* of bytes that were left in the stream */

static void add_bytes(struct buf *out, const char *p, size_t n)
{
	static const char hex[] = "0123456789abcdef", special[] = "\n\r\t\\";
	char quote = n && memchr(p, '\'', n) && !memchr(p, '"', n) ? '"' : '\'';

	buf_addc(out, 'b');
	buf_addc(out, quote);
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		const char *at = c ? strchr(special, (char)c) : NULL;
		if (at || (char)c == quote) {
			buf_addc(out, '\\');
			buf_addc(out, at ? "nrt\\"[at - special] : quote);
		} else if (c >= 0x20 && c < 0x7f) {
			buf_addc(out, (char)c);
		} else {
			char escape[4] = {'\\', 'x', hex[c >> 4], hex[c & 15]};
			buf_add(out, escape, sizeof(escape));
		}
	}
	buf_addc(out, quote);
}

static void add_float(struct buf *out, double f)
{
	char digits[PYFLOAT_SIZE];
	buf_add(out, digits, pyfloat_repr(digits, f));
}

/* A global as one would write it in a program. */
static void add_name(struct buf *out, const char *p, size_t n)
{
	static const char *const homes[] = {"builtins.", "__main__."};
	for (size_t i = 0; i < ARRAY_SIZE(homes); i++) {
		size_t len = strlen(homes[i]);
		if (n > len && memcmp(p, homes[i], len) == 0) {
			p += len;
			n -= len;
			break;
		}
	}
	text_escape(out, p, n, 0);
}

static void add_integer(struct buf *out, const struct mf_value *v, bool *cut)
{
	if (v->u.s.n >
		BIGINT_LONG_BYTES) { /* nobody reads that many digits, and they take long to make */
		buf_addf(out, "<an integer of %zu bytes>", v->u.s.n);
		*cut = true;
	} else if (bigint_format(out, v->u.s.p, v->u.s.n) < 0 && !out->failed) {
		out->failed = MF_ENOMEM;
	}
}

bool text_scalar(struct buf *out, const struct mf_value *v, size_t max, bool *cut)
{
	size_t n = 0;

	if (mf_value_text(v, &n)) {
		size_t shown = v->kind == MF_STRING ? text_prefix(v->u.s.p, n, max)
			       : n < max            ? n
						    : max;
		*cut = shown < n;
		n = shown;
	}
	switch (mf_value_kind(v)) {
	case MF_NULL: buf_adds(out, "None"); break;
	case MF_BOOL: buf_adds(out, v->u.b ? "True" : "False"); break;
	case MF_INT: buf_addf(out, "%lld", (long long)v->u.i); break;
	case MF_BIGINT: add_integer(out, v, cut); break;
	case MF_FLOAT: add_float(out, v->u.f); break;
	case MF_STRING: add_quoted(out, v->u.s.p, n); break;
	case MF_BYTES: add_bytes(out, v->u.s.p, n); break;
	case MF_BLOB:
		add_bytes(out, v->u.blob->head, v->u.blob->head_n < SHOWN ? v->u.blob->head_n : SHOWN);
		buf_addf(out, "… %llu bytes", (unsigned long long)v->u.blob->n);
		break;
	case MF_BYTEARRAY:
		if (robject_line(out, v, max, cut))
			break;
		buf_adds(out, "bytearray(");
		add_bytes(out, v->u.s.p, n);
		buf_addc(out, ')');
		break;
	case MF_REF:
		if (!frame_line(out, v)) /* pandas.NA */
			add_name(out, v->u.s.p, n);
		break;
	case MF_EXT: buf_addf(out, "<extension %lld>", (long long)v->u.i); break;
	case MF_ELLIPSIS: buf_adds(out, "Ellipsis"); break;
	case MF_NOTIMPLEMENTED: buf_adds(out, "NotImplemented"); break;
	case MF_FAILURE:
		buf_adds(out, "<error: ");
		if (v->u.err)
			text_escape(out, v->u.err->message, strlen(v->u.err->message), 0);
		buf_addc(out, '>');
		break;
	case MF_TRUNCATED:
		buf_addf(out, "<left out: more than %lld %s>", (long long)v->u.cut.limit,
			v->u.cut.why);
		break;
	default: return false;
	}
	return true;
}

/* ---- objects that are one text ---- */

/* "d.ClassName" → ClassName */
static void add_class(struct buf *out, const char *p, size_t n)
{
	const char *dot = n ? memrchr(p, '.', n) : NULL;
	if (dot && dot + 1 < p + n) {
		n -= (size_t)(dot + 1 - p);
		p = dot + 1;
	}
	text_escape(out, p, n, 0);
}

static bool add_timedelta(struct buf *out, const struct mf_value *v)
{
	struct pytime_delta d;
	if (!pytime_timedelta(v, &d))
		return false;
	if (d.days)
		buf_addf(out, "%lld day%s, ", (long long)d.days, llabs(d.days) == 1 ? "" : "s");
	buf_addf(out, "%d:%02d:%02d", (int)d.seconds / 3600, (int)d.seconds / 60 % 60,
		(int)d.seconds % 60);
	if (d.microseconds)
		buf_addf(out, ".%06d", (int)d.microseconds);
	return true;
}

/* A part of a complex number has no ".0". */
static void add_part(struct buf *out, double f, bool sign)
{
	char digits[PYFLOAT_SIZE];
	size_t n = pyfloat_repr(digits, f);
	if (n > 2 && digits[n - 1] == '0' && digits[n - 2] == '.')
		n -= 2;
	if (sign && digits[0] != '-')
		buf_addc(out, '+');
	buf_add(out, digits, n);
}

static bool add_complex(struct buf *out, const struct mf_value *v)
{
	const struct mf_value *re = known_arg(v, 0), *im = known_arg(v, 1);
	if (known_args(v) != 2 || re->kind != MF_FLOAT || im->kind != MF_FLOAT)
		return false;
	bool only_im = re->u.f == 0 && !signbit(re->u.f);
	if (!only_im) {
		buf_addc(out, '(');
		add_part(out, re->u.f, false);
	}
	add_part(out, im->u.f, !only_im);
	buf_adds(out, only_im ? "j" : "j)");
	return true;
}

bool text_object(struct buf *out, const struct mf_value *v, bool plain)
{
	const struct known_class *known = known_class(v);
	struct buf text = BUF_INIT(out->limit);
	bool done = false;

	if (!known)
		return false;
	if (!known->text)
		return strcmp(known->name, "datetime.timedelta") == 0 ? add_timedelta(out, v)
		       : strcmp(known->name, "builtins.complex") == 0 ? add_complex(out, v)
								      : false;
	if (known->text(&text, v)) {
		bool bare = plain || strncmp(known->name, "datetime.", 9) == 0;
		if (bare) {
			text_escape(out, text.p, text.n, 0);
		} else {
			add_class(out, known->name, strlen(known->name));
			buf_addc(out, '(');
			add_quoted(out, text.p, text.n);
			buf_addc(out, ')');
		}
		if (text.failed)
			out->failed = text.failed;
		done = true;
	}
	buf_release(&text);
	return done;
}

/* ---- values with parts ---- */

static void add_group(struct text_parts *out, enum text_how how, const char *label, const struct mf_value *v)
{
	struct text_group *g = &out->groups[out->n++];
	g->how = how;
	g->label = label;
	g->v = v;
}

/* Can all keys stand in front of "="? */
static bool are_names(const struct mf_value *dict)
{
	for (size_t i = 0; i < mf_value_count(dict); i++) {
		size_t n;
		const char *p = mf_value_text(mf_value_key(dict, i), &n);
		if (mf_value_kind(mf_value_key(dict, i)) != MF_STRING || !n ||
			(*p >= '0' && *p <= '9'))
			return false;
		for (size_t k = 0; k < n; k++)
			if (!((p[k] >= 'a' && p[k] <= 'z') || (p[k] >= 'A' && p[k] <= 'Z') ||
				    (p[k] >= '0' && p[k] <= '9') || p[k] == '_'))
				return false;
	}
	return true;
}

static void add_fields(struct text_parts *out, const char *label, const struct mf_value *dict)
{
	if (mf_value_kind(dict) == MF_DICT && are_names(dict))
		add_group(out, TEXT_FIELDS, NULL, dict);
	else
		add_group(out, TEXT_ONE, label, dict);
}

/* Attributes read like arguments, where there are no other names to confuse them with. */
static void add_state(struct text_parts *out, const struct mf_object_parts *o)
{
	if (mf_value_count(o->kwargs))
		add_group(out, TEXT_ONE, "state=", o->state);
	else
		add_fields(out, out->n ? "state=" : NULL, o->state);
}

/* deque(items, maxlen) has its items as an argument, or appended. */
static bool deque_parts(struct text_parts *out, const struct mf_value *v)
{
	const struct mf_value *items = v->u.obj->items, *maxlen = known_arg(v, 1);
	if (known_args(v) > 2 || (known_args(v) && !known_arg(v, 0)))
		return false;
	if (!items && known_args(v))
		items = known_arg(v, 0);
	buf_adds(&out->open, "deque([");
	out->close = "])";
	if (mf_value_kind(items) == MF_LIST || mf_value_kind(items) == MF_TUPLE)
		add_group(out, TEXT_ITEMS, NULL, items);
	if (maxlen && maxlen->kind == MF_INT) {
		out->close = ")";
		buf_clear(&out->open);
		buf_adds(&out->open, "deque(");
		out->n = 0;
		if (items)
			add_group(out, TEXT_ONE, NULL, items);
		add_group(out, TEXT_ONE, "maxlen=", maxlen);
	}
	return true;
}

static void object_parts(struct text_parts *out, const struct mf_value *v)
{
	const struct mf_object_parts *o = v->u.obj;
	bool named = o->cls && o->cls->kind == MF_REF;
	size_t n;
	const char *made = known_via(v, &n);
	const struct mf_value *objects = numpy_objects(&out->open, v);

	if (objects) {
		out->close = "]";
		add_group(out, TEXT_ITEMS, NULL, objects);
		return;
	}
	if (named && value_is(o->cls, "collections.deque") && deque_parts(out, v))
		return;
	if (made)
		add_class(&out->open, made, n);
	else if (named)
		add_class(&out->open, o->cls->u.s.p, o->cls->u.s.n);
	else
		buf_adds(&out->open, "<call>");
	buf_addc(&out->open, '(');
	out->close = ")";
	if (!named)
		add_group(out, TEXT_ONE, NULL, o->cls);
	if (mf_value_count(o->args))
		add_group(out, TEXT_ITEMS, NULL, o->args);
	if (mf_value_count(o->kwargs))
		add_fields(out, "kwargs=", o->kwargs);
	if (o->items)
		add_group(out, TEXT_ONE, NULL, o->items);
	if (o->dict)
		add_group(out, TEXT_ONE, NULL, o->dict);
	if (o->state)
		add_state(out, o);
}

void text_parts(struct text_parts *out, const struct mf_value *v)
{
	const char *open = "[";

	*out = (struct text_parts){.open = BUF_INIT(1 << 20), .close = "]"};
	switch (v->kind) {
	case MF_OBJECT: object_parts(out, v); return;
	case MF_TUPLE:
		open = "(";
		out->close = ")";
		out->tuple = v->u.list.n == 1;
		break;
	case MF_SET:
		open = v->u.list.n ? "{" : "set(";
		out->close = v->u.list.n ? "}" : ")";
		break;
	case MF_FROZENSET:
		open = v->u.list.n ? "frozenset({" : "frozenset(";
		out->close = v->u.list.n ? "})" : ")";
		break;
	case MF_DICT:
		buf_addc(&out->open, '{');
		out->close = "}";
		add_group(out, TEXT_PAIRS, NULL, v);
		return;
	case MF_PERSID:
		open = "persistent_id(";
		out->close = ")";
		break;
	case MF_WRAPPED:
		buf_adds(&out->open, v->u.wrap.name + (v->u.wrap.name[0] == '$'));
		buf_addc(&out->open, '(');
		out->close = ")";
		add_group(out, TEXT_ONE, NULL, v->u.wrap.item);
		return;
	default: break;
	}
	buf_adds(&out->open, open);
	add_group(out, TEXT_ITEMS, NULL, v);
}
