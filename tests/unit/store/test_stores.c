/* covers: stores_send.c */
#include "store_case.h"

void test_stores__kinds(void)
{
	static const struct {
		const char *ds_type;
		int kind;
	} named[] = {{"local", STORE_LOCAL}, {"spin", STORE_LOCAL}, {"s3", STORE_S3},
		{"azure", STORE_AZURE}, {"gs", STORE_GS}, {"S3", -1}, {"", -1}, {"hdfs", -1},
		{"s3 ", -1}};
	static const struct {
		const char *text;
		enum store_kind kind;
		const char *root;
	} t[] = {{"/a/b", STORE_LOCAL, "/a/b"}, {"", STORE_LOCAL, ""},
		{"s3://b/p", STORE_S3, "s3://b/p"}, {"s3:/b", STORE_LOCAL, "s3:/b"},
		{"azure://c/p", STORE_AZURE, "c/p"}, {"gs://b", STORE_GS, "gs://b"},
		{"x/s3://b", STORE_LOCAL, "x/s3://b"}, {"local", STORE_LOCAL, "local"},
		{"http://b", STORE_LOCAL, "http://b"}};
	const char *root;
	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		CHECK_INT(store_kind_named(named[i].ds_type), named[i].kind);
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_INT(store_kind_of(t[i].text, &root), t[i].kind);
		CHECK_STR(root, t[i].root);
	}
}

void test_stores__make(void)
{
	static const struct {
		const char *root, *bucket, *prefix;
	} t[] = {{"b", "b", ""}, {"b/", "b", ""}, {"b/p", "b", "p"}, {"/b//p///q//", "b", "p/q"},
		{"b/ /p", "b", " /p"}, {"b/p", "b", "p"}, {"b/..//.", "b", "../."},
		{"s3://b/p/", "b", "p"}, {"gs://b", "gs:", "b"}};
	static const struct store_backend backend = {.kind = STORE_S3, .free = stores_drop};
	struct store *s;
	struct mf_error err = MF_ERROR_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		CHECK_INT(stores_make(&s, &backend, sizeof(*s) + 64, t[i].root, NULL), MF_OK);
		CHECK(s->backend == &backend);
		CHECK_STR(s->bucket, t[i].bucket);
		CHECK_STR(s->prefix, t[i].prefix);
		s->backend->free(s);
	}
	CHECK_INT(stores_make(&s, &backend, sizeof(*s), "s3:///", &err), MF_EUSAGE);
	CHECK(!s);
	CHECK_STR(err.where, "s3:///");
	CHECK_STR(err.message, "“s3:///” names no bucket");
	int rc = MF_ENOMEM, failed = 0;
	for (int i = 1; rc < 0; i++) {
		test_fail_alloc(i);
		rc = stores_make(&s, &backend, sizeof(*s), "s3://b/p", NULL);
		test_fail_alloc(0);
		if (rc < 0) {
			failed++;
			CHECK_INT(rc, MF_ENOMEM);
			CHECK(!s);
		}
	}
	CHECK(failed >= 2);
	stores_drop(s);
}

void test_stores__range(void)
{
	static const struct {
		uint64_t from, n;
		const char *text;
	} t[] = {{0, 0, ""}, {0, 1, "bytes=0-0"}, {5, 0, "bytes=5-"}, {5, 10, "bytes=5-14"},
		{0, UINT64_MAX, "bytes=0-18446744073709551614"},
		{1, UINT64_MAX, "bytes=1-18446744073709551615"}, {2, UINT64_MAX, "bytes=2-"},
		{UINT64_MAX, 1, "bytes=18446744073709551615-18446744073709551615"}};
	char text[64];
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		stores_range(text, &(struct store_get){.from = t[i].from, .n = t[i].n});
		CHECK_STR(text, t[i].text);
	}
}

/* "size modified etag attributes" of a reply with these headers. */
static const char *info_of(const char *headers)
{
	struct http_response r = HTTP_RESPONSE_INIT;
	struct store_info info;
	buf_adds(&r.headers, headers);
	memset(&info, 0x55, sizeof(info));
	stores_info(&info, &r, "x-meta");
	http_response_release(&r);
	return textf("%llu %lld %s %s", (unsigned long long)info.size,
		info.modified == MF_NO_TIME ? -1LL : (long long)info.modified, info.etag,
		info.attributes);
}

