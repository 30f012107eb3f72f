/* codec/inflate.h: one gzip member, streamed. */
#ifndef MF_CODEC_INFLATE_H
#define MF_CODEC_INFLATE_H

#include "../mf.h"

/* Gives the next bytes of the compressed input: *p lent until the next call; *n = 0 at the end. 0 or an error. */
typedef int (*inflate_read)(void *self, const char **p, size_t *n, struct mf_error *err);

/* Unpack the gzip member that `read` supplies into the sink, a window at a time. The trailer's CRC and length are checked;
 * bytes after the member are ignored. Stops with MF_ELIMIT after `limit` unpacked bytes (0: none). Returns the sink's
 * code if it refuses; MF_ECORRUPT for damaged or truncated data. */
int inflate_gzip(inflate_read read, void *self, const struct mf_sink *sink, uint64_t limit, struct mf_error *err);

#endif
