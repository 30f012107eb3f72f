/* Reading a card: its page, the data embedded there, and the newest runtime JSON (data-model §9.2,
 * §9.3). */
#include "cardread.h"

#include <fcntl.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "../codec/base64.h"
#include "../codec/cardpage.h"
#include "../codec/json.h"
#include "data.h"

enum { LIMIT_PAGE = 256 << 20, LIMIT_RUNTIME = 128 << 20 };

struct mf_card_content {
	struct arena arena;
	struct buf page, text, runtime_text;
	const char *token;
	bool embedded;    /* there is data */
	bool has_runtime; /* there is a runtime file */
	struct mf_value *data, *runtime;
	const struct mf_value *merged;
};

/* ---- merging ---- */

/* The newer components by their ids. */
struct updates {
	struct arena *arena;
	const struct mf_value *dict;
	size_t *order, n;
};

static int compare_text(const char *p, size_t n, const struct mf_value *key)
{
	size_t k;
	const char *q = mf_value_text(key, &k);
	int c = memcmp(p, q, n < k ? n : k);
	return c ? c : (n > k) - (n < k);
}

static int by_key(const void *a, const void *b, void *dict)
{
	size_t n;
	const char *p = mf_value_text(mf_value_key(dict, *(const size_t *)a), &n);
	return compare_text(p, n, mf_value_key(dict, *(const size_t *)b));
}

static bool updates_init(struct updates *u, struct arena *a, struct mf_value *dict)
{
	size_t n = mf_value_kind(dict) == MF_DICT ? mf_value_count(dict) : 0;
	*u = (struct updates){a, dict, arena_calloc(a, n + 1, sizeof(*u->order)), 0};
	if (!u->order)
		return false;
	for (size_t i = 0; i < n; i++)
		if (mf_value_kind(mf_value_item(dict, i)) == MF_DICT)
			u->order[u->n++] = i;
	if (u->n > 1)
		qsort_r(u->order, u->n, sizeof(*u->order), by_key, dict);
	return true;
}

static const struct mf_value *updates_find(const struct updates *u, const char *id, size_t n)
{
	size_t lo = 0, hi = u->n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = compare_text(id, n, mf_value_key(u->dict, u->order[mid]));
		if (!c)
			return mf_value_item(u->dict, u->order[mid]);
		if (c < 0)
			hi = mid;
		else
			lo = mid + 1;
	}
	return NULL;
}

/* v with each component below it replaced by its newer version; v itself where nothing changes.
 * NULL: out of memory. */
static const struct mf_value *merge(const struct updates *newer, const struct mf_value *v)
{
	struct arena *a = newer->arena;
	if (v->kind != MF_LIST && v->kind != MF_DICT)
		return v;
	size_t n;
	const char *id = mf_value_kind(mf_value_get(v, "type")) == MF_STRING
				 ? mf_value_text(mf_value_get(v, "id"), &n)
				 : NULL;
	const struct mf_value *update = id ? updates_find(newer, id, n) : NULL;
	if (update)
		return update;
	struct mf_value *copy = NULL;
	size_t step = v->kind == MF_DICT ? 2 : 1;
	for (size_t i = step - 1; i < v->u.list.n; i += step) {
		const struct mf_value *item = merge(newer, v->u.list.v[i]);
		if (!item)
			return NULL;
		if (item == v->u.list.v[i])
			continue;
		if (!copy) {
			copy = value_new(a, v->kind);
			struct mf_value **items = arena_calloc(a, v->u.list.n, sizeof(*items));
			if (!copy || !items)
				return NULL;
			memcpy(items, v->u.list.v, v->u.list.n * sizeof(*items));
			copy->u.list.v = items;
			copy->u.list.n = copy->u.list.cap = v->u.list.n;
		}
		/* values are never changed once they are handed out; lists have no const items all
		 * the same */
		memcpy(&copy->u.list.v[i], &item, sizeof(item));
	}
	return copy ? copy : v;
}

/* ---- reading ---- */

