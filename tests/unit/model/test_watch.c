#include "../../support/history.h"
#include "../../support/test.h"

#include <poll.h>

static bool stirs(struct mf_watch *w)
{
	struct pollfd p = {.fd = mf_watch_fd(w), .events = POLLIN};
	return poll(&p, 1, 2000) == 1 && mf_watch_changed(w);
}

void test_watch__sees_what_is_new(void)
{
	struct history h;
	struct mf_watch *w;
	struct mf_error err = MF_ERROR_INIT;
	history_init(&h);
	history_run(&h, "F/1", 1000, NULL, NULL);
	history_open(&h);
	CHECK_FATAL(mf_watch_open(&w, h.client, "F", &err) == 0);
	struct pollfd p = {.fd = mf_watch_fd(w), .events = POLLIN};
	CHECK_INT(poll(&p, 1, 0), 0);
	CHECK(!mf_watch_changed(w));
	history_run(&h, "F/2", 2000, NULL, NULL);
	CHECK(stirs(w));
	mf_watch_free(w);
	mf_watch_free(NULL);
	CHECK_FATAL(mf_watch_open(&w, h.client, "", &err) == 0);
	history_run(&h, "G/1", 2000, NULL, NULL);
	CHECK(stirs(w));
	mf_watch_free(w);
	CHECK_INT(mf_watch_open(&w, h.client, "F/1/s/t/a/b", NULL), MF_EUSAGE);
	history_close(&h);
}
