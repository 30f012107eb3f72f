/* Reading the small files of a run's tasks, and the metadata that they have packed: many requests
 * at a time, and each file once while the run's context lives. */
#include <stdlib.h>

#include "../codec/digest.h"
#include "../codec/json.h"
#include "../store/cas.h"
#include "data.h"
#include "remote.h"

enum {
	FILE_BYTES = 64 << 20,   /* of one of the small files */
	PACK_BYTES = 64 << 20,   /* of one tarball */
	PACKS_BYTES = 512 << 20, /* of those fetched at once */
	KEY_BYTES = 4096
};

/* A file to read, and where its bytes go. */
struct job {
	struct remote_attempt *at;
	struct remote_text *to; /* NULL: a tarball, into blob */
	char *blob;
	size_t n;
	char *key;
};

struct fetch {
	struct run *run;
	struct remote_run *rr;
	VEC(struct job) jobs;
	pthread_mutex_t lock; /* guards the run's arena, total and error */
	size_t total;
	struct mf_error error;
};

static const char *job_key(void *self, size_t i)
{
	return ((struct fetch *)self)->jobs.v[i].key;
}

static int failed(struct fetch *f, int rc, const struct mf_error *err)
{
	if (f->error.code == MF_OK && err->code)
		f->error = *err;
	else if (f->error.code == MF_OK)
		err_set(&f->error, rc, "%s", mf_code_name(rc));
	return rc;
}

static int job_done(void *self, size_t i, int rc, const struct buf *bytes,
	const struct store_info *info, const struct mf_error *err)
{
	struct fetch *f = self;
	struct job *job = &f->jobs.v[i];
	int ret = MF_OK;
	pthread_mutex_lock(&f->lock);
	if (rc == MF_OK && job->to) {
		job->to->text = arena_strndup(&f->rr->arena, bytes->p, bytes->n);
		job->to->n = bytes->n;
		job->to->modified = info->modified;
		ret = job->to->text ? MF_OK : MF_ENOMEM;
	} else if (rc == MF_OK) {
		f->total += bytes->n;
		job->blob = f->total <= PACKS_BYTES ? malloc(bytes->n + 1) : NULL;
		job->n = bytes->n;
		if (job->blob)
			memcpy(job->blob, bytes->p, bytes->n);
		ret = job->blob ? MF_OK : f->total <= PACKS_BYTES ? MF_ENOMEM : MF_ELIMIT;
	} else if (rc != MF_ENOTFOUND && (job->to || rc != MF_ELIMIT)) {
		ret = rc; /* it may be there: what is shown without it is wrong */
	}
	if (ret < 0)
		failed(f, ret, err);
	pthread_mutex_unlock(&f->lock);
	return ret;
}

/* Run all jobs. */
static int go(struct fetch *f, size_t limit, struct mf_error *err)
{
	struct store *s = f->run->client->remote->store;
	struct store_many many = {
		.n = f->jobs.n, .key = job_key, .done = job_done, .self = f, .limit = limit};
	if (!f->jobs.n)
		return MF_OK;
	int rc = store_many(s, &many, &f->error);
	for (size_t i = 0; i < f->jobs.n; i++) {
		const struct job *j = &f->jobs.v[i];
		data_tally(f->run->client, s, j->to ? j->to->n : j->n);
		client_trace(f->run->client, "read", j->key, j->to ? j->to->n : j->n);
	}
	data_result(s, rc, &f->error);
	if (rc < 0 && err && err->code == MF_OK)
		*err = f->error;
	return rc;
}

static void clear(struct fetch *f)
{
	for (size_t i = 0; i < f->jobs.n; i++) {
		free(f->jobs.v[i].key);
		free(f->jobs.v[i].blob);
	}
	vec_release(&f->jobs);
}

static int add_job(struct fetch *f, struct remote_attempt *a, struct remote_text *to,
	const char *key, struct mf_error *err)
{
	struct job job = {.at = a, .to = to, .key = strdup(key)};
	if (job.key && vec_push(&f->jobs, job))
		return MF_OK;
	free(job.key);
	return err_nomem(err);
}

static int add_file(struct fetch *f, struct remote_task *t, int n, const char *name,
	struct remote_text *to, struct mf_error *err)
{
	struct buf key = BUF_INIT(KEY_BYTES);
	if (to->text)
		return MF_OK;
	buf_addf(&key, "%s/%s/%s/%d.%s", f->run->pathspec, t->step, t->id, n, name);
	int rc = buf_err(&key, err);
	if (rc == MF_OK)
		rc = add_job(f, &t->at[n], to, key.p, err);
	buf_release(&key);
	return rc;
}

