/* What the records of a task need. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../store/local.h"
#include "data.h"
#include "parts.h"
#include "provider.h"
#include "task.h"
#include "task_files.h"
#include "verify.h"

/* ---- the table of things ---- */

static uint32_t *find_slot(const struct verify *v, const char *flow, const char *sha)
{
	size_t mask = v->n_slots - 1, h = 5381;
	for (const char *p = sha; *p; p++)
		h = h * 33 + (unsigned char)*p;
	for (;; h++) {
		uint32_t *s = &v->slots[h & mask];
		if (!*s)
			return s;
		const struct verify_thing *t = &v->things.v[*s - 1];
		if (str_eq(t->sha, sha) && str_eq(t->flow, flow))
			return s;
	}
}

static bool make_room(struct verify *v)
{
	if ((v->things.n + 1) * 2 <= v->n_slots)
		return true;
	size_t n = v->n_slots ? v->n_slots * 2 : 1024;
	uint32_t *old = v->slots;
	v->slots = calloc(n, sizeof(*v->slots));
	if (!v->slots) {
		v->slots = old;
		return false;
	}
	v->n_slots = n;
	for (size_t i = 0; i < v->things.n; i++)
		if (v->things.v[i].kind != VERIFY_FILE)
			*find_slot(v, v->things.v[i].flow, v->things.v[i].sha) = (uint32_t)i + 1;
	free(old);
	return true;
}

static const char *kept_name(struct verify *v, const char *name)
{
	/* names repeat from task to task */
	for (size_t i = v->needs.n, tries = 0; i-- && tries < 64; tries++)
		if (v->needs.v[i].name && str_eq(v->needs.v[i].name, name))
			return v->needs.v[i].name;
	return arena_strdup(&v->arena, name);
}

/* Note that an item needs a thing; the thing, NULL: out of memory. Under the lock. */
static struct verify_thing *add(struct verify *v, size_t item, const struct verify_thing *what,
	const char *artifact, int attempt)
{
	struct verify_need need = {.item = (uint32_t)item, .attempt = attempt};
	struct verify_thing *t = NULL;
	uint32_t *slot = NULL;
	if (v->needs.n >= UINT32_MAX / 2 || (artifact && !(need.name = kept_name(v, artifact))) ||
		!make_room(v))
		goto nomem;
	if (what->kind != VERIFY_FILE && *(slot = find_slot(v, what->flow, what->sha)))
		t = &v->things.v[*slot - 1];
	if (!t) {
		if (!vec_push(&v->things, *what))
			goto nomem;
		t = &v->things.v[v->things.n - 1];
		if (slot)
			*slot = (uint32_t)v->things.n;
	}
	need.next = t->needs;
	if (!vec_push(&v->needs, need))
		goto nomem;
	t->needs = (uint32_t)v->needs.n;
	return t;
nomem:
	v->failed = MF_ENOMEM;
	return NULL;
}

static void add_blob(struct verify *v, size_t item, enum verify_kind kind, const char *flow,
	const char *sha, const char *artifact, int attempt)
{
	struct verify_thing thing = {.kind = kind, .flow = flow};
	snprintf(thing.sha, sizeof(thing.sha), "%s", sha);
	pthread_mutex_lock(&v->lock);
	/* the flow's name must outlive the object: that of the plan's pathspec would not end there
	 */
	if (v->things.n && v->things.v[v->things.n - 1].flow &&
		str_eq(v->things.v[v->things.n - 1].flow, flow))
		thing.flow = v->things.v[v->things.n - 1].flow;
	else
		thing.flow = arena_strdup(&v->arena, flow);
	if (!thing.flow)
		v->failed = MF_ENOMEM;
	else
		add(v, item, &thing, artifact, attempt);
	pthread_mutex_unlock(&v->lock);
}

/* A record, log or card that cannot be read. */
static void add_bad(struct verify *v, size_t item, const char *path, const char *artifact,
	const struct mf_error *err)
{
	struct verify_thing thing = {.kind = VERIFY_FILE};
	if (err->code == MF_ENOMEM) {
		v->failed = MF_ENOMEM;
		return;
	}
	pthread_mutex_lock(&v->lock);
	thing.path = path ? arena_strdup(&v->arena, path) : NULL;
	struct verify_thing *t = add(v, item, &thing, artifact, -1);
	if (t)
		verify_note(v, t, err);
	pthread_mutex_unlock(&v->lock);
}

/* ---- files ---- */

/* Can it be opened, and is it a file? */
static void look_at(struct verify *v, size_t item, struct store *s, const char *key)
{
	struct mf_error err = MF_ERROR_INIT, full = MF_ERROR_INIT;
	struct store_info info;
	struct arena a;
	arena_init(&a, 0);
	if (store_is_local(s)) {
		int fd = store_local_open(s, key, &info, &err);
		if (fd >= 0)
			close(fd);
	} else {
		store_head(s, key, &info, &err);
	}
	atomic_fetch_add(&v->files, 1);
	const char *where = err.code ? store_where(&a, s, key) : NULL;
	if (where) {
		err_at(&full, err.code, where, "%s", err.message);
		full.sys_errno = err.sys_errno;
		add_bad(v, item, where, NULL, &full);
	} else if (err.code) {
		v->failed = MF_ENOMEM;
	}
	arena_release(&a);
}

