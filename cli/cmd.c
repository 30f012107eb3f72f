#include "cmd.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/suggest.h"
#include "../clientlib/base/text.h"
#include "opts_global.h"
#include "out.h"
#include "pager.h"
#include "stats.h"

#define CMD(name, flags, arguments, summary) extern const struct command cmd_##name;
#include "cmds.def"
#undef CMD

const struct command *const commands[] = {
#define CMD(name, flags, arguments, summary) &cmd_##name,
#include "cmds.def"
#undef CMD
	NULL};

static const struct opt global_opts[] = {
#define OPT(name, letter, kind, member, metavar, help)                                                 \
	{name, letter, OPT_##kind, offsetof(struct globals, member), metavar, help},
#include "globals.def"
#undef OPT
	{0}};

const struct opt *cmd_global_opts(void)
{
	return global_opts;
}

static const struct {
	const char *name;
	enum format format;
} format_names[] = {{"table", FORMAT_TABLE}, {"wide", FORMAT_WIDE}, {"json", FORMAT_JSON}, {"ndjson", FORMAT_NDJSON},
	{"csv", FORMAT_CSV}, {"tsv", FORMAT_TSV}, {"name", FORMAT_NAME}, {"text", FORMAT_TEXT}, {"raw", FORMAT_RAW},
	{"pickle", FORMAT_PICKLE}, {"npy", FORMAT_NPY}, {"dot", FORMAT_DOT}, {"mermaid", FORMAT_MERMAID}};

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (str_eq(commands[i]->name, name))
			return commands[i];
	return NULL;
}

/* ---- errors ---- */

static void say_json(struct cmd_ctx *ctx, const struct mf_error *err)
{
	const char *const keys[] = {"code", "message", "hint", "where"};
	const char *const values[] = {mf_code_name(err->code), err->message, err->hint, err->where};
	struct buf b = BUF_INIT(1 << 16);
	buf_adds(&b, "{\"error\":{");
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		buf_addf(&b, "%s\"%s\":", i ? "," : "", keys[i]);
		if (!*values[i]) {
			buf_adds(&b, "null");
			continue;
		}
		out_string(&b, values[i]);
	}
	buf_adds(&b, "}}\n");
	fwrite(b.p, 1, b.n, ctx->diag);
	buf_release(&b);
}

int cmd_error(struct cmd_ctx *ctx, const struct mf_error *err)
{
	struct buf b = BUF_INIT(1 << 16);
	const char *where = err->where[0] ? err->where : ctx->command ? ctx->command->name : "";
	fflush(ctx->out); /* what was printed before the error stands before it */
	buf_adds(&b, "mfctl: ");
	text_escape(&b, where, strlen(where), 0);
	buf_adds(&b, *where ? ": " : "");
	text_escape(&b, err->message, strlen(err->message), 0);
	buf_addc(&b, '\n');
	if (err->hint[0]) {
		buf_adds(&b, "hint: ");
		text_escape(&b, err->hint, strlen(err->hint), 0);
		buf_addc(&b, '\n');
	}
	fwrite(b.p, 1, b.n, ctx->diag);
	buf_release(&b);
	if (ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON)
		say_json(ctx, err);
	return mf_code_exit(err->code);
}

int cmd_fail(struct cmd_ctx *ctx, int code, const char *where, const char *fmt, ...)
{
	struct mf_error err = MF_ERROR_INIT;
	va_list ap;
	err.code = code;
	snprintf(err.where, sizeof(err.where), "%s", where ? where : "");
	va_start(ap, fmt);
	vsnprintf(err.message, sizeof(err.message), fmt, ap);
	va_end(ap);
	return cmd_error(ctx, &err);
}

int cmd_usage(struct cmd_ctx *ctx, const char *fmt, ...)
{
	struct mf_error err = MF_ERROR_INIT;
	va_list ap;
	err.code = MF_EUSAGE;
	va_start(ap, fmt);
	vsnprintf(err.message, sizeof(err.message), fmt, ap);
	va_end(ap);
	if (ctx->command)
		snprintf(err.hint, sizeof(err.hint), "usage: mfctl %s%s%s; mfctl %s --help says more", ctx->command->name,
			*ctx->command->arguments ? " " : "", ctx->command->arguments, ctx->command->name);
	else
		snprintf(err.hint, sizeof(err.hint), "mfctl help lists the commands");
	return cmd_error(ctx, &err);
}

bool cmd_interrupted(const struct cmd_ctx *ctx)
{
	return mf_cancel_is_set(ctx->cancel);
}

/* ---- set-up that commands ask for ---- */

