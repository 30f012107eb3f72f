#include "png.h"

#include <stdlib.h>
#include <string.h>

#include "../base/err.h"
#include "../base/util.h"
#include "inflate_zlib.h"

enum {
	SIDE_MAX = 1 << 16,    /* pixels */
	PIXELS_MAX = 64 << 20, /* of one image: a second of work */
	GRAY = 0,
	RGB = 2,
	PALETTE = 3,
	GRAY_ALPHA = 4,
	RGB_ALPHA = 6
};

static uint32_t be32(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	return (uint32_t)u[0] << 24 | (uint32_t)u[1] << 16 | (uint32_t)u[2] << 8 | u[3];
}

/* ---- chunks ---- */

struct chunk {
	const char *kind, *p;
	size_t n;
};

/* The chunk at *at; false at the end or where it is cut off. Check sums are not looked at: damage
 * shows in zlib's own. */
static bool next_chunk(const char *p, size_t n, size_t *at, struct chunk *c)
{
	if (n < *at || n - *at < 12)
		return false;
	size_t len = be32(p + *at);
	if (len > n - *at - 12)
		return false;
	*c = (struct chunk){.kind = p + *at + 4, .p = p + *at + 8, .n = len};
	*at += len + 12;
	return true;
}

static bool is_kind(const struct chunk *c, const char *kind)
{
	return memcmp(c->kind, kind, 4) == 0;
}

static unsigned channels(unsigned colour)
{
	return colour == RGB ? 3 : colour == GRAY_ALPHA ? 2 : colour == RGB_ALPHA ? 4 : 1;
}

static bool depth_allowed(unsigned colour, unsigned depth)
{
	switch (colour) {
	case GRAY: return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
	case PALETTE: return depth == 1 || depth == 2 || depth == 4 || depth == 8;
	case RGB:
	case GRAY_ALPHA:
	case RGB_ALPHA: return depth == 8 || depth == 16;
	default: return false;
	}
}

int png_header(struct png_info *out, const char *p, size_t n, struct mf_error *err)
{
	static const char magic[8] = "\x89PNG\r\n\x1a\n";
	size_t at = 8;
	struct chunk c;
	if (n < 8 || memcmp(p, magic, 8) != 0 || !next_chunk(p, n, &at, &c) ||
		!is_kind(&c, "IHDR") || c.n != 13)
		return err_set(err, MF_ECORRUPT, "not a PNG image");
	*out = (struct png_info){.width = be32(c.p),
		.height = be32(c.p + 4),
		.depth = (unsigned char)c.p[8],
		.colour = (unsigned char)c.p[9],
		.interlaced = c.p[12]};
	if (!out->width || !out->height || !depth_allowed(out->colour, out->depth) || c.p[10] ||
		c.p[11])
		return err_set(err, MF_ECORRUPT, "not a valid PNG header");
	if (out->width > SIDE_MAX || out->height > SIDE_MAX ||
		(uint64_t)out->width * out->height > PIXELS_MAX)
		return err_set(err, MF_ELIMIT, "an image of %u×%u pixels is too large", out->width,
			out->height);
	return MF_OK;
}

/* ---- pixels ---- */

struct reader {
	struct png_info info;
	const char *p;
	size_t n, at;                  /* where the next chunk is */
	unsigned char palette[256][4]; /* RGBA */
	size_t n_palette;
	int transparent[3]; /* the colour of tRNS as stored, -1: none */
};

static int more_data(void *self, const char **p, size_t *n, struct mf_error *err)
{
	struct reader *r = self;
	struct chunk c;
	(void)err;
	*n = 0;
	while (!*n && next_chunk(r->p, r->n, &r->at, &c) && is_kind(&c, "IDAT")) {
		*p = c.p;
		*n = c.n;
	}
	return MF_OK;
}

/* Palette and transparency, up to the first piece of the image. */
static int read_head(struct reader *r, struct mf_error *err)
{
	struct chunk c;
	size_t at = r->at;
	while (next_chunk(r->p, r->n, &at, &c) && !is_kind(&c, "IDAT")) {
		r->at = at;
		if (is_kind(&c, "PLTE")) {
			r->n_palette = c.n / 3 < 256 ? c.n / 3 : 256;
			for (size_t i = 0; i < r->n_palette; i++) {
				memcpy(r->palette[i], c.p + 3 * i, 3);
				r->palette[i][3] = 255;
			}
		} else if (is_kind(&c, "tRNS") && r->info.colour == PALETTE) {
			for (size_t i = 0; i < c.n && i < r->n_palette; i++)
				r->palette[i][3] = (unsigned char)c.p[i];
		} else if (is_kind(&c, "tRNS")) {
			const unsigned char *u = (const unsigned char *)c.p;
			for (size_t i = 0; i < 3 && 2 * i + 1 < c.n; i++)
				r->transparent[i] = u[2 * i] << 8 | u[2 * i + 1];
		}
	}
	if (r->info.colour == PALETTE && !r->n_palette)
		return err_set(err, MF_ECORRUPT, "the image has no palette");
	return MF_OK;
}

