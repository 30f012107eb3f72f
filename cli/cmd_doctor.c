#include <stdlib.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/text.h"
#include "out.h"

static const char *const examples[] = {"what is set up, and does it work?|mfctl doctor",
	"of another history|mfctl doctor --metadata service@https://metaflow.example.com",
	"problems alone|mfctl doctor -o json | jq '.findings[] | select(.level == \"problem\")'",
	NULL};

static const struct {
	const char *name, *word, *glyph, *ascii, *status; /* status: whose colour it has */
} levels[] = {
	[MF_FINE] = {"fine", "ok", "✓", "+", "completed"},
	[MF_NOTE] = {"note", "note", "·", "-", "pending"},
	[MF_WARNING] = {"warning", "warning", "!", "!", "unknown"},
	[MF_PROBLEM] = {"problem", "problem", "✗", "x", "failed"},
};

enum { WORD_WIDTH = 7, INDENT = 2 + 2 + WORD_WIDTH + 2 };

/* Exit codes of problems, the worst first; those of other topics are 1. */
static const struct {
	const char *topic;
	int code;
} codes[] = {{"service", 5}, {"database", 5}, {"access", 4}, {"history", 3}, {"datastore", 3}};

static int worse(int a, int b)
{
	return a > b ? a : b; /* 5 network, 4 access, 3 nothing found, 1 anything else */
}

static int code_of(const char *topic)
{
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (str_eq(codes[i].topic, topic))
			return codes[i].code;
	return 1;
}

static int exit_code(const struct mf_doctor *d, const struct mf_error *opened)
{
	int code = mf_code_exit(opened->code);
	if (code > 5 || code == 2)
		code = 1;
	for (size_t i = 0; i < mf_doctor_count(d); i++) {
		const struct mf_diagnosis *f = mf_doctor_finding(d, i);
		if (f->level == MF_PROBLEM)
			code = worse(code, code_of(f->topic));
	}
	return code;
}

/* ---- for programs ---- */

static void add_json(struct buf *b, const struct mf_diagnosis *f)
{
	buf_adds(b, "{\"level\":");
	out_string(b, levels[f->level].name);
	out_key_string(b, "topic", f->topic);
	out_key_string(b, "text", f->text);
	out_key_string(b, "hint", f->hint);
	buf_addc(b, '}');
}

static void print_json(struct cmd_ctx *ctx, struct buf *b, const struct mf_doctor *d, bool ok)
{
	bool lines = ctx->format == FORMAT_NDJSON;
	size_t n = mf_doctor_count(d);
	buf_adds(b, lines ? "" : "{\"findings\":[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(b, i && !lines ? "," : "");
		add_json(b, mf_doctor_finding(d, i));
		buf_adds(b, lines ? "\n" : "");
	}
	if (!lines)
		buf_addf(b, "],\"ok\":%s}\n", ok ? "true" : "false");
}

/* ---- for people ---- */

/* The quotes of messages, which --ascii has plain. */
static void add_safe(struct cmd_ctx *ctx, struct buf *b, const char *s)
{
	static const char *const quotes[] = {"“", "”"};
	for (const char *p = s; ctx->ascii && *p; p++)
		for (size_t i = 0; i < ARRAY_SIZE(quotes); i++)
			if (str_starts(p, quotes[i])) {
				text_escape(b, s, (size_t)(p - s), TEXT_ASCII);
				buf_addc(b, '"');
				s = p + strlen(quotes[i]);
			}
	text_escape(b, s, strlen(s), ctx->ascii ? TEXT_ASCII : 0);
}

/* Words, wrapped to the terminal behind an indent. */
static void add_wrapped(struct cmd_ctx *ctx, struct buf *b, const char *s, size_t indent)
{
	size_t room = ctx->width > indent + 20 ? ctx->width - indent : 0, column = 0;
	struct buf safe = BUF_INIT(1 << 20);
	add_safe(ctx, &safe, s);
	for (const char *p = safe.p; *p;) {
		size_t n = strcspn(p, " "), width = text_width(p, n);
		if (room && column && column + 1 + width > room) {
			buf_addf(b, "\n%*s", (int)indent, "");
			column = 0;
		} else if (p > safe.p) {
			buf_addc(b, ' ');
			column++;
		}
		buf_add(b, p, n);
		column += width;
		p += n + (p[n] == ' ');
	}
	buf_release(&safe);
}

