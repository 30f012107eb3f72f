/* Lists of cards: of a run, a step or a task. */
#include <stdlib.h>

#include "../base/vec.h"
#include "../codec/cardpage.h"
#include "../codec/value.h"
#include "cardread.h"
#include "data.h"
#include "fields.h"
#include "parts.h"
#include "task.h"

/* The token stands before the data, behind the style sheet: nearly always in the first bytes. */
enum { HEAD = 192 << 10, FAR_HEAD = 8 << 20 };

struct mf_cards {
	struct arena arena;
	VEC(struct mf_card) list;
	size_t n_errors;
	struct mf_error first_error;
};

struct search {
	struct mf_cards *cards;
	const struct mf_card_filter *filter;
};

static bool passes(const struct mf_card *c, const struct mf_card_filter *f)
{
	if (f->type && !str_eq(f->type, c->type))
		return false;
	if (f->hash)
		return str_starts(c->hash, f->hash);
	return !f->id || (c->id && str_eq(f->id, c->id));
}

/* The token of the page and when it was written; NULL where it has none or cannot be read (which shows when it is opened). */
static int find_token(struct arena *a, struct mf_client *client, const char *path, const char **out, int64_t *written, struct mf_error *err)
{
	static const size_t heads[] = {HEAD, FAR_HEAD};
	struct store *s;
	const char *key;
	*out = NULL;
	*written = MF_NO_TIME;
	int rc = data_locate(client, a, path, &s, &key, NULL);
	for (size_t i = 0; rc == MF_OK && i < ARRAY_SIZE(heads) && !*out; i++) {
		struct buf b = BUF_INIT(heads[i]);
		const struct mf_sink sink = {buf_sink_write, &b};
		struct store_get get = {.key = key, .n = heads[i], .sink = &sink};
		rc = store_get(s, &get, NULL);
		if (rc == MF_OK)
			*written = get.info.modified;
		struct card_slice token = card_page_token(b.p, b.n);
		if (token.p)
			*out = arena_strndup(a, token.p, token.n);
		bool nomem = rc == MF_ENOMEM || (token.p && !*out);
		bool whole = b.n < heads[i];
		buf_release(&b);
		if (nomem)
			return err_nomem(err);
		if (whole)
			break;
	}
	return rc == MF_ENOMEM ? err_nomem(err) : MF_OK;
}

static const char *text_of(struct arena *a, const struct mf_value *card, const char *key)
{
	return record_str(a, card, key);
}

static int add_card(struct search *s, struct mf_object *task, const struct mf_value *v,
	const struct card_place *place, struct mf_error *err)
{
	struct arena *a = &s->cards->arena;
	int64_t written;
	struct mf_card c = {.pathspec = arena_strdup(a, task->pathspec),
		.type = text_of(a, v, "type"),
		.id = text_of(a, v, "id"),
		.hash = text_of(a, v, "hash"),
		.path = text_of(a, v, "path"),
		.attempt = -1,
		.created_at = MF_NO_TIME};
	if (!c.pathspec || !c.type || !c.hash || !c.path ||
		(!c.id && mf_value_kind(mf_value_get(v, "id")) != MF_NULL))
		return err_nomem(err);
	if (!passes(&c, s->filter))
		return MF_OK;
	if (!(c.path = card_where(a, place, c.path)))
		return err_nomem(err);
	/* the writer leaves a metadata entry named after the card */
	const struct meta *m = task_meta_newest(task, c.hash);
	if (m) {
		c.attempt = m->attempt;
		c.created_at = m->ts;
	}
	int rc = find_token(a, task->client, c.path, &c.reload_token, &written, err);
	if (rc < 0)
		return rc;
	if (c.created_at == MF_NO_TIME)
		c.created_at = written;
	return vec_push(&s->cards->list, c) ? MF_OK : err_nomem(err);
}

static int add_task(struct search *s, struct mf_object *task, struct mf_error *err)
{
	struct mf_value *list = NULL;
	struct card_place place;
	int rc = card_list_at(task, &list, &place, err);
	for (size_t i = 0; rc == MF_OK && i < mf_value_count(list); i++)
		rc = add_card(s, task, mf_value_item(list, i), &place, err);
	object_settle(task);
	return rc;
}

static int add_below(struct search *s, struct mf_object *parent, struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *iter = NULL;
	struct mf_object *child;
	struct mf_error mine = MF_ERROR_INIT;
	opts.cancel = s->filter->cancel;
	int rc = mf_list(&iter, parent->client, parent->pathspec, &opts, &mine);
	while (rc == MF_OK && (rc = mf_iter_next(iter, &child, &mine)) == 1) {
		rc = parent->entity == MF_RUN ? add_below(s, child, &mine)
					      : add_task(s, child, &mine);
		mf_object_free(child);
	}
	mf_iter_free(iter);
	if (rc == MF_ENOMEM || rc == MF_ECANCELLED) {
		if (err && err->code == MF_OK)
			*err = mine;
		return rc;
	}
	if (rc < 0 && !s->cards->n_errors++)
		s->cards->first_error = mine;
	return MF_OK;
}

int mf_cards_open(struct mf_cards **out, struct mf_client *client, const char *pathspec,
	const struct mf_card_filter *filter, struct mf_error *err)
{
	static const struct mf_card_filter any = {.type = NULL};
	struct mf_object *o = NULL;
	int entity = mf_pathspec_entity(pathspec), rc;
	*out = NULL;
	if (entity == MF_FLOW || entity == MF_ARTIFACT)
		return err_at(err, MF_EUSAGE, pathspec, "cards are of a run, a step or a task");
	struct mf_cards *cards = calloc(1, sizeof(*cards));
	if (!cards)
		return err_nomem(err);
	arena_init(&cards->arena, 0);
	cards->first_error = (struct mf_error)MF_ERROR_INIT;
	struct search s = {cards, filter ? filter : &any};
	TRY(mf_get(&o, client, pathspec, NULL, err));
	TRY(entity == MF_TASK ? add_task(&s, o, err) : add_below(&s, o, err));
	*out = cards;
	cards = NULL;
done:
	mf_object_free(o);
	mf_cards_free(cards);
	return rc;
}

void mf_cards_free(struct mf_cards *cards)
{
	if (!cards)
		return;
	vec_release(&cards->list);
	arena_release(&cards->arena);
	free(cards);
}

size_t mf_cards_count(const struct mf_cards *cards)
{
	return cards->list.n;
}

const struct mf_card *mf_cards_get(const struct mf_cards *cards, size_t i)
{
	return i < cards->list.n ? &cards->list.v[i] : NULL;
}

size_t mf_cards_errors(const struct mf_cards *cards, const struct mf_error **first)
{
	if (first)
		*first = cards->n_errors ? &cards->first_error : NULL;
	return cards->n_errors;
}

const char *mf_card_file(const struct mf_card *card)
{
	const char *slash = strrchr(card->path, '/');
	return slash ? slash + 1 : card->path;
}
