#include <stdio.h>
#include <string.h>

#include "../base/fmt.h"
#include "../base/text.h"
#include "../base/util.h"
#include "robject.h"

/* Objects of R as text: `r double[3] 1 2 3` on a line; over several lines an item each, data frames
 * as tables. */

enum {
	PAGE = 100,        /* columns of a page */
	SHOWN = 100,       /* elements of a vector that are shown */
	ITEMS_SHOWN = 200, /* of a list on a page */
	STEP = 2,          /* columns of indentation */
	DEEP = 20          /* lists in lists that are opened up */
};

/* ---- elements ---- */

static void add_quoted(struct buf *out, struct r_text t, size_t max)
{
	size_t n = t.n < max ? t.n : max;
	while (n < t.n && n > 0 && ((unsigned char)t.p[n] & 0xc0) == 0x80)
		n--;
	buf_addc(out, '"');
	text_escape(out, t.p, n, 0);
	buf_adds(out, n < t.n ? "…\"" : "\"");
}

static void add_number(struct buf *out, double d)
{
	char digits[R_NUMBER_SIZE];
	buf_add(out, digits, robject_number(digits, d, 15));
}

/* Days or seconds since 1970; false: no such time can be told. */
static bool add_time(struct buf *out, double seconds, bool date)
{
	struct buf text = BUF_INIT(64);
	if (!(seconds >= -62135596800.0 && seconds < 253402300800.0))
		return false;
	fmt_rfc3339(&text, (int64_t)(seconds * 1000));
	if (date && text.n > 10)
		text.n = 10;
	buf_add(out, text.p, text.n);
	if (text.failed)
		out->failed = text.failed;
	buf_release(&text);
	return true;
}

static double as_double(const struct robject *o, size_t i)
{
	return o->type == R_DOUBLE ? robject_double(o, i) : robject_int(o, i);
}

/* An element whose class says how to read it. */
static bool add_classed(struct buf *out, const struct robject *o, size_t i)
{
	char scratch[R_NUMBER_SIZE];
	const struct robject *levels = robject_attribute(o, "levels");
	if (o->type == R_INTEGER && levels && levels->type == R_CHARACTER &&
		robject_is_vector(levels) && robject_inherits(o, "factor")) {
		int32_t code = robject_int(o, i);
		if (code < 1 || (size_t)code > levels->n)
			return false;
		struct r_text t = robject_text(levels, (size_t)code - 1, scratch);
		text_escape(out, t.p ? t.p : "NA", t.p ? t.n : 2, 0);
		return true;
	}
	if (o->type != R_INTEGER && o->type != R_DOUBLE)
		return false;
	if (robject_inherits(o, "Date"))
		return add_time(out, as_double(o, i) * 86400, true);
	return robject_inherits(o, "POSIXct") && add_time(out, as_double(o, i), false);
}

void robject_add_element(struct buf *out, const struct robject *o, size_t i, size_t max)
{
	char scratch[R_NUMBER_SIZE];
	double re, im;
	bool cut = false;

	if (o->form == R_ITEMS) {
		robject_add_line(out, o->u.items[i], max, &cut);
		return;
	}
	if (robject_is_na(o, i)) {
		buf_adds(out, "NA");
		return;
	}
	if (o->n_attributes && add_classed(out, o, i))
		return;
	switch (o->type) {
	case R_LOGICAL: buf_adds(out, robject_int(o, i) ? "TRUE" : "FALSE"); break;
	case R_INTEGER: buf_addf(out, "%d", robject_int(o, i)); break;
	case R_RAW: buf_addf(out, "%02x", (unsigned)robject_int(o, i)); break;
	case R_DOUBLE: add_number(out, robject_double(o, i)); break;
	case R_COMPLEX:
		robject_complex(o, i, &re, &im);
		add_number(out, re);
		if (!(im < 0))
			buf_addc(out, '+');
		add_number(out, im);
		buf_addc(out, 'i');
		break;
	default: add_quoted(out, robject_text(o, i, scratch), max); break;
	}
}

/* ---- one line ---- */

