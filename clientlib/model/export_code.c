/* What a run has beside its tasks: run.json, and the user's files of its code package (data-model
 * §12). */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../base/limits.h"
#include "../codec/archive.h"
#include "../codec/json.h"
#include "../store/cas.h"
#include "export.h"
#include "run.h"
#include "task.h"

enum {
	LIMIT_PACKAGE = 512 << 20,
	LIMIT_MEMBER = 256 << 20,
	LIMIT_MEMBERS = 200000,
	LIMIT_LEVELS = 32
};

struct unpacking {
	struct export_worker *w;
	const struct export_item *item;
	struct buf member, install;
	char *name;       /* of the member that is being collected, NULL */
	const char *path; /* of code/ below DIR */
	int fd;           /* of code/, -1 as long as nothing is in it */
	int run_fd;
	bool v1; /* .mf_install is there */
	size_t count;
	const struct mf_value *modules; /* module_files of .mf_install */
	struct mf_error err;
};

/* ---- the package ---- */

int export_package(struct mf_object *task, const struct mf_sink *sink, bool *found,
	char sha_out[41], struct mf_error *err)
{
	const char *text = task_meta_text(task, "code-package");
	struct mf_client *c = task->client;
	struct mf_value *record = NULL;
	struct mf_error mine = MF_ERROR_INIT;
	*found = false;
	if (!text || str_eq(text, "null"))
		return MF_OK;
	if (json_parse(&record, &task->arena, text, strlen(text), &mine) < 0)
		return err_at(err, MF_ECORRUPT, task->pathspec, "metadata code-package: %s",
			mine.message);
	const char *sha = record_str(&task->arena, record, "sha"),
		   *type = record_str(&task->arena, record, "ds_type");
	const char *location = record_str(&task->arena, record, "location");
	if (!sha)
		return MF_OK;
	*found = true;
	if (sha_out)
		snprintf(sha_out, 41, "%s", sha);
	if (!sink)
		return MF_OK;
	if (type && !str_eq(type, "local") && !c->config->datastore_root)
		return err_at(err, MF_EUNSUPPORTED, task->pathspec,
			"its code package is in %s, which this version does not read", type);
	int rc = cas_stream(
		c->data_fd, "", task->id[MF_FLOW], sha, CAS_RAW, sink, LIMIT_PACKAGE, &mine);
	const char *tail = arena_printf(&task->arena, "/%s/data/", task->id[MF_FLOW]);
	const char *at = location && location[0] == '/' && tail ? strstr(location, tail) : NULL;
	const char *root = at && !c->config->datastore_root
				   ? arena_strndup(&task->arena, location, (size_t)(at - location))
				   : NULL;
	if (rc == MF_ENOTFOUND && root) {
		struct mf_error there = MF_ERROR_INIT;
		rc = cas_stream(AT_FDCWD, root, task->id[MF_FLOW], sha, CAS_RAW, sink,
			LIMIT_PACKAGE, &there);
		mine = rc == MF_ENOTFOUND ? mine : there;
	}
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	return rc;
}

/* The package of the newest step whose newest task has one, as the client looks for it. */
static int find_package(struct mf_object *run, struct buf *b, bool *found, struct mf_error *err)
{
	struct mf_list_options lo = MF_LIST_INIT;
	struct mf_iter *iter;
	struct mf_object *step;
	struct run *r = object_run(run);
	struct mf_sink sink = {buf_sink_write, b};
	*found = false;
	if (!r)
		return err_nomem(err);
	lo.hidden = true; /* scheduled runs have it in _parameters */
	int rc = mf_list(&iter, run->client, run->pathspec, &lo, err);
	if (rc < 0)
		return rc;
	while (rc == MF_OK && !*found && (rc = mf_iter_next(iter, &step, err)) == 1) {
		struct mf_object *task = run_step_task(r, mf_object_id(step));
		rc = task ? export_package(task, &sink, found, NULL, err) : MF_OK;
		if (rc < 0 && b->failed)
			rc = buf_err(b, err);
		mf_object_free(task);
		mf_object_free(step);
	}
	mf_iter_free(iter);
	return rc;
}

/* ---- members ---- */

/* Is it the user's, and not Metaflow's own? */
static bool is_users(const struct unpacking *u, const char *name)
{
	static const char *const v1[] = {".mf_code/", ".mf_meta/", ".mf_install", NULL};
	static const char *const v0[] = {"INFO", "CONFIG", "conda.manifest", "uv.lock",
		"pyproject.toml", "condav2-1.cnd", "metaflow/", "metaflow_extensions/", NULL};
	for (const char *const *p = u->v1 ? v1 : v0; *p; p++) {
		bool folder = (*p)[strlen(*p) - 1] == '/';
		if (folder ? str_starts(name, *p) : str_eq(name, *p))
			return false;
	}
	for (size_t i = 0; i < mf_value_count(u->modules); i++) {
		size_t n;
		const char *p = mf_value_text(mf_value_item(u->modules, i), &n);
		if (p && strlen(name) == n && memcmp(name, p, n) == 0)
			return false;
	}
	return true;
}

