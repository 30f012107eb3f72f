#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>

#include "../clientlib/base/par.h"
#include "../clientlib/base/text.h"
#include "cmd.h"
#include "out.h"

struct args {
	int attempt;
	bool private;
	const char *pickle_file;
};

static const struct opt opts[] = {
	{"private", 0, OPT_FLAG, offsetof(struct args, private), NULL, "globs also match hidden artifacts"},
	{"attempt", 0, OPT_INT, offsetof(struct args, attempt), "N", "of that attempt"},
	{"pickle-file", 0, OPT_VALUE, offsetof(struct args, pickle_file), NULL, NULL}, /* hidden: for tests */
	{0}};

static const char *const examples[] = {"one value|mfctl cat TrainFlow/latest/end/42/accuracy",
	"all artifacts of a task|mfctl cat TrainFlow/latest/end/42", "one artifact of all tasks of a step, for jq|"
	"mfctl cat 'TrainFlow/latest/train/*/auc' -o ndjson", "the stored pickle|mfctl cat TrainFlow/latest/end/42/model -o pickle > model.pkl",
	NULL};

/* Printing one value. */
struct printer {
	struct cmd_ctx *ctx;
	struct mf_sink sink;
	bool many; /* NDJSON objects, or text with a heading each */
	bool ahead; /* printing into memory beside others: nothing large */
	bool large; /* something large was met and not printed */
	int code;
};

enum { BATCH = 64, WORTH_THREADS = 8, LARGE = 1 << 20 };

static void worse(struct printer *p, int code)
{
	if (!p->code || p->code == mf_code_exit(MF_EPARTIAL))
		p->code = code ? code : p->code;
}

static int print_value(struct printer *p, const struct mf_value *v, const char *where)
{
	struct cmd_ctx *ctx = p->ctx;
	struct mf_error err = MF_ERROR_INIT;
	bool json = ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON || (p->many && ctx->format == FORMAT_DEFAULT && !ctx->out_tty);
	unsigned flags = 0;
	int rc;
	if (json) {
		if (!p->many && ctx->out_tty)
			flags = MF_PRINT_INDENT | (ctx->color ? MF_PRINT_COLOR : 0);
		rc = mf_value_print_json(v, &p->sink, flags, &err);
	} else {
		rc = mf_value_print_text(v, &p->sink, 0, &err);
	}
	if (rc < 0 && rc != MF_EIO) {
		if (!err.where[0])
			snprintf(err.where, sizeof(err.where), "%s", where);
		cmd_error(ctx, &err);
		return mf_code_exit(rc);
	}
	return 0;
}

static bool is_ndjson(const struct printer *p)
{
	enum format f = p->ctx->format;
	return p->many && f != FORMAT_PICKLE && f != FORMAT_RAW && f != FORMAT_TEXT && !(p->ctx->out_tty && f == FORMAT_DEFAULT);
}

static void ndjson_head(struct printer *p, struct mf_object *o)
{
	static const char *const keys[] = {"pathspec", "name", "sha", "type"};
	struct buf b = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &b};
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		buf_addf(&b, "%c\"%s\":", i ? ',' : '{', keys[i]);
		mf_value_print_json(mf_object_get(o, keys[i]), &sink, 0, NULL);
	}
	fwrite(b.p, 1, b.n, p->ctx->out);
	buf_release(&b);
}

/* In place of a value; o is NULL when not even its record can be read. */
static void ndjson_error(struct printer *p, struct mf_object *o, const char *path, const struct mf_error *e)
{
	struct buf b = BUF_INIT(1 << 20);
	if (o) {
		ndjson_head(p, o);
	} else {
		buf_adds(&b, "{\"pathspec\":");
		out_string(&b, path);
		buf_adds(&b, ",\"name\":");
		out_string(&b, strrchr(path, '/') ? strrchr(path, '/') + 1 : path);
	}
	buf_adds(&b, ",\"$error\":{\"code\":");
	out_string(&b, mf_code_name(e->code));
	buf_adds(&b, ",\"message\":");
	out_string(&b, e->message);
	buf_adds(&b, "}}\n");
	fwrite(b.p, 1, b.n, p->ctx->out);
	buf_release(&b);
}

