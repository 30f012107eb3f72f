/* Logs of tasks, steps and runs.
 *
 * mf_log_get has all lines by time, ties by stream, task and line number, unstamped lines last: an
 * order that a reader can follow. mf_log_write of one stream of one task is byte for byte what
 * Task.stdout has, and that differs in two points: lines of the same microsecond are in the order
 * of their random ids, and unstamped lines are sorted bytewise, each with one newline too many. It
 * is the same text in every other respect. */
#include "log.h"

#include <stdlib.h>

#include "ids.h"

/* ---- which tasks ---- */

struct member {
	const char *pathspec, *id;
	int64_t created;
};

struct members {
	struct arena arena;
	VEC(struct member) list;
};

static int add_member(struct members *m, const struct mf_object *o, struct mf_error *err)
{
	struct member one = {.pathspec = arena_strdup(&m->arena, o->pathspec), .created = o->ts};
	if (!one.pathspec || !vec_push(&m->list, one))
		return err_nomem(err);
	m->list.v[m->list.n - 1].id = strrchr(one.pathspec, '/') + 1;
	return MF_OK;
}

static int add_children(struct members *m, struct mf_log *log, struct mf_object *parent,
	const struct mf_log_options *opts, struct mf_error *err)
{
	struct mf_list_options list = MF_LIST_INIT;
	struct mf_iter *iter = NULL;
	struct mf_object *child;
	struct mf_error mine = MF_ERROR_INIT;
	list.cancel = opts->cancel;
	int rc = mf_list(&iter, parent->client, parent->pathspec, &list, &mine);
	while (rc == MF_OK && (rc = mf_iter_next(iter, &child, &mine)) == 1) {
		rc = parent->entity == MF_RUN ? add_children(m, log, child, opts, &mine)
					      : add_member(m, child, &mine);
		mf_object_free(child);
	}
	mf_iter_free(iter);
	if (rc == MF_ENOMEM || rc == MF_ECANCELLED)
		return err_set(err, rc, "%s", mine.message);
	if (rc < 0 && !log->n_errors++)
		log->first_error = mine;
	return MF_OK;
}

/* Oldest first, those of unknown age last. */
static int by_age(const void *pa, const void *pb)
{
	const struct member *a = pa, *b = pb;
	if (a->created != b->created) {
		if (a->created == MF_NO_TIME || b->created == MF_NO_TIME)
			return a->created == MF_NO_TIME ? 1 : -1;
		return a->created < b->created ? -1 : 1;
	}
	int c = id_compare(a->id, b->id);
	return c ? c : strcmp(a->pathspec, b->pathspec);
}

static int find_members(struct members *m, struct mf_log *log, struct mf_client *client,
	const char *pathspec, const struct mf_log_options *opts, struct mf_error *err)
{
	struct mf_object *o = NULL;
	int entity = mf_pathspec_entity(pathspec), rc;
	if (entity == MF_FLOW || entity == MF_ARTIFACT) {
		err_at(err, MF_EUSAGE, pathspec,
			"a log is of a run, a step or a task, not of %s %s",
			entity == MF_FLOW ? "a" : "an", mf_entity_name((enum mf_entity)entity));
		return MF_EUSAGE;
	}
	TRY(mf_get(&o, client, pathspec, NULL, err));
	TRY(entity == MF_TASK ? add_member(m, o, err) : add_children(m, log, o, opts, err));
	if (m->list.n > 1)
		qsort(m->list.v, m->list.n, sizeof(*m->list.v), by_age);
done:
	mf_object_free(o);
	return rc;
}

/* ---- opening ---- */

/* Standard error goes behind standard output: with a sort that keeps the order of equals, ties are
 * then in the right order (stream, task, file, line). */
static int put_in_order(struct mf_log *log, struct mf_error *err)
{
	struct log_lines *out = &log->lines, *more = &log->stderr_lines;
	if (!out->n) {
		struct log_lines none = *out;
		*out = *more;
		*more = none;
	} else if (more->n) {
		if (!vec_reserve(out, out->n + more->n))
			return err_nomem(err);
		memcpy(out->v + out->n, more->v, more->n * sizeof(*more->v));
		out->n += more->n;
	}
	vec_release(more);
	return log_sort(log, out->v, out->n, log_by_time, err);
}

static int read_all(struct mf_log *log, struct mf_client *client, const struct members *m,
	const struct mf_log_options *opts, struct mf_error *err)
{
	for (size_t i = 0; i < m->list.n; i++) {
		struct mf_object *task;
		if (mf_cancel_is_set(opts->cancel))
			return err_set(err, MF_ECANCELLED, "cancelled");
		int rc = object_from_pathspec(
			&task, client, m->list.v[i].pathspec, opts->attempt, err);
		if (rc == MF_OK)
			rc = log_read_task(log, task, opts, err);
		if (rc == MF_OK && m->list.n == 1 && !log->lines.n && !log->stderr_lines.n)
			log->unknown_place = !log_place_known(task, opts);
		mf_object_free(task);
		if (rc < 0)
			return rc;
	}
	return MF_OK;
}

