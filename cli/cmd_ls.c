#include <stdlib.h>

#include "../clientlib/base/fmt.h"
#include "../clientlib/base/vec.h"
#include "cmd.h"
#include "out.h"

struct args {
	int limit, attempt;
	struct opt_many tags;
	const char *user, *status, *since, *until, *where, *sort;
	bool all, recursive;
};

#define ARG(member) offsetof(struct args, member)
static const struct opt opts[] = {
	{"limit", 'l', OPT_INT, ARG(limit), "N", "the newest N (20 on a terminal, all when piped; 0: all)"},
	{"tag", 't', OPT_MANY, ARG(tags), "T", "only with this tag; repeatable: all of them"},
	{"user", 'u', OPT_VALUE, ARG(user), "U", "only of this user"},
	{"status", 's', OPT_VALUE, ARG(status), "S", "only with this status; several by comma"},
	{"since", 0, OPT_VALUE, ARG(since), "T", "created then or later: a time, a date, or an age as 2h"},
	{"until", 0, OPT_VALUE, ARG(until), "T", "created before then"},
	{"where", 'w', OPT_VALUE, ARG(where), "EXPR", "only what matches, as 'status=failed and duration>10m'"},
	{"sort", 0, OPT_VALUE, ARG(sort), "[-]FIELD", "sort by a field, - for the largest first"},
	{"all", 'a', OPT_FLAG, ARG(all), NULL, "also hidden steps and artifacts"},
	{"recursive", 'R', OPT_FLAG, ARG(recursive), NULL, "everything below, down to tasks (with --all: artifacts)"},
	{"attempt", 0, OPT_INT, ARG(attempt), "N", "tasks and artifacts of that attempt"},
	{0}};

static const char *const examples[] = {"all flows|mfctl ls", "the newest 5 runs of a flow|mfctl ls TrainFlow --limit 5",
	"failed runs of the last week, as JSON|mfctl ls TrainFlow --status failed --since 1w -o json",
	"tasks of a step that took long|mfctl ls TrainFlow/latest/train --where 'duration>1m' --sort -duration_ms",
	"artifacts of a task|mfctl ls TrainFlow/latest/end/42", NULL};

/* Everything that the options say, ready for one level of listing. */
struct listing {
	struct cmd_ctx *ctx;
	const struct args *args;
	struct mf_list_options opts;
	struct buf where;
	int fields[128], eval[136];
	size_t n, n_eval;
	int sort; /* field, -1: none */
	bool descending;
	size_t left; /* objects still to be shown; SIZE_MAX: no limit */
	int64_t since, until;
	struct mf_query *query[MF_N_ENTITIES];
	bool many; /* parents */
	bool never[MF_N_ENTITIES]; /* what the conditions ask for, such objects do not have: none of them is shown */
	const char *names[128];    /* -R: the columns, whatever the kind */
	size_t n_names;
	struct sorted *all; /* rows that wait until all have been seen; NULL: they are printed as they come */
};

/* Rows that are put in order across all parents. */
struct sorted {
	VEC(struct mf_object *) rows;
	int field; /* -1: by time, the newest first */
	bool descending;
};

static void quote(struct buf *b, const char *text, size_t n)
{
	buf_addc(b, '"');
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '"' || text[i] == '\\')
			buf_addc(b, '\\');
		buf_addc(b, text[i]);
	}
	buf_addc(b, '"');
}

/* --user, --status and --where as one query for an entity. */
static int make_query(struct listing *l, enum mf_entity entity)
{
	const struct args *a = l->args;
	struct mf_error err = MF_ERROR_INIT;
	struct buf *b = &l->where;
	buf_clear(b);
	if (a->user) {
		if (mf_field_find(entity, "user_name") < 0)
			return cmd_usage(l->ctx, "--user: a %s has no user", mf_entity_name(entity));
		buf_adds(b, "user_name = ");
		quote(b, a->user, strlen(a->user));
	}
	if (a->status) {
		static const char *const words[] = {"completed", "failed", "running", "pending", "unknown"};
		buf_adds(b, b->n ? " and (" : "(");
		for (const char *p = a->status; *p;) {
			size_t n = strcspn(p, ",");
			bool known = false;
			for (size_t i = 0; i < ARRAY_SIZE(words); i++)
				known = known || (strlen(words[i]) == n && strncmp(words[i], p, n) == 0);
			if (!known)
				return cmd_usage(l->ctx, "--status %s: it is completed, failed, running, pending or unknown",
					a->status);
			buf_adds(b, p == a->status ? "status = " : " or status = ");
			quote(b, p, n);
			p += n + (p[n] == ',');
		}
		buf_addc(b, ')');
	}
	if (a->where) {
		buf_adds(b, b->n ? " and (" : "(");
		buf_adds(b, a->where);
		buf_addc(b, ')');
	}
	/* report an error in --where with its own positions */
	if (a->where) {
		struct mf_query *own;
		if (mf_query_parse(&own, entity, a->where, l->ctx->now, &err) < 0)
			return cmd_error(l->ctx, &err);
		mf_query_free(own);
	}
	if (b->n && mf_query_parse(&l->query[entity], entity, b->p, l->ctx->now, &err) < 0)
		return cmd_error(l->ctx, &err);
	return 0;
}