/* Is what is told of among the kinds that --debug=a,b names? All are without a name. */
static bool debugged(const char *kinds, const char *what)
{
	static const char *const stored[] = {"read", "list", "blob"};
	const char *kind = what;
	for (size_t i = 0; i < ARRAY_SIZE(stored); i++)
		if (str_eq(what, stored[i]))
			kind = "store";
	for (const char *p = kinds; *p;) {
		size_t n = strcspn(p, ",");
		if (n == strlen(kind) && memcmp(p, kind, n) == 0)
			return true;
		p += n + (p[n] == ',');
	}
	return !*kinds;
}

/* The request that is under way for this URL of n bytes, in the log; false: it has gone from there. */
static bool find_request(const struct cmd_ctx *ctx, const char *url, size_t n, struct mf_request *out)
{
	struct mf_request log[32];
	size_t count = ctx->client ? mf_client_requests(ctx->client, log, ARRAY_SIZE(log)) : 0;
	for (size_t i = 0; i < count; i++) {
		size_t most = strlen(log[i].url); /* long ones are cut */
		if (!log[i].done && most <= n && memcmp(url, log[i].url, most) == 0 && (most == n || most > sizeof(log[i].url) - 8)) {
			*out = log[i];
			return true;
		}
	}
	return false;
}

/* "GET URL STATUS 3 ms" of one try of a request: with its size, why it failed, and which try it was; without the address of the
 * service, which is the same for all. */
static void add_request(const struct cmd_ctx *ctx, struct buf *b, const char *line, uint64_t bytes)
{
	const char *source = ctx->client ? mf_client_source(ctx->client) : "", *base = strchr(source, '@');
	struct mf_request r = {.tries = 1};
	char method[8];
	int from = 0, to = 0, status;
	double ms;
	if (sscanf(line, "%7s %n%*s%n %d %lf", method, &from, &to, &status, &ms) != 3) {
		text_escape(b, line, strlen(line), 0);
		return;
	}
	const char *url = line + from;
	size_t n = (size_t)(to - from), shared = base ? strlen(base + 1) : 0;
	find_request(ctx, url, n, &r);
	if (!shared || shared >= n || memcmp(url, base + 1, shared) != 0 || url[shared] != '/')
		shared = 0;
	buf_addf(b, "%s ", method);
	text_escape(b, url + shared, n - shared, 0);
	if (status)
		buf_addf(b, " %d ", status);
	else
		buf_adds(b, " no reply ");
	fmt_size(b, (int64_t)bytes);
	buf_addf(b, " %.0f ms", ms);
	if (r.tries > 1)
		buf_addf(b, " (tries %d)", r.tries);
	if (r.error[0]) {
		buf_adds(b, ": ");
		text_escape(b, r.error, strlen(r.error), 0);
	}
}

/* --debug: a line for each file, directory and request. One call each, so that lines of threads do not mix. */
static void trace(void *self, const char *what, const char *path, uint64_t bytes)
{
	const struct cmd_ctx *ctx = self;
	struct buf b = BUF_INIT(1 << 16);
	if (!debugged(ctx->g.debug, what))
		return;
	buf_addf(&b, "debug: %s ", what);
	if (str_eq(what, "http")) {
		add_request(ctx, &b, path, bytes);
	} else {
		text_escape(&b, path, strlen(path), 0);
		if (bytes)
			buf_addf(&b, " (%llu bytes)", (unsigned long long)bytes);
	}
	buf_addc(&b, '\n');
	fwrite(b.p, 1, b.n, ctx->diag);
	buf_release(&b);
}

/* When --timeout ends what goes over the network, ms; 0: never. Commands that last by their nature see to it themselves. */
static int64_t deadline(const struct cmd_ctx *ctx)
{
	static const char *const lasting[] = {"wait", "watch", "shell"};
	int64_t ms;
	for (size_t i = 0; ctx->command && i < ARRAY_SIZE(lasting); i++)
		if (str_eq(ctx->command->name, lasting[i]))
			return 0;
	return ctx->g.timeout && parse_duration(ctx->g.timeout, &ms) ? clock_now_ms() + ms : 0;
}

