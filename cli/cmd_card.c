#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/fs.h"
#include "cmd.h"
#include "out.h"
#include "page.h"

struct args {
	const char *type, *id, *hash, *dir;
	bool data;
};

static const struct opt opts[] = {
	{"type", 0, OPT_VALUE, offsetof(struct args, type), "TYPE", "cards of that type"},
	{"id", 0, OPT_VALUE, offsetof(struct args, id), "ID", "cards of that id"},
	{"hash", 0, OPT_VALUE, offsetof(struct args, hash), "PREFIX",
		"cards whose hash starts so; --id is ignored then"},
	{"data", 0, OPT_FLAG, offsetof(struct args, data), NULL,
		"show: the newest runtime JSON as it is stored"},
	{"dir", 'd', OPT_VALUE, offsetof(struct args, dir), "DIR",
		"save: where to (made if it is missing)"},
	{0}};

static const char *const examples[] = {"the cards of a run|mfctl card list TrainFlow/latest",
	"look at one in the terminal|mfctl card show TrainFlow/latest/evaluate/6",
	"one of several|mfctl card show TrainFlow/latest --id metrics",
	"the HTML pages|mfctl card save TrainFlow/latest -d cards",
	"what a card is made of|mfctl card show TrainFlow/latest/evaluate/6 -o json | jq "
	".components",
	NULL};

static bool is_json(const struct cmd_ctx *ctx)
{
	return ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON;
}

/* Tasks that could not be read are told; the rest is done. */
static int say_errors(struct cmd_ctx *ctx, const struct mf_cards *cards)
{
	const struct mf_error *first;
	size_t n = mf_cards_errors(cards, &first);
	if (!n)
		return 0;
	cmd_error(ctx, first);
	if (n > 1)
		fprintf(ctx->diag, "mfctl: %zu more tasks could not be read\n", n - 1);
	return mf_code_exit(MF_EPARTIAL);
}

/* ---- list ---- */

static void add_json(struct buf *b, const struct mf_card *c)
{
	buf_adds(b, "{\"pathspec\":");
	out_string(b, c->pathspec);
	out_key_string(b, "type", c->type);
	out_key_string(b, "id", c->id);
	out_key_string(b, "hash", c->hash);
	out_key_string(b, "path", c->path);
	if (c->attempt >= 0)
		buf_addf(b, ",\"attempt\":%d", c->attempt);
	else
		buf_adds(b, ",\"attempt\":null");
	out_key_time(b, "created_at", c->created_at);
	out_key_string(b, "reload_token", c->reload_token);
	buf_addc(b, '}');
}

static int list_json(struct cmd_ctx *ctx, const struct mf_cards *cards)
{
	struct buf b = BUF_INIT(1 << 26);
	bool lines = ctx->format == FORMAT_NDJSON;
	struct mf_error err = MF_ERROR_INIT;
	buf_adds(&b, lines ? "" : "[");
	for (size_t i = 0; i < mf_cards_count(cards); i++) {
		buf_adds(&b, i && !lines ? "," : "");
		add_json(&b, mf_cards_get(cards, i));
		buf_adds(&b, lines ? "\n" : "");
	}
	buf_adds(&b, lines ? "" : "]\n");
	int rc = buf_err(&b, &err);
	if (rc == MF_OK)
		fwrite(b.p, 1, b.n, ctx->out);
	buf_release(&b);
	return rc < 0 ? cmd_error(ctx, &err) : 0;
}

static int list(struct cmd_ctx *ctx, const struct mf_cards *cards)
{
	static const char *const titles[] = {
		"pathspec", "type", "id", "hash", "attempt", "created_at", "reload_token", NULL};
	static const bool right[] = {false, false, false, false, true, false, false};
	struct sheet g;
	if (is_json(ctx))
		return list_json(ctx, cards);
	sheet_init(&g, titles, right);
	for (size_t i = 0; i < mf_cards_count(cards); i++) {
		const struct mf_card *c = mf_cards_get(cards, i);
		sheet_text(&g, c->pathspec);
		sheet_text(&g, c->type);
		sheet_text(&g, c->id);
		sheet_text(&g, c->hash);
		buf_addf(sheet_cell(&g), c->attempt < 0 ? "-" : "%d", c->attempt);
		struct buf *when = sheet_cell(&g);
		if (c->created_at == MF_NO_TIME)
			buf_adds(when, "-");
		else
			out_time(ctx, when, c->created_at);
		sheet_text(&g, c->reload_token);
	}
	return sheet_print(&g, ctx);
}

