/* What is asked of a store for a log file that is looked at again and again. */
#include "../../../clientlib/model/log_tail.h"

#include "../store/store_case.h"

#define WIRE "/bkt/pre/log"

struct tail_case {
	struct store_case c;
	struct log_tails *tails;
};

static void begin(struct tail_case *t)
{
	sc_begin(&t->c, STORE_S3, NULL, 0);
	sc_serve(&t->c, sc_serve_objects);
	sc_open(&t->c, "s3://bkt/pre");
	CHECK_FATAL(log_tails_new(&t->tails, NULL) == MF_OK);
}

static void end(struct tail_case *t)
{
	log_tails_free(t->tails);
	sc_end(&t->c);
}

/* The file is now these bytes. */
static void put(struct tail_case *t, const char *p, size_t n, const char *etag)
{
	sc_put(&t->c, 0, (struct sc_object){.path = WIRE, .p = p, .n = n, .etag = etag});
}

/* Look at it: is it what the server has? Ranges of the requests that were made for that: "all",
 * "0-", "304 0-" … */
static const char *look(struct tail_case *t)
{
	struct buf b = BUF_INIT(1 << 20), said = BUF_INIT(1 << 16);
	struct mf_error err = MF_ERROR_INIT;
	size_t from = sc_seen(&t->c);
	buf_adds(&b, "before ");
	int rc = log_tail_read(t->tails, t->c.s, "log", &b, &err);
	CHECK_INT(rc, err.code);
	const struct sc_object *o = t->c.objects; /* which this thread alone changes */
	if (rc < 0)
		buf_addf(&said, "%s", mf_code_name(rc));
	else
		CHECK(b.n == o->n + 7 && memcmp(b.p, "before ", 7) == 0 &&
			memcmp(b.p + 7, o->p, o->n) == 0);
	for (size_t i = from; i < sc_seen(&t->c); i++) {
		const char *range = sc_header(&t->c, i, "Range"),
			   *etag = sc_header(&t->c, i, "If-None-Match");
		/* a part is asked for only of what has changed */
		CHECK(!*range || *etag == '"');
		buf_addf(&said, "%s%s", said.n ? " " : "",
			*range  ? range + strlen("bytes=")
			: *etag ? "0-"
				: "all");
	}
	const char *text = textf("%s", said.p);
	buf_release(&b);
	buf_release(&said);
	return text;
}

static char text[4000];

static void fill(void)
{
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i * i % 23);
}

void test_log_tail__grows(void)
{
	struct tail_case t;
	fill();
	begin(&t);
	put(&t, text, 10, "\"1\"");
	CHECK_STR(look(&t), "all");
	put(&t, text, 100, "\"2\"");
	CHECK_STR(look(&t), "0-");
	put(&t, text, 1000, "\"3\"");
	CHECK_STR(look(&t), "0-");
	/* from now on only the last bytes once more */
	put(&t, text, 1001, "\"4\"");
	CHECK_STR(look(&t), "744-");
	put(&t, text, 4000, "\"5\"");
	CHECK_STR(look(&t), "745-");
	/* unchanged: nothing comes */
	CHECK_STR(look(&t), "3744-");
	CHECK_STR(look(&t), "3744-");
	/* another etag, and the same bytes */
	put(&t, text, 4000, "\"6\"");
	CHECK_STR(look(&t), "3744-");
	CHECK_STR(sc_header(&t.c, sc_seen(&t.c) - 1, "If-None-Match"), "\"5\"");
	CHECK_STR(look(&t), "3744-");
	CHECK_STR(sc_header(&t.c, sc_seen(&t.c) - 1, "If-None-Match"), "\"6\"");
	end(&t);
}

void test_log_tail__another_file(void)
{
	static char other[4000];
	struct tail_case t;
	fill();
	memset(other, 'x', sizeof(other));
	begin(&t);
	put(&t, text, 2000, "\"1\"");
	CHECK_STR(look(&t), "all");
	/* rewritten, longer */
	put(&t, other, 3000, "\"2\"");
	CHECK_STR(look(&t), "1744- all");
	/* of the same length */
	put(&t, text, 3000, "\"3\"");
	CHECK_STR(look(&t), "2744- all");
	/* shorter, but within what is read once more */
	put(&t, text, 2900, "\"4\"");
	CHECK_STR(look(&t), "2744- all");
	/* shorter than that: 416 */
	put(&t, text, 500, "\"5\"");
	CHECK_STR(look(&t), "2644- all");
	put(&t, text, 0, "\"6\"");
	CHECK_STR(look(&t), "244- all");
	/* of an empty one nothing is kept */
	CHECK_STR(look(&t), "all");
	put(&t, text, 20, "\"7\"");
	CHECK_STR(look(&t), "all");
	/* gone, and there again */
	sc_put(&t.c, 0, (struct sc_object){.path = NULL});
	CHECK_STR(look(&t), "not_found 0-");
	put(&t, text, 30, "\"8\"");
	CHECK_STR(look(&t), "all");
	end(&t);
}

/* What has no etag is read anew each time. */
void test_log_tail__no_etag(void)
{
	struct tail_case t;
	fill();
	begin(&t);
	put(&t, text, 100, NULL);
	CHECK_STR(look(&t), "all");
	CHECK_STR(look(&t), "all");
	put(&t, text, 200, "\"1\"");
	CHECK_STR(look(&t), "all");
	/* an etag that goes away */
	put(&t, text, 300, NULL);
	CHECK_STR(look(&t), "0-");
	CHECK_STR(look(&t), "all");
	end(&t);
}