void test_stores__info(void)
{
	struct buf b = BUF_INIT(1 << 16);
	CHECK_STR(info_of(""), "0 -1  ");
	CHECK_STR(info_of("Content-Length: 5\nETag: \"e\"\nx-meta: {}\nX-Other: 1\n"),
		"5 -1 \"e\" {}");
	CHECK_STR(info_of("Content-Length: 5\nContent-Range: bytes 2-6/99\n"), "99 -1  ");
	CHECK_STR(info_of("content-length: 5\ncontent-range: bytes 2-6/*\n"), "0 -1  ");
	CHECK_STR(info_of("ETag: \"e\"\nx-goog-generation: 17\n"), "0 -1 17 ");
	CHECK_STR(info_of("Last-Modified: Sat, 21 Nov 2026 12:00:00 GMT\n"), "0 1795262400000  ");
	CHECK_STR(info_of("Last-Modified: Thu, 01 Jan 1970 00:00:01 GMT\n"), "0 1000  ");
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	static const int days[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	for (size_t i = 0; i < 12; i++)
		CHECK_STR(
			info_of(textf("Last-Modified: Sun, 01 %s 1995 00:00:00 GMT\n", months[i])),
			textf("0 %lld  ", (9131LL + days[i]) * 86400000));
	static const char *const bad[] = {"", "yesterday", "Sat, 21 Nor 2026 12:00:00 GMT",
		"Sat, 21 ov 2026 12:00:00 GMT", "Sat, 21 anF 2026 12:00:00 GMT",
		"2026-11-21T12:00:00Z", "Sat, 21 Nov 2026", "Sat 21 Nov 2026 12:00:00"};
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		CHECK_STR(info_of(textf("Last-Modified: %s\n", bad[i])), "0 -1  ");
	/* what has no room is not told in half */
	buf_adds(&b, "ETag: \"");
	for (int i = 0; i < STORE_ETAG; i++)
		buf_addc(&b, 'e');
	buf_adds(&b, "\"\nx-meta: ");
	for (int i = 0; i < STORE_ATTRIBUTES; i++)
		buf_addc(&b, 'a');
	buf_adds(&b, "\n");
	CHECK_STR(info_of(b.p), "0 -1  ");
	buf_release(&b);
}

/* A root is one store, however often it is asked for. */
void test_stores__once(void)
{
	static const struct sc_answer answers[] = {{.body = "x"}};
	struct store_case c;
	struct store *a, *b, *d;
	const char *dir = test_dir();
	SC_BEGIN(&c, STORE_S3, answers);
	CHECK_INT(stores_new(&c.all, &c.config, NULL), MF_OK);
	CHECK_INT(stores_get(c.all, STORE_S3, "s3://b/p", &a, NULL), MF_OK);
	CHECK_INT(stores_get(c.all, STORE_S3, "s3://b/p", &b, NULL), MF_OK);
	CHECK_INT(stores_get(c.all, STORE_S3, "s3://b/q", &d, NULL), MF_OK);
	CHECK(a == b && a != d);
	CHECK_STR(a->root, "s3://b/p");
	CHECK_STR(a->where, "s3://b/p");
	CHECK_INT(stores_get(c.all, STORE_LOCAL, dir, &b, NULL), MF_OK);
	CHECK(store_is_local(b) && !store_is_local(a));
	CHECK_STR(b->where, dir);
	/* what failed is tried anew */
	CHECK_INT(stores_get(c.all, STORE_LOCAL, textf("%s/later", dir), &b, NULL), MF_ENOTFOUND);
	CHECK(b == NULL);
	test_write(dir, "later/file", "");
	CHECK_INT(stores_get(c.all, STORE_LOCAL, textf("%s/later", dir), &b, NULL), MF_OK);
	CHECK_INT(stores_get(c.all, STORE_S3, "s3://", &b, NULL), MF_EUSAGE);
	CHECK(b == NULL);
	CHECK_INT(sc_seen(&c), 0);
	sc_end(&c);
}

/* Requests of several kinds side by side. */
void test_stores__log(void)
{
	static const struct sc_answer answers[] = {{.body = "12345"}};
	static struct mf_request log[HTTP_LOG + 1];
	struct store_case c;
	struct store *stores[3];
	struct buf b = BUF_INIT(1 << 16);
	const struct mf_sink sink = {buf_sink_write, &b};
	SC_BEGIN(&c, STORE_S3, answers);
	const char *url = httpd_url(c.d, "");
	sc_set(&c, "AZURE_STORAGE_BLOB_SERVICE_ENDPOINT", url);
	sc_env(&c, "AZURE_STORAGE_ACCOUNT", "acc");
	sc_env(&c, "AZURE_STORAGE_KEY", SC_AZURE_KEY);
	sc_env(&c, "STORAGE_EMULATOR_HOST", url);
	sc_env(&c, "NO_GCE_CHECK", "true");
	CHECK_INT(stores_new(&c.all, &c.config, NULL), MF_OK);
	CHECK_INT(stores_log(c.all, log, 10), 0);
	CHECK_INT(stores_get(c.all, STORE_S3, "s3://b", &stores[0], NULL), MF_OK);
	CHECK_INT(stores_get(c.all, STORE_AZURE, "b", &stores[1], NULL), MF_OK);
	CHECK_INT(stores_get(c.all, STORE_GS, "gs://b", &stores[2], NULL), MF_OK);
	for (int i = 0; i < 12; i++) {
		struct store_get get = {.key = textf("k%d", i), .sink = &sink};
		CHECK_INT(stores[i % 3]->backend->get(stores[i % 3], &get, NULL), MF_OK);
	}
	size_t n = stores_log(c.all, log, ARRAY_SIZE(log));
	CHECK_INT(n, 12);
	for (size_t i = 0; i < n; i++) {
		CHECK(log[i].done && log[i].status == 200 && log[i].bytes == 5);
		CHECK(!i || log[i - 1].began >= log[i].began);
		for (size_t k = 0; k < i; k++)
			CHECK(log[i].id != log[k].id);
	}
	/* the newest of all, not of the first kind */
	bool seen[3] = {false};
	n = stores_log(c.all, log, 10);
	CHECK_INT(n, 10);
	for (size_t i = 0; i < n; i++)
		seen[strstr(log[i].url, "/storage/v1/")                          ? 2
			: strstr(log[i].url, "/b/k") && !strstr(log[i].url, "?") ? 0
										 : 1] = true;
	CHECK(seen[0] && seen[2]);
	uint64_t last = 0;
	for (int i = 0; i < 3; i++) {
		struct store_get get = {.key = "newest", .sink = &sink};
		clock_sleep_ms(2);
		CHECK_INT(stores[i]->backend->get(stores[i], &get, NULL), MF_OK);
		CHECK_INT(stores_log(c.all, log, 1), 1);
		CHECK(strstr(log[0].url, "newest") != NULL);
		CHECK(log[0].id != last);
		last = log[0].id;
	}
	struct http_stats stats = stores_stats(c.all);
	CHECK_INT(stats.requests, 15);
	CHECK_INT(stats.bytes, 75);
	CHECK_INT(stats.failed, 0);
	CHECK(strstr(c.trace.p, "/b/newest 200") != NULL);
	buf_release(&b);
	sc_end(&c);
}

static void endless(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	(void)self, (void)req;
	reply->size = UINT64_C(1) << 40;
	reply->make = NULL;
	reply->length = INT64_C(1) << 40;
	buf_adds(&reply->body, "<ListBucketResult>");
	reply->fault = HTTPD_HANG;
	reply->fault_at = 10;
}

/* A page of a list does not fill the memory. */
void test_stores__large_list(void)
{
	struct store_case c;
	sc_begin(&c, STORE_S3, NULL, 0);
	sc_serve(&c, endless);
	sc_open(&c, "s3://bkt/pre");
	sc_list(&c, (struct store_list){.prefix = ""});
	CHECK_INT(c.err.code, MF_ELIMIT);
	sc_end(&c);
}

/* Objects are taken as they are stored. */
void test_stores__packed(void)
{
	static const struct sc_answer answers[] = {
		{.body = "\x1f\x8bstored", .headers = "Content-Encoding: gzip\r\n"},
		{.status = 206,
			.body = "\x1f\x8b",
			.headers = "Content-Encoding: identity\r\nContent-Range: bytes 3-4/9\r\n"},
		{.status = 206,
			.body = "\x1f\x8b",
			.headers = "Content-Encoding: gzip\r\nContent-Range: bytes 3-4/9\r\n"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	CHECK_STR(c.got.p, "\x1f\x8bstored");
	CHECK_STR(sc_header(&c, 0, "Accept-Encoding"), "");
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 3}), MF_OK);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .from = 3}), MF_EUNSUPPORTED);
	CHECK_STR(c.err.message, "the server packs parts of it, which cannot be put together");
	sc_end(&c);
}

/* Cancelled, the deadline, and the token of the thread. */
static struct mf_cancel *token;

static struct mf_cancel *thread_token(void)
{
	return token;
}

void test_stores__cancelled(void)
{
	static const struct sc_answer answers[] = {{.body = "x"}};
	struct store_case c;
	SC_BEGIN(&c, STORE_S3, answers);
	c.config.cancel = thread_token;
	token = mf_cancel_new();
	CHECK_FATAL(token != NULL);
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_OK);
	mf_cancel_set(token);
	CHECK_INT(sc_read(&c, "k"), MF_ECANCELLED);
	struct mf_cancel *mine = mf_cancel_new();
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .cancel = mine}), MF_OK);
	mf_cancel_set(mine);
	CHECK_INT(sc_get(&c, (struct store_get){.key = "k", .cancel = mine}), MF_ECANCELLED);
	mf_cancel_free(mine);
	mf_cancel_free(token);
	token = NULL;
	sc_again(&c);
	c.config.deadline = clock_now_ms() - 1000;
	sc_open(&c, "s3://bkt/pre");
	CHECK_INT(sc_read(&c, "k"), MF_ETIMEOUT);
	CHECK_INT(sc_seen(&c), 0);
	sc_end(&c);
}