int mf_log_open(struct mf_log **out, struct mf_client *client, const char *pathspec,
	const struct mf_log_options *options, struct mf_error *err)
{
	struct mf_log_options opts = MF_LOG_INIT;
	struct members members = {.list = {0}};
	int rc;
	*out = NULL;
	if (options)
		opts = *options;
	if (!(opts.streams & (MF_STDOUT | MF_STDERR)))
		opts.streams = MF_STDOUT | MF_STDERR;
	struct mf_log *log = calloc(1, sizeof(*log));
	if (!log)
		return err_nomem(err);
	arena_init(&log->arena, LOG_BYTES_MAX + LOG_BYTES_MAX / 4);
	arena_init(&members.arena, 0);
	buf_init(&log->scratch, MF_LIMIT_LOG_FILE);
	log->streams = opts.streams & (MF_STDOUT | MF_STDERR);
	log->first_error = (struct mf_error)MF_ERROR_INIT;
	TRY(find_members(&members, log, client, pathspec, &opts, err));
	TRY(read_all(log, client, &members, &opts, err));
	TRY(put_in_order(log, err));
	buf_release(&log->scratch);
	*out = log;
	log = NULL;
done:
	vec_release(&members.list);
	arena_release(&members.arena);
	mf_log_free(log);
	return rc;
}

void mf_log_free(struct mf_log *log)
{
	if (!log)
		return;
	vec_release(&log->files);
	vec_release(&log->tasks);
	vec_release(&log->lines);
	vec_release(&log->stderr_lines);
	buf_release(&log->scratch);
	arena_release(&log->arena);
	free(log);
}

/* ---- reading ---- */

size_t mf_log_count(const struct mf_log *log)
{
	return log->lines.n;
}

void mf_log_get(const struct mf_log *log, size_t i, struct mf_log_line *out)
{
	const struct log_line *l = &log->lines.v[i];
	const struct log_file *f = &log->files.v[l->file];
	*out = (struct mf_log_line){.us = l->us == LOG_UNSTAMPED ? MF_NO_TIME : l->us,
		.text = f->p + l->text,
		.n = l->n,
		.stream = f->stream,
		.task = f->task,
		.source = l->source_n ? f->p + l->source : NULL};
}

size_t mf_log_tasks(const struct mf_log *log)
{
	return log->tasks.n;
}

struct mf_log_task mf_log_task(const struct mf_log *log, size_t i)
{
	return log->tasks.v[i];
}

size_t mf_log_errors(const struct mf_log *log, const struct mf_error **first)
{
	if (first)
		*first = log->n_errors ? &log->first_error : NULL;
	return log->n_errors;
}

/* ---- writing ---- */

/* Short lines are collected: a sink may do a system call for each write. */
struct chunks {
	const struct mf_sink *sink;
	size_t n;
	char p[1 << 16];
};

static int flush(struct chunks *c)
{
	size_t n = c->n;
	c->n = 0;
	return n ? c->sink->write(c->sink->self, c->p, n) : MF_OK;
}

static int put(struct chunks *c, const char *p, size_t n)
{
	if (n > sizeof(c->p) - c->n) {
		int rc = flush(c);
		if (rc < 0)
			return rc;
		if (n > sizeof(c->p))
			return c->sink->write(c->sink->self, p, n);
	}
	memcpy(c->p + c->n, p, n);
	c->n += n;
	return MF_OK;
}

static int write_lines(const struct mf_log *log, const struct log_line *v, size_t n, bool doubled,
	struct chunks *c)
{
	int rc = MF_OK;
	for (size_t i = 0; i < n; i++) {
		const struct log_file *f = &log->files.v[v[i].file];
		size_t len = v[i].n;
		/* for the client the newline of an unstamped line is part of its text */
		if (doubled && !v[i].source_n && (size_t)v[i].start + len < f->n)
			len++;
		TRY(put(c, f->p + v[i].text, len));
		TRY(put(c, "\n", 1));
	}
done:
	return rc;
}

static int write_as_client(const struct mf_log *log, struct chunks *c, struct mf_error *err)
{
	size_t n = log->lines.n;
	if (log->files.n == 1 && log->files.v[0].plain)
		return put(c, log->files.v[0].p, log->files.v[0].n);
	if (!n)
		return log->unknown_place ? put(c, "\n", 1) : MF_OK;
	if (log_sorted(log, log->lines.v, n, log_by_client))
		return write_lines(log, log->lines.v, n, true, c);
	struct log_line *copy = calloc(n, sizeof(*copy));
	if (!copy)
		return err_nomem(err);
	memcpy(copy, log->lines.v, n * sizeof(*copy));
	int rc = log_sort(log, copy, n, log_by_client, err);
	if (rc == MF_OK)
		rc = write_lines(log, copy, n, true, c);
	free(copy);
	return rc;
}

int mf_log_write(const struct mf_log *log, const struct mf_sink *sink, struct mf_error *err)
{
	struct chunks *c = malloc(sizeof(*c));
	if (!c)
		return err_nomem(err);
	c->sink = sink;
	c->n = 0;
	bool one = log->tasks.n == 1 && (log->streams == MF_STDOUT || log->streams == MF_STDERR);
	int rc = one ? write_as_client(log, c, err)
		     : write_lines(log, log->lines.v, log->lines.n, false, c);
	if (rc == MF_OK)
		rc = flush(c);
	free(c);
	return rc;
}
