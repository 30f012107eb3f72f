/* Lists of a datastore, and what they cost. Flows, and the runs of a flow: one list of names each
 * (a request for 1,000 keys). Steps and tasks: one list of the run's keys, while its context lives,
 * and a small file of each task for its time.
 *
 * Runs come newest first, without looking into them where their names tell: ids of the local
 * provider are times, and the numbers that a service gives grow, so that they are asked for their
 * times (two requests each) in pages, as far as the list is read. The names that schedulers give
 * say nothing: the order of such runs takes two requests for each of them, once; their times are
 * remembered by the client. */
#include <ctype.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "data.h"
#include "ids.h"
#include "query.h"
#include "remote.h"
#include "run.h"

enum { PAGE = 32, PROBES = 8, RESET_SLACK_MS = 1000, WORTH_ALL = 2 };

/* ---- times of runs ---- */

void remote_close(struct mf_client *c)
{
	struct remote *remote = c->remote;
	if (!remote)
		return;
	for (size_t i = 0; remote->times && i < REMOTE_TIME_SLOTS; i++)
		free(remote->times[i].run);
	free(remote->times);
	pthread_mutex_destroy(&remote->lock);
	free(remote);
	c->remote = NULL;
}

/* Where the time of a run is kept, or may be: in the place of another one's where there is no room.
 * Under the lock. */
static struct remote_time *slot(struct remote *remote, const char *run)
{
	size_t first = hash_add(HASH_EMPTY, run, strlen(run)) % REMOTE_TIME_SLOTS;
	struct remote_time *t = remote->times;
	for (size_t i = 0; i < PROBES; i++) {
		size_t at = (first + i) % REMOTE_TIME_SLOTS;
		if (!t[at].run || str_eq(t[at].run, run))
			return &t[at];
	}
	return &t[first];
}

static bool remembered(struct remote *remote, const char *run, int64_t *ts)
{
	pthread_mutex_lock(&remote->lock);
	const struct remote_time *t = slot(remote, run);
	bool found = t->run && str_eq(t->run, run);
	if (found)
		*ts = t->ts;
	pthread_mutex_unlock(&remote->lock);
	return found;
}

static int remember(struct remote *remote, const char *run, int64_t ts, struct mf_error *err)
{
	char *copy = strdup(run);
	if (!copy)
		return err_nomem(err);
	pthread_mutex_lock(&remote->lock);
	struct remote_time *t = slot(remote, run);
	free(t->run);
	*t = (struct remote_time){copy, ts};
	pthread_mutex_unlock(&remote->lock);
	return MF_OK;
}

/* The first key below "dir/" that ends like "/0.attempt.json": of the attempt with the lowest
 * number. NULL: none. */
static const char *first_attempt(const struct fs_names *keys)
{
	static const char tail[] = "/N.attempt.json";
	const char *best = NULL;
	char lowest = '9' + 1;
	for (size_t i = 0; i < keys->n; i++) {
		const char *key = fs_name(keys, i);
		size_t n = strlen(key);
		const char *end = n >= sizeof(tail) - 1 ? key + n - (sizeof(tail) - 1) : "";
		if (end[0] == '/' && isdigit((unsigned char)end[1]) && str_eq(end + 2, tail + 2) &&
			end[1] < lowest) {
			best = key;
			lowest = end[1];
		}
	}
	return best;
}

/* Read the time from the first attempt below a directory. MF_ENOTFOUND: there is none. */
static int time_below(struct mf_client *c, const char *dir, int64_t *ts, struct mf_error *err)
{
	struct store *s = c->remote->store;
	struct fs_names keys = {0};
	struct buf path = BUF_INIT(1 << 16), text = BUF_INIT(1 << 16);
	struct store_info info = {.modified = MF_NO_TIME};
	int rc;
	client_count(c, 0, 1, 0);
	client_trace(c, "list", dir, 0);
	TRY(store_tree(s, dir, &keys, err));
	fs_names_sort(&keys);
	const char *key = first_attempt(&keys);
	if (!key) {
		rc = MF_ENOTFOUND;
		goto done;
	}
	buf_addf(&path, "%s/%s", dir, key);
	TRY(buf_err(&path, err));
	TRY(store_read(s, path.p, &text, &info, err));
	data_tally(c, s, text.n);
	client_trace(c, "read", path.p, text.n);
	const struct remote_attempt a = {.start = {text.p, text.n, info.modified}};
	*ts = remote_started(&a);
done:
	fs_names_release(&keys);
	buf_release(&path);
	buf_release(&text);
	return rc;
}

