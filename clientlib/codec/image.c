#include "png.h"

/* Images for those who draw them. */

int mf_image_size(uint32_t *width, uint32_t *height, const char *p, size_t n, struct mf_error *err)
{
	struct png_info info;
	int rc = png_header(&info, p, n, err);

	*width = rc == MF_OK ? info.width : 0;
	*height = rc == MF_OK ? info.height : 0;
	return rc;
}

int mf_image_shrink(uint32_t *out, uint32_t columns, uint32_t rows, const char *p, size_t n,
	struct mf_error *err)
{
	return png_shrink(out, columns, rows, p, n, err);
}
