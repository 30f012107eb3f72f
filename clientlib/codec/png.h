/* codec/png.h: PNG images, read row by row into a small picture. The image itself is never held:
 * memory is two of its rows and the picture, so its dimensions cost time only, which MF_LIMIT of
 * pixels bounds. All colour types and depths; not Adam7, which needs the whole image. Pure, any
 * thread. */
#ifndef MF_CODEC_PNG_H
#define MF_CODEC_PNG_H

#include <stdint.h>

#include "../mf.h"

struct png_info {
	uint32_t width, height;
	unsigned depth, colour; /* of the header */
	bool interlaced;
};

/* The header. MF_ECORRUPT for what is no PNG, MF_ELIMIT for dimensions beyond what is decoded. */
int png_header(struct png_info *out, const char *p, size_t n, struct mf_error *err);

/* The image shrunk to columns × rows pixels of 0xRRGGBB (each the mean of what it covers,
 * transparent parts over white), into out[rows * columns]. columns and rows are at least 1 and at
 * most the image's own. MF_EUNSUPPORTED when interlaced. */
int png_shrink(uint32_t *out, uint32_t columns, uint32_t rows, const char *p, size_t n,
	struct mf_error *err);

#endif
