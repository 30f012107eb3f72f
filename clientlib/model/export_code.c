/* What a run has beside its tasks: run.json, and the user's files of its code package (data-model
 * §12). */
#include <unistd.h>

#include "../base/limits.h"
#include "export.h"
#include "package.h"

enum { LIMIT_MEMBER = 256 << 20 };

struct unpacking {
	struct export_worker *w;
	const struct export_item *item;
	const struct mf_package *p;
	size_t at;               /* the file at hand */
	struct buf member, path; /* its bytes; its path below DIR */
	const char *code;        /* path of code/ below DIR */
	int fd;                  /* of code/, -1 as long as nothing is in it */
	int run_fd;
	struct mf_sink sink;
};

static void spell(struct buf *out, const char *name, size_t n)
{
	export_name(out, name, n, NAME_DOT);
}

/* Open the directory of the file at hand; its path and name are set. */
static int member_dir(struct unpacking *u, const char **name, struct mf_error *err)
{
	if (u->fd < 0 && (u->fd = export_subdir(u->run_fd, "code", true, u->code, err)) < 0)
		return u->fd;
	buf_clear(&u->path);
	buf_addf(&u->path, "%s/", u->code);
	return package_parent(u->fd, u->p->members[u->at].path, true, spell, &u->path, name, err);
}

static int want_member(void *arg, size_t i, const struct mf_sink **sink, struct mf_error *err)
{
	struct unpacking *u = arg;
	(void)err;
	if (export_stopped(u->w->x))
		return MF_ECANCELLED;
	if (!package_takes(u->p, i, false))
		return MF_OK;
	u->at = i;
	buf_clear(&u->member);
	u->sink = (struct mf_sink){buf_sink_write, &u->member};
	*sink = &u->sink;
	return MF_OK;
}

/* Write the file that has been collected. One that cannot be written does not keep the others from
 * it. */
static int end_member(void *arg, struct mf_error *unused)
{
	struct unpacking *u = arg;
	struct export_worker *w = u->w;
	struct mf_error err = MF_ERROR_INIT;
	struct export_fact fact = {.pathspec = u->item->pathspec, .kind = "code", .size = -1};
	const char *name;
	char sha[DIGEST_HEX];
	struct digest d;
	int rc, fd;
	(void)unused;
	if (export_stopped(w->x))
		return MF_ECANCELLED;
	TRY(fd = member_dir(u, &name, &err));
	fact.file = u->path.p;
	digest_init(&d, false);
	digest_update(&d, u->member.p, u->member.n);
	digest_hex(&d, sha);
	const struct export_entry *e =
		w->x->opts.resume ? export_manifest_file(&w->x->old, u->path.p) : NULL;
	if (e && e->sha && str_eq(e->sha, sha) && export_kept(w, e, fd, name))
		export_keep(w);
	else
		export_text(w, fd, name, &u->member, &fact, NULL);
	close(fd);
done:
	if (rc < 0)
		export_note(w, &fact, &err);
	return MF_OK;
}

static int unpack(struct unpacking *u, struct mf_error *err)
{
	struct package_walk walk = {.want = want_member, .end = end_member, .arg = u};
	int rc = package_walk(u->p, &walk, err);
	if (rc < 0 && export_stopped(u->w->x))
		return MF_OK;
	if (rc < 0 && u->member.failed)
		return err_at(err, rc, u->p->members[u->at].path,
			rc == MF_ENOMEM ? "out of memory" : "the file is too large");
	/* what names a place outside the package is told; links are not files of it */
	for (size_t i = 0; i < u->p->n && rc == MF_OK; i++) {
		const struct mf_member *m = &u->p->members[i];
		const char *why = package_refusal(m);
		if (m->user && m->kind == MF_MEMBER_FILE && !u->p->shadowed[i] && why)
			rc = err_set(err, MF_ECORRUPT, "member “%.200s”: %s", m->path, why);
	}
	return rc;
}

static void export_code(struct export_worker *w, const struct export_item *item,
	struct mf_object *run, int fd, const char *path)
{
	struct mf_error err = MF_ERROR_INIT;
	struct buf code = BUF_INIT(1 << 16);
	struct mf_package *p = NULL;
	struct unpacking u = {.w = w,
		.item = item,
		.member = BUF_INIT(LIMIT_MEMBER),
		.path = BUF_INIT(1 << 16),
		.fd = -1,
		.run_fd = fd};
	struct export_fact fact = {.pathspec = item->pathspec, .kind = "code", .size = -1};
	int rc;
	buf_addf(&code, "%s/code", path);
	TRY(buf_err(&code, &err));
	u.code = fact.file = code.p;
	TRY(package_open(&p, run, true, &err)); /* scheduled runs have it in _parameters */
	u.p = p;
	if (p)
		rc = unpack(&u, &err);
done:
	if (rc < 0 && !err.code)
		err_set(&err, rc, "%s", mf_code_name(rc));
	if (rc < 0)
		export_note(w, &fact, &err);
	if (u.fd >= 0)
		close(u.fd);
	mf_package_free(p);
	buf_release(&u.member);
	buf_release(&u.path);
	buf_release(&code);
}

void export_run_files(struct export_worker *w, const struct export_item *item)
{
	struct mf_error err = MF_ERROR_INIT, bad = MF_ERROR_INIT;
	struct buf path = BUF_INIT(1 << 16), text = BUF_INIT(MF_LIMIT_TEXT),
		   file = BUF_INIT(1 << 16);
	struct export_fact fact = {.pathspec = item->pathspec, .kind = "metadata", .size = -1};
	struct mf_object *run = NULL;
	unsigned what = w->x->opts.what;
	int rc, fd = -1;
	if (!(what & (MF_EXPORT_CODE | MF_EXPORT_METADATA)))
		return;
	TRY(object_from_pathspec(&run, w->x->client, item->pathspec, -1, &err));
	rc = object_record(run, &err);
	if (rc ==
		MF_ENOTFOUND) { /* with a damaged run above, its tasks are exported all the same */
		err_clear(&err);
		rc = MF_OK;
		goto done;
	}
	TRY(rc);
	TRY(export_dir(w->x, run->id, 2, &fd, &path, &err));
	if (what & MF_EXPORT_METADATA) {
		TRY(export_run(&text, run, &bad, &err));
		buf_addc(&text, '\n');
		buf_addf(&file, "%s/run.json", path.p);
		TRY(buf_err(&text, &err));
		TRY(buf_err(&file, &err));
		fact.file = file.p;
		export_text(w, fd, "run.json", &text, &fact, &bad);
	}
	if (what & MF_EXPORT_CODE && !export_stopped(w->x))
		export_code(w, item, run, fd, path.p);
done:
	if (rc < 0)
		export_note(w, &fact, &err);
	if (fd >= 0)
		close(fd);
	mf_object_free(run);
	buf_release(&path);
	buf_release(&text);
	buf_release(&file);
}
