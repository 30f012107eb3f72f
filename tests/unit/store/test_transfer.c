#include "../../../clientlib/store/transfer.h"

#include <stdlib.h>
#include <unistd.h>

#include "../../../clientlib/store/local.h"
#include "../../support/fakestore.h"
#include "../../support/history.h"
#include "../../support/test.h"

enum { PART = 2000, HEAD = 300, ROOMY = 1 << 24, MOST = 90 * PART };

static const struct transfer_limits limits = {PART, HEAD, ROOMY};
static char data[MOST];

static struct fakestore *begin(size_t n)
{
	struct fakestore *f = fake_new();
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)((i * i >> 5) + i / PART);
	fake_put(f, "k", data, n, NULL);
	fake_clock_begin();
	return f;
}

/* Nothing is left over: no request, no memory. */
static void end(struct fakestore *f)
{
	CHECK_INT(f->active, 0);
	CHECK_INT(transfer_memory_held(), 0);
	fake_clock_end();
	fake_free(f);
}

/* Read on to the end: how many right bytes came, from `at` on; -1: a wrong one. */
static int64_t drain(struct store_stream *st, size_t at, int *rc, struct mf_error *err)
{
	size_t begin = at;
	for (;;) {
		const char *p;
		size_t n;
		*rc = store_next(st, &p, &n, err);
		if (*rc < 0 || !n)
			return (int64_t)(at - begin);
		if (n > sizeof(data) - at || memcmp(p, data + at, n) != 0)
			return -1;
		at += n;
	}
}

/* Open, read all, close: the bytes that came. */
static int64_t read_all(struct fakestore *f, uint64_t head, int *rc, struct mf_error *err)
{
	struct store_stream *st;
	int64_t n = 0;
	*err = (struct mf_error)MF_ERROR_INIT;
	*rc = transfer_open(&f->store, "k", head, &limits, &st, NULL, err);
	if (*rc == MF_OK)
		n = drain(st, 0, rc, err);
	else
		CHECK(st == NULL);
	CHECK_INT(err->code, *rc);
	store_close(st);
	return n;
}

static uint64_t part_at(unsigned i)
{
	return (uint64_t)i * PART;
}

/* ---- the pace ---- */

void test_transfer__pace(void)
{
	struct transfer_pace p;
	pace_init(&p);
	CHECK_INT(p.window, TRANSFER_FIRST);
	CHECK_INT(pace_slow_after(&p), -1);
	/* ever as fast: one more each time, but not for ever */
	for (int i = 1; i <= 20; i++) {
		pace_arrived(&p, i * 100, 400);
		CHECK_INT(p.window,
			i + TRANSFER_FIRST < TRANSFER_MOST ? i + TRANSFER_FIRST : TRANSFER_MOST);
		CHECK_INT(pace_slow_after(&p), i < HEDGE_LEAST ? -1 : 1200);
	}
	/* those that were asked for together halve it once */
	pace_slowed(&p, 20, 36);
	CHECK_INT(p.window, 8);
	pace_slowed(&p, 35, 40);
	CHECK_INT(p.window, 8);
	pace_slowed(&p, 36, 42);
	CHECK_INT(p.window, 4);
	for (unsigned i = 0; i < 5; i++)
		pace_slowed(&p, 100 * i + 100, 100 * i + 101);
	CHECK_INT(p.window, 1);
}

void test_transfer__pace_falls(void)
{
	struct transfer_pace p;
	int64_t now = 0;
	pace_init(&p);
	for (int i = 0; i < 5; i++)
		pace_arrived(&p, now += 100, 10);
	CHECK_INT(p.window, 9);
	for (int i = 0; i < 3; i++)
		pace_arrived(&p, now += 200, 10);
	CHECK_INT(p.window, 12);
	/* four parts took twice as long as the four before */
	pace_arrived(&p, now += 200, 10);
	CHECK_INT(p.window, 12);
	/* it has become no slower since */
	for (int i = 0; i < 3; i++)
		pace_arrived(&p, now += 200, 10);
	CHECK(p.window > 12);
	/* parts that take no time at all are not slow at once */
	CHECK_INT(pace_slow_after(&p), HEDGE_MS);
	/* the median of the newest */
	for (int i = 0; i < 16; i++)
		pace_arrived(&p, now += 200, i < 9 ? 1000 : 90000);
	CHECK_INT(pace_slow_after(&p), 3000);
}

