/* codec/base64.h: the standard alphabet with padding, strictly. Pure, any thread. */
#ifndef MF_CODEC_BASE64_H
#define MF_CODEC_BASE64_H

#include "../base/buf.h"

enum {
	BASE64_BLANKS = 1 /* pass over blanks and newlines, as data: URIs of cards have them */
};

/* Append what p stands for. MF_ECORRUPT with err->offset at the first wrong character (also for
 * missing or misplaced padding, and bits that no byte takes), MF_ENOMEM, MF_ELIMIT of the buffer.
 */
int base64_decode(struct buf *out, const char *p, size_t n, unsigned flags, struct mf_error *err);

#endif
