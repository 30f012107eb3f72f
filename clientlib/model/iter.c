/* Lists of children, newest first, without reading more than the order needs.
 *
 * The provider gives every name an upper bound of its creation time. Names are taken in the order of their bounds, in
 * batches; an object is handed out when no name left can be newer than it. */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../base/limits.h"
#include "ids.h"
#include "iter.h"
#include "provider.h"
#include "run.h"
#include "service.h"
#include "task.h"

enum { FIRST_BATCH = 32, LARGEST_BATCH = 256, RESET_SLACK_MS = 1000 };

static int compare_objects(const struct mf_iter *it, const struct mf_object *a, const struct mf_object *b)
{
	if (it->entity != MF_FLOW && a->ts != b->ts)
		return a->ts > b->ts ? -1 : 1;
	int c = id_compare(a->id[it->entity], b->id[it->entity]);
	return it->entity == MF_FLOW ? c : -c;
}

/* ---- the heap ---- */

static bool heap_push(struct mf_iter *it, struct mf_object *o)
{
	if (!vec_push(&it->ready, o))
		return false;
	struct mf_object **h = it->ready.v;
	for (size_t i = it->ready.n - 1; i && compare_objects(it, h[i], h[(i - 1) / 2]) < 0; i = (i - 1) / 2) {
		struct mf_object *t = h[i];
		h[i] = h[(i - 1) / 2];
		h[(i - 1) / 2] = t;
	}
	return true;
}

static struct mf_object *heap_pop(struct mf_iter *it)
{
	struct mf_object **h = it->ready.v, *top = h[0];
	size_t n = --it->ready.n;
	h[0] = h[n];
	for (size_t i = 0, c; (c = 2 * i + 1) < n; i = c) {
		if (c + 1 < n && compare_objects(it, h[c + 1], h[c]) < 0)
			c++;
		if (compare_objects(it, h[c], h[i]) >= 0)
			break;
		struct mf_object *t = h[i];
		h[i] = h[c];
		h[c] = t;
	}
	return top;
}

/* Does a come before b? */
static bool sooner(const struct mf_iter *it, const struct entry *a, const struct entry *b)
{
	if (it->entity != MF_FLOW && a->bound != b->bound)
		return a->bound > b->bound;
	int c = id_compare(entry_name(it, a), entry_name(it, b));
	return it->entity == MF_FLOW ? c < 0 : c > 0;
}

static void sift(struct mf_iter *it, size_t i)
{
	struct entry *h = it->entries, e = h[i];
	for (size_t c; (c = 2 * i + 1) < it->n_entries; i = c) {
		if (c + 1 < it->n_entries && sooner(it, &h[c + 1], &h[c]))
			c++;
		if (!sooner(it, &h[c], &e))
			break;
		h[i] = h[c];
	}
	h[i] = e;
}

struct entry iter_take_entry(struct mf_iter *it)
{
	struct entry top = it->entries[0];
	it->entries[0] = it->entries[--it->n_entries];
	if (it->n_entries)
		sift(it, 0);
	return top;
}

bool iter_wants(const struct mf_iter *it, const char *name)
{
	if (!id_valid(name, strlen(name)))
		return false;
	switch (it->entity) {
	case MF_FLOW: return !str_eq(name, "mf.cards");
	case MF_STEP: return !str_eq(name, "_meta") && (it->opts.hidden || name[0] != '_');
	case MF_ARTIFACT: return it->opts.hidden || (name[0] != '_' && !str_eq(name, "name"));
	default: return !str_eq(name, "_meta") && !(it->entity == MF_RUN && str_eq(name, "data"));
	}
}

int iter_entries(struct mf_iter *it, struct mf_error *err)
{
	it->entries = calloc(it->names.n + 1, sizeof(*it->entries));
	if (!it->entries)
		return err_nomem(err);
	for (size_t i = 0; i < it->names.n; i++)
		if (iter_wants(it, fs_name(&it->names, i)))
			it->entries[it->n_entries++].name = (uint32_t)i;
	return MF_OK;
}

void iter_drop_gone(struct mf_iter *it)
{
	size_t kept = 0;
	for (size_t i = 0; i < it->n_entries; i++)
		if (!it->entries[i].gone)
			it->entries[kept++] = it->entries[i];
	it->n_entries = kept;
}

