/* An export from its beginning to its end, and what becomes of each file. */
#include "export.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../base/fmt.h"

/* Lines are written together, but no longer held back than a kill may cost. */
enum { JOURNAL_BATCH = 1 << 14, JOURNAL_MS = 200 };

int64_t export_clock(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

bool export_stopped(const struct export *x)
{
	return atomic_load(&x->stop) || mf_cancel_is_set(x->opts.cancel);
}

/* What ends everything: the first of it counts. */
static void give_up(struct export *x, const struct mf_error *err)
{
	pthread_mutex_lock(&x->lock);
	if (!x->fatal.code)
		x->fatal = *err;
	atomic_store(&x->stop, true);
	pthread_cond_broadcast(&x->changed);
	pthread_mutex_unlock(&x->lock);
}

/* ---- what becomes of a file ---- */

void export_journal_flush(struct export_worker *w)
{
	struct mf_error err = MF_ERROR_INIT;
	pthread_mutex_lock(&w->x->say);
	for (size_t at = 0; at < w->journal.n && !err.code;) {
		ssize_t n = write(w->x->journal, w->journal.p + at, w->journal.n - at);
		if (n < 0 && errno != EINTR)
			err_sys(&err, errno, EXPORT_JOURNAL, "cannot write");
		at += n > 0 ? (size_t)n : 0;
	}
	pthread_mutex_unlock(&w->x->say);
	buf_clear(&w->journal);
	w->flushed = export_clock();
	if (err.code)
		give_up(w->x, &err);
}

static void journal_line(struct buf *b, const struct export_fact *f, const struct mf_error *err)
{
	static const char *const states[] = {"ok", "skipped", "failed"};
	buf_adds(b, "{\"pathspec\":");
	export_string(b, f->pathspec);
	buf_addf(b, ",\"kind\":\"%s\",\"sha\":", f->kind);
	export_string(b, f->sha);
	buf_adds(b, ",\"size\":");
	if (f->size >= 0)
		buf_addf(b, "%lld", (long long)f->size);
	else
		buf_adds(b, "null");
	buf_adds(b, ",\"type\":");
	export_string(b, f->type);
	buf_adds(b, ",\"file\":");
	export_string(b, f->file);
	if (f->file_sha) {
		buf_adds(b, ",\"file_sha\":");
		export_string(b, f->file_sha);
	}
	if (f->not_final)
		buf_adds(b, ",\"final\":false");
	buf_addf(b, ",\"status\":\"%s\"", states[f->skipped ? 1 : err ? 2 : 0]);
	if (err) {
		buf_addf(b, ",\"error\":{\"code\":\"%s\",\"message\":", mf_code_name(err->code));
		export_string(b, err->message);
		buf_addc(b, '}');
	}
	buf_adds(b, "}\n");
}

void export_note(struct export_worker *w, const struct export_fact *f, const struct mf_error *err)
{
	struct export *x = w->x;
	if (err && mf_cancel_is_set(x->opts.cancel))
		return; /* whatever it has been turned into on its way */
	if (err && (err->code == MF_ENOMEM || err->code == MF_ECANCELLED)) {
		give_up(x, err);
		return;
	}
	size_t before = w->journal.n;
	journal_line(&w->journal, f, err);
	if (w->journal.failed) {
		struct mf_error nomem = MF_ERROR_INIT;
		w->journal.n = before;
		err_nomem(&nomem);
		give_up(x, &nomem);
		return;
	}
	pthread_mutex_lock(&x->lock);
	if (f->skipped)
		x->result.skipped++;
	else if (err)
		x->result.failed++;
	else
		x->result.files++;
	if (!err && f->size > 0)
		x->result.bytes += (uint64_t)f->size;
	pthread_mutex_unlock(&x->lock);
	if (err && !f->skipped && x->opts.failed) {
		pthread_mutex_lock(&x->say);
		x->opts.failed(x->opts.self, f->pathspec, err);
		pthread_mutex_unlock(&x->say);
	}
	if (w->journal.n >= JOURNAL_BATCH || export_clock() - w->flushed >= JOURNAL_MS)
		export_journal_flush(w);
	/* EIO may come from the source as well */
	int e = err && (w->file.err.code || err->sys_errno != EIO) ? err->sys_errno : 0;
	if (export_hopeless(e))
		give_up(x, err);
}

void export_keep(struct export_worker *w)
{
	pthread_mutex_lock(&w->x->lock);
	w->x->result.kept++;
	pthread_mutex_unlock(&w->x->lock);
}

bool export_kept(struct export_worker *w, const struct export_entry *e, int dirfd, const char *name)
{
	struct stat st;
	char sha[DIGEST_HEX];
	uint64_t size;
	if (!w->x->opts.resume || !e || !e->ok || !e->final || e->size < 0)
		return false;
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
		st.st_size != e->size)
		return false;
	if (!w->x->opts.verify)
		return true;
	const char *want = e->file_sha ? e->file_sha : e->sha;
	return want && export_file_sha(dirfd, name, sha, &size, NULL) == MF_OK && str_eq(sha, want);
}

struct mf_sink export_begin(struct export_worker *w, int dirfd, const char *name, bool hash)
{
	w->file.chunk = w->chunk;
	w->file.cancel = w->x->opts.cancel;
	export_file_begin(&w->file, dirfd, name, hash);
	return (struct mf_sink){export_file_write, &w->file};
}

