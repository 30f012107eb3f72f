/* codec/inflate_engine.h: what unpacks, for inflate.c: zlib, or ISA-L where it is installed and the
 * data is large (twice as fast, but not worth loading for small blobs). */
#ifndef MF_CODEC_INFLATE_ENGINE_H
#define MF_CODEC_INFLATE_ENGINE_H

#include "../mf.h"

struct inflate_io {
	const char *in;
	char *out;
	size_t in_n, out_n; /* what is left of both */
};

struct inflate_engine {
	/* A gzip decoder; NULL: out of memory, or not to be had. */
	void *(*open)(void);
	/* Unpack as far as input and output go. 1: the member has ended and its checksum is right;
	 * 0: go on; < 0: an error, with *why a few words. */
	int (*step)(void *state, struct inflate_io *io, const char **why);
	void (*close)(void *state);
};

extern const struct inflate_engine inflate_zlib;
/* NULL where it was not there when this was built. */
extern const struct inflate_engine *const inflate_isal;

#endif
