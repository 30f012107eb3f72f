#include "../../support/history.h"
#include "../../support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../../clientlib/store/cas.h"
#include "../../../clientlib/store/local.h"
#include "store_case.h"

static char sha[41];

/* A store of the root for one call. */
static int stream(const char *root, const char *flow, const char *key, enum cas_form form, const struct mf_sink *sink, uint64_t limit,
	struct mf_error *err)
{
	struct store *s;
	int rc = store_local_new(&s, root, err);
	if (rc < 0)
		return rc;
	rc = cas_stream(s, flow, key, form, 0, sink, limit, err);
	s->backend->free(s);
	return rc;
}

static uint64_t size_of(const char *root, const char *flow, const char *key)
{
	struct store *s;
	if (store_local_new(&s, root, NULL) < 0)
		return 0;
	uint64_t n = cas_size(s, flow, key);
	s->backend->free(s);
	return n;
}

/* The whole content in an arena. */
static int cas_read(const char *root, const char *flow, const char *key, struct arena *a, char **out, size_t *n,
	uint64_t limit, struct mf_error *err)
{
	struct buf b = BUF_INIT(1 << 21);
	struct mf_sink sink = {buf_sink_write, &b};
	int rc = stream(root, flow, key, CAS_PACKED, &sink, limit, err);
	*n = b.n;
	*out = rc == 0 ? arena_strndup(a, b.p ? b.p : "", b.n) : NULL;
	if (rc == 0 && !*out)
		rc = err_nomem(err);
	buf_release(&b);
	return rc;
}

static int read_it(const struct history *h, const char *key, uint64_t limit, char **out, size_t *n, struct arena *a,
	struct mf_error *err)
{
	*err = (struct mf_error)MF_ERROR_INIT;
	return cas_read(textf("%s/.metaflow", h->dir), "F", key, a, out, n, limit, err);
}

void test_cas__keys(void)
{
	CHECK(cas_key_valid("868436778cb011a1c6230bc12534683ab0b7f1c3"));
	static const char *const bad[] = {"", "868436778cb011a1c6230bc12534683ab0b7f1c", "868436778cb011a1c6230bc12534683ab0b7f1c34",
		"868436778CB011A1C6230BC12534683AB0B7F1C3", "../../../../../../../../../../etc/passwd", "r_8436778cb011a1c6230bc12534683ab0b7f1c3"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK(!cas_key_valid(bad[i]));
}

void test_cas__packed_and_empty(void)
{
	static char big[300000];
	struct history h;
	struct arena a;
	struct mf_error err;
	char *p;
	size_t n;
	history_init(&h);
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * i >> 7);
	static const size_t sizes[] = {0, 1, 4, (1 << 14) - 1, 1 << 14, 65536, 65537, sizeof(big)};
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		history_blob(&h, "F", big, sizes[i], 0, sha);
		CHECK_INT(read_it(&h, sha, 1 << 20, &p, &n, &a, &err), 0);
		CHECK(n == sizes[i] && memcmp(p, big, n) == 0);
		CHECK(size_of(textf("%s/.metaflow", h.dir), "F", sha) > 0);
		CHECK(size_of(textf("%s/.metaflow", h.dir), "G", sha) == 0);
		if (sizes[i] > 4) {
			CHECK_INT(read_it(&h, sha, sizes[i] - 1, &p, &n, &a, &err), MF_ELIMIT);
			CHECK_INT(read_it(&h, sha, sizes[i] + 1, &p, &n, &a, &err), 0);
		}
	}
	arena_release(&a);
}

void test_cas__raw(void)
{
	struct history h;
	struct buf b = BUF_INIT(1000);
	struct mf_sink sink = {buf_sink_write, &b};
	struct mf_error err = MF_ERROR_INIT;
	history_init(&h);
	const char *root = textf("%s/.metaflow", h.dir);
	/* raw content that looks like gzip must not be unpacked when raw is asked for */
	history_blob(&h, "F", "\x1f\x8bnot really", 12, 1, sha);
	CHECK_INT(stream(root, "F", sha, CAS_RAW, &sink, 0, &err), 0);
	CHECK(b.n == 12 && memcmp(b.p, "\x1f\x8bnot really", 12) == 0);
	CHECK_INT(stream(root, "F", sha, CAS_PACKED, &sink, 0, &err), MF_ECORRUPT);
	/* plain content is taken as it is either way */
	buf_clear(&b);
	err = (struct mf_error)MF_ERROR_INIT;
	history_blob(&h, "F", "plain", 5, 1, sha);
	CHECK_INT(stream(root, "F", sha, CAS_PACKED, &sink, 0, &err), 0);
	CHECK_STR(b.p, "plain");
	/* the old name of raw objects */
	buf_clear(&b);
	const char *path = textf("%s/F/data/%.2s/", root, sha);
	CHECK_INT(rename(textf("%s%s", path, sha), textf("%sr_%s", path, sha)), 0);
	CHECK_INT(stream(root, "F", sha, CAS_PACKED, &sink, 0, &err), 0);
	CHECK_STR(b.p, "plain");
	CHECK_INT(err.code, 0);
	buf_release(&b);
}

