/* rows_take.c: what the jobs bring becomes rows. */
#include <stdlib.h>
#include <string.h>

#include "rows_priv.h"

struct row rows_row(const struct rows_job *j, struct mf_object *o)
{
	enum ui_status s = data_status(o);

	return (struct row){.o = o,
		.pack = j->pack ? rows_pack_new(o, j->fields, j->n_fields) : NULL,
		.id = rows_id_of(o),
		.created = mf_object_created(o),
		.settled = s == UI_COMPLETED || s == UI_FAILED,
		.live = s == UI_RUNNING || s == UI_PENDING};
}

/* Put a newer object in the place of the one of the same identity; false: there is none. */
static bool put(struct rows *r, struct row *row, size_t *hint)
{
	size_t i = rows_find(r, row->id, *hint);

	if (i == SIZE_MAX)
		return false;
	r->held += row->o && !r->all.v[i].o;
	rows_discard(&r->all.v[i]);
	r->all.v[i] = *row;
	*hint = i + 1;
	return true;
}

void rows_take_part(struct rows *r, struct rows_part *p)
{
	size_t hint = 0;

	if (p->total)
		r->total = p->total;
	for (size_t i = 0; i < p->rows.n; i++) {
		struct row *row = &p->rows.v[i];
		bool taken = p->mode == ROWS_PAGE ? vec_push(&r->all, *row) : put(r, row, &hint);
		if (!taken)
			rows_discard(row);
		else if (p->mode == ROWS_PAGE)
			r->held += row->o != NULL;
	}
	p->rows.n = 0;
	rows_arrange(r);
}

/* Where a row of the window was: the job has looked it up, and rows seldom move since. */
static size_t place(const struct rows *old, const struct rows_seen *s)
{
	if (s->at < old->all.n && old->all.v[s->at].id == s->id)
		return s->at;
	return rows_find(old, s->id, 0);
}

/* The newest rows are as the window has them, in its order; older ones stay below. */
void rows_take_window(struct rows *r, struct rows_job *j)
{
	struct rows old = *r;
	int64_t oldest = INT64_MAX;
	size_t below = 0, n = old.all.n;
	uint32_t *map = malloc((n + 1) * sizeof(*map));
	bool keep = j->page && !j->whole;

	r->all.v = NULL;
	r->all.n = r->all.cap = 0;
	if (!map || !vec_reserve(&r->all, n + j->window.n + 1)) {
		free(map);
		vec_release(&r->all);
		r->all.v = old.all.v;
		r->all.n = old.all.n;
		r->all.cap = old.all.cap;
		return;
	}
	memset(map, 0xff, (n + 1) * sizeof(*map));
	for (size_t i = 0; i < j->window.n; i++) {
		struct rows_seen *s = &j->window.v[i];
		size_t at = place(&old, s);
		struct row *known = at == SIZE_MAX ? NULL : &old.all.v[at];
		struct row row = s->o ? rows_row(j, s->o) : (struct row){0};
		s->o = NULL;
		oldest = s->created;
		if (at != SIZE_MAX && at >= below)
			below = at + 1;
		if (known && map[at] != UINT32_MAX)
			continue; /* twice in the window: it is there */
		if (!row.o && known)
			row = *known;
		else if (known)
			rows_discard(known);
		if (known)
			map[at] = (uint32_t)r->all.n;
		if (row.o || row.pack)
			r->all.v[r->all.n++] = row;
	}
	/* Those between are gone, but for what came at the same moment as the last one of the
	 * window. */
	for (size_t i = 0; i < n; i++) {
		struct row *row = &old.all.v[i];
		if (map[i] != UINT32_MAX)
			continue;
		if (keep && (i > below || row->created <= oldest)) {
			map[i] = (uint32_t)r->all.n;
			r->all.v[r->all.n++] = *row;
		} else {
			rows_discard(row);
		}
	}
	r->held = 0;
	for (size_t i = 0; i < r->all.n; i++)
		r->held += r->all.v[i].o != NULL;
	vec_release(&old.all);
	rows_order_moved(r, map, n);
	free(map);
	size_t hint = 0;
	for (size_t i = 0; i < j->late.n; i++) {
		struct row row = rows_row(j, j->late.v[i]);
		if (!put(r, &row, &hint))
			rows_discard(&row);
		j->late.v[i] = NULL;
	}
	j->late.n = 0;
	r->hopeless.n = 0;
	rows_arrange(r);
}

static void end_job(struct rows *r, struct rows_job *j)
{
	switch (j->head.mode) {
	case ROWS_PAGE:
		r->loading = false;
		if (r->old && r->again && j->err.code)
			r->old = false;
		else if (r->old)
			rows_drop(r);
		if (j->err.code)
			r->error = j->err;
		if (j->total)
			r->total = j->total;
		r->complete = j->whole;
		if (!j->whole && !j->err.code) {
			r->cursor = j->cursor;
			j->cursor = NULL;
		} else {
			r->to_end = false;
		}
		break;
	case ROWS_REFRESH:
		r->refreshing = false;
		r->changed = j->changed;
		if (j->total)
			r->total = j->total;
		if (!j->err.code && !view_keeps(r->view))
			rows_take_window(r, j);
		break;
	case ROWS_SORT: break;
	case ROWS_DETAIL:
		r->detailing = false;
		for (size_t i = 0; i < j->failed.n; i++)
			if (!vec_push(&r->hopeless, j->failed.v[i]))
				break;
		break;
	}
}

bool rows_deliver(struct rows *r, struct job_result *res)
{
	const struct rows_head *head = res->spec.arg;

	if (res->spec.kind != r->spec.kind)
		return false;
	if (head->mode == ROWS_SORT) {
		rows_take_order(r, res->spec.arg);
		return true;
	}
	if (head->serial != r->serial)
		return true; /* of a question that is no longer asked */
	if (res->part) {
		if (r->old)
			rows_drop(r);
		if (head->mode != ROWS_DETAIL || !view_keeps(r->view))
			rows_take_part(r, res->part);
	} else {
		end_job(r, res->spec.arg);
		rows_arrange(r);
	}
	return true;
}
