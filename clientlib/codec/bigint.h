/* codec/bigint.h: integers of any size as pickle has them: little-endian two's complement. */
#ifndef MF_CODEC_BIGINT_H
#define MF_CODEC_BIGINT_H

#include <stdbool.h>
#include <stddef.h>

#include "../base/buf.h"

enum {
	BIGINT_MAX_DIGITS = 1000000, /* converted from decimal: takes about a second */
	BIGINT_MAX_BYTES = 1 << 20,  /* converted to decimal: two seconds */
	BIGINT_LONG_BYTES = 1 << 16, /* from here on converting takes longer than writing */
	BIGINT_SUM_BYTES = 4 << 20   /* all such integers of one document together */
};

/* The length without bytes that only repeat the sign; 0 for the number 0. */
size_t bigint_trim(const char *p, size_t n);
bool bigint_negative(const char *p, size_t n);
/* <0, 0, >0 */
int bigint_compare(const char *a, size_t na, const char *b, size_t nb);
/* Bytes that n decimal digits take at most, and the conversion to so many bytes at out; returns
 * their number. Only digits; quadratic time. */
size_t bigint_parse_size(size_t digits);
size_t bigint_parse(char *out, const char *digits, size_t n, bool negative);
/* Append as decimal. More than BIGINT_MAX_BYTES: MF_ELIMIT; MF_ENOMEM. */
int bigint_format(struct buf *out, const char *p, size_t n);

#endif