/* What is wanted of an attempt. One that has packed its metadata needs nothing else. */
static int add_attempt(
	struct fetch *f, struct remote_task *t, int n, unsigned want, struct mf_error *err)
{
	struct remote_attempt *a = &t->at[n];
	int rc = MF_OK;
	if ((a->files & REMOTE_PACKED) && !a->trouble)
		return a->unpacked ? MF_OK : add_file(f, t, n, "local_metadata", &a->packed, err);
	if (a->files & REMOTE_START)
		TRY(add_file(f, t, n, "attempt.json", &a->start, err));
	if ((want & REMOTE_ROWS) && (a->files & REMOTE_BEGIN))
		TRY(add_file(f, t, n, "task_begin", &a->begin, err));
	if ((want & REMOTE_ROWS) && (a->files & REMOTE_DONE) && (a->files & REMOTE_DATA))
		TRY(add_file(f, t, n, "data.json", &a->data, err));
done:
	return rc;
}

/* ---- tarballs ---- */

/* What is wrong with it is told by the task's metadata; its records are made of the rest. */
static int note(
	struct fetch *f, struct remote_attempt *a, const char *what, const struct mf_error *why)
{
	a->trouble = arena_printf(&f->rr->arena, "the packed metadata %s%s%s", what,
		why ? ": " : "", why ? why->message : "");
	return a->trouble ? MF_OK : MF_ENOMEM;
}

/* Its key, a JSON string; false: it is none. */
static bool pack_key(char sha[41], const struct remote_text *t)
{
	struct json j;
	json_init(&j, t->text, t->n, NULL);
	if (json_next(&j) != JSON_STRING || j.escaped || j.text_n != 40)
		return false;
	memcpy(sha, j.text, 40);
	sha[40] = '\0';
	return json_next(&j) == JSON_END && cas_key_valid(sha);
}

/* Tarballs of the attempts whose keys have come. */
static int add_packs(
	struct fetch *f, const struct fetch *from, struct arena *a, struct mf_error *err)
{
	int rc = MF_OK;
	for (size_t i = 0; rc == MF_OK && i < from->jobs.n; i++) {
		const struct job *j = &from->jobs.v[i];
		if (j->to != &j->at->packed)
			continue;
		if (!j->to->text) { /* gone since the list was made */
			rc = note(f, j->at, "is not there any more", NULL);
			continue;
		}
		char sha[41];
		if (!pack_key(sha, j->to)) {
			rc = note(f, j->at, "has no valid key", NULL);
			continue;
		}
		const char *key = arena_printf(a, "%s/data/%.2s/%s", f->run->flow, sha, sha);
		rc = key ? add_job(f, j->at, NULL, key, err) : MF_ENOMEM;
	}
	return rc == MF_ENOMEM ? err_nomem(err) : rc;
}

static bool is_whole(const struct job *j)
{
	char hex[DIGEST_HEX];
	struct digest d;
	digest_init(&d, false);
	digest_update(&d, j->blob, j->n);
	digest_hex(&d, hex);
	const char *name = strrchr(j->key, '/');
	return name && str_eq(name + 1, hex);
}

static int unpack(struct fetch *f, struct job *j)
{
	struct mf_error why = MF_ERROR_INIT;
	struct buf plain = BUF_INIT(PACK_BYTES);
	struct mf_sink sink = {buf_sink_write, &plain};
	struct store *s = f->run->client->remote->store;
	const char *p = j->blob;
	size_t n = j->n;
	int rc = MF_OK;
	if (!p)
		return note(f, j->at, "is missing, or larger than it ever is", NULL);
	if (!is_whole(j)) { /* damaged, or stored compressed once more */
		rc = cas_stream(s, f->run->flow, strrchr(j->key, '/') + 1, CAS_RAW, 0, &sink,
			PACK_BYTES, &why);
		data_result(s, rc == MF_ECORRUPT ? MF_OK : rc, &why);
		p = plain.p;
		n = plain.n;
	}
	if (rc == MF_OK)
		rc = remote_unpack(f->rr, f->run->flow, f->run->id, p, n, &why);
	buf_release(&plain);
	j->at->unpacked = rc == MF_OK;
	if (rc == MF_ECORRUPT || rc == MF_ELIMIT || rc == MF_EUNSUPPORTED || rc == MF_ENOTFOUND)
		return note(f, j->at, "cannot be read", &why);
	if (rc < 0)
		failed(f, rc, &why);
	return rc;
}

