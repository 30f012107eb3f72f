/* codec/shortest.h: the shortest decimal digits that tell a binary floating point number from its
 * neighbours, for any width of mantissa up to 128 bits. Exact; the digits of doubles come faster
 * from pyfloat.h. */
#ifndef MF_CODEC_SHORTEST_H
#define MF_CODEC_SHORTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SHORTEST_DIGITS = 48 };

struct shortest {
	uint64_t hi, lo;  /* the mantissa, an integer that is not 0 */
	int exponent;     /* the number is mantissa * 2^exponent; -16500 … 16400 */
	bool lower_close; /* the neighbour below is at half the distance: the mantissa is a power of
			   * two, the lowest exponent apart */
};

/* Digits without zeros at the end, not NUL-terminated; returns how many. The number is 0.d1d2d3… *
 * 10^*point. */
size_t shortest_digits(char out[SHORTEST_DIGITS], int *point, const struct shortest *f);

#endif
