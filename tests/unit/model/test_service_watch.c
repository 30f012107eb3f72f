/* Watching by asking: one small request each time. */
#include <poll.h>
#include <sys/timerfd.h>

#include "../../../clientlib/model/watch.h"
#include "../../support/history.h"
#include "../../support/service.h"
#include "../../support/test.h"

enum { NOW = 2000000 }; /* s */

/* The timer rings now; is there news? */
static bool ring(struct mf_watch *w)
{
	struct itimerspec at_once = {.it_value = {.tv_nsec = 1}};
	struct pollfd p = {.fd = mf_watch_fd(w), .events = POLLIN};
	CHECK_INT(timerfd_settime(w->fd, 0, &at_once, NULL), 0);
	CHECK_INT(poll(&p, 1, 10000), 1);
	return mf_watch_changed(w);
}

static const char *run_of(int beat)
{
	return textf("{\"flow_id\": \"F\", \"run_number\": 1, \"ts_epoch\": 1000, "
		     "\"last_heartbeat_ts\": %d}",
		NOW - beat);
}

static const char *row(int id)
{
	return textf("[{\"id\": %d, \"task_id\": 2, \"value\": \"0\", \"ts_epoch\": 5}]", id);
}

void test_service_watch__run(void)
{
	struct fake f;
	struct mf_watch *w;
	fake_init(&f);
	f.now = (int64_t)NOW * 1000;
	struct fake_answer *happens = fake_on(&f, "/flows/F/runs/1/metadata", 200, row(1));
	struct fake_answer *record = fake_on(&f, "/flows/F/runs/1", 200, run_of(5));
	happens->headers = "X-Limit: 1\r\n";
	fake_open(&f);
	CHECK_FATAL(mf_watch_open(&w, f.client, "F/1", NULL) == 0);
	/* what is found first is no news; one look in four is at the run itself */
	for (int i = 0; i < 8; i++)
		CHECK(!ring(w));
	CHECK_INT(fake_count(&f, "/flows/F/runs/1/metadata"), 6);
	CHECK_INT(fake_count(&f, ""), 8);
	happens->body = row(2);
	CHECK(ring(w));
	CHECK(!ring(w));
	/* heartbeats by themselves are no news; that they stop is, for its tasks and for itself */
	static const int beats[] = {8, 100, 400};
	for (int i = 0; i < 3; i++) {
		bool news = false;
		record->body = run_of(beats[i]);
		for (int k = 0; k < 4; k++)
			news = ring(w) || news;
		CHECK_INT(news, i > 0);
	}
	mf_watch_free(w);
	fake_close(&f);
}

/* A service without pages would send all metadata: it is asked so once. */
void test_service_watch__without_pages(void)
{
	struct fake f;
	struct mf_watch *w;
	fake_init(&f);
	fake_on(&f, "/flows/F/runs/1/metadata", 200, row(1));
	struct fake_answer *record = fake_on(&f, "/flows/F/runs/1", 200, run_of(5));
	fake_open(&f);
	CHECK_FATAL(mf_watch_open(&w, f.client, "F/1", NULL) == 0);
	for (int i = 0; i < 8; i++)
		CHECK(!ring(w));
	CHECK_INT(fake_count(&f, "/flows/F/runs/1/metadata"), 1);
	record->body = run_of(4);
	CHECK(ring(w));
	mf_watch_free(w);
	fake_close(&f);
}
