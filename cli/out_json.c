#include "../clientlib/base/fmt.h"
#include "out.h"

#include <string.h>

/* Does a field's value hold something that could not be read? Fields are records: a few levels at most. */
static const struct mf_error *failure_in(const struct mf_value *v, int depth)
{
	if (mf_value_kind(v) <= MF_STRING) /* most are */
		return NULL;
	const struct mf_error *e = mf_value_error(v);
	for (size_t i = 0; !e && depth < 8 && i < mf_value_count(v); i++)
		e = failure_in(mf_value_item(v, i), depth + 1);
	return e;
}

bool out_say_errors(struct cmd_ctx *ctx, struct mf_object *object, const int *fields, size_t n)
{
	size_t count;
	const struct mf_field *all = mf_fields(mf_object_entity(object), &count);
	bool any = false;
	const struct mf_error *own = mf_object_error(object);
	if (own) {
		cmd_error(ctx, own);
		return true;
	}
	for (size_t i = 0; i < n; i++) {
		const struct mf_error *e = failure_in(mf_object_field(object, fields[i]), 0);
		if (!e)
			continue;
		struct mf_error said = *e;
		snprintf(said.where, sizeof(said.where), "%s: %s", mf_object_pathspec(object), all[fields[i]].name);
		cmd_error(ctx, &said);
		any = true;
	}
	return any;
}

static void add_error(struct buf *b, const struct mf_error *e)
{
	buf_addf(b, "{\"code\":\"%s\",\"message\":", mf_code_name(e->code));
	out_string(b, e->message);
	buf_addc(b, '}');
}

void out_steps(struct cmd_ctx *ctx, struct buf *b, struct mf_object *run, bool *partial)
{
	int fields[64];
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *step;
	struct mf_error err = MF_ERROR_INIT;
	size_t n = out_default_fields(MF_STEP, false, fields, ARRAY_SIZE(fields)), i = 0;
	opts.hidden = ctx->hidden;
	opts.fields = fields;
	opts.n_fields = n;
	if (mf_list(&iter, ctx->client, mf_object_pathspec(run), &opts, &err) < 0) {
		buf_adds(b, "{\"$error\":");
		add_error(b, &err);
		buf_addc(b, '}');
		*partial = true;
		return;
	}
	buf_addc(b, '[');
	while (mf_iter_next(iter, &step, NULL) == 1) {
		buf_adds(b, i++ ? "," : "");
		if (out_say_errors(ctx, step, fields, n))
			*partial = true;
		out_json(ctx, b, step, fields, n, partial);
		mf_object_free(step);
	}
	buf_addc(b, ']');
	mf_iter_free(iter);
}

static bool needs_no_escape(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < 0x20 || p[i] > 0x7e || p[i] == '"' || p[i] == '\\')
			return false;
	return true;
}

/* Most are words, truths and nothing: the printer of values costs more than they do. */
void out_value(struct buf *b, const struct mf_value *v)
{
	struct mf_sink sink = {buf_sink_write, b};
	size_t n = 0;
	const char *text = mf_value_kind(v) == MF_STRING ? mf_value_text(v, &n) : NULL;
	if (mf_value_kind(v) == MF_NULL) {
		buf_add(b, "null", 4);
	} else if (mf_value_kind(v) == MF_BOOL) {
		buf_adds(b, mf_value_bool(v) ? "true" : "false");
	} else if (text && needs_no_escape(text, n)) {
		buf_addc(b, '"');
		buf_add(b, text, n);
		buf_addc(b, '"');
	} else {
		mf_value_print_json(v, &sink, 0, NULL);
	}
}

/* "name": behind a comma, unless it is the first. */
static void add_key(struct buf *b, const char *name, bool first)
{
	size_t n = strlen(name);
	if (!buf_reserve(b, n + 4))
		return;
	char *p = b->p + b->n;
	if (!first)
		*p++ = ',';
	*p++ = '"';
	memcpy(p, name, n);
	memcpy(p + n, "\":", 3);
	b->n = (size_t)(p - b->p) + n + 2;
}

void out_json(struct cmd_ctx *ctx, struct buf *b, struct mf_object *object, const int *fields, size_t n, bool *partial)
{
	size_t count;
	const struct mf_field *all = mf_fields(mf_object_entity(object), &count);
	const struct mf_error *own = mf_object_error(object);
	if (own) {
		buf_adds(b, "{\"pathspec\":");
		out_string(b, mf_object_pathspec(object));
		buf_adds(b, ",\"$error\":");
		add_error(b, own);
		buf_addc(b, '}');
		*partial = true;
		return;
	}
	buf_addc(b, '{');
	for (size_t i = 0; i < n; i++) {
		const struct mf_field *f = &all[fields[i]];
		add_key(b, f->name, !i);
		if (f->entity == MF_RUN && str_eq(f->name, "steps")) {
			out_steps(ctx, b, object, partial);
			continue;
		}
		const struct mf_value *v = mf_object_field(object, fields[i]);
		if (f->type == MF_T_TIME && mf_value_kind(v) == MF_INT) {
			buf_addc(b, '"');
			fmt_rfc3339(b, mf_value_int(v));
			buf_addc(b, '"');
			continue;
		}
		if (failure_in(v, 0))
			*partial = true;
		out_value(b, v);
	}
	buf_addc(b, '}');
}

/* JSON text with two-space indentation and colours for a terminal. The text is ours, so a scan for its marks is enough. */
static void indent(struct buf *out, const char *p, size_t n, bool color)
{
	int depth = 0;
	bool key = false;
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		if (c == '"') {
			size_t end = i + 1;
			while (end < n && p[end] != '"')
				end += p[end] == '\\' ? 2 : 1;
			key = end + 1 < n && p[end + 1] == ':';
			if (color)
				buf_adds(out, key ? "\033[36m" : "\033[32m");
			buf_add(out, p + i, end + 1 - i);
			if (color)
				buf_adds(out, "\033[0m");
			i = end;
		} else if (c == '{' || c == '[') {
			buf_addc(out, c);
			if (i + 1 < n && (p[i + 1] == '}' || p[i + 1] == ']')) {
				buf_addc(out, p[++i]);
				continue;
			}
			buf_addf(out, "\n%*s", ++depth * 2, "");
		} else if (c == '}' || c == ']') {
			buf_addf(out, "\n%*s%c", --depth * 2, "", c);
		} else if (c == ',') {
			buf_addf(out, ",\n%*s", depth * 2, "");
		} else if (c == ':') {
			buf_adds(out, ": ");
		} else {
			buf_addc(out, c);
		}
	}
}

int out_object(struct cmd_ctx *ctx, struct mf_object *object, const int *fields, size_t n)
{
	struct buf b = BUF_INIT((size_t)1 << 31), pretty = BUF_INIT((size_t)1 << 31);
	bool partial = false;
	int code = 0;
	out_json(ctx, &b, object, fields, n, &partial);
	if (b.failed)
		code = cmd_fail(ctx, b.failed, mf_object_pathspec(object), "too large to print");
	if (!code && ctx->out_tty && ctx->format != FORMAT_NDJSON) {
		indent(&pretty, b.p, b.n, ctx->color);
		fwrite(pretty.p, 1, pretty.n, ctx->out);
	} else if (!code) {
		fwrite(b.p, 1, b.n, ctx->out);
	}
	if (!code)
		fputc('\n', ctx->out);
	out_say_errors(ctx, object, fields, n);
	buf_release(&b);
	buf_release(&pretty);
	return code ? code : partial ? mf_code_exit(MF_EPARTIAL) : 0;
}
