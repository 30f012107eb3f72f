/* Artifacts as files: the format that suits a value, and writing it. */
#include <stdio.h>
#include <string.h>

#include "../codec/frame.h"
#include "../codec/lean.h"
#include "../codec/ndarray.h"
#include "../codec/render.h"
#include "artifact.h"
#include "task.h"

static const struct {
	const char *name, *extension;
} formats[] = {
	[MF_AS_JSON] = {"json", "json"},
	[MF_AS_TEXT] = {"text", "txt"},
	[MF_AS_RAW] = {"raw", "bin"},
	[MF_AS_PICKLE] = {"pickle", "pkl"},
	[MF_AS_NPY] = {"npy", "npy"},
	[MF_AS_CSV] = {"csv", "csv"},
};

const char *mf_format_name(enum mf_format f)
{
	return (size_t)f < ARRAY_SIZE(formats) ? formats[f].name : NULL;
}

const char *mf_format_extension(enum mf_format f)
{
	return (size_t)f < ARRAY_SIZE(formats) ? formats[f].extension : NULL;
}

/* ---- the first bytes of a value ---- */

struct head {
	struct lean lean;
	struct arena *a;
	struct blob_source *source;
	struct mf_value *v; /* once it is known */
};

static int head_known(void *self, const struct lean *lean)
{
	struct head *h = self;
	return artifact_early(lean, h->source, h->a, &h->v) ? LEAN_ENOUGH : (h->v = NULL, MF_OK);
}

/* Is the artifact an array by the store's own record? Only then its head says what it is. */
static bool is_array_by_record(struct mf_object *o)
{
	return value_is(mf_object_get(o, "type"), "numpy.ndarray");
}

enum { WINDOWED = 256 << 10 }; /* arrays of fewer bytes are read whole */

int mf_artifact_head(struct mf_object *o, const struct mf_value **out, struct mf_error *err)
{
	struct head h = {.a = &o->arena};
	struct mf_sink sink = {lean_write, &h.lean};
	if (o->entity != MF_ARTIFACT || o->content || object_record(o, NULL) < 0 ||
		!is_array_by_record(o))
		return mf_artifact_value(o, out, err);
	const char *sha = record_str(&o->arena, o->record, "sha");
	lean_init(&h.lean, WINDOWED);
	h.lean.on_head = head_known;
	h.lean.self = &h;
	h.source = sha ? artifact_source(o, o->record, sha, &o->arena) : NULL;
	int rc = h.source ? artifact_stream(o, o->record, sha, WINDOWED, &sink, &o->arena, err) : MF_OK;
	lean_release(&h.lean);
	if (rc == LEAN_ENOUGH) {
		*out = h.v; /* not kept as the content: its bytes have not been checked */
		return MF_OK;
	}
	return rc < 0 ? rc : mf_artifact_value(o, out, err);
}

/* ---- formats ---- */

/* Can JSON hold it as it is: no object but the plain ones? Bounded: what is large enough is taken
 * as plain data. */
static bool is_plain(const struct mf_value *v, unsigned depth, size_t *budget)
{
	if (!*budget || depth > 50)
		return true;
	--*budget;
	switch (mf_value_kind(v)) {
	case MF_LIST:
	case MF_TUPLE:
	case MF_SET:
	case MF_FROZENSET:
	case MF_DICT:
		for (size_t i = 0; i < v->u.list.n; i++)
			if (!is_plain(v->u.list.v[i], depth + 1, budget))
				return false;
		return true;
	case MF_OBJECT: return known_class(v) != NULL;
	case MF_PERSID:
	case MF_EXT: return false;
	default: return true;
	}
}

