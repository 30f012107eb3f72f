/* Is all data there, and as it was stored? */
#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "data.h"
#include "ids.h"
#include "parts.h"

enum { HEAD = 256 };

const char *mf_damage_name(enum mf_damage damage)
{
	static const char *const names[] = {"missing", "corrupt", "unreadable", "wrong_sha"};
	return (size_t)damage < ARRAY_SIZE(names) ? names[damage] : "unreadable";
}

enum mf_damage verify_damage(const struct mf_error *err)
{
	if (err->code == MF_ENOTFOUND)
		return MF_MISSING;
	if (err->code != MF_ECORRUPT && err->code != MF_ELIMIT)
		return MF_UNREADABLE;
	return str_starts(err->message, "content has SHA-1") ? MF_WRONG_SHA : MF_CORRUPT;
}

void verify_note(struct verify *v, struct verify_thing *t, const struct mf_error *err)
{
	t->error = arena_alloc(&v->arena, sizeof(*t->error));
	if (!t->error) {
		v->failed = MF_ENOMEM;
		return;
	}
	*t->error = *err;
	t->bad = true;
	t->damage = verify_damage(err);
	atomic_fetch_add(&v->bad, 1);
}

/* ---- reading blobs ---- */

/* Counts what is read, and keeps its beginning. */
struct reading {
	struct verify *v;
	size_t n;
	char head[HEAD];
};

static int read_some(void *self, const char *p, size_t n)
{
	struct reading *r = self;
	if (r->n < HEAD) {
		size_t k = n < HEAD - r->n ? n : HEAD - r->n;
		memcpy(r->head + r->n, p, k);
		r->n += k;
	}
	atomic_fetch_add_explicit(&r->v->bytes, n, memory_order_relaxed);
	return mf_cancel_is_set(r->v->opts.cancel) ? MF_ECANCELLED : MF_OK;
}

static int open_need(struct verify *v, const struct verify_thing *t, struct mf_object **out,
	struct mf_error *err)
{
	const struct verify_need *need = &v->needs.v[t->needs - 1];
	const char *task = v->plan.items.v[need->item].pathspec;
	struct buf path = BUF_INIT(1 << 16);
	buf_addf(&path, "%s%s%s", task, need->name ? "/" : "", need->name ? need->name : "");
	int rc = buf_err(&path, err);
	*out = NULL;
	if (rc == MF_OK)
		rc = object_from_pathspec(out, v->client, path.p, need->attempt, err);
	buf_release(&path);
	return rc;
}

static void check_thing(struct verify *v, size_t i)
{
	struct verify_thing *t = &v->things.v[i];
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o = NULL;
	struct reading r = {.v = v};
	struct mf_sink sink = {read_some, &r};
	const char *sha;
	bool own = true;
	int rc;
	if (t->kind == VERIFY_FILE)
		return;
	TRY(open_need(v, t, &o, &err));
	if (t->kind == VERIFY_PACKAGE) {
		TRY(code_package(o, &sink, &sha, &err));
	} else {
		TRY(mf_artifact_bytes(o, &sink, &err));
		if (memmem(r.head, r.n, "IncludedFile", strlen("IncludedFile"))) {
			/* a descriptor: the file that it names must be there as well */
			const struct mf_value *value;
			own = false;
			TRY(mf_artifact_value(o, &value, &err));
		}
	}
done:
	if (rc < 0 && rc != MF_ECANCELLED) {
		const struct store *s = o ? object_store(o, NULL) : NULL;
		const char *root = s ? s->where : NULL;
		if (!err.code)
			err_set(&err, rc, "%s", mf_code_name(rc));
		pthread_mutex_lock(&v->lock);
		if (err.code == MF_ENOMEM)
			v->failed = MF_ENOMEM;
		else
			verify_note(v, t, &err);
		if (err.where[0] == '/' || strstr(err.where, "://"))
			t->path = arena_strdup(&v->arena, err.where);
		else if (own && err.code != MF_EUNSUPPORTED && root)
			t->path = arena_printf(&v->arena, "%s/%s/data/%.2s/%s",
				root, t->flow, t->sha, t->sha);
		pthread_mutex_unlock(&v->lock);
	}
	mf_object_free(o);
}

