#include <stdlib.h>

#include "../clientlib/base/limits.h"
#include "../clientlib/base/text.h"
#include "artifacts.h"
#include "out.h"

struct args {
	int attempt;
	bool private, all;
	const char *pickle_file;
};

static const struct opt opts[] = {
	{"all", 0, OPT_FLAG, offsetof(struct args, all), NULL, "also what is safe"},
	{"private", 0, OPT_FLAG, offsetof(struct args, private), NULL,
		"globs also match hidden artifacts"},
	{"attempt", 0, OPT_INT, offsetof(struct args, attempt), "N", "of that attempt"},
	{"pickle-file", 0, OPT_VALUE, offsetof(struct args, pickle_file), NULL,
		NULL}, /* hidden: for tests */
	{0}};

static const char *const examples[] = {"all artifacts of a run|mfctl audit TrainFlow/latest",
	"one artifact, with all that it names|mfctl audit TrainFlow/latest/end/42/model --all",
	"a whole flow, for a report|mfctl audit TrainFlow --private -o ndjson", NULL};

enum { LARGE = 1 << 20 };

/* Auditing one path. */
struct auditor {
	const struct args *args;
	struct cmd_ctx *ctx;
	bool ahead; /* into memory beside others: nothing large */
	bool large; /* something large was met */
	int code;
};

/* Something dangerous is worse than what could not be read. */
static int worse_code(int a, int b)
{
	int dangerous = mf_code_exit(MF_EFALSE);
	return a == dangerous || b == dangerous ? dangerous : a ? a : b;
}

static bool is_json(const struct cmd_ctx *ctx)
{
	return ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON;
}

/* ---- one result ---- */

static void add_line(
	struct cmd_ctx *ctx, struct buf *b, const char *path, const struct mf_finding *f)
{
	const char *risk = mf_risk_name(f->risk), *gap = ctx->out_tty ? "  " : "\t";
	const char *color = f->risk == MF_RISK_DANGEROUS ? out_color(ctx, "failed")
			    : f->risk == MF_RISK_UNKNOWN ? out_color(ctx, "unknown")
							 : "";
	buf_addf(b, "%s%-*s%s%s", color, ctx->out_tty ? 9 : 0, risk, *color ? out_plain(ctx) : "",
		gap);
	buf_addf(b, "%-*s%s", ctx->out_tty ? 13 : 0, f->action, gap);
	text_escape(b, f->name, f->n, ctx->ascii ? TEXT_ASCII : 0);
	buf_adds(b, gap);
	text_escape(b, path, strlen(path), 0);
	buf_addc(b, '\n');
}

static void add_finding(struct buf *b, const struct mf_finding *f)
{
	buf_adds(b, "{\"name\":");
	out_bytes(b, f->name, f->n);
	out_key_string(b, "action", f->action);
	out_key_string(b, "risk", mf_risk_name(f->risk));
	buf_addc(b, '}');
}

static void add_error(struct buf *b, const struct mf_error *e)
{
	buf_adds(b, ",\"$error\":{\"code\":");
	out_string(b, mf_code_name(e->code));
	out_key_string(b, "message", e->message);
	buf_addc(b, '}');
}

/* What was found in one artifact, and why that may not be all (err, or NULL). */
static void print_findings(struct auditor *a, const char *path, const struct mf_finding *findings,
	size_t n, enum mf_risk risk, const struct mf_error *err)
{
	struct buf b = BUF_INIT(MF_LIMIT_TEXT);
	size_t shown = 0;
	if (is_json(a->ctx)) {
		buf_adds(&b, "{\"pathspec\":");
		out_string(&b, path);
		out_key_string(&b, "risk", mf_risk_name(risk));
		buf_adds(&b, ",\"findings\":[");
		for (size_t i = 0; i < n; i++) {
			buf_adds(&b, i ? "," : "");
			add_finding(&b, &findings[i]);
		}
		buf_addc(&b, ']');
		if (err)
			add_error(&b, err);
		buf_adds(&b, "}\n");
	} else {
		for (; shown < n && (a->args->all || findings[shown].risk != MF_RISK_SAFE); shown++)
			add_line(a->ctx, &b, path, &findings[shown]);
	}
	if (b.failed)
		a->code = worse_code(a->code, cmd_fail(a->ctx, b.failed, path, "out of memory"));
	else
		fwrite(b.p, 1, b.n, a->ctx->out);
	buf_release(&b);
	if (risk == MF_RISK_DANGEROUS)
		a->code = worse_code(a->code, mf_code_exit(MF_EFALSE));
}

static void say_unread(struct auditor *a, const char *path, const struct mf_error *err)
{
	struct mf_error said = *err;
	snprintf(said.where, sizeof(said.where), "%s", path);
	cmd_error(a->ctx, &said);
	a->code = worse_code(a->code, mf_code_exit(MF_EPARTIAL));
}

static void audit_bytes(struct auditor *a, const char *path, const char *p, size_t n)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_audit *found;
	int rc = mf_audit_pickle(&found, p, n, &err);
	size_t count = found ? mf_audit_count(found) : 0;
	/* the findings lie one behind the other, but that is the library's own matter */
	struct mf_finding *findings = calloc(count + 1, sizeof(*findings));
	if (!findings) {
		mf_audit_free(found);
		a->code = worse_code(a->code, cmd_fail(a->ctx, MF_ENOMEM, path, "out of memory"));
		return;
	}
	for (size_t i = 0; i < count; i++)
		findings[i] = *mf_audit_get(found, i);
	/* what could not be followed to its end is not safe */
	enum mf_risk risk = found ? mf_audit_risk(found) : MF_RISK_UNKNOWN;
	if (rc < 0 && risk == MF_RISK_SAFE)
		risk = MF_RISK_UNKNOWN;
	print_findings(a, path, findings, count, risk, rc < 0 ? &err : NULL);
	if (rc < 0)
		say_unread(a, path, &err);
	free(findings);
	mf_audit_free(found);
}

