/* rows_take.c: what the jobs bring becomes rows. */
#include <stdlib.h>
#include <string.h>

#include "rows_priv.h"

/* Put a newer object in the place of the one of the same identity; false: there is none. */
static bool put(struct rows *r, struct mf_object *o)
{
	size_t i = rows_find(r, rows_id_of(o), 0);

	if (i == SIZE_MAX)
		return false;
	mf_object_free(r->all.v[i]);
	r->all.v[i] = o;
	return true;
}

static bool push(struct rows *r, struct mf_object *o)
{
	if (!vec_reserve(&r->ids, r->ids.n + 1) || !vec_push(&r->all, o))
		return false;
	r->ids.v[r->ids.n++] = rows_id_of(o);
	return true;
}

static void take_part(struct rows *r, struct rows_part *p)
{
	if (p->total)
		r->total = p->total;
	for (size_t i = 0; i < p->objects.n; i++) {
		struct mf_object *o = p->objects.v[i];
		p->objects.v[i] = NULL;
		if (p->mode == ROWS_PAGE ? !push(r, o) : !put(r, o))
			mf_object_free(o);
	}
	p->objects.n = 0;
	rows_arrange(r);
}

/* The newest rows are as the window has them, in its order; older ones stay below. */
static void take_window(struct rows *r, struct rows_job *j)
{
	struct rows old = *r;
	int64_t oldest = INT64_MAX;

	r->all.v = NULL;
	r->ids.v = NULL;
	r->all.n = r->all.cap = r->ids.n = r->ids.cap = 0;
	if (!vec_reserve(&r->all, old.all.n + j->window.n + 1) ||
		!vec_reserve(&r->ids, old.all.n + j->window.n + 1)) {
		vec_release(&r->all);
		vec_release(&r->ids);
		r->all.v = old.all.v;
		r->all.n = old.all.n;
		r->all.cap = old.all.cap;
		r->ids.v = old.ids.v;
		r->ids.n = old.ids.n;
		r->ids.cap = old.ids.cap;
		return;
	}
	for (size_t i = 0; i < j->window.n; i++) {
		struct rows_seen *s = &j->window.v[i];
		size_t at = rows_find(&old, s->id, i);
		struct mf_object *known = at == SIZE_MAX ? NULL : old.all.v[at];
		if (known)
			old.all.v[at] = NULL;
		if (s->o)
			mf_object_free(known);
		if (s->o || known)
			push(r, s->o ? s->o : known); /* there is room for it */
		s->o = NULL;
		oldest = s->created;
	}
	for (size_t i = 0; i < old.all.n; i++) {
		struct mf_object *o = old.all.v[i];
		if (o && j->page && !j->whole && mf_object_created(o) <= oldest)
			push(r, o);
		else
			mf_object_free(o);
	}
	vec_release(&old.all);
	vec_release(&old.ids);
	for (size_t i = 0; i < j->late.n; i++) {
		struct mf_object *o = j->late.v[i];
		if (o && !put(r, o))
			mf_object_free(o);
		j->late.v[i] = NULL;
	}
	r->hopeless.n = 0;
	rows_arrange(r);
}

static void end_job(struct rows *r, struct rows_job *j)
{
	switch (j->mode) {
	case ROWS_PAGE:
		r->loading = false;
		if (r->old)
			rows_drop(r);
		if (j->err.code)
			r->error = j->err;
		if (j->total)
			r->total = j->total;
		r->complete = j->whole;
		if (!j->whole && !j->err.code) {
			r->cursor = j->cursor;
			j->cursor = NULL;
		}
		break;
	case ROWS_REFRESH:
		r->refreshing = false;
		r->changed = j->changed;
		if (j->total)
			r->total = j->total;
		if (!j->err.code)
			take_window(r, j);
		break;
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
	struct rows_job *j = res->spec.arg;

	if (res->spec.kind != r->spec.kind)
		return false;
	if (j->serial != r->serial)
		return true; /* of a question that is no longer asked */
	if (res->part) {
		if (r->old)
			rows_drop(r);
		take_part(r, res->part);
	} else {
		end_job(r, j);
		rows_arrange(r);
	}
	return true;
}
