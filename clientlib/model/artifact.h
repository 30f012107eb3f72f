/* model/artifact.h: how the stored bytes of an artifact are found and read; for the files artifact*.c. */
#ifndef MF_MODEL_ARTIFACT_H
#define MF_MODEL_ARTIFACT_H

#include "../codec/lean.h"
#include "object.h"

/* The unpacked content of a blob into the sink, its SHA-1 checked at the end; `a` holds texts on the way. The sink may end
 * it with a code of its own; `head`: bytes that are surely wanted by one that will (0: all). Thread-safe for different arenas. */
int artifact_stream(struct mf_object *o, const struct mf_value *record, const char *sha, uint64_t head,
	const struct mf_sink *sink, struct arena *a, struct mf_error *err);
/* The value of a pickled blob, in the arena (name: for errors); byte strings of `large` bytes and more are left in the stream (0: none) where
 * the value is an array or bytes by itself. */
int artifact_pickle(struct mf_object *o, const char *name, const struct mf_value *record, const char *sha, uint64_t large,
	struct arena *a, struct mf_value **out, struct mf_error *err);
/* The content of the file that an IncludeFile's descriptor v names. */
int artifact_included(struct mf_object *o, const struct mf_value *v, struct arena *a, struct mf_value **out,
	struct mf_error *err);
/* The value as far as the head of its first large byte string tells, where that is all the value needs: an array by itself,
 * in the order in which pickles of protocol 4 have it. False: read on. */
bool artifact_early(const struct lean *lean, struct blob_source *source, struct arena *a, struct mf_value **out);
/* A source of blobs that reads the artifact again; NULL: out of memory. */
struct blob_source *artifact_source(struct mf_object *o, const struct mf_value *record, const char *sha, struct arena *a);

#endif
