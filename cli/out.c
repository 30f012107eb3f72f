#include "out.h"

#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "../clientlib/base/vec.h"
#include "stats.h"

enum { HELD_ROWS = 200, MAX_FIELDS = 128, CELL_WIDTH = 60 };

struct out {
	struct cmd_ctx *ctx;
	enum mf_entity entity;
	enum format format;
	bool tabs, header; /* TAB between columns; header still to be printed */
	int fields[MAX_FIELDS];
	size_t n, rows;
	VEC(char *) held;  /* cells of the rows that wait for their widths */
	size_t width[MAX_FIELDS];
	bool partial, aligned;
	bool begun, failed;
	const char *const *names; /* of the columns where rows are of several kinds, else NULL */
	size_t n_names;
	struct buf row; /* a row of JSON, kept for the next one's */
};

size_t out_default_fields(enum mf_entity entity, bool show, int *out, size_t most)
{
	size_t count, n = 0;
	const struct mf_field *f = mf_fields(entity, &count);
	for (size_t i = 0; i < count && n < most; i++) {
		unsigned hide = show ? MF_FIELD_VIRTUAL : MF_FIELD_VIRTUAL | MF_FIELD_SHOW | MF_FIELD_ASKED;
		if (!(f[i].flags & hide))
			out[n++] = (int)i;
	}
	return n;
}

/* ---- text ---- */

const char *out_plain(const struct cmd_ctx *ctx)
{
	return ctx->color ? "\033[0m" : "";
}

const char *out_dim(const struct cmd_ctx *ctx)
{
	return ctx->color ? "\033[2m" : "";
}

const char *out_bold(const struct cmd_ctx *ctx)
{
	return ctx->color ? "\033[1m" : "";
}

static const struct {
	const char *status, *color, *glyph, *ascii;
} looks[] = {
	{"completed", "\033[32m", "✓", "+"},
	{"failed", "\033[31m", "✗", "x"},
	{"running", "\033[34m", "●", "*"},
	{"pending", "\033[2m", "◌", "."},
	{"unknown", "\033[33m", "?", "?"},
};

const char *out_color(const struct cmd_ctx *ctx, const char *status)
{
	for (size_t i = 0; ctx->color && i < ARRAY_SIZE(looks); i++)
		if (str_eq(looks[i].status, status))
			return looks[i].color;
	return "";
}

const char *out_glyph(const struct cmd_ctx *ctx, const char *status)
{
	for (size_t i = 0; i < ARRAY_SIZE(looks); i++)
		if (str_eq(looks[i].status, status))
			return ctx->ascii ? looks[i].ascii : looks[i].glyph;
	return "?";
}

void out_bytes(struct buf *b, const char *p, size_t n)
{
	buf_addc(b, '"');
	for (size_t i = 0; i < n;) {
		size_t run = 0; /* of what stands for itself */
		while (i + run < n && p[i + run] >= 0x20 && p[i + run] < 0x7f && p[i + run] != '"' && p[i + run] != '\\')
			run++;
		buf_add(b, p + i, run);
		i += run;
		if (i >= n)
			break;
		int32_t cp;
		i += utf8_next(p + i, n - i, &cp);
		if (cp < 0)
			cp = 0xfffd;
		if (cp == '"' || cp == '\\')
			buf_addf(b, "\\%c", (char)cp);
		else if (cp < 0x10000)
			buf_addf(b, "\\u%04x", (unsigned)cp);
		else
			buf_addf(b, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((cp - 0x10000) >> 10)),
				(unsigned)(0xdc00 + ((cp - 0x10000) & 0x3ff)));
	}
	buf_addc(b, '"');
}

void out_string(struct buf *b, const char *s)
{
	out_bytes(b, s, strlen(s));
}

void out_key_string(struct buf *b, const char *key, const char *s)
{
	buf_addf(b, ",\"%s\":", key);
	if (s)
		out_string(b, s);
	else
		buf_adds(b, "null");
}

void out_key_time(struct buf *b, const char *key, int64_t ms)
{
	buf_addf(b, ",\"%s\":", key);
	if (ms == MF_NO_TIME) {
		buf_adds(b, "null");
		return;
	}
	buf_addc(b, '"');
	fmt_rfc3339(b, ms);
	buf_addc(b, '"');
}

