/* The stored bytes of artifacts, and their values without reading what is large. */
#include "../base/fmt.h"
#include "../base/limits.h"
#include "../codec/lean.h"
#include "../codec/ndarray.h"
#include "../store/cas.h"
#include "artifact.h"
#include "data.h"
#include "task.h"

/* Where to look for a blob: the store that the record names, and that of the history that is read, which may have moved. Their
 * number; an error where the named one cannot be opened. *moved: a directory to look at last, as it was recorded; NULL. */
static int blob_stores(struct mf_object *o, const struct mf_value *record, struct arena *a, struct store *stores[2],
	const char **moved, struct mf_error *err)
{
	struct mf_client *c = o->client;
	const char *type = record_str(a, record, "ds_type"), *location = record_str(a, record, "location"), *root = NULL;
	struct mf_error mine = MF_ERROR_INIT;
	int n = 0;
	*moved = NULL;
	if (c->config->datastore_root) {
		stores[0] = c->data;
		return 1;
	}
	struct store *named = data_recorded(o, a, type, location, &root, &mine);
	if (mine.code) {
		if (err && err->code == MF_OK)
			*err = mine;
		return mine.code;
	}
	/* a local history is read where it is now, and only then where it was; that of a service where the run says */
	struct store *own = named ? NULL : c->service ? object_store(o, NULL) : c->data;
	if (!named || (store_is_local(named) && !c->service))
		own = own ? own : c->data;
	if (own)
		stores[n++] = own;
	if (named && named != own)
		stores[n++] = named;
	else if (!named && !c->service && root && !(c->root && str_eq(root, c->root)))
		*moved = data_trusted(c, a, root);
	return n;
}

/* Passes bytes on and counts them. */
struct counting {
	const struct mf_sink *sink;
	uint64_t n;
};

static int count_write(void *self, const char *p, size_t n)
{
	struct counting *c = self;
	c->n += n;
	return c->sink->write(c->sink->self, p, n);
}

int artifact_stream(struct mf_object *o, const struct mf_value *record, const char *sha, uint64_t head,
	const struct mf_sink *sink, struct arena *a, struct mf_error *err)
{
	struct mf_client *c = o->client;
	struct mf_error mine = MF_ERROR_INIT;
	struct counting counting = {.sink = sink};
	const struct mf_sink through = {count_write, &counting};
	struct store *stores[2];
	const char *moved;
	int n = blob_stores(o, record, a, stores, &moved, &mine), rc = n < 0 ? n : MF_ENOTFOUND;
	for (int i = 0; rc == MF_ENOTFOUND; i++) {
		struct mf_error this = MF_ERROR_INIT;
		if (i == n && (!moved || stores_get(c->stores, STORE_LOCAL, moved, &stores[n], NULL) < 0))
			break;
		if (i == n) {
			n++;
			moved = NULL;
		}
		rc = cas_stream(stores[i], o->id[MF_FLOW], sha, CAS_PACKED, head, &through, 0, &this);
		if (rc < 0 && (!mine.code || this.code != MF_ENOTFOUND))
			mine = this;
	}
	if (!n) {
		err_at(&mine, rc, o->pathspec, "its data is not on this machine");
		err_hint(&mine, "--datastore-root DIR reads a local copy of the datastore");
	}
	if (rc < 0 && mine.code && err && err->code == MF_OK)
		*err = mine;
	client_trace(c, "blob", sha, counting.n);
	if (n > 0)
		data_tally(c, stores[0], counting.n);
	return rc;
}

/* Bytes of the stored blob; 0 where it is not found. */
static uint64_t artifact_stored(struct mf_object *o, const struct mf_value *record, const char *sha, struct arena *a)
{
	struct store *stores[2];
	const char *moved;
	int n = blob_stores(o, record, a, stores, &moved, NULL);
	uint64_t size = 0;
	for (int i = 0; i < n && !size; i++)
		size = cas_size(stores[i], o->id[MF_FLOW], sha);
	return size;
}

/* ---- values ---- */

/* Reads a blob of a value again; lives in the arena of the value. */
struct artifact_source {
	struct blob_source base;
	struct mf_object *o;
	const struct mf_value *record;
	const char *sha;
};

/* Lets a range of the stream through. */
struct window {
	const struct mf_sink *sink;
	uint64_t skip, left;
};

static int window_write(void *self, const char *p, size_t n)
{
	struct window *w = self;
	size_t skip = w->skip < n ? (size_t)w->skip : n;
	w->skip -= skip;
	p += skip;
	n -= skip;
	if (n > w->left)
		n = (size_t)w->left;
	int rc = n ? w->sink->write(w->sink->self, p, n) : MF_OK;
	w->left -= n;
	return rc < 0 ? rc : w->left ? MF_OK : LEAN_ENOUGH;
}

static int source_read(struct blob_source *self, uint64_t from, uint64_t n,
	const struct mf_sink *sink, struct mf_error *err)
{
	const struct artifact_source *s = (const struct artifact_source *)self;
	struct window w = {.sink = sink, .skip = from, .left = n};
	struct mf_sink through = {window_write, &w};
	struct arena a;
	arena_init(&a, 0);
	int rc = n ? artifact_stream(s->o, s->record, s->sha, from + n, &through, &a, err) : MF_OK;
	arena_release(&a);
	if (rc == LEAN_ENOUGH)
		return MF_OK;
	/* it was longer when it was read first */
	return rc == MF_OK && n ? err_at(err, MF_ECORRUPT, s->o->pathspec,
					  "its content has changed while it was read")
				: rc;
}

struct blob_source *artifact_source(
	struct mf_object *o, const struct mf_value *record, const char *sha, struct arena *a)
{
	struct artifact_source *s = arena_calloc(a, 1, sizeof(*s));
	if (!s || !(s->sha = arena_strdup(a, sha)))
		return NULL;
	s->base.read = source_read;
	s->o = o;
	s->record = record;
	return &s->base;
}

