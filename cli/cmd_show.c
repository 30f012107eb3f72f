#include <stdlib.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "cmd.h"
#include "out.h"

struct args {
	int attempt;
	bool all;
};

static const struct opt opts[] = {
	{"attempt", 0, OPT_INT, offsetof(struct args, attempt), "N", "that attempt of a task or artifact"},
	{"all", 'a', OPT_FLAG, offsetof(struct args, all), NULL, "also hidden steps and artifacts"},
	{0}};

static const char *const examples[] = {"the newest run of a flow|mfctl show TrainFlow/latest",
	"why a task failed|mfctl show TrainFlow/latest-failed/train/17", "for a script|mfctl show TrainFlow/1834 -o json", NULL};

/* ---- for people ---- */

enum { LABEL_WIDTH = 14 };

static void label(struct cmd_ctx *ctx, const char *name)
{
	fprintf(ctx->out, "%s%-*s%s ", out_dim(ctx), LABEL_WIDTH, name, out_plain(ctx));
}

static void line(struct cmd_ctx *ctx, struct mf_object *o, const char *field, const char *name)
{
	int id = mf_field_find(mf_object_entity(o), field);
	size_t count;
	const struct mf_field *f = mf_fields(mf_object_entity(o), &count);
	const struct mf_value *v = id < 0 ? NULL : mf_object_field(o, id);
	struct buf b = BUF_INIT(1 << 24);
	if (mf_value_kind(v) == MF_NULL || (f[id].type == MF_T_LIST && !mf_value_count(v)))
		return;
	out_cell(ctx, &b, &f[id], v);
	label(ctx, name);
	const char *word = f[id].type == MF_T_STATUS ? strchr(b.p, ' ') : NULL;
	fprintf(ctx->out, "%s%s%s\n", word ? out_color(ctx, word + 1) : "", b.p, word ? out_plain(ctx) : "");
	buf_release(&b);
}

static void text_line(struct cmd_ctx *ctx, const char *name, const struct mf_value *v)
{
	size_t n;
	const char *p = mf_value_text(v, &n);
	struct buf b = BUF_INIT(1 << 24);
	if (!p)
		return;
	text_escape(&b, p, n, 0);
	label(ctx, name);
	fprintf(ctx->out, "%s\n", b.p);
	buf_release(&b);
}

static void block(struct cmd_ctx *ctx, const struct mf_value *v)
{
	size_t n;
	const char *p = mf_value_text(v, &n);
	struct buf b = BUF_INIT(1 << 24);
	if (!p)
		return;
	while (n && p[n - 1] == '\n')
		n--;
	text_escape(&b, p, n, TEXT_KEEP_NL);
	for (char *s = b.p, *end = b.p + b.n; s < end;) {
		size_t len = strcspn(s, "\n");
		fprintf(ctx->out, "    %.*s\n", (int)len, s);
		s += len + 1;
	}
	buf_release(&b);
}

static void heading(struct cmd_ctx *ctx, const char *text)
{
	fprintf(ctx->out, "\n%s%s%s\n", out_bold(ctx), text, out_plain(ctx));
}

static void children(struct cmd_ctx *ctx, struct mf_object *o, const char *const *names, size_t limit)
{
	enum mf_entity entity = mf_object_entity(o) + 1;
	int fields[16];
	size_t n = 0;
	struct mf_list_options lo = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *child;
	while (names[n]) {
		fields[n] = mf_field_find(entity, names[n]);
		n++;
	}
	lo.hidden = ctx->hidden;
	lo.attempt = ctx->attempt;
	lo.fields = fields;
	lo.n_fields = n;
	lo.limit = limit;
	if (mf_list(&iter, ctx->client, mf_object_pathspec(o), &lo, NULL) < 0)
		return;
	enum format kept = ctx->format;
	ctx->format = FORMAT_TABLE;
	size_t total = mf_iter_total(iter), shown = 0;
	struct out *out = out_open(ctx, entity, fields, n);
	while (out && mf_iter_next(iter, &child, NULL) == 1) {
		out_row(out, child);
		mf_object_free(child);
		shown++;
	}
	if (out)
		out_close(out);
	if (limit && total > shown)
		fprintf(ctx->out, "%s… %zu more: mfctl ls %s%s\n", out_dim(ctx), total - shown, mf_object_pathspec(o),
			out_plain(ctx));
	ctx->format = kept;
	mf_iter_free(iter);
}

static void reason(struct cmd_ctx *ctx, struct mf_object *o)
{
	const struct mf_value *r = mf_object_get(o, "status_reason");
	text_line(ctx, "because", mf_value_get(r, "text"));
}