int need_config(struct cmd_ctx *ctx)
{
	struct mf_error err = MF_ERROR_INIT;
	if (ctx->config)
		return 0;
	struct mf_config_options o = {.environ = ctx->environ, .metadata = ctx->g.metadata,
		.datastore_root = ctx->g.datastore_root, .profile = ctx->g.profile, .file = ctx->g.config,
		.offline = ctx->g.offline, .trust_paths = ctx->g.trust_paths, .no_cache = ctx->g.no_cache, .deadline = deadline(ctx)};
	if (ctx->g.debug) {
		o.trace = trace;
		o.trace_self = ctx;
	}
	const char *now = getenv("MFKIT_NOW"); /* tests fix the present */
	if (now && parse_time(now, 0, &o.now))
		ctx->now = o.now;
	return mf_config_load(&ctx->config, &o, &err) < 0 ? cmd_error(ctx, &err) : 0;
}

int need_client(struct cmd_ctx *ctx)
{
	struct mf_error err = MF_ERROR_INIT;
	int code = need_config(ctx);
	if (code || ctx->client)
		return code;
	return mf_client_open(&ctx->client, ctx->config, &err) < 0 ? cmd_error(ctx, &err) : 0;
}

void cmd_ctx_release(struct cmd_ctx *ctx)
{
	if (ctx->borrowed)
		return;
	mf_client_free(ctx->client);
	mf_config_free(ctx->config);
	ctx->client = NULL;
	ctx->config = NULL;
}

static int settle_globals(struct cmd_ctx *ctx)
{
	const struct globals *g = &ctx->g;
	const char *term = getenv("TERM");
	ctx->dumb = !term || !*term || str_eq(term, "dumb");
	if (g->output) {
		bool known = false;
		for (size_t i = 0; i < ARRAY_SIZE(format_names); i++)
			if (str_eq(format_names[i].name, g->output)) {
				ctx->format = format_names[i].format;
				known = true;
			}
		unsigned allowed = ctx->command ? ctx->command->formats : 0;
		if (!known || (allowed && !(allowed >> ctx->format & 1))) {
			struct buf list = BUF_INIT(1024);
			ctx->format = FORMAT_DEFAULT;
			for (size_t i = 0; i < ARRAY_SIZE(format_names); i++)
				if (allowed >> format_names[i].format & 1)
					buf_addf(&list, "%s%s", list.n ? ", " : "", format_names[i].name);
			int code = list.n ? cmd_usage(ctx, "-o %s: the format is one of %s", g->output, list.p)
					  : cmd_usage(ctx, "-o %s: no such format here", g->output);
			buf_release(&list);
			return code;
		}
	}
	const char *when = g->color ? g->color : "auto";
	const char *no = getenv("NO_COLOR"), *force = getenv("CLICOLOR_FORCE");
	if (str_eq(when, "always"))
		ctx->color = true;
	else if (str_eq(when, "never"))
		ctx->color = false;
	else if (str_eq(when, "auto"))
		ctx->color = (!no || !*no) && ((force && *force && !str_eq(force, "0")) || (ctx->out_tty && !ctx->dumb));
	else
		return cmd_usage(ctx, "--color %s: it is auto, always or never", when);
	ctx->ascii = ctx->ascii || g->ascii;
	int64_t ms;
	if (g->timeout && !parse_duration(g->timeout, &ms))
		return cmd_usage(ctx, "--timeout %s: not a duration; 90s, 5m or 2h are", g->timeout);
	return 0;
}

static int settle_namespace(struct cmd_ctx *ctx, struct buf *ns)
{
	const char *env = getenv("MFCTL_NAMESPACE");
	ctx->ns = ctx->g.ns ? ctx->g.ns : env && *env ? env : NULL;
	if (!ctx->g.my_runs)
		return 0;
	int code = need_config(ctx);
	if (code)
		return code;
	const char *user = mf_config_user(ctx->config);
	if (!user)
		return cmd_fail(ctx, MF_EFAILED, "--my-runs", "the user is not known: set METAFLOW_USER");
	buf_addf(ns, "user:%s", user);
	ctx->ns = ns->p;
	return 0;
}

/* ---- running ---- */

static int finish(struct cmd_ctx *ctx, int code)
{
	if ((fflush(ctx->out) != 0 || ferror(ctx->out)) && code != 130) {
		int e = errno;
		clearerr(ctx->out);
		return cmd_fail(ctx, MF_EFAILED, "", "cannot write the output: %s", strerror(e));
	}
	return code;
}

/* Is JSON asked for? An error in the options themselves is told in the format that stands among them. */
static bool wants_json(char **argv, int argc)
{
	static const char *const forms[] = {"-ojson", "-ondjson", "--output=json", "--output=ndjson"};
	for (int i = 0; i < argc; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(forms); k++)
			if (str_eq(argv[i], forms[k]))
				return true;
		if (i + 1 < argc && (str_eq(argv[i], "-o") || str_eq(argv[i], "--output"))
			&& (str_eq(argv[i + 1], "json") || str_eq(argv[i + 1], "ndjson")))
			return true;
	}
	return false;
}

