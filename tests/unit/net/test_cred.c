/* The chain, and what sources share. covers: clientlib/net/cred_run.c */
#include "../../../clientlib/net/cred.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "../../../clientlib/base/fmt.h"
#include "../../support/history.h"
#include "../../support/test.h"

/* ---- values ---- */

void test_cred__copies(void)
{
	struct cred a = CRED_INIT, b = CRED_INIT;
	CHECK_INT(cred_set(&a, CRED_KEYS, "id", "secret", NULL, "here", 7, NULL), MF_OK);
	CHECK_INT(cred_copy(&b, &a, NULL), MF_OK);
	CHECK_INT(cred_set(&a, CRED_BEARER, NULL, NULL, "token", NULL, MF_NO_TIME, NULL), MF_OK);
	CHECK_STR(b.id, "id");
	CHECK_STR(b.secret, "secret");
	CHECK(!b.token);
	CHECK_STR(b.source, "here");
	CHECK_INT(b.expires, 7);
	CHECK(!a.id && !a.secret && !a.source && a.kind == CRED_BEARER);
	cred_release(&a);
	cred_release(&b);
	CHECK(!b.id && b.kind == CRED_NONE && b.expires == MF_NO_TIME);
}

static int set_one(void *arg)
{
	struct cred c = CRED_INIT;
	(void)arg;
	int rc = cred_set(&c, CRED_KEYS, "a", "b", "c", "d", 0, NULL);
	CHECK(rc == 0 || !c.id);
	cred_release(&c);
	return rc;
}

void test_cred__set_allocation_failure(void)
{
	test_every_alloc(set_one, NULL);
}

void test_cred__environment(void)
{
	static const char *const env[] = {"AB=1", "A=2", "EMPTY=", "A=3", NULL};
	struct cred_context x = {.environ = env};
	CHECK_STR(cred_env(&x, "A"), "2");
	CHECK(!cred_env(&x, "EMPTY") && !cred_env(&x, "B") && !cred_env(&x, "AB=1"));
	x.environ = NULL;
	CHECK(!cred_env(&x, "A"));
	int64_t now = clock_now_ms();
	CHECK(cred_now(&x) >= now && cred_now(&x) < now + 60000);
	x.now = 5;
	CHECK_INT(cred_now(&x), 5);
}

void test_cred__times(void)
{
	static const struct {
		const char *text;
		int64_t ms;
	} t[] = {
		{"2026-11-21T01:33:34Z", INT64_C(1795224814000)},
		{"2026-11-21T01:33:34.25Z", INT64_C(1795224814250)},
		{"2026-11-21T03:33:34+02:00", INT64_C(1795224814000)},
		{"2026-11-20T20:33:34-0500", INT64_C(1795224814000)},
		{"2026-11-21T01:33:34UTC", INT64_C(1795224814000)},
		{"2026-11-21 01:33:34.123456Z", INT64_C(1795224814123)},
		{"2026-11-21T01:33:34", MF_NO_TIME},
		{"2026-11-21", MF_NO_TIME},
		{"2026-02-31T01:33:34Z", MF_NO_TIME},
		{"2026-11-21T01:33:34Zx", MF_NO_TIME},
		{"now", MF_NO_TIME},
		{"", MF_NO_TIME},
		{"2026-11-21T01:33:34.000000000000000000000000000000000000000Z", MF_NO_TIME},
	};
	for (size_t i = 0; i < ARRAY_SIZE(t); i++)
		CHECK_INT(cred_time(t[i].text, strlen(t[i].text)), t[i].ms);
	CHECK_INT(cred_time("2026-11-21T01:33:34Z…", 20), INT64_C(1795224814000));
	CHECK_INT(cred_time("2026-11-21T01:33:34\0Z", 21), MF_NO_TIME);
}