static int times(struct listing *l)
{
	const struct args *a = l->args;
	l->since = l->until = MF_NO_TIME;
	if (a->since && !parse_time(a->since, l->ctx->now, &l->since))
		return cmd_usage(l->ctx, "--since %s: not a time; 2026-11-21, 2026-11-21T08:00:00Z or an age as 2h are", a->since);
	if (a->until && !parse_time(a->until, l->ctx->now, &l->until))
		return cmd_usage(l->ctx, "--until %s: not a time; 2026-11-21, 2026-11-21T08:00:00Z or an age as 2h are", a->until);
	return 0;
}

static int choose_fields(struct listing *l, enum mf_entity entity)
{
	struct cmd_ctx *ctx = l->ctx;
	int code = 0;
	size_t count;
	const struct mf_field *all = mf_fields(entity, &count);
	bool table = ctx->format == FORMAT_DEFAULT || ctx->format == FORMAT_TABLE || ctx->format == FORMAT_WIDE;
	l->n = 0;
	if (ctx->g.fields) {
		int n = cmd_fields(ctx, entity, ctx->g.fields, l->fields, ARRAY_SIZE(l->fields), &code);
		if (n < 0)
			return code;
		l->n = (size_t)n;
	} else if (ctx->format == FORMAT_NAME) {
		l->n = 0;
	} else if (table) {
		unsigned want = MF_FIELD_COLUMN | (ctx->format == FORMAT_WIDE ? MF_FIELD_WIDE : 0);
		for (size_t i = 0; i < count; i++)
			if (all[i].flags & want)
				l->fields[l->n++] = (int)i;
	} else {
		l->n = out_default_fields(entity, false, l->fields, ARRAY_SIZE(l->fields));
	}
	l->n_eval = 0;
	for (size_t i = 0; i < l->n; i++)
		if (!str_eq(all[l->fields[i]].name, "steps"))
			l->eval[l->n_eval++] = l->fields[i];
	l->sort = -1;
	if (l->args->sort) {
		const char *name = l->args->sort;
		l->descending = *name == '-';
		name += *name == '-' || *name == '+';
		int n = cmd_fields(ctx, entity, name, &l->sort, 1, &code);
		if (n != 1)
			return code ? code : cmd_usage(ctx, "--sort needs a field");
		l->eval[l->n_eval++] = l->sort;
	}
	return 0;
}

static void set_options(struct listing *l, enum mf_entity entity)
{
	const struct args *a = l->args;
	l->opts = (struct mf_list_options)MF_LIST_INIT;
	l->opts.hidden = a->all;
	l->opts.attempt = a->attempt;
	l->opts.ns = l->ctx->ns;
	l->opts.query = l->query[entity];
	l->opts.tags = a->tags.n ? a->tags.v : NULL;
	l->opts.since = l->since;
	l->opts.until = l->until;
	l->opts.fields = l->eval;
	l->opts.n_fields = l->n_eval;
	l->opts.cancel = l->ctx->cancel;
}

/* ---- sorted: all of it is needed before the first row ---- */

static int by_field(const void *pa, const void *pb, void *arg)
{
	const struct sorted *s = arg;
	struct mf_object *a = *(struct mf_object *const *)pa, *b = *(struct mf_object *const *)pb;
	if (s->field < 0) {
		int64_t ta = mf_object_created(a), tb = mf_object_created(b);
		return ta != tb ? (ta > tb ? -1 : 1) : strcmp(mf_object_pathspec(a), mf_object_pathspec(b));
	}
	bool none_a = mf_value_kind(mf_object_field(a, s->field)) == MF_NULL;
	bool none_b = mf_value_kind(mf_object_field(b, s->field)) == MF_NULL;
	if (none_a != none_b)
		return none_a ? 1 : -1; /* what has no value comes last either way */
	int c = mf_object_compare(a, b, s->field);
	return s->descending ? -c : c;
}

