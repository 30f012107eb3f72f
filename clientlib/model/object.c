#include "object.h"

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

#include "../base/limits.h"
#include "../codec/json.h"
#include "provider.h"
#include "run.h"
#include "task.h"

const char *mf_entity_name(enum mf_entity entity)
{
	static const char *const names[] = {"flow", "run", "step", "task", "artifact"};
	return (size_t)entity < ARRAY_SIZE(names) ? names[entity] : "object";
}

bool id_valid(const char *id, size_t n)
{
	if (!n || n > MF_LIMIT_NAME || memchr(id, '/', n) || memchr(id, '\0', n))
		return false;
	return !(id[0] == '.' && (n == 1 || (n == 2 && id[1] == '.')));
}

char *object_path(struct arena *a, const char *const *ids, size_t n)
{
	size_t len = 0;
	for (size_t i = 0; i < n; i++)
		len += strlen(ids[i]) + 1;
	char *path = arena_alloc(a, len + 1), *p = path;
	if (!path)
		return NULL;
	*p = '\0';
	for (size_t i = 0; i < n; i++) {
		if (i)
			*p++ = '/';
		p = stpcpy(p, ids[i]);
	}
	return path;
}

int object_new(struct mf_object **out, struct mf_client *c, enum mf_entity entity, const char *const *ids, int attempt,
	struct mf_error *err)
{
	*out = NULL;
	struct mf_object *o = malloc(sizeof(*o)); /* calloc does not use what malloc has at hand for the thread */
	if (!o)
		return err_nomem(err);
	*o = (struct mf_object){.entity = entity, .client = c, .attempt = attempt, .ts = MF_NO_TIME, .base_fd = -1};
	atomic_init(&o->refs, 1);
	arena_init(&o->arena, 0);
	size_t n = 0;
	for (int i = 0; i <= (int)entity; i++)
		n += strlen(ids[i]) + 1;
	char *p = arena_alloc(&o->arena, n);
	if (!p)
		goto nomem;
	for (int i = 0; i <= (int)entity; i++) {
		o->id[i] = p;
		p = stpcpy(p, ids[i]) + 1;
	}
	if (!(o->pathspec = object_path(&o->arena, o->id, (size_t)entity + 1)))
		goto nomem;
	*out = o;
	return MF_OK;
nomem:
	mf_object_free(o);
	return err_nomem(err);
}

int mf_pathspec_entity(const char *pathspec)
{
	int n = -1;
	for (const char *p = pathspec; *p;) {
		size_t len = strcspn(p, "/");
		if (!id_valid(p, len))
			return -1;
		n++;
		p += len;
		if (*p == '/')
			p++;
	}
	return n < MF_N_ENTITIES ? n : -1;
}

int object_from_pathspec(struct mf_object **out, struct mf_client *c, const char *pathspec, int attempt,
	struct mf_error *err)
{
	*out = NULL;
	int entity = mf_pathspec_entity(pathspec);
	if (entity < 0) {
		err_at(err, MF_EUSAGE, pathspec, "not a pathspec");
		err_hint(err, "it is Flow, Flow/run, Flow/run/step, Flow/run/step/task or Flow/run/step/task/artifact");
		return MF_EUSAGE;
	}
	char *copy = strdup(pathspec), *save = NULL;
	if (!copy)
		return err_nomem(err);
	const char *ids[MF_N_ENTITIES];
	int n = 0;
	for (char *p = strtok_r(copy, "/", &save); p; p = strtok_r(NULL, "/", &save))
		ids[n++] = p;
	int rc = object_new(out, c, (enum mf_entity)entity, ids, attempt, err);
	free(copy);
	return rc;
}

int64_t run_id_ms(const char *id)
{
	size_t n = strlen(id);
	if (n < 16 || n > 18)
		return MF_NO_TIME;
	int64_t us = 0;
	for (; *id; id++) {
		if (!isdigit((unsigned char)*id))
			return MF_NO_TIME;
		us = us * 10 + (*id - '0');
	}
	return us / 1000;
}

int64_t run_created(const char *id, int64_t record_ms)
{
	int64_t own = run_id_ms(id);
	/* a reset record is later than the id by more than the moments between choosing the id and writing it */
	if (own != MF_NO_TIME && (record_ms == MF_NO_TIME || record_ms - own > 1000))
		return own;
	return record_ms;
}

