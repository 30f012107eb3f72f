/* Records of a task's artifacts, and its data.json. */
#include <stdio.h>

#include "../codec/json.h"
#include "data.h"
#include "provider.h"
#include "task.h"
#include "task_files.h"

/* SHA and time from the parsed record. */
static void from_doc(struct artifact_record *r)
{
	const struct mf_value *sha = mf_value_get(r->doc, "sha");
	r->ts = record_ts(r->doc);
	if (mf_value_kind(sha) == MF_STRING && sha->u.s.n == 40)
		memcpy(r->sha, sha->u.s.p, 40);
}

static int find_record(struct mf_object *o, const char *name, bool whole, struct artifact_record **out, struct mf_error *err)
{
	int attempt = task_artifact_attempt(o);
	struct task *t = task_of(o);
	struct mf_error mine;
	char prefix[24], *text;
	if (!t)
		return err_nomem(err);
	err_clear(&mine);
	if (attempt < 0 && o->attempt < 0) {
		/* it may be that the directory could not be listed */
		int rc = task_list(o, ROWS_ARTIFACTS, err);
		if (rc < 0)
			return rc;
		attempt = task_artifact_attempt(o);
	}
	if (attempt < 0)
		return o->arena.full ? err_nomem(err)
				     : err_at(err, MF_ENOTFOUND, o->pathspec,
					       "no attempt of the task has stored artifacts");
	const struct task *known[] = {t, o->owner ? o->owner->task : NULL};
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		for (struct artifact_record *r = known[i] ? known[i]->records : NULL; r; r = r->next)
			if (str_eq(r->name, name)) {
				*out = r;
				return MF_OK;
			}
	if (attempt < 10) { /* done for each artifact of each task */
		memcpy(prefix, "0_artifact_", sizeof("0_artifact_"));
		prefix[0] = (char)('0' + attempt);
	} else {
		snprintf(prefix, sizeof(prefix), "%d_artifact_", attempt);
	}
	struct artifact_record *r = arena_calloc(&o->arena, 1, sizeof(*r));
	if (!r || !(r->file = task_join(&o->arena, prefix, name, ".json")) ||
		!(r->name = arena_strdup(&o->arena, name)))
		return err_nomem(err);
	int rc = task_meta_read(o, r->file, &text, &r->n, err);
	if (rc < 0)
		return rc;
	r->text = text;
	if (!whole)
		rc = record_brief(r->text, r->n, &r->ts, r->sha, &mine);
	else if ((rc = json_parse(&r->doc, &o->arena, r->text, r->n, &mine)) == MF_OK)
		from_doc(r);
	if (rc < 0) {
		if (err && err->code == MF_OK) {
			*err = mine;
			task_meta_where(o, r->file, err);
		}
		return rc;
	}
	r->next = t->records;
	t->records = r;
	*out = r;
	return MF_OK;
}

int task_artifact_brief(
	struct mf_object *o, const char *name, struct artifact_record **out, struct mf_error *err)
{
	return find_record(o, name, false, out, err);
}

int task_artifact_listed(
	struct mf_object *o, const char *name, struct artifact_record **out, struct mf_error *err)
{
	return find_record(o, name, true, out, err);
}

int task_artifact_record(
	struct mf_object *o, const char *name, struct mf_value **out, struct mf_error *err)
{
	struct artifact_record *r;
	int rc = task_artifact_brief(o, name, &r, err);
	if (rc < 0)
		return rc;
	/* a record that the list has read is shared with other threads: it is left as it is */
	struct mf_value *doc = r->doc;
	if (!doc)
		rc = json_parse(&doc, &o->arena, r->text, r->n, err);
	if (rc == MF_OK && !o->owner)
		r->doc = doc;
	*out = doc;
	return rc;
}

int task_artifact_names(struct mf_object *o, const char ***out, size_t *n, struct mf_error *err)
{
	*out = NULL;
	*n = 0;
	int rc = task_list(o, ROWS_ARTIFACTS, err), attempt = task_artifact_attempt(o);
	if (rc < 0 || attempt < 0)
		return rc;
	const struct task *t = o->task;
	const char *prefix = arena_printf(&o->arena, "%d_artifact_", attempt);
	const char **names = arena_calloc(&o->arena, t->names.n + 1, sizeof(*names));
	if (!prefix || !names)
		return err_nomem(err);
	for (size_t i = names_lower(&t->names, prefix);
		i < t->names.n && str_starts(fs_name(&t->names, i), prefix); i++) {
		const char *file = fs_name(&t->names, i) + strlen(prefix);
		size_t len = strlen(file);
		if (len <= 5 || !str_eq(file + len - 5, ".json"))
			continue;
		if (!(names[*n] = arena_strndup(&o->arena, file, len - 5)))
			return err_nomem(err);
		(*n)++;
	}
	*out = names;
	return MF_OK;
}

const struct mf_value *task_data_json(struct mf_object *o, int attempt, struct mf_error *err)
{
	o = task_keeper(o);
	struct task *t = task_of(o);
	if (!t || attempt < 0 || attempt >= MF_MAX_ATTEMPTS)
		return NULL;
	pthread_mutex_lock(&t->data_lock);
	if (!t->data_json[attempt]) {
		const char *path = task_below(o, "");
		path = path ? arena_printf(&o->arena, "%s/%d.data.json", path, attempt) : NULL;
		if (!path || object_data_json(o, path, &t->data_json[attempt], err) < 0)
			t->data_json[attempt] = NULL;
	}
	pthread_mutex_unlock(&t->data_lock);
	return t->data_json[attempt];
}