/* One line for each event that triggered the run: the run that caused it, what happened, and when. */
static void trigger_line(struct cmd_ctx *ctx, const char *name, const struct mf_value *event)
{
	size_t n, kind;
	const char *id = mf_value_text(mf_value_get(event, "id"), &n), *p;
	const char *type = mf_value_text(mf_value_get(event, "type"), &kind);
	struct buf b = BUF_INIT(1 << 20), at = BUF_INIT(64);
	int64_t ms;
	if (id && type && kind == 3 && memcmp(type, "run", 3) == 0) { /* a task of that run */
		const char *slash = memchr(id, '/', n), *end = slash ? memchr(slash + 1, '/', n - (size_t)(slash + 1 - id)) : NULL;
		text_escape(&b, id, end ? (size_t)(end - id) : n, 0);
		buf_adds(&b, "  ");
	}
	if ((p = mf_value_text(mf_value_get(event, "name"), &n)) || (p = mf_value_text(mf_value_get(event, "id"), &n)))
		text_escape(&b, p, n, 0);
	if ((p = mf_value_text(mf_value_get(event, "timestamp"), &n)))
		buf_add(&at, p, n);
	if (at.n && parse_time(at.p, ctx->now, &ms)) {
		buf_adds(&b, "  ");
		out_time(ctx, &b, ms);
	}
	label(ctx, name);
	fprintf(ctx->out, "%s\n", b.p);
	buf_release(&b);
	buf_release(&at);
}

static void triggers(struct cmd_ctx *ctx, struct mf_object *run)
{
	const struct mf_value *trigger = mf_object_get(run, "trigger"), *events = mf_value_get(trigger, "events");
	if (mf_value_kind(trigger) == MF_FAILURE)
		line(ctx, run, "trigger", "triggered by");
	for (size_t i = 0; i < mf_value_count(events); i++)
		trigger_line(ctx, i ? "" : "triggered by", mf_value_item(events, i));
}

static void show_run(struct cmd_ctx *ctx, struct mf_object *o)
{
	static const char *const steps[] = {"id", "status", "task_counts", "created_at", "duration_ms", NULL};
	line(ctx, o, "status", "status");
	reason(ctx, o);
	line(ctx, o, "created_at", "started");
	line(ctx, o, "duration_ms", "duration");
	line(ctx, o, "user_name", "user");
	line(ctx, o, "owner", "owner");
	line(ctx, o, "user_tags", "tags");
	line(ctx, o, "system_tags", "system tags");
	line(ctx, o, "origin_pathspec", "resumed from");
	triggers(ctx, o);
	const struct mf_value *code = mf_object_get(o, "code");
	text_line(ctx, "script", mf_value_get(code, "script_name"));
	heading(ctx, "Steps");
	children(ctx, o, steps, 0);
}

/* Where it ran, heading by heading; a link stands below its value. */
static void places(struct cmd_ctx *ctx, struct mf_object *o)
{
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_place *p;
	size_t n;
	int rc = mf_task_places(o, &p, &n, &err);
	for (size_t i = 0; i < n; i++) {
		size_t width = LABEL_WIDTH;
		heading(ctx, p[i].title);
		for (size_t k = 0; k < p[i].n; k++)
			if (strlen(p[i].facts[k].label) > width)
				width = strlen(p[i].facts[k].label);
		if (width > 2 * LABEL_WIDTH)
			width = 2 * LABEL_WIDTH;
		for (size_t k = 0; k < p[i].n; k++) {
			const struct mf_place_fact *f = &p[i].facts[k];
			struct buf name = BUF_INIT(1 << 16), b = BUF_INIT(1 << 24);
			text_escape(&name, f->label, strlen(f->label), 0);
			text_escape(&b, f->value, strlen(f->value), 0);
			fprintf(ctx->out, "%s%-*s%s %s\n", out_dim(ctx), (int)width, name.p, out_plain(ctx), b.p);
			if (f->url)
				fprintf(ctx->out, "%*s %s%s%s\n", (int)width, "", out_dim(ctx), f->url, out_plain(ctx));
			buf_release(&name);
			buf_release(&b);
		}
	}
	if (rc < 0) {
		heading(ctx, "Where it ran");
		fprintf(ctx->out, "(%s)\n", mf_code_name(rc));
	}
}

/* The start task carries the trigger of its run. */
static void task_triggers(struct cmd_ctx *ctx, struct mf_object *task)
{
	const char *path = mf_object_pathspec(task);
	size_t n = strcspn(path, "/");
	struct buf run = BUF_INIT(1 << 16);
	struct mf_object *o;
	if (!mf_value_get(mf_object_get(task, "metadata_dict"), "execution-triggers"))
		return;
	n += path[n] == '/';
	buf_add(&run, path, n + strcspn(path + n, "/"));
	if (!run.failed && mf_get(&o, ctx->client, run.p, NULL, NULL) == MF_OK) {
		triggers(ctx, o);
		mf_object_free(o);
	}
	buf_release(&run);
}

