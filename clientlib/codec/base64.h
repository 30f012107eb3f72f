/* codec/base64.h: read strictly in the standard alphabet with padding; written in that or the one of URLs. Pure, any thread. */
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
/* Append n bytes as base64; url: with the digits for URLs, and without padding. */
void base64_add(struct buf *b, const void *bytes, size_t n, bool url);

#endif
