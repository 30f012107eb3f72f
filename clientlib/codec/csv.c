#include <math.h>
#include <string.h>

#include "../base/err.h"
#include "../base/limits.h"
#include "pyfloat.h"
#include "table.h"

/* Tables as CSV. */

enum { FLUSH = 1 << 16 };

struct csv {
	struct mf_table *table;
	const struct mf_sink *sink;
	struct mf_error *err;
	struct buf out, field;
	struct arena cells;
	int rc;
	size_t fields; /* of this line so far */
	bool empty;    /* all of them are */
};

static void fail(struct csv *c, int code)
{
	if (!c->rc)
		c->rc = code == MF_ENOMEM ? err_nomem(c->err)
					  : err_set(c->err, code, "the output was refused");
}

static void flush(struct csv *c, size_t least)
{
	if (c->out.failed)
		fail(c, MF_ENOMEM);
	if (c->rc || c->out.n < least || !c->out.n)
		return;
	int rc = c->sink->write(c->sink->self, c->out.p, c->out.n);
	if (rc < 0)
		fail(c, rc);
	buf_clear(&c->out);
}

void csv_text(struct buf *out, const struct mf_value *v)
{
	struct mf_sink sink = {buf_sink_write, out};
	char digits[PYFLOAT_SIZE];
	size_t n;
	const char *p = mf_value_text(v, &n);

	switch (mf_value_kind(v)) {
	case MF_NULL: break;
	case MF_BOOL: buf_adds(out, v->u.b ? "True" : "False"); break;
	case MF_INT: buf_addf(out, "%lld", (long long)v->u.i); break;
	case MF_FLOAT:
		if (!isnan(v->u.f))
			buf_add(out, digits, pyfloat_repr(digits, v->u.f));
		break;
	case MF_STRING: buf_add(out, p, n); break;
	default: /* as Python would show it */
		if (mf_value_print_text(v, &sink, SIZE_MAX, NULL) == MF_ENOMEM && !out->failed)
			out->failed = MF_ENOMEM;
		break;
	}
}

/* A field: quoted when it holds what has a meaning in CSV. */
static void put(struct csv *c, const char *p, size_t n)
{
	bool quoted = false;

	if (c->fields++)
		buf_addc(&c->out, ',');
	c->empty = c->empty && !n;
	for (size_t i = 0; i < n && !quoted; i++)
		quoted = p[i] == ',' || p[i] == '"' || p[i] == '\n' || p[i] == '\r';
	if (!quoted) {
		buf_add(&c->out, p, n);
		return;
	}
	buf_addc(&c->out, '"');
	for (size_t i = 0; i < n;) {
		const char *q = memchr(p + i, '"', n - i);
		size_t len = q ? (size_t)(q - p) - i + 1 : n - i;
		buf_add(&c->out, p + i, len);
		buf_adds(&c->out, q ? "\"" : "");
		i += len;
	}
	buf_addc(&c->out, '"');
}

static void put_value(struct csv *c, const struct mf_value *v)
{
	buf_clear(&c->field);
	csv_text(&c->field, v);
	if (c->field.failed)
		fail(c, c->field.failed);
	else
		put(c, c->field.p, c->field.n);
}

static void begin_line(struct csv *c)
{
	c->fields = 0;
	c->empty = true;
}

static void end_line(struct csv *c)
{
	/* A line with nothing on it would be no record. */
	if (c->fields == 1 && c->empty)
		buf_adds(&c->out, "\"\"");
	buf_addc(&c->out, '\n');
	flush(c, FLUSH);
}

static void put_cell(struct csv *c, const struct column *column, size_t row)
{
	const struct mf_value *v = column_cell(column, &c->cells, row);
	if (v)
		put_value(c, v);
	else
		fail(c, MF_ENOMEM);
}

int mf_table_write_csv(struct mf_table *t, size_t first, size_t count, const struct mf_sink *sink,
	struct mf_error *err)
{
	struct csv c = {.table = t,
		.sink = sink,
		.err = err,
		.out = BUF_INIT(MF_LIMIT_TEXT),
		.field = BUF_INIT(MF_LIMIT_TEXT)};
	const struct column *const *levels = &t->index;
	size_t n_levels = t->index ? column_levels(t->index, &levels) : 0;

	arena_init(&c.cells, 0);
	if (t->index && !n_levels)
		n_levels = 1;
	begin_line(&c);
	for (size_t i = 0; i < n_levels && !c.rc; i++)
		put_value(&c, mf_value_item(t->index_names, i));
	for (size_t i = 0; i < t->n && !c.rc; i++)
		put(&c, t->columns[i].face.name, t->columns[i].face.name_n);
	end_line(&c);
	if (first > t->rows)
		first = t->rows;
	size_t end = count < t->rows - first ? first + count : t->rows;
	/* Rows without columns are lines without fields: there may be any number of them, and they
	 * say nothing. */
	if (!t->n && !n_levels)
		end = first;
	for (size_t row = first; row < end && !c.rc; row++) {
		begin_line(&c);
		for (size_t i = 0; i < n_levels && !c.rc; i++)
			put_cell(&c, levels[i], row);
		for (size_t i = 0; i < t->n && !c.rc; i++)
			put_cell(&c, t->columns[i].cells, row);
		end_line(&c);
		if (c.cells.used > FLUSH)
			arena_release(&c.cells);
	}
	flush(&c, 1);
	buf_release(&c.out);
	buf_release(&c.field);
	arena_release(&c.cells);
	return c.rc;
}
