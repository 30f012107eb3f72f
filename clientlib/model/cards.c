/* Cards of a task as files (data-model §9.1). */
#include <ctype.h>
#include "../codec/value.h"
#include "config.h"
#include "data.h"
#include "fields.h"
#include "parts.h"
#include "task.h"

static bool is_word(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)p[i]) && p[i] != '_')
			return false;
	return n;
}

/* "<type>[-<id>]-<uuid32>.html" into its parts; anything else is not a card. */
static bool add_card(
	struct mf_object *o, struct mf_value *list, const char *dir, const char *file, bool *nomem)
{
	size_t n = strlen(file);
	if (n < 5 + 1 + 1 || !str_eq(file + n - 5, ".html"))
		return false;
	n -= 5;
	const char *first = memchr(file, '-', n), *last = memrchr(file, '-', n);
	if (!first || !is_word(file, (size_t)(first - file)) ||
		!is_word(last + 1, n - (size_t)(last + 1 - file)))
		return false;
	if (first != last && !is_word(first + 1, (size_t)(last - first - 1)))
		return false;
	struct mf_value *d = field_new(o, MF_DICT);
	const char *path = arena_printf(&o->arena, "%s/%s", dir, file);
	*nomem = !d || !path ||
		 !put_str(o, d, "type", arena_strndup(&o->arena, file, (size_t)(first - file))) ||
		 !put_str(o, d, "id",
			 first != last
				 ? arena_strndup(&o->arena, first + 1, (size_t)(last - first - 1))
				 : NULL) ||
		 !put_str(o, d, "hash",
			 arena_strndup(&o->arena, last + 1, n - (size_t)(last + 1 - file))) ||
		 !put_str(o, d, "path", path) || !value_push(&o->arena, list, d);
	return true;
}

/* The cards below one place; how many there were. An absent directory has none. */
static int below(struct mf_object *o, const struct card_place *p, struct mf_value *list,
	size_t *found, struct mf_error *err)
{
	bool nomem = false;
	*found = 0;
	for (size_t f = 0; f < 2 && !*found; f++) {
		struct fs_names names = {0};
		struct mf_error mine = MF_ERROR_INIT;
		const char *dir =
			f ? arena_printf(&o->arena, "%s/runs/%s/tasks/%s/cards", o->id[MF_FLOW],
				    o->id[MF_RUN], o->id[MF_TASK])
			  : arena_printf(&o->arena, "%s/runs/%s/steps/%s/tasks/%s/cards",
				    o->id[MF_FLOW], o->id[MF_RUN], o->id[MF_STEP], o->id[MF_TASK]);
		const char *path =
			dir ? arena_printf(&o->arena, "%s%s%s", p->dir, *p->dir ? "/" : "", dir)
			    : NULL;
		int rc = path ? store_files(p->s, path, &names, &mine) : err_nomem(&mine);
		fs_names_sort(&names);
		for (size_t i = 0; rc == MF_OK && i < names.n && !nomem; i++)
			*found += add_card(o, list, dir, fs_name(&names, i), &nomem);
		fs_names_release(&names);
		if (nomem)
			return err_nomem(err);
		/* what is not there, or is no directory, has no cards; a store that does not answer
		 * may have some */
		if (rc == MF_ENOMEM || (rc < 0 && rc != MF_ENOTFOUND && !store_is_local(p->s))) {
			data_result(p->s, rc, &mine);
			if (err && err->code == MF_OK)
				*err = mine;
			return rc;
		}
	}
	return MF_OK;
}

enum { PLACES = 6 };

/* A directory of this machine; none if it cannot be opened. */
static int local_place(struct mf_client *c, struct card_place *out, const char *root,
	const char *dir, struct mf_error *err)
{
	int rc = stores_get(c->stores, STORE_LOCAL, root, &out->s, NULL);
	out->dir = dir;
	return rc == MF_ENOMEM ? err_nomem(err) : MF_OK;
}

/* Where cards may be, place i in the order they are looked for (data-model §9.1): with the store
 * elsewhere, they stay in the working tree's .metaflow. out->s is NULL for a place that there is
 * not. */
