#include <stdio.h>
#include <stdlib.h>

#include "../codec/value.h"
#include "data.h"
#include "fields.h"
#include "ids.h"
#include "lineage.h"
#include "parts.h"
#include "run.h"
#include "service.h"
#include "status.h"
#include "task.h"

/* The value of an internal artifact; an absent one leaves *out NULL and is no error. */
static int internal(struct mf_object *o, const char *name, struct mf_value **out, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	int rc = task_artifact_load(o, name, &o->arena, out, &mine);
	struct artifact_record *record;
	if (rc == MF_ENOTFOUND && task_artifact_brief(o, name, &record, NULL) == MF_ENOTFOUND)
		return MF_OK;
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	return rc;
}

int get_task_finished(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	int rc = internal(o, "_task_ok", out, err);
	return rc < 0 || *out ? rc : field_bool(o, false, out, err);
}

int get_task_successful(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	int rc = internal(o, "_success", out, err);
	return rc < 0 || *out ? rc : field_bool(o, false, out, err);
}

int get_task_finished_at(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct artifact_record *record;
	struct mf_error mine = MF_ERROR_INIT;
	int rc = task_artifact_brief(o, "_task_ok", &record, &mine);
	if (rc == MF_ENOTFOUND)
		return MF_OK;
	if (rc < 0 && err)
		*err = mine;
	return rc < 0 ? rc : field_time(o, record->ts, out, err);
}

int get_task_started_at(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return field_time(o, object_started(o), out, err);
}

int get_task_ended_at(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return field_time(o, object_status(o)->ended_at, out, err);
}

int get_task_current_attempt(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return field_int(o, attempt_latest_started(o), out, err);
}

int get_task_attempts(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	unsigned seen = attempts_seen(o);
	struct mf_value *list = field_new(o, MF_LIST);
	bool ok = list;
	for (int i = 0; ok && i < 32; i++)
		if (seen >> i & 1)
			ok = value_push(&o->arena, list, value_int(&o->arena, i));
	*out = list;
	return ok ? MF_OK : err_nomem(err);
}

/* ---- foreach ---- */

static const struct mf_value *frame_part(const struct mf_value *frame, size_t i)
{
	const struct mf_value *args = mf_value_kind(frame) == MF_OBJECT ? mf_value_part(frame, MF_PART_ARGS) : frame;
	return mf_value_item(args, i);
}

/* Frames by metadata alone, for tasks that have stored nothing yet: "outer:2,inner:0" and ["letters=c", …]. */
static int foreach_by_metadata(struct mf_object *o, struct mf_value *list, struct mf_error *err)
{
	const struct frame *frames;
	size_t n;
	int rc = task_frames(o, &frames, &n);
	if (rc < 0)
		return err_nomem(err);
	const struct meta *stack = task_meta_newest(o, "foreach-stack");
	const struct mf_value *items = stack ? stack->value : NULL;
	if (mf_value_kind(items) == MF_STRING)
		items = row_pg_list(&o->arena, items->u.s.p, items->u.s.n);
	for (size_t i = 0; i < n; i++) {
		struct mf_value *d = field_new(o, MF_DICT);
		const char *var = NULL, *value = NULL;
		size_t len;
		const char *text = items ? mf_value_text(mf_value_item(items, i), &len) : NULL;
		const char *eq = text ? memchr(text, '=', len) : NULL;
		if (eq) {
			var = arena_strndup(&o->arena, text, (size_t)(eq - text));
			value = arena_strndup(&o->arena, eq + 1, len - (size_t)(eq + 1 - text));
		}
		if (!d || !put_str(o, d, "step", frames[i].step) || !put_int(o, d, "index", frames[i].index)
			|| !put_str(o, d, "value", value) || !put_str(o, d, "variable", var)
			|| !put_value(o, d, "num_splits", NULL) || !value_push(&o->arena, list, d))
			return err_nomem(err);
	}
	return MF_OK;
}

