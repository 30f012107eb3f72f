/* Lists from the service. Runs come in pages, newest first, where the service has pages; any other list comes whole and in no
 * order, and is sorted here. Limits and filters are always sent, and never trusted: older services ignore them and answer with
 * everything (service-api.md §2). */
#include <stdio.h>
#include <stdlib.h>

#include "../base/limits.h"
#include "query.h"
#include "service.h"

enum { WORTH_ONE_FOR_ALL = 4, FIRST_PAGE = 50, RELAX = 16384 };

struct service_feed {
	struct shared_reply *rows; /* one a name, in the same order */
	struct buf path;  /* with its query, but limit and cursor */
	size_t page;      /* rows to ask for, 0: all */
	char cursor[SERVICE_CURSOR];
};

void service_feed_free(struct service_feed *f)
{
	if (!f)
		return;
	shared_reply_unref(f->rows);
	buf_release(&f->path);
	free(f);
}

const char *service_given(const struct mf_iter *it, const struct entry *e, size_t *n)
{
	return reply_text(&it->feed->rows->reply, e->name, n);
}

static const char *const id_keys[] = {"flow_id", "run_number", "step_name", "task_id"};

/* Names and times of the rows that have come. A row without an id gets an empty name, which no list wants. */
static int take_rows(struct mf_iter *it, struct mf_error *err)
{
	const struct reply *rows = &it->feed->rows->reply;
	struct arena a;
	int rc = MF_OK;
	arena_init(&a, 0);
	it->names.n = it->names.blob_n = 0;
	free(it->entries);
	it->entries = calloc(rows->v.n + 1, sizeof(*it->entries));
	it->n_entries = 0;
	it->page_bound = INT64_MAX;
	if (!it->entries)
		rc = err_nomem(err);
	for (size_t i = 0; rc == MF_OK && i < rows->v.n; i++) {
		size_t n;
		const char *text = reply_text(rows, i, &n);
		if (i % RELAX == RELAX - 1)
			reply_relax(rows);
		struct row_fact facts[] = {{.key = id_keys[it->entity]}, {.key = "ts_epoch"}};
		rc = row_facts(text, n, facts, ARRAY_SIZE(facts), &a);
		if (rc == MF_ECORRUPT) {
			rc = err_at(err, rc, it->client->service->shown, "row %zu of a list of %ss is no JSON object", i + 1,
				mf_entity_name(it->entity));
			break;
		}
		/* pages are in the order of the records' own times, which are never before those that count */
		int64_t ts = fact_int(&facts[1], MF_NO_TIME);
		if (ts < it->page_bound)
			it->page_bound = ts;
		bool whole = facts[0].text && !memchr(facts[0].text, '\0', facts[0].n);
		if (rc < 0 || !fs_names_add(&it->names, facts[0].text, whole ? facts[0].n : 0)) {
			rc = err_nomem(err);
			break;
		}
		if (!iter_wants(it, fs_name(&it->names, i)))
			continue;
		it->entries[it->n_entries++] = (struct entry){.name = (uint32_t)i,
			.exact = true,
			.bound = it->entity == MF_RUN ? run_created(fs_name(&it->names, i), ts) : ts};
	}
	arena_release(&a);
	return rc;
}

/* ---- the query ---- */

static bool wants_field(const struct mf_iter *it, const char *name)
{
	int field = mf_field_find(it->entity, name);
	for (size_t i = 0; i < it->opts.n_fields; i++)
		if (it->opts.fields[i] == field)
			return true;
	return it->opts.query && query_uses(it->opts.query, field);
}

static void add_param(struct buf *b, const char *name, const char *value)
{
	buf_addc(b, strchr(b->p, '?') ? '&' : '?');
	buf_addf(b, "%s=", name);
	http_escape(b, value, strlen(value));
}

static void add_number(struct buf *b, const char *name, long long value)
{
	char digits[24];
	snprintf(digits, sizeof(digits), "%lld", value);
	add_param(b, name, digits);
}

/* Filters of runs that newer services know; what comes is filtered again here. */
static void add_filters(struct mf_iter *it, struct buf *b)
{
	const char *ns[] = {it->opts.ns, NULL};
	const char *const *lists[] = {it->opts.tags, ns};
	/* asking for all of them adds the status of each to its row */
	if (wants_field(it, "status") || wants_field(it, "status_reason") || wants_field(it, "duration_ms"))
		add_param(b, "status", "running,completed,failed");
	struct buf all = BUF_INIT(32 << 10);
	for (size_t k = 0; k < ARRAY_SIZE(lists); k++)
		for (const char *const *t = lists[k]; t && *t; t++)
			if (!strchr(*t, ',')) /* which stands between tags */
				buf_addf(&all, "%s%s", all.n ? "," : "", *t);
	if (all.n && !all.failed)
		add_param(b, "_tags", all.p);
	buf_release(&all);
	if (it->opts.since != MF_NO_TIME)
		add_number(b, "ts_epoch:ge", it->opts.since);
	if (it->opts.until != MF_NO_TIME)
		add_number(b, "ts_epoch:lt", it->opts.until);
}

