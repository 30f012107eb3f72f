#include <stdio.h>
#include <stdlib.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

/* ---- a flow with many runs: numbers FIRST …, the higher the newer ---- */

enum { FIRST = 100001 };

struct source {
	size_t n;
	bool paged;    /* as services after 2.5.1 */
	int same_time; /* so many runs were made in the same moment */
	bool stuck;    /* its pages go round */
};

static int64_t time_of(const struct source *s, size_t i)
{
	return INT64_C(1795000000000) + (int64_t)i / (s->same_time ? s->same_time : 1) * 1000;
}

/* All rows are of one length. */
static void add_row(struct buf *b, const struct source *s, size_t i)
{
	buf_addf(b,
		"{\"flow_id\": \"F\", \"run_number\": %zu, \"user_name\": \"alice\", \"ts_epoch\": "
		"%lld, \"tags\": [\"t%zu\"], \"system_tags\": [\"user:%s\"], "
		"\"last_heartbeat_ts\": null}",
		FIRST + i, (long long)time_of(s, i), i % 10, i % 2 ? "alice" : "carol");
}

static void runs(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	const struct source *s = self;
	char limit[16], cursor[64];
	size_t n = s->n, from = 0;
	fake_param(req->query, "_limit", limit, sizeof(limit));
	fake_param(req->query, "_cursor", cursor, sizeof(cursor));
	if (s->paged && *req->query) {
		n = *limit ? (size_t)atol(limit) : 50;
		n = n > 500 ? 500 : n;
		if (sscanf(cursor, "at+/ %zu==", &from) != 1)
			from = 0;
		buf_addf(&reply->headers, "X-Limit: %zu\r\n", n);
		if (s->stuck || from + n < s->n)
			buf_addf(&reply->headers, "X-Next-Cursor: at+/ %zu==\r\n",
				s->stuck ? 0 : from + n);
		n = from + n < s->n ? n : s->n - from;
	}
	buf_addc(&reply->body, '[');
	for (size_t i = 0; i < n; i++) {
		/* newest first, or without any order */
		size_t k = s->paged ? s->n - 1 - from - i : i * 7919 % s->n;
		buf_adds(&reply->body, i ? ", " : "");
		add_row(&reply->body, s, k);
	}
	buf_addc(&reply->body, ']');
}

static struct fake_answer *open_runs(struct fake *f, struct source *s)
{
	fake_init(f);
	struct fake_answer *a = fake_make(f, "/flows/F/runs", runs, s);
	fake_open(f);
	return a;
}

/* The ids of runs number `newest` down, `n` of them, each `step`th. */
static const char *down(size_t newest, size_t n, size_t step)
{
	struct buf b = BUF_INIT(1 << 20);
	for (size_t i = 0; i < n; i++)
		buf_addf(&b, "%s%zu", i ? " " : "", FIRST + newest - i * step);
	const char *text = textf("%s", b.p);
	buf_release(&b);
	return text;
}

void test_service_list__a_few_of_many(void)
{
	struct source s = {.n = 1200, .paged = true};
	struct mf_list_options o = MF_LIST_INIT;
	char limit[16];
	struct fake f;
	open_runs(&f, &s);
	o.limit = 20;
	CHECK_STR(fake_ids(&f, "F", &o), down(1199, 20, 1));
	CHECK_INT(fake_count(&f, ""), 1);
	/* and no more rows than are needed to know the order */
	fake_param(strchr(fake_last(&f, "").target, '?') + 1, "_limit", limit, sizeof(limit));
	CHECK(atoi(limit) >= 20 && atoi(limit) <= 21);
	o.limit = 1;
	CHECK_STR(fake_ids(&f, "F", &o), down(1199, 1, 1));
	CHECK_INT(fake_count(&f, ""), 2);
	fake_close(&f);
}

void test_service_list__all_pages(void)
{
	/* whole pages, with a rest, and with runs of one moment on both sides of a boundary */
	static const struct source t[] = {{.n = 1200, .paged = true}, {.n = 1000, .paged = true},
		{.n = 1, .paged = true}, {.n = 1200, .paged = true, .same_time = 7},
		{.n = 700, .paged = true, .same_time = 700}, {.n = 1200}};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		struct source s = t[i];
		struct fake f;
		open_runs(&f, &s);
		CHECK_STR(fake_ids(&f, "F", NULL), down(s.n - 1, s.n, 1));
		/* the first one is small, so that something can be seen soon */
		CHECK(fake_count(&f, "") <= (s.paged ? 1 + (s.n + 499) / 500 : 1));
		fake_close(&f);
	}
}

