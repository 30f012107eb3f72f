#include <stdlib.h>
#include <string.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "../clientlib/base/vec.h"
#include "cmd.h"
#include "out.h"

struct args {
	bool tasks;
};

static const struct opt opts[] = {
	{"tasks", 0, OPT_FLAG, offsetof(struct args, tasks), NULL, "a row for each task and attempt instead of each step"}, {0}};

static const char *const examples[] = {"where the time went|mfctl timeline TrainFlow/latest",
	"every attempt of every task, as CSV|mfctl timeline TrainFlow/latest --tasks -o csv", NULL};

/* One attempt of one task. */
struct span {
	char *task, *value; /* value: of its foreach, NULL */
	size_t step;
	int attempt, attempts;
	int64_t queued, started, finished; /* finished: MF_NO_TIME while it runs */
	char status[12];
};

struct table {
	VEC(struct span) spans;
	VEC(char *) steps;
	int64_t from, to;
};

static void release(struct table *t)
{
	for (size_t i = 0; i < t->spans.n; i++) {
		free(t->spans.v[i].task);
		free(t->spans.v[i].value);
	}
	for (size_t i = 0; i < t->steps.n; i++)
		free(t->steps.v[i]);
	vec_release(&t->spans);
	vec_release(&t->steps);
}

static int64_t time_of(struct mf_object *o, const char *field)
{
	const struct mf_value *v = mf_object_get(o, field);
	return mf_value_kind(v) == MF_INT ? mf_value_int(v) : MF_NO_TIME;
}

static char *text_of(struct mf_object *o, const char *field)
{
	size_t n;
	const char *p = mf_value_text(mf_object_get(o, field), &n);
	return p ? strndup(p, n) : NULL;
}

static void add_attempt(struct cmd_ctx *ctx, struct table *t, struct mf_object *task, int attempt, int attempts, size_t step)
{
	struct mf_get_options go = {.attempt = attempt};
	struct mf_object *o = NULL;
	struct span s = {.step = step, .attempt = attempt, .attempts = attempts, .queued = mf_object_created(task)};
	/* the current attempt is the task as it is; earlier ones are asked for */
	bool current = attempt == (int)mf_value_int(mf_object_get(task, "current_attempt"));
	if (!current && mf_get(&o, ctx->client, mf_object_pathspec(task), &go, NULL) < 0)
		return;
	struct mf_object *of = o ? o : task;
	char *status = text_of(of, "status");
	s.started = time_of(of, "started_at");
	s.finished = time_of(of, "ended_at");
	snprintf(s.status, sizeof(s.status), "%s", status ? status : "unknown");
	free(status);
	if (attempt > 0 && s.started != MF_NO_TIME)
		s.queued = s.started;
	if (s.started == MF_NO_TIME)
		s.started = s.queued;
	s.task = strdup(mf_object_id(task));
	s.value = text_of(task, "foreach_value");
	mf_object_free(o);
	if (!s.task || !vec_push(&t->spans, s)) {
		free(s.task);
		free(s.value);
		return;
	}
	int64_t end = s.finished != MF_NO_TIME ? s.finished : str_eq(s.status, "running") ? cmd_now(ctx) : s.started;
	if (s.queued != MF_NO_TIME && s.queued < t->from)
		t->from = s.queued;
	if (end != MF_NO_TIME && end > t->to)
		t->to = end;
}