/* ---- artifacts ---- */

static void audit_artifact(void *self, struct mf_object *o)
{
	struct auditor *a = self;
	struct mf_error err = MF_ERROR_INIT;
	const char *path = mf_object_pathspec(o);
	size_t n;
	if (a->ahead && (a->large || mf_value_int(mf_object_get(o, "size")) > LARGE)) {
		a->large = true;
		return;
	}
	const char *type = mf_value_text(mf_object_get(o, "content_type"), &n);
	if (type && !memmem(type, n, "pickle", strlen("pickle"))) {
		/* not a pickle: the extension that wrote it is imported to read it */
		struct mf_finding f = {type, n, "import", MF_RISK_UNKNOWN};
		print_findings(a, path, &f, 1, f.risk, NULL);
		return;
	}
	struct buf b = BUF_INIT((size_t)MF_LIMIT_PICKLE_BYTES);
	struct mf_sink sink = {buf_sink_write, &b};
	int rc = mf_artifact_bytes(o, &sink, &err);
	if (rc < 0 && b.failed) {
		err = (struct mf_error)MF_ERROR_INIT;
		buf_err(&b, &err);
	}
	if (rc < 0) {
		if (is_json(a->ctx))
			print_findings(a, path, NULL, 0, MF_RISK_UNKNOWN, &err);
		say_unread(a, path, &err);
	} else {
		audit_bytes(a, path, b.p, b.n);
	}
	buf_release(&b);
}

/* One path of many, see struct artifact_work. */
static int audit_one(
	const void *self, struct cmd_ctx *ctx, const char *path, bool known, bool ahead, bool *large)
{
	const struct args *args = self;
	struct auditor a = {.args = args, .ctx = ctx, .ahead = ahead};
	struct artifact_options which = {.attempt = args->attempt, .hidden = args->private};
	struct mf_error err = MF_ERROR_INIT;
	which.known = known;
	if (artifacts_of(ctx, &which, path, audit_artifact, &a, &err) < 0) {
		if (is_json(ctx))
			print_findings(&a, path, NULL, 0, MF_RISK_UNKNOWN, &err);
		say_unread(&a, path, &err);
	}
	*large = a.large;
	return a.code;
}

/* Lines of JSON as one array. */
static void print_array(FILE *out, const char *lines, size_t n)
{
	fputc('[', out);
	for (size_t i = 0; i < n;) {
		const char *end = memchr(lines + i, '\n', n - i);
		size_t len = end ? (size_t)(end - (lines + i)) : n - i;
		fputs(i ? ",\n " : "", out);
		fwrite(lines + i, 1, len, out);
		i += len + 1;
	}
	fputs("]\n", out);
}

static int audit_set(struct cmd_ctx *ctx, const struct args *args, char **argv, int argc)
{
	struct artifact_options which = {
		.attempt = args->attempt, .hidden = args->private, .above = true};
	struct artifact_work work = {.self = args, .print = audit_one, .worse = worse_code};
	struct artifact_set set;
	int code = artifact_set_open(&set, ctx, &which, argv, argc), found = 0;
	for (int i = 0; i < set.n && !code && !cmd_interrupted(ctx); i++)
		found = worse_code(found, artifacts_print(ctx, set.paths[i], &work));
	found = worse_code(found, set.missed);
	artifact_set_release(&set);
	return code ? code : found;
}

static int audit(struct cmd_ctx *ctx, const struct args *args, char **argv, int argc)
{
	struct auditor a = {.args = args, .ctx = ctx};
	struct buf b = BUF_INIT((size_t)MF_LIMIT_PICKLE_BYTES);
	if (!args->pickle_file)
		return audit_set(ctx, args, argv, argc);
	a.code = artifact_file(ctx, args->pickle_file, &b);
	if (!a.code)
		audit_bytes(&a, args->pickle_file, b.p, b.n);
	buf_release(&b);
	return a.code;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	FILE *out = ctx->out;
	char *lines = NULL;
	size_t n = 0;
	if (ctx->format != FORMAT_JSON)
		return audit(ctx, a, argv, argc);
	ctx->out = open_memstream(&lines, &n);
	if (!ctx->out) {
		ctx->out = out;
		return cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
	}
	int code = audit(ctx, a, argv, argc);
	bool whole = fclose(ctx->out) == 0;
	ctx->out = out;
	/* of a wrong command line there is nothing to print */
	bool ran = !code || code == mf_code_exit(MF_EPARTIAL) || code == mf_code_exit(MF_EFALSE);
	if (!whole)
		code = cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
	else if (ran)
		print_array(out, lines, n);
	free(lines);
	return code;
}

static const struct args defaults = {.attempt = -1};

const struct command cmd_audit = {.name = "audit",
	.arguments = "PATHSPEC...",
	.summary = "what loading artifacts would import or call",
	.flags = PAGER_OK | COMPLETE_PATHSPEC,
	.opts = opts,
	.args_size = sizeof(struct args),
	.defaults = &defaults,
	.examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON,
	.notes = "Artifacts, or all of tasks, steps, runs and flows. Nothing is loaded: the names "
		 "in each stream are judged by\n"
		 "themselves. dangerous: runs commands or code, touches files or the network; "
		 "unknown: runs the code of its\n"
		 "module, whatever that is; safe: plain values. As text only what is not safe is "
		 "listed, unless --all is given.\n"
		 "Exit code 7 when something is dangerous, 6 when an artifact could not be read to "
		 "its end.",
	.run = run};
