#include <stdlib.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "cmd.h"
#include "out.h"
#include "page.h"

struct args {
	const char *dir;
	bool all, force;
};

static const struct opt opts[] = {{"all", 'a', OPT_FLAG, offsetof(struct args, all), NULL,
					  "also Metaflow's own files and what it adds"},
	{"dir", 'd', OPT_VALUE, offsetof(struct args, dir), "DIR",
		"extract: where to (made if it is missing)"},
	{"force", 0, OPT_FLAG, offsetof(struct args, force), NULL,
		"extract: replace files that exist"},
	{0}};

static const char *const examples[] = {"the files that ran|mfctl code list TrainFlow/latest",
	"the flow's script|mfctl code show TrainFlow/latest",
	"another file|mfctl code show TrainFlow/latest helper.py",
	"all of it on disk|mfctl code extract TrainFlow/latest -d src",
	"what has changed|mfctl code diff TrainFlow/latest~1 TrainFlow/latest", NULL};

static bool is_json(const struct cmd_ctx *ctx)
{
	return ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON;
}

static int print(struct cmd_ctx *ctx, const struct buf *b)
{
	struct mf_error err = MF_ERROR_INIT;
	int rc = buf_err(b, &err);
	if (rc < 0)
		return cmd_error(ctx, &err);
	fwrite(b->p, 1, b->n, ctx->out);
	return 0;
}

/* The package that a pathspec names; NULL after an error (exit code in *code). */
static struct mf_package *open_package(struct cmd_ctx *ctx, char **argv, int argc, int *code)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_package *p = NULL;
	char *path = cmd_one(ctx, argv, argc, -1, code);
	if (path && mf_package_open(&p, ctx->client, path, &err) < 0)
		*code = cmd_error(ctx, &err);
	free(path);
	return p;
}

/* ---- list ---- */

static const char *kind_name(enum mf_member_kind kind)
{
	static const char *const names[] = {"file", "directory", "link", "other"};
	return (size_t)kind < ARRAY_SIZE(names) ? names[kind] : "other";
}

static int list_json(struct cmd_ctx *ctx, const struct mf_member *m, size_t n, bool all)
{
	struct buf b = BUF_INIT(1 << 28);
	bool lines = ctx->format == FORMAT_NDJSON, any = false;
	buf_adds(&b, lines ? "" : "[");
	for (size_t i = 0; i < n; i++) {
		if (!all && !m[i].user)
			continue;
		buf_adds(&b, any && !lines ? ",{\"path\":" : "{\"path\":");
		out_string(&b, m[i].path);
		out_key_string(&b, "kind", kind_name(m[i].kind));
		buf_addf(&b, ",\"size\":%llu,\"mode\":\"%04o\"", (unsigned long long)m[i].size,
			m[i].mode);
		out_key_time(&b, "mtime", m[i].mtime);
		out_key_string(&b, "target", m[i].target);
		buf_addf(&b, ",\"user\":%s}%s", m[i].user ? "true" : "false", lines ? "\n" : "");
		any = true;
	}
	buf_adds(&b, lines ? "" : "]\n");
	int code = print(ctx, &b);
	buf_release(&b);
	return code;
}

static int list(struct cmd_ctx *ctx, const struct mf_package *p, bool all)
{
	static const char *const titles[] = {"path", "size", "mode", "mtime", "kind", NULL};
	static const bool right[] = {false, true, false, false, false};
	const struct mf_member *m;
	struct sheet g;
	size_t n = mf_package_members(p, &m);
	if (is_json(ctx))
		return list_json(ctx, m, n, all);
	sheet_init(&g, titles, right);
	for (size_t i = 0; i < n; i++) {
		if (!all && !m[i].user)
			continue;
		sheet_text(&g, m[i].path);
		if (ctx->out_tty)
			fmt_size(sheet_cell(&g), (int64_t)m[i].size);
		else
			buf_addf(sheet_cell(&g), "%llu", (unsigned long long)m[i].size);
		buf_addf(sheet_cell(&g), "%04o", m[i].mode);
		out_time(ctx, sheet_cell(&g), m[i].mtime);
		sheet_text(&g, kind_name(m[i].kind));
	}
	return sheet_print(&g, ctx);
}

/* ---- show ---- */

static int show(struct cmd_ctx *ctx, const struct mf_package *p, const char *file)
{
	struct mf_error err = MF_ERROR_INIT;
	struct buf b = BUF_INIT((size_t)1 << 30), safe = BUF_INIT((size_t)1 << 30);
	struct mf_sink straight = {out_file_write, ctx->out}, held = {buf_sink_write, &b};
	int code = 0, rc = mf_package_read(p, file, ctx->out_tty ? &held : &straight, &err);
	if (rc < 0 && rc != MF_EIO)
		code = cmd_error(ctx, &err);
	if (!code && ctx->out_tty) { /* nothing in a file acts on the terminal */
		text_escape(&safe, b.p, b.n, TEXT_KEEP_NL | TEXT_KEEP_TAB);
		code = print(ctx, &safe);
	}
	buf_release(&b);
	buf_release(&safe);
	return code;
}

/* ---- extract ---- */

static int extract(struct cmd_ctx *ctx, const struct mf_package *p, const struct args *args)
{
	struct mf_extract_options o = {
		.all = args->all, .force = args->force, .cancel = ctx->cancel};
	struct mf_extract_result result;
	struct mf_error err = MF_ERROR_INIT;
	if (mf_package_extract(p, args->dir, &o, &result, &err) < 0)
		return cmd_error(ctx, &err);
	if (!ctx->g.quiet)
		fprintf(ctx->diag, "%zu file%s written to %s\n", result.files,
			result.files == 1 ? "" : "s", args->dir);
	if (!result.skipped)
		return 0;
	return cmd_fail(ctx, MF_EPARTIAL, args->dir, "%zu member%s not unpacked, the first %s",
		result.skipped, result.skipped == 1 ? "" : "s", result.first);
}