/* The class if it has one that says more than the type. */
static void add_type(struct buf *out, const struct robject *o)
{
	char scratch[R_NUMBER_SIZE];
	const struct robject *class = robject_attribute(o, "class");
	struct r_text t = {NULL, 0};
	if (class && class->type == R_CHARACTER && class->n && robject_is_vector(class))
		t = robject_text(class, 0, scratch);
	if (t.n)
		text_escape(out, t.p, t.n < 60 ? t.n : 60, 0);
	else
		buf_adds(out, robject_type(o->type));
}

/* [3], or [2,3] of a matrix. */
static void add_length(struct buf *out, const struct robject *o)
{
	const struct robject *dim = robject_attribute(o, "dim");
	buf_addc(out, '[');
	if (dim && dim->type == R_INTEGER && robject_is_vector(dim) && dim->n && dim->n < 8)
		for (size_t i = 0; i < dim->n; i++)
			buf_addf(out, "%s%d", i ? "," : "", robject_int(dim, i));
	else
		buf_addf(out, "%zu", o->n);
	buf_addc(out, ']');
}

static void add_name(struct buf *out, struct r_text name, const char *then)
{
	if (!name.p)
		return;
	text_escape(out, name.p, name.n < 200 ? name.n : 200, 0);
	buf_adds(out, then);
}

static void add_frame_line(
	struct buf *out, const struct robject *o, size_t rows, size_t end, bool *cut)
{
	char scratch[R_NUMBER_SIZE];
	buf_addf(out, " %zu×%zu [", rows, o->n);
	for (size_t i = 0; i < o->n; i++) {
		if (out->n >= end || out->failed) {
			*cut = true;
			buf_adds(out, "…");
			break;
		}
		buf_adds(out, i ? ", " : "");
		add_name(out, robject_name(o, i, scratch), " ");
		add_type(out, o->u.items[i]);
	}
	buf_addc(out, ']');
}

void robject_add_line(struct buf *out, const struct robject *o, size_t max, bool *cut)
{
	char scratch[R_NUMBER_SIZE];
	size_t end = max < SIZE_MAX - out->n ? out->n + max : SIZE_MAX, rows;

	if (o->type == R_NULL) {
		buf_adds(out, "NULL");
		return;
	}
	add_type(out, o);
	if (!robject_is_vector(o))
		return;
	if (robject_frame(o, &rows)) {
		add_frame_line(out, o, rows, end, cut);
		return;
	}
	if (o->type != R_SYMBOL && o->type != R_BUILTIN && o->type != R_SPECIAL &&
		o->type != R_CHAR)
		add_length(out, o);
	for (size_t i = 0; i < o->n; i++) {
		bool item = o->form == R_ITEMS;
		if (i >= SHOWN || out->n >= end || out->failed) {
			*cut = *cut || i < SHOWN;
			buf_adds(out, " …");
			break;
		}
		buf_addc(out, ' ');
		add_name(out, robject_name(o, i, scratch), "=");
		buf_adds(out, item ? "<" : "");
		robject_add_element(out, o, i, end - out->n < end ? end - out->n : 0);
		buf_adds(out, item ? ">" : "");
	}
}

/* ---- several lines ---- */

static void add_page(struct buf *out, const struct robject *o, size_t depth);

static void indent(struct buf *out, size_t depth)
{
	buf_addc(out, '\n');
	for (size_t i = 0; i < depth * STEP; i++)
		buf_addc(out, ' ');
}

/* A vector over as many lines as its shown elements take. */
static void add_wrapped(struct buf *out, const struct robject *o, size_t depth)
{
	char scratch[R_NUMBER_SIZE];
	struct buf word = BUF_INIT(1 << 20);
	size_t column = PAGE, width = 0;
	for (size_t i = 0; i < o->n && !out->failed; i++) {
		if (i == SHOWN && o->n > 2 * SHOWN) {
			indent(out, depth);
			buf_addf(out, "… %zu more", o->n - 2 * SHOWN);
			column = PAGE;
			i = o->n - SHOWN;
		}
		buf_clear(&word);
		add_name(&word, robject_name(o, i, scratch), "=");
		robject_add_element(&word, o, i, PAGE);
		width = text_width(word.p, word.n);
		if (column + width + 1 > PAGE) {
			indent(out, depth);
			column = depth * STEP;
		} else {
			buf_addc(out, ' ');
			column++;
		}
		buf_add(out, word.p, word.n);
		column += width;
		if (word.failed)
			out->failed = word.failed;
	}
	buf_release(&word);
}