static int gather(struct cmd_ctx *ctx, const char *run, struct table *t)
{
	static const char *const names[] = {"attempts", "status", "started_at", "ended_at", "current_attempt", "foreach_value"};
	int fields[ARRAY_SIZE(names)];
	struct mf_list_options lo = MF_LIST_INIT, to = MF_LIST_INIT;
	struct mf_error err = MF_ERROR_INIT;
	struct mf_iter *steps, *tasks;
	struct mf_object *step, *task;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		fields[i] = mf_field_find(MF_TASK, names[i]);
	to.fields = fields;
	to.n_fields = ARRAY_SIZE(fields);
	lo.cancel = to.cancel = ctx->cancel;
	if (mf_list(&steps, ctx->client, run, &lo, &err) < 0)
		return cmd_error(ctx, &err);
	t->from = INT64_MAX;
	t->to = INT64_MIN;
	while (mf_iter_next(steps, &step, NULL) == 1) {
		char *name = strdup(mf_object_id(step));
		if (name && vec_push(&t->steps, name) && mf_list(&tasks, ctx->client, mf_object_pathspec(step), &to, NULL) == 0) {
			while (mf_iter_next(tasks, &task, NULL) == 1) {
				const struct mf_value *a = mf_object_get(task, "attempts");
				size_t n = mf_value_count(a);
				for (size_t i = 0; i < n; i++)
					add_attempt(ctx, t, task, (int)mf_value_int(mf_value_item(a, i)), (int)n, t->steps.n - 1);
				if (!n)
					add_attempt(ctx, t, task, 0, 1, t->steps.n - 1);
				mf_object_free(task);
			}
			mf_iter_free(tasks);
		}
		mf_object_free(step);
	}
	mf_iter_free(steps);
	return 0;
}

static int by_start(const void *pa, const void *pb)
{
	const struct span *a = pa, *b = pb;
	if (a->queued != b->queued)
		return a->queued < b->queued ? -1 : 1;
	int c = strcmp(a->task, b->task);
	return c ? c : a->attempt - b->attempt;
}

/* ---- rows: attempts, or steps as the sum of their attempts ---- */

struct row {
	const char *step, *task, *value, *status;
	int attempt; /* -1: a step */
	size_t n_tasks, n_attempts;
	int64_t queued, started, finished;
	size_t first, count; /* its spans */
};

static void step_row(const struct table *t, size_t step, struct row *r, bool *running)
{
	*r = (struct row){.step = t->steps.v[step], .attempt = -1, .status = "completed", .queued = INT64_MAX,
		.started = INT64_MAX, .finished = INT64_MIN};
	*running = false;
	for (size_t i = 0; i < t->spans.n; i++) {
		const struct span *s = &t->spans.v[i];
		if (s->step != step)
			continue;
		r->n_attempts++;
		r->n_tasks += s->attempt == 0 || s->attempts == 1;
		if (s->queued < r->queued)
			r->queued = s->queued;
		if (s->started < r->started)
			r->started = s->started;
		if (s->finished != MF_NO_TIME && s->finished > r->finished)
			r->finished = s->finished;
		if (s->attempt + 1 < s->attempts)
			continue; /* a later attempt decides */
		if (str_eq(s->status, "running"))
			*running = true;
		else if (str_eq(s->status, "failed"))
			r->status = "failed";
		else if (!str_eq(s->status, "completed") && !str_eq(r->status, "failed"))
			r->status = "unknown";
	}
	if (*running) {
		r->status = "running";
		r->finished = MF_NO_TIME;
	}
	if (r->finished == INT64_MIN)
		r->finished = MF_NO_TIME;
}

/* INT64_MAX: no attempt has told */
static int64_t known(int64_t ms)
{
	return ms == INT64_MAX ? MF_NO_TIME : ms;
}

static void row_json(struct buf *b, const struct row *r)
{
	buf_adds(b, "{\"step\":");
	out_string(b, r->step);
	if (r->attempt >= 0) {
		buf_adds(b, ",\"task\":");
		out_string(b, r->task);
		buf_addf(b, ",\"attempt\":%d,\"foreach_value\":", r->attempt);
		if (r->value)
			out_string(b, r->value);
		else
			buf_adds(b, "null");
	} else {
		buf_addf(b, ",\"n_tasks\":%zu,\"n_attempts\":%zu", r->n_tasks, r->n_attempts);
	}
	buf_addf(b, ",\"status\":\"%s\"", r->status);
	out_key_time(b, "queued_at", known(r->queued));
	out_key_time(b, "started_at", known(r->started));
	out_key_time(b, "finished_at", known(r->finished));
	if (r->finished != MF_NO_TIME && r->started != INT64_MAX)
		buf_addf(b, ",\"duration_ms\":%lld,\"queue_ms\":%lld}", (long long)(r->finished - r->started),
			(long long)(r->started - r->queued));
	else
		buf_addf(b, ",\"duration_ms\":null,\"queue_ms\":%lld}",
			r->started != INT64_MAX ? (long long)(r->started - r->queued) : 0LL);
}