void test_cred__files(void)
{
	const char *dir = test_dir();
	char *text;
	size_t n;
	struct mf_error err = MF_ERROR_INIT;
	test_write(dir, "empty", "");
	test_write(dir, "two", "a\nb");
	CHECK_INT(cred_read_file(&text, &n, textf("%s/two", dir), NULL), MF_OK);
	CHECK_STR(text, "a\nb");
	CHECK_INT(n, 3);
	cred_wipe(text);
	CHECK_INT(cred_read_file(&text, &n, textf("%s/empty", dir), NULL), MF_OK);
	CHECK_STR(text, "");
	cred_wipe(text);
	CHECK_INT(cred_read_file(&text, &n, textf("%s/none", dir), &err), MF_ENOTFOUND);
	CHECK_STR(err.where, textf("%s/none", dir));
	CHECK(!text);
	char *big = calloc(1, (1 << 20) + 2);
	CHECK_FATAL(big != NULL);
	memset(big, 'x', (1 << 20) + 1);
	test_write(dir, "big", big);
	free(big);
	CHECK_INT(cred_read_file(&text, &n, textf("%s/big", dir), NULL), MF_ELIMIT);
	CHECK_INT(cred_read_file(&text, &n, dir, NULL), MF_ECORRUPT);
}

/* ---- commands ---- */

static const char *const run_env[] = {"PATH=/nowhere:/usr/bin:/bin", "WORD=from the context", NULL};

static int run(const char *script, char **out, struct mf_cancel *cancel, struct mf_error *err)
{
	size_t n;
	struct cred_context x = {.environ = run_env, .cwd = test_dir()};
	const char *const argv[] = {"sh", "-c", script, "a b", "*", NULL};
	*err = (struct mf_error)MF_ERROR_INIT;
	int rc = cred_run(out, &n, argv, &x, cancel, err);
	CHECK(rc < 0 ? !*out : n == strlen(*out));
	return rc;
}

void test_cred__commands(void)
{
	struct mf_error err;
	char *out;
	CHECK_INT(run("echo \"$WORD|$0|$1|$#\"; read x || echo none; echo noise >&2", &out, NULL,
			  &err),
		MF_OK);
	CHECK_STR(out, "from the context|a b|*|1\nnone\n");
	cred_wipe(out);
	CHECK_INT(run("true", &out, NULL, &err), MF_OK);
	CHECK_STR(out, "");
	cred_wipe(out);
	/* more than a pipe holds, on both sides */
	CHECK_INT(run("i=0; while [ $i -lt 3000 ]; do echo "
		      "0123456789012345678901234567890123456789; i=$((i+1)); "
		      "echo 0123456789012345678901234567890123456789 >&2; done",
			  &out, NULL, &err),
		MF_OK);
	CHECK_INT(strlen(out), 3000 * 41);
	cred_wipe(out);
	/* a child that lives on holds the pipes, and nobody up */
	int64_t began = clock_now_ms();
	CHECK_INT(run("sleep 5 & echo done", &out, NULL, &err), MF_OK);
	CHECK_STR(out, "done\n");
	CHECK(clock_now_ms() - began < 4500);
	cred_wipe(out);
}

void test_cred__commands_that_fail(void)
{
	struct mf_error err;
	char *out;
	CHECK_INT(run("echo secret; echo first >&2; printf 'the \\033[1mlast\\n\\n' >&2; exit 3",
			  &out, NULL, &err),
		MF_EFAILED);
	CHECK_STR(err.message, "“sh” ended with status 3: the \\x1b[1mlast");
	CHECK_INT(run("kill -9 $$", &out, NULL, &err), MF_EFAILED);
	CHECK_STR(err.message, "“sh” was ended by signal 9");
	CHECK_INT(run("head -c 3000000 /dev/zero", &out, NULL, &err), MF_ELIMIT);
	CHECK_STR(err.message, "“sh” prints too much");

	struct cred_context x = {.environ = run_env};
	const char *dir = test_dir();
	static const char *const names[] = {
		"mfkit-no-such-program", "./none", "", "/etc/passwd", "/tmp"};
	x.cwd = dir;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t n;
		const char *const argv[] = {names[i], NULL};
		err = (struct mf_error)MF_ERROR_INIT;
		CHECK_INT(cred_run(&out, &n, argv, &x, NULL, &err), MF_ENOTFOUND);
		CHECK_STR(err.message, textf("there is no program “%s”", names[i]));
	}
	/* relative to the context's directory */
	size_t n;
	const char *const argv[] = {"./here", NULL};
	test_write(dir, "here", "#!/bin/sh\necho here");
	chmod(textf("%s/here", dir), 0755);
	CHECK_INT(cred_run(&out, &n, argv, &x, NULL, NULL), MF_OK);
	CHECK_STR(out, "here\n");
	cred_wipe(out);
}