void iter_order(struct mf_iter *it)
{
	for (size_t i = it->n_entries / 2; i-- > 0;)
		sift(it, i);
}

/* ---- artifacts ---- */

/* Artifact names come from the task's rows. */
static int artifact_names(struct mf_iter *it, struct mf_error *err)
{
	const char **names;
	size_t n;
	int rc = task_artifact_names(it->parent, &names, &n, err);
	for (size_t i = 0; rc == MF_OK && i < n; i++)
		if (!fs_names_add(&it->names, names[i], strlen(names[i])))
			rc = err_nomem(err);
	return rc;
}

/* The time of one artifact. */
static void artifact_bound(void *arg, size_t i)
{
	struct mf_iter *it = arg;
	struct entry *e = &it->entries[i];
	struct artifact_record *record;
	struct arena a;
	int rc;
	arena_init(&a, 0);
	e->exact = true;
	if (mf_cancel_is_set(it->opts.cancel)) {
		rc = MF_ECANCELLED;
	} else if (it->n_entries < WORTH_THREADS || it->client->root_fd < 0) {
		/* one thread: the task keeps what is read for the artifacts to come */
		rc = task_artifact_listed(it->parent, entry_name(it, e), &record, NULL);
		if (rc == MF_OK)
			e->bound = record->ts;
	} else {
		rc = iter_quick_ts(it, entry_name(it, e), &a, &e->bound);
	}
	e->gone = rc == MF_ENOTFOUND;
	if (rc < 0)
		e->bound = MF_NO_TIME;
	arena_release(&a);
}

static int list_artifacts(struct mf_iter *it, struct mf_error *err)
{
	bool far = it->client->root_fd < 0; /* each look at the parent is a request: only where it matters */
	int rc = MF_OK;
	if (!far && !it->opts.known)
		TRY(object_record(it->parent, err));
	TRY(artifact_names(it, err));
	TRY(iter_entries(it, err));
	if (far && !it->n_entries)
		TRY(object_record(it->parent, err));
	par_for(it->n_entries, far ? SIZE_MAX : WORTH_THREADS, artifact_bound, it);
	iter_drop_gone(it);
done:
	return rc;
}

int mf_list(struct mf_iter **out, struct mf_client *c, const char *pathspec, const struct mf_list_options *opts,
	struct mf_error *err)
{
	*out = NULL;
	struct mf_iter *it = calloc(1, sizeof(*it));
	if (!it)
		return err_nomem(err);
	it->client = c;
	it->opts = opts ? *opts : (struct mf_list_options)MF_LIST_INIT;
	it->batch = FIRST_BATCH;
	it->dirfd = -1;
	int rc = MF_OK;
	bool none = false;
	if (*pathspec) {
		TRY(object_from_pathspec(&it->parent, c, pathspec, it->opts.attempt, err));
		if (it->parent->entity == MF_ARTIFACT) {
			rc = err_at(err, MF_EUSAGE, pathspec, "an artifact has nothing below it");
			goto done;
		}
		if (it->opts.ns && it->parent->entity > MF_FLOW) /* a flow shows itself by its runs */
			TRY(run_in_namespace(it->parent, it->opts.ns, err));
		it->entity = it->parent->entity + 1;
	}
	if (it->entity > MF_RUN && it->opts.tags && *it->opts.tags) {
		/* below a run its current tags count: all or nothing */
		struct run *r = object_run(it->parent);
		for (const char *const *t = it->opts.tags; *t; t++)
			none = none || !r || !run_has_tag(r, *t);
	}
	if (it->entity == MF_ARTIFACT)
		TRY(list_artifacts(it, err));
	else
		TRY(c->provider->list(it, err));
	if (none)
		it->n_entries = it->more = 0;
	it->total = it->n_entries;
	iter_order(it);
done:
	if (rc < 0)
		mf_iter_free(it);
	else
		*out = it;
	return rc;
}

void mf_iter_free(struct mf_iter *it)
{
	if (!it)
		return;
	for (size_t i = 0; i < it->ready.n; i++)
		mf_object_free(it->ready.v[i]);
	vec_release(&it->ready);
	if (it->dirfd >= 0)
		close(it->dirfd);
	fs_names_release(&it->names);
	free(it->entries);
	iter_eager_free(it);
	service_feed_free(it->feed);
	mf_object_free(it->parent);
	free(it);
}