int remote_run_time(
	struct mf_client *c, const char *flow, const char *run, int64_t *ts, struct mf_error *err)
{
	struct buf dir = BUF_INIT(1 << 16);
	struct mf_error mine = MF_ERROR_INIT;
	*ts = run_id_ms(run);
	if (*ts != MF_NO_TIME)
		return MF_OK;
	buf_addf(&dir, "%s/%s", flow, run);
	size_t n = dir.n;
	if (!dir.failed && remembered(c->remote, dir.p, ts)) {
		buf_release(&dir);
		return MF_OK;
	}
	buf_adds(&dir, "/_parameters");
	int rc = buf_err(&dir, &mine);
	if (rc == MF_OK && (rc = time_below(c, dir.p, ts, &mine)) == MF_ENOTFOUND) {
		dir.p[dir.n = n] = '\0';
		mine = (struct mf_error)MF_ERROR_INIT;
		rc = time_below(c, dir.p, ts, &mine);
	}
	if (rc == MF_OK) {
		dir.p[n] = '\0';
		rc = remember(c->remote, dir.p, *ts, &mine);
	}
	if (rc == MF_ENOTFOUND)
		rc = MF_OK; /* what is there does not tell */
	data_result(c->remote->store, rc, &mine);
	buf_release(&dir);
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	return rc;
}

/* ---- runs ---- */

/* A number of a service: not the time that a longer one is. */
static bool is_counted(const char *id)
{
	size_t n = strlen(id);
	return n < 16 && strspn(id, "0123456789") == n;
}

struct asking {
	struct mf_iter *it;
	struct mf_cancel *cancel;
	_Atomic int rc;
	pthread_mutex_t lock;
	struct mf_error error; /* under the lock */
};

static void ask_time(void *arg, size_t i)
{
	struct asking *ask = arg;
	struct mf_iter *it = ask->it;
	struct entry *e = &it->entries[i];
	struct mf_error err = MF_ERROR_INIT;
	if (ask->rc < 0)
		return;
	struct mf_cancel *before = cancel_bound();
	mf_cancel_bind(ask->cancel);
	int rc = remote_run_time(
		it->client, it->parent->id[MF_FLOW], entry_name(it, e), &e->bound, &err);
	mf_cancel_bind(before);
	/* a packed record may have another time, but it is written after the id was chosen, and
	 * before the first task starts */
	if (rc == MF_OK && e->bound != MF_NO_TIME && run_id_ms(entry_name(it, e)) != MF_NO_TIME)
		e->bound += RESET_SLACK_MS;
	if (rc < 0) {
		pthread_mutex_lock(&ask->lock);
		if (ask->error.code == MF_OK)
			ask->error = err;
		ask->rc = rc;
		pthread_mutex_unlock(&ask->lock);
	}
}

/* Times of the entries that have been chosen. */
static int ask_times(struct mf_iter *it, struct mf_error *err)
{
	struct asking ask = {.it = it,
		.cancel = it->opts.cancel ? it->opts.cancel : cancel_bound(),
		.error = MF_ERROR_INIT};
	pthread_mutex_init(&ask.lock, NULL);
	par_for(it->n_entries,
		store_is_local(it->client->remote->store) ? WORTH_THREADS : WORTH_ALL, ask_time,
		&ask);
	pthread_mutex_destroy(&ask.lock);
	if (ask.rc < 0) { /* what threads have noted, they have noted for themselves */
		data_result(it->client->remote->store, ask.rc, &ask.error);
		if (err && err->code == MF_OK)
			*err = ask.error;
	}
	return ask.rc;
}

/* The next page: at first with all runs whose names are no numbers of a service. The names of those
 * are sorted behind the others, the last one first. */
int remote_next_page(struct mf_iter *it, struct mf_error *err)
{
	size_t counted = 0;
	it->n_entries = 0;
	for (; it->named < it->names.n && counted < PAGE; it->named++) {
		const char *name = fs_name(&it->names, it->named);
		if (!iter_wants(it, name))
			continue;
		counted += is_counted(name);
		it->entries[it->n_entries++] =
			(struct entry){.name = (uint32_t)it->named, .bound = MF_NO_TIME};
	}
	int rc = ask_times(it, err);
	it->more = it->named < it->names.n;
	it->page_bound = INT64_MAX;
	for (size_t i = 0; i < it->n_entries; i++)
		if (it->entries[i].bound < it->page_bound && it->entries[i].bound != MF_NO_TIME &&
			is_counted(entry_name(it, &it->entries[i])))
			it->page_bound = it->entries[i].bound;
	return rc;
}

