#include <stdlib.h>
#include <string.h>

#include "../base/err.h"
#include "../base/limits.h"
#include "../base/text.h"
#include "ancestors.h"
#include "frame_text.h"
#include "numpy_text.h"
#include "render.h"
#include "robject.h"
#include "text_parts.h"

/* mf_value_print_text: values for people. On one line as Python's repr, or laid out over several:
 * what does not fit its line is opened up, one entry a line. */

enum {
	PAGE = 100,     /* columns that a line may take before it is opened up */
	STEP = 4,       /* columns of indentation */
	SORTED = 10000, /* sets of more elements stay in the order of the stream */
	FLUSH = 4096
};

struct writer {
	const struct mf_sink *sink;
	struct mf_error *err;
	int rc;
	const char *left_out; /* the first part left out; NULL: none */
	struct buf out;       /* not yet in the sink */
	/* A line that is tried: it ends (cut) when it gets wider than max. */
	struct buf line;
	size_t columns, max;
	bool cut;
	size_t nodes;
	struct ancestors ancestors;
};

static void fail(struct writer *w, int code)
{
	if (w->rc)
		return;
	w->rc = code;
	err_set(w->err, code, code == MF_ENOMEM ? "out of memory" : "the output was refused");
}

static void leave_out(struct writer *w, const char *what)
{
	if (!w->left_out)
		w->left_out = what;
}

/* ---- one line ---- */

static bool line_done(const struct writer *w)
{
	return w->rc || w->cut;
}

/* Count what was appended to the line since `from`. */
static void measure(struct writer *w, size_t from)
{
	if (w->line.failed) {
		fail(w, w->line.failed);
		return;
	}
	w->columns += text_width(w->line.p + from, w->line.n - from);
	w->cut = w->cut || w->columns > w->max;
}

static void line_add(struct writer *w, const char *s)
{
	if (line_done(w))
		return;
	size_t from = w->line.n;
	buf_adds(&w->line, s);
	measure(w, from);
}

static void one_line(struct writer *w, const struct mf_value *v, bool plain);

/* The elements of a set in order, other items as they are; free with free(). NULL and 0: as they
 * are. */
