#include <stdlib.h>

#include "../codec/pickle.h"
#include "../codec/select.h"
#include "artifact.h"
#include "run.h"
#include "task.h"

/* SHA-1 of the pickles of True, False and None in protocols 4 and 2 (data-model §14.9). */
static const struct {
	const char *sha;
	struct mf_value value;
} constants[] = {
	{"868436778cb011a1c6230bc12534683ab0b7f1c3", {.kind = MF_BOOL, .u.b = true}},
	{"2473d4676d5b2aba674167293142f8031ada401b", {.kind = MF_BOOL, .u.b = false}},
	{"dbc1aaddc8b7343d6d33b34edcf608b8f8801918", {.kind = MF_NULL}},
	{"69e77141c3eb7a8c9ce864251d70c02723f29332", {.kind = MF_BOOL, .u.b = true}},
	{"caa40ab420354941d2127f64360105b8548b8802", {.kind = MF_BOOL, .u.b = false}},
	{"f3627f46179fdd95bf0e83101840fd1d71b60e40", {.kind = MF_NULL}},
};

/* The value of a well-known SHA; NULL for others. */
static const struct mf_value *constant(const char *sha)
{
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++)
		if (str_eq(sha, constants[i].sha))
			return &constants[i].value;
	return NULL;
}

static int copy_constant(const char *sha, struct arena *a, struct mf_value **out, struct mf_error *err)
{
	const struct mf_value *known = constant(sha);
	*out = value_new(a, known->kind);
	if (!*out)
		return err_nomem(err);
	**out = *known;
	return MF_OK;
}

bool artifact_is_true(const char *sha)
{
	return mf_value_bool(constant(sha));
}

bool artifact_is_known(const char *sha)
{
	return constant(sha);
}

/* {"$encoded": …}: an artifact that another serializer wrote. */
static struct mf_value *encoded(struct mf_object *o, const char *name, const char *encoding, const char *sha, struct arena *a)
{
	const struct mf_value *info = NULL;
	int attempt = task_artifact_attempt(o);
	info = mf_value_get(mf_value_get(task_data_json(o, attempt, NULL), "info"), name);
	struct mf_value *d = value_new(a, MF_DICT), *v = value_new(a, MF_WRAPPED);
	const struct mf_value *size = mf_value_get(info, "size");
	const char *source = record_str(a, mf_value_get(info, "serializer_info"), "source");
	if (!d || !v || !value_put_str(a, d, "encoding", value_str(a, encoding))
		|| !value_put_str(a, d, "source", value_str(a, source))
		|| !value_put_str(a, d, "size",
			mf_value_kind(size) == MF_INT ? value_int(a, size->u.i) : value_new(a, MF_NULL))
		|| !value_put_str(a, d, "sha", value_str(a, sha)))
		return NULL;
	v->u.wrap.name = "$encoded";
	v->u.wrap.item = d;
	return v;
}

/* Byte strings from here on are left in the stream. */
enum { LARGE = 16 << 20 };

static int load(struct mf_object *o, const char *name, const struct mf_value *record, struct arena *a,
	struct mf_value **out, struct mf_error *err)
{
	const char *sha = record_str(a, record, "sha"), *encoding = record_str(a, record, "content_type");
	if (sha && constant(sha))
		return copy_constant(sha, a, out, err);
	if (!sha)
		return err_at(err, MF_ECORRUPT, o->pathspec, "the record of artifact “%s” has no sha", name);
	if (encoding && !strstr(encoding, "pickle")) {
		*out = encoded(o, name, encoding, sha, a);
		return *out ? MF_OK : err_nomem(err);
	}
	int rc = artifact_pickle(o, name, record, sha, LARGE, a, out, err);
	if (rc < 0)
		return rc;
	if (mf_value_kind(*out) == MF_OBJECT
		&& value_is(mf_value_part(*out, MF_PART_CLASS), "metaflow.includefile.IncludedFile"))
		return artifact_included(o, *out, a, out, err);
	return MF_OK;
}

int task_artifact_load(struct mf_object *o, const char *name, struct arena *a, struct mf_value **out, struct mf_error *err)
{
	struct artifact_record *brief;
	struct mf_value *record;
	int rc = task_artifact_brief(o, name, &brief, err);
	if (rc < 0)
		return rc;
	if (constant(brief->sha))
		return copy_constant(brief->sha, a, out, err);
	rc = task_artifact_record(o, name, &record, err);
	return rc < 0 ? rc : load(o, name, record, a, out, err);
}

int mf_artifact_value(struct mf_object *o, const struct mf_value **out, struct mf_error *err)
{
	if (o->entity != MF_ARTIFACT)
		return err_at(err, MF_EUSAGE, o->pathspec, "not an artifact");
	if (!o->content) {
		struct mf_value *v;
		int rc = object_record(o, err);
		if (rc == MF_OK)
			rc = load(o, o->id[MF_ARTIFACT], o->record, &o->arena, &v, err);
		if (rc < 0)
			return rc;
		o->content = v;
	}
	*out = o->content;
	return MF_OK;
}

/* ---- pickles from elsewhere ---- */

struct mf_document {
	struct arena arena;
	struct mf_value *value;
};

int mf_pickle_read(struct mf_document **out, const char *p, size_t n, struct mf_error *err)
{
	*out = NULL;
	struct mf_document *d = calloc(1, sizeof(*d));
	if (!d)
		return err_nomem(err);
	arena_init(&d->arena, 0);
	char *copy = arena_strndup(&d->arena, p, n);
	int rc = copy ? pickle_read(&d->value, &d->arena, copy, n, NULL, err) : err_nomem(err);
	if (rc < 0)
		mf_document_free(d);
	else
		*out = d;
	return rc;
}

const struct mf_value *mf_document_value(const struct mf_document *d)
{
	return d->value;
}

void mf_document_free(struct mf_document *d)
{
	if (!d)
		return;
	arena_release(&d->arena);
	free(d);
}

int mf_value_select(struct mf_document **out, const struct mf_value *v, const char *path, const char *slice,
	struct mf_error *err)
{
	struct slice_axis axes[SLICE_MAX_AXES];
	size_t n = 0;
	*out = NULL;
	int rc = slice ? slice_parse(axes, &n, slice, err) : MF_OK;
	if (rc < 0)
		return rc;
	struct mf_document *d = calloc(1, sizeof(*d));
	if (!d)
		return err_nomem(err);
	arena_init(&d->arena, 0);
	d->value = (struct mf_value *)(uintptr_t)v;
	if (path)
		rc = value_pick(&d->arena, v, path, &d->value, err);
	if (rc == MF_OK && slice)
		rc = value_slice(&d->arena, d->value, axes, n, &d->value, err);
	if (rc < 0)
		mf_document_free(d);
	else
		*out = d;
	return rc;
}
