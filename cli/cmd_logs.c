#include <regex.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "../clientlib/base/vec.h"
#include "cmd.h"
#include "out.h"

struct args {
	bool out, err, follow, timestamps, prefix, raw;
	int attempt, tail;
	const char *since, *grep;
};

#define ARG(member) offsetof(struct args, member)
static const struct opt opts[] = {
	{"stdout", 0, OPT_FLAG, ARG(out), NULL, "only standard output"},
	{"stderr", 0, OPT_FLAG, ARG(err), NULL, "only standard error"},
	{"attempt", 0, OPT_INT, ARG(attempt), "N", "of that attempt (default: each task's latest)"},
	{"tail", 0, OPT_INT, ARG(tail), "N", "the last N lines"},
	{"since", 0, OPT_VALUE, ARG(since), "T", "lines written then or later: a time or an age as 10m"},
	{"grep", 0, OPT_VALUE, ARG(grep), "RE", "lines that match a regular expression"},
	{"follow", 'f', OPT_FLAG, ARG(follow), NULL, "go on until what writes the log has ended"},
	{"timestamps", 0, OPT_FLAG, ARG(timestamps), NULL, "the time before each line"},
	{"prefix", 0, OPT_FLAG, ARG(prefix), NULL, "step/task and stream before each line"},
	{"raw", 0, OPT_FLAG, ARG(raw), NULL, "the stored bytes, also on a terminal"},
	{0}};

static const char *const examples[] = {"the log of a task|mfctl logs TrainFlow/latest/train/17",
	"what the run says now|mfctl logs -f TrainFlow/latest-running --timestamps",
	"errors of a whole run|mfctl logs TrainFlow/latest-failed --stderr --prefix --grep Error", NULL};

/* Lines printed so far of one stream of one task, for --follow. */
struct progress {
	char *pathspec;
	unsigned stream;
	size_t printed, seen;
};

struct printer {
	struct cmd_ctx *ctx;
	const struct args *args;
	regex_t re;
	bool has_re;
	int64_t since_us;
	VEC(struct progress) progress;
	size_t last; /* index of the one used last */
};

static bool wanted(struct printer *p, const struct mf_log_line *l)
{
	if (p->since_us != MF_NO_TIME && l->us != MF_NO_TIME && l->us < p->since_us)
		return false;
	if (!p->has_re)
		return true;
	regmatch_t m = {0, (regoff_t)l->n};
	return regexec(&p->re, l->text, 1, &m, REG_STARTEND) == 0;
}

static void add_time(struct buf *b, int64_t us, bool utc, bool rfc)
{
	int64_t ms = us / 1000 - (us % 1000 < 0), s = ms / 1000 - (ms % 1000 < 0);
	int frac = (int)(us - s * 1000000);
	if (rfc) {
		struct tm tm;
		time_t t = (time_t)s;
		gmtime_r(&t, &tm);
		buf_addf(b, "%04d-%02d-%02dT%02d:%02d:%02d.%06dZ", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
			tm.tm_min, tm.tm_sec, frac);
	} else {
		fmt_datetime(b, s * 1000, utc);
		buf_addf(b, ".%06d", frac);
	}
}

static void print_json(struct printer *p, const struct mf_log *log, const struct mf_log_line *l, struct buf *b)
{
	struct mf_log_task t = mf_log_task(log, l->task);
	buf_adds(b, "{\"pathspec\":");
	out_string(b, t.pathspec);
	buf_addf(b, ",\"attempt\":%d,\"stream\":\"%s\",\"source\":", t.attempt, l->stream == MF_STDOUT ? "stdout" : "stderr");
	if (l->source)
		out_string(b, l->source);
	else
		buf_adds(b, "null");
	buf_adds(b, ",\"ts\":");
	if (l->us == MF_NO_TIME) {
		buf_adds(b, "null");
	} else {
		buf_addc(b, '"');
		add_time(b, l->us, true, true);
		buf_addc(b, '"');
	}
	buf_adds(b, ",\"line\":");
	out_bytes(b, l->text, l->n);
	if (t.origin) {
		buf_adds(b, ",\"origin\":");
		out_string(b, t.origin);
	}
	buf_adds(b, "}\n");
	(void)p;
}