void test_transfer__memory(void)
{
	CHECK(transfer_memory_take(60, 100, false));
	CHECK(!transfer_memory_take(41, 100, false));
	CHECK(!transfer_memory_take(SIZE_MAX, 100, false));
	CHECK(transfer_memory_take(40, 100, false));
	CHECK(transfer_memory_take(7, 100, true));
	CHECK(!transfer_memory_take(1, 100, false));
	CHECK_INT(transfer_memory_held(), 107);
	transfer_memory_give(107);
	CHECK_INT(transfer_memory_held(), 0);
}

/* ---- whole objects ---- */

void test_transfer__sizes(void)
{
	static const size_t sizes[] = {
		0, 1, PART - 1, PART, PART + 1, 2 * PART, 2 * PART + 1, 9 * PART + 17, 60 * PART};
	static const uint64_t heads[] = {0, 1, HEAD, HEAD + 1, PART, UINT64_MAX};
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++)
		for (size_t k = 0; k < ARRAY_SIZE(heads); k++) {
			struct fakestore *f = begin(sizes[i]);
			struct store_stream *st;
			struct store_info info;
			struct mf_error err = MF_ERROR_INIT;
			uint64_t first = heads[k] == 1 || heads[k] == HEAD ? HEAD
					 : heads[k] == HEAD + 1            ? 2 * HEAD
									   : PART;
			int rc;
			CHECK_INT(
				transfer_open(&f->store, "k", heads[k], &limits, &st, &info, &err),
				MF_OK);
			CHECK_INT(info.size, sizes[i]);
			CHECK_INT(f->calls[0].n, first);
			CHECK_INT(drain(st, 0, &rc, &err), sizes[i]);
			CHECK_INT(drain(st, sizes[i], &rc, &err), 0);
			CHECK_INT(rc, MF_OK);
			store_close(st);
			/* each byte was asked for once */
			uint64_t rest = sizes[i] > first ? sizes[i] - first : 0,
				 parts = (rest + PART - 1) / PART;
			CHECK_INT(f->n_calls, 1 + parts);
			CHECK(f->peak <= TRANSFER_MOST);
			for (unsigned c = 0; c < parts; c++)
				CHECK_INT(fake_calls_at(f, first + part_at(c)), 1);
			for (unsigned c = 1; c < f->n_calls; c++) {
				uint64_t left = sizes[i] - f->calls[c].from;
				CHECK_INT(f->calls[c].n, left < PART ? left : PART);
				CHECK_STR(f->calls[c].if_match, "\"etag\"");
			}
			CHECK_STR(f->calls[0].if_match, "");
			end(f);
		}
}

/* The sizes that are in use, and a file of more than one window. */
void test_transfer__store_open(void)
{
	enum { SIZE = 2 * TRANSFER_PART + 12345 };
	struct fakestore *f = begin(0);
	struct store_stream *st;
	struct store_info info;
	struct mf_error err = MF_ERROR_INIT;
	char *big = malloc(SIZE);
	CHECK_FATAL(big != NULL);
	for (size_t i = 0; i < SIZE; i++)
		big[i] = (char)(i >> 3);
	fake_put(f, "big", big, SIZE, NULL);
	CHECK_INT(store_open(&f->store, "big", 1000, &st, &info, &err), MF_OK);
	store_close(st);
	CHECK_INT(f->calls[0].n, TRANSFER_HEAD);
	CHECK_INT(store_open(&f->store, "big", 0, &st, &info, &err), MF_OK);
	CHECK_INT(f->calls[1].n, TRANSFER_PART);
	size_t at = 0, n = 1;
	for (const char *p; n && store_next(st, &p, &n, &err) == MF_OK; at += n)
		CHECK(n <= SIZE - at && memcmp(p, big + at, n) == 0);
	CHECK_INT(at, SIZE);
	store_close(st);
	CHECK_INT(store_open(&f->store, "none", 0, &st, NULL, &err), MF_ENOTFOUND);
	CHECK(st == NULL && err.code == MF_ENOTFOUND);
	end(f);
	/* a file */
	const char *dir = test_dir();
	struct store *s;
	test_write_bytes(textf("%s/f", dir), big, 200000);
	err_clear(&err);
	CHECK_FATAL(store_local_new(&s, dir, &err) == MF_OK);
	CHECK_INT(store_open(s, "f", 0, &st, &info, &err), MF_OK);
	CHECK_INT(info.size, 200000);
	at = 0, n = 1;
	for (const char *p; n && store_next(st, &p, &n, &err) == MF_OK; at += n)
		CHECK(n <= 65536 && memcmp(p, big + at, n) == 0);
	CHECK_INT(at, 200000);
	store_close(st);
	CHECK_INT(store_open(s, "g", 0, &st, &info, &err), MF_ENOTFOUND);
	CHECK(st == NULL);
	store_close(NULL);
	s->backend->free(s);
	free(big);
}

