/* What the connection is like, and what went over it. */
#include "../../../clientlib/base/fmt.h"
#include "../../../clientlib/model/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

static const char flow[] = "{\"flow_id\": \"F\", \"ts_epoch\": 1}";

static struct mf_link link_of(struct fake *f)
{
	struct mf_link link;
	mf_client_link(f->client, &link);
	return link;
}

void test_service_link__states(void)
{
	struct fake f;
	fake_init(&f);
	struct fake_answer *a = fake_on(&f, "/flows/F", 200, flow);
	a->headers = "METADATA_SERVICE_VERSION: 2.5.1\r\n";
	fake_open(&f);
	struct mf_link l = link_of(&f);
	CHECK_INT(l.state, MF_LINK_UNKNOWN);
	CHECK(l.latency_ms < 0);
	CHECK_STR(l.version, "");
	CHECK_INT(l.requests, 0);
	CHECK_STR(fake_get(&f, "F"), "ok");
	l = link_of(&f);
	CHECK_INT(l.state, MF_LINK_UP);
	CHECK_STR(l.version, "2.5.1");
	CHECK(l.latency_ms >= 0 && l.latency_ms < 10000);
	CHECK_INT(l.requests, 1);
	CHECK_INT(l.failed, 0);
	CHECK_INT(l.active, 0);
	CHECK_INT(l.cached_at, MF_NO_TIME);
	CHECK_STR(l.error, "");
	/* a gateway answers for it */
	a->status = 502;
	CHECK(str_starts(fake_get(&f, "F"), "network: "));
	l = link_of(&f);
	CHECK_INT(l.state, MF_LINK_DOWN);
	CHECK_STR(l.error, f.err.message);
	CHECK_STR(l.hint, f.err.hint);
	CHECK_STR(l.version, "2.5.1");
	CHECK_INT(l.failed, 1);
	int64_t since = l.since;
	nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	CHECK(str_starts(fake_get(&f, "F"), "network: "));
	CHECK_INT(link_of(&f).since, since);
	/* and again */
	a->status = 200;
	CHECK_STR(fake_get(&f, "F"), "ok");
	l = link_of(&f);
	CHECK_INT(l.state, MF_LINK_UP);
	CHECK_STR(l.error, "");
	CHECK_INT(l.requests, 4);
	/* that something is not there says nothing of the link */
	CHECK(str_starts(fake_get(&f, "G"), "unsupported: "));
	CHECK_INT(link_of(&f).state, MF_LINK_UP);
	fake_close(&f);
}

/* A local history has none. */
void test_service_link__local(void)
{
	struct history h;
	struct mf_link l;
	struct mf_request r;
	history_init(&h);
	history_open(&h);
	mf_client_link(h.client, &l);
	CHECK_INT(l.state, MF_LINK_LOCAL);
	CHECK_INT(mf_client_requests(h.client, &r, 1), 0);
	history_close(&h);
}

void test_service_link__offline(void)
{
	struct fake f;
	fake_init(&f);
	f.offline = true;
	/* which may ask somebody */
	f.env[0] = textf("MFCTL_SERVICE_HEADERS_COMMAND=touch %s/asked", test_dir());
	fake_on(&f, "/flows/F", 200, flow);
	fake_open(&f);
	CHECK_INT(link_of(&f).state, MF_LINK_OFFLINE);
	CHECK(str_starts(fake_get(&f, "F"), "network: "));
	CHECK(strstr(f.err.hint, "--offline") || strstr(f.err.message, "--offline"));
	CHECK_INT(link_of(&f).state, MF_LINK_OFFLINE);
	CHECK_INT(fake_count(&f, ""), 0);
	CHECK(fopen(strchr(f.env[0], '/'), "r") == NULL);
	fake_close(&f);
}

