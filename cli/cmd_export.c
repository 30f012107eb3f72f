#include <signal.h>
#include <stdlib.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "out.h"
#include "progress.h"

struct args {
	const char *dir, *format, *include, *only;
	int jobs, attempt;
	bool private, resume, verify;
};

static const struct opt opts[] = {{"dir", 'd', OPT_VALUE, offsetof(struct args, dir), "DIR",
					  "write there (made if it is not there)"},
	{"only", 0, OPT_VALUE, offsetof(struct args, only), "a,b",
		"of artifacts, logs, cards, code, metadata (default: all)"},
	{"include", 0, OPT_VALUE, offsetof(struct args, include), "GLOB",
		"only artifacts whose names match"},
	{"format", 0, OPT_VALUE, offsetof(struct args, format), "FORMAT",
		"auto (default), json, text, raw, pickle, npy, csv"},
	{"jobs", 0, OPT_INT, offsetof(struct args, jobs), "N", "threads (default: one per core, 32 for an object store)"},
	{"resume", 0, OPT_FLAG, offsetof(struct args, resume), NULL,
		"keep what an earlier export has written"},
	{"verify", 0, OPT_FLAG, offsetof(struct args, verify), NULL,
		"read back what is written, hash what is kept"},
	{"private", 0, OPT_FLAG, offsetof(struct args, private), NULL,
		"hidden steps and artifacts too"},
	{"attempt", 0, OPT_INT, offsetof(struct args, attempt), "N", "of that attempt"}, {0}};

static const char *const examples[] = {"a whole run|mfctl export TrainFlow/latest -d out",
	"the models of all its tasks|mfctl export 'TrainFlow/latest/train/*/model' -d models "
	"--format pickle",
	"only the cards of the newest three runs|mfctl export TrainFlow/latest TrainFlow/latest~1 "
	"TrainFlow/latest~2 -d cards --only cards",
	"go on where it was interrupted|mfctl export TrainFlow/latest -d out --resume", NULL};

/* ---- options ---- */

static int parse_only(struct cmd_ctx *ctx, const char *text, unsigned *what)
{
	static const struct {
		const char *name;
		unsigned bit;
	} words[] = {{"artifacts", MF_EXPORT_ARTIFACTS}, {"logs", MF_EXPORT_LOGS},
		{"cards", MF_EXPORT_CARDS}, {"code", MF_EXPORT_CODE},
		{"metadata", MF_EXPORT_METADATA}};
	for (const char *p = text; p && *p;) {
		size_t n = strcspn(p, ","), i = 0;
		while (i < ARRAY_SIZE(words) &&
			(strlen(words[i].name) != n || strncmp(words[i].name, p, n) != 0))
			i++;
		if (i == ARRAY_SIZE(words))
			return cmd_usage(ctx,
				"--only %s: it is a list of artifacts, logs, cards, code, metadata",
				text);
		*what |= words[i].bit;
		p += n + (p[n] == ',');
	}
	if (text && !*what)
		return cmd_usage(ctx, "--only: a list of artifacts, logs, cards, code, metadata");
	return 0;
}

static int parse_format(struct cmd_ctx *ctx, const char *text, int *format)
{
	*format = -1;
	if (!text || str_eq(text, "auto"))
		return 0;
	for (int f = MF_AS_JSON; f <= MF_AS_CSV; f++)
		if (str_eq(text, mf_format_name((enum mf_format)f)))
			*format = f;
	return *format < 0 ? cmd_usage(ctx,
				     "--format %s: it is auto, json, text, raw, pickle, npy or csv",
				     text)
			   : 0;
}

/* ---- news ---- */

struct telling {
	struct cmd_ctx *ctx;
	char hint[256]; /* said last: many fail for one reason */
};

static void on_progress(void *self, const struct mf_progress *p)
{
	const struct telling *t = self;
	progress_draw(t->ctx, p, "files");
}

static void on_failed(void *self, const char *pathspec, const struct mf_error *err)
{
	struct telling *t = self;
	struct mf_error said = *err;
	snprintf(said.where, sizeof(said.where), "%s", pathspec);
	if (str_eq(said.hint, t->hint))
		said.hint[0] = '\0';
	else
		snprintf(t->hint, sizeof(t->hint), "%s", said.hint);
	progress_clear(t->ctx);
	cmd_error(t->ctx, &said);
}

static void counted(struct buf *b, uint64_t n, const char *what)
{
	if (!n)
		return;
	buf_adds(b, b->n ? ", " : "");
	fmt_count(b, (int64_t)n);
	buf_addf(b, " %s", what);
}

