#include "../../../clientlib/store/store_try.h"

#include <stdlib.h>
#include <unistd.h>

#include "../../../clientlib/store/local.h"
#include "../../support/fakestore.h"
#include "../../support/history.h"
#include "../../support/test.h"

static char data[5000];

static struct fakestore *begin(void)
{
	struct fakestore *f = fake_new();
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * i >> 3);
	fake_put(f, "a/big", data, sizeof(data), NULL);
	fake_put(f, "a/empty", "", 0, NULL);
	fake_clock_begin();
	return f;
}

static void end(struct fakestore *f)
{
	fake_clock_end();
	fake_free(f);
}

/* What a sink has got. */
struct got {
	char p[8192];
	size_t n;
	unsigned restarts;
	int refuse; /* a code */
	const struct store_get *get;
	bool told; /* info was there with the first byte */
};

static int got_write(void *self, const char *p, size_t n)
{
	struct got *g = self;
	if (!g->n)
		g->told = g->get->info.size == sizeof(data) && g->get->info.etag[0];
	if (g->n + n <= sizeof(g->p))
		memcpy(g->p + g->n, p, n);
	g->n += n;
	return g->refuse;
}

static void got_restart(void *self)
{
	struct got *g = self;
	g->n = 0;
	g->restarts++;
}

/* store_get of a/big. */
static int get_big(struct fakestore *f, struct got *g, struct store_get *get, struct mf_error *err)
{
	struct mf_sink sink = {got_write, g};
	*err = (struct mf_error)MF_ERROR_INIT;
	g->n = g->restarts = 0;
	g->get = get;
	get->key = "a/big";
	get->sink = &sink;
	return store_get(&f->store, get, err);
}

static bool is_part(const struct got *g, size_t from, size_t n)
{
	return g->n == n && memcmp(g->p, data + from, n) == 0;
}

void test_store__get(void)
{
	struct fakestore *f = begin();
	struct got g = {.refuse = 0};
	struct mf_error err;
	struct store_get get = {0};
	CHECK_INT(get_big(f, &g, &get, &err), MF_OK);
	CHECK(is_part(&g, 0, sizeof(data)) && g.told);
	CHECK_INT(get.info.size, sizeof(data));
	get = (struct store_get){.from = 100, .n = 2000};
	CHECK_INT(get_big(f, &g, &get, &err), MF_OK);
	CHECK(is_part(&g, 100, 2000) && g.told);
	get = (struct store_get){.from = 4000, .n = 2000};
	CHECK_INT(get_big(f, &g, &get, &err), MF_OK);
	CHECK(is_part(&g, 4000, 1000));
	get = (struct store_get){.from = sizeof(data)};
	CHECK_INT(get_big(f, &g, &get, &err), STORE_END);
	CHECK_INT(get.info.size, sizeof(data));
	get = (struct store_get){.if_none_match = "\"etag\""};
	CHECK_INT(get_big(f, &g, &get, &err), STORE_SAME);
	CHECK_INT(g.n, 0);
	CHECK_INT(f->n_calls, 5);
	end(f);
}

void test_store__get_tries_again(void)
{
	static const int64_t pauses[] = {250, 500, 1000, 2000, 4000, 8000};
	struct got g = {.refuse = 0};
	struct mf_error err;
	for (unsigned times = 1; times <= 7; times++) {
		struct fakestore *f = begin();
		struct store_get get = {.restart = got_restart};
		fake_fault(f, "a/big", 0, FAKE_BUSY, times, 0);
		int rc = get_big(f, &g, &get, &err);
		int64_t sum = 0;
		for (unsigned i = 0; i < times && i < ARRAY_SIZE(pauses); i++)
			sum += pauses[i];
		CHECK(fake_clock_slept() >= sum - sum / 4 - 6 &&
			fake_clock_slept() <= sum + sum / 4 + 6);
		CHECK_INT(get.slowed, times);
		CHECK_INT(g.restarts, 0); /* no byte had come */
		if (times < 7) {
			CHECK_INT(rc, MF_OK);
			CHECK_INT(f->n_calls, times + 1);
			CHECK(is_part(&g, 0, sizeof(data)));
			CHECK_INT(err.code, MF_OK);
		} else {
			CHECK_INT(rc, MF_ENETWORK);
			CHECK_INT(f->n_calls, 7);
			CHECK_INT(err.http_status, 503);
			CHECK_STR(err.message, "slow down");
		}
		end(f);
	}
}