static void print_row(struct listing *l, struct mf_object *o, struct out *out)
{
	if (l->left) {
		out_row(out, o);
		l->left -= l->left != SIZE_MAX;
	}
	mf_object_free(o);
}

/* Rows wait where they are to be sorted, and where the newest are wanted of several parents. */
static void hold_rows(struct listing *l, struct sorted *all)
{
	*all = (struct sorted){.field = l->sort, .descending = l->descending};
	l->all = l->sort >= 0 || (l->many && l->left != SIZE_MAX) ? all : NULL;
}

static void print_held(struct listing *l, struct out *out)
{
	struct sorted *all = l->all;
	l->all = NULL;
	if (all && all->rows.n > 1)
		qsort_r(all->rows.v, all->rows.n, sizeof(*all->rows.v), by_field, all);
	for (size_t i = 0; all && i < all->rows.n; i++)
		print_row(l, all->rows.v[i], out);
	if (all)
		vec_release(&all->rows);
}

static int list_children(struct listing *l, const char *parent, struct out *out)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_iter *iter;
	struct mf_object *o;
	set_options(l, (enum mf_entity)(mf_pathspec_entity(parent) + 1));
	if (l->sort < 0 && l->left != SIZE_MAX)
		l->opts.limit = l->left;
	if (mf_list(&iter, l->ctx->client, parent, &l->opts, &err) < 0) {
		if (l->many) /* which of them */
			snprintf(err.where, sizeof(err.where), "%s", parent);
		return cmd_error(l->ctx, &err);
	}
	int rc = 0;
	while (l->left && (rc = mf_iter_next(iter, &o, &err)) == 1) {
		mf_object_show_hidden(o, l->args->all);
		if (l->all && vec_push(&l->all->rows, o))
			continue;
		print_row(l, o, out);
	}
	mf_iter_free(iter);
	return rc < 0 && rc != MF_ECANCELLED ? cmd_error(l->ctx, &err) : 0;
}

/* ---- -R ---- */

static int level(struct listing *l, enum mf_entity entity, const struct mf_paths *parents)
{
	int code = choose_fields(l, entity);
	if (code || (code = make_query(l, entity)))
		return code;
	struct out *out = out_open(l->ctx, entity, l->fields, l->n);
	if (!out)
		return cmd_fail(l->ctx, MF_ENOMEM, NULL, "out of memory");
	size_t good = 0;
	struct sorted all;
	l->many = mf_paths_count(parents) > 1;
	hold_rows(l, &all);
	for (size_t i = 0; i < mf_paths_count(parents); i++) {
		int this = list_children(l, mf_paths_get(parents, i), out);
		code = code ? code : this;
		good += !this;
	}
	print_held(l, out);
	if (code)
		out_failed(out);
	if (code && good)
		code = mf_code_exit(MF_EPARTIAL);
	int closed = out_close(out);
	return code ? code : closed;
}

/* The columns of -R: each field that some kind below has. */
static int mixed_columns(struct listing *l, int first, int deepest, struct buf *words)
{
	const char *text = l->ctx->g.fields ? l->ctx->g.fields : "pathspec,status";
	buf_adds(words, text);
	if (words->failed)
		return cmd_fail(l->ctx, words->failed, NULL, "too many fields");
	for (char *save = NULL, *name = strtok_r(words->p, ", ", &save); name; name = strtok_r(NULL, ", ", &save)) {
		bool known = false;
		for (int e = first; e <= deepest; e++)
			known = known || mf_field_find((enum mf_entity)e, name) >= 0;
		if (!known) { /* said as it is said of one kind */
			int code = 0, field;
			cmd_fields(l->ctx, (enum mf_entity)deepest, name, &field, 1, &code);
			return code;
		}
		if (l->n_names < ARRAY_SIZE(l->names))
			l->names[l->n_names++] = name;
	}
	return 0;
}