static void say_summary(struct cmd_ctx *ctx, const struct mf_export_result *r, const char *dir)
{
	struct buf b = BUF_INIT(1 << 16), more = BUF_INIT(4096);
	buf_adds(&b, "exported ");
	fmt_count(&b, (int64_t)r->files);
	buf_adds(&b, r->files == 1 ? " file, " : " files, ");
	fmt_size(&b, (int64_t)r->bytes);
	buf_adds(&b, " to ");
	text_escape(&b, dir, strlen(dir), 0);
	counted(&more, r->kept, "kept");
	counted(&more, r->skipped, "skipped: not of that format");
	counted(&more, r->failed, "failed");
	if (more.n)
		buf_addf(&b, " (%s)", more.p);
	fprintf(ctx->diag, "%s\n", b.p);
	buf_release(&b);
	buf_release(&more);
}

static void print_summary(struct cmd_ctx *ctx, const struct mf_export_result *r, const char *dir)
{
	struct buf b = BUF_INIT(1 << 16);
	buf_adds(&b, "{\"dir\":");
	out_string(&b, dir);
	buf_adds(&b, ",\"source\":");
	out_string(&b, mf_client_source(ctx->client));
	buf_addf(&b,
		",\"files\":%llu,\"bytes\":%llu,\"kept\":%llu,\"skipped\":%llu,\"failed\":%llu}\n",
		(unsigned long long)r->files, (unsigned long long)r->bytes,
		(unsigned long long)r->kept, (unsigned long long)r->skipped,
		(unsigned long long)r->failed);
	fwrite(b.p, 1, b.n, ctx->out);
	buf_release(&b);
}

/* ---- the command ---- */

static int export_to(struct cmd_ctx *ctx, const struct args *args, struct mf_export_options *eo,
	char **argv, int argc)
{
	struct mf_export_result result = {0};
	struct telling telling = {.ctx = ctx};
	struct mf_error err = MF_ERROR_INIT;
	int n = argc ? argc : 1, code = 0;
	char **paths = calloc((size_t)n, sizeof(*paths));
	for (int i = 0; paths && i < n; i++) {
		paths[i] = argc ? cmd_absolute(ctx, argv[i]) : strdup(ctx->cwd->p);
		code = paths[i] ? code : cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
	}
	if (!paths)
		return cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
	eo->progress = on_progress;
	eo->failed = on_failed;
	eo->self = &telling;
	/* a limit on the size of files is an error like a full disk */
	void (*before)(int) = signal(SIGXFSZ, SIG_IGN);
	int rc = code ? 0
		      : mf_export(&result, ctx->client, (const char *const *)paths, (size_t)n, eo,
				&err);
	signal(SIGXFSZ, before);
	progress_clear(ctx);
	if (!code && (rc == MF_OK || rc == MF_EPARTIAL || result.files || result.kept)) {
		if (!ctx->g.quiet)
			say_summary(ctx, &result, args->dir);
		if (ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON)
			print_summary(ctx, &result, args->dir);
	}
	if (!code && rc < 0) /* what is partial has been named */
		code = rc == MF_EPARTIAL ? mf_code_exit(rc) : cmd_error(ctx, &err);
	for (int i = 0; i < n; i++)
		free(paths[i]);
	free(paths);
	return code;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	struct mf_export_options eo = MF_EXPORT_INIT;
	int code;
	if (!args->dir || !*args->dir)
		return cmd_usage(ctx, "-d DIR is missing: where to write");
	if (!argc && !(ctx->cwd && ctx->cwd->n))
		return cmd_usage(ctx, "a PATHSPEC is missing");
	if ((code = parse_only(ctx, args->only, &eo.what)) ||
		(code = parse_format(ctx, args->format, &eo.format)))
		return code;
	eo.dir = args->dir;
	eo.include = args->include;
	eo.ns = ctx->ns;
	eo.attempt = args->attempt;
	eo.hidden = args->private;
	eo.resume = args->resume;
	eo.verify = args->verify;
	eo.jobs = (size_t)args->jobs;
	eo.cancel = ctx->cancel;
	return export_to(ctx, args, &eo, argv, argc);
}

static const struct args defaults = {.attempt = -1};

const struct command cmd_export = {.name = "export",
	.arguments = "PATHSPEC... -d DIR",
	.summary = "write artifacts, logs, cards and code to files",
	.flags = NEED_CLIENT | COMPLETE_PATHSPEC,
	.opts = opts,
	.args_size = sizeof(struct args),
	.defaults = &defaults,
	.examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON,
	.notes = "Writes DIR/Flow/run/step/task/NAME.EXT, stdout.log, stderr.log, metadata.json, "
		 "cards/; DIR/Flow/run/run.json and\n"
		 "code/; and DIR/manifest.json, which names every file of this and of earlier "
		 "exports to DIR.\n"
		 "Names: what a path or file system could misread is %XX of its bytes; where two "
		 "names differ in capitals only,\n"
		 "the capitals are; long names are cut and end in %~ and a hash.\n"
		 "npy and csv leave out artifacts that are no array or table. Exit code 6: "
		 "something failed, each is named.",
	.run = run};