static int by_turn(const void *pa, const void *pb, void *blob)
{
	const char *a = (const char *)blob + *(const uint32_t *)pa,
		   *b = (const char *)blob + *(const uint32_t *)pb;
	if (is_counted(a) != is_counted(b))
		return is_counted(a) - is_counted(b);
	return -id_compare(a, b);
}

static int list_runs(struct mf_iter *it, struct mf_error *err)
{
	int rc;
	TRY(remote_runs(it->client, it->parent->pathspec, &it->names, err));
	if (!it->names.n) {
		rc = it->opts.known ? MF_OK : object_record(it->parent, err);
		goto done;
	}
	if (it->names.n)
		qsort_r(it->names.at, it->names.n, sizeof(*it->names.at), by_turn, it->names.blob);
	it->entries = calloc(it->names.n, sizeof(*it->entries));
	rc = it->entries ? remote_next_page(it, err) : err_nomem(err);
done:
	return rc;
}

/* ---- steps and tasks ---- */

/* Does a field of tasks need more than their time? */
static bool wants_rows(const struct mf_iter *it)
{
	static const char *const cheap[] = {"id", "pathspec", "created_at", "ts_epoch"};
	size_t n;
	const struct mf_field *f = mf_fields(it->entity, &n);
	bool more = it->opts.query;
	for (size_t i = 0; i < it->opts.n_fields && !more; i++) {
		more = true;
		for (size_t k = 0; k < ARRAY_SIZE(cheap); k++)
			more = more && !str_eq(f[it->opts.fields[i]].name, cheap[k]);
	}
	return more;
}

static int list_below(struct mf_iter *it, struct remote_run *rr, struct mf_error *err)
{
	struct run *r = it->parent->run;
	size_t from = 0, n = rr->n_tasks;
	bool steps = it->entity == MF_STEP;
	int rc;
	if (!steps)
		remote_step(rr, it->parent->id[MF_STEP], &from, &n);
	if (!steps && !n)
		return err_at(
			err, MF_ENOTFOUND, it->parent->pathspec, "the datastore has nothing of it");
	if (steps || str_eq(it->parent->id[MF_STEP], "_parameters"))
		TRY(remote_fetch_first(r, rr, err));
	TRY(remote_fetch(
		r, rr, from, n, REMOTE_TIMES | (!steps && wants_rows(it) ? REMOTE_ROWS : 0), err));
	for (size_t i = from; i < from + n; i++) {
		const char *name = steps ? rr->tasks[i].step : rr->tasks[i].id;
		if ((!steps || i == from || !str_eq(rr->tasks[i - 1].step, name)) &&
			!fs_names_add(&it->names, name, strlen(name)))
			return err_nomem(err);
	}
	TRY(iter_entries(it, err));
	for (size_t i = 0; i < it->n_entries; i++) {
		struct entry *e = &it->entries[i];
		const char *name = entry_name(it, e);
		const struct remote_task *t =
			steps ? NULL : remote_task(rr, it->parent->id[MF_STEP], name);
		e->exact = true;
		e->bound = steps ? remote_step_time(rr, name)
			   : t   ? remote_task_time(rr, t)
				 : MF_NO_TIME;
	}
done:
	return rc;
}

int remote_list(struct mf_iter *it, struct mf_error *err)
{
	struct remote_run *rr;
	struct mf_cancel *before = cancel_bound();
	int rc;
	if (it->opts.cancel)
		mf_cancel_bind(it->opts.cancel);
	if (it->entity == MF_FLOW) {
		rc = remote_runs(it->client, "", &it->names, err);
		if (rc == MF_OK)
			rc = iter_entries(it, err);
	} else if (it->entity == MF_RUN) {
		rc = list_runs(it, err);
	} else {
		struct run *r = object_run(it->parent);
		if (r)
			run_lock(r);
		rc = r ? remote_run(&rr, r, err) : err_nomem(err);
		if (rc == MF_OK)
			rc = list_below(it, rr, err);
		if (r)
			run_unlock(r);
	}
	mf_cancel_bind(before);
	return rc;
}

void remote_expect(struct run *r, unsigned what)
{
	struct remote_run *rr;
	(void)what;
	run_lock(r);
	if (remote_run(&rr, r, NULL) == MF_OK)
		remote_fetch(r, rr, 0, rr->n_tasks, REMOTE_ROWS, NULL);
	run_unlock(r);
}