/* The fields of one kind among the columns; without --fields the usual ones, for JSON. */
static int mixed_fields(struct listing *l, enum mf_entity entity)
{
	const char *sort = l->args->sort ? l->args->sort + (*l->args->sort == '-' || *l->args->sort == '+') : NULL;
	if (!l->ctx->g.fields) {
		l->n = out_default_fields(entity, false, l->fields, ARRAY_SIZE(l->fields));
	} else {
		l->n = 0;
		for (size_t i = 0; i < l->n_names; i++) {
			int id = mf_field_find(entity, l->names[i]);
			if (id >= 0)
				l->fields[l->n++] = id;
		}
	}
	l->descending = l->args->sort && *l->args->sort == '-';
	l->sort = sort ? mf_field_find(entity, sort) : -1;
	return 0;
}

static int recurse(struct listing *l, const char *parent, struct out *out);

/* Print one object if it is wanted, then what is below it; frees it. */
static int visit(struct listing *l, struct mf_object *o, enum mf_entity entity, struct out *out)
{
	int deepest = l->args->all ? MF_ARTIFACT : MF_TASK, code = 0;
	bool show = !l->never[entity] && (!l->query[entity] || mf_query_match(l->query[entity], o));
	if (show && (l->since != MF_NO_TIME || l->until != MF_NO_TIME)) {
		int64_t at = mf_object_created(o);
		show = (l->since == MF_NO_TIME || at >= l->since) && (l->until == MF_NO_TIME || at < l->until);
	}
	if (show && l->left) {
		mixed_fields(l, entity);
		bool columns = l->ctx->format != FORMAT_JSON && l->ctx->format != FORMAT_NDJSON;
		out_kind(out, entity, l->fields, l->n, columns ? l->names : NULL, l->n_names);
		out_row(out, o);
		l->left -= l->left != SIZE_MAX;
	}
	if (l->left && !mf_object_error(o) && (int)entity < deepest)
		code = recurse(l, mf_object_pathspec(o), out);
	mf_object_free(o);
	return code;
}

/* Rows of different kinds of objects: parents before children, each kind with its own fields. */
static int recurse(struct listing *l, const char *parent, struct out *out)
{
	struct mf_error err = MF_ERROR_INIT;
	struct mf_iter *iter;
	struct mf_object *o;
	struct mf_list_options options = MF_LIST_INIT;
	enum mf_entity entity = (enum mf_entity)(mf_pathspec_entity(parent) + 1);
	int code = 0, rc = 0;
	options.hidden = l->args->all;
	options.attempt = l->args->attempt;
	options.ns = l->ctx->ns;
	options.cancel = l->ctx->cancel;
	if (entity == MF_RUN && l->args->tags.n)
		options.tags = l->args->tags.v;
	if (mf_list(&iter, l->ctx->client, parent, &options, &err) < 0)
		return cmd_error(l->ctx, &err);
	mixed_fields(l, entity);
	struct sorted all = {.field = l->sort, .descending = l->descending};
	bool sorted = l->sort >= 0;
	while (l->left && !code && (rc = mf_iter_next(iter, &o, &err)) == 1)
		if (!sorted || !vec_push(&all.rows, o))
			code = visit(l, o, entity, out);
	if (all.rows.n > 1)
		qsort_r(all.rows.v, all.rows.n, sizeof(*all.rows.v), by_field, &all);
	for (size_t i = 0; i < all.rows.n; i++)
		if (l->left && !code)
			code = visit(l, all.rows.v[i], entity, out);
		else
			mf_object_free(all.rows.v[i]);
	vec_release(&all.rows);
	mf_iter_free(iter);
	return code ? code : rc < 0 && rc != MF_ECANCELLED ? cmd_error(l->ctx, &err) : 0;
}

/* Can objects of a kind meet the conditions at all? Below a run some have no user, some no status. */
static bool can_match(const struct args *a, enum mf_entity entity, int64_t now)
{
	struct mf_query *q = NULL;
	if ((a->user && mf_field_find(entity, "user_name") < 0) || (a->status && mf_field_find(entity, "status") < 0)
		|| (a->where && mf_query_parse(&q, entity, a->where, now, NULL) < 0))
		return false;
	mf_query_free(q);
	return true;
}

