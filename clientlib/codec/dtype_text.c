#include "dtype_machine.h"

#include <stdio.h>
#include <string.h>

#include "../base/limits.h"
#include "../base/text.h"

/* Types as text: as JSON, in the header of a .npy file, and for people. */

enum { NAME = 48 };

/* dtype.str: "<f8", "|S5", "<M8[25ns]". little: as if in that order. */
static size_t type_str(char out[NAME], const struct dtype *t, bool little)
{
	char order = little && t->order == '>' ? '<' : t->order;
	size_t n = t->kind == 'U' ? t->size / 4 : t->size;

	if (t->kind == 'T')
		return (size_t)snprintf(out, NAME, "StringDType()");
	if (t->kind == 'O')
		return (size_t)snprintf(out, NAME, "|O");
	if ((t->kind != 'M' && t->kind != 'm') || strcmp(t->unit, "generic") == 0)
		return (size_t)snprintf(out, NAME, "%c%c%zu", order, t->kind, n);
	if (t->per_step == 1)
		return (size_t)snprintf(out, NAME, "%c%c%zu[%s]", order, t->kind, n, t->unit);
	return (size_t)snprintf(
		out, NAME, "%c%c%zu[%lld%s]", order, t->kind, n, (long long)t->per_step, t->unit);
}

/* Has the type a descr: do the fields follow each other? */
static bool has_descr(const struct dtype *t)
{
	size_t offset = 0;

	if (t->base)
		return has_descr(t->base);
	for (size_t i = 0; i < t->n_fields; i++) {
		if (t->fields[i].offset < offset || !has_descr(t->fields[i].type))
			return false;
		offset = t->fields[i].offset + t->fields[i].type->size;
	}
	return true;
}

/* ---- as a value ---- */

static struct mf_value *descr(struct arena *a, const struct dtype *t);

static struct mf_value *dims_value(struct arena *a, const struct dtype *t)
{
	struct mf_value *v = value_new(a, MF_LIST);

	for (size_t i = 0; v && i < t->n_dims; i++)
		if (!value_push(a, v, value_int(a, (int64_t)t->dims[i])))
			return NULL;
	return v;
}

static bool add_padding(struct arena *a, struct mf_value *list, size_t n)
{
	char text[NAME];
	struct mf_value *pair = value_new(a, MF_LIST);

	snprintf(text, sizeof(text), "|V%zu", n);
	return pair && value_push(a, pair, value_str(a, "")) &&
	       value_push(a, pair, value_str(a, text)) && value_push(a, list, pair);
}

static bool add_field(struct arena *a, struct mf_value *list, const struct dtype_field *f)
{
	struct mf_value *row = value_new(a, MF_LIST);
	struct mf_value *name = value_text(a, MF_STRING, f->name, f->n);
	const struct dtype *element = f->type->base ? f->type->base : f->type;

	if (f->title && name) {
		size_t n;
		const char *p = mf_value_text(f->title, &n);
		struct mf_value *both = value_new(a, MF_LIST);
		if (!both || !value_push(a, both, value_text(a, MF_STRING, p, n)) ||
			!value_push(a, both, name))
			return false;
		name = both;
	}
	return row && value_push(a, row, name) && value_push(a, row, descr(a, element)) &&
	       (!f->type->base || value_push(a, row, dims_value(a, f->type))) &&
	       value_push(a, list, row);
}

static struct mf_value *fields_value(struct arena *a, const struct dtype *t)
{
	struct mf_value *v = value_new(a, MF_LIST);
	size_t offset = 0;
	bool ok = v != NULL;

	for (size_t i = 0; ok && i < t->n_fields; i++) {
		const struct dtype_field *f = &t->fields[i];
		if (f->offset > offset)
			ok = add_padding(a, v, f->offset - offset);
		ok = ok && add_field(a, v, f);
		offset = f->offset + f->type->size;
	}
	if (ok && t->size > offset)
		ok = add_padding(a, v, t->size - offset);
	return ok ? v : NULL;
}

/* Fields that overlap, or are not in the order of their offsets. */
static struct mf_value *overlapping(struct arena *a, const struct dtype *t)
{
	struct mf_value *v = value_new(a, MF_DICT), *names = value_new(a, MF_LIST),
			*formats = value_new(a, MF_LIST), *offsets = value_new(a, MF_LIST);
	bool ok = v && names && formats && offsets;

	for (size_t i = 0; ok && i < t->n_fields; i++) {
		const struct dtype_field *f = &t->fields[i];
		ok = value_push(a, names, value_text(a, MF_STRING, f->name, f->n)) &&
		     value_push(a, formats, dtype_descr(a, f->type)) &&
		     value_push(a, offsets, value_int(a, (int64_t)f->offset));
	}
	ok = ok && value_put_str(a, v, "names", names) && value_put_str(a, v, "formats", formats) &&
	     value_put_str(a, v, "offsets", offsets) &&
	     value_put_str(a, v, "itemsize", value_int(a, (int64_t)t->size));
	return ok ? v : NULL;
}

static struct mf_value *descr(struct arena *a, const struct dtype *t)
{
	char text[NAME];

	if (t->base) {
		struct mf_value *pair = value_new(a, MF_LIST);
		bool ok = pair && value_push(a, pair, dtype_descr(a, t->base)) &&
			  value_push(a, pair, dims_value(a, t));
		return ok ? pair : NULL;
	}
	if (t->n_fields)
		return fields_value(a, t);
	type_str(text, t, false);
	return value_str(a, text);
}

struct mf_value *dtype_descr(struct arena *a, const struct dtype *type)
{
	return type->n_fields && !has_descr(type) ? overlapping(a, type) : descr(a, type);
}

/* ---- as Python's literal ---- */

