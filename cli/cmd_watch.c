#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "../clientlib/base/vec.h"
#include "cmd.h"
#include "out.h"

struct args {
	const char *interval;
};

static const struct opt opts[] = {
	{"interval", 'i', OPT_VALUE, offsetof(struct args, interval), "DURATION", "how often to look (2s; 5s for a service)"}, {0}};

static const char *const examples[] = {"all runs|mfctl watch", "one run until it ends|mfctl watch TrainFlow/latest",
	"events for a script|mfctl watch TrainFlow -o ndjson", NULL};

/* What was seen of an object last: a change of the text is an event. */
struct seen {
	char *pathspec;
	char *text;
};

struct watch {
	struct cmd_ctx *ctx;
	const char *path; /* "" : all flows */
	VEC(struct seen) seen;
	bool first;
	size_t rows, columns;
};

static void add_row(struct watch *w, struct buf *b, struct mf_object *o, const char *const *names)
{
	enum mf_entity entity = mf_object_entity(o);
	size_t count;
	const struct mf_field *f = mf_fields(entity, &count);
	struct cmd_ctx *ctx = w->ctx;
	for (size_t i = 0; names[i]; i++) {
		int id = mf_field_find(entity, names[i]);
		struct buf cell = BUF_INIT(1 << 20);
		out_cell(ctx, &cell, &f[id], mf_object_field(o, id));
		const char *word = f[id].type == MF_T_STATUS ? strchr(cell.p, ' ') : NULL;
		buf_addf(b, "%s%s%-*s%s", i ? "  " : "", word ? out_color(ctx, word + 1) : "",
			word ? 13 : i == 1 ? 28 : 12, cell.p, word ? out_plain(ctx) : "");
		buf_release(&cell);
	}
	buf_addc(b, '\n');
}

/* Event of an object: {"event", "entity", "pathspec", "status", …} when it is new or has changed. */
static void event(struct watch *w, struct mf_object *o)
{
	static const char *const run_names[] = {"pathspec", "status", "status_reason", "created_at", "finished_at", NULL};
	static const char *const task_names[] = {"pathspec", "status", "status_reason", "current_attempt", "created_at",
		"finished_at", NULL};
	const char *const *names = mf_object_entity(o) == MF_TASK ? task_names : run_names;
	const char *path = mf_object_pathspec(o);
	int fields[8];
	size_t n = 0;
	bool partial = false;
	for (; names[n]; n++)
		fields[n] = mf_field_find(mf_object_entity(o), names[n]);
	struct buf key = BUF_INIT(1 << 20), b = BUF_INIT(1 << 24);
	const struct mf_value *status = mf_object_get(o, "status");
	size_t len;
	const char *s = mf_value_text(status, &len);
	buf_addf(&key, "%.*s %lld", s ? (int)len : 0, s ? s : "", (long long)mf_value_int(mf_object_get(o, "current_attempt")));
	struct seen *old = NULL;
	for (size_t i = 0; i < w->seen.n && !old; i++)
		if (str_eq(w->seen.v[i].pathspec, path))
			old = &w->seen.v[i];
	if (!old || !str_eq(old->text, key.p)) {
		buf_addf(&b, "{\"event\":\"%s\",\"entity\":\"%s\",", old ? "changed" : w->first ? "present" : "new",
			mf_entity_name(mf_object_entity(o)));
		struct buf fields_json = BUF_INIT(1 << 24);
		out_json(w->ctx, &fields_json, o, fields, n, &partial);
		buf_adds(&b, fields_json.n ? fields_json.p + 1 : "}");
		buf_addc(&b, '\n');
		buf_release(&fields_json);
		fwrite(b.p, 1, b.n, w->ctx->out);
		char *text = strdup(key.p);
		if (old && text) {
			free(old->text);
			old->text = text;
		} else if (text) {
			struct seen fresh = {.pathspec = strdup(path), .text = text};
			if (!fresh.pathspec || !vec_push(&w->seen, fresh)) {
				free(fresh.pathspec);
				free(text);
			}
		}
	}
	buf_release(&key);
	buf_release(&b);
}