static void add_finding(struct cmd_ctx *ctx, struct buf *b, const struct mf_diagnosis *f)
{
	const char *glyph = ctx->ascii ? levels[f->level].ascii : levels[f->level].glyph;
	buf_addf(b, "  %s%s %-*s%s  ", out_color(ctx, levels[f->level].status), glyph, WORD_WIDTH,
		levels[f->level].word, out_plain(ctx));
	add_wrapped(ctx, b, f->text, INDENT);
	buf_addc(b, '\n');
	if (!f->hint)
		return;
	buf_addf(b, "%*s%s", INDENT, "", out_dim(ctx));
	buf_adds(b, "hint: ");
	add_wrapped(ctx, b, f->hint, INDENT + strlen("hint: "));
	buf_addf(b, "%s\n", out_plain(ctx));
}

static void print_text(struct cmd_ctx *ctx, struct buf *b, const struct mf_doctor *d)
{
	const char *topic = "";
	size_t n = mf_doctor_count(d), counts[ARRAY_SIZE(levels)] = {0};
	for (size_t i = 0; i < n; i++) {
		const struct mf_diagnosis *f = mf_doctor_finding(d, i);
		if (!str_eq(f->topic, topic))
			buf_addf(b, "%s%s%s\n", out_bold(ctx), f->topic, out_plain(ctx));
		topic = f->topic;
		counts[f->level]++;
		add_finding(ctx, b, f);
	}
	if (ctx->g.quiet)
		return;
	size_t bad = counts[MF_PROBLEM], odd = counts[MF_WARNING];
	if (bad)
		buf_addf(b, "%zu problem%s", bad, bad == 1 ? "" : "s");
	else
		buf_adds(b, "no problem");
	if (odd)
		buf_addf(b, ", %zu warning%s", odd, odd == 1 ? "" : "s");
	buf_addc(b, '\n');
}

/* ---- the command ---- */

/* Configuration and client, where they can be had; why not, where they cannot: that is what this
 * command tells about. */
static int open_all(struct cmd_ctx *ctx, struct mf_error *opened)
{
	if (!ctx->config) {
		struct mf_config_options o = {.environ = ctx->environ,
			.metadata = ctx->g.metadata,
			.datastore_root = ctx->g.datastore_root,
			.profile = ctx->g.profile,
			.file = ctx->g.config};
		struct mf_config *tried;
		if (mf_config_load(&tried, &o, opened) < 0)
			return 0;
		mf_config_free(tried);
		int code = need_config(ctx);
		if (code)
			return code;
	}
	if (!ctx->client)
		mf_client_open(&ctx->client, ctx->config, opened);
	return 0;
}

static int run(struct cmd_ctx *ctx, const void *args, char **argv, int argc)
{
	struct mf_error opened = MF_ERROR_INIT, err = MF_ERROR_INIT;
	struct mf_doctor *d;
	struct buf b = BUF_INIT(64 << 20);
	(void)args;
	(void)argv;
	if (argc)
		return cmd_usage(ctx, "doctor takes no argument");
	int code = open_all(ctx, &opened);
	if (code)
		return code;
	if (mf_doctor_run(&d, ctx->config, ctx->client, opened.code ? &opened : NULL, &err) < 0)
		return cmd_error(ctx, &err);
	code = exit_code(d, &opened);
	if (ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON)
		print_json(ctx, &b, d, code == 0);
	else
		print_text(ctx, &b, d);
	mf_doctor_free(d);
	if (b.failed)
		code = cmd_fail(ctx, b.failed, NULL, "out of memory");
	else
		fwrite(b.p, 1, b.n, ctx->out);
	buf_release(&b);
	return code;
}

static const struct opt opts[] = {{0}};

const struct command cmd_doctor = {.name = "doctor",
	.arguments = "",
	.summary = "what is wrong with the set-up, and how to mend it",
	.flags = PAGER_OK,
	.opts = opts,
	.examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON,
	.notes = "Configuration, the history or the metadata service, its version and what it "
		 "lacks, its "
		 "database, clocks, namespace,\n"
		 "the datastore and whether the newest run's data is there, the cache. Nothing is "
		 "changed, "
		 "no secret is printed, and\n"
		 "it ends within about 10 s. MFCTL_MIGRATION_URL: the migration service, to be "
		 "asked too. "
		 "Exit code: 0 without a problem,\n"
		 "else that of the worst: 5 the service or its database does not answer, 4 not "
		 "allowed, 3 "
		 "nothing found, 1 anything else.",
	.run = run};