/* Undo the filter of a row in place; `up` is the row above. */
static int unfilter(unsigned char *row, const unsigned char *up, size_t n, size_t step, int filter,
	struct mf_error *err)
{
	if (filter > 4)
		return err_set(err, MF_ECORRUPT, "unknown filter %d of a row", filter);
	for (size_t i = 0; filter && i < n; i++) {
		int a = i >= step ? row[i - step] : 0, b = up[i], c = i >= step ? up[i - step] : 0,
		    add;
		if (filter == 1) {
			add = a;
		} else if (filter == 2) {
			add = b;
		} else if (filter == 3) {
			add = (a + b) / 2;
		} else {
			int pa = abs(b - c), pb = abs(a - c), pc = abs(a + b - 2 * c);
			add = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
		}
		row[i] = (unsigned char)(row[i] + add);
	}
	return MF_OK;
}

/* Sample i of a row as stored. */
static unsigned sample(const unsigned char *row, size_t i, unsigned depth)
{
	if (depth == 8)
		return row[i];
	if (depth == 16)
		return (unsigned)row[2 * i] << 8 | row[2 * i + 1];
	size_t bit = i * depth;
	return row[bit / 8] >> (8 - depth - bit % 8) & ((1u << depth) - 1);
}

/* Pixel x of a row over white. */
static void pixel(const struct reader *r, const unsigned char *row, size_t x, unsigned rgb[3])
{
	unsigned depth = r->info.depth, k = channels(r->info.colour), s[4] = {0}, alpha = 255;
	for (unsigned i = 0; i < k; i++)
		s[i] = sample(row, x * k + i, depth);
	if (r->info.colour == PALETTE) {
		const unsigned char *c = r->palette[s[0] < r->n_palette ? s[0] : 0];
		rgb[0] = c[0], rgb[1] = c[1], rgb[2] = c[2], alpha = c[3];
	} else {
		bool gray = r->info.colour == GRAY || r->info.colour == GRAY_ALPHA,
		     clear = r->transparent[0] >= 0;
		for (unsigned i = 0; i < (gray ? 1u : 3u); i++)
			clear = clear && r->transparent[i] == (int)s[i];
		for (unsigned i = 0; i < k; i++)
			s[i] = depth == 16  ? s[i] >> 8
			       : depth == 8 ? s[i]
					    : s[i] * 255 / ((1u << depth) - 1);
		rgb[0] = s[0], rgb[1] = gray ? s[0] : s[1], rgb[2] = gray ? s[0] : s[2];
		alpha = clear                          ? 0
			: r->info.colour == RGB_ALPHA  ? s[3]
			: r->info.colour == GRAY_ALPHA ? s[1]
						       : 255;
	}
	for (int i = 0; i < 3; i++)
		rgb[i] = (rgb[i] * alpha + 255 * (255 - alpha)) / 255;
}

/* Sums of what falls into each pixel of one row of the picture. */
struct sums {
	uint64_t rgb[3], n;
};

static int shrink(struct reader *r, struct zlib_reader *z, uint32_t *out, uint32_t columns,
	uint32_t rows, unsigned char *row, unsigned char *up, struct sums *sums, size_t bytes,
	struct mf_error *err)
{
	size_t step = (size_t)channels(r->info.colour) * r->info.depth / 8;
	for (uint32_t y = 0, to = 0; y < r->info.height; y++) {
		unsigned char filter;
		int rc = zlib_read(z, &filter, 1, err);
		if (rc == MF_OK)
			rc = zlib_read(z, row, bytes, err);
		if (rc == MF_OK)
			rc = unfilter(row, up, bytes, step ? step : 1, filter, err);
		if (rc < 0)
			return rc;
		for (uint32_t x = 0; x < r->info.width; x++) {
			struct sums *s = &sums[(uint64_t)x * columns / r->info.width];
			unsigned rgb[3];
			pixel(r, row, x, rgb);
			for (int i = 0; i < 3; i++)
				s->rgb[i] += rgb[i];
			s->n++;
		}
		unsigned char *swap = row;
		row = up;
		up = swap;
		if ((uint64_t)(y + 1) * rows / r->info.height == to && y + 1 < r->info.height)
			continue;
		for (uint32_t x = 0; x < columns; x++) {
			const struct sums *s = &sums[x];
			uint64_t n = s->n ? s->n : 1;
			out[(size_t)to * columns + x] =
				(uint32_t)(s->rgb[0] / n << 16 | s->rgb[1] / n << 8 |
					   s->rgb[2] / n);
		}
		memset(sums, 0, columns * sizeof(*sums));
		to++;
	}
	return MF_OK;
}

int png_shrink(uint32_t *out, uint32_t columns, uint32_t rows, const char *p, size_t n,
	struct mf_error *err)
{
	struct reader r = {.p = p, .n = n, .at = 8 + 25, .transparent = {-1, -1, -1}};
	struct zlib_reader *z = NULL;
	unsigned char *row = NULL;
	struct sums *sums = NULL;
	int rc;
	TRY(png_header(&r.info, p, n, err));
	if (r.info.interlaced)
		return err_set(err, MF_EUNSUPPORTED, "an interlaced image is not decoded");
	TRY(read_head(&r, err));
	size_t bytes = ((size_t)r.info.width * channels(r.info.colour) * r.info.depth + 7) / 8;
	z = zlib_open(more_data, &r);
	row = calloc(2, bytes);
	sums = calloc(columns, sizeof(*sums));
	rc = z && row && sums
		     ? shrink(&r, z, out, columns, rows, row, row + bytes, sums, bytes, err)
		     : err_nomem(err);
done:
	zlib_close(z);
	free(row);
	free(sums);
	return rc;
}