static void look_children(struct watch *w, struct buf *screen, const char *path, size_t limit, const char *const *names,
	int events_depth);

static void look_at(struct watch *w, struct buf *screen, struct mf_object *o, const char *const *names, int events_depth)
{
	enum mf_entity entity = mf_object_entity(o);
	if (screen)
		add_row(w, screen, o, names);
	else if (entity == MF_RUN || entity == MF_TASK)
		event(w, o);
	if (!screen && events_depth > 0)
		look_children(w, NULL, mf_object_pathspec(o), 0, NULL, events_depth - 1);
}

static void look_children(struct watch *w, struct buf *screen, const char *path, size_t limit, const char *const *names,
	int events_depth)
{
	struct mf_list_options lo = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *o;
	lo.limit = limit;
	lo.ns = w->ctx->ns;
	lo.cancel = w->ctx->cancel;
	if (mf_list(&iter, w->ctx->client, path, &lo, NULL) < 0)
		return;
	while (mf_iter_next(iter, &o, NULL) == 1) {
		if (!mf_object_error(o))
			look_at(w, screen, o, names, events_depth);
		mf_object_free(o);
	}
	mf_iter_free(iter);
}

/* The newest runs of every flow. */
static void look_flows(struct watch *w, struct buf *screen, const char *const *names)
{
	struct mf_iter *iter;
	struct mf_object *flow;
	struct mf_list_options lo = MF_LIST_INIT;
	size_t n = 0;
	if (mf_list(&iter, w->ctx->client, "", &lo, NULL) < 0)
		return;
	size_t flows = mf_iter_total(iter), each = screen && flows ? (w->rows > 4 ? w->rows - 4 : 4) / flows : 20;
	while (mf_iter_next(iter, &flow, NULL) == 1) {
		if (!screen || n < w->rows)
			look_children(w, screen, mf_object_pathspec(flow), each ? each : 1, names, 0);
		n += each ? each : 1;
		mf_object_free(flow);
	}
	mf_iter_free(iter);
}

/* One look. Returns false when a watched run has ended. */
static bool look(struct watch *w, struct buf *screen)
{
	static const char *const runs[] = {"status", "pathspec", "duration_ms", "user_name", "created_at", NULL};
	static const char *const steps[] = {"status", "id", "duration_ms", "task_counts", NULL};
	int entity = *w->path ? mf_pathspec_entity(w->path) : -1;
	mf_client_forget(w->ctx->client);
	if (entity < 0) {
		look_flows(w, screen, runs);
		return true;
	}
	if (entity == MF_FLOW) {
		look_children(w, screen, w->path, screen ? (w->rows > 4 ? w->rows - 4 : 4) : 100, runs, 0);
		return true;
	}
	struct mf_object *run;
	if (mf_get(&run, w->ctx->client, w->path, NULL, NULL) < 0)
		return false;
	const char *s = mf_value_text(mf_object_get(run, "status"), NULL);
	bool alive = s && (str_eq(s, "running") || str_eq(s, "pending"));
	if (screen) {
		add_row(w, screen, run, runs);
		buf_addc(screen, '\n');
		look_children(w, screen, w->path, 0, steps, 0);
	} else {
		/* a run's event stands after those of its tasks: its end is the last thing said */
		look_children(w, NULL, w->path, 0, NULL, 1);
		event(w, run);
	}
	mf_object_free(run);
	return alive;
}