static void print_artifact(struct printer *p, struct mf_object *o)
{
	struct cmd_ctx *ctx = p->ctx;
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_value *v = NULL;
	const char *path = mf_object_pathspec(o);
	bool bytes = ctx->format == FORMAT_PICKLE || ctx->format == FORMAT_RAW;
	bool ndjson = is_ndjson(p);
	int rc;
	if (p->ahead && (p->large || mf_value_int(mf_object_get(o, "size")) > LARGE)) {
		p->large = true;
		return;
	}
	if (ctx->format == FORMAT_PICKLE) {
		rc = mf_artifact_bytes(o, &p->sink, &err);
	} else {
		rc = mf_artifact_value(o, &v, &err);
		if (ctx->format == FORMAT_RAW && rc == MF_OK) {
			/* bytes and text as they are; of anything else its pickle */
			size_t n;
			const char *text = mf_value_kind(v) == MF_REF ? NULL : mf_value_text(v, &n);
			rc = text ? (out_file_write(ctx->out, text, n), 0) : mf_artifact_bytes(o, &p->sink, &err);
		} else if (ctx->format == FORMAT_RAW && rc == MF_ECORRUPT) {
			err = (struct mf_error)MF_ERROR_INIT;
			rc = mf_artifact_bytes(o, &p->sink, &err);
		}
	}
	if (rc < 0) {
		if (rc == MF_EIO && !err.code)
			return; /* the output failed: said at the end */
		if (ndjson)
			ndjson_error(p, mf_object_error(o) ? NULL : o, path, &err);
		if (strcmp(err.where, path) != 0) {
			struct mf_error said = err;
			snprintf(said.where, sizeof(said.where), "%s", path);
			cmd_error(ctx, &said);
		} else {
			cmd_error(ctx, &err);
		}
		worse(p, mf_code_exit(p->many ? MF_EPARTIAL : err.code));
		return;
	}
	if (bytes)
		return;
	if (ndjson) {
		ndjson_head(p, o);
		fputs(",\"value\":", ctx->out);
		worse(p, print_value(p, v, path));
		fputs("}\n", ctx->out);
		return;
	}
	if (p->many) {
		struct buf name = BUF_INIT(1 << 20);
		const struct mf_value *type = mf_object_get(o, "type");
		size_t n;
		const char *t = mf_value_text(type, &n);
		text_escape(&name, path, strlen(path), 0);
		fprintf(ctx->out, "%s%s%s  %s%.*s%s\n", out_bold(ctx), name.p, out_plain(ctx), out_dim(ctx), t ? (int)n : 0,
			t ? t : "", out_plain(ctx));
		buf_release(&name);
	}
	worse(p, print_value(p, v, path));
	fputc('\n', ctx->out);
}

static int cat_path(struct printer *p, const struct args *args, const char *path)
{
	struct cmd_ctx *ctx = p->ctx;
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o;
	if (mf_pathspec_entity(path) == MF_TASK) {
		struct mf_list_options lo = MF_LIST_INIT;
		struct mf_iter *iter;
		int rc;
		lo.attempt = args->attempt;
		lo.hidden = args->private;
		lo.cancel = ctx->cancel;
		if (mf_list(&iter, ctx->client, path, &lo, &err) < 0)
			return cmd_error(ctx, &err);
		while ((rc = mf_iter_next(iter, &o, &err)) == 1) {
			print_artifact(p, o);
			mf_object_free(o);
		}
		mf_iter_free(iter);
		return rc < 0 && rc != MF_ECANCELLED ? cmd_error(ctx, &err) : 0;
	}
	struct mf_get_options go = {.attempt = args->attempt, .ns = ctx->ns};
	if (mf_get(&o, ctx->client, path, &go, &err) < 0) {
		if (!p->many)
			return cmd_error(ctx, &err);
		/* one of many: it is named, and the rest follows */
		if (is_ndjson(p))
			ndjson_error(p, NULL, path, &err);
		cmd_error(ctx, &err);
		worse(p, mf_code_exit(MF_EPARTIAL));
		return 0;
	}
	print_artifact(p, o);
	mf_object_free(o);
	return 0;
}

/* ---- many paths: a batch is printed into memory on all cores, and written in order ---- */

struct item {
	const char *path;
	char *out, *diag;
	size_t n_out, n_diag;
	int code;
	bool large; /* to be printed directly: it may not fit into memory */
};

struct batch {
	const struct printer *printer;
	const struct args *args;
	struct item items[BATCH];
	size_t n;
};

static void print_ahead(void *arg, size_t i)
{
	struct batch *b = arg;
	struct item *it = &b->items[i];
	struct cmd_ctx ctx = *b->printer->ctx;
	struct printer p = {.ctx = &ctx, .many = true, .ahead = true};
	ctx.out = open_memstream(&it->out, &it->n_out);
	ctx.diag = open_memstream(&it->diag, &it->n_diag);
	if (ctx.out && ctx.diag) {
		p.sink = (struct mf_sink){out_file_write, ctx.out};
		it->code = cat_path(&p, b->args, it->path);
		if (!it->code)
			it->code = p.code;
	}
	it->large = p.large || !ctx.out || !ctx.diag;
	if (ctx.out)
		fclose(ctx.out);
	if (ctx.diag)
		fclose(ctx.diag);
}

static void flush_batch(struct printer *p, struct batch *b)
{
	par_for(b->n, WORTH_THREADS, print_ahead, b);
	for (size_t i = 0; i < b->n; i++) {
		struct item *it = &b->items[i];
		if (it->large) {
			worse(p, cat_path(p, b->args, it->path));
		} else {
			fwrite(it->out, 1, it->n_out, p->ctx->out);
			fwrite(it->diag, 1, it->n_diag, p->ctx->diag);
			worse(p, it->code);
		}
		free(it->out);
		free(it->diag);
	}
	b->n = 0;
}