static void *cancel_soon(void *arg)
{
	clock_sleep_ms(100);
	mf_cancel_set(arg);
	return NULL;
}

void test_cred__commands_cancelled(void)
{
	struct mf_cancel *cancel = mf_cancel_new();
	struct mf_error err;
	pthread_t t;
	char *out;
	int64_t began = clock_now_ms();
	CHECK_FATAL(pthread_create(&t, NULL, cancel_soon, cancel) == 0);
	CHECK_INT(
		run("exec >/dev/null 2>&1; sleep 30; sleep 30", &out, cancel, &err), MF_ECANCELLED);
	CHECK(clock_now_ms() - began < 5000);
	pthread_join(t, NULL);
	mf_cancel_free(cancel);
}

static int run_true(void *arg)
{
	struct cred_context x = {.environ = run_env};
	const char *const argv[] = {"echo", "a", NULL};
	char *out;
	size_t n;
	(void)arg;
	int rc = cred_run(&out, &n, argv, &x, NULL, NULL);
	cred_wipe(out);
	return rc;
}

void test_cred__commands_allocation_failure(void)
{
	test_every_alloc(run_true, NULL);
}

/* ---- the chain ---- */

struct plan {
	atomic_int asked;
	int rc; /* 1: gives keys */
	int64_t expires;
	bool same;      /* always the same keys, else numbered ones */
	int ms;         /* so long it takes */
	bool by_cancel; /* until it is cancelled */
	struct cred_context x;
};

static int fetch_none(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	(void)self, (void)x, (void)out, (void)cancel, (void)err;
	return 0;
}

static int fetch_plan(void *self, const struct cred_context *x, struct cred *out,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct plan *p = self;
	int n = atomic_fetch_add(&p->asked, 1) + 1;
	char id[16];
	CHECK(x == &p->x);
	for (int ms = 0; ms < p->ms && !(p->by_cancel && mf_cancel_is_set(cancel)); ms += 5)
		clock_sleep_ms(5);
	if (p->by_cancel && mf_cancel_is_set(cancel))
		return err_set(err, MF_ECANCELLED, "cancelled");
	if (p->rc < 0)
		return err_set(err, p->rc, "refusal %d", n);
	snprintf(id, sizeof(id), "%d", p->same ? 0 : n);
	int rc = p->rc ? cred_set(out, CRED_KEYS, id, "s", NULL, "plan", p->expires, err) : 0;
	return rc < 0 ? rc : p->rc;
}

static const struct cred_source plans[] = {
	{"none", fetch_none}, {"plan", fetch_plan}, {NULL, NULL}};

/* The id that is given, or the error's message. */
static const char *get(struct cred_chain *c, const struct cred *bad)
{
	struct cred out = CRED_INIT;
	struct mf_error err = MF_ERROR_INIT;
	int rc = cred_chain_get(c, bad, &out, NULL, &err);
	CHECK(rc == err.code);
	const char *text = textf("%s", rc < 0 ? err.message : out.id);
	cred_release(&out);
	return text;
}

void test_cred__chain_order(void)
{
	static const struct cred_source nobody[] = {{"none", fetch_none}, {NULL, NULL}};
	struct plan p = {.rc = 1, .expires = MF_NO_TIME};
	struct cred_chain *c;
	struct cred out = CRED_INIT;
	struct mf_error err = MF_ERROR_INIT;
	CHECK_INT(cred_chain_new(&c, nobody, &p, &p.x, NULL), MF_OK);
	cred_chain_nothing(c, "nobody has any", "get some");
	CHECK_INT(cred_chain_get(c, NULL, &out, NULL, &err), MF_EACCESS);
	CHECK_STR(err.message, "nobody has any");
	CHECK_STR(err.hint, "get some");
	cred_chain_free(c);
	CHECK_INT(cred_chain_new(&c, plans, &p, &p.x, NULL), MF_OK);
	CHECK_STR(get(c, NULL), "1");
	CHECK_STR(get(c, NULL), "1");
	CHECK_INT(p.asked, 1);
	cred_chain_free(c);
	p.rc = MF_EUSAGE;
	CHECK_INT(cred_chain_new(&c, plans, &p, &p.x, NULL), MF_OK);
	CHECK_STR(get(c, NULL), "refusal 2");
	CHECK_STR(get(c, NULL), "refusal 3"); /* an error is not kept */
	CHECK_INT(cred_chain_get(c, NULL, &out, NULL, NULL), MF_EUSAGE);
	p.rc = 1;
	CHECK_STR(get(c, NULL), "5");
	cred_chain_free(c);
	cred_chain_free(NULL);
}