static void row_csv(struct cmd_ctx *ctx, const struct row *r, bool tasks)
{
	struct buf b = BUF_INIT(1 << 20);
	const char sep = ctx->format == FORMAT_TSV ? '\t' : ',';
	const int64_t times[] = {r->queued, r->started, r->finished};
	buf_adds(&b, r->step);
	if (tasks)
		buf_addf(&b, "%c%s%c%d", sep, r->task, sep, r->attempt);
	else
		buf_addf(&b, "%c%zu%c%zu", sep, r->n_tasks, sep, r->n_attempts);
	buf_addf(&b, "%c%s", sep, r->status);
	for (size_t i = 0; i < ARRAY_SIZE(times); i++) {
		buf_addc(&b, sep);
		if (times[i] != MF_NO_TIME && times[i] != INT64_MAX)
			fmt_rfc3339(&b, times[i]);
	}
	buf_addc(&b, sep);
	if (r->finished != MF_NO_TIME && r->started != INT64_MAX)
		buf_addf(&b, "%lld", (long long)(r->finished - r->started));
	fprintf(ctx->out, "%s\n", b.p);
	buf_release(&b);
}

/* ---- the drawing ---- */

static size_t column(const struct table *t, int64_t at, size_t width)
{
	int64_t span = t->to - t->from;
	if (span <= 0)
		return 0;
	int64_t x = (at - t->from) * (int64_t)width / span;
	return x < 0 ? 0 : x >= (int64_t)width ? width - 1 : (size_t)x;
}

static void paint(struct cmd_ctx *ctx, const struct table *t, const struct span *s, char *cells, size_t width)
{
	int64_t end = s->finished != MF_NO_TIME ? s->finished : str_eq(s->status, "running") ? cmd_now(ctx) : s->started;
	size_t q = column(t, s->queued, width), from = column(t, s->started, width), to = column(t, end, width);
	char fill = str_eq(s->status, "failed") ? 'f' : s->attempt > 0 ? 'r' : 'x';
	for (size_t i = q; i < from; i++)
		if (!cells[i])
			cells[i] = 'q';
	for (size_t i = from; i <= to; i++)
		if (!cells[i] || cells[i] == 'q' || fill == 'f')
			cells[i] = fill;
}

static void print_bar(struct cmd_ctx *ctx, const char *cells, size_t width, const char *status)
{
	static const struct {
		char cell;
		const char *text, *ascii;
	} fills[] = {{'q', "░", "q"}, {'x', "█", "#"}, {'f', "✗", "f"}, {'r', "▓", "r"}};
	const char *color = out_color(ctx, status);
	while (width && !cells[width - 1])
		width--;
	fputs(color, ctx->out);
	for (size_t i = 0; i < width; i++) {
		const char *text = " ";
		for (size_t k = 0; k < ARRAY_SIZE(fills); k++)
			if (fills[k].cell == cells[i])
				text = ctx->ascii ? fills[k].ascii : fills[k].text;
		fputs(text, ctx->out);
	}
	fputs(*color ? out_plain(ctx) : "", ctx->out);
}

static void draw_row(struct cmd_ctx *ctx, const struct table *t, const struct row *r, size_t width)
{
	char *cells = calloc(width + 1, 1);
	struct buf name = BUF_INIT(1 << 16), fit = BUF_INIT(1 << 16), time = BUF_INIT(64);
	if (!cells)
		return;
	if (r->attempt < 0) {
		buf_addf(&name, "%s %s", out_glyph(ctx, r->status), r->step);
		if (r->n_tasks > 1)
			buf_addf(&name, " ×%zu", r->n_tasks);
		if (r->n_attempts > r->n_tasks)
			buf_addf(&name, " (%zu attempts)", r->n_attempts);
	} else {
		buf_addf(&name, "%s %s/%s", out_glyph(ctx, r->status), r->step, r->task);
		if (r->value) {
			buf_addc(&name, ' ');
			text_escape(&name, r->value, strlen(r->value), 0);
		}
		if (r->attempt)
			buf_addf(&name, " attempt %d", r->attempt);
	}
	text_fit(&fit, name.p, name.n, 32, true, ctx->ascii);
	int64_t end = r->finished != MF_NO_TIME ? r->finished : str_eq(r->status, "running") ? cmd_now(ctx) : MF_NO_TIME;
	if (r->started != INT64_MAX && end != MF_NO_TIME)
		fmt_duration(&time, end - r->started);
	else
		buf_adds(&time, r->started != INT64_MAX ? "-" : "");
	for (size_t i = r->first; i < r->first + r->count; i++)
		if (str_eq(t->steps.v[t->spans.v[i].step], r->step))
			paint(ctx, t, &t->spans.v[i], cells, width);
	fprintf(ctx->out, "%s %9s  ", fit.p, time.p);
	print_bar(ctx, cells, width, r->status);
	fputc('\n', ctx->out);
	buf_release(&name);
	buf_release(&fit);
	buf_release(&time);
	free(cells);
}