static void init(struct mf_card_content *c)
{
	arena_init(&c->arena, 0);
	buf_init(&c->page, LIMIT_PAGE);
	buf_init(&c->text, LIMIT_PAGE);
	buf_init(&c->runtime_text, LIMIT_RUNTIME);
}

static int read_file(
	struct mf_client *client, const char *path, struct buf *b, struct mf_error *err)
{
	struct store *s;
	struct arena a;
	const char *key;
	arena_init(&a, 0);
	int rc = data_locate(client, &a, path, &s, &key, err);
	if (rc == MF_OK) {
		rc = key ? store_read(s, key, b, NULL, err) : MF_ENOTFOUND;
		data_tally(client, s, b->n);
	}
	arena_release(&a);
	client_trace(client, "read", path, b->n);
	return rc;
}

/* "…/cards/X.html" → "…/runtime/X.data.json"; NULL for other paths or when out of memory. */
static char *runtime_path(struct arena *a, const char *path)
{
	static const char dir[] = "/cards/", end[] = ".html";
	const char *file = strrchr(path, '/');
	size_t n = strlen(path), nd = sizeof(dir) - 1, ne = sizeof(end) - 1;
	if (!file || (size_t)(file - path) + 1 < nd || memcmp(file + 1 - nd, dir, nd) != 0 ||
		n < ne || !str_eq(path + n - ne, end))
		return NULL;
	return arena_printf(a, "%.*s/runtime%.*s.data.json", (int)(file + 1 - nd - path), path,
		(int)(path + n - ne - file), file);
}

/* The page's token and its text of JSON. */
static int unpack_page(struct mf_card_content *c, struct mf_error *err)
{
	struct card_slice token = card_page_token(c->page.p, c->page.n),
			  data = card_page_data(c->page.p, c->page.n);
	c->token = token.p ? arena_strndup(&c->arena, token.p, token.n) : NULL;
	if (token.p && !c->token)
		return err_nomem(err);
	buf_clear(&c->text);
	if (data.p) {
		int rc = base64_decode(&c->text, data.p, data.n, 0, err);
		if (rc < 0)
			return rc;
	}
	c->embedded = data.p != NULL;
	return MF_OK;
}

static int parse_page(struct mf_card_content *c, struct mf_error *err)
{
	if (c->embedded)
		return json_parse(&c->data, &c->arena, c->text.p, c->text.n, err);
	/* the card type default_json is the data alone */
	if (c->page.n && c->page.p[0] == '{') {
		struct mf_value *v;
		int rc = json_parse(&v, &c->arena, c->page.p, c->page.n, NULL);
		if (rc == MF_ENOMEM)
			return err_nomem(err);
		if (rc == MF_OK && mf_value_get(v, "components")) {
			c->data = v;
			c->embedded = true;
			buf_add(&c->text, c->page.p, c->page.n);
			return buf_err(&c->text, err);
		}
	}
	return MF_OK;
}

/* Does the runtime JSON belong to this state of the page? */
static bool same_token(const struct mf_card_content *c)
{
	return c->token && value_is(mf_value_get(c->runtime, "reload_token"), c->token);
}

static int parse_runtime(struct mf_card_content *c, struct mf_error *err)
{
	c->runtime = NULL;
	if (!c->has_runtime)
		return MF_OK;
	/* one that cannot be read does not take the page with it */
	int rc = json_parse(&c->runtime, &c->arena, c->runtime_text.p, c->runtime_text.n, NULL);
	if (rc < 0)
		c->runtime = NULL;
	return rc == MF_ENOMEM ? err_nomem(err) : MF_OK;
}

static int finish(struct mf_card_content *c, struct mf_error *err)
{
	c->merged = c->data;
	if (!c->data || !same_token(c))
		return MF_OK;
	struct updates newer;
	struct mf_value *dict = NULL;
	for (size_t i = 1; i < c->runtime->u.list.n; i += 2)
		if (value_is(c->runtime->u.list.v[i - 1], "data"))
			dict = c->runtime->u.list.v[i];
	if (!updates_init(&newer, &c->arena, dict))
		return err_nomem(err);
	c->merged = merge(&newer, c->data);
	return c->merged ? MF_OK : err_nomem(err);
}

