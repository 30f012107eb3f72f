/* Metadata that tasks have packed into the datastore: a gzip tar of the .metaflow directory of the
 * machine or container that they ran on. Each attempt packs its own, after it has recorded
 * everything, so rows of a task come from the tarballs of its attempts, and the records of its step
 * and its run are in every one of them, made anew on each machine.
 *
 * Metaflow itself unpacks them over the local history, where a file that is there is replaced by
 * one that was written later (by the members' times). Rows are written once under names of their
 * own, so that decides nothing but copies of the same row; we do as it does. Records of runs, steps
 * and tasks are another matter: each machine registers them anew, with its own clock and with the
 * tags of its own command line. In a real run of seven containers (Metaflow 2.19.39, tests/data)
 * the run's record of the first has the run's time and the tag that it was started with, those of
 * the others have later times and no tag. So of them the one with the least ts_epoch stays. */
#include <stdlib.h>

#include "../base/limits.h"
#include "../codec/archive.h"
#include "remote.h"

enum {
	MEMBERS = 1 << 18,      /* of one tarball */
	BYTES_KEPT = 256 << 20, /* of the files of one tarball, unpacked */
	ROW = 16 << 20          /* of one file */
};
static const char root[] = ".metaflow/", self[] = "_meta/_self.json";

struct unpack {
	struct remote_run *rr;
	const char *flow, *run;
	size_t members;
	uint64_t bytes;
	struct remote_file file;
	struct buf text;
	struct mf_sink sink;
};

/* Step over a component of a path; false: it is another one. */
static bool step_over(const char **p, const char *name)
{
	size_t n = strlen(name);
	if (strncmp(*p, name, n) != 0 || (*p)[n] != '/')
		return false;
	*p += n + 1;
	return true;
}

/* "_meta/_self.json", "step/_meta/_self.json", "step/task/_meta/NAME.json": nothing else is looked
 * at. */
static bool is_record(const char *path)
{
	const char *p = path;
	int depth = 0;
	while (!str_starts(p, "_meta/")) {
		size_t n = strcspn(p, "/");
		if (!id_valid(p, n) || p[n] != '/' || ++depth > 2)
			return false;
		p += n + 1;
	}
	if (depth < 2)
		return str_eq(p, self);
	p += strlen("_meta/");
	size_t n = strlen(p);
	return id_valid(p, n) && n > strlen(".json") && str_eq(p + n - strlen(".json"), ".json");
}

static int member(void *arg, const struct archive_member *m, const struct mf_sink **content,
	struct mf_error *err)
{
	struct unpack *u = arg;
	const char *p = m->path;
	/* what is passed over is unpacked too */
	u->bytes += m->size;
	if (++u->members > MEMBERS || m->size > BYTES_KEPT || u->bytes > BYTES_KEPT)
		return err_set(err, MF_ELIMIT, "it holds more than the metadata of a task ever is");
	if (str_starts(p, "./"))
		p += 2;
	if (m->kind != ARCHIVE_FILE || m->size > ROW || !str_starts(p, root))
		return MF_OK;
	p += strlen(root);
	if (!step_over(&p, u->flow) || !step_over(&p, u->run) || !is_record(p))
		return MF_OK;
	u->file = (struct remote_file){.path = arena_strdup(&u->rr->arena, p), .mtime = m->mtime};
	if (!u->file.path)
		return err_nomem(err);
	buf_clear(&u->text);
	*content = &u->sink;
	return MF_OK;
}

static int member_end(void *arg, struct mf_error *err)
{
	struct unpack *u = arg;
	int rc = buf_err(&u->text, err);
	if (rc < 0)
		return rc;
	u->file.text = arena_strndup(&u->rr->arena, u->text.p, u->text.n);
	u->file.n = u->text.n;
	return u->file.text && vec_push(&u->rr->files, u->file) ? MF_OK : err_nomem(err);
}

int remote_unpack(struct remote_run *rr, const char *flow, const char *run, const char *p, size_t n,
	struct mf_error *err)
{
	struct unpack u = {.rr = rr, .flow = flow, .run = run, .text = BUF_INIT(ROW)};
	const struct archive_visitor v = {member, member_end, &u};
	size_t before = rr->files.n;
	u.sink = (struct mf_sink){buf_sink_write, &u.text};
	int rc = archive_walk(p, n, &v, err);
	if (rc == MF_ELIMIT)
		err_set(err, rc, "one of its files is too large");
	if (rc < 0)
		rr->files.n = before; /* half of it might pass for all */
	buf_release(&u.text);
	return rc;
}

/* ---- one of each ---- */

static bool is_self(const char *path)
{
	size_t n = strlen(path);
	return n >= sizeof(self) - 1 && str_eq(path + n - (sizeof(self) - 1), self);
}

static int64_t made(const struct remote_file *f)
{
	int64_t ts;
	return record_brief(f->text, f->n, &ts, NULL, NULL) == MF_OK && ts != MF_NO_TIME
		       ? ts
		       : INT64_MAX;
}

/* By path; the one that stays first. */
static int by_path(const void *pa, const void *pb)
{
	const struct remote_file *a = pa, *b = pb;
	int c = strcmp(a->path, b->path);
	if (c)
		return c;
	if (is_self(a->path)) {
		int64_t ta = made(a), tb = made(b);
		if (ta != tb)
			return ta < tb ? -1 : 1;
	} else if (a->mtime != b->mtime) {
		return a->mtime > b->mtime ? -1 : 1;
	}
	c = memcmp(a->text, b->text, a->n < b->n ? a->n : b->n);
	return c ? c : (a->n > b->n) - (a->n < b->n);
}

void remote_files_settle(struct remote_run *rr)
{
	size_t kept = 0;
	if (rr->files.n)
		qsort(rr->files.v, rr->files.n, sizeof(*rr->files.v), by_path);
	for (size_t i = 0; i < rr->files.n; i++)
		if (!kept || !str_eq(rr->files.v[kept - 1].path, rr->files.v[i].path))
			rr->files.v[kept++] = rr->files.v[i];
	rr->files.n = kept;
}

size_t remote_files_lower(const struct remote_run *rr, const char *path)
{
	size_t lo = 0, hi = rr->files.n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcmp(rr->files.v[mid].path, path) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

const struct remote_file *remote_file(const struct remote_run *rr, const char *path)
{
	size_t i = remote_files_lower(rr, path);
	return i < rr->files.n && str_eq(rr->files.v[i].path, path) ? &rr->files.v[i] : NULL;
}
