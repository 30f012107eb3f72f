#include "fakestore.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../clientlib/store/transfer.h"
#include "test.h"

enum { CHUNK = 700, JUMP = 60000, WATCHDOG = 30 /* s: then something has gone wrong */ };

/* ---- the clock ---- */

static struct store_clock real_clock;
static _Atomic int64_t fake_now, slept, cancel_at;
static struct mf_cancel *_Atomic cancel_token;

static int64_t clock_now(void)
{
	return atomic_load(&fake_now);
}

static void clock_sleep(int64_t ms)
{
	atomic_fetch_add(&fake_now, ms);
	struct mf_cancel *c = atomic_load(&cancel_token);
	if (atomic_fetch_add(&slept, ms) + ms >= atomic_load(&cancel_at) && c)
		mf_cancel_set(c);
	sched_yield();
}

void fake_clock_begin(void)
{
	real_clock = store_clock;
	atomic_store(&fake_now, 1000000);
	atomic_store(&slept, 0);
	atomic_store(&cancel_token, NULL);
	store_clock = (struct store_clock){clock_now, clock_sleep};
}

void fake_clock_cancel(struct mf_cancel *cancel, int64_t at)
{
	atomic_store(&cancel_at, at);
	atomic_store(&cancel_token, cancel);
}

int64_t fake_clock_slept(void)
{
	return atomic_load(&slept);
}

void fake_clock_end(void)
{
	store_clock = real_clock;
}

/* ---- requests ---- */

static struct fakestore *fake_of(struct store *s)
{
	return (struct fakestore *)(void *)s;
}

static _Thread_local struct mf_cancel *bound;

static struct mf_cancel *bound_token(void)
{
	return bound;
}

void fake_bind(struct mf_cancel *cancel)
{
	bound = cancel;
}

static struct fake_object *find(struct fakestore *f, const char *key)
{
	for (size_t i = 0; i < f->n_objects; i++)
		if (str_eq(f->objects[i].key, key))
			return &f->objects[i];
	return NULL;
}

/* The fault that is due, used up; under the lock. */
static struct fake_fault *due(struct fakestore *f, const char *key, uint64_t from)
{
	for (size_t i = 0; i < f->n_faults; i++) {
		struct fake_fault *at = &f->faults[i];
		if (at->times && (!at->key[0] || str_eq(at->key, key)) &&
			(at->from == FAKE_ANY || (uint64_t)at->from == from)) {
			at->times--;
			return at;
		}
	}
	return NULL;
}

static int broken(struct mf_error *err, int code, int status, const char *text, bool retriable)
{
	err_at(err, code, "fake", "%s", text);
	err->http_status = status;
	err->retriable = retriable;
	return code;
}

/* Wait for a change, a little while. */
static void wait_a_little(struct fakestore *f)
{
	struct timespec until;
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_nsec += 5000000;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	pthread_cond_timedwait(&f->changed, &f->lock, &until);
}

/* Until it is let go: MF_OK, or MF_ECANCELLED; MF_EIO where nobody does. */
static int hold(struct fakestore *f, const struct mf_cancel *cancel)
{
	time_t began = time(NULL);
	atomic_fetch_add(&fake_now, JUMP);
	pthread_mutex_lock(&f->lock);
	f->held++;
	pthread_cond_broadcast(&f->changed);
	while (!f->let_go && !mf_cancel_is_set(cancel) && time(NULL) - began < WATCHDOG)
		wait_a_little(f);
	bool free_to_go = f->let_go;
	f->held--;
	pthread_mutex_unlock(&f->lock);
	return mf_cancel_is_set(cancel) ? MF_ECANCELLED : free_to_go ? MF_OK : MF_EIO;
}

static int deliver(struct store_get *get, const char *p, size_t n)
{
	int rc = MF_OK;
	for (size_t done = 0; rc >= 0 && done < n; done += CHUNK)
		rc = get->sink->write(
			get->sink->self, p + done, n - done < CHUNK ? n - done : CHUNK);
	return rc;
}

