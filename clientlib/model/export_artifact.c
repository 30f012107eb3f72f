/* The artifacts of a task. */
#include <fnmatch.h>
#include <strings.h>

#include "export.h"

static bool is_wanted(const struct export *x, const struct export_task *t, const char *name)
{
	if (export_by_name(t->item, name))
		return true;
	if (!t->item->whole)
		return false;
	bool shown = x->opts.hidden || (name[0] != '_' && !str_eq(name, "name"));
	return shown && (!x->opts.include || fnmatch(x->opts.include, name, 0) == 0);
}

/* The next object of a list, or of the names; NULL: there is none. */
static struct mf_object *next_object(struct export_worker *w, struct export_task *t)
{
	struct mf_object *o = NULL;
	struct mf_error err = MF_ERROR_INIT;
	pthread_mutex_lock(&t->lock);
	if (!t->item->whole && !t->iter) {
		while (!o && !err.code && t->next_name < t->item->n_names) {
			struct buf path = BUF_INIT(1 << 16);
			struct mf_get_options go = {.attempt = w->x->opts.attempt};
			buf_addf(&path, "%s/%s", t->item->pathspec, t->item->names[t->next_name++]);
			if (buf_err(&path, &err) == MF_OK &&
				mf_get(&o, w->x->client, path.p, &go, &err) < 0 &&
				err.code != MF_ENOMEM) {
				/* gone, or damaged: told like one of a list */
				struct export_fact fact = {
					.pathspec = path.p, .kind = "artifact", .size = -1};
				export_note(w, &fact, &err);
				err_clear(&err);
			}
			buf_release(&path);
		}
	} else if (t->iter) {
		while (!o && mf_iter_next(t->iter, &o, &err) == 1)
			if (!is_wanted(w->x, t, mf_object_id(o))) {
				mf_object_free(o);
				o = NULL;
			}
	}
	if (!o)
		t->drained = true;
	pthread_mutex_unlock(&t->lock);
	if (err.code && err.code != MF_ECANCELLED)
		export_task_failed(w, t->item, &err);
	return o;
}

static bool is_extension(const struct export *x, const char *ext)
{
	if (x->opts.format >= 0)
		return str_eq(ext, mf_format_extension((enum mf_format)x->opts.format));
	for (int f = MF_AS_JSON; f <= MF_AS_CSV; f++)
		if (str_eq(ext, mf_format_extension((enum mf_format)f)))
			return true;
	return false;
}

/* Has an earlier export written this artifact as this one would, and is it as it was? */
static bool is_kept(struct export_worker *w, const struct export_task *t, const struct mf_object *o,
	const char *sha, const char *base)
{
	const struct export_entry *e = export_manifest_object(&w->x->old, "artifact", o->pathspec);
	size_t n = strlen(t->path), m = strlen(base);
	if (!e || !e->file || !e->sha || !sha || !str_eq(e->sha, sha))
		return false;
	if (strncmp(e->file, t->path, n) != 0 || e->file[n] != '/' ||
		strncmp(e->file + n + 1, base, m) != 0 || e->file[n + 1 + m] != '.' ||
		!is_extension(w->x, e->file + n + m + 2))
		return false;
	return export_kept(w, e, t->fd, e->file + n + 1);
}

/* Read back a pickle: its SHA is known. */
int export_check(const struct export_file *f, const char *want, struct mf_error *err)
{
	char sha[DIGEST_HEX];
	uint64_t size;
	int rc = export_file_sha(f->dirfd, f->name, sha, &size, err);
	if (rc == MF_OK && (!str_eq(sha, want) || size != f->size))
		rc = err_at(err, MF_EIO, f->name, "what was written reads back as something else");
	return rc;
}