/* A page is asked for when it is needed. */
void test_service_list__lazily(void)
{
	struct source s = {.n = 1200, .paged = true};
	struct mf_object *o;
	struct mf_iter *it;
	struct fake f;
	open_runs(&f, &s);
	CHECK_FATAL(mf_list(&it, f.client, "F", NULL, NULL) == 0);
	bool late = true;
	for (unsigned i = 0; i < 1200; i++) {
		CHECK_FATAL(mf_iter_next(it, &o, NULL) == 1);
		mf_object_free(o);
		late = late && fake_count(&f, "") <= (i + 1) / 500 + 2;
	}
	CHECK(late); /* one is in advance, to know the order */
	CHECK_INT(mf_iter_next(it, &o, NULL), 0);
	CHECK_INT(mf_iter_total(it), 1200);
	mf_iter_free(it);
	fake_close(&f);
}

void test_service_list__pages_that_go_round(void)
{
	struct source s = {.n = 600, .paged = true, .stuck = true};
	struct fake f;
	open_runs(&f, &s);
	CHECK(str_starts(fake_ids(&f, "F", NULL), "corrupt: "));
	CHECK(fake_count(&f, "") <= 4);
	fake_close(&f);
}

/* What came before it is handed out. */
void test_service_list__page_that_fails(void)
{
	struct source s = {.n = 1200, .paged = true};
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o;
	struct mf_iter *it;
	struct fake f;
	int n = 0, rc = 1;
	struct fake_answer *a = open_runs(&f, &s);
	CHECK_FATAL(mf_list(&it, f.client, "F", NULL, NULL) == 0);
	while (rc == 1 && (rc = mf_iter_next(it, &o, &err)) == 1) {
		mf_object_free(o);
		if (++n == 400) { /* of the second page */
			a->make = NULL;
			a->status = 500;
			a->body = "\"no\"";
		}
	}
	CHECK_INT(rc, MF_ENETWORK);
	CHECK_STR(err.message, "the service failed (HTTP 500): no");
	CHECK(n > 500 && n < 600);
	mf_iter_free(it);
	fake_close(&f);
}

/* ---- old services, which answer with everything ---- */

void test_service_list__old_service(void)
{
	struct source s = {.n = 1000};
	struct mf_list_options o = MF_LIST_INIT;
	struct fake f;
	open_runs(&f, &s);
	o.limit = 3;
	CHECK_STR(fake_ids(&f, "F", &o), down(999, 3, 1));
	CHECK_INT(fake_count(&f, ""), 1);
	fake_close(&f);
}

/* What it says of pages that it did not make is no matter. */
void test_service_list__no_limit_no_pages(void)
{
	struct fake f;
	fake_init(&f);
	fake_on(&f, "/flows/F/runs", 200, FAKE_LIST(fake_run("F", "1", 1000, 1)))->headers =
		"X-Next-Cursor: abc\r\n";
	fake_open(&f);
	CHECK_STR(fake_ids(&f, "F", NULL), "1");
	CHECK_INT(fake_count(&f, ""), 1);
	fake_close(&f);
}

static void row_at(void *self, uint64_t at, char *p, size_t n)
{
	static const struct source s = {.n = 100000};
	struct buf b = BUF_INIT(4096);
	(void)self;
	add_row(&b, &s, 0);
	size_t width = b.n + 1; /* with the sign in front of it */
	for (size_t done = 0, k; done < n; done += k) {
		uint64_t i = (at + done) / width;
		size_t within = (size_t)((at + done) % width);
		buf_clear(&b);
		buf_addc(&b, i ? ',' : '[');
		if (i < s.n)
			add_row(&b, &s, (size_t)(i * 7919 % s.n));
		else
			b.p[0] = ']';
		k = b.n - within < n - done ? b.n - within : n - done;
		memcpy(p + done, b.p + within, k);
	}
	buf_release(&b);
}

static void hundred_thousand(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	struct source s = {.n = 100000};
	struct buf b = BUF_INIT(4096);
	(void)self;
	(void)req;
	add_row(&b, &s, 0);
	reply->make = row_at;
	reply->size = (b.n + 1) * s.n + 1;
	buf_release(&b);
}

void test_service_list__hundred_thousand(void)
{
	struct mf_list_options o = MF_LIST_INIT;
	struct fake f;
	fake_init(&f);
	fake_make(&f, "/flows/F/runs", hundred_thousand, NULL);
	fake_open(&f);
	o.limit = 20;
	CHECK_STR(fake_ids(&f, "F", &o), down(99999, 20, 1));
	CHECK_INT(fake_count(&f, ""), 1);
	CHECK(mf_client_stats(f.client).bytes_read > 15000000);
	fake_close(&f);
}

/* ---- filters: always sent, never trusted ---- */