void test_store__get_broken_off(void)
{
	static const enum fake_kind kinds[] = {FAKE_RESET, FAKE_SHORT};
	struct got g = {.refuse = 0};
	struct mf_error err;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct fakestore *f = begin();
		struct store_get get = {.restart = got_restart};
		fake_fault(f, "a/big", 0, kinds[i], 2, 3000);
		CHECK_INT(get_big(f, &g, &get, &err), MF_OK);
		CHECK(is_part(&g, 0, sizeof(data)));
		CHECK_INT(g.restarts, 2);
		CHECK_INT(f->n_calls, 3);
		CHECK_INT(get.slowed, 0);
		/* a sink that cannot begin anew */
		get = (struct store_get){.n = 0};
		fake_fault(f, "a/big", 0, kinds[i], 1, 3000);
		CHECK_INT(get_big(f, &g, &get, &err), MF_ENETWORK);
		CHECK_INT(f->n_calls, 4);
		CHECK(is_part(&g, 0, 3000));
		/* but for bytes that have not come */
		fake_fault(f, "a/big", 0, kinds[i], 1, 0);
		CHECK_INT(get_big(f, &g, &get, &err), MF_OK);
		CHECK(is_part(&g, 0, sizeof(data)));
		/* for ever */
		get = (struct store_get){.restart = got_restart};
		fake_fault(f, "a/big", 0, kinds[i], 100, 10);
		CHECK_INT(get_big(f, &g, &get, &err), MF_ENETWORK);
		CHECK_INT(f->n_calls, 6 + STORE_TRIES);
		CHECK(strstr(err.message, kinds[i] == FAKE_SHORT ? "10 of 5000" : "reset") != NULL);
		end(f);
	}
}

void test_store__get_gives_up(void)
{
	struct got g = {.refuse = 0};
	struct mf_error err;
	struct fakestore *f = begin();
	struct store_get get = {.restart = got_restart};
	fake_fault(f, "a/big", 0, FAKE_DENIED, 1, 0);
	CHECK_INT(get_big(f, &g, &get, &err), MF_EACCESS);
	CHECK_INT(f->n_calls, 1);
	/* a minute of silence is enough */
	fake_fault(f, "a/big", 0, FAKE_MUTE, 9, 10);
	CHECK_INT(get_big(f, &g, &get, &err), MF_ETIMEOUT);
	CHECK_INT(f->n_calls, 2);
	f->n_faults = 0;
	/* what the sink says is its own affair */
	g.refuse = -77;
	CHECK_INT(get_big(f, &g, &get, &err), -77);
	CHECK_INT(err.code, MF_OK);
	CHECK_INT(f->n_calls, 3);
	CHECK_INT(fake_clock_slept(), 0);
	get.key = "a/none";
	CHECK_INT(store_get(&f->store, &get, &err), MF_ENOTFOUND);
	CHECK_INT(f->n_calls, 4);
	end(f);
}

void test_store__get_cancelled(void)
{
	struct got g = {.refuse = 0};
	struct mf_error err;
	for (int bound = 0; bound < 2; bound++) {
		struct fakestore *f = begin();
		struct mf_cancel *cancel = mf_cancel_new();
		struct store_get get = {.restart = got_restart, .cancel = bound ? NULL : cancel};
		fake_bind(bound ? cancel : NULL);
		fake_fault(f, "a/big", 0, FAKE_BUSY, 9, 0);
		fake_clock_cancel(cancel, 1000);
		CHECK_INT(get_big(f, &g, &get, &err), MF_ECANCELLED);
		CHECK_INT(err.code, MF_ECANCELLED);
		CHECK(fake_clock_slept() >= 1000 && fake_clock_slept() <= 1000 + STORE_TICK);
		unsigned before = f->n_calls;
		CHECK_INT(get_big(f, &g, &get, &err), MF_ECANCELLED);
		CHECK_INT(f->n_calls, before + 1);
		fake_bind(NULL);
		mf_cancel_free(cancel);
		end(f);
	}
}