static int write_as(struct export_worker *w, struct export_task *t, struct mf_object *o,
	enum mf_format format, struct buf *name, struct export_fact *fact, char sha[DIGEST_HEX],
	struct mf_error *err)
{
	bool pickle = format == MF_AS_PICKLE;
	buf_addf(name, ".%s", mf_format_extension(format));
	int rc = buf_err(name, err);
	if (rc < 0)
		return rc;
	struct mf_sink sink = export_begin(w, t->fd, name->p, !pickle || w->x->opts.verify);
	rc = mf_artifact_write(o, format, &sink, err);
	if (w->file.err.code) { /* the sink has refused: that is the reason, whatever was made of it
				 */
		rc = w->file.err.code;
		if (err)
			*err = w->file.err;
	}
	bool part = rc == MF_EPARTIAL && w->x->opts.format >= 0;
	if (rc < 0 && !part) {
		export_file_abort(&w->file);
		return rc == MF_ECANCELLED ? err_set(err, rc, "cancelled") : rc;
	}
	int done = export_file_commit(&w->file, sha, err);
	if (done == MF_OK && w->x->opts.verify)
		done = export_check(&w->file, sha, err);
	if (done < 0)
		return done;
	fact->size = (int64_t)w->file.size;
	fact->file_sha = pickle ? NULL : sha;
	return part ? err_set(err, MF_EPARTIAL, "a part of the value was left out at a limit")
		    : MF_OK;
}

static void export_artifact(struct export_worker *w, struct export_task *t, struct mf_object *o)
{
	struct export *x = w->x;
	struct mf_error err = MF_ERROR_INIT;
	const char *name = mf_object_id(o);
	struct export_fact fact = {.pathspec = o->pathspec, .kind = "artifact", .size = -1};
	struct buf file = BUF_INIT(1 << 16);
	char sha[DIGEST_HEX];
	enum mf_format format = (enum mf_format)x->opts.format;
	const struct mf_value *v;
	size_t base, at;
	int rc;
	TRY(object_record(o, &err));
	v = mf_object_get(o, "sha");
	if (mf_value_kind(v) == MF_STRING)
		fact.sha = mf_value_text(v, NULL);
	v = mf_object_get(o, "type");
	if (mf_value_kind(v) == MF_STRING)
		fact.type = mf_value_text(v, NULL);
	buf_addf(&file, "%s/", t->path);
	at = file.n;
	export_name(&file, name, strlen(name),
		export_spelling(name, t->all, t->n_all) |
			(strcasecmp(name, "metadata") == 0 ? NAME_FIRST : 0));
	TRY(buf_err(&file, &err));
	if (is_kept(w, t, o, fact.sha, file.p + at)) {
		export_keep(w);
		rc = MF_OK;
		goto kept;
	}
	base = file.n;
	if (x->opts.format < 0)
		TRY(mf_artifact_format(o, &format, &err));
	{
		struct buf leaf = BUF_INIT(1 << 12);
		buf_adds(&leaf, file.p + at);
		rc = write_as(w, t, o, format, &leaf, &fact, sha, &err);
		if (x->opts.format < 0 && format != MF_AS_PICKLE &&
			(rc == MF_EPARTIAL || rc == MF_ELIMIT || rc == MF_EUNSUPPORTED)) {
			/* what that format cannot hold after all: the stream can */
			err_clear(&err);
			leaf.n = base - at;
			leaf.p[leaf.n] = '\0';
			rc = write_as(w, t, o, MF_AS_PICKLE, &leaf, &fact, sha, &err);
		}
		file.n = at;
		buf_adds(&file, leaf.p);
		if (rc == MF_OK)
			rc = buf_err(&file, &err);
		buf_release(&leaf);
	}
	fact.file = rc == MF_OK || rc == MF_EPARTIAL ? file.p : NULL;
done:
	fact.skipped = rc == MF_EUNSUPPORTED && x->opts.format >= MF_AS_NPY &&
		       !export_by_name(t->item, name);
	if (rc < 0 && !err.code)
		err_set(&err, rc, "%s", mf_code_name(rc));
	export_note(w, &fact, rc < 0 ? &err : NULL);
kept:
	buf_release(&file);
}

bool export_task_artifact(struct export_worker *w, struct export_task *t)
{
	if (t->drained)
		return false;
	struct mf_object *o = next_object(w, t);
	if (!o)
		return false;
	export_artifact(w, t, o);
	mf_object_free(o);
	return true;
}
