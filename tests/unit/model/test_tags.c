#include "../../support/test.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../../../clientlib/base/fs.h"

struct history {
	const char *dir;
	struct mf_config *config;
	struct mf_client *client;
};

#define SELF ".metaflow/F/1/_meta/_self.json"
#define RECORD(tags)                                                                               \
	"{\"run_number\": \"1\", \"new\": [1.50, NaN, {\"$x\": null}], \"user_name\": \"bob\", "   \
	"\"tags\": " tags ", \"system_tags\": [\"user:bob\", \"runtime:dev\"], \"ts_epoch\": 12}"

static void open_history(struct history *h, const char *record)
{
	char spec[PATH_MAX];
	struct mf_error err = MF_ERROR_INIT;
	static const char *const none[] = {NULL};
	h->dir = test_dir();
	test_write(h->dir, ".metaflow/F/_meta/_self.json", "{\"flow_id\": \"F\"}");
	test_write(h->dir, SELF, record);
	snprintf(spec, sizeof(spec), "local@%s", h->dir);
	struct mf_config_options opts = {
		.environ = none, .cwd = h->dir, .metadata = spec, .proc = "", .now = 1};
	CHECK_FATAL(mf_config_load(&h->config, &opts, &err) == MF_OK);
	CHECK_FATAL(mf_client_open(&h->client, h->config, &err) == MF_OK);
}

static void close_history(struct history *h)
{
	mf_client_free(h->client);
	mf_config_free(h->config);
}

static const char *record_of(const struct history *h)
{
	static char text[65536];
	char path[PATH_MAX];
	struct buf b = BUF_INIT(sizeof(text) - 1 + 65536);
	snprintf(path, sizeof(path), "%s/" SELF, h->dir);
	CHECK_INT(fs_read_buf(AT_FDCWD, path, &b, NULL, NULL), MF_OK);
	snprintf(text, sizeof(text), "%s", b.p);
	buf_release(&b);
	return text;
}

/* Words separated by blanks; those with a leading minus are removed. */
static int change(struct history *h, const char *words, struct mf_error *err)
{
	static char copy[4096];
	const char *add[64], *remove[64];
	size_t n_add = 0, n_remove = 0;
	char *save = NULL;
	snprintf(copy, sizeof(copy), "%s", words);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (*w == '-')
			remove[n_remove++] = w + 1;
		else
			add[n_add++] = w;
	}
	return mf_tags_change(h->client, "F/1", add, n_add, remove, n_remove, err);
}

void test_tags__changes(void)
{
	static const struct {
		const char *before, *words, *after;
	} t[] = {
		{RECORD("[]"), "b a", RECORD("[\"a\", \"b\"]")},
		{RECORD("[\"z\", \"c\"]"), "b a b z", RECORD("[\"z\", \"c\", \"a\", \"b\"]")},
		{RECORD("[\"z\", \"c\"]"), "-z -nowhere", RECORD("[\"c\"]")},
		{RECORD("[\"z\", \"c\"]"), "-z n", RECORD("[\"c\", \"n\"]")},
		/* removed first, then added: nothing changes, and nothing is written */
		{RECORD("[\"z\",\"c\"]"), "-z z", RECORD("[\"z\",\"c\"]")},
		{RECORD("[\"z\",\"c\"]"), "z runtime:dev -y", RECORD("[\"z\",\"c\"]")},
		{RECORD("[\"caf\\u00e9\", \"\\ud83d\\ude00\", \"\\\"\"]"), "-café \xf0\x9f\x98\x81",
			RECORD("[\"\\ud83d\\ude00\", \"\\\"\", \"\\ud83d\\ude01\"]")},
		{RECORD("null"), "a", RECORD("[\"a\"]")},
		{RECORD("\"odd\""), "a", RECORD("[\"a\"]")},
		{RECORD("[\"a\", 1, null, \"b\"]"), "-a", RECORD("[1, null, \"b\"]")},
		{RECORD("[]"), "-none", RECORD("[]")},
		{"{ \"run_number\": 5 }\n", "a", "{\"tags\": [\"a\"],  \"run_number\": 5 }\n"},
		{"{\"tags\": [\"first\"], \"t\\u0061gs\": [\"last\"]}", "a",
			"{\"tags\": [\"first\"], \"t\\u0061gs\": [\"last\", \"a\"]}"},
		{"{\"x\": {\"tags\": [1]}, \"tags\":[]}", "a",
			"{\"x\": {\"tags\": [1]}, \"tags\": [\"a\"]}"},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct history h;
		struct mf_error err = MF_ERROR_INIT;
		open_history(&h, t[i].before);
		CHECK_INT(change(&h, t[i].words, &err), MF_OK);
		CHECK_STR(record_of(&h), t[i].after);
		CHECK_STR(err.message, "");
		close_history(&h);
	}
}