/* Did the service answer this time? If not, what is on the screen stays, under a line that says so. */
static bool answered(struct cmd_ctx *ctx, bool screen, bool *said)
{
	struct mf_link link;
	struct buf why = BUF_INIT(1 << 16);
	mf_client_link(ctx->client, &link);
	if (link.state != MF_LINK_DOWN) {
		*said = false;
		return true;
	}
	text_escape(&why, link.error, strlen(link.error), 0);
	if (screen)
		fprintf(ctx->out, "\033[H%s%s  no answer: %s; trying again%s\033[K\n", out_dim(ctx),
			mf_client_source(ctx->client), why.p, out_plain(ctx));
	else if (!*said && !ctx->g.quiet)
		fprintf(ctx->diag, "mfctl: %s: %s; trying again\n", mf_client_source(ctx->client), why.p);
	*said = true;
	buf_release(&why);
	return false;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	struct watch w = {.ctx = ctx, .first = true, .rows = 24, .columns = ctx->width};
	int64_t interval = cmd_pace(ctx, 2000, 5000), timeout = -1, started = clock_now_ms();
	int code = 0, unknown = 0;
	bool down = false; /* that has been said */
	bool events = ctx->format == FORMAT_NDJSON || ctx->format == FORMAT_JSON;
	if (args->interval && (!parse_duration(args->interval, &interval) || interval < 100))
		return cmd_usage(ctx, "--interval %s: a duration of at least 100ms", args->interval);
	if (ctx->g.timeout)
		parse_duration(ctx->g.timeout, &timeout);
	if (!events && (!ctx->out_tty || ctx->dumb))
		return cmd_usage(ctx, "without a terminal%s, watch gives events: -o ndjson", ctx->out_tty ? " that can be drawn on" : "");
	char *path = argc || (ctx->cwd && ctx->cwd->n) ? cmd_one(ctx, argv, argc, -1, &code) : strdup("");
	if (path && *path && mf_pathspec_entity(path) > MF_RUN)
		code = cmd_usage(ctx, "watch takes a flow or a run");
	w.path = path;
	struct mf_watch *live = path && !code ? cmd_events(ctx, path) : NULL;
	while (path && !code && !cmd_interrupted(ctx)) {
		struct buf screen = BUF_INIT(1 << 24);
		struct winsize ws;
		if (ctx->out_tty && ioctl(fileno(ctx->out), TIOCGWINSZ, &ws) == 0 && ws.ws_row)
			w.rows = ws.ws_row;
		bool alive = look(&w, events ? NULL : &screen);
		ctx->now = mf_client_now(ctx->client);
		bool is_down = !answered(ctx, !events, &down);
		alive = alive || is_down;
		if (!events && !is_down) {
			struct buf head = BUF_INIT(1 << 16);
			fmt_clock(&head, ctx->now, ctx->g.utc);
			/* home, then each line cleared to its end, then the rest of the screen: nothing flickers */
			fprintf(ctx->out, "\033[H%s%s  %s%s\033[K\n\033[K\n", out_dim(ctx), mf_client_source(ctx->client), head.p,
				out_plain(ctx));
			for (char *s = screen.p; *s;) {
				size_t n = strcspn(s, "\n");
				fprintf(ctx->out, "%.*s\033[K\n", (int)n, s);
				s += n + (s[n] == '\n');
			}
			fputs("\033[J", ctx->out);
			buf_release(&head);
		}
		fflush(ctx->out);
		buf_release(&screen);
		w.first = false;
		/* a run seems dead for a moment between two tasks: believe it the third time */
		unknown = alive ? 0 : unknown + 1;
		struct mf_object *o;
		bool sure = false;
		if (!alive && mf_get(&o, ctx->client, path, NULL, NULL) == 0) {
			const char *s = mf_value_text(mf_object_get(o, "status"), NULL);
			sure = s && !str_eq(s, "unknown");
			mf_object_free(o);
		}
		if (!alive && (sure || unknown > 2))
			break;
		if (timeout >= 0 && clock_now_ms() - started >= timeout)
			code = mf_code_exit(MF_ETIMEOUT);
		if (!code)
			cmd_sleep(ctx, interval, live);
	}
	for (size_t i = 0; i < w.seen.n; i++) {
		free(w.seen.v[i].pathspec);
		free(w.seen.v[i].text);
	}
	vec_release(&w.seen);
	mf_watch_free(live);
	free(path);
	return code;
}

const struct command cmd_watch = {.name = "watch", .arguments = "[PATHSPEC]",
	.summary = "follow runs, or one run, on one screen", .flags = NEED_CLIENT | COMPLETE_PATHSPEC, .opts = opts,
	.args_size = sizeof(struct args), .examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_NDJSON | 1u << FORMAT_JSON | 1u << FORMAT_TABLE,
	.notes = "Of one run it ends when the run does. -o ndjson prints an event for each run or task that is new or changes.",
	.run = run};
