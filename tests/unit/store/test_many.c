#include "../../../clientlib/store/store.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../../clientlib/store/local.h"
#include "../../support/fakestore.h"
#include "../../support/history.h"
#include "../../support/test.h"

enum { MOST = 600, EACH = 50 };

static char data[MOST + EACH];

struct job {
	char keys[MOST][24];
	atomic_int told[MOST];
	int rcs[MOST];
	atomic_uint wrong, all;
	size_t stop_at; /* `done` of this one returns -99 */
};

static const char *job_key(void *self, size_t i)
{
	struct job *j = self;
	return j->keys[i][0] ? j->keys[i] : NULL;
}

static int job_done(void *self, size_t i, int rc, const struct buf *b,
	const struct store_info *info, const struct mf_error *err)
{
	struct job *j = self;
	atomic_fetch_add(&j->told[i], 1);
	atomic_fetch_add(&j->all, 1);
	j->rcs[i] = rc;
	bool right = rc == MF_OK ? b->n == EACH && memcmp(b->p, data + i, EACH) == 0 &&
					   info->size == EACH && err->code == MF_OK
				 : !b && err->code == rc;
	if (!right)
		atomic_fetch_add(&j->wrong, 1);
	return i == j->stop_at ? -99 : MF_OK;
}

static struct job *new_job(struct fakestore *f, size_t n)
{
	struct job *j = calloc(1, sizeof(*j));
	CHECK_FATAL(j != NULL && n <= MOST);
	j->stop_at = MOST;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7 + (i >> 8));
	for (size_t i = 0; i < n; i++) {
		snprintf(j->keys[i], sizeof(j->keys[i]), "k/%03zu", i);
		if (f)
			fake_put(f, j->keys[i], data + i, EACH, NULL);
	}
	return j;
}

static int run(
	struct store *s, struct job *j, size_t n, struct mf_cancel *cancel, struct mf_error *err)
{
	struct store_many m = {.n = n,
		.key = job_key,
		.done = job_done,
		.self = j,
		.limit = 100,
		.cancel = cancel};
	*err = (struct mf_error)MF_ERROR_INIT;
	return store_many(s, &m, err);
}

static bool each_told_once(const struct job *j, size_t n)
{
	for (size_t i = 0; i < MOST; i++)
		if (atomic_load(&j->told[i]) != (i < n))
			return false;
	return atomic_load(&j->wrong) == 0;
}

void test_many__all(void)
{
	static const size_t counts[] = {0, 1, 2, 31, 33, MOST};
	for (size_t k = 0; k < ARRAY_SIZE(counts); k++) {
		struct fakestore *f = fake_new();
		struct job *j = new_job(f, counts[k]);
		struct mf_error err;
		fake_clock_begin();
		fake_fault(f, NULL, FAKE_ANY, FAKE_BUSY, counts[k] ? 3 : 0, 0);
		fake_fault(f, NULL, FAKE_ANY, FAKE_RESET, counts[k] ? 2 : 0, 20);
		CHECK_INT(run(&f->store, j, counts[k], NULL, &err), MF_OK);
		CHECK(each_told_once(j, counts[k]));
		CHECK_INT(f->n_calls, counts[k] + (counts[k] ? 5 : 0));
		CHECK(f->peak <= 32);
		CHECK_INT(err.code, MF_OK);
		fake_clock_end();
		free(j);
		fake_free(f);
	}
}

static void *let_go_when_held(void *self)
{
	fake_wait_held(self, 32);
	fake_let_go(self);
	return NULL;
}

/* None of 32 ends before all of them have been asked for. */
void test_many__together(void)
{
	struct fakestore *f = fake_new();
	struct job *j = new_job(f, 40);
	struct mf_error err;
	pthread_t thread;
	fake_fault(f, NULL, FAKE_ANY, FAKE_HOLD, 32, 10);
	CHECK_FATAL(pthread_create(&thread, NULL, let_go_when_held, f) == 0);
	CHECK_INT(run(&f->store, j, 40, NULL, &err), MF_OK);
	pthread_join(thread, NULL);
	CHECK(each_told_once(j, 40));
	CHECK_INT(f->peak, 32);
	free(j);
	fake_free(f);
}