/* ---- threads ---- */

struct phase {
	struct verify *v;
	void (*f)(struct verify *v, size_t i);
	size_t n;
};

static void tell_progress(struct verify *v, const struct phase *p)
{
	if (!v->opts.progress)
		return;
	struct mf_progress now = {.bytes = atomic_load(&v->bytes),
		.failed = atomic_load(&v->bad),
		.elapsed_ms = export_clock() - v->started};
	/* the records are a part of the work, a small one */
	now.done = v->checking ? atomic_load(&v->done) : 0;
	now.total = v->checking ? p->n : 0;
	v->opts.progress(v->opts.self, &now);
}

static bool stopped(const struct verify *v)
{
	return mf_cancel_is_set(v->opts.cancel) || v->failed;
}

static void *work(void *self)
{
	struct phase *p = self;
	struct verify *v = p->v;
	bool alone = v->jobs == 1;
	int64_t told = export_clock();
	for (size_t i; !stopped(v) && (i = atomic_fetch_add(&v->next, 1)) < p->n;) {
		p->f(v, i);
		atomic_fetch_add(&v->done, 1);
		if (alone && export_clock() - told >= EXPORT_PROGRESS) {
			told = export_clock();
			tell_progress(v, p);
		}
	}
	return NULL;
}

static void *work_thread(void *self)
{
	struct verify *v = ((struct phase *)self)->v;
	work(self);
	pthread_mutex_lock(&v->lock);
	v->running--;
	pthread_cond_signal(&v->changed);
	pthread_mutex_unlock(&v->lock);
	return NULL;
}

static void run_phase(struct verify *v, void (*f)(struct verify *v, size_t i), size_t n)
{
	struct phase p = {v, f, n};
	pthread_t threads[EXPORT_JOBS];
	size_t started = 0;
	atomic_store(&v->next, 0);
	atomic_store(&v->done, 0);
	while (v->jobs > 1 && started < v->jobs && started < n) {
		pthread_mutex_lock(&v->lock);
		v->running++;
		pthread_mutex_unlock(&v->lock);
		if (pthread_create(&threads[started], NULL, work_thread, &p) != 0) {
			pthread_mutex_lock(&v->lock);
			v->running--;
			pthread_mutex_unlock(&v->lock);
			break;
		}
		started++;
	}
	if (!started)
		work(&p);
	pthread_mutex_lock(&v->lock);
	while (v->running) {
		export_wait(&v->changed, &v->lock);
		pthread_mutex_unlock(&v->lock);
		tell_progress(v, &p);
		pthread_mutex_lock(&v->lock);
	}
	pthread_mutex_unlock(&v->lock);
	while (started)
		pthread_join(threads[--started], NULL);
}

/* ---- telling ---- */

struct told {
	const struct verify_thing *thing;
	const char **pathspecs;
	uint32_t first; /* item of the plan */
	size_t n;
};

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int by_place(const void *pa, const void *pb)
{
	const struct told *a = pa, *b = pb;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	int c = a->n && b->n ? strcmp(a->pathspecs[0], b->pathspecs[0]) : 0;
	return c ? c
		 : strcmp(a->thing->path ? a->thing->path : "",
			   b->thing->path ? b->thing->path : "");
}

