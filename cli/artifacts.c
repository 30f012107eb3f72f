#include "artifacts.h"

#include <errno.h>
#include <stdlib.h>

#include "../clientlib/base/par.h"
#include "out.h"

enum { BATCH = 256 };

/* ---- what the arguments name ---- */

/* "Flow/run" → "Flow/run/<any step>/<any task>"; free it. */
static char *down_to_tasks(char *path)
{
	struct buf b = BUF_INIT(1 << 20);
	int entity = path ? mf_pathspec_entity(path) : -1;
	size_t n = path ? strlen(path) : 0;
	if (entity < 0 || entity >= MF_TASK)
		return path;
	while (n && path[n - 1] == '/')
		n--;
	buf_add(&b, path, n);
	for (int e = entity; e < MF_TASK; e++)
		buf_adds(&b, "/*");
	free(path);
	return buf_take(&b);
}

static int expand(struct artifact_set *set, struct cmd_ctx *ctx,
	const struct artifact_options *opts, char *path)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_expand_options xo = {
		.attempt = opts->attempt, .ns = ctx->ns, .hidden = opts->hidden};
	struct mf_paths **paths = &set->paths[set->n++];
	int entity = path ? mf_pathspec_entity(path) : -1;

	*paths = NULL;
	if (!path)
		return cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
	if (entity >= 0 && entity < MF_TASK)
		return cmd_fail(ctx, MF_EUSAGE, path,
			"it names a %s; %s prints artifacts (Flow/run/step/task/artifact) or all "
			"of a task",
			mf_entity_name((enum mf_entity)entity), ctx->command->name);
	if (mf_expand(paths, ctx->client, path, -1, &xo, &err) < 0)
		return cmd_error(ctx, &err);
	if (!mf_paths_count(*paths))
		return cmd_fail(ctx, MF_ENOTFOUND, path, "nothing matches");
	if (mf_paths_is_glob(*paths) || entity == MF_TASK)
		set->many = true;
	set->total += mf_paths_count(*paths);
	return 0;
}

int artifact_set_open(struct artifact_set *set, struct cmd_ctx *ctx,
	const struct artifact_options *opts, char **argv, int argc)
{
	int code = need_client(ctx);
	*set = (struct artifact_set){.many = argc > 1};
	if (code)
		return code;
	if (!argc && !(ctx->cwd && ctx->cwd->n))
		return cmd_usage(ctx, "a PATHSPEC is missing");
	set->paths = calloc((size_t)argc + 1, sizeof(*set->paths));
	if (!set->paths)
		return cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
	for (int i = 0; i < (argc ? argc : 1) && !code; i++) {
		char *path = argc ? cmd_absolute(ctx, argv[i]) : strdup(ctx->cwd->p);
		if (opts->above)
			path = down_to_tasks(path);
		code = expand(set, ctx, opts, path);
		free(path);
		if (code && argc > 1 && code == mf_code_exit(MF_ENOTFOUND)) { /* the others are still to be shown */
			mf_paths_free(set->paths[--set->n]);
			set->missed = mf_code_exit(MF_EPARTIAL);
			code = 0;
		}
	}
	if (!code && set->missed && !set->n)
		code = mf_code_exit(MF_ENOTFOUND);
	if (set->total > 1)
		set->many = true;
	return code;
}

void artifact_set_release(struct artifact_set *set)
{
	for (int i = 0; i < set->n; i++)
		mf_paths_free(set->paths[i]);
	free(set->paths);
	*set = (struct artifact_set){0};
}

/* ---- values fetched ahead ---- */

enum { AHEAD = 64, AHEAD_BYTES = 1 << 20 };

struct ahead {
	struct mf_cancel *cancel;
	struct mf_object *v[AHEAD];
	size_t n;
};

/* An error shows again when the value is asked for. */
static void fetch(void *arg, size_t i)
{
	struct ahead *a = arg;
	const struct mf_value *v, *size = mf_object_get(a->v[i], "size");
	mf_cancel_bind(a->cancel);
	if (mf_value_kind(size) == MF_INT && mf_value_int(size) <= AHEAD_BYTES)
		mf_artifact_value(a->v[i], &v, NULL);
}

static void hand_out(struct ahead *a, void (*each)(void *self, struct mf_object *o), void *self)
{
	struct mf_cancel *before = a->cancel;
	if (a->n > 1)
		par_wide(a->n, fetch, a);
	mf_cancel_bind(before);
	for (size_t i = 0; i < a->n; i++) {
		each(self, a->v[i]);
		mf_object_free(a->v[i]);
	}
	a->n = 0;
}

