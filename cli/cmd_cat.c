#include "../clientlib/base/text.h"
#include "artifacts.h"
#include "out.h"

struct args {
	int attempt;
	bool private;
	const char *pickle_file, *path, *slice;
};

static const struct opt opts[] = {
	{"path", 0, OPT_VALUE, offsetof(struct args, path), ".a.b[0]", "only that part of the value"},
	{"slice", 0, OPT_VALUE, offsetof(struct args, slice), "0:10,3", "only these rows, columns, items; of large arrays no more is read"},
	{"private", 0, OPT_FLAG, offsetof(struct args, private), NULL, "globs also match hidden artifacts"},
	{"attempt", 0, OPT_INT, offsetof(struct args, attempt), "N", "of that attempt"},
	{"pickle-file", 0, OPT_VALUE, offsetof(struct args, pickle_file), NULL, NULL}, /* hidden: for tests */
	{0}};

static const char *const examples[] = {"one value|mfctl cat TrainFlow/latest/end/42/accuracy",
	"all artifacts of a task|mfctl cat TrainFlow/latest/end/42", "one artifact of all tasks of a step, for jq|"
	"mfctl cat 'TrainFlow/latest/train/*/auc' -o ndjson", "the stored pickle|mfctl cat TrainFlow/latest/end/42/model -o pickle > model.pkl",
	"an array as a file for numpy|mfctl cat TrainFlow/latest/end/42/weights -o npy > weights.npy",
	"ten rows of a table|mfctl cat TrainFlow/latest/end/42/scores --slice 0:10 -o csv",
	"what is deep inside|mfctl cat TrainFlow/latest/end/42/config --path .model.layers[0]", NULL};

/* Printing one value. */
struct printer {
	struct cmd_ctx *ctx;
	const char *path, *slice; /* of the value; NULL: all of it */
	struct mf_sink sink;
	bool many; /* NDJSON objects, or text with a heading each */
	bool ahead; /* printing into memory beside others: nothing large */
	bool large; /* something large was met and not printed */
	int code;
};

enum { LARGE = 1 << 20 };

/* Which of two exit codes counts: the first, but "partial" only where there is no other. */
static int worse_code(int a, int b)
{
	return b && (!a || a == mf_code_exit(MF_EPARTIAL)) ? b : a;
}

static void worse(struct printer *p, int code)
{
	p->code = worse_code(p->code, code);
}

static bool is_json(const struct printer *p)
{
	enum format f = p->ctx->format;
	return f == FORMAT_JSON || f == FORMAT_NDJSON || (p->many && f == FORMAT_DEFAULT && !p->ctx->out_tty);
}