int mf_artifact_format(struct mf_object *o, enum mf_format *out, struct mf_error *err)
{
	const struct mf_value *v;
	struct ndarray view;
	struct arena a;
	struct buf b = BUF_INIT(1 << 20);
	size_t budget = 10000;
	*out = MF_AS_PICKLE;
	int rc = mf_artifact_head(o, &v, err);
	if (rc == MF_ECORRUPT || rc == MF_ELIMIT) {
		err_clear(err);
		return MF_OK;
	}
	if (rc < 0)
		return rc;
	arena_init(&a, 0);
	switch (mf_value_kind(v)) {
	case MF_STRING: *out = MF_AS_TEXT; break;
	case MF_BYTES:
	case MF_BYTEARRAY:
	case MF_BLOB: *out = MF_AS_RAW; break;
	default:
		if (frame_is(v))
			*out = MF_AS_CSV;
		else if (ndarray_is(v) && ndarray_view(&view, &a, v, false) &&
			 dtype_npy(&b, view.type))
			*out = MF_AS_NPY;
		else if (is_plain(v, 0, &budget))
			*out = MF_AS_JSON;
	}
	if (a.full || b.failed)
		rc = err_nomem(err);
	arena_release(&a);
	buf_release(&b);
	return rc;
}

/* ---- npy ---- */

/* An array on its way from the stream to the file. */
struct npy {
	struct head head;
	const struct mf_sink *sink;
	bool written; /* the header is out, and all bytes of the array follow it */
	uint64_t offset;
};

static int npy_header(const struct ndarray *view, const struct mf_sink *sink, struct mf_error *err)
{
	struct buf b = BUF_INIT(1 << 20);
	int rc = ndarray_npy_header(&b, view, false, err);
	if (rc == MF_OK)
		rc = sink->write(sink->self, b.p, b.n);
	buf_release(&b);
	return rc;
}

static int npy_known(void *self, const struct lean *lean)
{
	struct npy *n = self;
	struct ndarray view;
	if (!artifact_early(lean, n->head.source, n->head.a, &n->head.v) ||
		!ndarray_view(&view, n->head.a, n->head.v, false) || !view.ordered ||
		dtype_swaps(view.stored))
		return MF_OK;
	const struct blob *blob = view.blob->u.blob;
	int rc = npy_header(&view, n->sink, NULL);
	if (rc == MF_EUNSUPPORTED)
		return MF_OK;
	n->written = true;
	n->offset = blob->offset;
	return rc < 0 ? rc : n->sink->write(n->sink->self, blob->head, blob->head_n);
}

static int npy_data(void *self, const char *p, size_t n)
{
	struct npy *y = self;
	return y->written ? y->sink->write(y->sink->self, p, n) : MF_OK;
}

static int npy_value(const struct mf_value *v, const struct mf_sink *sink, struct mf_error *err)
{
	struct arena a;
	struct ndarray view;
	arena_init(&a, 0);
	int rc;
	if (!ndarray_view(&view, &a, v, true)) {
		rc = a.full ? err_nomem(err) : err_set(err, MF_EUNSUPPORTED, "it is no array");
		if (rc == MF_EUNSUPPORTED)
			err_hint(err, "-o json and -o pickle take any value");
	} else if ((rc = npy_header(&view, sink, err)) == MF_OK) {
		rc = ndarray_bytes(&view, sink, err);
	}
	arena_release(&a);
	return rc;
}

/* A large array goes from the stream to the sink in one pass. */
static int npy_stream(struct mf_object *o, const struct mf_sink *sink, struct mf_error *err)
{
	struct arena a;
	struct npy n = {.head = {.a = &a}, .sink = sink};
	struct mf_sink through = {lean_write, &n.head.lean};
	const struct mf_value *v = NULL;
	int rc = object_record(o, err);
	if (rc < 0)
		return rc;
	const char *sha = record_str(&o->arena, o->record, "sha");
	if (!sha || o->content || !is_array_by_record(o)) {
		rc = mf_artifact_value(o, &v, err);
		return rc < 0 ? rc : npy_value(v, sink, err);
	}
	arena_init(&a, 0);
	lean_init(&n.head.lean, WINDOWED);
	n.head.lean.on_head = npy_known;
	n.head.lean.on_data = npy_data;
	n.head.lean.self = &n;
	n.head.source = artifact_source(o, o->record, sha, &a);
	rc = n.head.source ? artifact_stream(o, o->record, sha, 0, &through, &a, err) : err_nomem(err);
	if (rc == MF_OK) {
		/* what came last decides what it was */
		struct pickle_holes holes = {
			n.head.lean.holes.v, n.head.lean.holes.n, n.head.source, NULL};
		struct ndarray view;
		rc = pickle_read_lean(
			&n.head.v, &a, n.head.lean.kept.p, n.head.lean.kept.n, &holes, NULL, err);
		if (rc == MF_OK && !n.written)
			rc = npy_value(n.head.v, sink, err);
		else if (rc == MF_OK && (!ndarray_view(&view, &a, n.head.v, false) || !view.blob ||
						view.blob->u.blob->offset != n.offset))
			rc = a.full ? err_nomem(err)
				    : err_at(err, MF_ECORRUPT, o->pathspec,
					      "its record says numpy.ndarray, it is something "
					      "else");
	}
	lean_release(&n.head.lean);
	arena_release(&a);
	return rc;
}