int artifacts_of(struct cmd_ctx *ctx, const struct artifact_options *opts, const char *path,
	void (*each)(void *self, struct mf_object *o), void *self, struct mf_error *err)
{
	struct mf_object *o;
	int rc;
	if (mf_pathspec_entity(path) == MF_TASK) {
		struct mf_list_options lo = MF_LIST_INIT;
		struct mf_iter *iter;
		lo.attempt = opts->attempt;
		lo.hidden = opts->hidden;
		lo.known = opts->known;
		lo.cancel = ctx->cancel;
		rc = mf_list(&iter, ctx->client, path, &lo, err);
		if (rc < 0)
			return rc;
		struct ahead ahead = {.cancel = ctx->cancel};
		size_t most = opts->values ? 0 : 1;
		while ((rc = mf_iter_next(iter, &o, err)) == 1) {
			if (!most)
				most = mf_object_is_far(o) ? AHEAD : 1;
			ahead.v[ahead.n++] = o;
			if (ahead.n == most)
				hand_out(&ahead, each, self);
		}
		hand_out(&ahead, each, self);
		mf_iter_free(iter);
		return rc == MF_ECANCELLED ? MF_OK : rc;
	}
	struct mf_get_options go = {.attempt = opts->attempt, .ns = ctx->ns};
	rc = mf_get(&o, ctx->client, path, &go, err);
	if (rc < 0)
		return rc;
	each(self, o);
	mf_object_free(o);
	return MF_OK;
}

/* ---- many paths: a batch is printed into memory on all cores, and written in order ---- */

struct item {
	const char *path;
	bool known;
	char *out, *diag;
	size_t n_out, n_diag;
	int code;
	bool large; /* to be printed directly: it may not fit into memory */
};

struct batch {
	const struct cmd_ctx *ctx;
	const struct artifact_work *work;
	struct item items[BATCH];
	size_t n;
	bool far; /* the data comes over a network */
};

static void print_ahead(void *arg, size_t i)
{
	struct batch *b = arg;
	struct item *it = &b->items[i];
	struct cmd_ctx ctx = *b->ctx;
	mf_cancel_bind(ctx.cancel);
	ctx.out = open_memstream(&it->out, &it->n_out);
	ctx.diag = open_memstream(&it->diag, &it->n_diag);
	if (ctx.out && ctx.diag)
		it->code = b->work->print(b->work->self, &ctx, it->path, it->known, true, &it->large);
	else
		it->large = true;
	if (ctx.out)
		fclose(ctx.out);
	if (ctx.diag)
		fclose(ctx.diag);
}

static int flush_batch(struct cmd_ctx *ctx, struct batch *b, int code)
{
	if (b->far && b->n > 1)
		par_wide(b->n, print_ahead, b);
	else
		par_for(b->n, ARTIFACTS_WORTH_THREADS, print_ahead, b);
	mf_cancel_bind(ctx->cancel);
	for (size_t i = 0; i < b->n; i++) {
		struct item *it = &b->items[i];
		if (it->large) {
			code = b->work->worse(code,
				b->work->print(b->work->self, ctx, it->path, it->known, false, &it->large));
		} else {
			fwrite(it->out, 1, it->n_out, ctx->out);
			fwrite(it->diag, 1, it->n_diag, ctx->diag);
			code = b->work->worse(code, it->code);
		}
		free(it->out);
		free(it->diag);
	}
	b->n = 0;
	return code;
}

int artifacts_print(
	struct cmd_ctx *ctx, const struct mf_paths *paths, const struct artifact_work *work)
{
	struct batch b = {.ctx = ctx, .work = work};
	size_t n = mf_paths_count(paths);
	int code = 0;
	b.far = n > 1 && mf_data_is_far(ctx->client, mf_paths_get(paths, 0));
	for (size_t i = 0; i < n && !cmd_interrupted(ctx); i++) {
		b.items[b.n++] = (struct item){.path = mf_paths_get(paths, i), .known = mf_paths_known(paths, i)};
		if (b.n == BATCH)
			code = flush_batch(ctx, &b, code);
	}
	return flush_batch(ctx, &b, code);
}

/* ---- files ---- */

int artifact_file(struct cmd_ctx *ctx, const char *file, struct buf *out)
{
	struct mf_error err = MF_ERROR_INIT;
	FILE *f = fopen(file, "rbe");
	if (!f)
		return cmd_fail(ctx, errno == ENOENT ? MF_ENOTFOUND : MF_EIO, file,
			"cannot open: %s", strerror(errno));
	while (buf_reserve(out, 1 << 16)) {
		size_t n = fread(out->p + out->n, 1, 1 << 16, f);
		if (!n)
			break;
		out->n += n;
	}
	fclose(f);
	if (!out->failed)
		return 0;
	buf_err(out, &err);
	snprintf(err.where, sizeof(err.where), "%s", file);
	return cmd_error(ctx, &err);
}