static int all_below(struct listing *l, int above, const struct mf_paths *paths)
{
	const struct args *a = l->args;
	struct buf words = BUF_INIT(1 << 16);
	int deepest = a->all ? MF_ARTIFACT : MF_TASK, code = 0, sure = 0;
	if (above >= deepest)
		deepest = MF_ARTIFACT;
	for (int e = above + 1; e <= deepest; e++)
		sure += !(l->never[e] = !can_match(a, (enum mf_entity)e, l->ctx->now));
	for (int e = above + 1; e <= deepest && !code; e++)
		if (!l->never[e] || !sure) /* where none can, the first says why */
			code = make_query(l, (enum mf_entity)e);
	if (a->sort && !code) {
		int field;
		bool known = false;
		const char *name = a->sort + (*a->sort == '-' || *a->sort == '+');
		for (int e = above + 1; e <= deepest; e++)
			known = known || mf_field_find((enum mf_entity)e, name) >= 0;
		if (!known)
			cmd_fields(l->ctx, (enum mf_entity)deepest, name, &field, 1, &code);
	}
	code = code ? code : mixed_columns(l, above + 1, deepest, &words);
	struct out *out = code ? NULL : out_open(l->ctx, (enum mf_entity)deepest, l->fields, 0);
	if (!out && !code)
		code = cmd_fail(l->ctx, MF_ENOMEM, NULL, "out of memory");
	if (out) {
		bool columns = l->ctx->format != FORMAT_JSON && l->ctx->format != FORMAT_NDJSON;
		out_kind(out, (enum mf_entity)deepest, l->fields, 0, columns ? l->names : NULL, l->n_names);
		for (size_t i = 0; !code && i < (paths ? mf_paths_count(paths) : 1); i++)
			code = recurse(l, paths ? mf_paths_get(paths, i) : "", out);
		if (code)
			out_failed(out);
		int closed = out_close(out);
		code = code ? code : closed;
	}
	buf_release(&words);
	return code;
}

static int run(struct cmd_ctx *ctx, const void *a, char **argv, int argc)
{
	const struct args *args = a;
	struct listing l = {.ctx = ctx, .args = args, .where = BUF_INIT(1 << 20), .sort = -1};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_paths *paths = NULL;
	if (argc > 1)
		return cmd_usage(ctx, "one PATHSPEC at a time");
	char *path = argc ? cmd_absolute(ctx, argv[0]) : strdup(ctx->cwd ? ctx->cwd->p : "");
	int code = path ? times(&l) : cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
	l.left = args->limit > 0 ? (size_t)args->limit : args->limit < 0 && ctx->out_tty && !args->recursive ? 20 : SIZE_MAX;
	ctx->hidden = args->all;
	if (!code) {
		struct mf_expand_options xo = {.attempt = args->attempt, .ns = ctx->ns, .hidden = args->all};
		if (*path && mf_expand(&paths, ctx->client, path, -1, &xo, &err) < 0)
			code = cmd_error(ctx, &err);
	}
	if (!code) {
		int entity = *path ? mf_pathspec_entity(path) : -1;
		if (entity == MF_ARTIFACT) {
			code = cmd_fail(ctx, MF_EUSAGE, path, "an artifact has nothing below it; show prints it");
		} else if (args->recursive) {
			code = all_below(&l, entity, paths);
		} else if (!*path) {
			code = choose_fields(&l, MF_FLOW);
			if (!code && !(code = make_query(&l, MF_FLOW))) {
				struct out *out = out_open(ctx, MF_FLOW, l.fields, l.n);
				struct sorted all;
				hold_rows(&l, &all);
				code = out ? list_children(&l, "", out) : cmd_fail(ctx, MF_ENOMEM, NULL, "out of memory");
				if (out)
					print_held(&l, out);
				if (out && code)
					out_failed(out);
				int closed = out ? out_close(out) : 0;
				code = code ? code : closed;
			}
		} else {
			code = level(&l, (enum mf_entity)(entity + 1), paths);
		}
	}
	for (size_t e = 0; e < MF_N_ENTITIES; e++)
		mf_query_free(l.query[e]);
	mf_paths_free(paths);
	buf_release(&l.where);
	free(path);
	return code;
}

static const struct args defaults = {.limit = -1, .attempt = -1};

const struct command cmd_ls = {.name = "ls", .arguments = "[PATHSPEC]",
	.summary = "list flows, runs, steps, tasks or artifacts", .flags = NEED_CLIENT | PAGER_OK | COMPLETE_PATHSPEC,
	.opts = opts, .args_size = sizeof(struct args), .defaults = &defaults, .examples = examples, .formats = FORMATS_LIST,
	.notes = "With a glob, the children of every match. `mfctl help where` explains EXPR, `mfctl help fields` the fields.",
	.run = run};
