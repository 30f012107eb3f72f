#include <stdlib.h>

#include "cmd.h"
#include "out.h"

struct args {
	struct opt_many add, remove;
	bool check;
};

static const struct opt opts[] = {
	{"add", 0, OPT_MANY, offsetof(struct args, add), "TAG", "replace: a tag to add"},
	{"remove", 0, OPT_MANY, offsetof(struct args, remove), "TAG", "replace: a tag to remove"},
	{"check", 0, OPT_FLAG, offsetof(struct args, check), NULL, "list: exit 7 unless the run has all TAGs"},
	{0}};

static const char *const examples[] = {"the tags of a run|mfctl tag list TrainFlow/latest",
	"add two|mfctl tag add TrainFlow/1834 good lr:0.1", "one for another|mfctl tag replace TrainFlow/1834 candidate prod",
	"several at once|mfctl tag replace TrainFlow/1834 --remove a --remove b --add c", NULL};

static int print_tags(struct cmd_ctx *ctx, const char *path)
{
	static const char *const names[] = {"pathspec", "tags", "user_tags", "system_tags"};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o;
	int fields[ARRAY_SIZE(names)], code = 0;
	mf_client_forget(ctx->client);
	if (mf_get(&o, ctx->client, path, NULL, &err) < 0)
		return cmd_error(ctx, &err);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		fields[i] = mf_field_find(MF_RUN, names[i]);
	if (ctx->format == FORMAT_JSON || ctx->format == FORMAT_NDJSON) {
		code = out_object(ctx, o, fields, ARRAY_SIZE(fields));
	} else {
		for (int system = 0; system < 2; system++) {
			const struct mf_value *tags = mf_object_get(o, names[2 + system]);
			for (size_t i = 0; i < mf_value_count(tags); i++) {
				struct buf b = BUF_INIT(1 << 20);
				size_t count;
				const struct mf_field *f = mf_fields(MF_RUN, &count);
				out_cell(ctx, &b, &f[mf_field_find(MF_RUN, "id")], mf_value_item(tags, i));
				fprintf(ctx->out, "%s%s%s\n", system ? out_dim(ctx) : "", b.p, system ? out_plain(ctx) : "");
				buf_release(&b);
			}
		}
		if (out_say_errors(ctx, o, fields, ARRAY_SIZE(fields)))
			code = mf_code_exit(MF_EPARTIAL);
	}
	mf_object_free(o);
	return code;
}

static int check(struct cmd_ctx *ctx, const char *path, char **tags, int n)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o;
	if (mf_get(&o, ctx->client, path, NULL, &err) < 0)
		return cmd_error(ctx, &err);
	const struct mf_value *have = mf_object_get(o, "tags");
	int missing = 0;
	for (int i = 0; i < n; i++) {
		bool found = false;
		for (size_t k = 0; k < mf_value_count(have); k++) {
			size_t len;
			const char *t = mf_value_text(mf_value_item(have, k), &len);
			found = found || (t && len == strlen(tags[i]) && memcmp(t, tags[i], len) == 0);
		}
		missing += !found;
	}
	mf_object_free(o);
	return missing ? mf_code_exit(MF_EFALSE) : 0;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	const char *what = argc ? argv[0] : NULL;
	const char *const *add = NULL, *const *remove = NULL;
	size_t n_add = 0, n_remove = 0;
	int code = 0;
	if (!what)
		return cmd_usage(ctx, "say list, add, remove or replace");
	bool list = str_eq(what, "list"), adds = str_eq(what, "add"), removes = str_eq(what, "remove");
	bool replaces = str_eq(what, "replace");
	if (!list && !adds && !removes && !replaces)
		return cmd_usage(ctx, "“%s” is none of list, add, remove, replace", what);
	if (argc < 2 && !(ctx->cwd && ctx->cwd->n))
		return cmd_usage(ctx, "a run (FLOW/run) is missing");
	int named = argc >= 2;
	char **tags = argv + 1 + named;
	int n = argc - 1 - named;
	if (!replaces && (args->add.n || args->remove.n))
		return cmd_usage(ctx, "--add and --remove belong to tag replace");
	if (args->check && !list)
		return cmd_usage(ctx, "--check belongs to tag list");
	if (list && n && !args->check)
		return cmd_usage(ctx, "tag list takes a run only");
	if ((adds || removes) && !n)
		return cmd_usage(ctx, "tag %s needs a TAG", what);
	if (adds) {
		add = (const char *const *)tags;
		n_add = (size_t)n;
	} else if (removes) {
		remove = (const char *const *)tags;
		n_remove = (size_t)n;
	} else if (replaces && n == 2 && !args->add.n && !args->remove.n) {
		remove = (const char *const *)tags;
		add = (const char *const *)tags + 1;
		n_add = n_remove = 1;
	} else if (replaces) {
		if (n || (!args->add.n && !args->remove.n))
			return cmd_usage(ctx, "tag replace takes OLD NEW, or --remove OLD and --add NEW");
		add = args->add.v;
		n_add = args->add.n;
		remove = args->remove.v;
		n_remove = args->remove.n;
	}
	char *path = cmd_one(ctx, argv + 1, named, MF_RUN, &code);
	if (!path)
		return code;
	if (list) {
		code = args->check ? check(ctx, path, tags, n) : print_tags(ctx, path);
	} else {
		struct mf_error err = MF_ERROR_INIT;
		if (mf_tags_change(ctx->client, path, add, n_add, remove, n_remove, &err) < 0)
			code = cmd_error(ctx, &err);
		else if (ctx->format != FORMAT_DEFAULT || ctx->out_tty)
			code = print_tags(ctx, path);
	}
	free(path);
	return code;
}

const struct command cmd_tag = {.name = "tag", .arguments = "list|add|remove|replace FLOW/run TAG...",
	.summary = "list or change the user tags of a run", .flags = NEED_CLIENT | COMPLETE_PATHSPEC, .opts = opts,
	.args_size = sizeof(struct args), .examples = examples,
	.formats = 1u << FORMAT_TEXT | 1u << FORMAT_JSON | 1u << FORMAT_NDJSON | 1u << FORMAT_TABLE,
	.notes = "Metaflow's rules hold: what is removed goes first, system tags cannot be removed, at most 50 user tags.\n"
		 "The run keeps its creation time and user.",
	.run = run};