/* Open the folder of a member below code/; `leaf` is its last component. */
static int member_dir(struct unpacking *u, const char *name, const char **leaf, struct buf *path,
	struct mf_error *err)
{
	if (u->fd < 0 && (u->fd = export_subdir(u->run_fd, "code", u->path, err)) < 0)
		return u->fd;
	int fd = fcntl(u->fd, F_DUPFD_CLOEXEC, 3), levels = 0;
	for (size_t n; fd >= 0 && name[n = strcspn(name, "/")]; name += n + 1) {
		struct buf part = BUF_INIT(1 << 12);
		int below;
		export_name(&part, name, n, NAME_DOT);
		buf_addf(path, "/%s", part.p);
		below = buf_err(&part, err) < 0   ? part.failed
			: levels++ > LIMIT_LEVELS ? err_at(err, MF_ELIMIT, path->p,
							    "too many folders inside each other")
						  : export_subdir(fd, part.p, path->p, err);
		buf_release(&part);
		close(fd);
		fd = below;
	}
	*leaf = name;
	return fd == -1 ? err_at(err, MF_EIO, u->path, "cannot open the directory") : fd;
}

/* Write the member that has been collected. */
static void put_member(struct unpacking *u)
{
	struct export_worker *w = u->w;
	struct mf_error err = MF_ERROR_INIT;
	struct buf path = BUF_INIT(1 << 16);
	struct export_fact fact = {.pathspec = u->item->pathspec, .kind = "code", .size = -1};
	const char *leaf;
	char sha[DIGEST_HEX];
	struct digest d;
	size_t at;
	int rc, fd = -1;
	if (!u->name || export_stopped(w->x))
		return;
	buf_adds(&path, u->path);
	TRY(fd = member_dir(u, u->name, &leaf, &path, &err));
	buf_addc(&path, '/');
	at = path.n;
	export_name(&path, leaf, strlen(leaf), NAME_DOT);
	TRY(buf_err(&path, &err));
	fact.file = path.p;
	digest_init(&d, false);
	digest_update(&d, u->member.p, u->member.n);
	digest_hex(&d, sha);
	const struct export_entry *e =
		w->x->opts.resume ? export_manifest_file(&w->x->old, path.p) : NULL;
	if (e && e->sha && str_eq(e->sha, sha) && export_kept(w, e, fd, path.p + at))
		export_keep(w);
	else
		export_text(w, fd, path.p + at, &u->member, &fact, NULL);
done:
	if (rc < 0)
		export_note(w, &fact, &err);
	if (fd >= 0)
		close(fd);
	buf_release(&path);
	free(u->name);
	u->name = NULL;
}

/* May it be the path of a member: relative, and with no way up? */
static bool is_path(const char *name)
{
	if (!*name || *name == '/')
		return false;
	for (size_t n;; name += n + 1) {
		n = strcspn(name, "/");
		if (!n || (n == 1 && name[0] == '.') ||
			(n == 2 && name[0] == '.' && name[1] == '.'))
			return false;
		if (!name[n])
			return true;
	}
}

static struct buf *want_install(void *arg, const char *name)
{
	struct unpacking *u = arg;
	if (!str_eq(name, ".mf_install"))
		return NULL;
	u->v1 = true;
	buf_clear(&u->install);
	return &u->install;
}

static struct buf *want_member(void *arg, const char *name)
{
	struct unpacking *u = arg;
	put_member(u); /* the one before is complete */
	while (str_starts(name, "./"))
		name += 2;
	if (!is_users(u, name) || export_stopped(u->w->x))
		return NULL;
	if (!is_path(name) || u->count++ >= LIMIT_MEMBERS) {
		if (!u->err.code)
			err_set(&u->err, MF_ECORRUPT,
				is_path(name) ? "too many members"
					      : "member “%.200s” points out of the package",
				name);
		return NULL;
	}
	u->name = strdup(name);
	buf_clear(&u->member);
	if (!u->name)
		err_nomem(&u->err);
	return u->name ? &u->member : NULL;
}

static int unpack(
	struct unpacking *u, const struct buf *package, struct arena *a, struct mf_error *err)
{
	struct mf_value *install = NULL;
	int rc = archive_each(package->p, package->n, want_install, u, err);
	if (rc == MF_OK && u->install.n &&
		json_parse(&install, a, u->install.p, u->install.n, NULL) == MF_OK)
		u->modules = mf_value_get(install, "module_files");
	if (rc == MF_OK)
		rc = archive_each(package->p, package->n, want_member, u, err);
	if (rc == MF_OK)
		put_member(u);
	free(u->name);
	u->name = NULL;
	if (rc == MF_OK && u->err.code) {
		rc = u->err.code;
		if (err)
			*err = u->err;
	}
	return rc;
}

/* ---- the run ---- */

static void export_code(struct export_worker *w, const struct export_item *item,
	struct mf_object *run, int fd, const char *path)
{
	struct mf_error err = MF_ERROR_INIT;
	struct buf package = BUF_INIT(LIMIT_PACKAGE), below = BUF_INIT(1 << 16);
	struct unpacking u = {.w = w,
		.item = item,
		.member = BUF_INIT(LIMIT_MEMBER),
		.install = BUF_INIT(LIMIT_MEMBER),
		.fd = -1,
		.run_fd = fd,
		.err = MF_ERROR_INIT};
	struct export_fact fact = {.pathspec = item->pathspec, .kind = "code", .size = -1};
	bool found;
	int rc;
	buf_addf(&below, "%s/code", path);
	TRY(buf_err(&below, &err));
	u.path = below.p;
	fact.file = below.p;
	TRY(find_package(run, &package, &found, &err));
	if (found)
		rc = unpack(&u, &package, &run->arena, &err);
done:
	if (rc < 0)
		export_note(w, &fact, &err);
	if (u.fd >= 0)
		close(u.fd);
	buf_release(&u.member);
	buf_release(&u.install);
	buf_release(&package);
	buf_release(&below);
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