/* Those who need a thing, each once, in the order of the plan. */
static bool gather(struct verify *v, const struct verify_thing *t, struct told *out)
{
	size_t n = 0;
	for (uint32_t i = t->needs; i; i = v->needs.v[i - 1].next)
		n++;
	*out = (struct told){.thing = t,
		.first = UINT32_MAX,
		.pathspecs = arena_calloc(&v->arena, n, sizeof(char *))};
	if (!out->pathspecs)
		return false;
	for (uint32_t i = t->needs; i; i = v->needs.v[i - 1].next) {
		const struct verify_need *need = &v->needs.v[i - 1];
		const char *task = v->plan.items.v[need->item].pathspec;
		const char *path =
			need->name ? arena_printf(&v->arena, "%s/%s", task, need->name) : task;
		if (!path)
			return false;
		if (need->item < out->first)
			out->first = need->item;
		out->pathspecs[out->n++] = path;
	}
	qsort(out->pathspecs, out->n, sizeof(*out->pathspecs), by_text);
	n = 0;
	for (size_t i = 0; i < out->n; i++)
		if (!i || !str_eq(out->pathspecs[i], out->pathspecs[i - 1]))
			out->pathspecs[n++] = out->pathspecs[i];
	out->n = n;
	return true;
}

static int tell(struct verify *v, struct mf_verify_result *r, struct mf_error *err)
{
	VEC(struct told) all = {0};
	int rc = MF_OK;
	for (size_t i = 0; i < v->things.n && rc == MF_OK; i++) {
		struct told one;
		if (v->things.v[i].bad &&
			(!gather(v, &v->things.v[i], &one) || !vec_push(&all, one)))
			rc = err_nomem(err);
	}
	if (all.n)
		qsort(all.v, all.n, sizeof(*all.v), by_place);
	for (size_t i = 0; i < all.n && rc == MF_OK; i++) {
		const struct verify_thing *t = all.v[i].thing;
		struct mf_damaged d = {.sha = t->sha[0] ? t->sha : NULL,
			.damage = t->damage,
			.path = t->path,
			.error = t->error,
			.pathspecs = all.v[i].pathspecs,
			.n = all.v[i].n};
		r->missing += t->damage == MF_MISSING;
		r->corrupt += t->damage == MF_CORRUPT || t->damage == MF_WRONG_SHA;
		r->unreadable += t->damage == MF_UNREADABLE;
		if (v->opts.damaged)
			v->opts.damaged(v->opts.self, &d);
	}
	if (rc == MF_OK && all.n)
		rc = err_set(err, MF_EFALSE, "%zu of the objects are missing or damaged", all.n);
	vec_release(&all);
	return rc;
}

static int check(struct verify *v, struct mf_verify_result *r, struct mf_error *err)
{
	run_phase(v, verify_scan, v->plan.items.n);
	v->checking = true;
	if (!stopped(v))
		run_phase(v, check_thing, v->things.n);
	if (mf_cancel_is_set(v->opts.cancel))
		return err_set(err, MF_ECANCELLED, "interrupted");
	if (v->failed)
		return err_nomem(err);
	r->bytes = atomic_load(&v->bytes);
	r->objects = atomic_load(&v->files);
	for (size_t i = 0; i < v->things.n; i++)
		r->objects += v->things.v[i].kind != VERIFY_FILE;
	return tell(v, r, err);
}

int mf_verify(struct mf_verify_result *result, struct mf_client *client,
	const char *const *pathspecs, size_t n, const struct mf_verify_options *opts,
	struct mf_error *err)
{
	struct mf_verify_result r = {0};
	struct verify v = {.client = client, .opts = *opts, .started = export_clock()};
	struct export_plan_options po = {.ns = opts->ns,
		.attempt = -1,
		.hidden = true,
		.flows = true,
		.cancel = opts->cancel};
	pthread_mutex_init(&v.lock, NULL);
	pthread_cond_init(&v.changed, NULL);
	arena_init(&v.arena, 0);
	int rc = export_plan_make(&v.plan, client, pathspecs, n, &po, err);
	v.jobs = opts->jobs ? opts->jobs : export_jobs(client, &v.plan);
	v.jobs = v.jobs > EXPORT_JOBS ? EXPORT_JOBS : v.jobs;
	if (rc == MF_OK)
		rc = check(&v, &r, err);
	if (result)
		*result = r;
	export_plan_release(&v.plan);
	vec_release(&v.needs);
	vec_release(&v.things);
	free(v.slots);
	arena_release(&v.arena);
	pthread_cond_destroy(&v.changed);
	pthread_mutex_destroy(&v.lock);
	return rc;
}
