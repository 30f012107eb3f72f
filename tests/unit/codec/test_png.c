/* covers: inflate_zlib.c */
#include "../../support/test.h"

#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#include "../../../clientlib/codec/inflate_zlib.h"
#include "../../../clientlib/codec/png.h"

static void put32(struct buf *b, uint32_t v)
{
	char c[] = {(char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v};
	buf_add(b, c, 4);
}

static void chunk(struct buf *b, const char *kind, const void *p, size_t n)
{
	put32(b, (uint32_t)n);
	buf_adds(b, kind);
	buf_add(b, p, n);
	put32(b, 0); /* check sums are not looked at */
}

/* An image of the given rows (with their filter bytes), its data in pieces of `piece` bytes. */
static void image(struct buf *b, uint32_t w, uint32_t h, int depth, int colour, int interlace,
	const void *rows, size_t n, size_t piece)
{
	unsigned char packed[4096];
	uLongf len = sizeof(packed);
	struct buf head = BUF_INIT(100);
	CHECK_FATAL(compress(packed, &len, rows, n) == Z_OK);
	buf_clear(b);
	buf_add(b, "\x89PNG\r\n\x1a\n", 8);
	put32(&head, w);
	put32(&head, h);
	char rest[] = {(char)depth, (char)colour, 0, 0, (char)interlace};
	buf_add(&head, rest, 5);
	chunk(b, "IHDR", head.p, head.n);
	if (colour == 3) {
		chunk(b, "PLTE", "\xff\0\0\0\xff\0\0\0\xff", 9);
		chunk(b, "tRNS", "\xff\0", 2);
	}
	for (size_t i = 0; i < len; i += piece)
		chunk(b, "IDAT", packed + i, len - i < piece ? len - i : piece);
	chunk(b, "IEND", "", 0);
	buf_release(&head);
}

void test_png__kinds(void)
{
	static const struct {
		int depth, colour;
		uint32_t w, h;
		const char *rows;
		size_t n;
		uint32_t want[4];
	} t[] = {
		{8, 2, 2, 1, "\0\x0a\x14\x1e\xff\0\x80", 7, {0x0a141e, 0xff0080}},
		{8, 0, 2, 2, "\0\x10\x20\0\x30\x40", 6, {0x101010, 0x202020, 0x303030, 0x404040}},
		{1, 0, 2, 2, "\0\x80\0\x40", 4, {0xffffff, 0, 0, 0xffffff}},
		{2, 0, 2, 1, "\0\x60", 2, {0x555555, 0xaaaaaa}},
		{4, 0, 2, 1, "\0\xf8", 2, {0xffffff, 0x888888}},
		{16, 0, 2, 1, "\0\x12\xff\xfe\x01", 5, {0x121212, 0xfefefe}},
		{16, 2, 1, 1, "\0\x01\xff\x02\xff\x03\xff", 7, {0x010203}},
		{8, 4, 2, 1, "\0\x10\xff\x10\0", 5, {0x101010, 0xffffff}},
		{8, 6, 2, 1, "\0\x10\x20\x30\xff\0\0\0\x80", 9, {0x102030, 0x7f7f7f}},
		{8, 3, 2, 2, "\0\0\1\0\2\x63", 6, {0xff0000, 0xffffff, 0x0000ff, 0xff0000}},
		{2, 3, 2, 1, "\0\x80", 2, {0x0000ff, 0xff0000}},
		/* filters: sub, up, average, Paeth */
		{8, 0, 2, 2, "\1\x10\x10\2\x01\x02", 6, {0x101010, 0x202020, 0x111111, 0x222222}},
		{8, 0, 2, 2, "\0\x10\x20\3\x08\x08", 6, {0x101010, 0x202020, 0x101010, 0x202020}},
		{8, 0, 2, 2, "\0\x10\x20\4\x01\x02", 6, {0x101010, 0x202020, 0x111111, 0x222222}},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		for (size_t piece = 1; piece < 200; piece += 66) {
			struct buf b = BUF_INIT(1 << 16);
			uint32_t got[4] = {0};
			struct png_info info;
			struct mf_error err = MF_ERROR_INIT;
			image(&b, t[i].w, t[i].h, t[i].depth, t[i].colour, 0, t[i].rows, t[i].n,
				piece);
			CHECK_INT(png_header(&info, b.p, b.n, &err), 0);
			CHECK_INT(info.width, t[i].w);
			CHECK_INT(png_shrink(got, t[i].w, t[i].h, b.p, b.n, &err), 0);
			for (size_t k = 0; k < t[i].w * t[i].h; k++)
				CHECK_INT(got[k], t[i].want[k]);
			buf_release(&b);
		}
}

void test_png__shrunk(void)
{
	/* 4 × 4: each quarter of one gray */
	static const char rows[] =
		"\0\x10\x10\x20\x20\0\x10\x10\x20\x20\0\x30\x30\x40\x40\0\x30\x30\x40\x42";
	struct buf b = BUF_INIT(1 << 16);
	uint32_t got[4];
	image(&b, 4, 4, 8, 0, 0, rows, sizeof(rows) - 1, 4096);
	CHECK_INT(png_shrink(got, 2, 2, b.p, b.n, NULL), 0);
	CHECK_INT(got[0], 0x101010);
	CHECK_INT(got[1], 0x202020);
	CHECK_INT(got[2], 0x303030);
	CHECK_INT(got[3], 0x404040);
	CHECK_INT(png_shrink(got, 1, 1, b.p, b.n, NULL), 0);
	CHECK_INT(got[0], 0x282828);
	CHECK_INT(png_shrink(got, 1, 3, b.p, b.n, NULL), 0);
	CHECK_INT(got[0], 0x181818);
	buf_release(&b);
}

void test_png__hostile(void)
{
	static const char rows[] = "\0\x10\x20\0\x30\x40";
	struct buf b = BUF_INIT(1 << 16), cut = BUF_INIT(1 << 16);
	struct png_info info;
	uint32_t got[4];
	struct mf_error err = MF_ERROR_INIT;
	CHECK_INT(png_header(&info, "", 0, NULL), MF_ECORRUPT);
	CHECK_INT(png_header(&info, "GIF89a..................................", 40, NULL),
		MF_ECORRUPT);
	image(&b, 70000, 1, 8, 0, 0, rows, 6, 4096);
	CHECK_INT(png_header(&info, b.p, b.n, NULL), MF_ELIMIT);
	image(&b, 60000, 60000, 8, 0, 0, rows, 6, 4096); /* would be 3.6 gigapixels */
	CHECK_INT(png_shrink(got, 1, 1, b.p, b.n, NULL), MF_ELIMIT);
	image(&b, 0, 2, 8, 0, 0, rows, 6, 4096);
	CHECK_INT(png_header(&info, b.p, b.n, NULL), MF_ECORRUPT);
	image(&b, 2, 2, 3, 0, 0, rows, 6, 4096);
	CHECK_INT(png_header(&info, b.p, b.n, NULL), MF_ECORRUPT);
	image(&b, 2, 2, 8, 5, 0, rows, 6, 4096);
	CHECK_INT(png_header(&info, b.p, b.n, NULL), MF_ECORRUPT);
	image(&b, 2, 2, 8, 0, 1, rows, 6, 4096);
	CHECK_INT(png_shrink(got, 1, 1, b.p, b.n, &err), MF_EUNSUPPORTED);
	image(&b, 2, 2, 8, 0, 0, "\7\x10\x20\0\x30\x40", 6, 4096);
	CHECK_INT(png_shrink(got, 1, 1, b.p, b.n, NULL), MF_ECORRUPT);
	/* fewer rows than promised */
	image(&b, 2, 2, 8, 0, 0, rows, 5, 4096);
	CHECK_INT(png_shrink(got, 2, 2, b.p, b.n, NULL), MF_ECORRUPT);
	/* cut anywhere, and each byte damaged */
	image(&b, 2, 2, 8, 0, 0, rows, 6, 7);
	for (size_t n = 0; n + 13 < b.n; n++) {
		char *copy = malloc(n + 1);
		memcpy(copy, b.p, n);
		CHECK(png_shrink(got, 2, 2, copy, n, NULL) == MF_ECORRUPT || n + 30 > b.n);
		free(copy);
	}
	for (size_t i = 0; i < b.n; i++) {
		buf_clear(&cut);
		buf_add(&cut, b.p, b.n);
		cut.p[i] ^= 0x41;
		if (png_header(&info, cut.p, cut.n, NULL) == MF_OK)
			png_shrink(got, 1, 1, cut.p, cut.n, NULL); /* whatever it says */
	}
	buf_release(&b);
	buf_release(&cut);
}

static int under_faults(void *arg)
{
	const struct buf *b = arg;
	uint32_t got[4];
	return png_shrink(got, 2, 2, b->p, b->n, NULL);
}

void test_png__allocation_failure(void)
{
	struct buf b = BUF_INIT(1 << 16);
	image(&b, 2, 2, 8, 0, 0, "\0\x10\x20\0\x30\x40", 6, 4096);
	test_every_alloc(under_faults, &b);
	buf_release(&b);
}
