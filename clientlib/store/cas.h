/* store/cas.h: content-addressed blobs of a local datastore (data-model §3.2). */
#ifndef MF_STORE_CAS_H
#define MF_STORE_CAS_H

#include "../base/arena.h"
#include "../base/buf.h"
#include "../mf.h"

enum cas_form {
	CAS_PACKED, /* gzip unless the blob does not look like it (artifacts) */
	CAS_RAW     /* as it is (code packages) */
};

/* Is it a CAS key: 40 lower-case hex digits? */
bool cas_key_valid(const char *sha);
/* Stream the unpacked content of ROOT/flow/data/xx/sha to the sink and check its SHA-1. MF_ENOTFOUND, MF_ECORRUPT (damaged
 * or another content than its key), MF_ELIMIT, or the sink's code. root_fd may be AT_FDCWD with an absolute root, or the
 * root itself with root "". */
int cas_stream(int root_fd, const char *root, const char *flow, const char *sha, enum cas_form form,
	const struct mf_sink *sink, uint64_t limit, struct mf_error *err);
/* Bytes of its file, 0 if there is none. */
uint64_t cas_size(int root_fd, const char *root, const char *flow, const char *sha);
/* Stream a file that holds one gzip member (or is plain), as IncludeFile's uploads are. */
int cas_stream_file(int dirfd, const char *path, enum cas_form form, const struct mf_sink *sink, uint64_t limit,
	struct mf_error *err);

#endif