int export_end(struct export_worker *w, int rc, struct export_fact *fact, char sha[DIGEST_HEX],
	struct mf_error *err)
{
	if (w->file.err.code) {
		rc = w->file.err.code;
		*err = w->file.err;
	}
	if (rc < 0) {
		export_file_abort(&w->file);
		return rc;
	}
	rc = export_file_commit(&w->file, sha, err);
	if (rc == MF_OK && w->x->opts.verify)
		rc = export_check(&w->file, sha, err);
	if (rc == MF_OK) {
		fact->sha = sha;
		fact->size = (int64_t)w->file.size;
	}
	return rc;
}

void export_text(struct export_worker *w, int dirfd, const char *name, const struct buf *b,
	struct export_fact *fact, const struct mf_error *bad)
{
	struct mf_error err = MF_ERROR_INIT;
	char sha[DIGEST_HEX];
	struct mf_sink sink = export_begin(w, dirfd, name, true);
	sink.write(sink.self, b->p, b->n);
	int rc = export_file_commit(&w->file, sha, &err);
	if (rc == MF_OK) {
		fact->sha = sha;
		fact->size = (int64_t)b->n;
	}
	export_note(w, fact, rc < 0 ? &err : bad && bad->code ? bad : NULL);
	fact->sha = NULL;
}

/* ---- beginning and end ---- */

static int fold(struct export *x, struct mf_error *err)
{
	struct export_manifest m = {0};
	struct buf head = BUF_INIT(1 << 20);
	int rc;
	TRY(export_manifest_load(&m, x->dirs.fd[0], err));
	buf_addf(&head, "{\"mfkit\":\"%s\",\"created_at\":\"", MF_VERSION);
	fmt_rfc3339(&head, mf_client_now(x->client));
	buf_adds(&head, "\",\"source\":");
	export_string(&head, x->client->source);
	buf_addf(&head,
		",\"summary\":{\"files\":%llu,\"bytes\":%llu,\"kept\":%llu,\"skipped\":%llu,"
		"\"failed\":%llu}",
		(unsigned long long)x->result.files, (unsigned long long)x->result.bytes,
		(unsigned long long)x->result.kept, (unsigned long long)x->result.skipped,
		(unsigned long long)x->result.failed);
	TRY(buf_err(&head, err));
	TRY(export_manifest_write(&m, x->dirs.fd[0], head.p, err));
	unlinkat(x->dirs.fd[0], EXPORT_JOURNAL, 0);
done:
	export_manifest_release(&m);
	buf_release(&head);
	return rc;
}

static int finish(struct export *x, struct mf_error *err)
{
	if (mf_cancel_is_set(x->opts.cancel)) {
		err_at(err, MF_ECANCELLED, x->opts.dir, "interrupted after %llu files",
			(unsigned long long)(x->result.files + x->result.kept));
		err_hint(err, "--resume continues");
		return MF_ECANCELLED;
	}
	if (x->fatal.code) {
		/* what is done is put into the manifest if that can be written: a full disk may
		 * have room for it */
		if (err && err->code == MF_OK)
			*err = x->fatal;
		fold(x, NULL);
		err_hint(err, "make room, then --resume continues");
		return x->fatal.code;
	}
	int rc = fold(x, err);
	if (rc == MF_OK && x->result.failed)
		rc = err_at(err, MF_EPARTIAL, x->opts.dir, "%llu could not be exported",
			(unsigned long long)x->result.failed);
	return rc;
}

int mf_export(struct mf_export_result *result, struct mf_client *client,
	const char *const *pathspecs, size_t n, const struct mf_export_options *opts,
	struct mf_error *err)
{
	struct export x = {.client = client,
		.opts = *opts,
		.journal = -1,
		.started = export_clock(),
		.dirs = {.fd = {-1, -1, -1, -1}},
		.fatal = MF_ERROR_INIT};
	struct export_plan_options po = {.ns = opts->ns,
		.attempt = opts->attempt,
		.hidden = opts->hidden,
		.cancel = opts->cancel};
	int rc;
	if (!x.opts.what)
		x.opts.what = MF_EXPORT_ALL;
	pthread_mutex_init(&x.lock, NULL);
	pthread_mutex_init(&x.say, NULL);
	pthread_mutex_init(&x.dirs.lock, NULL);
	pthread_cond_init(&x.changed, NULL);
	if (!x.opts.dir || !*x.opts.dir) {
		rc = err_set(err, MF_EUSAGE, "no directory to export to");
		goto done;
	}
	TRY(export_plan_make(&x.plan, client, pathspecs, n, &po, err));
	TRY(export_dir_top(&x, err));
	TRY(export_journal_open(x.dirs.fd[0], opts->dir, &x.journal, err));
	if (opts->resume)
		TRY(export_manifest_load(&x.old, x.dirs.fd[0], err));
	TRY(export_work(&x, err));
	export_progress(&x);
	rc = finish(&x, err);
done:
	if (result)
		*result = x.result;
	export_dirs_forget(&x.dirs, 0);
	if (x.dirs.fd[0] >= 0)
		close(x.dirs.fd[0]);
	if (x.journal >= 0)
		close(x.journal);
	export_plan_release(&x.plan);
	export_manifest_release(&x.old);
	pthread_cond_destroy(&x.changed);
	pthread_mutex_destroy(&x.dirs.lock);
	pthread_mutex_destroy(&x.say);
	pthread_mutex_destroy(&x.lock);
	return rc;
}