void test_cred__chain_renewal(void)
{
	enum { HOUR = 3600 * 1000, T = 1000000000 };
	struct plan p = {.rc = 1, .expires = T + HOUR, .x = {.now = T}};
	struct cred_chain *c;
	CHECK_INT(cred_chain_new(&c, plans, &p, &p.x, NULL), MF_OK);
	CHECK_STR(get(c, NULL), "1");
	p.x.now = T + HOUR - CRED_EARLY - 1;
	CHECK_STR(get(c, NULL), "1");
	/* a renewal that fails while the old ones hold is none's business, and not tried at once
	 * again */
	p.x.now = T + HOUR - CRED_EARLY;
	p.rc = MF_ENETWORK;
	CHECK_STR(get(c, NULL), "1");
	CHECK_STR(get(c, NULL), "1");
	CHECK_INT(p.asked, 2);
	p.x.now += 30 * 1000;
	CHECK_STR(get(c, NULL), "1");
	CHECK_INT(p.asked, 3);
	/* but at their end it is */
	p.x.now = T + HOUR;
	CHECK_STR(get(c, NULL), "refusal 4");
	p.rc = 1;
	p.expires = p.x.now + 2 * 60 * 1000; /* shorter than CRED_EARLY: half of it counts */
	CHECK_STR(get(c, NULL), "5");
	p.x.now += 59 * 1000;
	CHECK_STR(get(c, NULL), "5");
	p.x.now += 1000;
	p.expires = MF_NO_TIME;
	CHECK_STR(get(c, NULL), "6");
	p.x.now += INT64_C(1) << 40;
	CHECK_STR(get(c, NULL), "6");
	cred_chain_free(c);
}

void test_cred__chain_refused(void)
{
	struct plan p = {.rc = 1, .expires = MF_NO_TIME, .x = {.now = 1000}};
	struct cred_chain *c;
	struct cred bad = CRED_INIT;
	CHECK_INT(cred_chain_new(&c, plans, &p, &p.x, NULL), MF_OK);
	CHECK_INT(cred_chain_get(c, NULL, &bad, NULL, NULL), MF_OK);
	CHECK_STR(get(c, &bad), "2");
	CHECK_STR(get(c, &bad), "2"); /* they are not in force any more */
	CHECK_INT(p.asked, 2);
	CHECK_INT(cred_chain_get(c, NULL, &bad, NULL, NULL), MF_OK);
	p.rc = MF_EACCESS; /* an error, though they would hold */
	CHECK_STR(get(c, &bad), "refusal 3");
	CHECK_STR(get(c, &bad), "refusal 3"); /* not asked again at once */
	CHECK_STR(get(c, NULL), "2");
	p.x.now += 30 * 1000;
	CHECK_STR(get(c, &bad), "refusal 4");
	cred_release(&bad);
	cred_chain_free(c);

	/* a source that has the same ones only */
	p = (struct plan){.rc = 1, .expires = MF_NO_TIME, .same = true, .x = {.now = 1000}};
	CHECK_INT(cred_chain_new(&c, plans, &p, &p.x, NULL), MF_OK);
	CHECK_INT(cred_chain_get(c, NULL, &bad, NULL, NULL), MF_OK);
	CHECK_STR(get(c, &bad), "0");
	CHECK_STR(get(c, &bad), "0");
	CHECK_INT(p.asked, 2);
	p.x.now += 30 * 1000;
	CHECK_STR(get(c, &bad), "0");
	CHECK_INT(p.asked, 3);
	cred_release(&bad);
	cred_chain_free(c);
}

struct asker {
	struct cred_chain *c;
	struct mf_cancel *cancel;
	int rc;
	char text[64];
	int64_t ms;
};

static void *ask(void *arg)
{
	struct asker *a = arg;
	struct cred out = CRED_INIT;
	struct mf_error err = MF_ERROR_INIT;
	int64_t began = clock_now_ms();
	a->rc = cred_chain_get(a->c, NULL, &out, a->cancel, &err);
	a->ms = clock_now_ms() - began;
	snprintf(a->text, sizeof(a->text), "%.60s", a->rc < 0 ? err.message : out.id);
	cred_release(&out);
	return NULL;
}

