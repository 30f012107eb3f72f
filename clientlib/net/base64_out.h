/* net/base64_out.h: bytes as base64. */
#ifndef MF_NET_BASE64_OUT_H
#define MF_NET_BASE64_OUT_H

#include "../base/buf.h"

/* Append n bytes; url: with the digits for URLs, and without padding. */
void base64_add(struct buf *b, const void *bytes, size_t n, bool url);

#endif