/* A name in quotes; what is not ASCII is escaped, which leaves the header ASCII. */
static void npy_string(struct buf *out, const char *p, size_t n)
{
	char quote = n && memchr(p, '\'', n) && !memchr(p, '"', n) ? '"' : '\'';

	buf_addc(out, quote);
	for (size_t i = 0; i < n;) {
		int32_t cp;
		i += utf8_next(p + i, n - i, &cp);
		if (cp == quote || cp == '\\')
			buf_addf(out, "\\%c", (char)cp);
		else if (cp == '\n' || cp == '\r' || cp == '\t')
			buf_addf(out, "\\%c", cp == '\n' ? 'n' : cp == '\r' ? 'r' : 't');
		else if (cp >= 0x20 && cp < 0x7f)
			buf_addc(out, (char)cp);
		else
			buf_addf(out,
				cp < 0x100     ? "\\x%02x"
				: cp < 0x10000 ? "\\u%04x"
					       : "\\U%08x",
				(unsigned)cp);
	}
	buf_addc(out, quote);
}

static bool is_utf8(const char *p, size_t n)
{
	int32_t cp = 0;
	for (size_t i = 0; i < n && cp >= 0;)
		i += utf8_next(p + i, n - i, &cp);
	return cp >= 0;
}

static bool can_npy(const struct dtype *t)
{
	if (t->objects || t->kind == 'T')
		return false;
	for (size_t i = 0; i < t->n_fields; i++) {
		const struct mf_value *title = t->fields[i].title;
		if (!can_npy(t->fields[i].type) || !is_utf8(t->fields[i].name, t->fields[i].n) ||
			(title && !is_utf8(title->u.s.p, title->u.s.n)))
			return false;
	}
	return !t->base || can_npy(t->base);
}

static void npy(struct buf *out, const struct dtype *t, bool little);

static void npy_dims(struct buf *out, const struct dtype *t)
{
	buf_addc(out, '(');
	for (size_t i = 0; i < t->n_dims; i++)
		buf_addf(out, i ? ", %zu" : "%zu", t->dims[i]);
	buf_adds(out, t->n_dims == 1 ? ",)" : ")");
}

static void npy_field(struct buf *out, const struct dtype_field *f, bool little)
{
	const struct dtype *element = f->type->base ? f->type->base : f->type;

	buf_addc(out, '(');
	if (f->title) {
		buf_addc(out, '(');
		npy_string(out, f->title->u.s.p, f->title->u.s.n);
		buf_adds(out, ", ");
	}
	npy_string(out, f->name, f->n);
	buf_adds(out, f->title ? "), " : ", ");
	npy(out, element, little);
	if (f->type->base) {
		buf_adds(out, ", ");
		npy_dims(out, f->type);
	}
	buf_addc(out, ')');
}

static void npy(struct buf *out, const struct dtype *t, bool little)
{
	char text[NAME];
	size_t offset = 0;

	if (t->base) {
		buf_addc(out, '(');
		npy(out, t->base, little);
		buf_adds(out, ", ");
		npy_dims(out, t);
		buf_addc(out, ')');
		return;
	}
	if (!t->n_fields) {
		type_str(text, t, little);
		buf_addf(out, "'%s'", text);
		return;
	}
	buf_addc(out, '[');
	for (size_t i = 0; i < t->n_fields; i++) {
		const struct dtype_field *f = &t->fields[i];
		if (i)
			buf_adds(out, ", ");
		if (f->offset > offset)
			buf_addf(out, "('', '|V%zu'), ", f->offset - offset);
		npy_field(out, f, little);
		offset = f->offset + f->type->size;
	}
	if (t->size > offset)
		buf_addf(out, ", ('', '|V%zu')", t->size - offset);
	buf_addc(out, ']');
}

bool dtype_npy(struct buf *out, const struct dtype *type)
{
	if (!can_npy(type) || !has_descr(type))
		return false;
	npy(out, type, false);
	return true;
}

bool dtype_npy_little(struct buf *out, const struct dtype *type)
{
	if (!can_npy(type) || !has_descr(type))
		return false;
	npy(out, type, true);
	return true;
}

/* ---- for people ---- */

void dtype_name(struct buf *out, const struct dtype *t)
{
	char text[NAME];

	if (t->base) {
		dtype_name(out, t->base);
		npy_dims(out, t);
		return;
	}
	switch (t->n_fields ? 0 : t->kind) {
	case 0:
		buf_addc(out, '{');
		for (size_t i = 0; i < t->n_fields && out->n < MF_LIMIT_NAME; i++) {
			if (i)
				buf_adds(out, ", ");
			text_escape(out, t->fields[i].name, t->fields[i].n, 0);
			buf_adds(out, ": ");
			dtype_name(out, t->fields[i].type);
		}
		if (out->n >= MF_LIMIT_NAME)
			buf_adds(out, ", …");
		buf_addc(out, '}');
		break;
	case 'b': buf_adds(out, "bool"); break;
	case 'i': buf_addf(out, "int%zu", t->size * 8); break;
	case 'u': buf_addf(out, "uint%zu", t->size * 8); break;
	case 'f': buf_addf(out, t->size > 8 ? "longdouble" : "float%zu", t->size * 8); break;
	case 'c': buf_addf(out, t->size > 16 ? "clongdouble" : "complex%zu", t->size * 8); break;
	case 'O': buf_adds(out, "object"); break;
	case 'T': buf_adds(out, "string"); break;
	case 'M':
	case 'm':
		type_str(text, t, true);
		buf_adds(out, t->kind == 'M' ? "datetime64" : "timedelta64");
		buf_adds(out, text + 3);
		break;
	default: /* numpy leaves out the bar of bytes and void */
		type_str(text, t, false);
		buf_adds(out, text + (text[0] == '|'));
		break;
	}
}
