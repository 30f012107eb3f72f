/* Names of objects, a page at a time. */
#include <stdlib.h>

#include "../base/err.h"
#include "../codec/json.h"
#include "../codec/value.h"
#include "gs.h"

enum { URL = 64 << 10 };

static int add_name(
	struct store_list *list, const struct buf *prefix, const struct mf_value *v)
{
	size_t n;
	const char *p = mf_value_text(v, &n);
	return p ? stores_list_add(list, prefix, p, n) : MF_OK;
}

static int take_page(struct store_list *list, const struct buf *prefix,
	const struct http_response *r, struct mf_error *err)
{
	struct arena a;
	struct mf_value *doc;
	size_t n;
	int added = MF_OK;
	arena_init(&a, 0);
	int rc = json_parse(&doc, &a, r->body.p, r->body.n, err);
	if (rc == MF_OK && mf_value_kind(doc) != MF_DICT)
		rc = err_set(err, MF_ECORRUPT, "the reply is none");
	if (rc == MF_OK) {
		const struct mf_value *items = mf_value_get(doc, "items"),
				      *dirs = mf_value_get(doc, "prefixes");
		for (size_t i = 0; added == MF_OK && i < mf_value_count(items); i++)
			added = add_name(list, prefix, mf_value_get(mf_value_item(items, i), "name"));
		for (size_t i = 0; added == MF_OK && i < mf_value_count(dirs); i++)
			added = add_name(list, prefix, mf_value_item(dirs, i));
		const char *next = mf_value_text(mf_value_get(doc, "nextPageToken"), &n);
		char *copy = next && n ? strndup(next, n) : NULL;
		rc = added < 0 || (next && n && !copy) ? err_nomem(err) : MF_OK;
		free(list->next);
		list->next = copy;
	}
	arena_release(&a);
	return rc;
}

int gs_list(struct store *base, struct store_list *list, struct mf_error *err)
{
	struct gs_store *s = (struct gs_store *)base;
	struct http_response r = HTTP_RESPONSE_INIT;
	struct store_call call = {.cancel = list->cancel};
	struct buf prefix = BUF_INIT(URL);
	struct mf_error mine = MF_ERROR_INIT;
	struct gs_asked q = {
		.query = {{"fields", "items(name),prefixes,nextPageToken"}}, .n_query = 1};
	char limit[24];
	int rc;
	stores_key(&prefix, s->base.prefix, list->prefix);
	TRY(buf_err(&prefix, err));
	stores_list_query(q.query, &q.n_query, list, prefix.p, "pageToken", "maxResults", 1000, limit);
	TRY(gs_ask(s, &q, &call, &r, err));
	rc = take_page(list, &prefix, &r, &mine);
	if (rc < 0)
		err_at(err, rc, s->base.where, "a list of the bucket: %s", mine.message);
done:
	buf_release(&prefix);
	http_response_release(&r);
	return rc;
}