void test_store__read(void)
{
	struct fakestore *f = begin();
	struct store_info info;
	struct mf_error err = MF_ERROR_INIT;
	struct buf b = BUF_INIT(3 + sizeof(data));
	buf_adds(&b, "abc");
	fake_fault(f, "a/big", 0, FAKE_RESET, 1, 1234);
	CHECK_INT(store_read(&f->store, "a/big", &b, &info, &err), MF_OK);
	CHECK(b.n == 3 + sizeof(data) && memcmp(b.p, "abc", 3) == 0 &&
		memcmp(b.p + 3, data, sizeof(data)) == 0);
	CHECK_INT(info.size, sizeof(data));
	CHECK_STR(info.etag, "\"etag\"");
	buf_clear(&b);
	CHECK_INT(store_read(&f->store, "a/empty", &b, &info, &err), MF_OK);
	CHECK_INT(b.n, 0);
	CHECK_INT(info.size, 0);
	CHECK_INT(store_read(&f->store, "a/none", &b, NULL, &err), MF_ENOTFOUND);
	CHECK_INT(err.code, MF_ENOTFOUND);
	buf_release(&b);
	/* larger than wanted: known with the first byte */
	buf_init(&b, sizeof(data) - 1);
	err_clear(&err);
	CHECK_INT(store_read(&f->store, "a/big", &b, NULL, &err), MF_ELIMIT);
	CHECK_STR(err.message, "larger than 4999 bytes");
	CHECK_STR(err.where, "fake://bucket/a/big");
	CHECK_INT(b.n, 0);
	buf_release(&b);
	end(f);
}

static int read_big(void *self)
{
	struct fakestore *f = self;
	struct buf b = BUF_INIT(1 << 20);
	struct mf_error err = MF_ERROR_INIT;
	int rc = store_read(&f->store, "a/big", &b, NULL, &err);
	CHECK_INT(err.code, rc);
	CHECK(rc < 0 || b.n == sizeof(data));
	buf_release(&b);
	return rc;
}

void test_store__read_allocations(void)
{
	struct fakestore *f = begin();
	test_every_alloc(read_big, f);
	end(f);
}

void test_store__head(void)
{
	struct fakestore *f = begin();
	struct store_info info;
	struct mf_error err = MF_ERROR_INIT;
	f->head_busy = 3;
	CHECK_INT(store_head(&f->store, "a/big", &info, &err), MF_OK);
	CHECK_INT(info.size, sizeof(data));
	CHECK_INT(f->heads, 4);
	CHECK(store_has(&f->store, "a/empty"));
	CHECK(!store_has(&f->store, "a"));
	CHECK_INT(store_head(&f->store, "a", &info, &err), MF_ENOTFOUND);
	CHECK_STR(err.message, "missing");
	CHECK(!store_is_local(&f->store));
	end(f);
}

void test_store__where(void)
{
	struct fakestore *f = begin();
	struct arena a;
	char slash[] = "/";
	arena_init(&a, 0);
	CHECK_STR(store_where(&a, &f->store, "a/big"), "fake://bucket/a/big");
	CHECK_STR(store_where(&a, &f->store, ""), "fake://bucket");
	f->store.where = slash;
	CHECK_STR(store_where(&a, &f->store, "etc"), "/etc");
	arena_release(&a);
	end(f);
}

/* ---- lists ---- */

static const char *joined(struct fs_names *names)
{
	static char text[1024];
	struct buf b = BUF_INIT(sizeof(text) - 1);
	for (size_t i = 0; i < names->n; i++)
		buf_addf(&b, "%s%s", i ? " " : "", fs_name(names, i));
	memcpy(text, b.p, b.n + 1);
	buf_release(&b);
	fs_names_release(names);
	return text;
}

static struct fakestore *tree(void)
{
	static const char *const keys[] = {"F/1/", "F/1/s/1/x", "F/1/s/1/y", "F/1/s/2/x", "F/1/t/x",
		"F/1/z", "F/1/zz", "F/10/x", "F/2", "G/x", "top"};
	struct fakestore *f = begin();
	f->n_objects = 0;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		fake_put(f, keys[i], "x", 1, NULL);
	return f;
}

void test_store__lists(void)
{
	struct fakestore *f = tree();
	for (size_t page = 0; page < 5; page++)
		for (unsigned busy = 0; busy < 3; busy++) {
			struct fs_names names = {0};
			struct mf_error err = MF_ERROR_INIT;
			f->page = page;
			f->list_busy = busy;
			CHECK(fs_names_add(&names, "old", 3));
			CHECK_INT(store_files(&f->store, "F/1", &names, &err), MF_OK);
			CHECK_STR(joined(&names), "old z zz");
			f->list_busy = busy;
			CHECK_INT(store_dirs(&f->store, "F/1", &names, &err), MF_OK);
			CHECK_STR(joined(&names), "s t");
			f->list_busy = busy;
			CHECK_INT(store_dirs(&f->store, "", &names, &err), MF_OK);
			CHECK_STR(joined(&names), "F G");
			CHECK_INT(store_files(&f->store, "", &names, &err), MF_OK);
			CHECK_STR(joined(&names), "top");
			CHECK_INT(store_files(&f->store, "F", &names, &err), MF_OK);
			CHECK_STR(joined(&names), "2");
			f->list_busy = busy;
			CHECK_INT(store_tree(&f->store, "F/1/", &names, &err), MF_OK);
			CHECK_STR(joined(&names), "s/1/x s/1/y s/2/x t/x z zz");
			CHECK_INT(store_tree(&f->store, "none", &names, &err), MF_OK);
			CHECK_STR(joined(&names), "");
			CHECK_INT(err.code, MF_OK);
		}
	end(f);
}