void out_put(struct cmd_ctx *ctx, const char *p, size_t n)
{
	struct buf safe = BUF_INIT((size_t)1 << 31);
	if (ctx->out_tty) {
		text_escape(&safe, p, n, TEXT_KEEP_NL | TEXT_KEEP_TAB);
		p = safe.p;
		n = safe.n;
	}
	fwrite(p, 1, n, ctx->out);
	buf_release(&safe);
}

int out_file_write(void *self, const char *p, size_t n)
{
	return fwrite(p, 1, n, self) == n ? 0 : MF_EIO;
}

void out_time(struct cmd_ctx *ctx, struct buf *b, int64_t ms)
{
	if (ctx->g.relative)
		fmt_ago(b, ms, cmd_now(ctx), ctx->g.utc);
	else
		fmt_datetime(b, ms, ctx->g.utc);
}

/* status → number, as "298 completed 2 failed" */
static bool counts_text(struct buf *b, const struct mf_value *v)
{
	for (size_t i = 0; i < mf_value_count(v); i++) {
		size_t n;
		const char *key = mf_value_text(mf_value_key(v, i), &n);
		if (!key || mf_value_kind(mf_value_item(v, i)) != MF_INT)
			return false;
		buf_addf(b, "%s%lld %.*s", i ? " " : "", (long long)mf_value_int(mf_value_item(v, i)), (int)n, key);
	}
	return true;
}

static void foreach_text(struct buf *b, const struct mf_value *path)
{
	for (size_t i = 0; i < mf_value_count(path); i++) {
		const struct mf_value *f = mf_value_item(path, i);
		size_t n;
		const char *value = mf_value_text(mf_value_get(f, "value"), &n);
		buf_addf(b, "%s%lld", i ? ", " : "", (long long)mf_value_int(mf_value_get(f, "index")));
		if (value)
			buf_addf(b, " %.*s", (int)n, value);
	}
}

void out_cell(struct cmd_ctx *ctx, struct buf *b, const struct mf_field *field, const struct mf_value *v)
{
	struct mf_sink sink = {buf_sink_write, b};
	size_t n;
	const char *text;
	const struct mf_error *e = mf_value_error(v);
	if (e) {
		buf_addf(b, "(%s)", mf_code_name(e->code));
		return;
	}
	if (mf_value_kind(v) == MF_NULL) {
		buf_adds(b, "-");
		return;
	}
	switch (field->type) {
	case MF_T_TIME: out_time(ctx, b, mf_value_int(v)); return;
	case MF_T_DURATION: fmt_duration(b, mf_value_int(v)); return;
	case MF_T_SIZE: fmt_size(b, mf_value_int(v)); return;
	case MF_T_BOOL: buf_adds(b, mf_value_bool(v) ? "yes" : "no"); return;
	case MF_T_INT: buf_addf(b, "%lld", (long long)mf_value_int(v)); return;
	case MF_T_STATUS:
		text = mf_value_text(v, &n);
		buf_addf(b, "%s %s", out_glyph(ctx, text), text);
		return;
	case MF_T_LIST:
		for (size_t i = 0; i < mf_value_count(v); i++) {
			const struct mf_value *item = mf_value_item(v, i);
			buf_adds(b, i ? " " : "");
			if ((text = mf_value_text(item, &n)))
				text_escape(b, text, n, 0);
			else
				mf_value_print_json(item, &sink, 0, NULL);
		}
		if (!mf_value_count(v))
			buf_adds(b, "-");
		return;
	case MF_T_STRING:
	case MF_T_JSON: break;
	}
	size_t before = b->n;
	if ((text = mf_value_text(v, &n)))
		text_escape(b, text, n, 0);
	else if (str_eq(field->name, "foreach_path"))
		foreach_text(b, v);
	else if (!(str_eq(field->name, "task_counts") && counts_text(b, v)))
		mf_value_print_json(v, &sink, 0, NULL);
	if (b->n == before)
		buf_adds(b, "-");
}

/* ---- CSV and TSV ---- */

/* A value for machines: RFC 3339, plain numbers, lists joined by commas, the rest as JSON. (A table in a pipe is the same,
 * but for its times, which --utc and --relative shape.) */