/* What was shown without a network is not of today: say of when. */
static void say_offline(struct cmd_ctx *ctx)
{
	struct mf_link link;
	if (!ctx->client || ctx->borrowed || ctx->g.quiet)
		return;
	mf_client_link(ctx->client, &link);
	if (link.state != MF_LINK_OFFLINE || link.cached_at == MF_NO_TIME)
		return;
	struct buf at = BUF_INIT(64), ago = BUF_INIT(64);
	fmt_datetime(&at, link.cached_at, ctx->g.utc);
	fmt_ago(&ago, link.cached_at, ctx->now, ctx->g.utc);
	if (!at.failed && !ago.failed)
		fprintf(ctx->diag, "mfctl: offline: as of %.*s (%s)\n", (int)strlen("2026-11-21 17:59"), at.p, ago.p);
	buf_release(&at);
	buf_release(&ago);
}

static int run_command(struct cmd_ctx *ctx, int argc, char **argv)
{
	const struct command *c = ctx->command;
	struct buf problem = BUF_INIT(4096), ns = BUF_INIT(4096);
	_Alignas(max_align_t) char args[4096] = {0};
	struct opt_set sets[] = {{c->opts, args}, {global_opts, &ctx->g}};
	struct stats stats;
	int code;
	stats_start(&stats);
	if (c->defaults)
		memcpy(args, c->defaults, c->args_size);
	bool json = wants_json(argv, argc) || (ctx->g.output && strstr(ctx->g.output, "json"));
	int n = opt_parse(argv, argc, sets, ARRAY_SIZE(sets), false, &problem);
	if (n < 0) {
		ctx->format = json ? FORMAT_JSON : ctx->format;
		code = cmd_usage(ctx, "%s", problem.p);
		goto done;
	}
	if (ctx->g.help) {
		help_command(ctx, c);
		code = 0;
		goto done;
	}
	if ((code = settle_globals(ctx)) || (code = settle_namespace(ctx, &ns)))
		goto done;
	if (c->flags & NEED_CLIENT && (code = need_client(ctx)))
		goto done;
	struct stat st;
	bool file = fileno(ctx->out) >= 0 && fstat(fileno(ctx->out), &st) == 0 && S_ISREG(st.st_mode);
	if (ctx->format == FORMAT_NDJSON && !file) /* somebody may be reading along */
		setvbuf(ctx->out, NULL, _IOLBF, 1 << 16);
	struct pager pager = {0};
	if (c->flags & PAGER_OK && ctx->out_tty && !ctx->g.no_pager)
		pager_start(&pager, ctx);
	code = c->run(ctx, args, argv, n);
	code = finish(ctx, cmd_interrupted(ctx) && code != 124 ? 130 : code);
	pager_end(&pager, ctx);
	say_offline(ctx);
	if (ctx->g.stats)
		stats_print(&stats, ctx);
done:
	buf_release(&problem);
	buf_release(&ns);
	ctx->ns = NULL;
	return code;
}

int cmd_main(struct cmd_ctx *ctx, int argc, char **argv)
{
	struct buf problem = BUF_INIT(4096);
	struct opt_set set = {global_opts, &ctx->g};
	ctx->command = NULL;
	bool json = wants_json(argv, argc);
	int n = opt_parse(argv, argc, &set, 1, true, &problem);
	if (n < 0) {
		ctx->format = json ? FORMAT_JSON : ctx->format;
		int code = cmd_usage(ctx, "%s", problem.p);
		buf_release(&problem);
		return code;
	}
	buf_release(&problem);
	if (!n) {
		help_main(ctx);
		return finish(ctx, 0);
	}
	ctx->command = command_find(argv[0]);
	if (ctx->command)
		return run_command(ctx, n - 1, argv + 1);
	if (strchr(argv[0], '/')) { /* a pathspec alone is shown */
		ctx->command = command_find("show");
		return run_command(ctx, n, argv);
	}
	const char *names[64];
	size_t k = 0;
	struct mf_error err = MF_ERROR_INIT;
	while (commands[k] && k < ARRAY_SIZE(names)) {
		names[k] = commands[k]->name;
		k++;
	}
	const char *near = suggest(argv[0], names, k);
	err.code = MF_EUSAGE;
	snprintf(err.message, sizeof(err.message), "“%.200s” is not a command", argv[0]);
	if (near)
		snprintf(err.hint, sizeof(err.hint), "did you mean “%s”?", near);
	else
		snprintf(err.hint, sizeof(err.hint), "mfctl help lists the commands");
	if (json || (ctx->g.output && (str_eq(ctx->g.output, "json") || str_eq(ctx->g.output, "ndjson"))))
		ctx->format = FORMAT_JSON;
	return cmd_error(ctx, &err);
}