/* ---- show ---- */

/* A JSON text as it was stored, and a newline; laid out on a terminal. */
static int print_stored(struct cmd_ctx *ctx, const struct mf_card *card, const struct mf_value *v,
	const char *text, size_t n)
{
	struct mf_sink sink = {out_file_write, ctx->out};
	struct mf_error err = MF_ERROR_INIT;
	int rc = MF_OK;
	if (!text) {
		fputs("null\n", ctx->out);
		return 0;
	}
	if (!v)
		return cmd_fail(ctx, MF_ECORRUPT, card->path, "its runtime JSON is damaged");
	if (ctx->out_tty)
		rc = mf_value_print_json(
			v, &sink, MF_PRINT_INDENT | (ctx->color ? MF_PRINT_COLOR : 0), &err);
	else
		fwrite(text, 1, n, ctx->out);
	if (rc < 0 && rc != MF_EIO)
		return cmd_error(ctx, &err);
	if (ctx->out_tty || !n || text[n - 1] != '\n')
		fputc('\n', ctx->out);
	return 0;
}

static int draw(struct cmd_ctx *ctx, const struct mf_card_content *content)
{
	struct mf_card_options o = {.width = ctx->width, .ascii = ctx->ascii, .pixels = ctx->color};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_page *page;
	if (mf_card_draw(&page, content, &o, &err) < 0)
		return cmd_error(ctx, &err);
	page_print(ctx, page, page_deep_color());
	if (mf_page_cut(page))
		fprintf(ctx->diag, "mfctl: the card is larger than what is drawn here; card save "
				   "gives all of it\n");
	mf_page_free(page);
	return 0;
}

/* Which of several cards is meant is for the user to say. */
static int too_many(struct cmd_ctx *ctx, const char *path, const struct mf_cards *cards)
{
	struct mf_error err = MF_ERROR_INIT;
	const struct mf_card *first = mf_cards_get(cards, 0);
	size_t n = mf_cards_count(cards);
	bool one_task = true;
	for (size_t i = 1; i < n; i++)
		one_task = one_task && str_eq(first->pathspec, mf_cards_get(cards, i)->pathspec);
	err.code = MF_EUSAGE;
	snprintf(err.where, sizeof(err.where), "%s", path);
	snprintf(err.message, sizeof(err.message), "%zu cards match; card show takes one", n);
	snprintf(err.hint, sizeof(err.hint),
		"choose with %s--id, --type or --hash, as in --hash %.8s; mfctl card list names "
		"them",
		one_task ? "" : "the task, ", first->hash);
	return cmd_error(ctx, &err);
}

static int show(struct cmd_ctx *ctx, const struct args *args, const char *path,
	const struct mf_cards *cards)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_card_content *content;
	const char *text;
	size_t n;
	int code;
	if (!mf_cards_count(cards))
		return cmd_fail(ctx, MF_ENOTFOUND, path, "%s",
			args->type || args->id || args->hash ? "no card matches"
							     : "it has no card");
	if (mf_cards_count(cards) > 1)
		return too_many(ctx, path, cards);
	const struct mf_card *card = mf_cards_get(cards, 0);
	if (mf_card_read(&content, ctx->client, card, &err) < 0)
		return cmd_error(ctx, &err);
	if (args->data) {
		const struct mf_value *v = mf_card_runtime(content, &text, &n);
		code = print_stored(ctx, card, v, text, n);
	} else if (is_json(ctx)) {
		const struct mf_value *v = mf_card_data(content, &text, &n);
		code = print_stored(ctx, card, v, text, n);
	} else {
		code = draw(ctx, content);
	}
	mf_card_content_free(content);
	return code;
}

/* ---- save ---- */