int64_t record_ts(const struct mf_value *record)
{
	const struct mf_value *v = mf_value_get(record, "ts_epoch");
	switch (mf_value_kind(v)) {
	case MF_INT: return v->u.i;
	case MF_FLOAT: return v->u.f > -9e15 && v->u.f < 9e15 ? (int64_t)v->u.f : MF_NO_TIME;
	case MF_STRING: {
		char tmp[32], *end;
		if (v->u.s.n >= sizeof(tmp))
			return MF_NO_TIME;
		memcpy(tmp, v->u.s.p, v->u.s.n);
		tmp[v->u.s.n] = '\0';
		long long ms = strtoll(tmp, &end, 10);
		return end > tmp && !*end ? ms : MF_NO_TIME;
	}
	default: return MF_NO_TIME;
	}
}

const char *record_str(struct arena *a, const struct mf_value *record, const char *key)
{
	const struct mf_value *v = mf_value_get(record, key);
	if (mf_value_kind(v) == MF_STRING)
		return arena_strndup(a, v->u.s.p, v->u.s.n);
	if (mf_value_kind(v) == MF_INT)
		return arena_printf(a, "%lld", (long long)v->u.i);
	return NULL;
}

static int read_record(struct mf_object *o, struct mf_error *err)
{
	if (o->entity == MF_ARTIFACT)
		return task_artifact_record(o, o->id[MF_ARTIFACT], &o->record, err);
	if (o->given)
		return record_parse(&o->record, &o->arena, o->given, o->given_n, o->pathspec, err);
	return o->client->provider->record(o->client, o->pathspec, &o->arena, &o->record, err);
}

int object_record(struct mf_object *o, struct mf_error *err)
{
	if (!o->has_record) {
		struct mf_error mine = MF_ERROR_INIT;
		o->has_record = true;
		if (read_record(o, &mine) < 0) {
			if (mine.code == MF_ENOTFOUND) {
				mine = (struct mf_error)MF_ERROR_INIT;
				err_at(&mine, MF_ENOTFOUND, o->pathspec, "%s “%s” not found", mf_entity_name(o->entity),
					o->pathspec);
			}
			if (mine.code == MF_EACCESS)
				err_hint(&mine, "Metaflow lets only their owner read its records: ask for them, or run as that user");
			o->record = NULL;
			o->error = arena_alloc(&o->arena, sizeof(mine));
			if (!o->error)
				return err_nomem(err);
			*o->error = mine;
		} else {
			int64_t ts = record_ts(o->record);
			o->ts = o->entity == MF_RUN ? run_created(o->id[MF_RUN], ts) : ts;
		}
	}
	if (o->error && err && err->code == MF_OK)
		*err = *o->error;
	return o->error ? o->error->code : MF_OK;
}

struct run *object_run(struct mf_object *o)
{
	if (!o->run && o->entity >= MF_RUN)
		o->run = run_get(o->client, o->id[MF_FLOW], o->id[MF_RUN]);
	return o->run;
}

struct mf_object *object_ref(struct mf_object *o)
{
	atomic_fetch_add(&o->refs, 1);
	return o;
}

void object_settle(struct mf_object *o)
{
	o->base_fd = -1;
	if (o->task && o->task->fd >= 0) {
		close(o->task->fd);
		o->task->fd = -1;
	}
}

void mf_object_free(struct mf_object *o)
{
	if (!o || atomic_fetch_sub(&o->refs, 1) != 1)
		return;
	task_release(o->task);
	mf_object_free(o->owner);
	if (!o->held_by_run)
		run_unref(o->run);
	arena_release(&o->arena);
	free(o);
}

int mf_get(struct mf_object **out, struct mf_client *c, const char *pathspec, const struct mf_get_options *opts,
	struct mf_error *err)
{
	struct mf_get_options none = MF_GET_INIT;
	if (!opts)
		opts = &none;
	int rc = object_from_pathspec(out, c, pathspec, opts->attempt, err);
	if (rc == MF_OK)
		rc = object_record(*out, err);
	if (rc == MF_OK && opts->ns)
		rc = run_in_namespace(*out, opts->ns, err);
	if (rc < 0) {
		mf_object_free(*out);
		*out = NULL;
	}
	return rc;
}

void mf_object_show_hidden(struct mf_object *o, bool hidden)
{
	o->show_hidden = hidden;
}

enum mf_entity mf_object_entity(const struct mf_object *o)
{
	return o->entity;
}

const char *mf_object_id(const struct mf_object *o)
{
	return o->id[o->entity];
}

const char *mf_object_pathspec(const struct mf_object *o)
{
	return o->pathspec;
}

int64_t mf_object_created(const struct mf_object *o)
{
	return o->ts;
}

const struct mf_error *mf_object_error(const struct mf_object *o)
{
	return o->error;
}