static void print_line(struct printer *p, const struct mf_log *log, const struct mf_log_line *l)
{
	struct cmd_ctx *ctx = p->ctx;
	const struct args *a = p->args;
	struct buf b = BUF_INIT((size_t)1 << 31);
	if (ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON) {
		print_json(p, log, l, &b);
		fwrite(b.p, 1, b.n, ctx->out);
		buf_release(&b);
		return;
	}
	if (a->timestamps) {
		buf_adds(&b, out_dim(ctx));
		if (l->us == MF_NO_TIME)
			buf_addf(&b, "%26s", "-");
		else
			add_time(&b, l->us, ctx->g.utc, false);
		buf_adds(&b, out_plain(ctx));
		buf_addc(&b, ' ');
	}
	if (a->prefix) {
		struct mf_log_task t = mf_log_task(log, l->task);
		const char *step = strchr(t.pathspec, '/');
		step = step ? strchr(step + 1, '/') : NULL;
		buf_adds(&b, l->stream == MF_STDERR ? out_color(ctx, "failed") : out_dim(ctx));
		text_escape(&b, step ? step + 1 : t.pathspec, strlen(step ? step + 1 : t.pathspec), 0);
		buf_adds(&b, l->stream == MF_STDERR ? " err" : " out");
		buf_adds(&b, out_plain(ctx));
		buf_addc(&b, ' ');
	}
	if (ctx->out_tty && !a->raw)
		text_escape(&b, l->text, l->n, TEXT_KEEP_TAB);
	else
		buf_add(&b, l->text, l->n);
	buf_addc(&b, '\n');
	fwrite(b.p, 1, b.n, ctx->out);
	buf_release(&b);
}

/* How many lines of this stream have been printed; NULL when out of memory. */
static struct progress *progress_of(struct printer *p, const char *pathspec, unsigned stream)
{
	for (size_t k = 0; k < p->progress.n; k++) {
		size_t i = (p->last + k) % p->progress.n;
		if (p->progress.v[i].stream == stream && str_eq(p->progress.v[i].pathspec, pathspec)) {
			p->last = i;
			return &p->progress.v[i];
		}
	}
	struct progress fresh = {.pathspec = strdup(pathspec), .stream = stream};
	if (!fresh.pathspec || !vec_push(&p->progress, fresh)) {
		free(fresh.pathspec);
		return NULL;
	}
	p->last = p->progress.n - 1;
	return &p->progress.v[p->last];
}

static void print_all(struct printer *p, const struct mf_log *log)
{
	size_t n = mf_log_count(log), from = 0;
	struct mf_log_line l;
	if (p->args->tail >= 0) {
		size_t left = (size_t)p->args->tail;
		for (from = n; from && left; from--) {
			mf_log_get(log, from - 1, &l);
			left -= wanted(p, &l);
		}
	}
	for (size_t i = from; i < n && !cmd_interrupted(p->ctx) && !ferror(p->ctx->out); i++) {
		mf_log_get(log, i, &l);
		if (wanted(p, &l))
			print_line(p, log, &l);
	}
	if (p->args->follow)
		for (size_t i = 0; i < n; i++) {
			mf_log_get(log, i, &l);
			struct progress *g = progress_of(p, mf_log_task(log, l.task).pathspec, l.stream);
			if (g)
				g->printed++;
		}
}

/* Lines that were not there before: the first ones of each stream have been printed. */
static void print_new(struct printer *p, const struct mf_log *log)
{
	struct mf_log_line l;
	for (size_t i = 0; i < p->progress.n; i++)
		p->progress.v[i].seen = 0;
	for (size_t i = 0, n = mf_log_count(log); i < n && !cmd_interrupted(p->ctx); i++) {
		mf_log_get(log, i, &l);
		struct progress *g = progress_of(p, mf_log_task(log, l.task).pathspec, l.stream);
		if (!g || g->seen++ < g->printed)
			continue;
		g->printed = g->seen;
		if (wanted(p, &l))
			print_line(p, log, &l);
	}
}

/* Is anything still going to write to this log? */
static bool alive(struct cmd_ctx *ctx, const char *path)
{
	struct mf_object *o;
	char run[2100];
	const char *slash = strchr(path, '/');
	const char *end = slash ? strchr(slash + 1, '/') : NULL;
	const char *of = path;
	if (mf_pathspec_entity(path) == MF_STEP && end) { /* a step lives as long as its run may add tasks */
		snprintf(run, sizeof(run), "%.*s", (int)(end - path), path);
		of = run;
	}
	mf_client_forget(ctx->client);
	if (mf_get(&o, ctx->client, of, NULL, NULL) < 0)
		return false;
	const char *s = mf_value_text(mf_object_get(o, "status"), NULL);
	bool yes = s && (str_eq(s, "running") || str_eq(s, "pending"));
	mf_object_free(o);
	return yes;
}

