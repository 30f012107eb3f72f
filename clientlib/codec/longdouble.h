/* codec/longdouble.h: numbers of C's long double as other machines have written them, and their
 * text as numpy has it (json-values.md §3). No arithmetic of the machine's own long double is used.
 */
#ifndef MF_CODEC_LONGDOUBLE_H
#define MF_CODEC_LONGDOUBLE_H

#include "shortest.h"

enum { LONGDOUBLE_TEXT = 64 };

struct longdouble {
	enum longdouble_class {
		LONGDOUBLE_ZERO,
		LONGDOUBLE_NUMBER,
		LONGDOUBLE_INF,
		LONGDOUBLE_NAN
	} class;
	bool negative;
	struct shortest f;
};

/* 12 or 16 bytes: x87's 80 bits and padding, or (quad) IEEE's 128 bits. False: x87 bits that no x87
 * writes; out is then a NaN. */
bool longdouble_load(struct longdouble *out, const char *p, size_t n, bool big, bool quad);
/* A number that was one of `size` bytes (2, 4 or 8): its digits are those that tell it from others
 * of that size. */
void longdouble_from(struct longdouble *out, double f, size_t size);
/* Do 16 bytes look like IEEE's 128 bits (1), like x87's 80 (-1), or like either (0)? */
int longdouble_guess(const char *p, bool big);
/* "1.e+00", "1.5e-05", "inf": format_float_scientific. NUL-terminated; the length. */
size_t longdouble_scientific(char out[LONGDOUBLE_TEXT], const struct longdouble *v);
/* "1", "0.1", "1e+16": str, without a point that nothing follows. sign: always one. */
size_t longdouble_short(char out[LONGDOUBLE_TEXT], const struct longdouble *v, bool sign);
/* The same with at most so many digits, rounded. */
size_t longdouble_rounded(
	char out[LONGDOUBLE_TEXT], const struct longdouble *v, bool sign, size_t digits);
/* "(1+2j)", "2j": str of a complex number. */
size_t longdouble_complex(char out[2 * LONGDOUBLE_TEXT + 4], const struct longdouble *re,
	const struct longdouble *im);

#endif