void test_tags__rules(void)
{
	char longest[2 * 500 + 1], longer[2 * 501 + 1];
	for (size_t i = 0; i < 501; i++)
		memcpy(longer + 2 * i, "é", 2);
	longer[1002] = '\0';
	memcpy(longest, longer, 1000);
	longest[1000] = '\0';
	const struct {
		const char *add, *remove, *run;
		int code;
		const char *says;
	} t[] = {
		{NULL, "runtime:dev", "F/1", MF_EFAILED,
			"“runtime:dev” is a system tag and cannot be removed"},
		{"runtime:dev", "user:bob", "F/1", MF_EFAILED,
			"“user:bob” is a system tag and cannot be removed"},
		{"", NULL, "F/1", MF_EFAILED, "a tag must not be empty"},
		{NULL, "", "F/1", MF_EFAILED, "a tag must not be empty"},
		{"\xff", NULL, "F/1", MF_EFAILED, "a tag must be valid UTF-8"},
		{"\xed\xa0\x80", NULL, "F/1", MF_EFAILED, "a tag must be valid UTF-8"},
		{longer, NULL, "F/1", MF_EFAILED, "a tag of 501 characters is longer than 500"},
		{NULL, longer, "F/1", MF_EFAILED, "a tag of 501 characters is longer than 500"},
		{NULL, NULL, "F/1", MF_EUSAGE, "no tag to add or to remove"},
		{"a", NULL, "F", MF_EUSAGE, "tags belong to a run"},
		{"a", NULL, "F/1/s", MF_EUSAGE, "tags belong to a run"},
		{"a", NULL, "", MF_EUSAGE, "tags belong to a run"},
		{"a", NULL, "F/2", MF_ENOTFOUND, "run “F/2” not found"},
		{longest, NULL, "F/1/", MF_OK, ""},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct history h;
		struct mf_error err = MF_ERROR_INIT;
		open_history(&h, RECORD("[\"a\"]"));
		CHECK_INT(mf_tags_change(h.client, t[i].run, &t[i].add, t[i].add != NULL,
				  &t[i].remove, t[i].remove != NULL, &err),
			t[i].code);
		CHECK_STR(err.message, t[i].says);
		if (t[i].code != MF_OK)
			CHECK_STR(record_of(&h), RECORD("[\"a\"]"));
		close_history(&h);
	}
}

void test_tags__at_most_fifty(void)
{
	struct history h;
	struct buf full = BUF_INIT(4096), over = BUF_INIT(4096);
	for (int i = 0; i < 52; i++) {
		if (i < 50)
			buf_addf(&full, "%s\"t%d\"", i ? ", " : "{\"x\": 1, \"tags\": [", i);
		buf_addf(&over, "%s\"t%d\"", i ? ", " : "{\"x\": 1, \"tags\": [", i);
	}
	buf_adds(&full, "]}");
	buf_adds(&over, "]}");
	open_history(&h, full.p);
	struct mf_error err = MF_ERROR_INIT;
	CHECK_INT(change(&h, "more", &err), MF_EFAILED);
	CHECK_STR(err.message, "a run has at most 50 user tags, and these would be 51");
	CHECK_STR(record_of(&h), full.p);
	CHECK_INT(change(&h, "more -t0", NULL), MF_OK);
	CHECK_INT(change(&h, "t1", NULL), MF_OK);
	close_history(&h);
	/* a set that is too large may shrink, or stay as large as it is */
	open_history(&h, over.p);
	CHECK_INT(change(&h, "more", NULL), MF_EFAILED);
	CHECK_INT(change(&h, "more -t0", NULL), MF_OK);
	CHECK_INT(change(&h, "-t1", NULL), MF_OK);
	close_history(&h);
	buf_release(&full);
	buf_release(&over);
}

