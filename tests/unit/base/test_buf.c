#include "../../support/test.h"

#include <stdlib.h>

void test_buf__empty(void)
{
	struct buf b = BUF_INIT(10);
	CHECK_STR(b.p, "");
	buf_clear(&b);
	buf_add(&b, "", 0);
	CHECK_INT(b.n, 0);
	CHECK_INT(buf_err(&b, NULL), 0);
	char *p = buf_take(&b);
	CHECK_STR(p, "");
	free(p);
	CHECK_STR(b.p, "");
	buf_release(&b);
	buf_release(&b);
}

void test_buf__grows(void)
{
	struct buf b = BUF_INIT(1 << 20);
	for (int i = 0; i < 5000; i++) {
		buf_addf(&b, "%d,", i % 10);
		CHECK(b.p[b.n] == '\0');
	}
	CHECK_INT(b.n, 10000);
	buf_addc(&b, '\0');
	buf_add(&b, "a\0b", 3);
	CHECK_INT(b.n, 10004);
	CHECK(memcmp(b.p + 10000, "\0a\0b", 5) == 0);
	buf_addf(&b, "%s", "");
	CHECK_INT(b.n, 10004);
	char *p = buf_take(&b);
	CHECK(p && p[1] == ',');
	free(p);
	CHECK_INT(b.n, 0);
	CHECK_INT(b.limit, 1 << 20);
}

void test_buf__a_failure_sticks(void)
{
	struct buf b = BUF_INIT(8);
	struct mf_error err = MF_ERROR_INIT;
	buf_adds(&b, "12345");
	buf_adds(&b, "6789");
	CHECK_INT(b.failed, MF_ELIMIT);
	buf_adds(&b, "x");
	CHECK_STR(b.p, "12345");
	CHECK_INT(buf_err(&b, &err), MF_ELIMIT);
	CHECK_STR(err.message, "more than 8 bytes");
	CHECK(buf_take(&b) == NULL);
	buf_adds(&b, "12345678"); /* usable again, up to the limit */
	CHECK_STR(b.p, "12345678");
	CHECK_INT(b.failed, 0);
	buf_addc(&b, '9');
	CHECK_INT(b.failed, MF_ELIMIT);
	buf_clear(&b);
	CHECK_INT(b.failed, 0);
	CHECK_STR(b.p, "");
	CHECK(!buf_reserve(&b, SIZE_MAX));
	CHECK_INT(b.failed, MF_ELIMIT);
	buf_release(&b);
}

static int fill(void *arg)
{
	struct buf b = BUF_INIT(100000);
	struct mf_sink sink = {buf_sink_write, &b};
	(void)arg;
	for (int i = 0; i < 100; i++) {
		buf_addf(&b, "%0100d", i);
		sink.write(sink.self, "text", 4);
	}
	int rc = buf_err(&b, NULL);
	buf_release(&b);
	return rc;
}

void test_buf__out_of_memory(void)
{
	test_every_alloc(fill, NULL);
}