static void machine_cell(struct out *o, struct buf *b, const struct mf_field *field, struct mf_object *object, int index)
{
	struct mf_sink sink = {buf_sink_write, b};
	size_t n;
	if (field->entity == MF_RUN && str_eq(field->name, "steps")) {
		out_steps(o->ctx, b, object, &o->partial);
		return;
	}
	const struct mf_value *v = mf_object_field(object, index);
	const char *text = mf_value_text(v, &n);
	if (mf_value_kind(v) == MF_NULL)
		return;
	if (text) {
		buf_add(b, text, n);
	} else if (field->type == MF_T_TIME) {
		fmt_rfc3339(b, mf_value_int(v));
	} else if (field->type == MF_T_LIST && mf_value_kind(v) == MF_LIST) {
		for (size_t i = 0; i < mf_value_count(v); i++) {
			buf_adds(b, i ? "," : "");
			if ((text = mf_value_text(mf_value_item(v, i), &n)))
				buf_add(b, text, n);
			else
				mf_value_print_json(mf_value_item(v, i), &sink, 0, NULL);
		}
	} else {
		mf_value_print_json(v, &sink, 0, NULL);
	}
}

static void put_separated(struct out *o, struct buf *line, size_t i, const char *p, size_t n)
{
	bool csv = o->format == FORMAT_CSV;
	if (i)
		buf_addc(line, csv ? ',' : '\t');
	if (!csv) {
		for (size_t k = 0; k < n; k++) /* one line a record, whatever is in it */
			if (p[k] == '\t' || p[k] == '\n' || p[k] == '\r' || p[k] == '\\')
				buf_addf(line, "\\%c", p[k] == '\t' ? 't' : p[k] == '\n' ? 'n' : p[k] == '\r' ? 'r' : '\\');
			else
				buf_addc(line, p[k]);
		return;
	}
	if (!memchr(p, '"', n) && !memchr(p, ',', n) && !memchr(p, '\n', n) && !memchr(p, '\r', n)) {
		buf_add(line, p, n);
		return;
	}
	buf_addc(line, '"');
	for (size_t k = 0; k < n; k++) {
		if (p[k] == '"')
			buf_addc(line, '"');
		buf_addc(line, p[k]);
	}
	buf_addc(line, '"');
}

/* Rows of several kinds are not aligned, but their values are those of a table. */
static bool for_people(const struct out *o)
{
	return o->names && o->format != FORMAT_CSV && o->format != FORMAT_TSV;
}

static void separated_header(struct out *o)
{
	size_t count;
	const struct mf_field *f = mf_fields(o->entity, &count);
	struct buf line = BUF_INIT(1 << 20);
	for (size_t i = 0; i < (o->names ? o->n_names : o->n); i++) {
		const char *name = o->names ? o->names[i] : f[o->fields[i]].name;
		put_separated(o, &line, i, name, strlen(name));
	}
	buf_addc(&line, '\n');
	out_put(o->ctx, line.p, line.n);
	buf_release(&line);
}

static void separated_row(struct out *o, struct mf_object *object)
{
	size_t count;
	const struct mf_field *f = mf_fields(o->entity, &count);
	struct buf line = BUF_INIT((size_t)1 << 30), cell = BUF_INIT((size_t)1 << 30);
	for (size_t i = 0; i < (o->names ? o->n_names : o->n); i++) {
		int index = o->names ? mf_field_find(o->entity, o->names[i]) : o->fields[i];
		buf_clear(&cell);
		if (index < 0)
			; /* this kind has no such field */
		else if (mf_object_error(object))
			buf_adds(&cell, str_eq(f[index].name, "pathspec") ? mf_object_pathspec(object)
					: i == 0			  ? mf_object_id(object)
									  : "");
		else if (for_people(o) || (o->format == FORMAT_TABLE && f[index].type == MF_T_TIME))
			out_cell(o->ctx, &cell, &f[index], mf_object_field(object, index));
		else
			machine_cell(o, &cell, &f[index], object, index);
		put_separated(o, &line, i, cell.p, cell.n);
	}
	while (for_people(o) && line.n && line.p[line.n - 1] == '\t')
		line.n--;
	buf_addc(&line, '\n');
	out_put(o->ctx, line.p, line.n);
	buf_release(&line);
	buf_release(&cell);
}

