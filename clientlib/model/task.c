#include "task.h"
#include "task_files.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "../base/limits.h"
#include "../codec/json.h"
#include "data.h"
#include "provider.h"
#include "run.h"

struct task *task_of(struct mf_object *o)
{
	if (!o->task && (o->task = calloc(1, sizeof(*o->task)))) {
		o->task->fd = -1;
		pthread_mutex_init(&o->task->data_lock, NULL);
	}
	return o->task;
}

/* Where the facts of its task are kept: an artifact that was listed shares them with the others. */
struct mf_object *task_keeper(struct mf_object *o)
{
	return o->owner ? o->owner : o;
}

void task_release(struct task *t)
{
	if (!t)
		return;
	if (t->fd >= 0)
		close(t->fd);
	fs_names_release(&t->names);
	fs_names_release(&t->data);
	mf_object_free(t->origin);
	pthread_mutex_destroy(&t->data_lock);
	free(t);
}

/* Texts put together, without the cost of formatting: this is done for every file of every task. */
char *task_join(struct arena *a, const char *x, const char *y, const char *z)
{
	size_t nx = strlen(x), ny = strlen(y), nz = strlen(z);
	char *p = arena_alloc(a, nx + ny + nz + 1);
	if (p) {
		memcpy(p, x, nx);
		memcpy(p + nx, y, ny);
		memcpy(p + nx + ny, z, nz + 1);
	}
	return p;
}

/* "F/r/s/t" + suffix */
const char *task_below(struct mf_object *o, const char *suffix) /* NULL: out of memory */
{
	const char *base =
		o->entity == MF_TASK ? o->pathspec : object_path(&o->arena, o->id, MF_TASK + 1);
	return base ? task_join(&o->arena, base, suffix, "") : NULL;
}

/* Name the file of _meta in an error. */
void task_meta_where(struct mf_object *o, const char *file, struct mf_error *err)
{
	snprintf(err->where, sizeof(err->where), "%s/%s/%s/%s/_meta/%s", o->id[MF_FLOW],
		o->id[MF_RUN], o->id[MF_STEP], o->id[MF_TASK], file);
}

int task_meta_read(
	struct mf_object *o, const char *file, char **text, size_t *n, struct mf_error *err)
{
	return o->client->provider->task_row(o, file, text, n, err);
}

/* Read a JSON object of _meta. */
static int meta_json(
	struct mf_object *o, const char *file, struct mf_value **out, struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	char *text;
	size_t n;
	int rc = task_meta_read(o, file, &text, &n, err);
	if (rc < 0)
		return rc;
	rc = json_parse(out, &o->arena, text, n, &mine);
	if (rc == MF_OK && (*out)->kind != MF_DICT)
		rc = err_set(&mine, MF_ECORRUPT, "not a JSON object");
	if (rc < 0 && err && err->code == MF_OK) {
		*err = mine;
		task_meta_where(o, file, err);
	}
	return rc;
}

int task_list(struct mf_object *o, unsigned what, struct mf_error *err)
{
	o = task_keeper(o);
	struct task *t = task_of(o);
	if (!t)
		return err_nomem(err);
	return (t->listed & what) == what ? MF_OK : o->client->provider->task_rows(o, what, err);
}

int task_list_data(struct mf_object *o, struct mf_error *err)
{
	struct task *t = task_of(o);
	struct mf_error mine = MF_ERROR_INIT;
	if (!t)
		return err_nomem(err);
	if (t->data_listed)
		return MF_OK;
	const char *path = task_below(o, "");
	struct store *s = object_store(o, &mine);
	int rc = !path ? err_nomem(&mine) : s ? data_result(s, store_files(s, path, &t->data, &mine), &mine) : mine.code;
	if (rc == MF_ENOTFOUND)
		rc = MF_OK;
	if (rc < 0 && err && err->code == MF_OK)
		*err = mine;
	fs_names_sort(&t->data);
	t->data_listed = rc == MF_OK;
	return rc;
}

