#include "elsewhere.h"

#include <stdlib.h>

#include "../base/limits.h"
#include "fields.h"
#include "task.h"
#include "task_files.h"

_Static_assert((int)N_PLACES == (int)MF_PLACES, "mf.h tells how many headings there are");

static const char *const titles[N_PLACES] = {
#define PLACE(id, title) title,
#include "elsewhere.def"
#undef PLACE
};

static const struct known {
	enum place place;
	const char *field, *label;
	enum place_kind kind;
} known[] = {
#define FACT(place, field, label, kind) {PLACE_##place, field, label, KIND_##kind},
#include "elsewhere.def"
#undef FACT
};

static const struct {
	enum place place;
	const char *start;
} prefixes[] = {
#define PREFIX(place, start) {PLACE_##place, start},
#include "elsewhere.def"
#undef PREFIX
};

/* One metadata entry that belongs under a heading. */
struct entry {
	const struct meta *meta;
	enum place place;
	size_t order; /* in known[]; its length: a field that is not listed there */
};

/* ---- metadata ---- */

static bool place_of(const char *field, struct entry *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (str_eq(known[i].field, field)) {
			e->place = known[i].place;
			e->order = i;
			return true;
		}
	e->order = ARRAY_SIZE(known);
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (str_starts(field, prefixes[i].start)) {
			e->place = prefixes[i].place;
			return true;
		}
	return false;
}

/* Entries without a tag count by their time, each by itself: those of nodes and notices are tagged
 * by other hands than the rest, so that tags are rarely on all or on none. */
struct span {
	int attempt;
	int64_t from, until; /* MF_NO_TIME: open */
};

static struct span span_of(const struct task *t, int attempt)
{
	struct span s = {attempt, MF_NO_TIME, MF_NO_TIME};
	for (size_t i = 0; i < t->n_meta; i++) {
		const struct meta *m = &t->meta[i];
		int number;
		if (m->inherited || m->ts == MF_NO_TIME || !str_eq(m->name, "attempt") ||
			!task_as_attempt(m->value, &number))
			continue;
		if (number == attempt && attempt > 0 && (s.from == MF_NO_TIME || m->ts < s.from))
			s.from = m->ts;
		if (number == attempt + 1 && (s.until == MF_NO_TIME || m->ts < s.until))
			s.until = m->ts;
	}
	return s;
}

static bool belongs(const struct meta *m, enum place place, const struct span *s)
{
	if (m->inherited ||
		place == PLACE_PARALLEL) /* @parallel tags all of its own as of attempt 0 */
		return true;
	if (m->attempt >= 0)
		return m->attempt == s->attempt;
	if (m->ts == MF_NO_TIME)
		return true;
	return (s->from == MF_NO_TIME || m->ts >= s->from) &&
	       (s->until == MF_NO_TIME || m->ts < s->until);
}

/* As printed; the newest of a field first. */
static int by_order(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;
	if (a->place != b->place)
		return a->place < b->place ? -1 : 1;
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	int c = strcmp(a->meta->name, b->meta->name);
	if (c)
		return c;
	if (a->meta->ts != b->meta->ts)
		return a->meta->ts > b->meta->ts ? -1 : 1;
	return a->meta < b->meta ? 1 : -1;
}

/* ---- facts ---- */

bool places_add(struct place_facts *f, enum place place, const struct mf_place_fact *fact)
{
	if (f->n == f->cap) {
		size_t cap, grown = f->cap ? f->cap : 16;
		if (!size_mul(grown, 2, &cap))
			return false;
		struct mf_place_fact *v = arena_calloc(f->arena, cap, sizeof(*v));
		enum place *p = arena_calloc(f->arena, cap, sizeof(*p));
		if (!v || !p)
			return false;
		if (f->n) {
			memcpy(v, f->v, f->n * sizeof(*v));
			memcpy(p, f->place, f->n * sizeof(*p));
		}
		f->v = v;
		f->place = p;
		f->cap = cap;
	}
	f->place[f->n] = place;
	f->v[f->n++] = *fact;
	return true;
}

/* A recorded value as text; *out is NULL for null, nothing and what cannot be read. False: out of
 * memory. */
static bool text_of(
	struct arena *a, const struct mf_value *v, enum place_kind kind, const char **out)
{
	struct buf b = BUF_INIT(MF_LIMIT_TEXT);
	struct mf_sink sink = {buf_sink_write, &b};
	size_t n;
	const char *text = mf_value_text(v, &n);
	*out = NULL;
	if (v->kind == MF_NULL || v->kind == MF_FAILURE)
		return true;
	if (text)
		buf_add(&b, text, n);
	else
		mf_value_print_json(v, &sink, 0, NULL);
	if (kind == KIND_FLAG && (str_eq(b.p, "1") || str_eq(b.p, "true") || str_eq(b.p, "True")))
		*out = "yes";
	else if (kind == KIND_FLAG &&
		 (str_eq(b.p, "0") || str_eq(b.p, "false") || str_eq(b.p, "False")))
		*out = "no";
	else if (b.n)
		*out = arena_strndup(a, b.p, b.n);
	bool ok = !b.failed && (*out || !b.n);
	buf_release(&b);
	return ok;
}