static int send(struct fakestore *f, struct store_get *get, const struct fake_object *o,
	const struct fake_fault *fault, struct mf_error *err)
{
	enum fake_kind kind = fault ? fault->kind : FAKE_NO_MEMORY;
	size_t after = fault ? fault->after : 0, n;
	switch (kind) {
	case FAKE_BUSY: return broken(err, MF_ENETWORK, 503, "slow down", true);
	case FAKE_DENIED: return broken(err, MF_EACCESS, 403, "no access", false);
	case FAKE_CHANGED: return broken(err, MF_ECORRUPT, 412, "precondition", false);
	case FAKE_END: return STORE_END;
	case FAKE_WORDLESS: return MF_ECORRUPT;
	default: break;
	}
	get->info.size = o->n + (kind == FAKE_SIZE);
	get->info.modified = 1234;
	snprintf(get->info.etag, sizeof(get->info.etag), "%s",
		kind == FAKE_OTHER ? "\"other\"" : o->etag);
	if (get->if_none_match && str_eq(get->if_none_match, o->etag))
		return STORE_SAME;
	if (get->from >= o->n)
		return STORE_END;
	n = o->n - get->from;
	n = get->n && get->n < n ? (size_t)get->n : n;
	after = after < n ? after : n;
	if (fault && kind == FAKE_NO_MEMORY)
		test_fail_alloc((long)after);
	bool breaks =
		kind == FAKE_RESET || kind == FAKE_SHORT || kind == FAKE_HOLD || kind == FAKE_MUTE;
	int rc = deliver(get, o->p + get->from, breaks ? after : n);
	if (rc < 0)
		return rc;
	switch (kind) {
	case FAKE_RESET: return broken(err, MF_ENETWORK, 0, "the connection was reset", true);
	case FAKE_MUTE:
		atomic_fetch_add(&fake_now, JUMP);
		return broken(err, MF_ETIMEOUT, 0, "nothing more has come", true);
	case FAKE_LONG: return deliver(get, "x", 1);
	case FAKE_HOLD:
		rc = hold(f, get->cancel);
		if (rc < 0)
			return broken(err, rc, 0, "held and not let go", false);
		return deliver(get, o->p + get->from + after, n - after);
	default: return MF_OK;
	}
}

static int fake_get(struct store *s, struct store_get *get, struct mf_error *err)
{
	struct fakestore *f = fake_of(s);
	struct fake_fault fault;
	get->info = (struct store_info){.modified = MF_NO_TIME};
	pthread_mutex_lock(&f->lock);
	const struct fake_object *o = find(f, get->key);
	struct fake_fault *at = due(f, get->key, get->from);
	if (at)
		fault = *at;
	if (f->n_calls < FAKE_CALLS) {
		struct fake_call *c = &f->calls[f->n_calls];
		snprintf(c->key, sizeof(c->key), "%s", get->key);
		snprintf(
			c->if_match, sizeof(c->if_match), "%s", get->if_match ? get->if_match : "");
		c->from = get->from;
		c->n = get->n;
	}
	f->n_calls++;
	f->active++;
	f->peak = f->active > f->peak ? f->active : f->peak;
	uint64_t memory = transfer_memory_held();
	f->peak_memory = memory > f->peak_memory ? memory : f->peak_memory;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	int rc = mf_cancel_is_set(get->cancel) ? broken(err, MF_ECANCELLED, 0, "cancelled", false)
		 : !o                          ? broken(err, MF_ENOTFOUND, 404, "missing", false)
					       : send(f, get, o, at ? &fault : NULL, err);
	pthread_mutex_lock(&f->lock);
	f->active--;
	f->cancelled += rc == MF_ECANCELLED;
	f->denied += rc == MF_EACCESS;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
	return rc;
}

static int fake_head(struct store *s, const char *key, struct store_info *info,
	struct mf_cancel *cancel, struct mf_error *err)
{
	struct fakestore *f = fake_of(s);
	const struct fake_object *o = find(f, key);
	f->heads++;
	if (mf_cancel_is_set(cancel))
		return broken(err, MF_ECANCELLED, 0, "cancelled", false);
	if (f->head_busy) {
		f->head_busy--;
		return broken(err, MF_ENETWORK, 503, "slow down", true);
	}
	if (!o)
		return broken(err, MF_ENOTFOUND, 404, "missing", false);
	*info = (struct store_info){.size = o->n, .modified = 1234};
	snprintf(info->etag, sizeof(info->etag), "%s", o->etag);
	return MF_OK;
}