/* ---- arguments ---- */

char *cmd_absolute(const struct cmd_ctx *ctx, const char *pathspec)
{
	struct buf b = BUF_INIT(1 << 20);
	if (pathspec[0] == '/' || !ctx->cwd || !ctx->cwd->n) {
		buf_adds(&b, pathspec[0] == '/' && ctx->cwd ? pathspec + 1 : pathspec);
		return buf_take(&b);
	}
	/* in the shell: below where cd went; .. goes up; what starts with the flow's name is absolute */
	size_t flow = strcspn(ctx->cwd->p, "/");
	if (strncmp(pathspec, ctx->cwd->p, flow) == 0 && (pathspec[flow] == '/' || !pathspec[flow])) {
		buf_adds(&b, pathspec);
		return buf_take(&b);
	}
	buf_add(&b, ctx->cwd->p, ctx->cwd->n);
	for (const char *p = pathspec; *p;) {
		size_t n = strcspn(p, "/");
		if (n == 2 && strncmp(p, "..", 2) == 0) {
			while (b.n && b.p[b.n - 1] != '/')
				b.n--;
			if (b.n)
				b.n--;
			b.p[b.n] = '\0';
		} else if (n && !(n == 1 && *p == '.')) {
			if (b.n)
				buf_addc(&b, '/');
			buf_add(&b, p, n);
		}
		p += n + (p[n] == '/');
	}
	return buf_take(&b);
}

char *cmd_one(struct cmd_ctx *ctx, char **argv, int argc, int depth, int *code)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_paths *paths = NULL;
	struct mf_expand_options opts = {.attempt = -1, .ns = ctx->ns};
	char *absolute = NULL, *found = NULL;
	if (argc != 1 && !(argc == 0 && ctx->cwd && ctx->cwd->n)) {
		*code = cmd_usage(ctx, argc ? "one PATHSPEC at a time" : "a PATHSPEC is missing");
		return NULL;
	}
	absolute = argc ? cmd_absolute(ctx, argv[0]) : strdup(ctx->cwd->p);
	if (!absolute) {
		*code = cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
		return NULL;
	}
	if (mf_expand(&paths, ctx->client, absolute, depth, &opts, &err) < 0) {
		*code = cmd_error(ctx, &err);
	} else if (mf_paths_count(paths) == 1) {
		found = strdup(mf_paths_get(paths, 0));
		if (!found)
			*code = cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
	} else if (!mf_paths_count(paths)) {
		*code = cmd_fail(ctx, MF_ENOTFOUND, absolute, "nothing matches");
	} else {
		*code = cmd_fail(ctx, MF_EUSAGE, absolute, "%zu objects match; %s takes one", mf_paths_count(paths),
			ctx->command->name);
	}
	mf_paths_free(paths);
	free(absolute);
	return found;
}

int cmd_fields(struct cmd_ctx *ctx, enum mf_entity entity, const char *text, int *out, size_t most, int *code)
{
	size_t n = 0;
	for (const char *p = text; p && *p;) {
		size_t len = strcspn(p, ",");
		char name[64];
		while (len && isspace((unsigned char)*p)) {
			p++;
			len--;
		}
		snprintf(name, sizeof(name), "%.*s", (int)len, p);
		int id = mf_field_find(entity, name);
		if (id < 0 && len) {
			struct mf_error err = MF_ERROR_INIT;
			const char *names[128];
			size_t count;
			const struct mf_field *fields = mf_fields(entity, &count);
			for (size_t i = 0; i < count && i < ARRAY_SIZE(names); i++)
				names[i] = fields[i].name;
			const char *near = suggest(name, names, count < ARRAY_SIZE(names) ? count : ARRAY_SIZE(names));
			err.code = MF_EUSAGE;
			snprintf(err.message, sizeof(err.message), "%s %s has no field “%s”",
				entity == MF_ARTIFACT ? "an" : "a", mf_entity_name(entity), name);
			if (near)
				snprintf(err.hint, sizeof(err.hint), "did you mean “%s”?", near);
			else
				snprintf(err.hint, sizeof(err.hint), "mfctl help fields lists them");
			*code = cmd_error(ctx, &err);
			return -1;
		}
		if (id >= 0 && n < most)
			out[n++] = id;
		p += len + (p[len] == ',');
	}
	return (int)n;
}