static int card_place(
	struct mf_object *task, size_t i, struct card_place *out, struct mf_error *err)
{
	static const char *const settings[] = {[STORE_S3] = "CARD_S3ROOT",
		[STORE_AZURE] = "CARD_AZUREROOT",
		[STORE_GS] = "CARD_GSROOT"};
	struct arena *a = &task->arena;
	struct mf_client *c = task->client;
	const struct mf_config *config = c->config;
	struct mf_error mine = MF_ERROR_INIT;
	struct store *own = i < 2 ? object_store(task, &mine) : NULL;
	const char *base;
	*out = (struct card_place){NULL, "mf.cards"};
	if (mine.code) {
		if (err && err->code == MF_OK)
			*err = mine;
		return mine.code;
	}
	switch (i) {
	case 0: out->s = own; return MF_OK;
	case 1:
		if (!own || store_is_local(own) ||
			!(base = mf_config_get(config, settings[own->backend->kind])) || !*base)
			return MF_OK;
		base = arena_printf(a, "%s%s",
			own->backend->kind == STORE_AZURE && !strstr(base, "://") ? "azure://" : "",
			base);
		if (!base)
			return err_nomem(err);
		out->dir = "";
		return data_locate(c, a, base, &out->s, &out->dir, err);
	case 2:
		base = data_trusted(c, a, task_meta_text(task, "ds-root"));
		return base && !c->service ? local_place(c, out, base, "mf.cards", err) : MF_OK;
	case 3:
		base = mf_config_get(config, "CARD_LOCALROOT");
		if (!base || !*base)
			return MF_OK;
		base = base[0] == '/' ? base : arena_printf(a, "%s/%s", config->cwd, base);
		return base ? local_place(c, out, base, "", err) : err_nomem(err);
	case 4: return c->root ? local_place(c, out, c->root, "mf.cards", err) : MF_OK;
	default: return config->root ? local_place(c, out, config->root, "mf.cards", err) : MF_OK;
	}
}

int card_list(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	struct card_place place;
	return card_list_at(o, out, &place, err);
}

int card_list_at(
	struct mf_object *o, struct mf_value **out, struct card_place *place, struct mf_error *err)
{
	struct mf_object *task = o, *origin;
	struct card_place places[PLACES];
	while ((origin = task_origin(task)))
		task = origin;
	struct mf_value *list = *out = field_new(o, MF_LIST);
	if (!list)
		return err_nomem(err);
	*place = (struct card_place){NULL, ""};
	/* values of the origin's arena live as long as the origin, which the clone holds */
	for (size_t i = 0, found = 0; i < PLACES && !found; i++) {
		int rc = card_place(task, i, &places[i], err);
		bool seen = !places[i].s;
		if (rc < 0)
			return rc;
		for (size_t k = 0; k < i && !seen; k++)
			seen = places[k].s == places[i].s && str_eq(places[k].dir, places[i].dir);
		if (!seen)
			rc = below(task, &places[i], list, &found, err);
		if (rc < 0)
			return rc;
		if (found)
			*place = places[i];
	}
	return MF_OK;
}

char *card_where(struct arena *a, const struct card_place *p, const char *path)
{
	return arena_printf(a, "%s/%s%s%s", p->s->where, p->dir, *p->dir ? "/" : "", path);
}

int card_stream(struct mf_client *c, const struct card_place *p, const char *path,
	const struct mf_sink *sink, struct mf_error *err)
{
	struct buf key = BUF_INIT(1 << 16);
	struct store_stream *stream = NULL;
	struct store_info info;
	uint64_t bytes = 0;
	int rc;
	buf_addf(&key, "%s%s%s", p->dir, *p->dir ? "/" : "", path);
	TRY(buf_err(&key, err));
	if (!sink && !store_is_local(p->s)) {
		rc = store_head(p->s, key.p, &info, err);
		goto done;
	}
	TRY(store_open(p->s, key.p, 0, &stream, &info, err));
	for (const char *bits; sink && rc == MF_OK;) {
		size_t n;
		rc = store_next(stream, &bits, &n, err);
		if (rc < 0 || !n)
			break;
		bytes += n;
		rc = sink->write(sink->self, bits, n);
	}
	data_tally(c, p->s, bytes);
	client_trace(c, "read", key.p, bytes);
done:
	store_close(stream);
	buf_release(&key);
	return rc;
}