/* Many at once share the memory of a few. */
void test_transfer__many_streams(void)
{
	struct fakestore *f = begin(PART);
	struct store_stream *st[TRANSFER_BIG + 2];
	struct mf_error err = MF_ERROR_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(st); i++) {
		CHECK_INT(store_open(&f->store, "k", 0, &st[i], NULL, &err), MF_OK);
		CHECK(f->calls[i].n == (i < TRANSFER_BIG ? TRANSFER_PART : TRANSFER_SMALL));
	}
	struct store_stream *none;
	CHECK_INT(store_open(&f->store, "none", 0, &none, NULL, &err), MF_ENOTFOUND);
	store_close(st[ARRAY_SIZE(st) - 1]);
	store_close(st[ARRAY_SIZE(st) - 2]);
	store_close(st[ARRAY_SIZE(st) - 3]);
	CHECK_INT(store_open(&f->store, "k", 0, &st[ARRAY_SIZE(st) - 1], NULL, NULL), MF_OK);
	CHECK(f->calls[f->n_calls - 1].n == TRANSFER_PART);
	for (size_t i = 0; i < ARRAY_SIZE(st); i++)
		if (i < ARRAY_SIZE(st) - 3 || i == ARRAY_SIZE(st) - 1)
			store_close(st[i]);
	end(f);
}

void test_transfer__preview_reads_no_more(void)
{
	struct fakestore *f = begin(20 * PART);
	struct store_stream *st;
	const char *p;
	size_t n;
	CHECK_INT(transfer_open(&f->store, "k", 1, &limits, &st, NULL, NULL), MF_OK);
	CHECK_INT(store_next(st, &p, &n, NULL), MF_OK);
	CHECK(n == HEAD && memcmp(p, data, n) == 0);
	CHECK(st && fake_calls(f) == 1);
	store_close(st);
	CHECK_INT(f->n_calls, 1);
	end(f);
}

/* ---- ahead ---- */

struct reader {
	struct fakestore *f;
	int64_t n;
	int rc;
	struct mf_error err;
};

static void *read_in_thread(void *self)
{
	struct reader *r = self;
	r->n = read_all(r->f, 0, &r->rc, &r->err);
	return NULL;
}

/* The other parts are asked for while the front is on its way, as many as the window allows. */
void test_transfer__does_not_wait_for_the_front(void)
{
	struct fakestore *f = begin(12 * PART + 5);
	struct reader r = {.f = f};
	pthread_t thread;
	fake_fault(f, "k", 0, FAKE_HOLD, 1, 10);
	for (unsigned i = 1; i < 4; i++)
		fake_fault(f, "k", part_at(i), FAKE_HOLD, 1, 10);
	CHECK_FATAL(pthread_create(&thread, NULL, read_in_thread, &r) == 0);
	fake_wait_held(f, 4);
	CHECK_INT(fake_calls(f), 4);
	fake_let_go(f);
	pthread_join(thread, NULL);
	CHECK_INT(r.rc, MF_OK);
	CHECK_INT(r.n, 12 * PART + 5);
	end(f);
}

/* Who does not read on is not run away from. */
void test_transfer__window(void)
{
	struct fakestore *f = begin(60 * PART);
	struct store_stream *st;
	const char *p;
	size_t n;
	int rc;
	CHECK_INT(transfer_open(&f->store, "k", 0, &limits, &st, NULL, NULL), MF_OK);
	CHECK_INT(store_next(st, &p, &n, NULL), MF_OK);
	CHECK_INT(store_next(st, &p, &n, NULL), MF_OK);
	CHECK(n == PART && memcmp(p, data + PART, n) == 0);
	/* it is full when the front has gone, and parts 1 to 16 have come */
	fake_wait_calls(f, TRANSFER_MOST + 1);
	usleep(20000);
	CHECK_INT(fake_calls(f), TRANSFER_MOST + 1);
	CHECK(memcmp(p, data + PART, n) == 0);
	CHECK_INT(drain(st, 2 * PART, &rc, NULL), 58 * PART);
	store_close(st);
	CHECK(f->peak <= TRANSFER_MOST);
	CHECK(f->peak_memory <= (TRANSFER_MOST + 1) * PART);
	end(f);
}

