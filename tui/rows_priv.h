/* rows_priv.h: between rows.c, rows_take.c and rows_job.c. */
#ifndef TUI_ROWS_PRIV_H
#define TUI_ROWS_PRIV_H

#include "rows.h"

#define ROWS_FIELDS 32
#define REFRESH_PAGE 64 /* newest rows that a refresh looks at; below them only those that run */

enum rows_mode {
	ROWS_PAGE,    /* read on from the cursor */
	ROWS_REFRESH, /* look again */
	ROWS_DETAIL   /* late fields of some rows */
};

/* A place in a list of children. In the hands of a job, or of the rows, never both. */
struct rows_cursor {
	struct mf_iter *iter; /* NULL: not begun */
	struct mf_query *query;
	struct mf_cancel *cancel;
	char *parent, *ns;
	int fields[ROWS_FIELDS];
	bool hidden;
};

/* A row the UI thread has. */
struct rows_known {
	uint64_t id;
	int64_t created;
	bool settled; /* it will not change any more */
};

/* A row of the newest page. */
struct rows_seen {
	uint64_t id;
	int64_t created;
	struct mf_object *o; /* NULL: the one that is known is good */
};

struct rows_job {
	enum rows_mode mode;
	uint32_t serial;
	struct mf_client *client;
	struct mf_cancel *cancel;
	struct rows_cursor *cursor;
	size_t page; /* of a refresh: the newest rows to look at; 0: all */
	int fields[ROWS_FIELDS];
	size_t n_fields, n_late; /* the late ones come after the others */
	VEC(struct rows_known) known;
	VEC(char *) paths; /* to look at one by one */
	/* what came of it */
	VEC(struct rows_seen) window;
	VEC(struct mf_object *) late;
	VEC(uint64_t) failed;
	size_t total;
	bool whole; /* the list has come to its end */
	bool changed;
	struct mf_error err;
};

struct rows_part {
	enum rows_mode mode;
	size_t total;
	VEC(struct mf_object *) objects;
};

void rows_cursor_free(struct rows_cursor *c);
void rows_job_run(struct job *job, void *p);
void rows_job_free(void *p);
void rows_job_cancel(void *p);
/* Add the pathspec of a row; false: no memory. */
bool rows_job_path(struct rows_job *j, const struct mf_object *o);
/* Fill ids from n on with the fields of these names (unknown ones are left out); how many. */
size_t rows_field_ids(enum mf_entity entity, const char *const *names, int *ids, size_t n);
/* The place of an identity in `all`, SIZE_MAX if it is not there. Rows seldom move far: `hint` is
 * tried first. */
size_t rows_find(const struct rows *r, uint64_t id, size_t hint);
/* Forget them all. */
void rows_drop(struct rows *r);
/* Bring the rows shown in order. */
void rows_arrange(struct rows *r);

#endif