static void add_entry(struct buf *out, const char *mark, struct r_text name, size_t i,
	const struct robject *v, size_t depth)
{
	indent(out, depth);
	buf_adds(out, mark);
	if (name.p)
		add_name(out, name, " ");
	else
		buf_addf(out, "[%zu] ", i + 1);
	add_page(out, v, depth);
}

static void add_items(struct buf *out, const struct robject *o, size_t depth)
{
	char scratch[R_NUMBER_SIZE];
	for (size_t i = 0; i < o->n && !out->failed; i++) {
		if (i >= ITEMS_SHOWN) {
			indent(out, depth);
			buf_addf(out, "… %zu more", o->n - i);
			break;
		}
		struct r_text name = robject_name(o, i, scratch);
		add_entry(out, name.p ? "$" : "", name, i, o->u.items[i], depth);
	}
}

/* Attributes that the lines above do not show. */
static void add_attributes(struct buf *out, const struct robject *o, size_t depth)
{
	static const char *const told[] = {"names", "class", "levels", "dim", "row.names"};
	for (size_t i = 0; i < o->n_attributes && !out->failed; i++) {
		const struct r_attribute *a = &o->attributes[i];
		bool known = false;
		for (size_t k = 0; k < ARRAY_SIZE(told) && !known; k++)
			known = a->name.n == strlen(told[k]) &&
				memcmp(a->name.p, told[k], a->name.n) == 0;
		if (!known)
			add_entry(out, "@", a->name, i, a->value, depth);
	}
}

static void add_page(struct buf *out, const struct robject *o, size_t depth)
{
	size_t rows, from = out->n;
	bool cut = false;

	if (robject_frame(o, &rows)) {
		add_type(out, o);
		buf_addf(out, " %zu×%zu", rows, o->n);
		robject_add_table(out, o, rows, (depth + 1) * STEP);
		return;
	}
	if (depth >= DEEP) {
		robject_add_line(out, o, PAGE, &cut);
		return;
	}
	if (o->form != R_ITEMS) {
		robject_add_line(out, o, PAGE * 4, &cut);
		if (text_width(out->p + from, out->n - from) > PAGE - depth * STEP - 10 &&
			!out->failed) {
			out->n = from;
			out->p[from] = '\0';
			add_type(out, o);
			add_length(out, o);
			add_wrapped(out, o, depth + 1);
		}
	} else {
		add_type(out, o);
		add_length(out, o);
		add_items(out, o, depth + 1);
	}
	add_attributes(out, o, depth + 1);
}

/* ---- what the printers of values call ---- */

/* Decode, and print with one of the two. */
static bool print(struct buf *out, const struct mf_value *v, bool page, size_t max, bool *cut)
{
	struct arena a;
	const struct robject *o;

	if (!robject_starts(v->u.s.p, v->u.s.n))
		return false;
	arena_init(&a, 0);
	int rc = robject_read(&o, &a, v->u.s.p, v->u.s.n, NULL);
	if (rc == MF_OK) {
		buf_adds(out, "r ");
		if (page)
			add_page(out, o, 0);
		else
			robject_add_line(out, o, max, cut);
	} else if (rc == MF_ENOMEM && !out->failed) {
		out->failed = MF_ENOMEM;
	}
	arena_release(&a);
	return rc == MF_OK || rc == MF_ENOMEM;
}

bool robject_line(struct buf *out, const struct mf_value *v, size_t max, bool *cut)
{
	bool mine = false;
	if (!print(out, v, false, max, &mine))
		return false;
	*cut = mine;
	return true;
}

bool robject_page(struct buf *out, const struct mf_value *v)
{
	bool cut = false;
	return print(out, v, true, 0, &cut);
}