/* Streams that read in turns, with memory for few parts or none. */
void test_transfer__shared_memory(void)
{
	enum { STREAMS = 5 };
	static const unsigned parts[] = {0, 3, 12};
	for (size_t k = 0; k < ARRAY_SIZE(parts); k++) {
		struct transfer_limits tight = {PART, HEAD, parts[k] * PART};
		struct fakestore *f = begin(15 * PART + 1);
		struct store_stream *st[STREAMS];
		size_t at[STREAMS] = {0}, left = STREAMS;
		for (unsigned i = 0; i < STREAMS; i++)
			CHECK_INT(transfer_open(&f->store, "k", 0, &tight, &st[i], NULL, NULL),
				MF_OK);
		while (left)
			for (unsigned i = 0; i < STREAMS; i++) {
				const char *p;
				size_t n;
				if (!st[i])
					continue;
				CHECK_FATAL(store_next(st[i], &p, &n, NULL) == MF_OK);
				CHECK(n <= sizeof(data) - at[i] && memcmp(p, data + at[i], n) == 0);
				at[i] += n;
				if (!n) {
					CHECK_INT(at[i], 15 * PART + 1);
					store_close(st[i]);
					st[i] = NULL;
					left--;
				}
			}
		/* each its front and one part; the others within the limit */
		CHECK(f->peak_memory <= (2 * STREAMS + parts[k]) * PART);
		end(f);
	}
}

/* ---- faults ---- */

void test_transfer__passing_faults(void)
{
	static const enum fake_kind kinds[] = {FAKE_BUSY, FAKE_RESET, FAKE_SHORT};
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		for (unsigned part = 0; part < 9; part += 4)
			for (uint64_t head = 0; head < 2; head++) {
				struct fakestore *f = begin(11 * PART);
				struct mf_error err;
				uint64_t at = part_at(part);
				int rc;
				if (head && part)
					at -= PART - HEAD;
				fake_fault(f, "k", (int64_t)at, kinds[k], 3, 100);
				CHECK_INT(read_all(f, head, &rc, &err), 11 * PART);
				CHECK_INT(rc, MF_OK);
				CHECK(fake_calls_at(f, at) >= 4);
				end(f);
			}
}

void test_transfer__failing_part(void)
{
	for (unsigned part = 0; part < 9; part++) {
		struct fakestore *f = begin(11 * PART);
		struct store_stream *st = NULL;
		struct mf_error err;
		int rc;
		fake_fault(f, "k", (int64_t)part_at(part), FAKE_DENIED, 99, 0);
		CHECK_INT(read_all(f, 0, &rc, &err), part_at(part));
		CHECK_INT(rc, MF_EACCESS);
		CHECK_STR(err.message, "no access");
		CHECK_INT(err.http_status, 403);
		/* it stays so */
		err_clear(&err);
		rc = transfer_open(&f->store, "k", 0, &limits, &st, NULL, &err);
		CHECK_INT(rc, part ? MF_OK : MF_EACCESS);
		for (int i = 0; st && i < 2; i++) {
			err_clear(&err);
			CHECK_INT(drain(st, 0, &rc, &err), i ? 0 : part_at(part));
			CHECK_INT(rc, MF_EACCESS);
			CHECK_INT(err.code, MF_EACCESS);
		}
		store_close(st);
		end(f);
	}
}

void test_transfer__error_without_words(void)
{
	for (unsigned part = 0; part < 2; part++) {
		struct fakestore *f = begin(4 * PART);
		struct mf_error err;
		int rc;
		fake_fault(f, "k", (int64_t)part_at(part), FAKE_WORDLESS, 99, 0);
		CHECK_INT(read_all(f, 0, &rc, &err), part_at(part));
		CHECK_INT(rc, MF_ECORRUPT);
		CHECK(err.message[0] != '\0');
		end(f);
	}
}

/* A part that never comes whole. */
void test_transfer__faults_without_end(void)
{
	static const enum fake_kind kinds[] = {FAKE_BUSY, FAKE_RESET, FAKE_SHORT, FAKE_LONG};
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		struct fakestore *f = begin(7 * PART);
		struct mf_error err;
		int rc;
		fake_fault(f, "k", 2 * PART, kinds[k], 99, 100);
		CHECK_INT(read_all(f, 0, &rc, &err), 2 * PART);
		CHECK_INT(rc, MF_ENETWORK);
		CHECK(err.message[0] && err.where[0]);
		end(f);
	}
}

