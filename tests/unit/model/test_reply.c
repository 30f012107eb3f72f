#include "../../../clientlib/model/reply.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../support/history.h"
#include "../../support/test.h"

/* "row|row|", "! code" when it is refused; "-row|" when the root is no array. */
static const char *rows_of(struct reply *r, int rc)
{
	struct buf b = BUF_INIT(1 << 20);
	struct mf_error err = MF_ERROR_INIT;
	if (rc == MF_OK)
		rc = reply_finish(r, &err);
	if (rc < 0)
		return textf("! %s", mf_code_name(rc));
	buf_adds(&b, r->is_array ? "" : "-");
	for (size_t i = 0; i < r->v.n; i++) {
		size_t n;
		const char *text = reply_text(r, i, &n);
		buf_add(&b, text, n);
		buf_addc(&b, '|');
	}
	const char *text = textf("%s", b.p);
	buf_release(&b);
	return text;
}

/* Feed the text in chunks of `step`, the first of `first` bytes. */
static int feed(struct reply *r, const char *text, size_t n, size_t first, size_t step)
{
	int rc = MF_OK;
	for (size_t at = 0, len; rc == MF_OK && at < n; at += len) {
		len = at ? step : first;
		if (len > n - at)
			len = n - at;
		rc = reply_write(r, text + at, len);
	}
	return rc;
}

