/* codec/inflate_zlib.h: a zlib stream (RFC 1950) unpacked in steps that the caller chooses: the
 * rows of an image. */
#ifndef MF_CODEC_INFLATE_ZLIB_H
#define MF_CODEC_INFLATE_ZLIB_H

#include "../mf.h"

struct zlib_reader;

/* Gives the next packed bytes: *p lent until the next call; *n = 0 at the end. 0 or an error. */
typedef int zlib_more(void *self, const char **p, size_t *n, struct mf_error *err);

struct zlib_reader *zlib_open(zlib_more *more, void *self); /* NULL: out of memory */
/* Unpack exactly n bytes; MF_ECORRUPT when the stream is damaged or ends before. */
int zlib_read(struct zlib_reader *z, void *out, size_t n, struct mf_error *err);
void zlib_close(struct zlib_reader *z);

#endif
