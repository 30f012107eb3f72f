/* The objects of a list: which are kept, and their fields. */
#include "../base/limits.h"
#include "ids.h"
#include "iter.h"
#include "run.h"
#include "service.h"

static bool tags_match(struct mf_iter *it, struct mf_object *o)
{
	if (it->entity == MF_FLOW)
		return (!it->opts.tags || !*it->opts.tags) &&
		       (!it->opts.ns || run_in_namespace(o, it->opts.ns, NULL) == MF_OK);
	if (it->entity != MF_RUN)
		return true; /* decided by the run, once */
	const struct mf_value *lists[] = {
		mf_value_get(o->record, "tags"), mf_value_get(o->record, "system_tags")};
	for (const char *const *t = it->opts.tags; t && *t; t++)
		if (!list_has(lists[0], *t) && !list_has(lists[1], *t))
			return false;
	return !it->opts.ns || list_has(lists[0], it->opts.ns) || list_has(lists[1], it->opts.ns);
}

bool iter_keeps(struct mf_iter *it, struct mf_object *o)
{
	if (o->error)
		return o->error->code != MF_ENOTFOUND && !it->opts.query && !it->opts.ns &&
		       !(it->opts.tags && *it->opts.tags);
	if ((it->opts.since != MF_NO_TIME && (o->ts == MF_NO_TIME || o->ts < it->opts.since)) ||
		(it->opts.until != MF_NO_TIME && o->ts != MF_NO_TIME && o->ts >= it->opts.until))
		return false;
	if (!tags_match(it, o))
		return false;
	return !it->opts.query || mf_query_match(it->opts.query, o);
}

/* Can the run have all tags that are asked for? Looks for them in the text of its record, before
 * anything is built: among many runs hardly any has them. A tag that JSON may write in more than
 * one way is not looked for. */
static bool may_have_tags(struct mf_iter *it, const char *name)
{
	const char *needles[] = {it->opts.ns, NULL};
	const char *const *lists[] = {it->opts.tags, needles};
	struct arena a;
	char *text;
	size_t n;
	bool may = true;
	arena_init(&a, 0);
	const char *path = iter_self_path(&a, ".", name);
	client_count(it->client, 1, 0, 0);
	if (path && it->dirfd >= 0 &&
		fs_read(it->dirfd, path, &a, MF_LIMIT_JSON_FILE, &text, &n, path, NULL) == MF_OK)
		for (size_t k = 0; k < ARRAY_SIZE(lists); k++)
			for (const char *const *t = lists[k]; t && *t && may; t++) {
				bool plain = true;
				for (const char *p = *t; *p; p++)
					plain = plain && *p > 0x20 && *p < 0x7f && *p != '"' &&
						*p != '\\' && *p != '/';
				may = !plain || memmem(text, n, *t, strlen(*t));
			}
	arena_release(&a);
	return may;
}

struct mf_object *iter_object(struct mf_iter *it, const struct entry *e, bool brief)
{
	const char *name = entry_name(it, e);
	const char *ids[MF_N_ENTITIES];
	struct mf_object *o = NULL;
	for (int k = 0; it->parent && k <= (int)it->parent->entity; k++)
		ids[k] = it->parent->id[k];
	ids[it->entity] = name;
	if (object_new(&o, it->client, it->entity, ids,
		    it->entity >= MF_TASK ? it->opts.attempt : -1, NULL) < 0)
		return NULL;
	o->show_hidden = it->opts.hidden;
	if (it->parent && it->parent->run) {
		o->run = it->parent->run;
		o->held_by_run = brief;
		if (!brief)
			atomic_fetch_add(&o->run->refs, 1);
	}
	if (it->entity == MF_ARTIFACT) {
		o->owner = object_ref(it->parent);
	} else if (it->feed) {
		const char *text = service_given(it, e, &o->given_n);
		o->given = text ? arena_strndup(&o->arena, text, o->given_n) : NULL;
		if (text && !o->given) {
			mf_object_free(o);
			return NULL;
		}
	} else if (it->dirfd >= 0) {
		o->base_fd = it->dirfd;
		o->base_n = strlen(it->parent->pathspec) + 1;
	}
	return o;
}

int iter_load(struct mf_iter *it, const struct entry *e, struct mf_object **out)
{
	*out = NULL;
	bool picky = it->entity == MF_RUN && ((it->opts.tags && *it->opts.tags) || it->opts.ns);
	if (picky && it->dirfd >= 0 && it->total > WORTH_THREADS && !may_have_tags(it, entry_name(it, e)))
		return MF_OK;
	struct mf_object *o = iter_object(it, e, false);
	if (!o)
		return MF_ENOMEM;
	if (e->exact && e->bound != MF_NO_TIME && !picky)
		o->ts = e->bound; /* the record is read when a field wants it */
	else
		object_record(o, NULL);
	unsigned before = trouble_count();
	bool keeps = iter_keeps(it, o);
	if (trouble_count() != before && !o->error && (o->error = arena_alloc(&o->arena, sizeof(*o->error)))) {
		*o->error = *trouble_last(); /* whether it belongs here cannot be told */
		keeps = true;
	}
	if (!keeps) {
		mf_object_free(o); /* base_fd is the list's */
		return MF_OK;
	}
	for (size_t f = 0; !o->error && f < it->opts.n_fields; f++)
		mf_object_field(o, it->opts.fields[f]);
	object_settle(o);
	*out = o;
	return MF_OK;
}