static void print_rows(struct cmd_ctx *ctx, const char *path, const struct table *t, bool tasks)
{
	struct buf b = BUF_INIT((size_t)1 << 30);
	bool json = ctx->format == FORMAT_JSON, csv = ctx->format == FORMAT_CSV || ctx->format == FORMAT_TSV;
	size_t width = (ctx->width > 70 ? ctx->width : 110) - 46, n = 0;
	if (json) {
		buf_adds(&b, "{\"pathspec\":");
		out_string(&b, path);
		out_key_time(&b, "from", t->spans.n ? t->from : MF_NO_TIME);
		out_key_time(&b, "to", t->spans.n ? t->to : MF_NO_TIME);
		buf_adds(&b, ",\"rows\":[");
	} else if (csv && !ctx->g.no_headers) {
		const char *sep = ctx->format == FORMAT_TSV ? "\t" : ",";
		fprintf(ctx->out, "step%s%s%s%s%sstatus%squeued_at%sstarted_at%sfinished_at%sduration_ms\n", sep,
			tasks ? "task" : "n_tasks", sep, tasks ? "attempt" : "n_attempts", sep, sep, sep, sep, sep);
	} else if (!csv && t->spans.n) {
		struct buf length = BUF_INIT(64);
		fmt_duration(&length, t->to - t->from);
		fprintf(ctx->out, "%s%-32s %9s  0%*s%s\n", out_dim(ctx), "", "", (int)width - 1, length.p, out_plain(ctx));
		buf_release(&length);
	}
	for (size_t k = 0; k < (tasks ? t->spans.n : t->steps.n); k++) {
		struct row r;
		bool running;
		/* steps come newest first: show them in the order they started */
		size_t i = tasks ? k : t->steps.n - 1 - k;
		if (tasks) {
			const struct span *s = &t->spans.v[i];
			r = (struct row){.step = t->steps.v[s->step], .task = s->task, .value = s->value, .status = s->status,
				.attempt = s->attempt, .queued = s->queued, .started = s->started, .finished = s->finished,
				.first = i, .count = 1};
		} else {
			step_row(t, i, &r, &running);
			r.count = t->spans.n;
		}
		if (json) {
			buf_adds(&b, n++ ? "," : "");
			row_json(&b, &r);
		} else if (csv) {
			row_csv(ctx, &r, tasks);
		} else {
			draw_row(ctx, t, &r, width);
		}
	}
	if (json)
		fprintf(ctx->out, "%s]}\n", b.p);
	buf_release(&b);
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	struct table t = {0};
	int code = 0;
	char *path = cmd_one(ctx, argv, argc, MF_RUN, &code);
	if (path && !(code = gather(ctx, path, &t))) {
		if (t.spans.n > 1)
			qsort(t.spans.v, t.spans.n, sizeof(*t.spans.v), by_start);
		print_rows(ctx, path, &t, args->tasks);
	}
	release(&t);
	free(path);
	return code;
}

const struct command cmd_timeline = {.name = "timeline", .arguments = "FLOW/run",
	.summary = "queue, run and retry times of steps or tasks", .flags = NEED_CLIENT | PAGER_OK | COMPLETE_PATHSPEC,
	.opts = opts, .args_size = sizeof(struct args), .examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_CSV | 1u << FORMAT_TSV,
	.notes = "░ queued  █ running  ✗ a failed attempt  ▓ a retry (ASCII: q # f r)", .run = run};
