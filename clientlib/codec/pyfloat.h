/* codec/pyfloat.h: doubles as Python's repr writes them. Independent of the locale. */
#ifndef MF_CODEC_PYFLOAT_H
#define MF_CODEC_PYFLOAT_H

#include <stddef.h>

enum { PYFLOAT_SIZE = 32 };

/* The shortest digits that read back to f, with a point or an exponent: 1.0, 1e-05, 5e-324; nan,
 * inf, -inf. Returns the length; out is not NUL-terminated. */
size_t pyfloat_repr(char out[PYFLOAT_SIZE], double f);

#endif
