/* rows.h: the children of an object as the rows of a list: read by jobs a page at a time, shown as
 * they come, filtered by the grammar of --where, sorted by a field, refreshed without losing their
 * place. UI thread only, never does I/O.
 *
 *	static const char *const fields[] = {"status", "duration_ms", NULL};
 *	rows_init(&s->rows, v, &(struct rows_spec){.kind = JOB_ROWS, .fields = fields, .page =
 *200}); rows_load(&s->rows, "TrainFlow", v->filter);          // in open if (rows_deliver(&s->rows,
 *r)) list_refresh(&s->list);  // in deliver rows_want(&s->rows, s->list.top, s->list.body_h);  //
 *after deliver and keys: what is seen
 */
#ifndef TUI_ROWS_H
#define TUI_ROWS_H

#include "../clientlib/base/vec.h"
#include "data.h"

#define ROWS_FIELDS_MOST 24

struct rows_spec {
	int kind;                  /* of its jobs: the view's own number */
	const char *const *fields; /* names, ended by NULL: evaluated before a row is shown */
	const char *const
		*late; /* the same, for costly ones: only of rows on the screen; or NULL */
	size_t page;   /* rows read at first, and each time more are wanted; 0: all */
	size_t most;   /* never keep more; 0: 100,000 */
	bool hidden;   /* also hidden steps and artifacts */
};

struct rows_cursor;
struct rows_sorter;

struct rows_pack;

struct row {
	struct mf_object *o;    /* NULL: given up, being far from the screen */
	struct rows_pack *pack; /* what is left then; NULL: not made */
	uint64_t id;
	int64_t created;
	bool settled; /* it will not change any more */
	bool live;    /* it runs, or waits to: it will change */
};

struct rows {
	struct view *view;
	struct rows_spec spec;
	char *parent; /* NULL: nothing was asked for yet */
	char *filter;
	enum mf_entity entity;

	VEC(struct row) all; /* in the library's order; owned */
	VEC(uint32_t) order; /* of the rows shown; empty: the library's */
	size_t held;         /* rows with an object, of a list that is read in pages */
	size_t total;        /* children before any filter, 0: not known yet */
	bool loading;        /* a job is busy */
	bool complete;       /* there are no more than these */
	bool old;   /* what is held is of the last question: it goes when the first answer comes */
	bool again; /* that question was the same one: it stays when no answer comes */
	struct mf_error error; /* why nothing came; code 0: none */
	int sort;              /* field, -1: the library's order */
	bool descending;
	uint32_t serial;            /* of the question in force */
	bool to_end;                /* read on until there are no more */
	struct rows_sorter *sorter; /* its job is busy; it belongs to the job */
	bool stale, moved;          /* what it sorts has changed since; rows are in other places */
	struct rows_cursor
		*cursor;          /* to go on from here; NULL: a job has it, or there is no more */
	struct mf_cancel *cancel; /* of the job that is busy */
	bool changed;             /* by the last refresh */
	bool refreshing, detailing; /* such a job is busy */
	VEC(uint64_t) hopeless;     /* rows whose late fields cannot be had */
};

void rows_init(struct rows *r, struct view *v, const struct rows_spec *spec);
void rows_release(struct rows *r);
/* Ask for the children of parent ("" for the flows) that match a filter. False: the filter is not
 * right; err says what, and the rows stay as they were. What is shown stays until the first answer
 * comes. */
bool rows_load(struct rows *r, const char *parent, const char *filter, struct mf_error *err);
/* Look for new, changed and vanished rows: the newest page, all that still run, and those from
 * `top` on that are on the screen. Does nothing while busy. */
void rows_refresh(struct rows *r, size_t top, size_t visible);
/* These rows are on the screen: read on below them, and their late fields. visible 0: not known
 * yet. */
void rows_want(struct rows *r, size_t top, size_t visible);
/* Read on until the end (rows_want goes on with it), or stop doing so after the page that is being
 * read. */
void rows_to_end(struct rows *r, bool on);
/* For class->deliver. True: the result was of these rows, which may have changed (list_refresh). */
bool rows_deliver(struct rows *r, struct job_result *res);
/* Did the last rows_refresh that ended find anything new? */
bool rows_changed(const struct rows *r);
size_t rows_count(const struct rows *r);
/* Row i, valid until the next rows_deliver, rows_want or rows_load. NULL out of range, and where
 * the object was given up: rows_want brings it back when it is on the screen. */
struct mf_object *rows_get(const struct rows *r, size_t i);
/* The name of row i, its last component; "" out of range. */
const char *rows_name(const struct rows *r, size_t i);
/* The identity of a row, for list_source.id. */
uint64_t rows_id(const struct rows *r, size_t i);
uint64_t rows_id_of(const struct mf_object *o);
uint64_t rows_id_path(const char *pathspec);
/* Order by a field (NULL: as the library has it); what is not evaluated comes last. Many rows are
 * sorted by a job: they come in order a moment later, by rows_deliver. */
void rows_sort(struct rows *r, const char *field, bool descending);
/* What an empty list should say: that it loads, what went wrong, or `nothing`. */
const char *rows_empty(const struct rows *r, const char *nothing);

#endif