static int print_value(struct printer *p, const struct mf_value *v, const char *where)
{
	struct cmd_ctx *ctx = p->ctx;
	struct mf_error err = MF_ERROR_INIT;
	unsigned flags = 0;
	int rc;
	if (is_json(p)) {
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

/* What -o says beyond JSON and text for people; false: that. */
static bool file_format(const struct printer *p, enum mf_format *out)
{
	switch (p->ctx->format) {
	case FORMAT_RAW: *out = MF_AS_RAW; return true;
	case FORMAT_PICKLE: *out = MF_AS_PICKLE; return true;
	case FORMAT_NPY: *out = MF_AS_NPY; return true;
	case FORMAT_CSV: *out = MF_AS_CSV; return true;
	default: return false;
	}
}

static bool is_ndjson(const struct printer *p)
{
	enum mf_format file;
	enum format f = p->ctx->format;
	return p->many && !file_format(p, &file) && f != FORMAT_TEXT && !(p->ctx->out_tty && f == FORMAT_DEFAULT);
}

static void ndjson_head(struct printer *p, struct mf_object *o)
{
	static const char *const keys[] = {"pathspec", "name", "sha", "type"};
	struct buf b = BUF_INIT(1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		buf_adds(&b, i ? ",\"" : "{\"");
		buf_adds(&b, keys[i]);
		buf_adds(&b, "\":");
		out_value(&b, mf_object_get(o, keys[i]));
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

/* The value, or the part of it that is asked for, which lives in *doc. */
static int value_of(struct printer *p, struct mf_object *o, const struct mf_value **v, struct mf_document **doc,
	struct mf_error *err)
{
	enum mf_format file;
	/* people see the first elements of a large array, a slice says which ones are wanted: no need for the others */
	bool head = !p->path && (p->slice || !(is_json(p) || file_format(p, &file)));
	int rc = head ? mf_artifact_head(o, v, err) : mf_artifact_value(o, v, err);
	*doc = NULL;
	if (rc < 0 || (!p->path && !p->slice))
		return rc;
	rc = mf_value_select(doc, *v, p->path, p->slice, err);
	if (rc == MF_OK)
		*v = mf_document_value(*doc);
	return rc;
}

static void say_error(struct printer *p, struct mf_object *o, const struct mf_error *err)
{
	const char *path = mf_object_pathspec(o);
	struct mf_error said = *err;
	if (is_ndjson(p))
		ndjson_error(p, mf_object_error(o) ? NULL : o, path, err);
	if (strcmp(err->where, path) != 0)
		snprintf(said.where, sizeof(said.where), "%s", path);
	cmd_error(p->ctx, &said);
	worse(p, mf_code_exit(p->many ? MF_EPARTIAL : err->code));
}

static void heading(struct printer *p, struct mf_object *o)
{
	struct cmd_ctx *ctx = p->ctx;
	struct buf name = BUF_INIT(1 << 20);
	size_t n;
	const char *path = mf_object_pathspec(o), *t = mf_value_text(mf_object_get(o, "type"), &n);
	text_escape(&name, path, strlen(path), 0);
	fprintf(ctx->out, "%s%s%s  %s%.*s%s\n", out_bold(ctx), name.p, out_plain(ctx), out_dim(ctx), t ? (int)n : 0, t ? t : "",
		out_plain(ctx));
	buf_release(&name);
}

static void print_artifact(struct printer *p, struct mf_object *o)
{
	struct cmd_ctx *ctx = p->ctx;
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_value *v = NULL;
	struct mf_document *doc = NULL;
	const char *path = mf_object_pathspec(o);
	enum mf_format format;
	int rc;
	if (p->ahead && (p->large || mf_value_int(mf_object_get(o, "size")) > LARGE)) {
		p->large = true;
		return;
	}
	if (file_format(p, &format) && !p->path && !p->slice) {
		rc = mf_artifact_write(o, format, &p->sink, &err);
	} else {
		rc = value_of(p, o, &v, &doc, &err);
		if (rc == MF_OK && file_format(p, &format))
			rc = mf_value_write(v, format, &p->sink, &err);
	}
	if (rc < 0) {
		/* the output failed: said at the end */
		if (rc != MF_EIO || err.code)
			say_error(p, o, &err);
	} else if (file_format(p, &format)) {
		; /* all is written */
	} else if (is_ndjson(p)) {
		ndjson_head(p, o);
		fputs(",\"value\":", ctx->out);
		worse(p, print_value(p, v, path));
		fputs("}\n", ctx->out);
	} else {
		if (p->many)
			heading(p, o);
		worse(p, print_value(p, v, path));
		fputc('\n', ctx->out);
	}
	mf_document_free(doc);
}

static void print_each(void *self, struct mf_object *o)
{
	print_artifact(self, o);
}

static int cat_path(struct printer *p, const struct args *args, const char *path, bool known)
{
	struct mf_error err = MF_ERROR_INIT;
	struct artifact_options which = {.attempt = args->attempt, .hidden = args->private, .known = known};
	enum mf_format format;
	which.values = !file_format(p, &format);
	if (artifacts_of(p->ctx, &which, path, print_each, p, &err) == MF_OK)
		return 0;
	if (!p->many || mf_pathspec_entity(path) == MF_TASK)
		return cmd_error(p->ctx, &err);
	/* one of many: it is named, and the rest follows */
	if (is_ndjson(p))
		ndjson_error(p, NULL, path, &err);
	cmd_error(p->ctx, &err);
	worse(p, mf_code_exit(MF_EPARTIAL));
	return 0;
}

/* One path of many, see struct artifact_work. */
static int cat_one(const void *self, struct cmd_ctx *ctx, const char *path, bool known, bool ahead, bool *large)
{
	const struct args *args = self;
	struct printer p = {.ctx = ctx, .path = args->path, .slice = args->slice, .sink = {out_file_write, ctx->out}, .many = true,
		.ahead = ahead};
	int code = cat_path(&p, args, path, known);
	*large = p.large;
	return code ? code : p.code;
}

static int cat_file(struct printer *p, const char *file)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_document *doc, *part = NULL;
	struct buf b = BUF_INIT((size_t)1 << 31);
	enum mf_format format;
	int code = artifact_file(p->ctx, file, &b);
	int rc = code ? 0 : mf_pickle_read(&doc, b.p, b.n, &err);
	buf_release(&b);
	if (code)
		return code;
	if (rc < 0) {
		snprintf(err.where, sizeof(err.where), "%s", file);
		return cmd_error(p->ctx, &err);
	}
	const struct mf_value *v = mf_document_value(doc);
	if (p->path || p->slice)
		rc = mf_value_select(&part, v, p->path, p->slice, &err);
	if (part)
		v = mf_document_value(part);
	if (p->ctx->format == FORMAT_DEFAULT)
		p->ctx->format = FORMAT_JSON;
	if (rc == MF_OK && file_format(p, &format)) {
		rc = mf_value_write(v, format, &p->sink, &err);
	} else if (rc == MF_OK) {
		code = print_value(p, v, file);
		fputc('\n', p->ctx->out);
	}
	if (rc < 0)
		code = cmd_error(p->ctx, &err);
	mf_document_free(part);
	mf_document_free(doc);
	return code;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	struct printer p = {.ctx = ctx, .path = args->path, .slice = args->slice, .sink = {out_file_write, ctx->out}};
	enum mf_format format;
	struct artifact_options which = {.attempt = args->attempt, .hidden = args->private};
	struct artifact_work work = {.self = args, .print = cat_one, .worse = worse_code};
	struct artifact_set set;
	if (args->pickle_file)
		return cat_file(&p, args->pickle_file);
	int code = artifact_set_open(&set, ctx, &which, argv, argc);
	p.many = set.many || ctx->format == FORMAT_NDJSON;
	if (!code && p.many && file_format(&p, &format)) {
		const char *first = mf_paths_get(set.paths[0], 0);
		if (set.total > 1)
			code = cmd_usage(ctx, "-o %s takes one artifact, %zu match", ctx->g.output, set.total);
		else if (mf_pathspec_entity(first) == MF_TASK)
			code = cmd_usage(ctx, "-o %s takes one artifact, %s is a task", ctx->g.output, first);
	}
	for (int i = 0; i < set.n && !code; i++) {
		if (is_ndjson(&p) && mf_paths_count(set.paths[i]) >= ARTIFACTS_WORTH_THREADS) {
			worse(&p, artifacts_print(ctx, set.paths[i], &work));
			continue;
		}
		for (size_t k = 0; k < mf_paths_count(set.paths[i]) && !code && !cmd_interrupted(ctx); k++)
			code = cat_path(&p, args, mf_paths_get(set.paths[i], k), mf_paths_known(set.paths[i], k));
	}
	worse(&p, set.missed);
	artifact_set_release(&set);
	return code ? code : p.code;
}

static const struct args defaults = {.attempt = -1};

const struct command cmd_cat = {.name = "cat", .arguments = "PATHSPEC...", .summary = "print values of artifacts",
	.flags = PAGER_OK | COMPLETE_PATHSPEC, .opts = opts, .args_size = sizeof(struct args), .defaults = &defaults,
	.examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON | 1u << FORMAT_RAW | 1u << FORMAT_PICKLE |
		   1u << FORMAT_NPY | 1u << FORMAT_CSV,
	.notes = "Of several artifacts (a glob, a task, more than one PATHSPEC) JSON comes as one object a line.\n"
		 "raw is the text or the bytes themselves; pickle the stored stream; npy takes arrays; csv frames, series,\n"
		 "arrays of one or two dimensions, and lists of dicts. Values are read, never executed.",
	.run = run};