/* First of the sorted names that starts with prefix (or would stand there). */
size_t names_lower(const struct fs_names *names, const char *prefix)
{
	size_t lo = 0, hi = names->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (strcmp(fs_name(names, mid), prefix) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool task_is_meta_file(const char *name)
{
	size_t n = strlen(name);
	return str_starts(name, "sysmeta_") && n > strlen("sysmeta_.json") &&
	       str_eq(name + n - 5, ".json");
}

static int tag_attempt(const struct mf_value *tags)
{
	for (size_t i = 0; i < mf_value_count(tags); i++) {
		size_t n;
		const char *p = mf_value_text(mf_value_item(tags, i), &n);
		const size_t k = strlen("attempt_id:");
		if (p && n > k && n < k + 9 && memcmp(p, "attempt_id:", k) == 0) {
			int v = 0;
			size_t at = k;
			for (; at < n && isdigit((unsigned char)p[at]); at++)
				v = v * 10 + (p[at] - '0');
			if (at > k)
				return v;
		}
	}
	return -1;
}

int task_read_meta(struct mf_object *o, const char *file, struct meta *m, struct mf_error *err)
{
	struct mf_value *doc;
	int rc = meta_json(o, file, &doc, err);
	if (rc < 0)
		return rc;
	static struct mf_value null = {.kind = MF_NULL};
	const struct mf_value *value = mf_value_get(doc, "value");
	*m = (struct meta){.name = record_str(&o->arena, doc, "field_name"),
		.type = record_str(&o->arena, doc, "type"),
		.ts = record_ts(doc),
		.attempt = tag_attempt(mf_value_get(doc, "tags"))};
	m->value = &null;
	for (size_t i = 0; i < doc->u.list.n; i += 2)
		if (doc->u.list.v[i + 1] == value)
			m->value = doc->u.list.v[i + 1];
	return m->name ? MF_OK : err_at(err, MF_ECORRUPT, file, "no field_name");
}

static int compare_text(const struct mf_value *a, const struct mf_value *b)
{
	size_t na, nb;
	const char *pa = mf_value_text(a, &na), *pb = mf_value_text(b, &nb);
	if (!pa || !pb)
		return pa ? 1 : pb ? -1 : 0;
	int c = memcmp(pa, pb, na < nb ? na : nb);
	return c ? c : (na > nb) - (na < nb);
}

static int by_time(const void *pa, const void *pb)
{
	const struct meta *a = pa, *b = pb;
	if (a->inherited != b->inherited)
		return a->inherited - b->inherited;
	if (a->ts != b->ts)
		return a->ts < b->ts ? -1 : 1;
	int c = strcmp(a->name, b->name);
	return c ? c : compare_text(a->value, b->value);
}

/* An entry that cannot be read keeps its place, named after its file. */
static struct meta unreadable(struct mf_object *o, const char *file, const struct mf_error *why)
{
	struct meta m = {.ts = MF_NO_TIME, .attempt = -1};
	size_t n = strlen(file) - strlen("sysmeta_") - strlen(".json");
	const char *start = file + strlen("sysmeta_"), *last = start + n;
	while (last > start && *last != '_')
		last--;
	m.name = arena_strndup(&o->arena, start, last > start ? (size_t)(last - start) : n);
	m.value = value_new(&o->arena, MF_FAILURE);
	struct mf_error *copy = arena_alloc(&o->arena, sizeof(*copy));
	if (m.value && copy) {
		*copy = *why;
		m.value->u.err = copy;
	}
	return m;
}

/* metadata_dict of the origin for names that the clone does not have. */
static int merge_origin(struct mf_object *o, struct mf_error *err)
{
	struct task *t = o->task;
	struct mf_object *origin = task_origin(o);
	if (t->merged)
		return MF_OK;
	t->merged = true;
	if (!origin || task_meta(origin, NULL) < 0)
		return MF_OK;
	const struct task *from = origin->task;
	struct meta *all = arena_calloc(&o->arena, t->n_meta + from->n_meta + 1, sizeof(*all));
	if (!all)
		return err_nomem(err);
	size_t own = t->n_meta, n = own;
	memcpy(all, t->meta, own * sizeof(*all));
	for (size_t i = 0; i < from->n_meta; i++) {
		const struct meta *m = &from->meta[i];
		bool newest = true, have = false;
		for (size_t k = 0; k < from->n_meta; k++)
			if (str_eq(from->meta[k].name, m->name) &&
				(k > i ? from->meta[k].ts >= m->ts : from->meta[k].ts > m->ts))
				newest = false;
		for (size_t k = 0; k < own; k++)
			have = have || str_eq(all[k].name, m->name);
		if (newest && !have) {
			all[n] = *m;
			all[n++].inherited = true;
		}
	}
	t->meta = all;
	t->n_meta = n;
	qsort(t->meta, t->n_meta, sizeof(*t->meta), by_time);
	return MF_OK;
}

int task_meta(struct mf_object *o, struct mf_error *err)
{
	int rc = task_list(o, ROWS_META, err);
	if (rc < 0)
		return rc;
	struct task *t = o->task;
	if (!t->loaded) {
		t->meta = arena_calloc(&o->arena, t->names.n + 1, sizeof(*t->meta));
		if (!t->meta)
			return err_nomem(err);
		t->n_meta = 0;
		for (size_t i = names_lower(&t->names, "sysmeta_"); i < t->names.n; i++) {
			const char *file = fs_name(&t->names, i);
			struct mf_error mine = MF_ERROR_INIT;
			if (!str_starts(file, "sysmeta_"))
				break;
			if (!task_is_meta_file(file))
				continue;
			struct meta m;
			rc = task_read_meta(o, file, &m, &mine);
			if (rc == MF_ENOTFOUND)
				continue; /* gone since the listing */
			if (rc < 0)
				m = unreadable(o, file, &mine);
			if (!m.name || !m.value)
				return err_nomem(err);
			t->meta[t->n_meta++] = m;
		}
		qsort(t->meta, t->n_meta, sizeof(*t->meta), by_time);
		t->loaded = true;
	}
	return merge_origin(o, err);
}

/* The newest own entry of a field, from its files alone. */
static const struct meta *own_newest(struct mf_object *o, const char *field)
{
	if (task_list(o, ROWS_META, NULL) < 0)
		return NULL;
	struct task *t = o->task;
	struct meta *best = NULL;
	if (t->loaded) {
		for (size_t i = 0; i < t->n_meta; i++)
			if (!t->meta[i].inherited && str_eq(t->meta[i].name, field) &&
				(!best || t->meta[i].ts >= best->ts))
				best = &t->meta[i];
		return best;
	}
	const char *prefix = arena_printf(&o->arena, "sysmeta_%s_", field);
	if (!prefix)
		return NULL;
	for (size_t i = names_lower(&t->names, prefix);
		i < t->names.n && str_starts(fs_name(&t->names, i), prefix); i++) {
		struct meta m;
		if (!task_is_meta_file(fs_name(&t->names, i)) ||
			task_read_meta(o, fs_name(&t->names, i), &m, NULL) < 0 ||
			!str_eq(m.name, field) || (best && m.ts < best->ts))
			continue;
		if (!best && !(best = arena_alloc(&o->arena, sizeof(*best))))
			return NULL;
		*best = m;
	}
	return best;
}

const struct meta *task_meta_newest(struct mf_object *o, const char *field)
{
	const struct meta *m = own_newest(o, field);
	if (m)
		return m;
	struct mf_object *origin = task_origin(o);
	return origin ? task_meta_newest(origin, field) : NULL;
}

static const char *value_as_text(struct arena *a, const struct mf_value *v)
{
	if (v->kind == MF_NULL)
		return NULL;
	if (v->kind == MF_STRING)
		return arena_strndup(a, v->u.s.p, v->u.s.n);
	struct buf b = BUF_INIT(MF_LIMIT_TEXT);
	struct mf_sink sink = {buf_sink_write, &b};
	mf_value_print_json(v, &sink, 0, NULL);
	const char *text = b.failed ? NULL : arena_strndup(a, b.p, b.n);
	buf_release(&b);
	return text;
}

const char *task_meta_text(struct mf_object *o, const char *field)
{
	const struct meta *m = task_meta_newest(o, field);
	return m ? value_as_text(&o->arena, m->value) : NULL;
}

bool task_as_attempt(const struct mf_value *v, int *out)
{
	int64_t n = -1;
	if (v->kind == MF_INT) {
		n = v->u.i;
	} else if (v->kind == MF_STRING && v->u.s.n && v->u.s.n < 9) {
		n = 0;
		for (size_t i = 0; i < v->u.s.n; i++) {
			if (!isdigit((unsigned char)v->u.s.p[i]))
				return false;
			n = n * 10 + (v->u.s.p[i] - '0');
		}
	}
	*out = (int)n;
	return n >= 0 && n < INT_MAX;
}

bool task_meta_of_attempt(struct mf_object *o, const struct meta *m, int n)
{
	const struct task *t = o->task;
	bool all_tagged = true;
	int64_t from = MF_NO_TIME, until = MF_NO_TIME;
	for (size_t i = 0; i < t->n_meta; i++) {
		int a;
		if (t->meta[i].attempt < 0)
			all_tagged = false;
		if (!str_eq(t->meta[i].name, "attempt") || !task_as_attempt(t->meta[i].value, &a))
			continue;
		if (a == n)
			from = t->meta[i].ts;
		if (a == n + 1)
			until = t->meta[i].ts;
	}
	if (all_tagged)
		return m->attempt == n;
	return from != MF_NO_TIME && m->ts >= from && (until == MF_NO_TIME || m->ts < until);
}

/* ---- clones ---- */

const char *task_origin_pathspec(struct mf_object *o)
{
	const struct meta *task = own_newest(o, "origin-task-id"),
			  *run = own_newest(o, "origin-run-id");
	if (!task || !run)
		return NULL;
	const char *t = value_as_text(&o->arena, task->value),
		   *r = value_as_text(&o->arena, run->value);
	if (!t || !r || !id_valid(t, strlen(t)) || !id_valid(r, strlen(r)) || str_eq(r, "None"))
		return NULL;
	return arena_printf(&o->arena, "%s/%s/%s/%s", o->id[MF_FLOW], r, o->id[MF_STEP], t);
}

struct mf_object *task_origin(struct mf_object *o)
{
	struct task *t = task_of(o);
	if (!t)
		return NULL;
	if (!t->has_origin) {
		unsigned before = trouble_count();
		const char *path = task_origin_pathspec(o);
		struct mf_object *origin;
		if (path && t->depth < MF_LIMIT_ORIGIN_CHAIN &&
			object_from_pathspec(&origin, o->client, path, -1, NULL) == MF_OK) {
			if (object_record(origin, NULL) == MF_OK && task_of(origin)) {
				origin->task->depth = t->depth + 1;
				t->origin = origin;
			} else
				mf_object_free(origin);
		}
		t->has_origin = t->origin || trouble_count() == before;
	}
	return t->origin;
}
