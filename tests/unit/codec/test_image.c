#include "../../support/test.h"
#include "../tui/value_cases.h"

void test_image__size_and_pixels(void)
{
	struct mf_document *doc;
	uint32_t w = 7, h = 7, pixels[8];
	size_t n;

	CHECK_FATAL(mf_pickle_read(&doc, value_png, sizeof(value_png) - 1, NULL) == 0);
	const char *p = mf_value_text(mf_document_value(doc), &n);
	CHECK_INT(mf_image_size(&w, &h, p, n, NULL), 0);
	CHECK(w == 8 && h == 4);
	CHECK_INT(mf_image_shrink(pixels, 4, 2, p, n, NULL), 0);
	CHECK_INT(pixels[0], 0x102080); /* the mean of four */
	CHECK_INT(pixels[7], 0xd0a080);
	CHECK_INT(mf_image_size(&w, &h, "no image", 8, NULL), MF_ECORRUPT);
	CHECK(w == 0 && h == 0);
	mf_document_free(doc);
}