const char *places_value(const struct place_facts *f, const char *field)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->v[i].name, field))
			return f->v[i].value;
	return NULL;
}

/* Links need values of other facts, so they come last. */
static bool link_all(struct place_facts *f)
{
	struct place_hints h = {places_value(f, "ec2-region"),
		places_value(f, "aws-batch-awslogs-region"),
		places_value(f, "aws-batch-awslogs-group"),
		places_value(f, "aws-step-functions-state-machine")};
	for (size_t i = 0; i < f->n; i++)
		for (size_t k = 0; k < ARRAY_SIZE(known); k++)
			if (str_eq(known[k].field, f->v[i].name) &&
				!place_url(
					f->arena, known[k].kind, f->v[i].value, &h, &f->v[i].url))
				return false;
	return true;
}

static int from_metadata(struct place_facts *f, struct mf_error *err)
{
	struct mf_object *o = f->task;
	int rc = task_meta(o, err);
	if (rc < 0)
		return rc;
	const struct task *t = o->task;
	struct span span = span_of(t, attempt_latest_started(o));
	struct entry *v = arena_calloc(f->arena, t->n_meta + 1, sizeof(*v));
	size_t n = 0;
	if (!v)
		return err_nomem(err);
	for (size_t i = 0; i < t->n_meta; i++) {
		struct entry *e = &v[n];
		e->meta = &t->meta[i];
		n += place_of(e->meta->name, e) && belongs(e->meta, e->place, &span);
	}
	if (n)
		qsort(v, n, sizeof(*v), by_order);
	for (size_t i = 0; i < n; i++) {
		const struct meta *m = v[i].meta;
		const struct known *k = v[i].order < ARRAY_SIZE(known) ? &known[v[i].order] : NULL;
		const struct mf_error *failed = mf_value_error(m->value);
		if (failed && failed->code == MF_ENOMEM)
			return err_nomem(err);
		struct mf_place_fact fact = {
			.name = m->name, .label = k ? k->label : m->name, .recorded = m->value};
		if (i && str_eq(m->name, v[i - 1].meta->name))
			continue;
		if (!text_of(f->arena, m->value, k ? k->kind : KIND_PLAIN, &fact.value) ||
			(fact.value && !places_add(f, v[i].place, &fact)))
			return err_nomem(err);
	}
	return link_all(f) ? MF_OK : err_nomem(err);
}

/* ---- the headings ---- */

int mf_task_places(
	struct mf_object *o, const struct mf_place **out, size_t *n, struct mf_error *err)
{
	struct place_facts f = {.task = o, .arena = &o->arena};
	unsigned before = trouble_count();
	*out = NULL;
	*n = 0;
	if (o->entity != MF_TASK)
		return err_at(err, MF_EUSAGE, o->pathspec, "only tasks ran somewhere");
	int rc = from_metadata(&f, err);
	if (rc == MF_OK)
		rc = places_nodes(&f, err);
	if (rc < 0 || !f.n)
		return rc;
	struct mf_place *places = arena_calloc(f.arena, N_PLACES, sizeof(*places));
	if (!places)
		return err_nomem(err);
	/* facts stand by their headings */
	for (size_t i = 0; i < f.n; i++) {
		if (!i || f.place[i] != f.place[i - 1])
			places[(*n)++] = (struct mf_place){titles[f.place[i]], &f.v[i], 0};
		places[*n - 1].n++;
	}
	*out = places;
	if (trouble_count() == before)
		return MF_OK;
	if (err)
		*err = *trouble_last();
	return MF_EPARTIAL;
}

int get_task_compute(struct mf_object *o, struct mf_value **out, struct mf_error *err)
{
	const struct mf_place *places;
	size_t n;
	int rc = mf_task_places(o, &places, &n, err);
	struct mf_value *all = rc == MF_OK && n ? field_new(o, MF_DICT) : NULL;
	if (rc < 0 || !n)
		return rc;
	bool ok = all;
	for (size_t i = 0; ok && i < n; i++) {
		struct mf_value *of = field_new(o, MF_DICT);
		ok = of && value_put_str(&o->arena, all, places[i].title, of);
		for (size_t k = 0; ok && k < places[i].n; k++) {
			const struct mf_place_fact *p = &places[i].facts[k];
			struct mf_value *d = field_new(o, MF_DICT);
			ok = d && put_str(o, d, "label", p->label) &&
			     (p->recorded ? put_value(o, d, "value", p->recorded)
					  : put_str(o, d, "value", p->value)) &&
			     put_str(o, d, "link", p->url) &&
			     value_put_str(&o->arena, of, p->name, d);
		}
	}
	*out = all;
	return ok ? MF_OK : err_nomem(err);
}
