#include "../../support/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "../../../clientlib/codec/diff.h"

static int diff(struct buf *out, const char *a, const char *b)
{
	struct diff_text x = {a, strlen(a)}, y = {b, strlen(b)};
	struct mf_sink sink = {buf_sink_write, out};
	struct mf_error err = MF_ERROR_INIT;
	buf_clear(out);
	int rc = diff_unified(&x, "a/f", &y, "b/f", &sink, &err);
	CHECK_INT(rc, err.code);
	return rc;
}

void test_diff__text(void)
{
	static const struct {
		const char *a, *b, *want;
	} t[] = {
		{"", "", ""},
		{"x\n", "x\n", ""},
		{"", "x\n", "--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+x\n"},
		{"x\n", "", "--- a/f\n+++ b/f\n@@ -1 +0,0 @@\n-x\n"},
		{"x", "x\n",
			"--- a/f\n+++ b/f\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n"},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
			"--- a/f\n+++ b/f\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"},
		/* two hunks; six equal lines between changes keep them in one */
		{"a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
			"--- a/f\n+++ b/f\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n "
			"5\n 6\n 7\n-b\n+B\n"},
		{"a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
			"--- a/f\n+++ b/f\n@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n "
			"6\n-b\n+B\n"},
	};
	struct buf out = BUF_INIT(1 << 20);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_INT(diff(&out, t[i].a, t[i].b), 0);
		CHECK_STR(out.p, t[i].want);
	}
	buf_release(&out);
}

/* Apply a unified diff of texts whose lines all end in a newline. Counts the changed lines. */
static size_t apply(struct buf *out, const char *a, const char *diff_text)
{
	size_t changed = 0;
	long at = 1;
	const char *p = strstr(diff_text, "@@");
	while (p && *p) {
		const char *nl = strchr(p, '\n');
		long from, n;
		if (sscanf(p, "@@ -%ld,%ld", &from, &n) >= 1) {
			if (strncmp(strchr(p, '-') + 1, "0,0", 3) == 0 ||
				(sscanf(p, "@@ -%*d,%ld", &n) == 1 && n == 0))
				from++;
			for (; at < from; at++) {
				const char *e = strchr(a, '\n') + 1;
				buf_add(out, a, (size_t)(e - a));
				a = e;
			}
		} else {
			if (*p != '+') {
				const char *e = strchr(a, '\n') + 1;
				CHECK(strncmp(a, p + 1, (size_t)(e - a)) == 0);
				a = e;
				at++;
			}
			if (*p != '-')
				buf_add(out, p + 1, (size_t)(nl - p));
			changed += *p != ' ';
		}
		p = nl + 1;
	}
	buf_adds(out, a);
	return changed;
}

/* Length of the shortest edit by the plain quadratic rule. */
static size_t shortest(const char *a, const char *b)
{
	size_t n = strlen(a) / 2, m = strlen(b) / 2, rows[2][64];
	for (size_t j = 0; j <= m; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = rows[i & 1], *up = rows[~i & 1];
		now[0] = i;
		for (size_t j = 1; j <= m; j++)
			now[j] = a[2 * (i - 1)] == b[2 * (j - 1)]
					 ? up[j - 1]
					 : 1 + (up[j] < now[j - 1] ? up[j] : now[j - 1]);
	}
	return rows[n & 1][m];
}

void test_diff__is_right_and_shortest(void)
{
	unsigned seed = 7;
	struct buf out = BUF_INIT(1 << 20), made = BUF_INIT(1 << 20);
	for (int round = 0; round < 600; round++) {
		char a[128], b[128];
		size_t n = 0, m = 0;
		for (char *to = a; to; to = to == a ? b : NULL) {
			seed = seed * 1103515245 + 12345;
			size_t len = seed >> 16 & 31, k = 0;
			for (size_t i = 0; i < len; i++) {
				seed = seed * 1103515245 + 12345;
				to[k++] = (char)('a' + (seed >> 16) % 4);
				to[k++] = '\n';
			}
			to[k] = '\0';
			*(to == a ? &n : &m) = len;
		}
		CHECK_INT(diff(&out, a, b), 0);
		buf_clear(&made);
		size_t changed = apply(&made, a, out.p);
		CHECK_STR(made.p, b);
		CHECK_INT(changed, shortest(a, b));
	}
	buf_release(&out);
	buf_release(&made);
}

void test_diff__bounds(void)
{
	struct buf a = BUF_INIT(1 << 24), b = BUF_INIT(1 << 24), out = BUF_INIT(1 << 24);
	/* nothing in common: the whole search would take 12,000² steps */
	for (int i = 0; i < 12000; i++) {
		buf_addf(&a, "a%d\n", i);
		buf_addf(&b, "b%d\n", i);
	}
	CHECK_INT(diff(&out, a.p, b.p), MF_ELIMIT);
	CHECK_STR(out.p, "");
	/* a long file with one change is cheap */
	buf_clear(&b);
	buf_add(&b, a.p, a.n);
	buf_adds(&b, "one more\n");
	CHECK_INT(diff(&out, a.p, b.p), 0);
	CHECK(strstr(out.p, "+one more\n") != NULL);
	CHECK(diff_is_binary(&(struct diff_text){"a\0b", 3}));
	CHECK(!diff_is_binary(&(struct diff_text){"", 0}));
	CHECK(!diff_is_binary(&(struct diff_text){"text", 4}));
	buf_release(&a);
	buf_release(&b);
	buf_release(&out);
}

static int under_faults(void *arg)
{
	struct buf out = BUF_INIT(1 << 16);
	struct diff_text x = {"a\nb\nc\n", 6}, y = {"a\nx\nc\n", 6};
	struct mf_sink sink = {buf_sink_write, &out};
	(void)arg;
	int rc = diff_unified(&x, "a", &y, "b", &sink, NULL);
	buf_release(&out);
	return rc;
}

void test_diff__allocation_failure(void)
{
	test_every_alloc(under_faults, NULL);
}