/* ---- diff ---- */

static int diff_json(struct cmd_ctx *ctx, const struct mf_file_change *c, size_t n)
{
	struct buf b = BUF_INIT(1 << 28);
	bool lines = ctx->format == FORMAT_NDJSON;
	buf_adds(&b, lines ? "" : "[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(&b, i && !lines ? ",{\"path\":" : "{\"path\":");
		out_string(&b, c[i].path);
		out_key_string(&b, "status", mf_change_name(c[i].change));
		buf_adds(&b, lines ? "}\n" : "}");
	}
	buf_adds(&b, lines ? "" : "]\n");
	int code = print(ctx, &b);
	buf_release(&b);
	return code;
}

/* A diff on a terminal: escaped, and coloured by the first character of its lines. */
static void put_colored(struct cmd_ctx *ctx, struct buf *out, const struct buf *diff)
{
	for (const char *p = diff->p, *end = p + diff->n; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
		bool head = str_starts(p, "--- ") || str_starts(p, "+++ ");
		const char *color = head        ? out_bold(ctx)
				    : *p == '+' ? out_color(ctx, "completed")
				    : *p == '-' ? out_color(ctx, "failed")
				    : *p == '@' ? out_color(ctx, "running")
						: "";
		buf_adds(out, color);
		text_escape(out, p, (size_t)(stop - p), TEXT_KEEP_TAB);
		buf_adds(out, *color ? out_plain(ctx) : "");
		buf_addc(out, '\n');
		p = stop + (nl != NULL);
	}
}

static int diff_text(struct cmd_ctx *ctx, const struct mf_package_diff *d, size_t n)
{
	int code = 0;
	for (size_t i = 0; i < n && !code && !cmd_interrupted(ctx); i++) {
		struct buf text = BUF_INIT(1 << 28), out = BUF_INIT(1 << 30);
		struct mf_sink sink = {buf_sink_write, &text};
		struct mf_error err = MF_ERROR_INIT;
		if (mf_package_diff_text(d, i, &sink, &err) < 0) {
			if (!err.code)
				buf_err(&text, &err);
			code = cmd_error(ctx, &err);
		} else if (ctx->out_tty || ctx->color) {
			put_colored(ctx, &out, &text);
			code = print(ctx, &out);
		} else {
			code = print(ctx, &text);
		}
		buf_release(&text);
		buf_release(&out);
	}
	return code;
}

static int diff(struct cmd_ctx *ctx, const struct args *args, char **argv, int argc)
{
	struct mf_package *p[2] = {NULL, NULL};
	struct mf_package_diff *d = NULL;
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_file_change *changes;
	int code = 0;
	if (argc != 2)
		return cmd_usage(ctx, "code diff takes two runs");
	for (int i = 0; i < 2 && !code; i++)
		p[i] = open_package(ctx, argv + i, 1, &code);
	if (!code && mf_package_diff(&d, p[0], p[1], args->all, &err) < 0)
		code = cmd_error(ctx, &err);
	if (!code) {
		size_t n = mf_package_diff_files(d, &changes);
		code = is_json(ctx) ? diff_json(ctx, changes, n) : diff_text(ctx, d, n);
	}
	mf_package_diff_free(d);
	mf_package_free(p[0]);
	mf_package_free(p[1]);
	return code;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	const char *what = argc ? argv[0] : "";
	bool lists = str_eq(what, "list"), shows = str_eq(what, "show"),
	     extracts = str_eq(what, "extract");
	int code = 0;
	if (!argc)
		return cmd_usage(ctx, "say list, show, extract or diff");
	if (!lists && !shows && !extracts && !str_eq(what, "diff"))
		return cmd_usage(ctx, "“%s” is none of list, show, extract, diff", what);
	if (extracts && !args->dir)
		return cmd_usage(ctx, "code extract needs -d DIR");
	if (!extracts && (args->dir || args->force))
		return cmd_usage(ctx, "%s belongs to code extract", args->dir ? "-d" : "--force");
	if (shows && (is_json(ctx) || ctx->format == FORMAT_TABLE))
		return cmd_usage(ctx, "code show prints the file as it is: it has no other format");
	if (!lists && !shows && !extracts)
		return diff(ctx, args, argv + 1, argc - 1);
	/* show FILE of where the shell's cd went is told from show RUN by the number of words alone
	 */
	const char *file = shows && argc == 3 ? argv[2] : NULL;
	struct mf_package *p = open_package(ctx, argv + 1, argc - 1 - (file != NULL), &code);
	if (!p)
		return code;
	code = lists ? list(ctx, p, args->all) : shows ? show(ctx, p, file) : extract(ctx, p, args);
	mf_package_free(p);
	return code;
}

const struct command cmd_code = {.name = "code",
	.arguments = "list|show|extract|diff PATHSPEC [FILE]",
	.summary = "the code package of a run",
	.flags = NEED_CLIENT | PAGER_OK | COMPLETE_PATHSPEC,
	.opts = opts,
	.args_size = sizeof(struct args),
	.examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON | 1u << FORMAT_TABLE,
	.notes = "PATHSPEC is a run or a task. Without --all only the user's own files count.\n"
		 "Unpacking writes below DIR alone: links, devices, absolute names and .. are left "
		 "out (exit 6).",
	.run = run};
