#include "fields.h"

#include <stdlib.h>

#include "../base/fmt.h"
#include "../codec/value.h"
#include "run.h"
#include "status.h"

enum { S = MF_FIELD_SHOW, A = MF_FIELD_ASKED, C = MF_FIELD_COLUMN, W = MF_FIELD_WIDE, V = MF_FIELD_VIRTUAL };

struct row {
	struct mf_field field;
	field_getter *get;
};

/* One array per entity, so that the id of a field is its index there. */
#define FIELD(entity, name, type, flags, title, getter, help)                                          \
	{{#name, title, help, MF_##entity, MF_T_##type, flags}, getter},
static const struct row rows[] = {
#include "fields.def"
};
#undef FIELD

static struct mf_field tables[ARRAY_SIZE(rows)];
static size_t firsts[MF_N_ENTITIES], counts[MF_N_ENTITIES];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		enum mf_entity e = rows[i].field.entity;
		tables[i] = rows[i].field;
		if (!counts[e]++)
			firsts[e] = i;
	}
}

/* Rows of an entity stand together. */
static const struct row *rows_of(enum mf_entity entity, size_t *n)
{
	pthread_once(&once, make_tables);
	*n = counts[entity];
	return rows + firsts[entity];
}

const struct mf_field *mf_fields(enum mf_entity entity, size_t *n)
{
	const struct row *first = rows_of(entity, n);
	return tables + (first - rows);
}

int mf_field_find(enum mf_entity entity, const char *name)
{
	size_t n;
	const struct row *r = rows_of(entity, &n);
	for (size_t i = 0; i < n; i++)
		if (str_eq(r[i].field.name, name))
			return (int)i;
	return -1;
}

static const struct mf_value out_of_memory = {.kind = MF_FAILURE,
	.u.err = &(const struct mf_error){.code = MF_ENOMEM, .offset = -1, .message = "out of memory"}};

static const struct mf_value *failure(struct mf_object *o, const struct mf_error *err)
{
	struct mf_value *v = value_new(&o->arena, MF_FAILURE);
	struct mf_error *copy = arena_alloc(&o->arena, sizeof(*copy));
	if (!v || !copy)
		return &out_of_memory;
	*copy = *err;
	v->u.err = copy;
	return v;
}

const struct mf_value *mf_object_field(struct mf_object *o, int field)
{
	static const struct mf_value null = {.kind = MF_NULL};
	size_t n;
	const struct row *r = rows_of(o->entity, &n);
	if (field < 0 || (size_t)field >= n)
		return &null;
	if (!o->fields && !(o->fields = arena_calloc(&o->arena, n, sizeof(struct mf_value *))))
		return &out_of_memory;
	if (!o->fields[field]) {
		struct mf_error err;
		struct mf_value *v = NULL;
		err_clear(&err);
		unsigned before = trouble_count();
		int rc = r[field].get(o, &v, &err);
		if (rc == MF_OK && trouble_count() != before) { /* it went on without an answer: no fact */
			rc = MF_EPARTIAL;
			err = *trouble_last();
		}
		o->fields[field] = rc < 0 ? failure(o, &err) : v ? v : &null;
	}
	return o->fields[field];
}

const struct mf_value *mf_object_peek(const struct mf_object *o, int field)
{
	size_t n;
	rows_of(o->entity, &n);
	return o->fields && field >= 0 && (size_t)field < n ? o->fields[field] : NULL;
}

const struct mf_value *mf_object_get(struct mf_object *o, const char *name)
{
	int field = mf_field_find(o->entity, name);
	return field < 0 ? NULL : mf_object_field(o, field);
}

const struct mf_error *mf_value_error(const struct mf_value *v)
{
	return v && v->kind == MF_FAILURE ? v->u.err : NULL;
}

/* ---- helpers ---- */

static int kept(struct mf_value *v, struct mf_value **out, struct mf_error *err)
{
	*out = v;
	return v ? MF_OK : err_nomem(err);
}

int field_str(struct mf_object *o, const char *s, struct mf_value **out, struct mf_error *err)
{
	return kept(value_str(&o->arena, s), out, err);
}

int field_int(struct mf_object *o, int64_t i, struct mf_value **out, struct mf_error *err)
{
	return kept(value_int(&o->arena, i), out, err);
}

int field_bool(struct mf_object *o, bool b, struct mf_value **out, struct mf_error *err)
{
	return kept(value_bool(&o->arena, b), out, err);
}

int field_time(struct mf_object *o, int64_t ms, struct mf_value **out, struct mf_error *err)
{
	return ms == MF_NO_TIME ? MF_OK : field_int(o, ms, out, err);
}

struct mf_value *field_new(struct mf_object *o, enum mf_kind kind)
{
	return value_new(&o->arena, kind);
}

bool put_str(struct mf_object *o, struct mf_value *dict, const char *key, const char *s)
{
	return value_put_str(&o->arena, dict, key, value_str(&o->arena, s));
}

bool put_int(struct mf_object *o, struct mf_value *dict, const char *key, int64_t i)
{
	return value_put_str(&o->arena, dict, key, value_int(&o->arena, i));
}