void test_cred__chain_one_flight(void)
{
	enum { THREADS = 12 };
	struct plan p = {.expires = MF_NO_TIME, .ms = 300};
	for (int failing = 0; failing < 2; failing++) {
		struct cred_chain *c;
		struct asker a[THREADS];
		pthread_t t[THREADS];
		p.rc = failing ? MF_EACCESS : 1;
		atomic_store(&p.asked, 0);
		CHECK_INT(cred_chain_new(&c, plans, &p, &p.x, NULL), MF_OK);
		for (int i = 0; i < THREADS; i++) {
			a[i] = (struct asker){.c = c};
			CHECK_FATAL(pthread_create(&t[i], NULL, ask, &a[i]) == 0);
		}
		for (int i = 0; i < THREADS; i++) {
			pthread_join(t[i], NULL);
			CHECK_STR(a[i].text, failing ? "refusal 1" : "1");
			CHECK_INT(a[i].rc, failing ? MF_EACCESS : MF_OK);
		}
		CHECK_INT(p.asked, 1);
		cred_chain_free(c);
	}
}

void test_cred__chain_cancelled(void)
{
	struct plan p = {.rc = 1, .expires = MF_NO_TIME, .ms = 3000, .by_cancel = true};
	struct cred_chain *c;
	struct asker a[3];
	pthread_t t[3];
	CHECK_INT(cred_chain_new(&c, plans, &p, &p.x, NULL), MF_OK);
	for (int i = 0; i < 3; i++) {
		a[i] = (struct asker){.c = c, .cancel = mf_cancel_new()};
		CHECK_FATAL(pthread_create(&t[i], NULL, ask, &a[i]) == 0);
		while (!atomic_load(&p.asked)) /* the first one asks, the others wait */
			clock_sleep_ms(1);
	}
	clock_sleep_ms(100);
	int64_t began = clock_now_ms();
	mf_cancel_set(a[1].cancel); /* one that waits */
	pthread_join(t[1], NULL);
	CHECK(clock_now_ms() - began < 1000);
	CHECK_INT(a[1].rc, MF_ECANCELLED);
	mf_cancel_set(a[0].cancel); /* the one that asks: another one takes over */
	pthread_join(t[0], NULL);
	CHECK_INT(a[0].rc, MF_ECANCELLED);
	pthread_join(t[2], NULL);
	CHECK_INT(a[2].rc, MF_OK);
	CHECK_STR(a[2].text, "2");
	for (int i = 0; i < 3; i++)
		mf_cancel_free(a[i].cancel);
	cred_chain_free(c);
}

void test_cred__chain_renewed_aside(void)
{
	/* while one renews what still holds, the others go on with it */
	enum { HOUR = 3600 * 1000, T = 1000000000 };
	struct plan p = {.rc = 1, .expires = T + HOUR, .x = {.now = T}};
	struct cred_chain *c;
	pthread_t t;
	CHECK_INT(cred_chain_new(&c, plans, &p, &p.x, NULL), MF_OK);
	CHECK_STR(get(c, NULL), "1");
	p.x.now = T + HOUR - 1000;
	p.expires = T + 2 * HOUR;
	p.ms = 500;
	struct asker a = {.c = c};
	CHECK_FATAL(pthread_create(&t, NULL, ask, &a) == 0);
	while (atomic_load(&p.asked) < 2)
		clock_sleep_ms(1);
	CHECK_STR(get(c, NULL), "1");
	pthread_join(t, NULL);
	CHECK_STR(a.text, "2");
	CHECK_STR(get(c, NULL), "2");
	cred_chain_free(c);
}

static int chain_one(void *arg)
{
	struct plan p = {.rc = 1, .expires = MF_NO_TIME};
	struct cred_chain *c;
	struct cred out = CRED_INIT;
	(void)arg;
	int rc = cred_chain_new(&c, plans, &p, &p.x, NULL);
	if (rc == 0)
		rc = cred_chain_get(c, NULL, &out, NULL, NULL);
	cred_release(&out);
	cred_chain_free(c);
	return rc;
}

void test_cred__chain_allocation_failure(void)
{
	test_every_alloc(chain_one, NULL);
}