static void show_task(struct cmd_ctx *ctx, struct mf_object *o)
{
	static const char *const artifacts[] = {"name", "type", "size", "sha", NULL};
	line(ctx, o, "status", "status");
	reason(ctx, o);
	line(ctx, o, "created_at", "created");
	line(ctx, o, "duration_ms", "duration");
	line(ctx, o, "attempts", "attempts");
	line(ctx, o, "foreach_path", "foreach");
	line(ctx, o, "runtime_name", "runtime");
	line(ctx, o, "origin_pathspec", "cloned from");
	task_triggers(ctx, o);
	line(ctx, o, "parent_tasks", "parents");
	line(ctx, o, "child_tasks", "children");
	line(ctx, o, "stdout_size", "stdout");
	line(ctx, o, "stderr_size", "stderr");
	const struct mf_value *e = mf_object_get(o, "exception");
	if (mf_value_kind(e) == MF_DICT) {
		heading(ctx, "Exception");
		text_line(ctx, "type", mf_value_get(e, "type"));
		text_line(ctx, "message", mf_value_get(e, "message"));
		block(ctx, mf_value_get(e, "stacktrace"));
	}
	places(ctx, o);
	heading(ctx, "Metadata");
	const struct mf_value *md = mf_object_get(o, "metadata_dict");
	for (size_t i = 0; i < mf_value_count(md); i++) {
		struct buf b = BUF_INIT(1 << 24), name = BUF_INIT(1 << 16);
		struct mf_sink sink = {buf_sink_write, &b};
		size_t n;
		const char *p = mf_value_text(mf_value_key(md, i), &n);
		text_escape(&name, p ? p : "", n, 0);
		if ((p = mf_value_text(mf_value_item(md, i), &n)))
			text_escape(&b, p, n, 0);
		else
			mf_value_print_json(mf_value_item(md, i), &sink, 0, NULL);
		fprintf(ctx->out, "%s%-24s%s %s\n", out_dim(ctx), name.p, out_plain(ctx), b.p);
		buf_release(&b);
		buf_release(&name);
	}
	heading(ctx, "Artifacts");
	children(ctx, o, artifacts, 0);
}

static void show_text(struct cmd_ctx *ctx, struct mf_object *o)
{
	static const char *const runs[] = {"id", "status", "created_at", "duration_ms", "user_name", "user_tags", NULL};
	static const char *const tasks[] = {"id", "status", "foreach_path", "attempts", "created_at", "duration_ms", NULL};
	struct buf b = BUF_INIT(1 << 20);
	text_escape(&b, mf_object_pathspec(o), strlen(mf_object_pathspec(o)), 0);
	fprintf(ctx->out, "%s%s%s\n", out_bold(ctx), b.p, out_plain(ctx));
	buf_release(&b);
	switch (mf_object_entity(o)) {
	case MF_FLOW:
		line(ctx, o, "created_at", "created");
		line(ctx, o, "latest_run", "latest run");
		line(ctx, o, "latest_successful_run", "successful");
		heading(ctx, "Runs");
		children(ctx, o, runs, 10);
		break;
	case MF_RUN: show_run(ctx, o); break;
	case MF_STEP:
		line(ctx, o, "status", "status");
		line(ctx, o, "created_at", "started");
		line(ctx, o, "duration_ms", "duration");
		line(ctx, o, "parent_steps", "parents");
		line(ctx, o, "child_steps", "children");
		line(ctx, o, "task_counts", "tasks");
		heading(ctx, "Tasks");
		children(ctx, o, tasks, ctx->out_tty ? 50 : 0);
		break;
	case MF_TASK: show_task(ctx, o); break;
	default:
		line(ctx, o, "type", "type");
		line(ctx, o, "size", "size");
		line(ctx, o, "sha", "sha");
		line(ctx, o, "content_type", "encoding");
		line(ctx, o, "attempt", "attempt");
		line(ctx, o, "created_at", "created");
		line(ctx, o, "ds_type", "store");
		line(ctx, o, "location", "location");
	}
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o = NULL;
	struct mf_get_options go = {.attempt = args->attempt, .ns = ctx->ns};
	int code = 0, fields[128];
	ctx->hidden = args->all;
	ctx->attempt = args->attempt;
	char *path = cmd_one(ctx, argv, argc, -1, &code);
	if (!path)
		return code;
	if (mf_get(&o, ctx->client, path, &go, &err) < 0) {
		code = cmd_error(ctx, &err);
		goto done;
	}
	mf_object_show_hidden(o, args->all);
	enum mf_entity entity = mf_object_entity(o);
	size_t n = out_default_fields(entity, true, fields, ARRAY_SIZE(fields));
	if (ctx->g.fields) {
		int k = cmd_fields(ctx, entity, ctx->g.fields, fields, ARRAY_SIZE(fields), &code);
		if (k < 0)
			goto done;
		n = (size_t)k;
	}
	if (ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON) {
		code = out_object(ctx, o, fields, n);
	} else if (ctx->format == FORMAT_DEFAULT && !ctx->g.fields) {
		show_text(ctx, o);
	} else {
		struct out *out = out_open(ctx, entity, fields, n);
		if (out) {
			out_row(out, o);
			code = out_close(out);
		}
	}
done:
	mf_object_free(o);
	free(path);
	return code;
}

static const struct args defaults = {.attempt = -1};

const struct command cmd_show = {.name = "show", .arguments = "PATHSPEC", .summary = "show one object in full",
	.flags = NEED_CLIENT | PAGER_OK | COMPLETE_PATHSPEC, .opts = opts, .args_size = sizeof(struct args),
	.defaults = &defaults, .examples = examples, .formats = FORMATS_LIST, .run = run};
