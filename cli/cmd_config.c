#include <stdlib.h>

#include "../clientlib/base/suggest.h"
#include "cmd.h"
#include "out.h"

struct args {
	bool all;
};

static const struct opt opts[] = {
	{"all", 'a', OPT_FLAG, offsetof(struct args, all), NULL, "also what is not set"}, {0}};

static const char *const examples[] = {"what is in force|mfctl config show",
	"where a value comes from|mfctl config explain DATASTORE_SYSROOT_LOCAL", NULL};

static const char *shown(const struct mf_config_entry *e)
{
	return !e->value ? NULL : e->secret && *e->value ? "(secret)" : e->value;
}

static void add_entry(struct buf *b, const struct mf_config_entry *e)
{
	const char *v = shown(e);
	buf_addf(b, "{\"key\":\"METAFLOW_");
	struct buf key = BUF_INIT(1 << 16);
	out_string(&key, e->key);
	if (key.n > 1)
		buf_add(b, key.p + 1, key.n - 1);
	buf_release(&key);
	buf_adds(b, ",\"value\":");
	if (v)
		out_string(b, v);
	else
		buf_adds(b, "null");
	buf_adds(b, ",\"source\":");
	out_string(b, e->source);
	buf_addc(b, '}');
}

static int show(struct cmd_ctx *ctx, const struct args *args)
{
	const struct mf_config_entry *e;
	size_t n = mf_config_entries(ctx->config, &e), count = 0;
	const char *root = mf_config_root(ctx->config), *reason = mf_config_root_reason(ctx->config);
	const char *user = mf_config_user(ctx->config);
	struct buf b = BUF_INIT(1 << 24);
	if (ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON) {
		buf_adds(&b, "{\"settings\":[");
		for (size_t i = 0; i < n; i++)
			if (args->all || (e[i].value && !str_eq(e[i].source, "default"))) {
				buf_adds(&b, count++ ? "," : "");
				add_entry(&b, &e[i]);
			}
		buf_addc(&b, ']');
		out_key_string(&b, "root", root);
		out_key_string(&b, "root_reason", reason);
		out_key_string(&b, "user", user);
		buf_adds(&b, "}\n");
	} else {
		const char *spec = ctx->g.metadata;
		buf_addf(&b, "%-34s %s\n", "history", spec ? spec : root ? root : "(none found)");
		buf_addf(&b, "%-34s %s%s%s\n", "", out_dim(ctx),
			spec ? "--metadata" : reason ? reason : "no .metaflow directory here or above", out_plain(ctx));
		buf_addf(&b, "%-34s %s\n", "user", user ? user : "(unknown)");
		for (size_t i = 0; i < n; i++)
			if (args->all || (e[i].value && !str_eq(e[i].source, "default")))
				buf_addf(&b, "METAFLOW_%-25s %s  %s%s%s\n", e[i].key, shown(&e[i]) ? shown(&e[i]) : "-", out_dim(ctx),
					e[i].source, out_plain(ctx));
	}
	fwrite(b.p, 1, b.n, ctx->out);
	buf_release(&b);
	return 0;
}

static int explain(struct cmd_ctx *ctx, const char *key)
{
	const struct mf_config_entry *e = mf_config_explain(ctx->config, key), *all;
	struct buf b = BUF_INIT(1 << 20);
	if (!e) {
		const char *names[256];
		size_t n = mf_config_entries(ctx->config, &all);
		for (size_t i = 0; i < n && i < ARRAY_SIZE(names); i++)
			names[i] = all[i].key;
		const char *near = suggest(strncmp(key, "METAFLOW_", 9) == 0 ? key + 9 : key, names,
			n < ARRAY_SIZE(names) ? n : ARRAY_SIZE(names));
		return near ? cmd_fail(ctx, MF_ENOTFOUND, key, "neither known nor set; did you mean METAFLOW_%s?", near)
			    : cmd_fail(ctx, MF_ENOTFOUND, key, "neither known nor set");
	}
	if (ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON) {
		add_entry(&b, e);
		buf_addc(&b, '\n');
	} else {
		buf_addf(&b, "METAFLOW_%s = %s\n  from %s\n", e->key, shown(e) ? shown(e) : "(not set)", e->source);
		if (e->help)
			buf_addf(&b, "  %s\n", e->help);
		buf_adds(&b, "  precedence: environment, config.json of the nearest .metaflow, then "
			     "$METAFLOW_HOME or ~/.metaflowconfig/config[_PROFILE].json, then the default\n");
	}
	fwrite(b.p, 1, b.n, ctx->out);
	buf_release(&b);
	return 0;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	int code = need_config(ctx);
	if (code)
		return code;
	if (argc == 1 && str_eq(argv[0], "show"))
		return show(ctx, a);
	if (argc == 2 && str_eq(argv[0], "explain"))
		return explain(ctx, argv[1]);
	return cmd_usage(ctx, argc && str_eq(argv[0], "explain") ? "explain needs one KEY" : "say show, or explain KEY");
}

const struct command cmd_config = {.name = "config", .arguments = "show|explain [KEY]",
	.summary = "the configuration in force, and where it comes from", .opts = opts, .args_size = sizeof(struct args),
	.examples = examples, .formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON | 1u << FORMAT_TABLE,
	.run = run};