/* ---- the others ---- */

static int write_csv(const struct mf_value *v, const struct mf_sink *sink, struct mf_error *err)
{
	struct mf_table *t;
	int rc = mf_table_open(&t, v, err);
	if (rc < 0)
		return rc;
	rc = mf_table_write_csv(t, 0, mf_table_rows(t), sink, err);
	mf_table_free(t);
	return rc;
}

int mf_value_write(const struct mf_value *v, enum mf_format format, const struct mf_sink *sink,
	struct mf_error *err)
{
	size_t n;
	int rc;
	const char *text = mf_value_kind(v) == MF_REF ? NULL : mf_value_text(v, &n);
	switch (format) {
	case MF_AS_NPY: return npy_value(v, sink, err);
	case MF_AS_CSV: return write_csv(v, sink, err);
	case MF_AS_PICKLE:
		return err_set(err, MF_EUNSUPPORTED, "only a whole artifact has a pickle");
	case MF_AS_RAW:
		if (mf_value_kind(v) == MF_BLOB)
			return value_blob_read(v, 0, v->u.blob->n, sink, err);
		return text ? sink->write(sink->self, text, n)
			    : err_set(err, MF_EUNSUPPORTED, "it is neither text nor bytes");
	case MF_AS_TEXT:
		if (mf_value_kind(v) == MF_STRING)
			return sink->write(sink->self, text, n);
		rc = mf_value_print_text(v, sink, 0, err);
		break;
	default: rc = mf_value_print_json(v, sink, 0, err);
	}
	int end = rc < 0 && rc != MF_EPARTIAL ? rc : sink->write(sink->self, "\n", 1);
	return rc < 0 ? rc : end;
}

/* An array whose bytes were left in the stream, with its bytes. */
static int in_memory(struct mf_object *o, const struct mf_value **v, struct mf_error *err)
{
	struct arena a;
	struct ndarray view;
	struct mf_value *whole;
	arena_init(&a, 0);
	bool left = ndarray_view(&view, &a, *v, true) && view.blob;
	arena_release(&a);
	if (!left)
		return MF_OK;
	int rc = artifact_pickle(o, o->id[MF_ARTIFACT], o->record,
		record_str(&o->arena, o->record, "sha"), 0, &o->arena, &whole, err);
	if (rc == MF_OK)
		*v = whole;
	return rc;
}

int mf_artifact_write(struct mf_object *o, enum mf_format format, const struct mf_sink *sink,
	struct mf_error *err)
{
	const struct mf_value *v = NULL;
	struct mf_error mine = MF_ERROR_INIT;
	bool bytes = format == MF_AS_PICKLE;
	int rc = MF_OK;
	if (format == MF_AS_NPY) {
		rc = npy_stream(o, sink, &mine);
	} else if (!bytes) {
		rc = mf_artifact_value(o, &v, &mine);
		/* of what is neither text nor bytes, or cannot be read: the stream itself */
		bytes = format == MF_AS_RAW &&
			(rc == MF_ECORRUPT ||
				(rc == MF_OK && mf_value_kind(v) != MF_BLOB &&
					(mf_value_kind(v) == MF_REF || !mf_value_text(v, NULL))));
		/* the cells of a table are looked up here and there */
		if (rc == MF_OK && format == MF_AS_CSV && ndarray_is(v))
			rc = in_memory(o, &v, &mine);
		if (!bytes && rc == MF_OK)
			rc = mf_value_write(v, format, sink, &mine);
	}
	if (bytes)
		return mf_artifact_bytes(o, sink, err);
	if (rc < 0 && err && err->code == MF_OK) {
		*err = mine;
		if (mine.code && !mine.where[0])
			snprintf(err->where, sizeof(err->where), "%s", o->pathspec);
	}
	return rc;
}