void test_many__errors_of_objects(void)
{
	struct fakestore *f = fake_new();
	struct job *j = new_job(f, 60);
	struct mf_error err;
	memcpy(j->keys[7], "missing", 8);
	j->keys[8][0] = '\0';
	fake_put(f, "k/009", data, 101, NULL);
	fake_fault(f, "k/010", FAKE_ANY, FAKE_DENIED, 1, 0);
	CHECK_INT(run(&f->store, j, 60, NULL, &err), MF_OK);
	CHECK(each_told_once(j, 60));
	CHECK_INT(j->rcs[6], MF_OK);
	CHECK_INT(j->rcs[7], MF_ENOTFOUND);
	CHECK_INT(j->rcs[8], MF_ENOMEM);
	CHECK_INT(j->rcs[9], MF_ELIMIT);
	CHECK_INT(j->rcs[10], MF_EACCESS);
	CHECK_INT(err.code, MF_OK);
	free(j);
	fake_free(f);
}

/* Who stops does not wait for requests that hang. */
void test_many__stopped(void)
{
	for (size_t n = 1; n <= MOST; n += MOST - 1) {
		struct fakestore *f = fake_new();
		struct job *j = new_job(f, n);
		struct mf_error err;
		j->stop_at = 0;
		for (unsigned i = 1; i < 9; i++)
			fake_fault(f, textf("k/%03u", i), FAKE_ANY, FAKE_HOLD, 1, 10);
		CHECK_INT(run(&f->store, j, n, NULL, &err), -99);
		CHECK_INT(err.code, MF_OK);
		CHECK_INT(atomic_load(&j->wrong), 0);
		CHECK(n == 1 || atomic_load(&j->all) < n);
		for (unsigned i = 1; i < 9; i++)
			CHECK_INT(atomic_load(&j->told[i]), 0);
		free(j);
		fake_free(f);
	}
}

struct canceller {
	struct fakestore *f;
	struct mf_cancel *cancel;
	unsigned held;
};

static void *cancel_when_held(void *self)
{
	struct canceller *c = self;
	fake_wait_held(c->f, c->held);
	mf_cancel_set(c->cancel);
	return NULL;
}

void test_many__cancelled(void)
{
	for (int bound = 0; bound < 2; bound++)
		for (size_t n = 1; n <= 101; n += 100) {
			struct fakestore *f = fake_new();
			struct job *j = new_job(f, n);
			struct mf_error err;
			struct canceller c = {f, mf_cancel_new(), n == 1 ? 1 : 32};
			pthread_t thread;
			fake_fault(f, NULL, FAKE_ANY, FAKE_HOLD, 1000, 10);
			CHECK_FATAL(pthread_create(&thread, NULL, cancel_when_held, &c) == 0);
			fake_bind(bound ? c.cancel : NULL);
			CHECK_INT(
				run(&f->store, j, n, bound ? NULL : c.cancel, &err), MF_ECANCELLED);
			fake_bind(NULL);
			pthread_join(thread, NULL);
			CHECK_INT(err.code, MF_ECANCELLED);
			CHECK_INT(atomic_load(&j->all), 0);
			CHECK_INT(f->active, 0);
			mf_cancel_free(c.cancel);
			free(j);
			fake_free(f);
		}
}

void test_many__local(void)
{
	const char *dir = test_dir();
	struct job *j = new_job(NULL, 200);
	struct mf_error err = MF_ERROR_INIT;
	struct store *s;
	for (size_t i = 0; i < 200; i++)
		test_write_bytes(textf("%s/%s", dir, j->keys[i]), data + i, EACH);
	CHECK_FATAL(store_local_new(&s, dir, &err) == MF_OK);
	char *where = strdup(dir);
	s->where = where;
	CHECK_INT(run(s, j, 200, NULL, &err), MF_OK);
	CHECK(each_told_once(j, 200));
	free(where);
	free(j);
	s->backend->free(s);
}

/* Without memory for threads the work is done here; without any, each object says so. */
void test_many__allocations(void)
{
	for (size_t n = 1; n < 4; n += 2)
		for (long at = 1; at < 100; at++) {
			struct fakestore *f = fake_new();
			struct job *j = new_job(f, n);
			struct mf_error err;
			test_fail_alloc(at);
			int rc = run(&f->store, j, n, NULL, &err);
			bool hit = test_alloc_failed();
			test_fail_alloc(0);
			CHECK_INT(rc, MF_OK);
			CHECK(each_told_once(j, n));
			for (size_t i = 0; i < n; i++)
				CHECK(j->rcs[i] == MF_OK || (hit && j->rcs[i] == MF_ENOMEM));
			free(j);
			fake_free(f);
			if (!hit)
				break;
		}
}
