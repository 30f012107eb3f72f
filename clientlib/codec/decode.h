/* codec/decode.h: bytes of a text file as Python reads it in text mode. Pure, any thread. */
#ifndef MF_CODEC_DECODE_H
#define MF_CODEC_DECODE_H

#include "../base/buf.h"

/* Append n bytes that are text in one of Python's encodings (any spelling; NULL: UTF-8) as UTF-8, each end of a line as a
 * newline. False (what is in `out` then is no use): the encoding is not known here, or the bytes are no text in it. */
bool decode_text(struct buf *out, const char *p, size_t n, const char *encoding);

#endif