/* When nobody answers, whoever asks for many things is not kept waiting for each of them. */
void test_service_link__nobody_answers(void)
{
	struct fake f;
	fake_init(&f);
	struct fake_answer *a = fake_on(&f, "/flows/F", 200, flow);
	a->fault = HTTPD_CLOSE;
	a->fault_at = HTTPD_BEFORE;
	fake_open(&f);
	const char *first = fake_get(&f, "F");
	CHECK(str_starts(first, "network: "));
	const char *hint = textf("%s", f.err.hint);
	CHECK_STR(f.err.where, textf("%s/flows/F", f.url));
	CHECK_STR(fake_get(&f, "F"), first);
	CHECK(f.err.retriable);
	CHECK_STR(f.err.hint, hint);
	CHECK_INT(fake_count(&f, ""), 1);
	/* who looks anew finds out */
	a->fault = HTTPD_WHOLE;
	service_mend(f.client);
	CHECK_STR(fake_get(&f, "F"), "ok");
	CHECK_INT(fake_count(&f, ""), 2);
	fake_close(&f);
}

void test_service_link__requests(void)
{
	struct mf_request r[8];
	struct fake f;
	fake_init(&f);
	fake_on(&f, "/flows/F", 200, flow);
	fake_on(&f, "/flows/G", 404, "{}");
	fake_open(&f);
	CHECK_INT(mf_client_requests(f.client, r, 8), 0);
	CHECK_STR(fake_get(&f, "F"), "ok");
	CHECK(str_starts(fake_get(&f, "G"), "not_found: "));
	CHECK_INT(mf_client_requests(f.client, r, 8), 2);
	CHECK_STR(r[0].url, textf("%s/flows/G", f.url));
	CHECK_STR(r[0].method, "GET");
	CHECK_INT(r[0].status, 404);
	CHECK_STR(r[1].url, textf("%s/flows/F", f.url));
	CHECK_INT(r[1].status, 200);
	CHECK_INT(r[1].bytes, strlen(flow));
	CHECK_INT(r[1].tries, 1);
	CHECK(r[0].done && r[1].done && r[0].id > r[1].id);
	CHECK_INT(mf_client_requests(f.client, r, 1), 1);
	CHECK_INT(mf_client_stats(f.client).requests, 2);
	CHECK_INT(mf_client_stats(f.client).bytes_read, strlen(flow) + 2);
	CHECK_STR(f.trace.p, textf("%s", f.trace.p));
	CHECK(strstr(f.trace.p, textf("http GET %s/flows/F 200 ", f.url)) != NULL);
	fake_close(&f);
}

/* ---- clocks ---- */

static void dated(void *self, const struct httpd_request *req, struct httpd_reply *reply)
{
	char date[64];
	(void)req;
	time_t t = (time_t)(clock_now_ms() / 1000 + *(const int *)self);
	struct tm tm;
	gmtime_r(&t, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	buf_addf(&reply->headers, "Date: %s\r\n", date);
	buf_adds(&reply->body, flow);
}

/* The present is the server's, as far as it differs from ours. */
void test_service_link__clock(void)
{
	static const int offsets[] = {0, 3600, -3600, 86400 * 400};
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		struct fake f;
		int offset = offsets[i];
		fake_init(&f);
		f.now = 0;
		fake_make(&f, "/flows/F", dated, &offset);
		fake_open(&f);
		CHECK_INT(link_of(&f).skew_ms, 0);
		CHECK_STR(fake_get(&f, "F"), "ok");
		int64_t skew = link_of(&f).skew_ms, want = (int64_t)offset * 1000;
		CHECK(offset ? llabs(skew - want) <= 2000 : skew == 0);
		CHECK(llabs(mf_client_now(f.client) - clock_now_ms() - want) <= 3000);
		fake_close(&f);
	}
}

/* Without that header, or with nonsense in it, it is ours; a fixed present stays. */
void test_service_link__no_clock(void)
{
	static const char *const dates[] = {"", "Date: tomorrow\r\n", "Date: \r\n"};
	for (size_t i = 0; i < ARRAY_SIZE(dates); i++) {
		struct fake f;
		fake_init(&f);
		f.now = i ? 0 : 12345;
		fake_on(&f, "/flows/F", 200, flow)->headers = dates[i];
		fake_open(&f);
		CHECK_STR(fake_get(&f, "F"), "ok");
		CHECK_INT(link_of(&f).skew_ms, 0);
		CHECK(i ? llabs(mf_client_now(f.client) - clock_now_ms()) < 3000
			: mf_client_now(f.client) == 12345);
		fake_close(&f);
	}
}