int get_task_foreach(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct mf_value *stack = NULL, *list = field_new(o, MF_LIST);
	int rc = list ? internal(o, "_foreach_stack", &stack, err) : err_nomem(err);
	if (rc < 0)
		return rc;
	*out = list;
	if (!stack)
		return foreach_by_metadata(o, list, err);
	for (size_t i = 0; i < mf_value_count(stack); i++) {
		const struct mf_value *f = mf_value_item(stack, i);
		struct mf_value *d = field_new(o, MF_DICT);
		/* ForeachFrame(step, var, num_splits, index, value); the oldest have no value */
		if (!d || !put_value(o, d, "step", frame_part(f, 0)) || !put_value(o, d, "index", frame_part(f, 3))
			|| !put_value(o, d, "value", frame_part(f, 4)) || !put_value(o, d, "variable", frame_part(f, 1))
			|| !put_value(o, d, "num_splits", frame_part(f, 2)) || !value_push(&o->arena, list, d))
			return err_nomem(err);
	}
	return MF_OK;
}

int get_task_index(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct mf_value *stack = NULL;
	int rc = internal(o, "_foreach_stack", &stack, err);
	if (rc < 0)
		return rc;
	size_t n = mf_value_count(stack);
	const struct mf_value *index = n ? frame_part(mf_value_item(stack, n - 1), 3) : NULL;
	if (mf_value_kind(index) == MF_INT)
		return field_int(o, index->u.i, out, err);
	return MF_OK;
}

int get_task_foreach_value(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const struct mf_value *path = mf_object_get(o, "foreach_path");
	struct buf b = BUF_INIT(1 << 16);
	for (size_t i = 0; i < mf_value_count(path); i++) {
		const struct mf_value *f = mf_value_item(path, i), *v = mf_value_get(f, "value");
		size_t n;
		const char *text = mf_value_text(v, &n);
		if (i)
			buf_adds(&b, " / ");
		if (text)
			buf_add(&b, text, n);
		else
			buf_addf(&b, "#%lld", (long long)mf_value_int(mf_value_get(f, "index")));
	}
	int rc = b.n ? field_str(o, b.p, out, err) : MF_OK;
	buf_release(&b);
	return rc;
}

/* ---- the rest ---- */

int get_task_runtime(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const struct mf_value *all = mf_object_get(o, "tags");
	static const char prefix[] = "runtime:";
	for (size_t i = 0; i < mf_value_count(all); i++) {
		size_t n;
		const char *p = mf_value_text(mf_value_item(all, i), &n);
		if (p && n >= strlen(prefix) && memcmp(p, prefix, strlen(prefix)) == 0) {
			p += strlen(prefix);
			n -= strlen(prefix);
			const char *colon = memchr(p, ':', n);
			return field_str(o, arena_strndup(&o->arena, p, colon ? (size_t)(colon - p) : n), out, err);
		}
	}
	return MF_OK;
}

int get_task_exception(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct mf_value *v = NULL;
	int rc = internal(o, "_exception", &v, err);
	if (rc < 0 || mf_value_kind(v) != MF_OBJECT)
		return rc;
	const struct mf_value *state = mf_value_part(v, MF_PART_STATE), *cls = mf_value_part(v, MF_PART_CLASS);
	const struct mf_value *type = mf_value_get(state, "type"), *trace = mf_value_get(state, "stacktrace");
	const struct mf_value *message = mf_value_get(state, "exception");
	if (!type && mf_value_kind(cls) == MF_REF) { /* another class than the wrapper: what it says of itself */
		struct mf_value *name = value_text(&o->arena, MF_STRING, cls->u.s.p, cls->u.s.n);
		if (!name)
			return err_nomem(err);
		type = name;
		message = mf_value_item(mf_value_part(v, MF_PART_ARGS), 0);
	}
	struct mf_value *d = field_new(o, MF_DICT);
	if (!d || !put_value(o, d, "type", type) || !put_value(o, d, "message", message)
		|| !put_value(o, d, "stacktrace", mf_value_kind(trace) == MF_STRING ? trace : NULL))
		return err_nomem(err);
	*out = d;
	return MF_OK;
}

int get_task_origin(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return field_str(o, task_origin_pathspec(o), out, err);
}

int get_task_parents(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return lineage_of(o, true, out, err);
}

int get_task_children(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return lineage_of(o, false, out, err);
}