static void no_ranges(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct store_case *c = self;
	(void)req;
	pthread_mutex_lock(&c->lock);
	buf_addf(&reply->headers, "ETag: %s\r\n", c->objects[0].etag);
	buf_add(&reply->body, c->objects[0].p, c->objects[0].n);
	pthread_mutex_unlock(&c->lock);
}

/* A server that knows no ranges sends all, also from the middle on. */
void test_log_tail__no_ranges(void)
{
	struct tail_case t;
	fill();
	begin(&t);
	sc_serve(&t.c, no_ranges);
	put(&t, text, 1000, "\"1\"");
	CHECK_STR(look(&t), "all");
	put(&t, text, 2000, "\"2\"");
	CHECK_STR(look(&t), "744- all");
	/* which is no matter at the front */
	put(&t, text, 100, "\"3\"");
	CHECK_STR(look(&t), "1744- all");
	put(&t, text, 200, "\"4\"");
	CHECK_STR(look(&t), "0-");
	end(&t);
}

void test_log_tail__limit(void)
{
	struct tail_case t;
	struct buf b = BUF_INIT(150);
	struct mf_error err = MF_ERROR_INIT;
	fill();
	begin(&t);
	put(&t, text, 100, "\"1\"");
	CHECK_STR(look(&t), "all");
	put(&t, text, 200, "\"2\"");
	CHECK_INT(log_tail_read(t.tails, t.c.s, "log", &b, &err), MF_ELIMIT);
	CHECK_INT(err.code, MF_ELIMIT);
	CHECK_STR(look(&t), "all");
	/* also of what is kept */
	buf_clear(&b);
	err = (struct mf_error)MF_ERROR_INIT;
	CHECK_INT(log_tail_read(t.tails, t.c.s, "log", &b, &err), MF_ELIMIT);
	CHECK_INT(err.code, MF_ELIMIT);
	buf_release(&b);
	end(&t);
}

/* Files of the same name in two stores are two. */
void test_log_tail__stores(void)
{
	struct tail_case t;
	struct buf b = BUF_INIT(1 << 20);
	struct store *other;
	fill();
	begin(&t);
	put(&t, text, 100, "\"1\"");
	sc_put(&t.c, 1,
		(struct sc_object){
			.path = "/bkt/other/log", .p = "another", .n = 7, .etag = "\"1\""});
	CHECK_STR(look(&t), "all");
	CHECK_INT(stores_get(t.c.all, STORE_S3, "s3://bkt/other", &other, NULL), MF_OK);
	for (int i = 0; i < 2; i++) {
		buf_clear(&b);
		CHECK_INT(log_tail_read(t.tails, other, "log", &b, NULL), MF_OK);
		CHECK_STR(b.p, "another");
	}
	CHECK_STR(sc_header(&t.c, 1, "Range"), "");
	CHECK_STR(sc_header(&t.c, 1, "If-None-Match"), "");
	CHECK_STR(sc_header(&t.c, 2, "If-None-Match"), "\"1\"");
	CHECK_STR(look(&t), "0-");
	buf_release(&b);
	end(&t);
}

/* The ones read longest ago go first. */
void test_log_tail__room(void)
{
	enum { LARGE = 25 << 20 };
	static const char *const names[] = {"a", "b", "c"};
	static const char *const again[] = {"", "bytes=", "bytes="};
	struct tail_case t;
	struct buf b = BUF_INIT(LARGE + 1);
	char *p = calloc(1, LARGE);
	CHECK_FATAL(p != NULL);
	begin(&t);
	for (size_t i = 0; i < 3; i++)
		sc_put(&t.c, i,
			(struct sc_object){.path = textf("/bkt/pre/%s", names[i]),
				.p = p,
				.n = LARGE,
				.etag = "\"1\""});
	for (size_t i = 0; i < 3; i++) {
		buf_clear(&b);
		CHECK_INT(log_tail_read(t.tails, t.c.s, names[i], &b, NULL), MF_OK);
	}
	for (size_t i = 3; i-- > 0;) {
		buf_clear(&b);
		size_t at = sc_seen(&t.c);
		CHECK_INT(log_tail_read(t.tails, t.c.s, names[i], &b, NULL), MF_OK);
		CHECK_INT(b.n, LARGE);
		CHECK(str_starts(sc_header(&t.c, at, "Range"), again[i]) &&
			(*again[i] || !*sc_header(&t.c, at, "Range")));
	}
	free(p);
	buf_release(&b);
	end(&t);
}

static int look_once(void *arg)
{
	struct tail_case *t = arg;
	struct log_tails *tails;
	struct buf b = BUF_INIT(1 << 20);
	int rc = log_tails_new(&tails, NULL);
	if (rc < 0)
		return rc;
	put(t, text, 1000, "\"1\"");
	rc = log_tail_read(tails, t->c.s, "log", &b, NULL);
	if (rc == MF_OK) {
		buf_clear(&b);
		put(t, text, 2000, "\"2\"");
		rc = log_tail_read(tails, t->c.s, "log", &b, NULL);
		CHECK(rc < 0 || (b.n == 2000 && memcmp(b.p, text, 2000) == 0));
	}
	buf_release(&b);
	log_tails_free(tails);
	return rc;
}

void test_log_tail__no_memory(void)
{
	struct tail_case t;
	fill();
	begin(&t);
	t.c.all->config.trace = NULL;
	CHECK_INT(look_once(&t), MF_OK);
	test_every_alloc(look_once, &t);
	end(&t);
}