bool artifact_early(
	const struct lean *lean, struct blob_source *source, struct arena *a, struct mf_value **out)
{
	static const char end[] =
		"tb."; /* the tuple of the state, BUILD, STOP: what follows the bytes of an array */
	struct ndarray view;
	bool alone = false;
	struct pickle_holes holes = {
		.v = lean->holes.v, .n = lean->holes.n, .source = source, .alone = &alone};
	char *p = lean->holes.n == 1 ? arena_alloc(a, lean->kept.n + sizeof(end)) : NULL;
	if (!p)
		return false;
	memcpy(p, lean->kept.p, lean->kept.n);
	memcpy(p + lean->kept.n, end, sizeof(end));
	return pickle_read_lean(out, a, p, lean->kept.n + strlen(end), &holes, NULL, NULL) ==
		       MF_OK &&
	       alone && ndarray_is(*out) && ndarray_view(&view, a, *out, false) && view.blob;
}

/* Give the arena what has been kept. */
static int keep(struct lean *lean, struct arena *a, char **p, size_t *n, struct mf_error *err)
{
	int rc = buf_err(&lean->kept, err);
	if (rc < 0)
		return rc;
	*n = lean->kept.n;
	if (*n < 1 << 14) {
		*p = arena_strndup(a, lean->kept.p ? lean->kept.p : "", *n);
		return *p ? MF_OK : err_nomem(err);
	}
	*p = buf_take(&lean->kept);
	return *p && arena_adopt(a, *p, *n) ? MF_OK : err_nomem(err);
}

/* A stream that is more than `most` bytes without its large byte strings. */
static int too_large(struct mf_object *o, uint64_t most, bool ratio, struct mf_error *err)
{
	struct buf size = BUF_INIT(64);
	fmt_size(&size, (int64_t)most);
	if (ratio)
		err_at(err, MF_ELIMIT, o->pathspec, "it unpacks to more than %s, over %d times what is stored", size.p,
			MF_LIMIT_PICKLE_RATIO);
	else
		err_at(err, MF_ELIMIT, o->pathspec, "it takes more than %s of memory", size.p);
	err_hint(err, "MFCTL_MAX_VALUE=4G lifts the limit; -o pickle needs no memory");
	buf_release(&size);
	return MF_ELIMIT;
}

/* Read a stream lean. What is held of it is limited: to a multiple of what is stored, and at all. Release *lean in any case. */
static int read_lean(struct mf_object *o, const struct mf_value *record, const char *sha, uint64_t large, struct lean *lean,
	struct arena *a, struct mf_error *err)
{
	struct mf_sink sink = {lean_write, lean};
	uint64_t given = o->client->config->value_limit, most = given ? given : MF_LIMIT_PICKLE_BYTES;
	for (uint64_t limit = given || most < MF_LIMIT_PICKLE_FREE ? most : MF_LIMIT_PICKLE_FREE;; limit = most) {
		struct mf_error mine = MF_ERROR_INIT;
		lean_init(lean, large);
		lean->kept.limit = limit > SIZE_MAX / 2 ? SIZE_MAX / 2 : (size_t)limit;
		int rc = artifact_stream(o, record, sha, 0, &sink, a, &mine);
		if (lean->kept.failed != MF_ELIMIT) {
			if (rc < 0 && err && err->code == MF_OK)
				*err = mine;
			return rc;
		}
		if (limit == most)
			return too_large(o, limit, false, err);
		uint64_t stored = artifact_stored(o, record, sha, a);
		if (stored < limit / MF_LIMIT_PICKLE_RATIO)
			return too_large(o, limit, true, err);
		lean_release(lean);
	}
}

int artifact_pickle(struct mf_object *o, const char *name, const struct mf_value *record,
	const char *sha, uint64_t large, struct arena *a, struct mf_value **out,
	struct mf_error *err)
{
	struct lean lean;
	struct blob_source *source = NULL;
	char *p = NULL;
	size_t n;
	int rc = read_lean(o, record, sha, large ? large : UINT64_MAX, &lean, a, err);
	if (rc == MF_OK)
		rc = keep(&lean, a, &p, &n, err);
	if (rc == MF_OK && lean.holes.n && !(source = artifact_source(o, record, sha, a)))
		rc = err_nomem(err);
	if (rc == MF_OK) {
		struct mf_error mine = MF_ERROR_INIT;
		struct pickle_holes holes = {
			.v = lean.holes.v, .n = lean.holes.n, .source = source};
		rc = pickle_read_lean(out, a, p, n, &holes, NULL, &mine);
		if (rc < 0) {
			err_at(err, rc, o->pathspec, "artifact “%s”: %s", name, mine.message);
			if (err)
				err->offset = mine.offset;
		}
	}
	bool again = rc == MF_OK && lean.holes.n && (*out)->kind != MF_BLOB && !ndarray_is(*out);
	lean_release(&lean);
	/* something else with large parts: its readers want them in memory */
	return again ? artifact_pickle(o, name, record, sha, 0, a, out, err) : rc;
}

int mf_artifact_bytes(struct mf_object *o, const struct mf_sink *sink, struct mf_error *err)
{
	if (o->entity != MF_ARTIFACT)
		return err_at(err, MF_EUSAGE, o->pathspec, "not an artifact");
	int rc = object_record(o, err);
	if (rc < 0)
		return rc;
	const char *sha = record_str(&o->arena, o->record, "sha");
	if (!sha)
		return err_at(err, MF_ECORRUPT, o->pathspec, "its record has no sha");
	return artifact_stream(o, o->record, sha, 0, sink, &o->arena, err);
}
