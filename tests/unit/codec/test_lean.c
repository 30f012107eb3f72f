#include <stdlib.h>

#include "../../../clientlib/codec/lean.h"
#include "values.h"

/* A stream with texts, lines, small and large byte strings: read whole, and read lean. */

enum { BIG = 3 * LEAN_HEAD };

static void make_stream(struct buf *b)
{
	static const char head[] = "\x80\x04](K\x01X\x03\0\0\0abcI12\n\x8c\x01yC\x02hi";
	buf_add(b, head, sizeof(head) - 1);
	for (int k = 0; k < 2; k++) {
		uint64_t n = BIG + (unsigned)k;
		buf_addc(b, k ? '\x96' : 'B');
		buf_add(b, (const char *)&n, k ? 8 : 4);
		for (uint64_t i = 0; i < n; i++)
			buf_addc(b, (char)(i * 7 + i / 251));
		buf_addc(b, '\x94');
	}
	buf_adds(b, "e.");
	buf_adds(b, "behind the end B\xff\xff\xff\xff");
}

struct source {
	struct blob_source base;
	const struct buf *all;
	int reads;
};

static int read_again(struct blob_source *self, uint64_t from, uint64_t n,
	const struct mf_sink *sink, struct mf_error *err)
{
	struct source *s = (struct source *)self;
	(void)err;
	s->reads++;
	CHECK_FATAL(from + n <= s->all->n);
	return sink->write(sink->self, s->all->p + from, (size_t)n);
}

static int feed(struct lean *l, const struct buf *all, size_t piece)
{
	int rc = 0;
	for (size_t i = 0; i < all->n && rc == 0; i += piece)
		rc = lean_write(l, all->p + i, all->n - i < piece ? all->n - i : piece);
	return rc;
}

static bool json_of(const struct mf_value *v, struct buf *out)
{
	struct mf_sink sink = {buf_sink_write, out};
	return mf_value_print_json(v, &sink, 0, NULL) == 0;
}

void test_lean__gives_the_same_value(void)
{
	static const size_t pieces[] = {1, 7, 4096, LEAN_HEAD, LEAN_HEAD + 1, SIZE_MAX / 2};
	struct buf all = BUF_INIT(1 << 24), whole = BUF_INIT(1 << 24);
	struct arena a;
	struct mf_value *v;
	make_stream(&all);
	arena_init(&a, 0);
	CHECK_INT(pickle_read(&v, &a, all.p, all.n, NULL, NULL), 0);
	CHECK(json_of(v, &whole));
	for (size_t k = 0; k < ARRAY_SIZE(pieces); k++) {
		struct lean l;
		struct source source = {{read_again}, &all, 0};
		struct buf text = BUF_INIT(1 << 24);
		const char *head;
		size_t n;
		bool alone = false;
		lean_init(&l, 0);
		CHECK_INT(feed(&l, &all, pieces[k]), 0);
		CHECK_INT(l.holes.n, 2);
		CHECK_INT(l.holes.v[0].n, BIG);
		CHECK_INT(l.holes.v[1].n, BIG + 1);
		CHECK(l.kept.n < 2 * LEAN_HEAD + 200);
		struct pickle_holes holes = {l.holes.v, l.holes.n, &source.base, &alone};
		CHECK_INT(pickle_read_lean(&v, &a, l.kept.p, l.kept.n, &holes, NULL, NULL), 0);
		CHECK(alone);
		CHECK_INT(mf_value_blob(mf_value_item(v, 5), &head, &n), BIG);
		CHECK_INT(n, LEAN_HEAD);
		CHECK(memcmp(head, all.p + l.holes.v[0].offset, n) == 0);
		CHECK(mf_value_text(mf_value_item(v, 5), NULL) == NULL);
		CHECK(json_of(v, &text));
		CHECK_INT(source.reads, 2);
		CHECK(text.n == whole.n && memcmp(text.p, whole.p, text.n) == 0);
		buf_release(&text);
		lean_release(&l);
	}
	arena_release(&a);
	buf_release(&all);
	buf_release(&whole);
}

void test_lean__damage_is_told_by_the_reader(void)
{
	struct buf all = BUF_INIT(1 << 24);
	struct mf_value *v;
	struct arena a;
	make_stream(&all);
	arena_init(&a, 0);
	/* cut anywhere, also within the large data */
	for (size_t n = 0; n < all.n; n += n < 60 ? 1 : 9973) {
		struct lean l;
		struct buf part = all;
		struct mf_error err = MF_ERROR_INIT;
		part.n = n;
		lean_init(&l, 0);
		CHECK_INT(feed(&l, &part, 1000), 0);
		struct pickle_holes holes = {l.holes.v, l.holes.n, NULL, NULL};
		int rc = pickle_read_lean(&v, &a, l.kept.p, l.kept.n, &holes, NULL, &err);
		if (n < (size_t)2 * BIG)
			CHECK_INT(rc, MF_ECORRUPT);
		lean_release(&l);
	}
	buf_release(&all);
	arena_release(&a);
}

static int enough(void *self, const struct lean *l)
{
	*(size_t *)self = l->kept.n;
	return LEAN_ENOUGH;
}

void test_lean__stops_when_told(void)
{
	struct buf all = BUF_INIT(1 << 24);
	struct lean l;
	size_t at = 0;
	make_stream(&all);
	lean_init(&l, 0);
	l.on_head = enough;
	l.self = &at;
	CHECK_INT(feed(&l, &all, 999), LEAN_ENOUGH);
	CHECK(at >= LEAN_HEAD && at < LEAN_HEAD + 100);
	lean_release(&l);
	buf_release(&all);
}

static int whole_way(void *arg)
{
	struct lean l;
	struct arena a;
	struct mf_value *v;
	struct mf_error err = MF_ERROR_INIT;
	lean_init(&l, 0);
	arena_init(&a, 0);
	int rc = feed(&l, arg, 1 << 15);
	struct pickle_holes holes = {l.holes.v, l.holes.n, NULL, NULL};
	if (rc == 0)
		rc = pickle_read_lean(&v, &a, l.kept.p, l.kept.n, &holes, NULL, &err);
	lean_release(&l);
	arena_release(&a);
	return rc;
}

void test_lean__out_of_memory_says_so(void)
{
	struct buf all = BUF_INIT(1 << 24);
	make_stream(&all);
	test_every_alloc(whole_way, &all);
	buf_release(&all);
}