static void cat_many(struct printer *p, const struct args *args, const struct mf_paths *paths)
{
	struct batch b = {.printer = p, .args = args};
	for (size_t i = 0; i < mf_paths_count(paths) && !cmd_interrupted(p->ctx); i++) {
		b.items[b.n++] = (struct item){.path = mf_paths_get(paths, i)};
		if (b.n == BATCH)
			flush_batch(p, &b);
	}
	flush_batch(p, &b);
}

static int cat_file(struct printer *p, const char *file)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_document *doc;
	struct buf b = BUF_INIT((size_t)1 << 31);
	FILE *f = fopen(file, "rbe");
	if (!f)
		return cmd_fail(p->ctx, errno == ENOENT ? MF_ENOTFOUND : MF_EIO, file, "cannot open: %s", strerror(errno));
	while (buf_reserve(&b, 1 << 16)) {
		size_t n = fread(b.p + b.n, 1, 1 << 16, f);
		if (!n)
			break;
		b.n += n;
	}
	fclose(f);
	int rc = b.failed ? buf_err(&b, &err) : mf_pickle_read(&doc, b.p, b.n, &err);
	buf_release(&b);
	if (rc < 0) {
		snprintf(err.where, sizeof(err.where), "%s", file);
		return cmd_error(p->ctx, &err);
	}
	if (p->ctx->format == FORMAT_DEFAULT)
		p->ctx->format = FORMAT_JSON;
	int code = print_value(p, mf_document_value(doc), file);
	fputc('\n', p->ctx->out);
	mf_document_free(doc);
	return code;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	struct printer p = {.ctx = ctx, .sink = {out_file_write, ctx->out}};
	if (args->pickle_file)
		return cat_file(&p, args->pickle_file);
	int code = need_client(ctx);
	if (code)
		return code;
	if (!argc && !(ctx->cwd && ctx->cwd->n))
		return cmd_usage(ctx, "a PATHSPEC is missing");
	p.many = argc > 1 || ctx->format == FORMAT_NDJSON;
	struct mf_paths **paths = calloc((size_t)argc + 1, sizeof(*paths));
	int n = 0;
	size_t total = 0;
	if (!paths)
		return cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
	for (; n < (argc ? argc : 1) && !code; n++) {
		struct mf_error err = MF_ERROR_INIT;
		struct mf_expand_options xo = {.attempt = args->attempt, .ns = ctx->ns, .hidden = args->private};
		char *path = argc ? cmd_absolute(ctx, argv[n]) : strdup(ctx->cwd->p);
		paths[n] = NULL;
		int entity = path ? mf_pathspec_entity(path) : -1;
		if (entity >= 0 && entity < MF_TASK)
			code = cmd_fail(ctx, MF_EUSAGE, path, "it names a %s; cat prints artifacts (Flow/run/step/task/artifact) or all of a task",
				mf_entity_name((enum mf_entity)entity));
		else if (!path || mf_expand(&paths[n], ctx->client, path, -1, &xo, &err) < 0)
			code = path ? cmd_error(ctx, &err) : cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
		else if (!mf_paths_count(paths[n]))
			code = cmd_fail(ctx, MF_ENOTFOUND, path, "nothing matches");
		else if (mf_paths_is_glob(paths[n]) || entity == MF_TASK)
			p.many = true;
		total += paths[n] ? mf_paths_count(paths[n]) : 0;
		free(path);
	}
	if (total > 1)
		p.many = true;
	if (!code && p.many && (ctx->format == FORMAT_PICKLE || ctx->format == FORMAT_RAW) && total > 1)
		code = cmd_usage(ctx, "-o %s takes one artifact, %zu match", ctx->g.output, total);
	for (int i = 0; i < n && !code; i++) {
		if (is_ndjson(&p) && mf_paths_count(paths[i]) >= WORTH_THREADS) {
			cat_many(&p, args, paths[i]);
			continue;
		}
		for (size_t k = 0; k < mf_paths_count(paths[i]) && !code && !cmd_interrupted(ctx); k++)
			code = cat_path(&p, args, mf_paths_get(paths[i], k));
	}
	for (int i = 0; i < n; i++)
		mf_paths_free(paths[i]);
	free(paths);
	return code ? code : p.code;
}

static const struct args defaults = {.attempt = -1};

const struct command cmd_cat = {.name = "cat", .arguments = "PATHSPEC...", .summary = "print values of artifacts",
	.flags = PAGER_OK | COMPLETE_PATHSPEC, .opts = opts, .args_size = sizeof(struct args), .defaults = &defaults,
	.examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON | 1u << FORMAT_RAW | 1u << FORMAT_PICKLE,
	.notes = "Of several artifacts (a glob, a task, more than one PATHSPEC) JSON comes as one object a line.\n"
		 "raw is the text or the bytes themselves; pickle the stored stream. Values are read, never executed.",
	.run = run};