void test_tags__old_tags_that_break_the_rules_can_go(void)
{
	struct history h;
	struct buf b = BUF_INIT(4096);
	char longer[502] = {0};
	memset(longer, 'x', 501);
	const char *const remove[] = {longer, ""};
	buf_addf(&b, "{\"x\": 1, \"tags\": [\"%s\", \"\"]}", longer);
	open_history(&h, b.p);
	CHECK_INT(mf_tags_change(h.client, "F/1", NULL, 0, remove, 2, NULL), MF_OK);
	CHECK_STR(record_of(&h), "{\"x\": 1, \"tags\": []}");
	close_history(&h);
	buf_release(&b);
}

void test_tags__the_file_keeps_its_mode(void)
{
	static const mode_t modes[] = {0600, 0644, 0660};
	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		struct history h;
		struct stat st, after;
		char path[PATH_MAX];
		open_history(&h, RECORD("[]"));
		snprintf(path, sizeof(path), "%s/" SELF, h.dir);
		CHECK_FATAL(chmod(path, modes[i]) == 0 && stat(path, &st) == 0);
		CHECK_INT(change(&h, "a", NULL), MF_OK);
		CHECK_FATAL(stat(path, &after) == 0);
		CHECK_INT(after.st_mode & 07777, modes[i]);
		CHECK(after.st_ino != st.st_ino);
		/* nothing to change: nothing is written */
		CHECK_INT(change(&h, "a", NULL), MF_OK);
		CHECK(stat(path, &st) == 0 && st.st_ino == after.st_ino);
		struct fs_names names = {0};
		snprintf(path, sizeof(path), "%s/.metaflow/F/1/_meta", h.dir);
		CHECK_INT(fs_list(AT_FDCWD, path, false, &names, NULL, NULL), MF_OK);
		CHECK_INT(names.n, 1);
		fs_names_release(&names);
		close_history(&h);
	}
}

void test_tags__damaged_records_stay(void)
{
	static const char *const bad[] = {
		"", "{", "[]", "{}", "{\"tags\": [\"a\"}", "{\"x\": 1} y"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct history h;
		open_history(&h, bad[i]);
		CHECK_INT(change(&h, "a", NULL), MF_ECORRUPT);
		CHECK_STR(record_of(&h), bad[i]);
		close_history(&h);
	}
}

void test_tags__what_is_opened_later_sees_them(void)
{
	struct history h;
	struct mf_object *run;
	open_history(&h, RECORD("[]"));
	for (int i = 0; i < 2; i++) {
		CHECK_FATAL(mf_get(&run, h.client, "F/1", NULL, NULL) == MF_OK);
		CHECK_INT(mf_value_count(mf_object_get(run, "user_tags")), i);
		mf_object_free(run);
		CHECK_INT(change(&h, "a", NULL), MF_OK);
	}
	close_history(&h);
}

static int from_the_start(void *arg)
{
	struct history *h = arg;
	test_write(h->dir, SELF, RECORD("[\"a\", \"z\"]"));
	return change(h, "b c -a", NULL);
}

void test_tags__out_of_memory(void)
{
	struct history h;
	open_history(&h, RECORD("[]"));
	test_every_alloc(from_the_start, &h);
	CHECK_STR(record_of(&h), RECORD("[\"z\", \"b\", \"c\"]"));
	close_history(&h);
}
