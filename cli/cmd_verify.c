#include <stdlib.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "out.h"
#include "progress.h"

struct args {
	int jobs;
};

static const struct opt opts[] = {
	{"jobs", 0, OPT_INT, offsetof(struct args, jobs), "N", "threads (default: one per core, 32 for an object store)"},
	{0}};

static const char *const examples[] = {"is a run complete?|mfctl verify TrainFlow/latest",
	"everything there is|mfctl verify",
	"which artifacts are lost|mfctl verify TrainFlow -o json | jq -r '.[].artifacts[]'", NULL};

struct telling {
	struct cmd_ctx *ctx;
	size_t n;
};

static void on_progress(void *self, const struct mf_progress *p)
{
	const struct telling *t = self;
	progress_draw(t->ctx, p, "objects");
}

static void print_json(struct cmd_ctx *ctx, struct buf *b, const struct mf_damaged *d)
{
	(void)ctx;
	buf_adds(b, "{\"sha\":");
	if (d->sha)
		out_string(b, d->sha);
	else
		buf_adds(b, "null");
	buf_addf(b, ",\"status\":\"%s\"", mf_damage_name(d->damage));
	out_key_string(b, "path", d->path);
	buf_adds(b, ",\"error\":{\"code\":");
	out_string(b, mf_code_name(d->error->code));
	out_key_string(b, "message", d->error->message);
	buf_adds(b, "},\"artifacts\":[");
	for (size_t i = 0; i < d->n; i++) {
		buf_adds(b, i ? "," : "");
		out_string(b, d->pathspecs[i]);
	}
	buf_adds(b, "]}");
}

static void print_text(struct cmd_ctx *ctx, struct buf *b, const struct mf_damaged *d)
{
	const char *path = d->path ? d->path : "-";
	buf_addf(b, "%s%s%s  %s  ", out_color(ctx, "failed"), mf_damage_name(d->damage),
		out_plain(ctx), d->sha ? d->sha : "-");
	text_escape(b, path, strlen(path), 0);
	buf_adds(b, "  needed by ");
	if (d->n)
		text_escape(b, d->pathspecs[0], strlen(d->pathspecs[0]), 0);
	if (d->n > 1)
		buf_addf(b, " (+%zu more)", d->n - 1);
	if (d->damage == MF_UNREADABLE || d->damage == MF_CORRUPT) {
		buf_adds(b, ": ");
		text_escape(b, d->error->message, strlen(d->error->message), 0);
	}
	buf_addc(b, '\n');
}

static void on_damaged(void *self, const struct mf_damaged *d)
{
	struct telling *t = self;
	struct cmd_ctx *ctx = t->ctx;
	struct buf b = BUF_INIT((size_t)1 << 31);
	progress_clear(ctx);
	if (ctx->format == FORMAT_JSON) {
		buf_adds(&b, t->n ? ",\n" : "[");
		print_json(ctx, &b, d);
	} else if (ctx->format == FORMAT_NDJSON) {
		print_json(ctx, &b, d);
		buf_addc(&b, '\n');
	} else {
		print_text(ctx, &b, d);
	}
	t->n++;
	fwrite(b.p, 1, b.n, ctx->out);
	buf_release(&b);
}

static void say_summary(struct cmd_ctx *ctx, const struct mf_verify_result *r)
{
	struct buf b = BUF_INIT(4096);
	fmt_count(&b, (int64_t)r->objects);
	buf_adds(&b, r->objects == 1 ? " object, " : " objects, ");
	fmt_size(&b, (int64_t)r->bytes);
	buf_adds(&b, ", ");
	fmt_count(&b, (int64_t)r->missing);
	buf_adds(&b, " missing, ");
	fmt_count(&b, (int64_t)r->corrupt);
	buf_adds(&b, " corrupt");
	if (r->unreadable) {
		buf_adds(&b, ", ");
		fmt_count(&b, (int64_t)r->unreadable);
		buf_adds(&b, " unreadable");
	}
	fprintf(ctx->diag, "%s\n", b.p);
	buf_release(&b);
}

static int verify(struct cmd_ctx *ctx, const struct args *args, const char *const *paths, size_t n)
{
	struct telling t = {.ctx = ctx};
	struct mf_verify_options vo = {.ns = ctx->ns,
		.jobs = (size_t)args->jobs,
		.cancel = ctx->cancel,
		.progress = on_progress,
		.damaged = on_damaged,
		.self = &t};
	struct mf_verify_result r;
	struct mf_error err = MF_ERROR_INIT;
	int rc = mf_verify(&r, ctx->client, paths, n, &vo, &err);
	progress_clear(ctx);
	if (rc < 0 && rc != MF_EFALSE)
		return cmd_error(ctx, &err);
	if (ctx->format == FORMAT_JSON)
		fputs(t.n ? "]\n" : "[]\n", ctx->out);
	fflush(ctx->out);
	if (!ctx->g.quiet)
		say_summary(ctx, &r);
	return mf_code_exit(rc);
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	int n = argc ? argc : 1, code = 0;
	char **paths = calloc((size_t)n, sizeof(*paths));
	for (int i = 0; paths && i < n; i++)
		if (!(paths[i] = argc ? cmd_absolute(ctx, argv[i])
				      : strdup(ctx->cwd ? ctx->cwd->p : "")))
			code = 1;
	if (!paths || code)
		code = cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
	else
		code = verify(ctx, a, (const char *const *)paths, (size_t)n);
	for (int i = 0; paths && i < n; i++)
		free(paths[i]);
	free(paths);
	return code;
}

const struct command cmd_verify = {.name = "verify",
	.arguments = "[PATHSPEC...]",
	.summary = "look whether all data is there and undamaged",
	.flags = NEED_CLIENT | COMPLETE_PATHSPEC,
	.opts = opts,
	.args_size = sizeof(struct args),
	.examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON,
	.notes = "Without PATHSPEC: everything. Each blob that the record of an artifact names, of "
		 "every attempt, is read once and its\n"
		 "SHA compared; code packages likewise; logs, cards and included files must be "
		 "readable. Exit code 7: something is\n"
		 "missing or damaged; each line names it and who needs it.",
	.run = run};