int mf_card_read(struct mf_card_content **out, struct mf_client *client, const struct mf_card *card,
	struct mf_error *err)
{
	struct mf_error mine = MF_ERROR_INIT;
	struct mf_card_content *c = calloc(1, sizeof(*c));
	int rc;
	*out = NULL;
	if (!c)
		return err_nomem(err);
	init(c);
	TRY(read_file(client, card->path, &c->page, &mine));
	TRY(unpack_page(c, &mine));
	const char *path = runtime_path(&c->arena, card->path);
	rc = path ? read_file(client, path, &c->runtime_text, NULL) : MF_ENOTFOUND;
	c->has_runtime = rc == MF_OK;
	TRY(rc == MF_ENOMEM ? err_nomem(&mine) : parse_runtime(c, &mine));
	/* the page may have been drawn anew while the JSON was read; of two states of one card the
	 * later is shown */
	if (c->runtime && c->token && !same_token(c)) {
		buf_clear(&c->page);
		TRY(read_file(client, card->path, &c->page, &mine));
		TRY(unpack_page(c, &mine));
	}
	TRY(parse_page(c, &mine));
	TRY(finish(c, &mine));
	*out = c;
	c = NULL;
done:
	mf_card_content_free(c);
	if (rc < 0)
		err_at(err, rc, mine.where[0] ? mine.where : card->path, "%s", mine.message);
	return rc;
}

int card_content_make(struct mf_card_content **out, const char *html, size_t n, const char *runtime,
	size_t runtime_n, struct mf_error *err)
{
	struct mf_card_content *c = calloc(1, sizeof(*c));
	int rc;
	*out = NULL;
	if (!c)
		return err_nomem(err);
	init(c);
	buf_add(&c->page, html, n);
	TRY(buf_err(&c->page, err));
	TRY(unpack_page(c, err));
	if (runtime) {
		buf_add(&c->runtime_text, runtime, runtime_n);
		TRY(buf_err(&c->runtime_text, err));
		c->has_runtime = true;
	}
	TRY(parse_runtime(c, err));
	TRY(parse_page(c, err));
	TRY(finish(c, err));
	*out = c;
	c = NULL;
done:
	mf_card_content_free(c);
	return rc;
}

int mf_card_write(struct mf_client *client, const struct mf_card *card, const struct mf_sink *sink,
	struct mf_error *err)
{
	struct buf page = BUF_INIT(LIMIT_PAGE);
	int rc = read_file(client, card->path, &page, err);
	if (rc == MF_OK)
		rc = sink->write(sink->self, page.p, page.n);
	buf_release(&page);
	return rc;
}

/* ---- what was read ---- */

const struct mf_value *mf_card_data(const struct mf_card_content *c, const char **text, size_t *n)
{
	if (text) {
		*text = c->embedded ? c->text.p : NULL;
		*n = c->embedded ? c->text.n : 0;
	}
	return c->data;
}

const struct mf_value *mf_card_runtime(
	const struct mf_card_content *c, const char **text, size_t *n)
{
	if (text) {
		*text = c->has_runtime ? c->runtime_text.p : NULL;
		*n = c->has_runtime ? c->runtime_text.n : 0;
	}
	return c->runtime;
}

const struct mf_value *mf_card_merged(const struct mf_card_content *c)
{
	return c->merged;
}

const char *mf_card_token(const struct mf_card_content *c)
{
	return c->token;
}

const char *card_content_page(const struct mf_card_content *c, size_t *n)
{
	*n = c->page.n;
	return c->page.p;
}

void mf_card_content_free(struct mf_card_content *c)
{
	if (!c)
		return;
	buf_release(&c->page);
	buf_release(&c->text);
	buf_release(&c->runtime_text);
	arena_release(&c->arena);
	free(c);
}
