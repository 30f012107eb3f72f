/* rows_priv.h: between rows.c, rows_take.c, rows_order.c and rows_job.c. */
#ifndef TUI_ROWS_PRIV_H
#define TUI_ROWS_PRIV_H

#include "rows.h"

#define ROWS_FIELDS 32
#define ROWS_HELD 2000  /* rows that keep their objects */
#define ROWS_NEAR 300   /* rows around the screen, and the newest, that keep theirs in any case */
#define REFRESH_PAGE 64 /* newest rows that a refresh looks at; below them only those that run */

enum rows_mode {
	ROWS_PAGE,    /* read on from the cursor */
	ROWS_REFRESH, /* look again */
	ROWS_DETAIL,  /* late fields of some rows */
	ROWS_SORT     /* bring many rows in order */
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
	bool settled;
};

/* A row of the newest page. */
struct rows_seen {
	uint64_t id;
	int64_t created;
	size_t at;           /* where it was among those known; SIZE_MAX: nowhere */
	struct mf_object *o; /* NULL: the one that is known is good */
};

/* What all jobs of rows begin with. */
struct rows_head {
	enum rows_mode mode;
	uint32_t serial;
};

struct rows_job {
	struct rows_head head;
	struct mf_client *client;
	struct mf_cancel *cancel;
	struct rows_cursor *cursor;
	size_t page; /* of a refresh: the newest rows to look at; 0: all */
	size_t keep; /* rows of a page that keep their objects */
	bool pack;   /* make packs, too */
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
	VEC(struct row) rows;
};

void rows_cursor_free(struct rows_cursor *c);
void rows_job_run(struct job *job, void *p);
void rows_job_free(void *p);
void rows_job_cancel(void *p);
/* Add the pathspec of a row; false: no memory. */
bool rows_job_path(struct rows_job *j, const char *parent, const char *name);
/* Fill ids from n on with the fields of these names (unknown ones are left out); how many. */
size_t rows_field_ids(enum mf_entity entity, const char *const *names, int *ids, size_t n);
/* A row of an object, with a pack if the job makes them. */
struct row rows_row(const struct rows_job *j, struct mf_object *o);
/* The place of an identity in `all`, SIZE_MAX if it is not there. The search begins at `hint`. */
size_t rows_find(const struct rows *r, uint64_t id, size_t hint);

/* ---- rows_pack.c ---- */

enum rows_key_kind { KEY_NONE, KEY_TEXT, KEY_INT, KEY_FLOAT };

/* A value to sort by; its text is the pack's. */
struct rows_key {
	enum rows_key_kind kind;
	size_t n;
	union {
		const char *text;
		int64_t i;
		double d;
	};
};

/* NULL: no memory. Used by one reference; any thread. */
struct rows_pack *rows_pack_new(const struct mf_object *o, const int *fields, size_t n);
struct rows_pack *rows_pack_ref(struct rows_pack *p);
void rows_pack_free(struct rows_pack *p);
const char *rows_pack_name(const struct rows_pack *p);
/* The value of field number `field` of those it was made with. */
struct rows_key rows_pack_key(const struct rows_pack *p, size_t field);
/* Numbers come before texts; neither may be KEY_NONE. */
int rows_key_compare(const struct rows_key *a, const struct rows_key *b);

/* ---- rows_take.c ---- */

/* A page, a refresh or some details. */
void rows_take_part(struct rows *r, struct rows_part *p);
void rows_take_window(struct rows *r, struct rows_job *j);

/* ---- rows_order.c ---- */

/* The rows have changed: bring those shown in order, now or by a job. */
void rows_arrange(struct rows *r);
/* The job has done so. */
void rows_take_order(struct rows *r, struct rows_sorter *s);
/* Rows were put at the end of `all`. */
void rows_order_grown(struct rows *r);
/* `all` is another one: place i of the old one is map[i] now (UINT32_MAX: gone). */
void rows_order_moved(struct rows *r, const uint32_t *map, size_t n);
/* Free what a row holds. */
void rows_discard(struct row *row);
/* Too many objects are held: give some up. */
void rows_lighten(struct rows *r, size_t top, size_t visible);
/* Forget them all; many are freed by a job. */
void rows_drop(struct rows *r);

#endif