/* `next` is the number of the object with which the page begins. */
static int fake_list(struct store *s, struct store_list *page, struct mf_error *err)
{
	struct fakestore *f = fake_of(s);
	size_t i = page->next ? strtoul(page->next, NULL, 10) : 0, skip = strlen(page->prefix),
	       n = 0;
	char name[80] = "", next[32];
	f->lists++;
	for (; i < f->n_objects && !f->empty_pages; i++) {
		const char *key = f->objects[i].key;
		if (!str_starts(key, page->prefix))
			continue;
		size_t len = strcspn(key + skip, page->deep ? "" : "/");
		len += !page->deep && key[skip + len] == '/';
		if (f->page && n == f->page)
			break;
		if (len == strlen(name) && strncmp(name, key + skip, len) == 0 && n)
			continue; /* the same directory */
		snprintf(name, sizeof(name), "%.*s", (int)len, key + skip);
		n++;
		if (!fs_names_add(&page->names, name, len))
			return err_nomem(err);
		if (f->list_busy && n * 2 >= f->page) {
			f->list_busy--;
			free(page->next);
			page->next = NULL;
			return broken(err, MF_ENETWORK, 503, "slow down", true);
		}
	}
	snprintf(next, sizeof(next), "%zu", f->empty_pages ? f->lists : f->endless ? 0 : i);
	bool more = i < f->n_objects || f->endless || f->empty_pages;
	free(page->next);
	page->next = more ? strdup(next) : NULL;
	return more && !page->next ? err_nomem(err) : MF_OK;
}

static const struct store_backend backend = {
	.kind = STORE_S3, .scheme = "fake", .get = fake_get, .head = fake_head, .list = fake_list};

struct fakestore *fake_new(void)
{
	static char root[] = "bucket", where[] = "fake://bucket";
	struct fakestore *f = calloc(1, sizeof(*f));
	if (!f)
		abort();
	f->all.config.cancel = bound_token;
	f->store = (struct store){.backend = &backend, .all = &f->all, .root = root, .where = where};
	pthread_mutex_init(&f->lock, NULL);
	pthread_cond_init(&f->changed, NULL);
	return f;
}

void fake_free(struct fakestore *f)
{
	pthread_cond_destroy(&f->changed);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

void fake_put(struct fakestore *f, const char *key, const char *p, size_t n, const char *etag)
{
	struct fake_object *o = find(f, key);
	if (!o) {
		size_t i = f->n_objects;
		if (i == FAKE_OBJECTS)
			abort();
		while (i && strcmp(f->objects[i - 1].key, key) > 0)
			i--;
		o = &f->objects[i];
		memmove(o + 1, o, (f->n_objects++ - i) * sizeof(*o));
		snprintf(o->key, sizeof(o->key), "%s", key);
	}
	o->p = p;
	o->n = n;
	snprintf(o->etag, sizeof(o->etag), "%s", etag ? etag : "\"etag\"");
}

void fake_fault(struct fakestore *f, const char *key, int64_t from, enum fake_kind kind,
	unsigned times, size_t after)
{
	pthread_mutex_lock(&f->lock);
	if (f->n_faults == FAKE_FAULTS)
		abort();
	struct fake_fault *at = &f->faults[f->n_faults++];
	*at = (struct fake_fault){.from = from, .kind = kind, .times = times, .after = after};
	snprintf(at->key, sizeof(at->key), "%s", key ? key : "");
	pthread_mutex_unlock(&f->lock);
}

void fake_let_go(struct fakestore *f)
{
	pthread_mutex_lock(&f->lock);
	f->let_go = true;
	pthread_cond_broadcast(&f->changed);
	pthread_mutex_unlock(&f->lock);
}

static void wait_for(struct fakestore *f, const unsigned *count, unsigned n)
{
	time_t began = time(NULL);
	pthread_mutex_lock(&f->lock);
	while (*count < n && time(NULL) - began < WATCHDOG)
		wait_a_little(f);
	CHECK(*count >= n);
	pthread_mutex_unlock(&f->lock);
}

void fake_wait_held(struct fakestore *f, unsigned n)
{
	wait_for(f, &f->held, n);
}

void fake_wait_calls(struct fakestore *f, unsigned n)
{
	wait_for(f, &f->n_calls, n);
}

void fake_wait_denied(struct fakestore *f, unsigned n)
{
	wait_for(f, &f->denied, n);
}

void fake_wait_cancelled(struct fakestore *f, unsigned n)
{
	wait_for(f, &f->cancelled, n);
}

unsigned fake_calls(struct fakestore *f)
{
	pthread_mutex_lock(&f->lock);
	unsigned n = f->n_calls;
	pthread_mutex_unlock(&f->lock);
	return n;
}

unsigned fake_calls_at(struct fakestore *f, uint64_t from)
{
	unsigned n = 0;
	pthread_mutex_lock(&f->lock);
	for (unsigned i = 0; i < f->n_calls && i < FAKE_CALLS; i++)
		n += f->calls[i].from == from;
	pthread_mutex_unlock(&f->lock);
	return n;
}