size_t mf_iter_total(const struct mf_iter *it)
{
	return it->total;
}

/* ---- batches ---- */

struct batch {
	struct mf_iter *it;
	struct entry *entries;
	struct mf_object **objects; /* NULL: filtered out or gone */
	struct mf_cancel *cancel; /* of the thread that fills */
	_Atomic int nomem;
};

static void load_one(void *arg, size_t i)
{
	struct batch *b = arg;
	struct mf_iter *it = b->it;
	if (mf_cancel_is_set(it->opts.cancel))
		return;
	struct mf_cancel *before = cancel_bound();
	mf_cancel_bind(b->cancel);
	int rc = iter_load(it, &b->entries[i], &b->objects[i]);
	mf_cancel_bind(before);
	if (rc < 0)
		b->nomem = 1;
}

static int fill(struct mf_iter *it, struct mf_error *err)
{
	size_t n = it->n_entries, most = it->batch;
	if (it->opts.limit && !it->opts.query && !it->opts.tags && !it->opts.ns && it->opts.since == MF_NO_TIME
		&& it->opts.until == MF_NO_TIME) {
		size_t left = it->opts.limit - it->emitted;
		if (most > left + 1)
			most = left + 1;
	}
	if (n > most)
		n = most;
	it->batch = it->batch * 2 > LARGEST_BATCH ? LARGEST_BATCH : it->batch * 2;
	struct batch b = {.it = it, .cancel = it->opts.cancel ? it->opts.cancel : cancel_bound(), .entries = calloc(n, sizeof(*b.entries)), .objects = calloc(n, sizeof(*b.objects))};
	if (!b.objects || !b.entries) {
		free(b.objects);
		free(b.entries);
		return err_nomem(err);
	}
	for (size_t i = 0; i < n; i++)
		b.entries[i] = iter_take_entry(it);
	/* the context is shared by all: make it once, before threads look for it */
	if (it->parent && it->entity > MF_RUN)
		object_run(it->parent);
	bool heavy = it->opts.n_fields || it->opts.query;
	size_t least = heavy ? HEAVY_WORTH_THREADS : WORTH_THREADS;
	if (it->feed) /* what costs there is waiting */
		least = heavy ? 2 : SIZE_MAX;
	else if (it->client->remote)
		least = 2;
	par_for(n, least, load_one, &b);
	for (size_t i = 0; i < n; i++)
		if (b.objects[i] && !heap_push(it, b.objects[i])) {
			mf_object_free(b.objects[i]);
			b.nomem = 1;
		}
	free(b.objects);
	free(b.entries);
	return b.nomem ? err_nomem(err) : MF_OK;
}

/* Can no name that is left be newer than the top of the heap? */
static bool settled(const struct mf_iter *it)
{
	if (!it->ready.n)
		return false;
	int64_t ts = it->ready.v[0]->ts;
	if (!it->n_entries && it->more)
		return ts > it->page_bound;
	if (!it->n_entries || it->entity == MF_FLOW)
		return true;
	const struct entry *e = &it->entries[0];
	if (ts != e->bound)
		return ts > e->bound;
	return e->exact && id_compare(it->ready.v[0]->id[it->entity], entry_name(it, e)) > 0;
}

int mf_iter_next(struct mf_iter *it, struct mf_object **out, struct mf_error *err)
{
	*out = NULL;
	if (it->eager)
		return iter_eager_next(it, out, err);
	if (it->opts.limit && it->emitted >= it->opts.limit)
		return 0;
	while (!settled(it)) {
		if (mf_cancel_is_set(it->opts.cancel))
			return err_set(err, MF_ECANCELLED, "cancelled");
		if (it->n_entries && it->entity != MF_FLOW && it->opts.since != MF_NO_TIME
			&& it->entries[0].bound < it->opts.since)
			it->n_entries = it->more = 0; /* all that is left is older */
		if (!it->n_entries && it->more) {
			int rc = it->client->provider->next_page(it, err);
			if (rc < 0)
				return rc;
			iter_order(it);
			it->total += it->n_entries;
			continue;
		}
		if (!it->n_entries) {
			if (it->ready.n)
				break;
			return 0;
		}
		int rc = fill(it, err);
		if (rc < 0)
			return rc;
	}
	*out = heap_pop(it);
	it->emitted++;
	return 1;
}