void test_transfer__changed(void)
{
	static const enum fake_kind kinds[] = {FAKE_OTHER, FAKE_SIZE, FAKE_CHANGED, FAKE_END};
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		for (int tagged = 0; tagged < 2; tagged++) {
			struct fakestore *f = begin(7 * PART);
			struct mf_error err;
			int rc;
			fake_put(f, "k", data, 7 * PART, tagged ? NULL : "");
			fake_fault(f, "k", 3 * PART, kinds[k], 1, 0);
			int64_t n = read_all(f, 0, &rc, &err);
			for (unsigned i = 1; i < f->n_calls; i++)
				CHECK_STR(f->calls[i].if_match, tagged ? "\"etag\"" : "");
			if (kinds[k] == FAKE_OTHER && !tagged) { /* there is nothing to compare */
				CHECK_INT(n, 7 * PART);
			} else {
				CHECK_INT(n, 3 * PART);
				CHECK_INT(rc, MF_ECORRUPT);
				CHECK_STR(err.message, "the object has changed while it was read");
				CHECK_STR(err.where, "fake://bucket/k");
			}
			end(f);
		}
}

/* A weak etag is compared here, and not by the server, where it never matches. */
void test_transfer__weak_etag(void)
{
	struct fakestore *f = begin(5 * PART);
	struct mf_error err;
	int rc;
	fake_put(f, "k", data, 5 * PART, "W/\"1\"");
	CHECK_INT(read_all(f, 0, &rc, &err), 5 * PART);
	for (unsigned i = 1; i < f->n_calls; i++)
		CHECK_STR(f->calls[i].if_match, "");
	fake_fault(f, "k", 3 * PART, FAKE_OTHER, 1, 0);
	CHECK_INT(read_all(f, 0, &rc, &err), 3 * PART);
	CHECK_INT(rc, MF_ECORRUPT);
	end(f);
}

/* The front breaks off, and when it is asked for again the object is another one. */
void test_transfer__front_changes(void)
{
	struct fakestore *f = begin(PART / 2);
	struct mf_error err;
	int rc;
	/* nothing has been read of a small one */
	fake_fault(f, "k", 0, FAKE_RESET, 1, 700);
	fake_fault(f, "k", 0, FAKE_OTHER, 1, 0);
	CHECK_INT(read_all(f, 0, &rc, &err), PART / 2);
	CHECK_INT(rc, MF_OK);
	end(f);
	/* but of a large one */
	f = begin(5 * PART);
	fake_fault(f, "k", 0, FAKE_RESET, 1, 700);
	fake_fault(f, "k", 0, FAKE_OTHER, 1, 0);
	CHECK_INT(read_all(f, 0, &rc, &err), 0);
	CHECK_INT(rc, MF_ECORRUPT);
	CHECK(strstr(err.message, "changed") != NULL);
	end(f);
}

/* ---- parts that hang ---- */

void test_transfer__hedge(void)
{
	struct fakestore *f = begin(14 * PART);
	struct store_stream *st;
	struct mf_error err = MF_ERROR_INIT;
	int rc;
	/* nobody lets it go */
	fake_fault(f, "k", 9 * PART, FAKE_HOLD, 1, 100);
	CHECK_INT(transfer_open(&f->store, "k", 0, &limits, &st, NULL, &err), MF_OK);
	CHECK_INT(drain(st, 0, &rc, &err), 14 * PART);
	CHECK_INT(rc, MF_OK);
	CHECK_INT(fake_calls_at(f, 9 * PART), 2);
	/* the one that was too slow is ended, and not only when all is */
	fake_wait_cancelled(f, 1);
	store_close(st);
	end(f);
}

static void *let_go_when_denied(void *self)
{
	fake_wait_denied(self, 1);
	fake_let_go(self);
	return NULL;
}

/* The second request fails, and the first one comes after all. */
void test_transfer__hedge_fails(void)
{
	struct fakestore *f = begin(14 * PART);
	struct mf_error err;
	pthread_t thread;
	int rc;
	fake_fault(f, "k", 9 * PART, FAKE_HOLD, 1, 100);
	fake_fault(f, "k", 9 * PART, FAKE_DENIED, 99, 0);
	CHECK_FATAL(pthread_create(&thread, NULL, let_go_when_denied, f) == 0);
	CHECK_INT(read_all(f, 0, &rc, &err), 14 * PART);
	pthread_join(thread, NULL);
	CHECK_INT(rc, MF_OK);
	CHECK_INT(fake_calls_at(f, 9 * PART), 2);
	end(f);
}