void test_reply__rows_at_every_boundary(void)
{
	static const struct {
		const char *text, *rows;
	} t[] = {
		{"[]", ""},
		{" \t\r\n[ \n ] \r\n", ""},
		{"[1]", "1|"},
		{"[1,2 , 3\n]\n", "1|2|3|"},
		{"[{\"a\": 1}, {\"b\": [1, {\"c\": []}]}]",
			"{\"a\": 1}|{\"b\": [1, {\"c\": []}]}|"},
		{"[\"a,b\", \"]\", \"[{\", \"}\"]", "\"a,b\"|\"]\"|\"[{\"|\"}\"|"},
		{"[\"\\\"\", \"\\\\\", \"\\\\\\\"]\", {\"k\\\"}\": \"\\u005d\"}]",
			"\"\\\"\"|\"\\\\\"|\"\\\\\\\"]\"|{\"k\\\"}\": \"\\u005d\"}|"},
		{"[[], [[]], [1, 2], \"\"]", "[]|[[]]|[1, 2]|\"\"|"},
		{"[null, true, -1.5e3, \"\xc3\xa9\"]", "null|true|-1.5e3|\"\xc3\xa9\"|"},
		{"[ { } ]", "{ }|"},
		/* no array: one row, as it is */
		{"{\"a\": [1, 2], \"b\": \"]\"}", "-{\"a\": [1, 2], \"b\": \"]\"}|"},
		{" \"text, [not] a list\" \n", "-\"text, [not] a list\"|"},
		{"pong", "-pong|"},
		{"404: Not Found", "-404: Not Found|"},
		{"{\"a\": 1} {\"b\": 2}", "-{\"a\": 1} {\"b\": 2}|"},
		/* refused */
		{"", "! corrupt"},
		{" \n", "! corrupt"},
		{"[", "! corrupt"},
		{"[1", "! corrupt"},
		{"[1,", "! corrupt"},
		{"[{\"a\": 1}", "! corrupt"},
		{"[\"a]", "! corrupt"},
		{"[\"a\\\"]", "! corrupt"},
		{"\"open", "! corrupt"},
		{"\"open\\\"", "! corrupt"},
		{"[1] x", "! corrupt"},
		{"[1]]", "! corrupt"},
		{"[],", "! corrupt"},
		{"[,]", "! corrupt"},
		{"[1,,2]", "! corrupt"},
		{"[,1]", "! corrupt"},
		{"[1,]", "! corrupt"},
		{"[1 , ]", "! corrupt"},
		{"[1}", "! corrupt"},
		{"[}}}]", "! corrupt"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		size_t n = strlen(t[i].text);
		for (size_t first = 1; first <= n + 1; first++)
			for (size_t step = 1; step <= 3; step++) {
				struct reply r;
				reply_init(&r);
				CHECK_STR(rows_of(&r, feed(&r, t[i].text, n, first, step)),
					t[i].rows);
				reply_release(&r);
			}
	}
}

static bool odd(void *self, const char *text, size_t n)
{
	++*(int *)self;
	return n == 1 && (text[0] - '0') % 2;
}

void test_reply__keep(void)
{
	static const char text[] = "[1, 2, 3, 44, 5]";
	for (size_t step = 1; step < sizeof(text); step++) {
		struct reply r;
		int asked = 0;
		reply_init(&r);
		r.keep = odd;
		r.self = &asked;
		CHECK_STR(rows_of(&r, feed(&r, text, strlen(text), step, step)), "1|3|5|");
		CHECK_INT(asked, 5);
		reply_release(&r);
	}
	/* what is no array is not asked about */
	struct reply r;
	int asked = 0;
	reply_init(&r);
	r.keep = odd;
	r.self = &asked;
	CHECK_STR(rows_of(&r, feed(&r, "22", 2, 2, 2)), "-22|");
	CHECK_INT(asked, 0);
	reply_release(&r);
}

void test_reply__restart(void)
{
	static const char *const begun[] = {
		"[1, 2, {\"a\": \"x\\", "{\"open\": [", "\"str", "[1] ", "[[", "  "};
	for (size_t i = 0; i < ARRAY_SIZE(begun); i++) {
		struct reply r;
		reply_init(&r);
		CHECK_INT(reply_write(&r, begun[i], strlen(begun[i])), MF_OK);
		reply_restart(&r);
		CHECK_STR(rows_of(&r, feed(&r, "[7, \"8\"]", 8, 8, 8)), "7|\"8\"|");
		size_t n = 5;
		CHECK(reply_text(&r, 2, &n) == NULL);
		reply_release(&r);
	}
}

/* ---- more than is kept in memory ---- */

enum { MANY = 40000 };

static int write_many(struct reply *r, int from, int to)
{
	char row[160];
	int rc = reply_write(r, "[", 1);
	for (int i = from; i < to && rc == MF_OK; i++) {
		int n = snprintf(row, sizeof(row), "%s {\"i\": %d, \"fill\": \"%0*d\"} ",
			i > from ? "," : "", i, i % 100 + 1, 0);
		rc = reply_write(r, row, (size_t)n);
	}
	return rc == MF_OK ? reply_write(r, "]", 1) : rc;
}

static void check_many(const struct reply *r, int from, int to)
{
	char row[160];
	bool same = true;
	CHECK_INT(r->v.n, to - from);
	for (int i = from; i < to; i++) {
		size_t n;
		const char *text = reply_text(r, (size_t)(i - from), &n);
		snprintf(row, sizeof(row), "{\"i\": %d, \"fill\": \"%0*d\"}", i, i % 100 + 1, 0);
		same = same && text && n == strlen(row) && memcmp(text, row, n) == 0;
	}
	CHECK(same);
}

static size_t entries(const char *dir)
{
	size_t n = 0;
	DIR *d = opendir(dir);
	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* The file has no name, lies in $TMPDIR, and memory stays small. */
void test_reply__spills(void)
{
	const char *old = getenv("TMPDIR"), *dir = test_dir();
	char *before = old ? strdup(old) : NULL;
	struct reply r;
	setenv("TMPDIR", dir, 1);
	reply_init(&r);
	CHECK_INT(write_many(&r, 0, MANY), MF_OK);
	CHECK(r.fd >= 0);
	CHECK(r.stored > 2 << 20);
	CHECK(r.text.cap < 8 << 20);
	CHECK_INT(entries(dir), 2);
	CHECK_INT(reply_finish(&r, NULL), MF_OK);
	check_many(&r, 0, MANY);
	/* anew: short, then long again */
	reply_restart(&r);
	CHECK_INT(r.fd, -1);
	CHECK_STR(rows_of(&r, feed(&r, "[1, 2]", 6, 1, 1)), "1|2|");
	reply_restart(&r);
	CHECK_INT(write_many(&r, 5, MANY + 5), MF_OK);
	CHECK_INT(reply_finish(&r, NULL), MF_OK);
	check_many(&r, 5, MANY + 5);
	reply_release(&r);
	/* broken off after it has spilled */
	reply_init(&r);
	CHECK_INT(write_many(&r, 0, MANY), MF_OK);
	CHECK_INT(reply_write(&r, "x", 1), MF_ECORRUPT);
	reply_release(&r);
	/* nowhere to put it */
	setenv("TMPDIR", textf("%s/missing", dir), 1);
	reply_init(&r);
	CHECK_INT(write_many(&r, 0, MANY), MF_EIO);
	reply_release(&r);
	if (before)
		setenv("TMPDIR", before, 1);
	else
		unsetenv("TMPDIR");
	free(before);
}

void test_reply__keep_spills_what_it_keeps(void)
{
	struct reply r;
	int asked = 0;
	reply_init(&r);
	r.keep = odd;
	r.self = &asked;
	CHECK_INT(write_many(&r, 0, MANY), MF_OK);
	CHECK_INT(asked, MANY);
	CHECK_INT(r.fd, -1);
	CHECK_INT(reply_finish(&r, NULL), MF_OK);
	CHECK_INT(r.v.n, 0);
	CHECK_INT(r.text.n, 0);
	reply_release(&r);
}

/* One row without end is refused before it fills the memory. */
void test_reply__row_limit(void)
{
	static const char *const begins[] = {"[{\"a\": \"", "[[", "\"", "{"};
	char *chunk = malloc(1 << 16);
	CHECK_FATAL(chunk != NULL);
	memset(chunk, 'x', 1 << 16);
	for (size_t i = 0; i < ARRAY_SIZE(begins); i++) {
		struct reply r;
		size_t sent = 0;
		reply_init(&r);
		int rc = reply_write(&r, begins[i], strlen(begins[i]));
		for (; rc == MF_OK && sent < 64 << 20; sent += 1 << 16)
			rc = reply_write(&r, chunk, 1 << 16);
		CHECK_INT(rc, MF_ELIMIT);
		CHECK(sent >= 16 << 20 && sent < 17 << 20);
		CHECK(r.text.cap < 48 << 20);
		reply_release(&r);
	}
	free(chunk);
	/* the same row is fine when it is a little shorter */
	struct reply r;
	size_t n;
	reply_init(&r);
	CHECK_INT(reply_write(&r, "[1, \"", 5), MF_OK);
	char *text = malloc(15 << 20);
	CHECK_FATAL(text != NULL);
	memset(text, 'y', 15 << 20);
	CHECK_INT(reply_write(&r, text, 15 << 20), MF_OK);
	CHECK_INT(reply_write(&r, "\", 3]", 5), MF_OK);
	CHECK_INT(reply_finish(&r, NULL), MF_OK);
	CHECK_INT(r.v.n, 3);
	CHECK(reply_text(&r, 1, &n) && n == (15 << 20) + 2);
	CHECK(reply_text(&r, 2, &n) && n == 1);
	reply_release(&r);
	free(text);
}

/* ---- out of memory ---- */

static int read_small(void *arg)
{
	static const char text[] = "[1, {\"a\": [2, 3]}, \"four\", 5, 6, 7, 8, 9, 10]";
	struct reply r;
	(void)arg;
	reply_init(&r);
	int rc = feed(&r, text, strlen(text), 3, 3);
	if (rc == MF_OK)
		rc = reply_finish(&r, NULL);
	reply_release(&r);
	return rc;
}

static int read_spilled(void *arg)
{
	struct reply r;
	(void)arg;
	reply_init(&r);
	int rc = write_many(&r, 0, MANY);
	if (rc == MF_OK)
		rc = reply_finish(&r, NULL);
	reply_release(&r);
	return rc;
}

void test_reply__every_alloc(void)
{
	test_every_alloc(read_small, NULL);
	test_every_alloc(read_spilled, NULL);
}