int get_task_metadata(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	int rc = task_meta(o, err);
	struct mf_value *list = field_new(o, MF_LIST);
	if (rc < 0 || !list)
		return rc < 0 ? rc : err_nomem(err);
	for (size_t i = 0; i < o->task->n_meta; i++) {
		const struct meta *m = &o->task->meta[i];
		if (o->attempt >= 0 && !task_meta_of_attempt(o, m, o->attempt))
			continue;
		struct mf_value *d = field_new(o, MF_DICT);
		if (!d || !put_str(o, d, "name", m->name) || !put_value(o, d, "value", m->value)
			|| !put_str(o, d, "type", m->type) || !put_time(o, d, "created_at", m->ts))
			return err_nomem(err);
		if (!(m->ts == MF_NO_TIME ? put_value(o, d, "ts_epoch", NULL) : put_int(o, d, "ts_epoch", m->ts))
			|| !(m->attempt < 0 ? put_value(o, d, "attempt", NULL) : put_int(o, d, "attempt", m->attempt))
			|| !value_push(&o->arena, list, d))
			return err_nomem(err);
	}
	*out = list;
	return MF_OK;
}

int get_task_metadata_dict(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	int rc = task_meta(o, err);
	struct mf_value *names = field_new(o, MF_LIST), *dict = field_new(o, MF_DICT), *sorted;
	if (rc < 0 || !names || !dict)
		return rc < 0 ? rc : err_nomem(err);
	const struct task *t = o->task;
	for (size_t i = 0; i < t->n_meta; i++)
		if ((o->attempt < 0 || task_meta_of_attempt(o, &t->meta[i], o->attempt))
			&& !value_push(&o->arena, names, value_str(&o->arena, t->meta[i].name)))
			return err_nomem(err);
	rc = field_sorted(o, names, NULL, &sorted, err);
	for (size_t i = 0; rc == MF_OK && i < mf_value_count(sorted); i++) {
		const struct meta *best = NULL;
		for (size_t k = 0; k < t->n_meta; k++)
			if (value_is(sorted->u.list.v[i], t->meta[k].name)
				&& (o->attempt < 0 || task_meta_of_attempt(o, &t->meta[k], o->attempt))
				&& (!best || t->meta[k].ts >= best->ts))
				best = &t->meta[k];
		if (best && !put_value(o, dict, best->name, best->value))
			return err_nomem(err);
	}
	*out = dict;
	return rc;
}

struct code_wanted {
	struct mf_object *o;
	struct mf_value **out;
};

static int code_of_task(void *self, struct mf_object *task, struct mf_error *err)
{
	const struct code_wanted *w = self;
	struct mf_value *v = NULL;
	int rc = code_info(task, &v, err);
	if (rc < 0 || !v)
		return rc;
	rc = value_clone(w->out, &w->o->arena, v, err);
	return rc < 0 ? rc : 1;
}

int get_code(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct code_wanted w = {o, out};
	if (o->entity == MF_TASK)
		return code_info(o, out, err);
	int rc = code_of_run(o, false, code_of_task, &w, err);
	return rc < 0 ? rc : MF_OK;
}

/* Stored bytes of a stream: the files of mflog, or the plain file that log_location names. */
static int stream_size(struct mf_object *o, const char *stream, struct mf_value **out, struct mf_error *err)
{
	static const char *const sources[] = {"runtime_", "task_", ""};
	int n = attempt_latest_started(o);
	int64_t total = 0;
	bool any = false;
	const char *base = object_path(&o->arena, o->id, MF_TASK + 1);
	if (!base)
		return err_nomem(err);
	struct store *store = object_store(o, NULL);
	bool far = store && !store_is_local(store); /* there one list tells what need not be asked for */
	if (far && task_list_data(o, NULL) < 0)
		far = false, store = NULL;
	for (size_t i = 0; store && i < ARRAY_SIZE(sources); i++) {
		struct store_info info;
		struct mf_error mine = MF_ERROR_INIT;
		char name[64];
		if (!*sources[i] && any)
			break;
		snprintf(name, sizeof(name), "%s%s.log", sources[i], stream);
		const char *path = arena_printf(&o->arena, "%s/%d.%s", base, n, name);
		if (!path || (far && !task_has_file(o, n, name)))
			continue;
		if (data_result(store, store_head(store, path, &info, &mine), &mine) == MF_OK) {
			total += (int64_t)info.size;
			any = true;
		}
	}
	return field_int(o, total, out, err);
}