/* ---- aligned tables ---- */

static bool right_aligned(const struct mf_field *f)
{
	return f->type == MF_T_INT || f->type == MF_T_DURATION || f->type == MF_T_SIZE;
}

static void table_line(struct out *o, char *const *cells, bool header)
{
	size_t count;
	const struct mf_field *f = mf_fields(o->entity, &count);
	struct buf line = BUF_INIT(1 << 24);
	const struct cmd_ctx *ctx = o->ctx;
	if (header)
		buf_adds(&line, out_dim(ctx));
	for (size_t i = 0; i < o->n; i++) {
		const struct mf_field *field = &f[o->fields[i]];
		size_t w = text_width(cells[i], strlen(cells[i])), cut = o->width[i];
		bool last = i + 1 == o->n;
		size_t pad = w < o->width[i] ? o->width[i] - w : 0;
		if (i)
			buf_adds(&line, "  ");
		if (right_aligned(field))
			buf_addf(&line, "%*s", (int)pad, "");
		const char *status = field->type == MF_T_STATUS && !header ? strchr(cells[i], ' ') : NULL;
		if (status)
			buf_adds(&line, out_color(ctx, status + 1));
		if (w > cut && o->format != FORMAT_WIDE)
			text_fit(&line, cells[i], strlen(cells[i]), cut, false, ctx->ascii);
		else
			buf_adds(&line, cells[i]);
		if (status)
			buf_adds(&line, out_plain(ctx));
		if (!right_aligned(field) && !last)
			buf_addf(&line, "%*s", (int)pad, "");
	}
	if (header)
		buf_adds(&line, out_plain(ctx));
	buf_addc(&line, '\n');
	fwrite(line.p, 1, line.n, ctx->out);
	buf_release(&line);
}

/* Take what is too wide for the terminal from the widest columns of text. */
static void fit_terminal(struct out *o)
{
	enum { NARROWEST = 12 };
	size_t count, total = 0;
	const struct mf_field *f = mf_fields(o->entity, &count);
	if (!o->ctx->width || o->format == FORMAT_WIDE)
		return;
	for (size_t i = 0; i < o->n; i++)
		total += o->width[i] + (i ? 2 : 0);
	while (total > o->ctx->width) {
		size_t widest = o->n;
		for (size_t i = 0; i < o->n; i++)
			if (!right_aligned(&f[o->fields[i]]) && o->width[i] > NARROWEST
				&& (widest == o->n || o->width[i] > o->width[widest]))
				widest = i;
		if (widest == o->n)
			return;
		o->width[widest]--;
		total--;
	}
}

static void release_held(struct out *o)
{
	size_t count;
	const struct mf_field *f = mf_fields(o->entity, &count);
	char *titles[MAX_FIELDS];
	size_t most = o->format == FORMAT_WIDE ? SIZE_MAX : CELL_WIDTH;
	for (size_t i = 0; i < o->n; i++) {
		titles[i] = strdup(f[o->fields[i]].title);
		if (!o->ctx->g.no_headers && titles[i])
			o->width[i] = text_width(titles[i], strlen(titles[i]));
	}
	for (size_t k = 0; k < o->held.n; k++) {
		size_t w = text_width(o->held.v[k], strlen(o->held.v[k]));
		if (w > o->width[k % o->n])
			o->width[k % o->n] = w < most ? w : most;
	}
	fit_terminal(o);
	if (!o->ctx->g.no_headers && o->rows && titles[0])
		table_line(o, titles, true);
	for (size_t k = 0; k + o->n <= o->held.n; k += o->n)
		table_line(o, o->held.v + k, false);
	for (size_t i = 0; i < o->n; i++)
		free(titles[i]);
	for (size_t k = 0; k < o->held.n; k++)
		free(o->held.v[k]);
	o->held.n = 0;
	o->aligned = true;
}