static int open_log(struct printer *p, const char *path, struct mf_log **log, bool *partial)
{
	const struct args *a = p->args;
	struct mf_log_options lo = MF_LOG_INIT;
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_error *first;
	lo.attempt = a->attempt;
	lo.cancel = p->ctx->cancel;
	if (a->out != a->err)
		lo.streams = a->out ? MF_STDOUT : MF_STDERR;
	if (mf_log_open(log, p->ctx->client, path, &lo, &err) < 0)
		return cmd_error(p->ctx, &err);
	size_t bad = mf_log_errors(*log, &first);
	if (bad && !*partial) {
		struct mf_error said = *first;
		cmd_error(p->ctx, &said);
		if (bad > 1)
			fprintf(p->ctx->diag, "mfctl: %zu logs could not be read in all\n", bad);
		*partial = true;
	}
	return 0;
}

static int print(struct printer *p, const char *path)
{
	struct cmd_ctx *ctx = p->ctx;
	const struct args *a = p->args;
	struct mf_log *log;
	bool partial = false;
	int code = open_log(p, path, &log, &partial);
	if (code)
		return code;
	bool plain = a->out != a->err && mf_pathspec_entity(path) == MF_TASK && !ctx->out_tty && !a->raw && !a->timestamps
		     && !a->prefix && !p->has_re && a->tail < 0 && p->since_us == MF_NO_TIME && !a->follow
		     && ctx->format != FORMAT_JSON && ctx->format != FORMAT_NDJSON;
	if (plain) { /* byte for byte as the Python client has it */
		struct mf_sink sink = {out_file_write, ctx->out};
		mf_log_write(log, &sink, NULL);
	} else {
		print_all(p, log);
	}
	mf_log_free(log);
	/* the service knows the outcome before the last lines are stored: they are waited for */
	int64_t pace = cmd_pace(ctx, 400, 2000);
	int last_looks = pace > 400 ? 3 : 0;
	while (a->follow && !cmd_interrupted(ctx) && !ferror(ctx->out)) {
		bool more = alive(ctx, path) || last_looks-- > 0;
		fflush(ctx->out);
		if (more)
			cmd_sleep(ctx, pace, NULL);
		code = open_log(p, path, &log, &partial);
		if (code)
			return code;
		print_new(p, log);
		mf_log_free(log);
		if (!more)
			break;
	}
	return partial ? mf_code_exit(MF_EPARTIAL) : 0;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	struct printer p = {.ctx = ctx, .args = args, .since_us = MF_NO_TIME};
	int code = 0;
	if (args->since) {
		int64_t ms;
		if (!parse_time(args->since, ctx->now, &ms))
			return cmd_usage(ctx, "--since %s: not a time; 2026-11-21T08:00:00Z or an age as 10m are", args->since);
		p.since_us = ms * 1000;
	}
	if (args->grep) {
		int rc = regcomp(&p.re, args->grep, REG_EXTENDED | REG_NEWLINE);
		if (rc) {
			char why[128];
			regerror(rc, &p.re, why, sizeof(why));
			return cmd_usage(ctx, "--grep %s: %s", args->grep, why);
		}
		p.has_re = true;
	}
	char *path = cmd_one(ctx, argv, argc, -1, &code);
	if (path) {
		int entity = mf_pathspec_entity(path);
		if (entity < MF_RUN || entity > MF_TASK)
			code = cmd_fail(ctx, MF_EUSAGE, path, "a %s has no log; a run, a step or a task has",
				mf_entity_name((enum mf_entity)entity));
		else
			code = print(&p, path);
	}
	free(path);
	if (p.has_re)
		regfree(&p.re);
	for (size_t i = 0; i < p.progress.n; i++)
		free(p.progress.v[i].pathspec);
	vec_release(&p.progress);
	return code;
}

static const struct args defaults = {.attempt = -1, .tail = -1};

const struct command cmd_logs = {.name = "logs", .arguments = "PATHSPEC", .summary = "print the log of a run, step or task",
	.flags = NEED_CLIENT | PAGER_OK | COMPLETE_PATHSPEC, .opts = opts, .args_size = sizeof(struct args),
	.defaults = &defaults, .examples = examples, .formats = 1u << FORMAT_TEXT | 1u << FORMAT_NDJSON | 1u << FORMAT_JSON,
	.notes = "Several tasks are merged by time. A local run's log is written when its task ends, so -f shows it then.\n"
		 "A cloned task has no log of its own: its origin's is shown.",
	.run = run};
