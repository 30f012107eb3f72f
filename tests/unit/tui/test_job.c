#include "../../support/test.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../../tui/job.h"

struct work {
	int n, spin;
	atomic_int ran, stop;
};

static int freed, delivered, parts, cancelled, in_order;

static void run(struct job *j, void *arg)
{
	struct work *w = arg;

	for (int i = 0; i < w->spin && !job_cancelled(j) && !atomic_load(&w->stop); i++)
		if (w->spin > 1000)
			usleep(100);
	if (w->n % 5 == 0)
		job_post(j, calloc(1, 4), free);
	atomic_fetch_add(&w->ran, 1);
}

static void free_work(void *arg)
{
	freed++;
	free(arg);
}

static void stop_work(void *arg)
{
	atomic_store(&((struct work *)arg)->stop, 1);
}

static void deliver(void *ctx, struct job_result *r)
{
	struct work *w = r->spec.arg;

	(void)ctx;
	if (r->part) {
		parts++;
		return;
	}
	if (w->n == in_order)
		in_order++;
	CHECK_INT(r->spec.kind, w->n);
	if (r->cancelled)
		cancelled++;
	else
		CHECK_INT(atomic_load(&w->ran), 1);
	delivered++;
}

static struct job_spec spec_of(int n, int spin, uint32_t view, uint32_t generation)
{
	struct work *w = calloc(1, sizeof(*w));
	w->n = n;
	w->spin = spin;
	return (struct job_spec){.run = run,
		.free = free_work,
		.cancel = stop_work,
		.arg = w,
		.view = view,
		.generation = generation,
		.kind = n};
}

static void reset(void)
{
	freed = delivered = parts = cancelled = in_order = 0;
}

void test_job__every_job_is_delivered_once(void)
{
	struct jobs *p;
	reset();
	CHECK_FATAL(jobs_new(&p, 4, NULL) == MF_OK);
	for (int i = 0; i < 500; i++) {
		struct job_spec s = spec_of(i, i % 7, 1 + (uint32_t)i % 3, 1);
		CHECK_INT(jobs_submit(p, &s, NULL), MF_OK);
	}
	for (int i = 0; i < 10000 && delivered < 500; i++) {
		struct pollfd f = {.fd = jobs_fd(p), .events = POLLIN};
		CHECK_INT(poll(&f, 1, 5000), 1);
		jobs_drain(p, deliver, NULL);
	}
	CHECK_INT(delivered, 500);
	CHECK_INT(parts, 100);
	CHECK_INT(freed, 500);
	CHECK_INT(cancelled, 0);
	CHECK_INT(jobs_pending(p, 0), 0);
	struct pollfd f = {.fd = jobs_fd(p), .events = POLLIN};
	CHECK_INT(poll(&f, 1, 0), 0);
	jobs_free(p);
}

void test_job__cancelling(void)
{
	struct jobs *p;
	reset();
	CHECK_FATAL(jobs_new(&p, 2, NULL) == MF_OK);
	for (int i = 0; i < 20; i++) {
		/* View 1 would take for ever, view 2 not. */
		struct job_spec s =
			spec_of(i, i % 2 ? 10 : 10000000, i % 2 ? 2 : 1, 1 + (uint32_t)i / 10);
		jobs_submit(p, &s, NULL);
	}
	CHECK_INT(jobs_pending(p, 1), 10);
	jobs_cancel(p, 1, 2); /* generation 1 of it */
	jobs_cancel(p, 1, 0); /* all */
	while (delivered < 20) {
		struct pollfd f = {.fd = jobs_fd(p), .events = POLLIN};
		if (poll(&f, 1, 5000) != 1)
			break;
		jobs_drain(p, deliver, NULL);
	}
	CHECK_INT(delivered, 20);
	CHECK_INT(cancelled, 10);
	CHECK_INT(freed, 20);
	jobs_free(p);
}

void test_job__freeing_stops_what_runs(void)
{
	struct jobs *p;
	reset();
	CHECK_FATAL(jobs_new(&p, 4, NULL) == MF_OK);
	for (int i = 0; i < 50; i++) {
		struct job_spec s = spec_of(i, 10000000, 1, 1);
		jobs_submit(p, &s, NULL);
	}
	jobs_free(p);
	CHECK_INT(freed, 50);
	jobs_free(NULL);
}

static void keep(void *ctx, struct job_result *r)
{
	*(void **)ctx = r->spec.arg;
	r->spec.arg = NULL;
}

void test_job__inline_and_kept(void)
{
	struct jobs *p;
	void *kept = NULL;
	reset();
	CHECK_FATAL(jobs_new(&p, 0, NULL) == MF_OK);
	for (int i = 0; i < 10; i++) {
		struct job_spec s = spec_of(i, 1, 1, 1);
		jobs_submit(p, &s, NULL);
	}
	CHECK_INT(delivered, 0);
	CHECK_INT(jobs_drain(p, deliver, NULL), 12);
	CHECK_INT(in_order, 10);
	struct job_spec s = spec_of(3, 1, 1, 1);
	jobs_submit(p, &s, NULL);
	jobs_drain(p, keep, &kept);
	CHECK_INT(freed, 10);
	CHECK(kept == s.arg);
	free(kept);
	jobs_free(p);
}

static int submit_some(void *arg)
{
	struct jobs *p;
	(void)arg;
	int rc = jobs_new(&p, 0, NULL);
	for (int i = 0; rc == MF_OK && i < 3; i++) {
		struct work *w = calloc(1, sizeof(*w));
		if (!w) {
			rc = MF_ENOMEM;
			break;
		}
		w->n = 1;
		rc = jobs_submit(
			p, &(struct job_spec){.run = run, .free = free, .arg = w, .kind = 1}, NULL);
	}
	jobs_free(p);
	return rc;
}

void test_job__out_of_memory(void)
{
	test_every_alloc(submit_some, NULL);
}

static void deaf(struct job *j, void *arg)
{
	struct work *w = arg;

	(void)j;
	while (!atomic_load(&w->stop))
		usleep(100);
	atomic_fetch_add(&w->ran, 1);
}

/* Jobs that do not listen hold nobody up: others run beside them, and stopping gives up in time. */
void test_job__deaf_ones(void)
{
	struct jobs *p;
	struct work stuck[2] = {0};

	CHECK_FATAL(jobs_new(&p, 2, NULL) == MF_OK);
	for (int i = 0; i < 2; i++) {
		struct job_spec s = {.run = deaf, .arg = &stuck[i], .view = 1};
		CHECK_INT(jobs_submit(p, &s, NULL), MF_OK);
	}
	for (int i = 0; i < 20; i++)
		usleep(1000); /* both have begun */
	jobs_cancel(p, 1, 0);
	delivered = cancelled = 0;
	struct job_spec s = spec_of(0, 1, 2, 1);
	CHECK_INT(jobs_submit(p, &s, NULL), MF_OK);
	for (int i = 0; i < 5000 && !delivered; i++) {
		usleep(1000);
		jobs_drain(p, deliver, NULL);
	}
	CHECK_INT(delivered, 1);
	CHECK(!jobs_stop(p, 10));
	atomic_store(&stuck[0].stop, 1);
	atomic_store(&stuck[1].stop, 1);
	CHECK(jobs_stop(p, 5000));
	jobs_free(p);
}