int get_task_stdout_size(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return stream_size(o, "stdout", out, err);
}

int get_task_stderr_size(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return stream_size(o, "stderr", out, err);
}

int get_task_cards(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return card_list(o, out, err);
}

int get_task_artifacts(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const char **names;
	size_t n;
	int rc = task_artifact_names(o, &names, &n, err);
	struct mf_value *list = field_new(o, MF_LIST);
	if (rc < 0 || !list)
		return rc < 0 ? rc : err_nomem(err);
	for (size_t i = 0; i < n; i++)
		if ((o->show_hidden || (names[i][0] != '_' && !str_eq(names[i], "name")))
			&& !value_push(&o->arena, list, value_str(&o->arena, names[i])))
			return err_nomem(err);
	return field_sorted(o, list, NULL, out, err);
}

/* ---- artifacts ---- */

static int record_text(struct mf_object *o, const char *key, struct mf_value **out, struct mf_error *err)
{
	int rc = object_record(o, err);
	return rc < 0 ? rc : field_str(o, record_str(&o->arena, o->record, key), out, err);
}

int get_art_sha(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return record_text(o, "sha", out, err);
}

int get_art_content_type(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return record_text(o, "content_type", out, err);
}

int get_art_ds_type(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return record_text(o, "ds_type", out, err);
}

int get_art_location(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return record_text(o, "location", out, err);
}

static int art_attempt(struct mf_object *o, int *attempt, struct mf_error *err)
{
	int rc = object_record(o, err);
	const struct mf_value *v = rc < 0 ? NULL : mf_value_get(o->record, "attempt_id");
	*attempt = mf_value_kind(v) == MF_INT ? (int)v->u.i : rc < 0 ? -1 : task_artifact_attempt(o);
	return rc;
}

int get_art_attempt(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	int n, rc = art_attempt(o, &n, err);
	return rc < 0 || n < 0 ? rc : field_int(o, n, out, err);
}

/* The entry of info in N.data.json; *out NULL where the store has none. */
static int art_info(struct mf_object *o, const struct mf_value **out, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	int n, rc = art_attempt(o, &n, err);
	*out = NULL;
	if (rc < 0)
		return rc;
	const struct mf_value *data = task_data_json(o, n, &mine);
	if (!data && mine.code && mine.code != MF_ENOTFOUND) {
		if (err)
			*err = mine;
		return mine.code;
	}
	*out = mf_value_get(mf_value_get(data, "info"), o->id[MF_ARTIFACT]);
	return MF_OK;
}

/* <class 'numpy.ndarray'> → numpy.ndarray */
static const char *class_name(struct arena *a, const struct mf_value *v)
{
	size_t n;
	const char *p = mf_value_text(v, &n);
	static const char head[] = "<class '", tail[] = "'>";
	if (!p)
		return NULL;
	if (n > strlen(head) + strlen(tail) && memcmp(p, head, strlen(head)) == 0
		&& memcmp(p + n - strlen(tail), tail, strlen(tail)) == 0)
		return arena_strndup(a, p + strlen(head), n - strlen(head) - strlen(tail));
	return arena_strndup(a, p, n);
}

int get_art_type(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const struct mf_value *info;
	int rc = art_info(o, &info, err);
	return rc < 0 ? rc : field_str(o, class_name(&o->arena, mf_value_get(info, "type")), out, err);
}

int get_art_size(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const struct mf_value *info;
	int rc = art_info(o, &info, err);
	if (rc < 0)
		return rc;
	/* an IncludeFile counts as the file it stands for */
	if (value_is(mf_value_get(info, "type"), "<class 'metaflow.includefile.IncludedFile'>")) {
		int64_t n;
		rc = artifact_included_size(o, &n, err);
		if (rc < 0 || n >= 0)
			return rc < 0 ? rc : field_int(o, n, out, err);
	}
	const struct mf_value *size = mf_value_get(info, "size");
	return mf_value_kind(size) == MF_INT ? field_int(o, size->u.i, out, err) : MF_OK;
}
