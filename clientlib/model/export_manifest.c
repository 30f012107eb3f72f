/* The manifest of an export and its journal.
 *
 * While an export runs, each file is a line of the journal: a kill loses a few lines, never the
 * rest. At the end the entries of the former manifest and of the journal become the new manifest,
 * sorted by file; of two entries of one file the later counts. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../base/limits.h"
#include "../codec/json.h"
#include "export.h"

/* ---- entries by key ---- */

static uint32_t hash_key(const char *kind, const char *name)
{
	uint32_t h = 2166136261u;
	for (const char *p = kind; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	h = (h ^ '|') * 16777619u;
	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	return h;
}

/* kind "" stands for the file. */
static bool has_key(const struct export_entry *e, const char *kind, const char *name)
{
	if (!*kind)
		return e->file && str_eq(e->file, name);
	return str_eq(e->kind, kind) && str_eq(e->pathspec, name);
}

static uint32_t *find_slot(const struct export_manifest *m, const char *kind, const char *name)
{
	size_t mask = m->slots.cap - 1;
	for (size_t i = hash_key(kind, name) & mask;; i = (i + 1) & mask) {
		uint32_t *s = &m->slots.v[i];
		if (!*s || has_key(&m->entries.v[*s - 1], kind, name))
			return s;
	}
}

static bool grow_slots(struct export_manifest *m)
{
	size_t cap = m->slots.cap ? m->slots.cap * 2 : 256;
	uint32_t *old = m->slots.v;
	uint32_t *v = calloc(cap, sizeof(*v));
	if (!v)
		return false;
	m->slots.v = v;
	m->slots.cap = cap;
	for (size_t i = 0; i < m->entries.n; i++) {
		const struct export_entry *e = &m->entries.v[i];
		if (e->file && !e->dead)
			*find_slot(m, "", e->file) = (uint32_t)i + 1;
		if (str_eq(e->kind, "artifact"))
			*find_slot(m, e->kind, e->pathspec) = (uint32_t)i + 1;
	}
	free(old);
	return true;
}

static int add_entry(struct export_manifest *m, const struct export_entry *e, struct mf_error *err)
{
	if (m->entries.n >= UINT32_MAX / 4)
		return err_set(err, MF_ELIMIT, "too many files in the manifest");
	/* two keys each, and half of the slots free */
	if (((m->entries.n + 1) * 4 > m->slots.cap && !grow_slots(m)) || !vec_push(&m->entries, *e))
		return err_nomem(err);
	uint32_t id = (uint32_t)m->entries.n;
	if (e->file) {
		uint32_t *s = find_slot(m, "", e->file);
		if (*s && *s != id)
			m->entries.v[*s - 1].dead = true;
		*s = id;
	}
	if (str_eq(e->kind, "artifact")) {
		uint32_t *s = find_slot(m, e->kind, e->pathspec);
		if (*s && *s != id && !m->entries.v[*s - 1].file)
			m->entries.v[*s - 1].dead = true;
		*s = id;
	}
	return MF_OK;
}

const struct export_entry *export_manifest_file(const struct export_manifest *m, const char *file)
{
	uint32_t *s = m->slots.cap ? find_slot(m, "", file) : NULL;
	return s && *s ? &m->entries.v[*s - 1] : NULL;
}

const struct export_entry *export_manifest_object(
	const struct export_manifest *m, const char *kind, const char *pathspec)
{
	uint32_t *s = m->slots.cap ? find_slot(m, kind, pathspec) : NULL;
	return s && *s ? &m->entries.v[*s - 1] : NULL;
}

/* ---- reading ---- */

/* A member of an entry; its key has just been read. */
static int read_member(struct json *j, struct arena *a, struct export_entry *e)
{
	const struct {
		const char *key, **to;
	} texts[] = {{"file", &e->file}, {"pathspec", &e->pathspec}, {"kind", &e->kind},
		{"sha", &e->sha}, {"file_sha", &e->file_sha}};
	const char **to = NULL;
	bool size = json_is(j, "size"), status = json_is(j, "status"), final = json_is(j, "final");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (json_is(j, texts[i].key))
			to = texts[i].to;
	enum json_token t = json_next(j);
	if (to && t == JSON_STRING) {
		size_t n;
		const char *p = json_text(j, a, &n);
		*to = p ? arena_strndup(a, p, n) : NULL;
		if (!*to)
			return MF_ENOMEM;
	} else if (size && t == JSON_NUMBER) {
		if (!json_int(j, &e->size))
			e->size = -1;
	} else if (status && t == JSON_STRING) {
		e->ok = json_is(j, "ok");
	} else if (final) {
		e->final = t != JSON_FALSE;
	}
	return json_skip(j, t);
}

/* An entry whose { has just been read. */
static int read_entry(struct export_manifest *m, struct json *j, struct mf_error *err)
{
	struct export_entry e = {.text = j->p - 1, .size = -1, .final = true};
	enum json_token t;
	while ((t = json_next(j)) == JSON_KEY) {
		int rc = read_member(j, &m->arena, &e);
		if (rc < 0)
			return rc == MF_ENOMEM ? err_nomem(err) : rc;
	}
	if (t != JSON_OBJECT_END)
		return MF_ECORRUPT;
	e.n = (size_t)(j->p - e.text);
	return e.kind && e.pathspec ? add_entry(m, &e, err)
				    : MF_OK; /* what others have put there is left out */
}

static int read_manifest(struct export_manifest *m, const struct buf *b, struct mf_error *err)
{
	struct json j;
	enum json_token t;
	json_init(&j, b->p, b->n, err);
	if ((t = json_next(&j)) != JSON_OBJECT)
		return t == JSON_BAD ? MF_ECORRUPT : err_set(err, MF_ECORRUPT, "not a JSON object");
	while ((t = json_next(&j)) == JSON_KEY) {
		bool files = json_is(&j, "files");
		t = json_next(&j);
		if (!files || t != JSON_ARRAY) {
			if (json_skip(&j, t) < 0)
				return MF_ECORRUPT;
			continue;
		}
		while ((t = json_next(&j)) == JSON_OBJECT) {
			int rc = read_entry(m, &j, err);
			if (rc < 0)
				return rc;
		}
		if (t != JSON_ARRAY_END)
			return err_set(err, MF_ECORRUPT, "an entry is no JSON object");
	}
	return t == JSON_OBJECT_END ? MF_OK : MF_ECORRUPT;
}

static int read_journal(struct export_manifest *m, const struct buf *b, struct mf_error *err)
{
	const char *end = b->p + b->n;
	for (const char *p = b->p, *nl; (nl = memchr(p, '\n', (size_t)(end - p))); p = nl + 1) {
		struct json j;
		struct mf_error mine = MF_ERROR_INIT;
		json_init(&j, p, (size_t)(nl - p), &mine);
		/* a line that a crash has damaged: that file is written again */
		if (json_next(&j) == JSON_OBJECT && read_entry(m, &j, &mine) == MF_ENOMEM)
			return err_nomem(err);
	}
	return MF_OK;
}

/* An absent file is empty. */
static int read_whole(int dirfd, const char *name, struct buf *b, struct mf_error *err)
{
	struct mf_sink sink = {buf_sink_write, b};
	struct mf_error mine = MF_ERROR_INIT;
	int fd = export_open(dirfd, name, &mine);
	if (fd == MF_ENOTFOUND)
		return MF_OK;
	int rc = fd < 0 ? fd : export_read(fd, name, &sink, &mine);
	if (rc < 0 && b->failed)
		return buf_err(b, err);
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	return rc;
}

int export_manifest_load(struct export_manifest *m, int dirfd, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	int rc;
	*m = (struct export_manifest){.texts = {BUF_INIT(MF_LIMIT_TEXT), BUF_INIT(MF_LIMIT_TEXT)}};
	arena_init(&m->arena, 0);
	TRY(read_whole(dirfd, EXPORT_MANIFEST, &m->texts[0], err));
	TRY(read_whole(dirfd, EXPORT_JOURNAL, &m->texts[1], err));
	if (m->texts[0].n && (rc = read_manifest(m, &m->texts[0], &mine)) < 0) {
		rc = err_at(err, rc, EXPORT_MANIFEST, "%s", mine.code ? mine.message : "damaged");
		if (rc == MF_ECORRUPT)
			err_hint(err, "move it away: the files are then written again");
		goto done;
	}
	rc = read_journal(m, &m->texts[1], err);
done:
	if (rc < 0)
		export_manifest_release(m);
	return rc;
}

void export_manifest_release(struct export_manifest *m)
{
	for (size_t i = 0; i < ARRAY_SIZE(m->texts); i++)
		if (m->texts[i].p)
			buf_release(&m->texts[i]);
	vec_release(&m->entries);
	free(m->slots.v);
	arena_release(&m->arena);
	*m = (struct export_manifest){0};
}

/* ---- writing ---- */

static int by_file(const void *pa, const void *pb)
{
	const struct export_entry *a = pa, *b = pb;
	if (a->dead != b->dead)
		return a->dead - b->dead;
	int c = strcmp(a->file ? a->file : a->pathspec, b->file ? b->file : b->pathspec);
	return c ? c : (a->text > b->text) - (a->text < b->text);
}

int export_manifest_write(
	struct export_manifest *m, int dirfd, const char *head, struct mf_error *err)
{
	struct export_file f = {.chunk = malloc(EXPORT_CHUNK)};
	int rc;
	if (!f.chunk)
		return err_nomem(err);
	export_file_begin(&f, dirfd, EXPORT_MANIFEST, false);
	if (m->entries.n)
		qsort(m->entries.v, m->entries.n, sizeof(*m->entries.v), by_file);
	TRY(export_file_write(&f, head, strlen(head)));
	TRY(export_file_write(&f, ",\"files\":[", 10));
	for (size_t i = 0; i < m->entries.n && !m->entries.v[i].dead; i++) {
		TRY(export_file_write(&f, i ? ",\n" : "\n", i ? 2 : 1));
		TRY(export_file_write(&f, m->entries.v[i].text, m->entries.v[i].n));
	}
	TRY(export_file_write(&f, "\n]}\n", 4));
	rc = export_file_commit(&f, NULL, err);
done:
	if (rc < 0) {
		if (err && err->code == MF_OK && f.err.code)
			*err = f.err;
		export_file_abort(&f);
	}
	free(f.chunk);
	return rc;
}

/* ---- the journal ---- */

static int cut_torn_line(int fd, const char *where, struct mf_error *err)
{
	char chunk[4096];
	off_t end = lseek(fd, 0, SEEK_END), keep = end;
	while (keep > 0) {
		size_t n = keep > (off_t)sizeof(chunk) ? sizeof(chunk) : (size_t)keep;
		if (pread(fd, chunk, n, keep - (off_t)n) != (ssize_t)n)
			return err_sys(err, errno, where, "cannot read");
		const char *nl = memrchr(chunk, '\n', n);
		if (nl) {
			keep -= (off_t)n - (nl + 1 - chunk);
			break;
		}
		keep -= (off_t)n;
	}
	if (end < 0 || (keep != end && ftruncate(fd, keep) < 0) || lseek(fd, 0, SEEK_END) < 0)
		return err_sys(err, errno, where, "cannot repair");
	return MF_OK;
}

int export_journal_open(int dirfd, const char *where, int *out, struct mf_error *err)
{
	/* whoever ends an export removes the file while holding the lock: what has been locked must
	 * still be there */
	for (int tries = 0; tries < 8; tries++) {
		struct stat mine, there;
		int fd = openat(dirfd, EXPORT_JOURNAL,
			O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
		if (fd < 0)
			return err_sys(err, errno, where,
				errno == ELOOP ? EXPORT_JOURNAL " is a link"
					       : "cannot make the manifest in it");
		if (fstat(fd, &mine) < 0 || !S_ISREG(mine.st_mode)) {
			close(fd);
			return err_at(
				err, MF_EFAILED, where, EXPORT_JOURNAL " is not a regular file");
		}
		if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
			close(fd);
			err_at(err, MF_EFAILED, where, "another export is writing there");
			err_hint(err, "wait for it, or export to another directory");
			return MF_EFAILED;
		}
		if (fstatat(dirfd, EXPORT_JOURNAL, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
			there.st_ino == mine.st_ino && there.st_dev == mine.st_dev) {
			int rc = cut_torn_line(fd, where, err);
			if (rc < 0)
				close(fd);
			else
				*out = fd;
			return rc;
		}
		close(fd);
	}
	return err_at(err, MF_EFAILED, where, "another export is writing there");
}
