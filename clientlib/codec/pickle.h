/* codec/pickle.h: the pickle machine: all opcodes of protocols 0 to 5 build a value graph; nothing is ever called or
 * imported. What the stream says about classes stays as names (json-values.md §6, §7). */
#ifndef MF_CODEC_PICKLE_H
#define MF_CODEC_PICKLE_H

#include "../mf.h"
#include "../base/arena.h"
#include "value.h"

struct pickle_limits {
	size_t nodes; /* values built; 0: MF_LIMIT_PICKLE_NODES */
	size_t memo;  /* memo entries; 0: MF_LIMIT_PICKLE_MEMO */
};

/* Build the value of the pickle at p. Strings and bytes of the result may point into p, which must outlive the arena.
 * Returns 0; MF_ECORRUPT with err->offset for a damaged stream; MF_ELIMIT, MF_ENOMEM. Bytes after STOP are ignored.
 * Thread-safe; the result may be cyclic. */
int pickle_read(struct mf_value **out, struct arena *a, const char *p, size_t n, const struct pickle_limits *limits,
	struct mf_error *err);

/* A large byte string whose data was not kept (codec/lean.h). */
struct hole {
	size_t at;       /* in the text that was kept: where its data begins */
	size_t head;     /* bytes of the data that were kept */
	uint64_t offset; /* of the data in the whole stream */
	uint64_t n;      /* bytes of the data */
};

struct pickle_holes {
	const struct hole *v; /* in their order */
	size_t n;
	struct blob_source *source; /* where the blobs can be read; may be NULL */
	bool *alone; /* told whether the value was all there was on the stack; may be NULL */
};

/* The same for a text with holes (NULL: none): each is an MF_BLOB in the value. */
int pickle_read_lean(struct mf_value **out, struct arena *a, const char *p, size_t n,
	const struct pickle_holes *holes, const struct pickle_limits *limits, struct mf_error *err);

#endif