static void scan_logs(struct verify *v, size_t item, struct mf_object *o)
{
	struct mf_error err = MF_ERROR_INIT;
	if (task_list_data(o, &err) < 0) {
		add_bad(v, item, o->pathspec, NULL, &err);
		return;
	}
	const struct fs_names *names = &o->task->data;
	struct store *s = object_store(o, NULL);
	for (size_t i = 0; s && i < names->n; i++) {
		const char *name = fs_name(names, i), *dot = strrchr(name, '.');
		if (!isdigit((unsigned char)name[0]) || !dot || !str_eq(dot, ".log"))
			continue;
		const char *path = arena_printf(&o->arena, "%s/%s", o->pathspec, name);
		if (path)
			look_at(v, item, s, path);
	}
}

static void scan_cards(struct verify *v, size_t item, struct mf_object *o)
{
	struct mf_value *cards = NULL;
	struct mf_error err = MF_ERROR_INIT;
	struct card_place place;
	if (card_list_at(o, &cards, &place, &err) < 0) {
		add_bad(v, item, NULL, NULL, &err);
		return;
	}
	for (size_t i = 0; i < mf_value_count(cards); i++) {
		const char *path = record_str(&o->arena, mf_value_item(cards, i), "path");
		int rc = path ? card_stream(o->client, &place, path, NULL, &err) : MF_OK;
		const char *where = rc < 0 ? card_where(&o->arena, &place, path) : NULL;
		atomic_fetch_add(&v->files, 1);
		if (where)
			add_bad(v, item, where, NULL, &err);
		err_clear(&err);
	}
}

/* ---- records ---- */

/* "N_artifact_NAME.json" */
static bool artifact_of(const char *file, int *attempt, const char **name, size_t *n)
{
	static const char middle[] = "_artifact_";
	size_t len = strlen(file), digits = strspn(file, "0123456789");
	if (!digits || digits > 3 || !str_starts(file + digits, middle))
		return false;
	*name = file + digits + strlen(middle);
	if (len < (size_t)(*name - file) + strlen("x.json") || !str_eq(file + len - 5, ".json"))
		return false;
	*n = len - 5 - (size_t)(*name - file);
	*attempt = 0;
	for (size_t i = 0; i < digits; i++)
		*attempt = *attempt * 10 + (file[i] - '0');
	return true;
}

static void scan_record(struct verify *v, size_t item, struct mf_object *o, const char *file)
{
	struct mf_error err = MF_ERROR_INIT;
	const char *part, *name;
	char *text, sha[41];
	size_t n;
	int64_t ts;
	int attempt;
	if (!artifact_of(file, &attempt, &part, &n))
		return;
	name = arena_strndup(&o->arena, part, n);
	if (!name) {
		v->failed = MF_ENOMEM;
		return;
	}
	if (!v->plan.items.v[item].whole && !export_by_name(&v->plan.items.v[item], name))
		return;
	int rc = task_meta_read(o, file, &text, &n, &err);
	if (rc == MF_ENOTFOUND)
		return; /* gone since it was listed */
	if (rc == MF_OK)
		rc = record_brief(text, n, &ts, sha, &err);
	if (rc == MF_OK && !sha[0])
		rc = err_set(&err, MF_ECORRUPT, "the record has no SHA");
	if (rc == MF_OK) {
		add_blob(v, item, VERIFY_BLOB, o->id[MF_FLOW], sha, name, attempt);
		return;
	}
	if (!err.code)
		err_set(&err, rc, "damaged record");
	const char *path = o->client->root ? arena_printf(&o->arena, "%s/%s/_meta/%s", o->client->root, o->pathspec, file)
					   : o->pathspec;
	add_bad(v, item, path, name, &err);
}

void verify_scan(struct verify *v, size_t item)
{
	const struct export_item *it = &v->plan.items.v[item];
	struct mf_error err = MF_ERROR_INIT;
	struct mf_object *o = NULL;
	const char *sha;
	int rc;
	if (it->is_run)
		return;
	TRY(object_from_pathspec(&o, v->client, it->pathspec, -1, &err));
	rc = object_record(o, &err);
	if (rc == MF_ENOTFOUND)
		goto done;
	if (rc < 0) {
		const char *path =
			v->client->root ? arena_printf(&o->arena, "%s/%s/_meta/_self.json", v->client->root, it->pathspec)
					: it->pathspec;
		add_bad(v, item, path, NULL, &err);
		err_clear(&err);
	}
	TRY(task_list(o, ROWS_META | ROWS_ARTIFACTS, &err));
	for (size_t i = 0; i < o->task->names.n; i++)
		scan_record(v, item, o, fs_name(&o->task->names, i));
	if (!it->whole)
		goto done;
	size_t at = names_lower(&o->task->names, "sysmeta_code-package_");
	if (at < o->task->names.n &&
		str_starts(fs_name(&o->task->names, at), "sysmeta_code-package_")) {
		TRY(code_package(o, NULL, &sha, &err));
		if (sha)
			add_blob(v, item, VERIFY_PACKAGE, o->id[MF_FLOW], sha, NULL, -1);
	}
	scan_logs(v, item, o);
	at = names_lower(&o->task->names, "sysmeta_origin-task-id_");
	if (at >= o->task->names.n ||
		!str_starts(fs_name(&o->task->names, at), "sysmeta_origin-task-id_"))
		scan_cards(v, item, o); /* those of a clone are its origin's */
done:
	if (rc < 0 && rc != MF_ENOTFOUND)
		add_bad(v, item, err.where[0] ? err.where : NULL, NULL, &err);
	mf_object_free(o);
}