static void table_row(struct out *o, struct mf_object *object)
{
	size_t count;
	const struct mf_field *f = mf_fields(o->entity, &count);
	struct buf cell = BUF_INIT(1 << 24);
	size_t first = o->held.n;
	for (size_t i = 0; i < o->n; i++) {
		buf_clear(&cell);
		if (mf_object_error(object))
			buf_adds(&cell, i ? "-" : mf_object_id(object));
		else
			out_cell(o->ctx, &cell, &f[o->fields[i]], mf_object_field(object, o->fields[i]));
		char *copy = strdup(cell.p);
		if (copy && !vec_push(&o->held, copy))
			free(copy);
	}
	buf_release(&cell);
	if (o->aligned) {
		if (o->held.n - first == o->n)
			table_line(o, o->held.v + first, false);
		while (o->held.n > first)
			free(o->held.v[--o->held.n]);
	} else if (o->held.n >= HELD_ROWS * o->n) {
		release_held(o);
	}
}

/* ---- the interface ---- */

struct out *out_open(struct cmd_ctx *ctx, enum mf_entity entity, const int *fields, size_t n)
{
	struct out *o = calloc(1, sizeof(*o));
	if (!o)
		return NULL;
	o->ctx = ctx;
	buf_init(&o->row, (size_t)1 << 31);
	o->entity = entity;
	o->format = ctx->format == FORMAT_DEFAULT ? FORMAT_TABLE : ctx->format;
	o->n = n < MAX_FIELDS ? n : MAX_FIELDS;
	memcpy(o->fields, fields, o->n * sizeof(*fields));
	o->tabs = o->format == FORMAT_TSV || ((o->format == FORMAT_TABLE || o->format == FORMAT_WIDE) && !ctx->out_tty && ctx->format == FORMAT_DEFAULT);
	return o;
}

void out_kind(struct out *o, enum mf_entity entity, const int *fields, size_t n, const char *const *names, size_t n_names)
{
	o->entity = entity;
	o->n = n < MAX_FIELDS ? n : MAX_FIELDS;
	memcpy(o->fields, fields, o->n * sizeof(*fields));
	o->names = names;
	o->n_names = n_names;
	o->tabs = o->tabs || names;
}

static void begin(struct out *o)
{
	if (o->begun)
		return;
	o->begun = true;
	if (o->format == FORMAT_JSON)
		fputc('[', o->ctx->out);
	if ((o->format == FORMAT_CSV || o->tabs) && !o->ctx->g.no_headers && !for_people(o))
		separated_header(o);
}

void out_failed(struct out *o)
{
	o->failed = true;
}

void out_row(struct out *o, struct mf_object *object)
{
	begin(o);
	if (o->format != FORMAT_NAME && out_say_errors(o->ctx, object, o->fields, o->n))
		o->partial = true;
	if (o->format == FORMAT_JSON || o->format == FORMAT_NDJSON) {
		struct buf *b = &o->row;
		buf_clear(b);
		if (o->format == FORMAT_JSON && o->rows)
			buf_adds(b, ",\n ");
		out_json(o->ctx, b, object, o->fields, o->n, &o->partial);
		if (o->format == FORMAT_NDJSON)
			buf_addc(b, '\n');
		if (b->failed)
			o->partial = cmd_fail(o->ctx, b->failed, mf_object_pathspec(object), "too large to print");
		else
			fwrite(b->p, 1, b->n, o->ctx->out);
	} else if (o->format == FORMAT_NAME) {
		out_put(o->ctx, mf_object_pathspec(object), strlen(mf_object_pathspec(object)));
		fputc('\n', o->ctx->out);
	} else if (o->format == FORMAT_CSV || o->tabs) {
		separated_row(o, object);
	} else {
		table_row(o, object);
	}
	stats_row(o->ctx);
	o->rows++;
}

int out_close(struct out *o)
{
	bool nothing = o->failed && !o->begun; /* an empty list would be an answer */
	if (!nothing)
		begin(o);
	if (o->format == FORMAT_JSON && !nothing)
		fputs("]\n", o->ctx->out);
	if (!nothing && !o->aligned && !o->tabs && (o->format == FORMAT_TABLE || o->format == FORMAT_WIDE))
		release_held(o);
	vec_release(&o->held);
	buf_release(&o->row);
	int code = o->partial ? mf_code_exit(MF_EPARTIAL) : 0;
	free(o);
	return code;
}