void test_cas__damage(void)
{
	struct history h;
	struct arena a;
	struct mf_error err;
	char *p;
	size_t n;
	history_init(&h);
	arena_init(&a, 0);
	history_blob(&h, "F", "content", 7, 0, sha);
	const char *path = textf("%s/.metaflow/F/data/%.2s/%s", h.dir, sha, sha);
	FILE *f = fopen(path, "rb");
	char good[256];
	size_t len = fread(good, 1, sizeof(good), f);
	fclose(f);
	for (size_t cut = 0; cut < len; cut++) {
		test_write_bytes(path, good, cut);
		int rc = read_it(&h, sha, 1000, &p, &n, &a, &err);
		CHECK_INT(rc, MF_ECORRUPT);
		CHECK(strstr(err.where, sha) != NULL && err.message[0]);
	}
	for (size_t i = 0; i < len; i++) {
		char bad[256];
		memcpy(bad, good, len);
		bad[i] ^= 0x10;
		test_write_bytes(path, bad, len);
		int rc = read_it(&h, sha, 1000, &p, &n, &a, &err);
		/* some bits mean nothing, as the time in the header; then the content is the same */
		CHECK(rc == MF_ECORRUPT || (rc == 0 && n == 7 && memcmp(p, "content", 7) == 0));
		CHECK(rc == MF_ECORRUPT || i < len - 8);
	}
	/* another content than its name says */
	char other[41];
	history_blob(&h, "F", "another", 7, 0, other);
	CHECK_INT(rename(textf("%s/.metaflow/F/data/%.2s/%s", h.dir, other, other), path), 0);
	CHECK_INT(read_it(&h, sha, 1000, &p, &n, &a, &err), MF_ECORRUPT);
	CHECK(strstr(err.message, other) != NULL);
	unlink(path);
	CHECK_INT(read_it(&h, sha, 1000, &p, &n, &a, &err), MF_ENOTFOUND);
	CHECK(strstr(err.message, "missing") != NULL);
	CHECK_INT(read_it(&h, "../../x", 1000, &p, &n, &a, &err), MF_ECORRUPT);
	arena_release(&a);
}

static int refuse(void *self, const char *p, size_t n)
{
	(void)self;
	(void)p;
	(void)n;
	return MF_ECANCELLED;
}

void test_cas__the_sink_may_refuse(void)
{
	struct history h;
	struct mf_sink sink = {refuse, NULL};
	struct mf_error err = MF_ERROR_INIT;
	history_init(&h);
	history_blob(&h, "F", "content", 7, 0, sha);
	CHECK_INT(stream(textf("%s/.metaflow", h.dir), "F", sha, CAS_PACKED, &sink, 0, &err), MF_ECANCELLED);
}

static int read_once(void *arg)
{
	const struct history *h = arg;
	struct arena a;
	struct mf_error err;
	char *p;
	size_t n;
	static const char *root;
	if (!root)
		root = textf("%s/.metaflow", h->dir);
	arena_init(&a, 0);
	err = (struct mf_error)MF_ERROR_INIT;
	int rc = cas_read(root, "F", sha, &a, &p, &n, 100000, &err);
	arena_release(&a);
	return rc;
}

void test_cas__out_of_memory(void)
{
	static char text[30000];
	struct history h;
	history_init(&h);
	history_blob(&h, "F", text, sizeof(text), 0, sha);
	CHECK_INT(read_once(&h), 0);
	test_every_alloc(read_once, &h);
}

/* ---- in an object store, which tells how an object is stored ---- */

static char *file_text(const char *path, size_t *n)
{
	static char text[4096];
	FILE *f = fopen(path, "rb");
	CHECK_FATAL(f != NULL);
	*n = fread(text, 1, sizeof(text), f);
	fclose(f);
	return text;
}

/* "content", or "code: message (where)". */
static const char *far(struct store_case *c, const char *key, enum cas_form form)
{
	struct buf b = BUF_INIT(1 << 20);
	struct mf_sink sink = {buf_sink_write, &b};
	struct mf_error err = MF_ERROR_INIT;
	int rc = cas_stream(c->s, "F", key, form, 0, &sink, 0, &err);
	CHECK_INT(rc, err.code);
	const char *text = rc < 0 ? textf("%s: %s (%s)", mf_code_name(rc), err.message, err.where) : textf("%s", b.p);
	buf_release(&b);
	return text;
}