static int save_one(
	struct cmd_ctx *ctx, const char *dir, const struct mf_card *card, struct mf_error *err)
{
	struct buf page = BUF_INIT((size_t)1 << 30), path = BUF_INIT(1 << 16);
	struct mf_sink sink = {buf_sink_write, &page};
	buf_adds(&path, dir);
	buf_addc(&path, '/');
	buf_adds(&path, mf_card_file(card));
	int rc = path.failed ? path.failed : mf_card_write(ctx->client, card, &sink, err);
	if (rc == MF_OK) {
		/* as other new files: what the umask leaves of rw-rw-rw- */
		mode_t mask = umask(0);
		umask(mask);
		rc = fs_replace(path.p, page.p, page.n, 0666 & ~mask, err);
	}
	if (rc == MF_OK)
		fprintf(ctx->out, "%s\n", path.p);
	buf_release(&page);
	buf_release(&path);
	return rc;
}

static int save(struct cmd_ctx *ctx, const char *dir, const struct mf_cards *cards)
{
	int code = 0;
	size_t n = mf_cards_count(cards);
	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return cmd_fail(ctx, errno == EACCES ? MF_EACCESS : MF_EFAILED, dir,
			"cannot make the directory: %s", strerror(errno));
	for (size_t i = 0; i < n && !cmd_interrupted(ctx); i++) {
		struct mf_error err = MF_ERROR_INIT;
		int rc = save_one(ctx, dir, mf_cards_get(cards, i), &err);
		if (rc < 0) {
			cmd_error(ctx, &err);
			code = mf_code_exit(n > 1 ? MF_EPARTIAL : rc);
		}
	}
	return code;
}

/* A glob that nothing matches is an empty list, as it is for ls. */
static bool matches_nothing(struct cmd_ctx *ctx, const char *word)
{
	const struct mf_expand_options options = {.attempt = -1, .ns = ctx->ns};
	struct mf_paths *paths = NULL;
	char *path = cmd_absolute(ctx, word);
	bool nothing = path && mf_expand(&paths, ctx->client, path, -1, &options, NULL) == 0 && mf_paths_is_glob(paths)
		       && !mf_paths_count(paths);
	mf_paths_free(paths);
	free(path);
	return nothing;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	const char *what = argc ? argv[0] : "";
	bool lists = str_eq(what, "list"), shows = str_eq(what, "show"),
	     saves = str_eq(what, "save");
	struct mf_card_filter filter = {
		.type = args->type, .id = args->id, .hash = args->hash, .cancel = ctx->cancel};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_cards *cards;
	int code = 0;
	if (!argc)
		return cmd_usage(ctx, "say list, show or save");
	if (!lists && !shows && !saves)
		return cmd_usage(ctx, "“%s” is none of list, show, save", what);
	if (saves && !args->dir)
		return cmd_usage(ctx, "card save needs -d DIR");
	if (args->dir && !saves)
		return cmd_usage(ctx, "-d belongs to card save");
	if (args->data && !shows)
		return cmd_usage(ctx, "--data belongs to card show");
	if (ctx->format == FORMAT_TABLE && !lists)
		return cmd_usage(ctx, "-o table belongs to card list");
	if (lists && argc == 2 && matches_nothing(ctx, argv[1])) {
		fputs(ctx->format == FORMAT_JSON ? "[]\n" : "", ctx->out);
		return 0;
	}
	char *path = cmd_one(ctx, argv + 1, argc - 1, -1, &code);
	if (!path)
		return code;
	if (mf_cards_open(&cards, ctx->client, path, &filter, &err) < 0) {
		code = cmd_error(ctx, &err);
	} else {
		code = lists   ? list(ctx, cards)
		       : shows ? show(ctx, args, path, cards)
			       : save(ctx, args->dir, cards);
		int partial = say_errors(ctx, cards);
		code = code ? code : partial;
		mf_cards_free(cards);
	}
	free(path);
	return code;
}

const struct command cmd_card = {.name = "card",
	.arguments = "list|show|save PATHSPEC",
	.summary = "cards: in the terminal, or the HTML",
	.flags = NEED_CLIENT | PAGER_OK | COMPLETE_PATHSPEC,
	.opts = opts,
	.args_size = sizeof(struct args),
	.examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON | 1u << FORMAT_TABLE,
	.notes = "PATHSPEC is a run, a step or a task. A cloned task shows the cards of its "
		 "origin.\n"
		 "show -o json prints the data embedded in the page, --data what a running task "
		 "keeps beside it; null where there is none.",
	.run = run};