static struct render_element *in_order(struct writer *w, const struct mf_value *v)
{
	size_t n = v->u.list.n;
	if ((v->kind != MF_SET && v->kind != MF_FROZENSET) || n < 2 || n > SORTED)
		return NULL;
	struct render_element *e = calloc(n, 2 * sizeof(*e));
	if (!e) {
		fail(w, MF_ENOMEM);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		e[i].v = v->u.list.v[i];
	render_sort(e, e + n, n);
	return e;
}

static size_t group_count(const struct text_group *g)
{
	return g->how == TEXT_ONE ? 1 : mf_value_count(g->v);
}

/* What stands before the value of entry i: its key or label. */
static void line_key(struct writer *w, const struct text_group *g, size_t i)
{
	if (g->how == TEXT_ONE && g->label)
		line_add(w, g->label);
	if (g->how == TEXT_FIELDS) {
		size_t n, from = w->line.n;
		const char *p = mf_value_text(mf_value_key(g->v, i), &n);
		buf_add(&w->line, p, n);
		measure(w, from);
		line_add(w, "=");
	}
	if (g->how == TEXT_PAIRS) {
		one_line(w, mf_value_key(g->v, i), false);
		line_add(w, ": ");
	}
}

static const struct mf_value *group_value(
	const struct text_group *g, const struct render_element *sorted, size_t i)
{
	return sorted ? sorted[i].v : g->how == TEXT_ONE ? g->v : mf_value_item(g->v, i);
}

static void line_parts(struct writer *w, const struct mf_value *v)
{
	struct text_parts parts;
	bool first = true;

	text_parts(&parts, v);
	if (parts.open.failed)
		fail(w, MF_ENOMEM);
	line_add(w, parts.open.p);
	for (size_t k = 0; k < parts.n && !line_done(w); k++) {
		const struct text_group *g = &parts.groups[k];
		struct render_element *sorted = g->how == TEXT_ITEMS ? in_order(w, g->v) : NULL;
		for (size_t i = 0; i < group_count(g) && !line_done(w); i++) {
			if (!first)
				line_add(w, ", ");
			first = false;
			line_key(w, g, i);
			if (!line_done(w))
				one_line(w, group_value(g, sorted, i), false);
		}
		free(sorted);
	}
	if (parts.tuple)
		line_add(w, ",");
	line_add(w, parts.close);
	buf_release(&parts.open);
}

/* Enter a value with parts, unless that would be without end: then a placeholder is put on the
 * line. */
static bool enter(struct writer *w, const struct mf_value *v)
{
	const char *instead = NULL;

	if (ancestors_find(&w->ancestors, v)) {
		instead = v->kind == MF_LIST ? "[...]" : v->kind == MF_DICT ? "{...}" : "(...)";
	} else if (w->ancestors.list.n >= MF_LIMIT_PRINT_DEPTH) {
		instead = "…";
		leave_out(w, "what is nested too deep is left out");
	} else if (!ancestors_enter(&w->ancestors, v, 0, MF_LIMIT_PRINT_DEPTH)) {
		fail(w, MF_ENOMEM);
		return false;
	}
	if (instead)
		line_add(w, instead);
	return !instead;
}

/* A scalar, or an object that is shown as one. */
static bool line_scalar(struct writer *w, const struct mf_value *v, bool plain)
{
	size_t from = w->line.n;
	bool cut = false;
	/* Of a long text only what may still fit: combining marks and the like have no width. */
	size_t left = w->max - w->columns, room = left > SIZE_MAX / 32 ? SIZE_MAX : 16 * left + 64;

	if (!text_scalar(&w->line, v, room, &cut) &&
		!(v->kind == MF_OBJECT &&
			(numpy_line(&w->line, v, room, &cut, &w->nodes) ||
				frame_line(&w->line, v) || text_object(&w->line, v, plain))))
		return false;
	measure(w, from);
	w->cut = w->cut || (cut && room != SIZE_MAX);
	if (mf_value_kind(v) == MF_TRUNCATED || (cut && mf_value_kind(v) == MF_BIGINT))
		leave_out(w, "a part of the value is left out");
	return true;
}

/* The value at the end of the line. plain: an object that is a text shows that alone. */
static void one_line(struct writer *w, const struct mf_value *v, bool plain)
{
	if (line_done(w) || line_scalar(w, v, plain) || w->rc)
		return;
	if (!enter(w, v))
		return;
	line_parts(w, v);
	ancestors_leave(&w->ancestors);
}

/* ---- several lines ---- */

static void flush(struct writer *w, size_t least)
{
	if (w->out.failed)
		fail(w, w->out.failed);
	if (w->rc || w->out.n < least)
		return;
	int rc = w->sink->write(w->sink->self, w->out.p, w->out.n);
	if (rc < 0)
		fail(w, rc);
	buf_clear(&w->out);
}

static void indent(struct writer *w, size_t columns)
{
	/* Deeper than a page is wide, more blanks say nothing. */
	buf_addc(&w->out, '\n');
	for (size_t i = 0; i < columns && i < PAGE; i++)
		buf_addc(&w->out, ' ');
}

static void start_line(struct writer *w, size_t columns, size_t max)
{
	buf_clear(&w->line);
	w->columns = columns;
	w->max = max;
	w->cut = false;
}

static void take_line(struct writer *w)
{
	buf_add(&w->out, w->line.p, w->line.n);
	flush(w, FLUSH);
}

static void lay_out(struct writer *w, const struct mf_value *v, size_t at, size_t used);

/* One entry on its own line(s). */
static void lay_out_entry(
	struct writer *w, const struct text_group *g, const struct mf_value *v, size_t i, size_t at)
{
	indent(w, at);
	start_line(w, at, SIZE_MAX);
	line_key(w, g, i);
	size_t used = w->columns;
	take_line(w);
	lay_out(w, v, at, used);
	buf_addc(&w->out, ',');
}

static void lay_out_parts(struct writer *w, const struct mf_value *v, size_t at)
{
	struct text_parts parts;

	text_parts(&parts, v);
	if (parts.open.failed)
		fail(w, MF_ENOMEM);
	buf_add(&w->out, parts.open.p, parts.open.n);
	buf_release(&parts.open);
	for (size_t k = 0; k < parts.n && !w->rc; k++) {
		const struct text_group *g = &parts.groups[k];
		struct render_element *sorted = g->how == TEXT_ITEMS ? in_order(w, g->v) : NULL;
		for (size_t i = 0; i < group_count(g) && !w->rc && w->nodes < MF_LIMIT_PRINT_NODES;
			i++)
			lay_out_entry(w, g, group_value(g, sorted, i), i, at + STEP);
		free(sorted);
	}
	if (w->nodes >= MF_LIMIT_PRINT_NODES) {
		indent(w, at + STEP);
		buf_adds(&w->out, "…");
		leave_out(w, "the rest of a value of very many parts is left out");
	}
	indent(w, at);
	buf_adds(&w->out, parts.close);
}

/* An array that takes several lines, the later ones indented by `at`; false: the value is none. */
static bool lines_of_array(struct writer *w, const struct mf_value *v, size_t at)
{
	size_t from = w->line.n;

	if (mf_value_kind(v) != MF_OBJECT || (!numpy_page(&w->line, v, at, &w->nodes) && !frame_page(&w->line, v, at))) {
		measure(w, from);
		return w->rc != 0;
	}
	measure(w, from);
	take_line(w);
	return true;
}

/* A value whose lines are indented by `at`, of which the first already has `used` columns. */
static void lay_out(struct writer *w, const struct mf_value *v, size_t at, size_t used)
{
	if (w->rc)
		return;
	w->nodes++;
	/* Room for the comma; something must be left of the deepest lines too. */
	start_line(w, used, used + STEP * 2 > PAGE ? used + STEP * 2 : PAGE - 1);
	one_line(w, v, false);
	if (w->rc)
		return;
	if (!w->cut) {
		take_line(w);
		return;
	}
	start_line(w, used, SIZE_MAX);
	if (lines_of_array(w, v, at + STEP))
		return;
	if (line_scalar(w, v, false) || w->rc || !enter(w, v)) {
		take_line(w);
		return;
	}
	lay_out_parts(w, v, at);
	ancestors_leave(&w->ancestors);
	flush(w, FLUSH);
}

/* ---- */

static void print_line(struct writer *w, const struct mf_value *v, size_t width)
{
	start_line(w, 0, width);
	one_line(w, v, true);
	if (w->cut && w->columns <= width) { /* too long to be looked at, narrow as it is */
		text_fit(&w->out, w->line.p, w->line.n, width - 1, false, false);
		buf_adds(&w->out, "…");
	} else {
		text_fit(&w->out, w->line.p, w->line.n, width, false, false);
	}
}

static void print_page(struct writer *w, const struct mf_value *v)
{
	size_t n = 0;

	if (mf_value_kind(v) != MF_STRING) {
		start_line(w, 0, SIZE_MAX);
		if (lines_of_array(w, v, 0))
			return;
		if (v && v->kind == MF_OBJECT && text_object(&w->line, v, true))
			take_line(w);
		else if (v && v->kind == MF_BYTEARRAY && robject_page(&w->line, v))
			take_line(w);
		else
			lay_out(w, v, 0, 0);
		return;
	}
	/* Piece by piece: a text may be of any length. */
	const char *p = mf_value_text(v, &n);
	while (n && !w->rc) {
		size_t piece = text_prefix(p, n, FLUSH);
		text_escape(&w->out, p, piece, TEXT_KEEP_NL | TEXT_KEEP_TAB);
		p += piece;
		n -= piece;
		flush(w, FLUSH);
	}
}

int mf_value_print_text(
	const struct mf_value *v, const struct mf_sink *sink, size_t width, struct mf_error *err)
{
	struct writer w = {.sink = sink,
		.err = err,
		.out = BUF_INIT(MF_LIMIT_TEXT),
		.line = BUF_INIT(MF_LIMIT_TEXT)};

	if (width)
		print_line(&w, v, width);
	else
		print_page(&w, v);
	if (w.line.failed)
		fail(&w, w.line.failed);
	flush(&w, 1);
	buf_release(&w.out);
	buf_release(&w.line);
	ancestors_release(&w.ancestors);
	if (w.rc)
		return w.rc;
	/* One line is meant to be cut. */
	return w.left_out && !width ? err_set(err, MF_EPARTIAL, "%s", w.left_out) : MF_OK;
}