void test_service_list__filters(void)
{
	static const char *const tags[] = {"t3", "user:alice", "a,b", NULL};
	for (int paged = 0; paged < 2; paged++) {
		/* this one ignores filters in both cases */
		struct source s = {.n = 600, .paged = paged};
		struct mf_list_options o = MF_LIST_INIT;
		char text[200];
		struct fake f;
		open_runs(&f, &s);
		o.tags = tags;
		CHECK_STR(fake_ids(&f, "F", &o), "");
		const char *query = strchr(fake_last(&f, "").target, '?') + 1;
		CHECK_STR(fake_param(query, "_tags", text, sizeof(text)), "t3,user:alice");
		o.tags = (const char *const[]){"t3", NULL};
		o.ns = "user:alice";
		o.limit = 4;
		CHECK_STR(fake_ids(&f, "F", &o), down(593, 4, 10));
		query = strchr(fake_last(&f, "").target, '?') + 1;
		CHECK_STR(fake_param(query, "_tags", text, sizeof(text)), "t3,user:alice");
		o.ns = "user:carol";
		CHECK_STR(fake_ids(&f, "F", &o), "");
		o = (struct mf_list_options)MF_LIST_INIT;
		o.since = time_of(&s, 590);
		o.until = time_of(&s, 595);
		CHECK_STR(fake_ids(&f, "F", &o), down(594, 5, 1));
		query = strchr(fake_last(&f, "").target, '?') + 1;
		CHECK_STR(fake_param(query, "ts_epoch:ge", text, sizeof(text)),
			textf("%lld", (long long)o.since));
		CHECK_STR(fake_param(query, "ts_epoch:lt", text, sizeof(text)),
			textf("%lld", (long long)o.until));
		fake_close(&f);
	}
}

/* The status is asked for where it is wanted, and judged here where the service does not know of
 * such a filter. */
void test_service_list__status_filter(void)
{
	static const char *const queries[] = {"status=running", "not (status=failed or id=9)",
		"running", "reason.code=heartbeat", "duration>7s and status!=failed"};
	for (size_t i = 0; i < 2 * ARRAY_SIZE(queries); i++) {
		bool known = i % 2;
		struct mf_list_options o = MF_LIST_INIT;
		struct mf_query *q;
		char text[100];
		struct fake f;
		CHECK_FATAL(mf_query_parse(&q, MF_RUN, queries[i / 2], 0, NULL) == 0);
		o.query = q;
		fake_init(&f);
		int64_t beat = f.now / 1000;
		fake_on(&f, "/flows/F/runs", 200,
			FAKE_LIST(fake_run("F", "1", f.now - 9000, beat - 361),
				fake_run("F", "2", f.now - 8000, beat - 359)))
			->headers = known ? "X-Limit: 500\r\n" : NULL;
		fake_on(&f, "/flows/F/runs/1/steps", 200, "[]");
		fake_on(&f, "/flows/F/runs/1/steps/end/tasks", 200, "[]");
		fake_on(&f, "/flows/F/runs/2/steps/end/tasks", 200, "[]");
		fake_open(&f);
		CHECK_STR(fake_ids(&f, "F", &o), "2");
		const char *query = strchr(fake_last(&f, "/runs?").target, '?') + 1;
		CHECK_STR(fake_param(query, "status", text, sizeof(text)),
			"running,completed,failed");
		mf_query_free(q);
		fake_close(&f);
	}
}

/* ---- parents ---- */

void test_service_list__empty_or_unknown(void)
{
	static const char *const parents[] = {"F", "F/1", "F/1/start", NULL};
	static const char *const paths[] = {
		"/flows/F/runs", "/flows/F/runs/1/steps", "/flows/F/runs/1/steps/start/tasks"};
	static const char *const own[] = {
		"/flows/F", "/flows/F/runs/1", "/flows/F/runs/1/steps/start"};
	struct mf_list_options known = MF_LIST_INIT;
	known.known = true;
	for (int i = 0; parents[i]; i++)
		for (int there = 0; there < 2; there++) {
			struct fake f;
			fake_init(&f);
			fake_on(&f, paths[i], 200, "[]");
			fake_on(&f, own[i], there ? 200 : 404,
				there ? "{\"flow_id\": \"F\", \"ts_epoch\": 1}" : "{}");
			fake_open(&f);
			const char *ids = fake_ids(&f, parents[i], NULL);
			if (there)
				CHECK_STR(ids, "");
			else
				CHECK(strstr(ids, "not_found: ") == ids && strstr(ids, parents[i]));
			CHECK_INT(fake_count(&f, ""), 2);
			CHECK_STR(fake_ids(&f, parents[i], &known), "");
			CHECK(fake_count(&f, "") <= 3);
			fake_close(&f);
		}
}
