/* store/cas.h: content-addressed blobs of a datastore (data-model §3.2). */
#ifndef MF_STORE_CAS_H
#define MF_STORE_CAS_H

#include "../base/arena.h"
#include "../base/buf.h"
#include "../mf.h"
#include "store.h"

enum cas_form {
	CAS_PACKED, /* gzip unless the blob does not look like it (artifacts) */
	CAS_RAW     /* as it is, whatever is stored with it (code packages) */
};

/* Is it a CAS key: 40 lower-case hex digits? */
bool cas_key_valid(const char *sha);
/* Stream the unpacked content of flow/data/xx/sha to the sink and check its SHA-1. What is stored with the object
 * (metaflow-user-attributes) says whether a packed one is, where there is such. `head`: bytes that are surely
 * wanted, for those who stop early; 0: all. MF_ENOTFOUND, MF_ECORRUPT (damaged or another content than its key), MF_ELIMIT,
 * MF_EUNSUPPORTED (an unknown cas_version), or the sink's code. */
int cas_stream(struct store *s, const char *flow, const char *sha, enum cas_form form, uint64_t head,
	const struct mf_sink *sink, uint64_t limit, struct mf_error *err);
/* Bytes of its object, 0 if there is none. */
uint64_t cas_size(struct store *s, const char *flow, const char *sha);
/* Stream an object that holds one gzip member (or is plain), as IncludeFile's uploads are. */
int cas_stream_file(struct store *s, const char *key, enum cas_form form, uint64_t head, const struct mf_sink *sink,
	uint64_t limit, struct mf_error *err);

#endif