static int fetch_packs(struct fetch *from, struct mf_error *err)
{
	struct fetch f = {.run = from->run, .rr = from->rr, .error = MF_ERROR_INIT};
	struct arena a;
	int rc;
	arena_init(&a, 0);
	pthread_mutex_init(&f.lock, NULL);
	TRY(add_packs(&f, from, &a, err));
	TRY(go(&f, PACK_BYTES, err));
	for (size_t i = 0; rc == MF_OK && i < f.jobs.n; i++)
		rc = unpack(&f, &f.jobs.v[i]);
	remote_files_settle(f.rr);
	if (rc == MF_ENOMEM)
		err_nomem(err);
	else if (rc < 0 && err && err->code == MF_OK)
		*err = f.error;
done:
	/* those that have not come are asked for again */
	for (size_t i = 0; rc < 0 && i < from->jobs.n; i++)
		if (from->jobs.v[i].to == &from->jobs.v[i].at->packed &&
			!from->jobs.v[i].at->unpacked)
			from->jobs.v[i].at->packed.text = NULL;
	clear(&f);
	pthread_mutex_destroy(&f.lock);
	arena_release(&a);
	return rc;
}

/* ---- of several tasks ---- */

/* _parameters is packed by the first task: then nothing of its own is needed. */
static bool is_packed_elsewhere(const struct remote_run *rr, const struct remote_task *t)
{
	size_t n = strlen(t->step);
	size_t i = str_eq(t->step, "_parameters") ? remote_files_lower(rr, "_parameters/")
						  : rr->files.n;
	for (; i < rr->files.n && strncmp(rr->files.v[i].path, t->step, n) == 0; i++) {
		const char *id = rr->files.v[i].path + n + 1;
		if (str_starts(id, t->id) && str_starts(id + strlen(t->id), "/_meta/"))
			return true;
	}
	return false;
}

/* Once more for the attempts whose packed metadata is of no use, by what else there is. */
static int round_of(struct fetch *f, size_t from, size_t n, unsigned want, struct mf_error *err)
{
	int rc = MF_OK;
	for (size_t i = from; i < from + n; i++)
		for (int k = 0; k < MF_MAX_ATTEMPTS && (f->rr->tasks[i].has & want) != want &&
				!is_packed_elsewhere(f->rr, &f->rr->tasks[i]);
			k++)
			TRY(add_attempt(f, &f->rr->tasks[i], k, want, err));
	TRY(go(f, FILE_BYTES, err));
	TRY(fetch_packs(f, err));
done:
	clear(f);
	return rc;
}

int remote_fetch(struct run *r, struct remote_run *rr, size_t from, size_t n, unsigned want,
	struct mf_error *err)
{
	struct fetch f = {.run = r, .rr = rr, .error = MF_ERROR_INIT};
	int rc;
	pthread_mutex_init(&f.lock, NULL);
	TRY(round_of(&f, from, n, want, err));
	TRY(round_of(&f, from, n, want, err));
	for (size_t i = from; i < from + n; i++)
		rr->tasks[i].has |= want;
done:
	pthread_mutex_destroy(&f.lock);
	return rc;
}

/* The machine that a run began on has packed the records of _parameters too: that of the task after
 * which a scheduler names the one of _parameters ("t-1" and "t-1-params"), else one of the step
 * that is usually the first, else any. */
static size_t first_packed(const struct remote_run *rr)
{
	size_t best = rr->n_tasks, from, n;
	int rank = 0;
	remote_step(rr, "_parameters", &from, &n);
	const char *params = n ? rr->tasks[from].id : "";
	for (size_t i = 0; i < rr->n_tasks; i++) {
		const struct remote_task *t = &rr->tasks[i];
		size_t len = strlen(t->id);
		if (remote_newest(t, REMOTE_PACKED) < 0)
			continue;
		int own = str_starts(params, t->id) && str_eq(params + len, "-params") ? 3
			  : str_eq(t->step, "start")                                   ? 2
										       : 1;
		if (own > rank) {
			rank = own;
			best = i;
		}
	}
	return best;
}

int remote_fetch_first(struct run *r, struct remote_run *rr, struct mf_error *err)
{
	int rc = MF_OK;
	if (rr->has_first)
		return rc;
	size_t i = first_packed(rr);
	if (i < rr->n_tasks)
		rc = remote_fetch(r, rr, i, 1, REMOTE_TIMES, err);
	rr->has_first = rc == MF_OK;
	return rc;
}
