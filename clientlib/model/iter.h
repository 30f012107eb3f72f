/* model/iter.h: the insides of a list, shared by iter.c (order and hand-out), iter_load.c (objects
 * and filters) and iter_eager.c (everything in one pass). */
#ifndef MF_MODEL_ITER_H
#define MF_MODEL_ITER_H

#include "../base/par.h"
#include "../base/vec.h"
#include "object.h"

enum { WORTH_THREADS = 192, HEAVY_WORTH_THREADS = 48 };

struct entry {
	int64_t bound; /* the object is not newer than this; MF_NO_TIME: time unknown, comes last */
	uint32_t name; /* index in names */
	bool exact, gone;
};

struct service_feed;

struct mf_iter {
	struct mf_client *client;
	enum mf_entity entity;
	struct mf_object *parent; /* NULL for flows */
	struct mf_list_options opts;
	int dirfd; /* of the parent's directory, -1 */
	struct fs_names names;
	struct entry *entries; /* heap: the one that comes first on top; only what is shown is ever
				  sorted */
	size_t n_entries, total, batch, emitted;
	VEC(struct mf_object *) ready; /* heap: the newest on top */
	struct service_feed *feed; /* of a service's list: the rows that came; NULL */
	size_t named;  /* of a datastore's list of runs: names that were taken */
	bool more;     /* there is a further page: nothing in it is newer than page_bound */
	int64_t page_bound;
	struct eager
		*eager; /* what one pass has found already; NULL: objects are made in batches */
};

static inline const char *entry_name(const struct mf_iter *it, const struct entry *e)
{
	return fs_name(&it->names, e->name);
}

/* ---- iter.c ---- */

/* May a child of this name be in the list? */
bool iter_wants(const struct mf_iter *it, const char *name);
/* Entries for all names that may be. */
int iter_entries(struct mf_iter *it, struct mf_error *err);
/* Leave out those that are marked as gone. */
void iter_drop_gone(struct mf_iter *it);
/* Put the entries in order: after their bounds are known. */
void iter_order(struct mf_iter *it);
/* Take away the first of them; there must be one. */
struct entry iter_take_entry(struct mf_iter *it);

/* ---- iter_local.c ---- */

/* "PARENT/NAME/_meta/_self.json"; NULL: out of memory. */
const char *iter_self_path(struct arena *a, const char *parent, const char *name);
/* ts_epoch of the record behind a name. */
int iter_quick_ts(struct mf_iter *it, const char *name, struct arena *a, int64_t *ts);

/* ---- iter_load.c ---- */

/* A bare object for an entry of the list; NULL: out of memory. brief: it is gone before the list is, and does not count as a
 * holder of the run's context. */
struct mf_object *iter_object(struct mf_iter *it, const struct entry *e, bool brief);
/* Do the list's conditions let the object through? */
bool iter_keeps(struct mf_iter *it, struct mf_object *o);
/* The object behind an entry with its fields evaluated. *out is NULL when it is filtered out or
 * gone. */
int iter_load(struct mf_iter *it, const struct entry *e, struct mf_object **out);

/* ---- iter_eager.c ---- */

/* Is it worth while to evaluate everything in the pass that reads the times? */
bool iter_is_eager(const struct mf_iter *it);
/* Fill in the bounds of all entries, and evaluate their fields on the way. */
int iter_eager_pass(struct mf_iter *it, struct mf_error *err);
/* The next object from what the pass has kept: 1, 0 at the end, or an error. */
int iter_eager_next(struct mf_iter *it, struct mf_object **out, struct mf_error *err);
void iter_eager_free(struct mf_iter *it);

#endif
