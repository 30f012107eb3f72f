/* covers: inflate_isal.c */
#include "../../support/test.h"

#include <stdlib.h>
#include <zlib.h>

#include "../../../clientlib/codec/inflate.h"

struct source {
	const char *p;
	size_t n, piece;
	int fail;
};

static int feed(void *self, const char **p, size_t *n, struct mf_error *err)
{
	struct source *s = self;
	if (s->fail && s->n < 20)
		return err_set(err, s->fail, "the disk is gone");
	*p = s->p;
	*n = s->n < s->piece ? s->n : s->piece;
	s->p += *n;
	s->n -= *n;
	return 0;
}

static size_t pack(const char *p, size_t n, char *out, size_t cap)
{
	z_stream z = {0};
	CHECK_FATAL(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	z.next_in = (Bytef *)(uintptr_t)p;
	z.avail_in = (uInt)n;
	z.next_out = (Bytef *)out;
	z.avail_out = (uInt)cap;
	CHECK_FATAL(deflate(&z, Z_FINISH) == Z_STREAM_END);
	n = z.total_out;
	deflateEnd(&z);
	return n;
}

static int unpack(const char *p, size_t n, size_t piece, uint64_t limit, struct buf *b, struct mf_error *err)
{
	struct source s = {p, n, piece, 0};
	struct mf_sink sink = {buf_sink_write, b};
	buf_clear(b);
	*err = (struct mf_error)MF_ERROR_INIT;
	int rc = inflate_gzip(feed, &s, &sink, limit, err);
	CHECK_INT(err->code, rc);
	return rc;
}

static char data[200000], packed[300000];

static size_t fill(size_t n)
{
	for (size_t i = 0; i < n; i++)
		data[i] = (char)(i % 251 * (i >> 9));
	return pack(data, n, packed, sizeof(packed));
}

void test_inflate__in_pieces(void)
{
	static const size_t sizes[] = {0, 1, 100, 65535, 65536, 65537, 131072, 200000}, pieces[] = {1, 7, 4096, 1 << 20};
	struct buf b = BUF_INIT(1 << 20);
	struct mf_error err;
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		size_t n = fill(sizes[i]);
		for (size_t k = 0; k < ARRAY_SIZE(pieces); k++) {
			CHECK_INT(unpack(packed, n, pieces[k], 0, &b, &err), 0);
			CHECK(b.n == sizes[i] && memcmp(b.p, data, b.n) == 0);
		}
	}
	buf_release(&b);
}

/* Large first pieces go to the faster decoder, where it is installed: it must find the same. */
void test_inflate__large_blobs(void)
{
	enum { N = 3 << 20, FIRST = 1 << 16 };
	char *big = malloc(N), *zipped = malloc(N + 4096);
	struct buf b = BUF_INIT(N + 1);
	struct mf_error err;
	unsigned seed = 5;
	for (size_t i = 0; i < N; i++) {
		seed = seed * 1664525u + 1013904223u;
		big[i] = (char)(i & 1024 ? i : seed >> 24);
	}
	size_t n = pack(big, N, zipped, N + 4096);
	CHECK(n > FIRST);
	static const size_t pieces[] = {FIRST, FIRST + 1, N};
	for (size_t k = 0; k < ARRAY_SIZE(pieces); k++) {
		CHECK_INT(unpack(zipped, n, pieces[k], 0, &b, &err), 0);
		CHECK(b.n == N && memcmp(b.p, big, N) == 0);
	}
	memcpy(zipped + n, "more", 4);
	CHECK_INT(unpack(zipped, n + 4, FIRST, 0, &b, &err), 0);
	CHECK_INT(unpack(zipped, n, N, N - 1, &b, &err), MF_ELIMIT);
	for (size_t cut = 1; cut < n - FIRST; cut = cut * 3 + 1) {
		CHECK_INT(unpack(zipped, n - cut, FIRST, 0, &b, &err), MF_ECORRUPT);
		CHECK_STR(err.message, "gzip data cut short");
	}
	for (size_t at = n - 8; at > 100; at -= at / 3) {
		zipped[at] ^= 16;
		int rc = unpack(zipped, n, FIRST, 0, &b, &err);
		CHECK(rc == MF_ECORRUPT || rc == MF_ELIMIT || rc == MF_ENOMEM);
		zipped[at] ^= 16;
	}
	buf_release(&b);
	free(big);
	free(zipped);
}

void test_inflate__truncated(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct mf_error err;
	size_t n = fill(3000);
	for (size_t cut = 0; cut < n; cut++) {
		CHECK_INT(unpack(packed, cut, 64, 0, &b, &err), MF_ECORRUPT);
		CHECK_STR(err.message, cut ? "gzip data cut short" : "empty, expected gzip data");
	}
	buf_release(&b);
}

void test_inflate__damaged(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct mf_error err;
	size_t n = fill(3000);
	for (size_t i = 0; i < n; i++)
		for (int bit = 0; bit < 8; bit += 3) {
			packed[i] ^= (char)(1 << bit);
			int rc = unpack(packed, n, 1000, 1 << 16, &b, &err);
			bool same = rc == 0 && b.n == 3000 && memcmp(b.p, data, b.n) == 0;
			if (rc == 0 && !same)
				CHECK(!"other bytes than were packed");
			if (rc < 0)
				CHECK(rc == MF_ECORRUPT || rc == MF_ELIMIT);
			if (i >= n - 8)
				CHECK_INT(rc, MF_ECORRUPT); /* checksum and length */
			packed[i] ^= (char)(1 << bit);
		}
	CHECK_INT(unpack("garbage that is no gzip", 23, 4, 0, &b, &err), MF_ECORRUPT);
	buf_release(&b);
}

void test_inflate__what_follows_is_ignored(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct mf_error err;
	size_t n = fill(100);
	memcpy(packed + n, "trailing", 8);
	CHECK_INT(unpack(packed, n + 8, 5, 0, &b, &err), 0);
	CHECK_INT(b.n, 100);
	buf_release(&b);
}

void test_inflate__limit(void)
{
	struct buf b = BUF_INIT(1 << 20);
	struct mf_error err;
	memset(data, 0, sizeof(data));
	size_t n = pack(data, sizeof(data), packed, sizeof(packed));
	CHECK(n < 1000); /* a small bomb */
	CHECK_INT(unpack(packed, n, 4096, sizeof(data), &b, &err), 0);
	CHECK_INT(unpack(packed, n, 4096, sizeof(data) - 1, &b, &err), MF_ELIMIT);
	CHECK_INT(unpack(packed, n, 4096, 1, &b, &err), MF_ELIMIT);
	CHECK_INT(b.n, 0);
	buf_release(&b);
}

static int refuse(void *self, const char *p, size_t n)
{
	(void)self;
	(void)p;
	(void)n;
	return MF_EFAILED;
}

void test_inflate__reader_and_sink_may_fail(void)
{
	size_t n = fill(3000);
	struct source s = {packed, n, 10, MF_EIO};
	struct buf b = BUF_INIT(1 << 20);
	struct mf_sink good = {buf_sink_write, &b}, bad = {refuse, NULL};
	struct mf_error err = MF_ERROR_INIT;
	CHECK_INT(inflate_gzip(feed, &s, &good, 0, &err), MF_EIO);
	CHECK_STR(err.message, "the disk is gone");
	s = (struct source){packed, n, 10, 0};
	CHECK_INT(inflate_gzip(feed, &s, &bad, 0, NULL), MF_EFAILED);
	buf_release(&b);
}
