#include "complete.h"

#include <stdlib.h>
#include <string.h>

#include "opts_global.h"

enum { MOST = 300 };

void complete_command(const char *word, void (*add)(void *arg, const char *text), void *arg)
{
	for (size_t i = 0; commands[i]; i++)
		if (str_starts(commands[i]->name, word))
			add(arg, commands[i]->name);
}

void complete_option(const struct command *c, const char *word, void (*add)(void *arg, const char *text), void *arg)
{
	const struct opt *tables[] = {c ? c->opts : NULL, cmd_global_opts()};
	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (const struct opt *o = tables[t]; o && o->name; o++) {
			char text[64];
			snprintf(text, sizeof(text), "--%s", o->name);
			if (o->help && str_starts(text, word))
				add(arg, text);
		}
}

void complete_pathspec(struct cmd_ctx *ctx, const char *word, void (*add)(void *arg, const char *text), void *arg)
{
	static const char *const selectors[] = {"latest", "latest-successful", "latest-failed", "latest-running"};
	struct mf_list_options lo = MF_LIST_INIT;
	struct mf_expand_options xo = {.attempt = -1, .ns = ctx->ns};
	struct mf_paths *paths = NULL;
	struct mf_iter *iter;
	struct mf_object *o;
	const char *slash = strrchr(word, '/'), *last = slash ? slash + 1 : word;
	char *typed = strndup(word, (size_t)(last - word)), *parent = typed ? cmd_absolute(ctx, typed) : NULL;
	if (!parent)
		goto done;
	size_t n = strlen(parent);
	while (n && parent[n - 1] == '/')
		parent[--n] = '\0';
	int entity = n ? mf_pathspec_entity(parent) : -1;
	if ((n && entity < 0) || entity == MF_ARTIFACT)
		goto done;
	if (n && (mf_expand(&paths, ctx->client, parent, entity, &xo, NULL) < 0 || mf_paths_count(paths) != 1))
		goto done;
	lo.ns = ctx->ns;
	lo.hidden = last[0] == '_';
	if (mf_list(&iter, ctx->client, paths ? mf_paths_get(paths, 0) : "", &lo, NULL) < 0)
		goto done;
	for (size_t i = 0; entity == MF_FLOW && i < ARRAY_SIZE(selectors); i++)
		if (str_starts(selectors[i], last)) {
			struct buf b = BUF_INIT(1 << 16);
			buf_addf(&b, "%s%s/", typed, selectors[i]);
			add(arg, b.p);
			buf_release(&b);
		}
	for (int k = 0; k < MOST && mf_iter_next(iter, &o, NULL) == 1;) {
		if (str_starts(mf_object_id(o), last)) {
			struct buf b = BUF_INIT(1 << 16);
			buf_addf(&b, "%s%s%s", typed, mf_object_id(o), entity + 1 < MF_ARTIFACT ? "/" : "");
			add(arg, b.p);
			buf_release(&b);
			k++;
		}
		mf_object_free(o);
	}
	mf_iter_free(iter);
done:
	mf_paths_free(paths);
	free(parent);
	free(typed);
}
