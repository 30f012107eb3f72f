#include <string.h>

#include "../base/util.h"
#include "render.h"
#include "robject.h"

/* {"$r": {"type", "length", "values", "attributes"}} (json-values.md §8). Attributes that are bare
 * vectors are bare arrays. */

static void print_object(struct printer *p, const struct robject *o, size_t depth);

static void print_element(struct printer *p, const struct robject *o, size_t i)
{
	char scratch[R_NUMBER_SIZE];
	struct r_text t;
	double re, im;

	if (robject_is_na(o, i)) {
		render_null(p);
		return;
	}
	switch (o->type) {
	case R_LOGICAL: {
		bool truth = robject_int(o, i) != 0;
		render_literal(p, truth ? "true" : "false", truth ? 4 : 5);
		break;
	}
	case R_INTEGER:
	case R_RAW: render_int(p, robject_int(o, i)); break;
	case R_DOUBLE: render_float(p, robject_double(o, i)); break;
	case R_COMPLEX:
		robject_complex(o, i, &re, &im);
		render_open(p, '[');
		render_next(p);
		render_float(p, re);
		render_next(p);
		render_float(p, im);
		render_close(p, ']');
		break;
	default:
		t = robject_text(o, i, scratch);
		if (t.p)
			render_string(p, t.p, t.n);
		else
			render_null(p);
		break;
	}
}

static void print_values(struct printer *p, const struct robject *o, size_t depth)
{
	render_open(p, '[');
	for (size_t i = 0; i < o->n && !render_done(p); i++) {
		render_next(p);
		if (o->form == R_ITEMS)
			print_object(p, o->u.items[i], depth + 1);
		else if (render_node(p))
			print_element(p, o, i);
	}
	render_close(p, ']');
}

static bool is_text(struct r_text t, const char *s)
{
	return t.n == strlen(s) && memcmp(t.p, s, t.n) == 0;
}

/* Row names that are only numbers are written as c(NA, n) or c(NA, -n). */
static bool print_row_numbers(struct printer *p, const struct r_attribute *a)
{
	const struct robject *v = a->value;
	if (!is_text(a->name, "row.names") || v->type != R_INTEGER || v->form != R_ELEMENTS ||
		v->n != 2 || !robject_is_na(v, 0) || robject_is_na(v, 1))
		return false;
	int32_t n = robject_int(v, 1);
	struct robject numbers = {.type = R_INTEGER,
		.form = R_SEQUENCE,
		.n = (size_t)(n < 0 ? -n : n),
		.u.seq = {1, 1}};
	print_values(p, &numbers, 0);
	return true;
}

static void print_attribute(struct printer *p, const struct r_attribute *a, size_t depth)
{
	const struct robject *v = a->value;
	bool plain = v->type == R_LOGICAL || v->type == R_INTEGER || v->type == R_DOUBLE ||
		     v->type == R_CHARACTER;

	render_key(p, a->name.p, a->name.n);
	if (print_row_numbers(p, a))
		return;
	/* the class of an S4 object says where it is defined */
	if (plain && robject_is_vector(v) && (!v->n_attributes || is_text(a->name, "class")))
		print_values(p, v, depth);
	else
		print_object(p, v, depth + 1);
}

/* The names of a pairlist's or call's items, as names() gives them. */
static void print_tags(struct printer *p, const struct robject *o)
{
	render_member(p, "names");
	render_open(p, '[');
	for (size_t i = 0; i < o->n && !render_done(p); i++) {
		render_next(p);
		if (render_node(p))
			render_string(p, o->tags[i].p ? o->tags[i].p : "", o->tags[i].n);
	}
	render_close(p, ']');
}

static void print_object(struct printer *p, const struct robject *o, size_t depth)
{
	const char *type = robject_type(o->type);

	if (!render_node(p))
		return;
	if (p->ancestors.list.n + depth >= p->max_depth) {
		render_truncated(p, "depth", p->max_depth);
		return;
	}
	render_open(p, '{');
	render_member(p, "$r");
	render_open(p, '{');
	render_member(p, "type");
	render_str(p, type);
	render_member(p, "length");
	if (o->type == R_ENVIRONMENT)
		render_null(p); /* what is in it is passed over */
	else
		render_int(p, (int64_t)o->n);
	render_member(p, "values");
	if (o->type == R_NULL || robject_is_vector(o))
		print_values(p, o, depth);
	else
		render_null(p);
	render_member(p, "attributes");
	render_open(p, '{');
	if (o->tags)
		print_tags(p, o);
	for (size_t i = 0; i < o->n_attributes && !render_done(p); i++)
		print_attribute(p, &o->attributes[i], depth);
	render_close(p, '}');
	render_close(p, '}');
	render_close(p, '}');
}

bool robject_json(struct printer *p, const struct mf_value *v)
{
	struct arena a;
	const struct robject *o;

	if (!robject_starts(v->u.s.p, v->u.s.n))
		return false;
	arena_init(&a, 0);
	int rc = robject_read(&o, &a, v->u.s.p, v->u.s.n, NULL);
	if (rc == MF_OK)
		print_object(p, o, 0);
	else if (rc == MF_ENOMEM)
		render_nomem(p);
	arena_release(&a);
	return rc == MF_OK || rc == MF_ENOMEM;
}