void test_cas__attributes(void)
{
	static const char plain[] = "content that is long enough to be packed, packed, packed", like[] = "\x1f\x8bnot really";
	static const struct {
		const char *attributes;
		bool packed, like; /* the object holds gzip; something that begins like it */
		enum cas_form form;
		const char *got; /* NULL: the content */
	} t[] = {
		{NULL, true, false, CAS_PACKED, NULL},
		{NULL, false, false, CAS_PACKED, NULL},
		{NULL, false, false, CAS_RAW, NULL},
		{NULL, false, true, CAS_RAW, NULL},
		{NULL, false, true, CAS_PACKED, "corrupt"},
		{"{\"cas_raw\": true, \"cas_version\": 1}", false, true, CAS_PACKED, NULL},
		{"{\"cas_raw\": true}", false, false, CAS_PACKED, NULL},
		{"{\"cas_raw\": true}", true, false, CAS_PACKED, "corrupt"},
		{"{\"cas_raw\": false, \"cas_version\": 1}", true, false, CAS_PACKED, NULL},
		{"{\"cas_raw\": false, \"cas_version\": 2}", true, false, CAS_PACKED,
			"unsupported: it is stored by version 2 of Metaflow's rules, and this program knows 1"},
		{"{\"cas_version\": 0}", true, false, CAS_PACKED, "unsupported: it is stored by version 0"},
		{"{\"cas_version\": \"x\", \"cas_raw\": 1}", true, false, CAS_PACKED, NULL},
		/* what is no JSON object says nothing */
		{"{\"cas_raw\": tr", true, false, CAS_PACKED, NULL},
		{"[true]", true, false, CAS_PACKED, NULL},
		{"cas_raw", false, false, CAS_PACKED, NULL},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct history h;
		struct store_case c;
		size_t n;
		const char *content = t[i].like ? like : plain;
		history_init(&h);
		history_blob(&h, "F", content, strlen(content), !t[i].packed, sha);
		const char *p = file_text(textf("%s/.metaflow/F/data/%.2s/%s", h.dir, sha, sha), &n);
		sc_begin(&c, STORE_S3, NULL, 0);
		sc_serve(&c, sc_serve_objects);
		sc_put(&c, 0, (struct sc_object){.path = textf("/bkt/pre/F/data/%.2s/%s", sha, sha), .p = p, .n = n, .etag = "\"1\"",
			.headers = t[i].attributes ? textf("x-amz-meta-metaflow-user-attributes: %s\r\n", t[i].attributes) : NULL});
		sc_open(&c, "s3://bkt/pre");
		const char *got = far(&c, sha, t[i].form);
		const char *want = t[i].got ? t[i].got : content;
		CHECK_STR(textf("%.*s", (int)strlen(want), got), want);
		CHECK_INT(cas_size(c.s, "F", sha), n);
		sc_end(&c);
	}
}

void test_cas__far_and_missing(void)
{
	struct history h;
	struct store_case c;
	history_init(&h);
	history_blob(&h, "F", "old", 3, 1, sha);
	sc_begin(&c, STORE_S3, NULL, 0);
	sc_serve(&c, sc_serve_objects);
	sc_open(&c, "s3://bkt/pre");
	CHECK_STR(far(&c, sha, CAS_PACKED),
		textf("not_found: blob %s is missing from the datastore (s3://bkt/pre/F/data/%.2s/%s)", sha, sha, sha));
	CHECK_INT(cas_size(c.s, "F", sha), 0);
	/* both its names have been asked for */
	CHECK(strstr(sc_line(&c, 0), textf("/F/data/%.2s/%s", sha, sha)) != NULL);
	CHECK(strstr(sc_line(&c, 1), textf("/F/data/%.2s/r_%s", sha, sha)) != NULL);
	/* the old name of raw objects */
	const char *path = textf("/bkt/pre/F/data/%.2s/r_%s", sha, sha);
	sc_put(&c, 0, (struct sc_object){.path = path, .p = "old", .n = 3, .etag = "\"1\""});
	CHECK_STR(far(&c, sha, CAS_PACKED), "old");
	sc_put(&c, 0, (struct sc_object){.path = path, .p = "odd", .n = 3, .etag = "\"1\""});
	CHECK(str_starts(far(&c, sha, CAS_PACKED), "corrupt: content has SHA-1 "));
	sc_end(&c);
}