void test_store__lists_without_end(void)
{
	struct fakestore *f = tree();
	struct fs_names names = {0};
	struct mf_error err = MF_ERROR_INIT;
	f->endless = true;
	CHECK_INT(store_tree(&f->store, "", &names, &err), MF_ECORRUPT);
	CHECK(strstr(err.message, "come to an end") != NULL);
	CHECK(f->lists < 5);
	f->endless = false;
	f->empty_pages = true;
	CHECK_INT(store_files(&f->store, "", &names, NULL), MF_ECORRUPT);
	CHECK(f->lists < 2000);
	f->empty_pages = false;
	f->list_busy = 99;
	err_clear(&err);
	CHECK_INT(store_dirs(&f->store, "", &names, &err), MF_ENETWORK);
	CHECK_INT(err.http_status, 503);
	fs_names_release(&names);
	end(f);
}

static int list_all(void *self)
{
	struct fakestore *f = self;
	struct fs_names names = {0};
	struct mf_error err = MF_ERROR_INIT;
	int rc = store_tree(&f->store, "F", &names, &err);
	CHECK_INT(err.code, rc);
	fs_names_release(&names);
	return rc;
}

void test_store__list_allocations(void)
{
	struct fakestore *f = tree();
	f->page = 2;
	test_every_alloc(list_all, f);
	end(f);
}

/* ---- a directory ---- */

void test_store__local(void)
{
	const char *dir = test_dir();
	struct store *s;
	struct store_info info;
	struct fs_names names = {0};
	struct mf_error err = MF_ERROR_INIT;
	struct buf b = BUF_INIT(1000);
	test_write(dir, "F/1/s/a", "one");
	test_write(dir, "F/1/z", "two");
	test_write(dir, "F/1/s/deep/b", "three");
	CHECK(symlink("..", textf("%s/F/1/s/up", dir)) == 0);
	CHECK_FATAL(store_local_new(&s, dir, &err) == MF_OK);
	char *where = strdup(dir);
	s->where = where;
	CHECK(store_is_local(s));
	CHECK_INT(store_read(s, "F/1/z", &b, &info, &err), MF_OK);
	CHECK_STR(b.p, "two");
	CHECK_INT(info.size, 3);
	b.limit = 5;
	CHECK_INT(store_read(s, "F/1/z", &b, NULL, NULL), MF_ELIMIT);
	buf_clear(&b);
	b.limit = 3;
	CHECK_INT(store_read(s, "F/1/z", &b, NULL, &err), MF_OK);
	CHECK_INT(b.n, 3);
	CHECK(store_has(s, "F/1/z") && !store_has(s, "F/2/z"));
	CHECK_INT(store_head(s, "F/1/s/a", &info, &err), MF_OK);
	CHECK_INT(store_dirs(s, "F/1", &names, &err), MF_OK);
	CHECK_STR(joined(&names), "s");
	CHECK_INT(store_files(s, "F/9/x", &names, &err), MF_OK);
	CHECK_INT(names.n, 0);
	CHECK_INT(store_tree(s, "F", &names, &err), MF_OK);
	fs_names_sort(&names);
	CHECK_STR(joined(&names), "1/s/a 1/s/deep/b 1/s/up 1/z");
	CHECK_INT(store_tree(s, "", &names, &err), MF_OK);
	CHECK_INT(names.n, 4);
	CHECK_INT(err.code, MF_OK);
	fs_names_release(&names);
	struct got g = {.refuse = 0};
	struct mf_sink sink = {got_write, &g};
	struct store_get get = {.key = "F/1/s/deep/b", .from = 1, .n = 3, .sink = &sink};
	g.get = &get;
	CHECK_INT(store_get(s, &get, &err), MF_OK);
	CHECK(g.n == 3 && memcmp(g.p, "hre", 3) == 0);
	buf_release(&b);
	free(where);
	s->backend->free(s);
}