bool put_time(struct mf_object *o, struct mf_value *dict, const char *key, int64_t ms)
{
	struct buf b = BUF_INIT(64);
	if (ms != MF_NO_TIME)
		fmt_rfc3339(&b, ms);
	bool ok = !b.failed && put_str(o, dict, key, ms == MF_NO_TIME ? NULL : b.p);
	buf_release(&b);
	return ok;
}

bool put_value(struct mf_object *o, struct mf_value *dict, const char *key, const struct mf_value *v)
{
	struct mf_value *copy = value_new(&o->arena, MF_NULL);
	if (!copy)
		return false;
	if (v)
		*copy = *v; /* values never change: a shallow copy is as good */
	return value_put_str(&o->arena, dict, key, copy);
}

static int by_text(const void *pa, const void *pb)
{
	const struct mf_value *a = *(struct mf_value *const *)pa, *b = *(struct mf_value *const *)pb;
	size_t n = a->u.s.n < b->u.s.n ? a->u.s.n : b->u.s.n;
	int c = memcmp(a->u.s.p, b->u.s.p, n);
	return c ? c : (a->u.s.n > b->u.s.n) - (a->u.s.n < b->u.s.n);
}

int field_sorted(struct mf_object *o, const struct mf_value *a, const struct mf_value *b, struct mf_value **out,
	struct mf_error *err)
{
	struct mf_value *list = value_new(&o->arena, MF_LIST);
	const struct mf_value *from[] = {a, b};
	if (!list)
		return err_nomem(err);
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < mf_value_count(from[k]); i++)
			if (from[k]->u.list.v[i]->kind == MF_STRING && !value_push(&o->arena, list, from[k]->u.list.v[i]))
				return err_nomem(err);
	if (list->u.list.n > 1)
		qsort(list->u.list.v, list->u.list.n, sizeof(*list->u.list.v), by_text);
	size_t n = 0;
	for (size_t i = 0; i < list->u.list.n; i++)
		if (!n || by_text(&list->u.list.v[n - 1], &list->u.list.v[i]) != 0)
			list->u.list.v[n++] = list->u.list.v[i];
	list->u.list.n = n;
	*out = list;
	return MF_OK;
}

/* ---- what all entities have ---- */

int get_id(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return field_str(o, o->id[o->entity], out, err);
}

int get_pathspec(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return field_str(o, o->pathspec, out, err);
}

int get_created(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	if (o->ts == MF_NO_TIME) {
		int rc = object_record(o, err);
		if (rc < 0)
			return rc;
	}
	return field_time(o, o->ts, out, err);
}

int get_record_user(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	int rc = object_record(o, err);
	return rc < 0 ? rc : field_str(o, record_str(&o->arena, o->record, "user_name"), out, err);
}

/* The record that holds the object's tags: its run's, whatever its own says (data-model §1.2). */
static int tag_lists(struct mf_object *o, const struct mf_value **user, const struct mf_value **system, struct mf_error *err)
{
	const struct mf_value *record = NULL;
	int rc = MF_OK;
	if (o->entity <= MF_RUN) {
		rc = object_record(o, err);
		record = o->record;
	} else if (!object_run(o)) {
		return err_nomem(err);
	} else if (!(record = run_record(o->run, err))) {
		return err && err->code ? err->code : MF_EFAILED;
	}
	*user = mf_value_get(record, "tags");
	*system = mf_value_get(record, "system_tags");
	return rc;
}

static int tags(struct mf_object *o, bool want_user, bool want_system, struct mf_value **out, struct mf_error *err)
{
	const struct mf_value *user = NULL, *system = NULL;
	int rc = tag_lists(o, &user, &system, err);
	if (rc < 0)
		return rc;
	user = mf_value_kind(user) == MF_LIST ? user : NULL;
	system = mf_value_kind(system) == MF_LIST ? system : NULL;
	return field_sorted(o, want_user ? user : NULL, want_system ? system : NULL, out, err);
}

int get_tags(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return tags(o, true, true, out, err);
}

int get_user_tags(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return tags(o, true, false, out, err);
}

int get_system_tags(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return tags(o, false, true, out, err);
}

int get_status(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	return field_str(o, mf_status_name(object_status_word(o)), out, err);
}

int get_status_reason(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const struct status *s = object_status(o);
	struct mf_value *d = field_new(o, MF_DICT);
	if (!d || !put_str(o, d, "code", mf_status_reason(s->reason)->code) || !put_str(o, d, "text", status_text(o))
		|| !put_time(o, d, "at", s->at) || !put_str(o, d, "evidence", s->evidence))
		return err_nomem(err);
	*out = d;
	return MF_OK;
}

int get_duration(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const struct status *s = object_status(o);
	int64_t from = object_started(o), to = s->ended_at;
	if (from == MF_NO_TIME)
		from = o->ts;
	if (s->status == MF_RUNNING)
		to = mf_client_now(o->client);
	if (from == MF_NO_TIME || to == MF_NO_TIME)
		return MF_OK;
	return field_int(o, to > from ? to - from : 0, out, err);
}