/* Ask for the rows behind the cursor. */
static int fetch(struct mf_iter *it, struct mf_error *err)
{
	struct service_feed *f = it->feed;
	struct service_page page;
	struct buf url = BUF_INIT(64 << 10);
	int rc;
	TRY(buf_err(&f->path, err));
	buf_add(&url, f->path.p, f->path.n);
	if (f->page)
		add_number(&url, "_limit", (long long)f->page);
	if (f->cursor[0])
		add_param(&url, "_cursor", f->cursor);
	TRY(buf_err(&url, err));
	const char *what = it->parent ? it->parent->pathspec : "the flows";
	shared_reply_unref(f->rows);
	f->rows = NULL;
	if (it->entity > MF_RUN && !f->page && object_run(it->parent)) {
		page = (struct service_page){.limited = false};
		TRY(service_get_once(it->parent->run, url.p, what, it->opts.cancel, &f->rows, err));
	} else {
		f->rows = shared_reply_new();
		TRY(f->rows ? service_get(it->client, url.p, what, &f->rows->reply, &page, it->opts.cancel, err)
			    : err_nomem(err));
	}
	if (!f->rows->reply.is_array) {
		rc = err_at(err, MF_ECORRUPT, it->client->service->shown, "the service sent something else than a list of %ss",
			mf_entity_name(it->entity));
		goto done;
	}
	if (page.cursor[0] && str_eq(page.cursor, f->cursor)) {
		rc = err_at(err, MF_ECORRUPT, it->client->service->shown, "the service's pages of a list of %ss go round",
			mf_entity_name(it->entity));
		goto done;
	}
	TRY(take_rows(it, err));
	it->more = page.limited && page.cursor[0] && f->rows->reply.v.n;
	memcpy(f->cursor, page.cursor, sizeof(f->cursor));
done:
	buf_release(&url);
	return rc;
}

int service_next_page(struct mf_iter *it, struct mf_error *err)
{
	it->feed->page = SERVICE_PAGE;
	return fetch(it, err);
}

/* Tasks that will be asked more than their records say: ask for all of them at once. */
static void expect_more(struct mf_iter *it)
{
	static const char *const free_of_charge[] = {"id", "pathspec", "created_at", "ts_epoch", "tags", "user_tags",
		"system_tags", "runtime_name", "status"};
	struct run *r = object_run(it->parent);
	size_t n;
	const struct mf_field *fields = mf_fields(MF_TASK, &n);
	bool more = false;
	for (size_t i = 0; i < n; i++) {
		bool cheap = false;
		for (size_t k = 0; k < ARRAY_SIZE(free_of_charge); k++)
			cheap = cheap || str_eq(fields[i].name, free_of_charge[k]);
		more = more || (!cheap && wants_field(it, fields[i].name));
	}
	if (r && wants_field(it, "status"))
		service_expect_outcomes(r, it->parent->id[MF_STEP]);
	if (r && more)
		service_expect(r, ROWS_META | ROWS_ARTIFACTS);
}

int service_list(struct mf_iter *it, struct mf_error *err)
{
	static const char *const below[] = {"/flows", "/runs", "/steps", "/tasks"};
	bool narrowed = it->opts.query || it->opts.ns || (it->opts.tags && *it->opts.tags);
	int rc;
	it->feed = calloc(1, sizeof(*it->feed));
	if (!it->feed)
		return err_nomem(err);
	buf_init(&it->feed->path, 64 << 10);
	if (it->parent)
		service_path(&it->feed->path, it->parent->pathspec);
	buf_adds(&it->feed->path, below[it->entity]);
	if (it->entity == MF_RUN) {
		add_filters(it, &it->feed->path);
		/* without a limit, whoever asks may still want but the first: a small page shows them sooner */
		size_t most = it->opts.limit && !narrowed ? it->opts.limit : FIRST_PAGE;
		it->feed->page = most < SERVICE_PAGE ? most + 1 : SERVICE_PAGE; /* the next one shows that the last is settled */
	} else if (it->entity == MF_TASK && it->opts.limit && !narrowed) {
		it->feed->page = it->opts.limit < SERVICE_PAGE ? it->opts.limit + 1 : SERVICE_PAGE;
	}
	TRY(fetch(it, err));
	/* an unknown parent has an empty list like any other (service-api.md §0.7) */
	if (!it->n_entries && !it->feed->rows->reply.v.n && it->parent && !it->opts.known)
		TRY(object_record(it->parent, err));
	if (it->entity == MF_TASK && it->n_entries >= WORTH_ONE_FOR_ALL)
		expect_more(it);
done:
	return rc;
}

int service_names(struct mf_client *c, const char *pathspec, struct fs_names *out, struct mf_error *err)
{
	struct mf_list_options opts = MF_LIST_INIT;
	struct mf_iter *it;
	struct mf_object *o;
	opts.hidden = opts.known = true;
	int rc = mf_list(&it, c, pathspec, &opts, err);
	if (rc < 0)
		return rc;
	while ((rc = mf_iter_next(it, &o, err)) == 1) {
		const char *id = mf_object_id(o);
		bool added = fs_names_add(out, id, strlen(id));
		mf_object_free(o);
		if (!added) {
			rc = err_nomem(err);
			break;
		}
	}
	mf_iter_free(it);
	return rc;
}