/* Of few parts nobody knows how long they take. */
void test_transfer__no_hedge_at_first(void)
{
	struct fakestore *f = begin(14 * PART);
	struct reader r = {.f = f};
	pthread_t thread;
	fake_fault(f, "k", 1 * PART, FAKE_HOLD, 1, 100);
	for (unsigned i = 4; i < 14; i++)
		fake_fault(f, "k", (int64_t)part_at(i), FAKE_HOLD, 1, 100);
	CHECK_FATAL(pthread_create(&thread, NULL, read_in_thread, &r) == 0);
	fake_wait_held(f, 4);
	usleep(120000);
	CHECK_INT(fake_calls_at(f, PART), 1);
	fake_let_go(f);
	pthread_join(thread, NULL);
	CHECK_INT(r.rc, MF_OK);
	CHECK_INT(r.n, 14 * PART);
	end(f);
}

struct canceller {
	struct fakestore *f;
	struct mf_cancel *cancel;
};

static void *cancel_when_held(void *self)
{
	struct canceller *c = self;
	fake_wait_held(c->f, 1);
	mf_cancel_set(c->cancel);
	return NULL;
}

void test_transfer__cancelled(void)
{
	for (unsigned part = 0; part < 4; part++) {
		struct fakestore *f = begin(14 * PART);
		struct canceller c = {f, mf_cancel_new()};
		struct store_stream *st;
		struct mf_error err = MF_ERROR_INIT;
		pthread_t thread;
		int rc;
		fake_fault(f, "k", (int64_t)part_at(part), FAKE_HOLD, 99, 100);
		CHECK_FATAL(pthread_create(&thread, NULL, cancel_when_held, &c) == 0);
		fake_bind(c.cancel);
		rc = transfer_open(&f->store, "k", 0, &limits, &st, NULL, &err);
		if (rc == MF_OK) {
			CHECK(part > 0);
			CHECK(drain(st, 0, &rc, &err) <= (int64_t)part_at(part));
		}
		CHECK_INT(rc, MF_ECANCELLED);
		CHECK_INT(err.code, MF_ECANCELLED);
		fake_bind(NULL);
		pthread_join(thread, NULL);
		/* it is over, whoever asks */
		if (st) {
			const char *p;
			size_t n;
			CHECK_INT(store_next(st, &p, &n, NULL), MF_ECANCELLED);
		}
		store_close(st);
		mf_cancel_free(c.cancel);
		end(f);
	}
}

/* At any moment, also while all that is under way hangs. */
void test_transfer__closed_early(void)
{
	for (unsigned reads = 0; reads < 12; reads++)
		for (unsigned hang = 0; hang < 2; hang++) {
			struct fakestore *f = begin(30 * PART);
			struct store_stream *st;
			const char *p;
			size_t n;
			CHECK_INT(
				transfer_open(&f->store, "k", reads % 2, &limits, &st, NULL, NULL),
				MF_OK);
			for (unsigned i = 0; i < reads; i++)
				CHECK_INT(store_next(st, &p, &n, NULL), MF_OK);
			if (hang) {
				fake_fault(f, "k", FAKE_ANY, FAKE_HOLD, 99, 100);
				for (unsigned i = 0; i < 3 && reads < 3; i++)
					sched_yield();
			}
			store_close(st);
			end(f);
		}
}

/* ---- memory that is not there ---- */

void test_transfer__allocations(void)
{
	for (uint64_t head = 0; head < 2; head++)
		for (long at = 1; at < 100; at++) {
			struct fakestore *f = begin(9 * PART);
			struct mf_error err;
			int rc;
			test_fail_alloc(at);
			int64_t n = read_all(f, head, &rc, &err);
			bool hit = test_alloc_failed();
			test_fail_alloc(0);
			CHECK(rc == MF_OK ? n == 9 * PART : hit && rc == MF_ENOMEM);
			end(f);
			if (!hit)
				break;
		}
}

/* The same in the threads: fewer of them, or fewer parts at a time, or an error. */
void test_transfer__allocations_of_lanes(void)
{
	for (unsigned part = 1; part < 10; part++)
		for (size_t at = 1; at < 4; at++) {
			struct fakestore *f = begin(20 * PART);
			struct mf_error err;
			int rc;
			fake_fault(f, "k", (int64_t)part_at(part), FAKE_NO_MEMORY, 1, at);
			int64_t n = read_all(f, 0, &rc, &err);
			CHECK(rc == MF_OK ? n == 20 * PART : rc == MF_ENOMEM && n >= 0);
			end(f);
		}
}
